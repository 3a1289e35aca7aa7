using FsCheck;
using FsCheck.Fluent;
using VoiceQuality.Quality.EModel;
using static VoiceQuality.Quality.Tests.EModelVectors;

namespace VoiceQuality.Quality.Tests.EModel;

public class NarrowbandTests
{
    [Fact]
    public void Every_reference_row_is_reproduced_term_by_term()
    {
        var rows = 0;

        foreach (var row in Csv("vectors.csv").Where(row => row["expected"] == "ok"))
        {
            Assert.True(
                Narrowband.TryCalculate(Parameters(row), Policy(row), out var result, out var errorField),
                $"{row["id"]}: {errorField}");
            var terms = new (string Column, double Value)[]
            {
                ("Ro", result.Ro), ("Is", result.Is), ("Id", result.Id), ("Ie_eff", result.IeEff), ("R", result.R),
                ("MOS", Mos.FromR(result.R)), ("MOS_clamped", Mos.FromRClamped(result.R)), ("No", result.No),
                ("Iolr", result.Iolr), ("Ist", result.Ist), ("Iq", result.Iq), ("Idte", result.Idte),
                ("Idle", result.Idle), ("Idd", result.Idd),
            };

            foreach (var (column, value) in terms)
            {
                AssertClose(row.Number(column), value, $"{row["id"]} {column}");
            }

            rows++;
        }

        Assert.True(rows >= 132);
    }

    [Fact]
    public void Every_invalid_reference_row_names_its_field()
    {
        var rows = 0;

        foreach (var row in Csv("vectors.csv").Where(row => row["expected"] == "error"))
        {
            Assert.False(Narrowband.TryCalculate(Parameters(row), Policy(row), out var result, out var errorField));
            Assert.Equal(row["error_field"], errorField);
            Assert.Equal(default, result);
            rows++;
        }

        Assert.True(rows >= 18);
    }

