using System.Text.Json;
using VoiceQuality.Quality.Rtp;
using static VoiceQuality.Quality.Tests.EModelVectors;

namespace VoiceQuality.Quality.Tests.Rtp;

public class BurstMetricsTests
{
    [Fact]
    public void Every_reference_pattern_is_reproduced_by_the_definition_of_rfc_3611()
    {
        var cases = 0;

        foreach (var vector in Cases("burst.json"))
        {
            var id = vector.GetProperty("id").GetString()!;
            var packetMs = vector.GetProperty("packet_ms").GetDouble();
            var expected = vector.GetProperty("expected").GetProperty("rfc3611_by_definition");
            var actual = BurstMetrics.Compute(Fates(vector), vector.GetProperty("gmin").GetInt32());
            var figures = new (string Name, double Value)[]
            {
                ("expected", actual.Expected), ("lost", actual.Lost), ("discarded", actual.Discarded),
                ("loss_rate_q8", actual.LossRateQ8), ("discard_rate_q8", actual.DiscardRateQ8),
                ("bursts", actual.Bursts), ("gaps", actual.Gaps), ("burst_packets", actual.BurstPackets),
                ("burst_bad", actual.BurstBad), ("gap_packets", actual.GapPackets), ("gap_bad", actual.GapBad),
                ("burst_density", actual.BurstDensity), ("gap_density", actual.GapDensity),
                ("burst_density_q8", actual.BurstDensityQ8), ("gap_density_q8", actual.GapDensityQ8),
                ("burst_mean_ms", actual.BurstMeanMs(packetMs)), ("gap_mean_ms", actual.GapMeanMs(packetMs)),
            };

            foreach (var (name, value) in figures)
            {
                AssertClose(expected.GetProperty(name).GetDouble(), value, $"{id} {name}", 1e-6);
            }

            cases++;
        }

        Assert.True(cases >= 30);
    }

    [Fact]
    public void Every_reference_pattern_has_its_burst_ratio()
    {
        foreach (var vector in Cases("burst.json"))
        {
            var id = vector.GetProperty("id").GetString()!;
            var expected = vector.GetProperty("expected").GetProperty("burst_ratio");
            var actual = BurstMetrics.Compute(Fates(vector), vector.GetProperty("gmin").GetInt32());

            Assert.Equal(expected.GetProperty("bursts").GetInt64(), actual.BadRuns);
            AssertClose(expected.GetProperty("burst_r").GetDouble(), actual.BurstR, id, 1e-6);

            if (expected.GetProperty("burst_r_markov").ValueKind == JsonValueKind.Number)
            {
                // p and q have nine decimals, so a small p limits the precision of the quotient.
                var p = expected.GetProperty("p").GetDouble();
                var q = expected.GetProperty("q").GetDouble();
                var markov = expected.GetProperty("burst_r_markov").GetDouble();
                AssertClose(markov, BurstRatio.FromMarkov(p, q)!.Value, id, 1e-6 * markov);
            }
        }
    }

    [Fact]
    public void The_worked_markov_chain_has_burst_ratio_2() =>
        // 1 / (0.01 + 0.49)
        Assert.Equal(2, BurstRatio.FromMarkov(0.01, 0.49)!.Value, precision: 12);

    [Theory]
    [InlineData(0, 0, 0, 1)]
    [InlineData(100, 0, 0, 1)]
    [InlineData(100, 100, 1, 1)]
    [InlineData(100, 2, 1, 1.96)] // (2/1)(1 - 2/100)
    [InlineData(100, 50, 50, 1)] // (50/50)(1 - 50/100) = 0.5, clamped
    [InlineData(100, 2, 0, 1.96)] // the run began in the interval before
    [InlineData(0, -1, -1, 1)]
    public void The_ratio_of_counts_is_at_least_1(long expected, long bad, long runs, double ratio) =>
        Assert.Equal(ratio, BurstRatio.FromCounts(expected, bad, runs), precision: 12);

    private static PacketFate[] Fates(JsonElement vector) =>
    [
        .. vector.GetProperty("pattern").GetString()!.Select(symbol => symbol switch
        {
            '0' => PacketFate.Lost,
            'X' => PacketFate.Discarded,
            _ => PacketFate.Played,
        }),
    ];
}
