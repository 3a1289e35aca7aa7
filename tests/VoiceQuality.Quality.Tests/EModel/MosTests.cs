using VoiceQuality.Quality.EModel;
using static VoiceQuality.Quality.Tests.EModelVectors;

namespace VoiceQuality.Quality.Tests.EModel;

public class MosTests
{
    [Fact]
    public void Every_reference_row_is_reproduced()
    {
        var rows = 0;

        foreach (var row in Csv("mos_map.csv"))
        {
            var r = row.Number("R");
            AssertClose(row.Number("MOS"), Mos.FromR(r), $"MOS of {r}");
            AssertClose(row.Number("MOS_clamped"), Mos.FromRClamped(r), $"clamped MOS of {r}");
            AssertClose(row.Number("GoB_percent"), Mos.GoodOrBetterPercent(r), $"GoB of {r}");
            AssertClose(row.Number("PoW_percent"), Mos.PoorOrWorsePercent(r), $"PoW of {r}");

            if (row["R_from_MOS"].Length > 0)
            {
                // The column has four decimals.
                AssertClose(row.Number("R_from_MOS"), Mos.ToR(Mos.FromR(r))!.Value, $"R of the MOS of {r}", 1e-4);
            }

            rows++;
        }

        Assert.True(rows >= 43);
    }

    [Theory]
    [InlineData(0.988839)]
    [InlineData(1)]
    [InlineData(4.500001)]
    [InlineData(5)]
    [InlineData(double.NaN)]
    public void A_score_without_an_inverse_has_none(double mos) => Assert.Null(Mos.ToR(mos));

    [Fact]
    public void The_inverse_leads_back_to_r()
    {
        for (var r = 6.52; r <= 100; r += 0.01)
        {
            AssertClose(r, Mos.ToR(Mos.FromR(r))!.Value, "R", 1e-8);
        }
    }

    [Fact]
    public void A_clamped_score_never_falls_as_r_rises_and_stays_on_the_scale()
    {
        var last = 1.0;

        for (double r = -50; r <= 150; r += 0.001)
        {
            var mos = Mos.FromRClamped(r);
            Assert.InRange(mos, last, Mos.Highest);
            last = mos;
        }
    }

    [Fact]
    public void Extreme_ratings_have_shares_of_0_and_100_percent()
    {
        Assert.Equal(0, Mos.GoodOrBetterPercent(-1e300));
        Assert.Equal(100, Mos.GoodOrBetterPercent(1e300));
        Assert.Equal(100, Mos.PoorOrWorsePercent(-1e300));
        Assert.Equal(50, Mos.PoorOrWorsePercent(45), precision: 12);
    }
}
