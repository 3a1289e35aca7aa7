using VoiceQuality.Quality.EModel;
using static VoiceQuality.Quality.Tests.EModelVectors;

namespace VoiceQuality.Quality.Tests.EModel;

public class WidebandTests
{
    [Fact]
    public void Every_reference_row_is_reproduced_or_refused()
    {
        var rows = 0;

        foreach (var row in Csv("vectors_wb.csv"))
        {
            var isOk = TryCalculate(row, out var result);
            Assert.Equal(row["expected"] == "ok", isOk);
            rows++;

            if (!isOk)
            {
                continue;
            }

            var terms = new (string Column, double Value)[]
            {
                ("Ro", result.Ro), ("Id", result.Id), ("Idte", result.Idte), ("Idle", result.Idle),
                ("Idd", result.Idd), ("Ie_eff", result.IeEff), ("R", result.R), ("Rx", result.Rx),
                ("MOS", Mos.FromR(result.Rx)), ("MOS_clamped", Mos.FromRClamped(result.Rx)),
            };

            foreach (var (column, value) in terms)
            {
                AssertClose(row.Number(column), value, $"{row["id"]} {column}");
            }

            if (row["uses_Roe_interpretation"] == "yes")
            {
                Assert.True(result.IsEstimated);
            }
        }

        Assert.True(rows >= 44);
    }

    [Fact]
    public void Amr_wb_at_12_65_kbit_per_second_without_loss_and_delay_has_the_published_mos()
    {
        // R = 129 - 13, Id = 0; Rx = 116 / 1.29 = 89.922481; (B-4) gives 4.337096.
        Assert.Equal(4.337096, Mos.FromR(116 / Wideband.Scale), precision: 6);
    }

    [Theory]
    [InlineData("T")]
    [InlineData("Tr")]
    [InlineData("Ta")]
    [InlineData("Ppl")]
    public void A_negative_delay_or_loss_is_named(string field)
    {
        var p = new WidebandParameters();
        p = field switch
        {
            "T" => p with { T = -1 },
            "Tr" => p with { Tr = -1 },
            "Ta" => p with { Ta = -1 },
            _ => p with { Ppl = -1 },
        };
        Assert.False(Wideband.TryCalculate(p, out _, out var wideband));
        Assert.False(Fullband.TryCalculate(p, out _, out var fullband));
        Assert.Equal(field, wideband);
        Assert.Equal(field, fullband);
    }

    [Fact]
    public void A_burst_ratio_is_an_extension_and_says_so()
    {
        Assert.True(Wideband.TryCalculate(new WidebandParameters { Ppl = 1 }, out var plain, out _));
        Assert.True(Wideband.TryCalculate(new WidebandParameters { Ppl = 1, BurstR = 2 }, out var burst, out _));
        Assert.False(plain.IsEstimated);
        Assert.True(burst.IsEstimated);
        Assert.True(burst.R < plain.R);
    }

    private static bool TryCalculate(IReadOnlyDictionary<string, string> row, out WidebandResult result)
    {
        var parameters = new WidebandParameters
        {
            TELR = row.Number("TELR"),
            WEPL = row.Number("WEPL"),
            T = row.Number("T"),
            Tr = row.Number("Tr"),
            Ta = row.Number("Ta"),
            Ie = row.Number("Ie"),
            Bpl = row.Number("Bpl"),
            Ppl = row.Number("Ppl"),
            BurstR = row.Number("BurstR"),
        };
        return row["model"] == "wb"
            ? Wideband.TryCalculate(parameters, out result, out _)
            : Fullband.TryCalculate(parameters, out result, out _);
    }
}