    [Fact]
    public void All_defaults_give_93_2_as_clause_7_7_says()
    {
        var result = Narrowband.Calculate(NarrowbandParameters.Default);
        Assert.Equal(93.2, result.R, precision: 1);
        Assert.Equal(result.R, result.Ro - result.Is - result.Id - result.IeEff + result.A, precision: 12);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void No_parameter_may_be_other_than_a_finite_number(double value)
    {
        var p = NarrowbandParameters.Default;
        var each = new Dictionary<string, NarrowbandParameters>
        {
            ["SLR"] = p with { SLR = value }, ["RLR"] = p with { RLR = value }, ["STMR"] = p with { STMR = value },
            ["LSTR"] = p with { LSTR = value }, ["Ds"] = p with { Ds = value }, ["Dr"] = p with { Dr = value },
            ["TELR"] = p with { TELR = value }, ["WEPL"] = p with { WEPL = value }, ["T"] = p with { T = value },
            ["Tr"] = p with { Tr = value }, ["Ta"] = p with { Ta = value }, ["qdu"] = p with { Qdu = value },
            ["Ie"] = p with { Ie = value }, ["Bpl"] = p with { Bpl = value }, ["Ppl"] = p with { Ppl = value },
            ["BurstR"] = p with { BurstR = value }, ["Nc"] = p with { Nc = value }, ["Nfor"] = p with { Nfor = value },
            ["Ps"] = p with { Ps = value }, ["Pr"] = p with { Pr = value }, ["A"] = p with { A = value },
        };

        foreach (var (symbol, parameters) in each)
        {
            foreach (var policy in Enum.GetValues<ParameterPolicy>())
            {
                Assert.False(Narrowband.TryCalculate(parameters, policy, out _, out var errorField));
                Assert.Equal(symbol, errorField);
            }
        }
    }

    [Fact]
    public void The_first_offending_field_in_table_order_is_named()
    {
        var parameters = NarrowbandParameters.Default with { A = 21, Ppl = 21, SLR = 19 };
        Assert.False(Narrowband.TryCalculate(parameters, ParameterPolicy.Strict, out _, out var errorField));
        Assert.Equal("SLR", errorField);
    }

    [Fact]
    public void A_finite_parameter_that_overflows_the_equations_is_an_error_and_not_a_score()
    {
        var parameters = NarrowbandParameters.Default with { Nc = 1e6 };
        Assert.False(Narrowband.TryCalculate(parameters, ParameterPolicy.Extended, out _, out var errorField));
        Assert.Equal("Nc", errorField);
    }

    [Fact]
    public void Echo_below_one_millisecond_is_sidetone() =>
        Assert.Equal(0, Narrowband.Calculate(NarrowbandParameters.Default with { T = 0.999 }).Idte);

    [Fact]
    public void The_echo_term_is_slightly_negative_near_one_millisecond_and_is_not_clamped() =>
        // Idte = -0.109 at T = 1 ms: (7-19) at the defaults.
        Assert.Equal(-0.109, Narrowband.Calculate(NarrowbandParameters.Default with { T = 1 }).Idte, precision: 3);

    [Fact]
    public void More_loss_burstiness_or_delay_never_improves_the_score() =>
        Prop.ForAll<byte, byte, byte>((a, b, seed) =>
        {
            double low = Math.Min(a, b) / 256.0, high = Math.Max(a, b) / 256.0, other = seed / 256.0;
            var at = NarrowbandParameters.Default with { Bpl = 4.3 + 35 * other, Ie = 39 * other };
            return NotBetter(at with { Ppl = 20 * low, BurstR = 1 + 7 * other }, p => p with { Ppl = 20 * high })
                && NotBetter(at with { Ppl = 20 * other, BurstR = 1 + 7 * low }, p => p with { BurstR = 1 + 7 * high })
                && NotBetter(at with { Ta = 500 * low }, p => p with { Ta = 500 * high })
                && NotBetter(at with { Ie = 40 * low }, p => p with { Ie = 40 * high })
                && NotBetter(at with { Ppl = 20 * other, Bpl = 4.3 + 35 * high }, p => p with { Bpl = 4.3 + 35 * low });
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void R_moves_by_little_when_any_delay_moves_by_little()
    {
        // The steepest slope of Idd is 0.1231 per ms. The echo term may step where echo turns from sidetone to echo.
        for (double ms = 1; ms < 499.9; ms += 0.01)
        {
            var here = Delayed(ms);
            var there = Delayed(ms + 0.01);
            Assert.True(Math.Abs(here - there) < 0.01, $"{ms} ms: {here} to {there}");
        }

        static double Delayed(double ms) =>
            Narrowband.Calculate(NarrowbandParameters.Default with { Ta = ms, T = ms, Tr = 2 * ms }).R;
    }

    [Theory]
    [InlineData(11, 19, 2, 1, 19)] // 11 + 84 × 2 / (2 + 19), exact
    [InlineData(0, 25.1, 5, 2, 17.210145)] // 95 × 5 / (5/2 + 25.1)
    [InlineData(0, 4.3, 20, 8, 279.411765)] // 95 × 20 / (20/8 + 4.3): above 95, not clamped
    public void Effective_equipment_impairment_matches_equation_7_29(
        double ie, double bpl, double ppl, double burstR, double expected) =>
        Assert.Equal(expected, EquipmentImpairment.IeEff(ie, bpl, ppl, burstR), precision: 6);

    [Theory]
    [InlineData(-0.1, 4.3, 0, 1)]
    [InlineData(0, 0, 0, 1)]
    [InlineData(0, 4.3, 100.1, 1)]
    [InlineData(0, 4.3, 0, 0.99)]
    [InlineData(double.NaN, 4.3, 0, 1)]
    public void Effective_equipment_impairment_refuses_what_has_no_meaning(
        double ie, double bpl, double ppl, double burstR) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => EquipmentImpairment.IeEff(ie, bpl, ppl, burstR));

    private static bool NotBetter(NarrowbandParameters from, Func<NarrowbandParameters, NarrowbandParameters> worsen)
    {
        var before = Narrowband.Calculate(from).R;
        var after = Narrowband.Calculate(worsen(from)).R;
        return after <= before + 1e-9 && Mos.FromRClamped(after) <= Mos.FromRClamped(before) + 1e-12;
    }

    private static ParameterPolicy Policy(IReadOnlyDictionary<string, string> row) =>
        row["policy"] == "strict" ? ParameterPolicy.Strict : ParameterPolicy.Extended;

    private static NarrowbandParameters Parameters(IReadOnlyDictionary<string, string> row) => new()
    {
        SLR = row.Number("SLR"),
        RLR = row.Number("RLR"),
        STMR = row.Number("STMR"),
        LSTR = row.Number("LSTR"),
        Ds = row.Number("Ds"),
        Dr = row.Number("Dr"),
        TELR = row.Number("TELR"),
        WEPL = row.Number("WEPL"),
        T = row.Number("T"),
        Tr = row.Number("Tr"),
        Ta = row.Number("Ta"),
        Qdu = row.Number("qdu"),
        Ie = row.Number("Ie"),
        Bpl = row.Number("Bpl"),
        Ppl = row.Number("Ppl"),
        BurstR = row.Number("BurstR"),
        Nc = row.Number("Nc"),
        Nfor = row.Number("Nfor"),
        Ps = row.Number("Ps"),
        Pr = row.Number("Pr"),
        A = row.Number("A"),
        DelayClass = row["delay_class"] switch
        {
            "low" => DelayClass.Low,
            "very_low" => DelayClass.VeryLow,
            _ => DelayClass.Default,
        },
    };
}
