using System.Text.Json;
using VoiceQuality.Quality.Codecs;
using VoiceQuality.Quality.Rtp;
using VoiceQuality.Quality.Scoring;
using static VoiceQuality.Quality.Tests.EModelVectors;

namespace VoiceQuality.Quality.Tests.Rtp;

public class StreamMeterVectorTests
{
    [Fact]
    public void Every_reference_series_is_counted_as_expected()
    {
        var cases = 0;

        foreach (var vector in Cases("jitter.json"))
        {
            if (!vector.GetProperty("expected").TryGetProperty("counts", out var expected))
            {
                continue;
            }

            var id = vector.GetProperty("id").GetString();
            var total = ArrivalSeries.Measure(ArrivalSeries.FromVector(vector)).Total();
            Assert.Equal(
                (id, expected.GetProperty("expected").GetInt64(), expected.GetProperty("unique").GetInt64(),
                    expected.GetProperty("duplicates").GetInt64(), expected.GetProperty("reordered").GetInt64(),
                    expected.GetProperty("lost").GetInt64()),
                (id, total.Expected, total.Received, total.Duplicates, total.Reordered, total.Lost));
            cases++;
        }

        Assert.True(cases >= 29);
    }

    [Fact]
    public void Every_reference_series_has_the_jitter_of_a_monitor()
    {
        foreach (var vector in Cases("jitter.json"))
        {
            var id = vector.GetProperty("id").GetString()!;
            var expected = vector.GetProperty("expected").GetProperty("jitter_monitor");
            var jitter = default(JitterEstimator);
            var seen = new HashSet<int>();
            double sumMs = 0, maxMs = 0;
            var samples = 0;

            foreach (var arrival in ArrivalSeries.FromVector(vector))
            {
                if (seen.Add(arrival.SequenceNumber)
                    && jitter.Add(arrival.ArrivalNs, arrival.Timestamp, arrival.ClockRateHz))
                {
                    sumMs += jitter.JitterNs / 1e6;
                    maxMs = Math.Max(maxMs, jitter.JitterNs / 1e6);
                    samples++;
                }
            }

            Assert.Equal((id, expected.GetProperty("samples").GetInt32()), (id, samples));
            AssertClose(expected.GetProperty("final_ms").GetDouble(), jitter.JitterNs / 1e6, $"{id} final", 1e-6);
            AssertClose(expected.GetProperty("max_ms").GetDouble(), maxMs, $"{id} max", 1e-6);
            AssertClose(expected.GetProperty("mean_ms").GetDouble(), sumMs / samples, $"{id} mean", 1e-6);
        }
    }

    [Fact]
    public void A_meter_takes_the_mean_over_the_packets_that_had_one_before_them()
    {
        foreach (var vector in Cases("jitter.json"))
        {
            // Without duplicates, repeated timestamps and jumps of a second the series has samples - 1 differences.
            var id = vector.GetProperty("id").GetString()!;
            var expected = vector.GetProperty("expected");
            var want = expected.GetProperty("jitter_monitor");
            var samples = want.GetProperty("samples").GetInt32();
            if (want.ToString() != expected.GetProperty("jitter_rfc").ToString() || samples < 2)
            {
                continue;
            }

            var total = ArrivalSeries.Measure(ArrivalSeries.FromVector(vector)).Total();
            var meanMs = want.GetProperty("mean_ms").GetDouble() * samples / (samples - 1);
            Assert.Equal((id, samples - 1), (id, total.JitterSamples));
            AssertClose(want.GetProperty("max_ms").GetDouble(), total.JitterMaxMs!.Value, $"{id} max", 1e-6);
            AssertClose(meanMs, total.JitterMeanMs!.Value, $"{id} mean", 1e-6);
        }
    }

    [Fact]
    public void Every_reference_series_has_the_jitter_an_endpoint_would_report()
    {
        foreach (var vector in Cases("jitter.json"))
        {
            var id = vector.GetProperty("id").GetString()!;
            var clock = vector.GetProperty("clock").GetInt32();
            var expected = vector.GetProperty("expected");

            foreach (var (name, withDuplicates) in new[] { ("jitter_rfc", true), ("jitter_nodup", false) })
            {
                var jitter = new ArrivalJitter(clock);
                var seen = new HashSet<int>();
                double sumMs = 0, maxMs = 0;
                var samples = 0;

                foreach (var arrival in ArrivalSeries.FromVector(vector))
                {
                    if (withDuplicates || seen.Add(arrival.SequenceNumber))
                    {
                        jitter.Add(arrival.ArrivalNs / 1_000, arrival.Timestamp);
                        var ms = jitter.JitterTicks * 1e3 / clock;
                        sumMs += ms;
                        maxMs = Math.Max(maxMs, ms);
                        samples++;
                    }
                }

                var want = expected.GetProperty(name);
                Assert.Equal((id, want.GetProperty("samples").GetInt32()), (id, samples));
                AssertClose(want.GetProperty("final_ts_units").GetDouble(), jitter.JitterTicks, id, 1e-6);
                AssertClose(want.GetProperty("max_ms").GetDouble(), maxMs, id, 1e-6);
                AssertClose(want.GetProperty("mean_ms").GetDouble(), sumMs / samples, id, 1e-6);

                if (withDuplicates)
                {
                    var integer = expected.GetProperty("jitter_integer_a8");
                    Assert.Equal(integer.GetProperty("scaled_by_16").GetInt64(), jitter.ScaledJitterTicks);
                    Assert.Equal(integer.GetProperty("reported").GetInt64(), jitter.ReportedTicks);
                }
            }
        }
    }

    [Theory]
    [InlineData("a1_min_sequential_0", 0)]
    [InlineData("a1_min_sequential_2", 2)]
    public void Every_reference_series_has_the_sequence_state_of_rfc_3550(string name, int minSequential)
    {
        foreach (var vector in Cases("jitter.json"))
        {
            var id = vector.GetProperty("id").GetString();
            var expected = vector.GetProperty("expected").GetProperty(name);
            var counter = new SequenceCounter(minSequential);

            foreach (var arrival in ArrivalSeries.FromVector(vector))
            {
                counter.Add(arrival.SequenceNumber);
            }

            Assert.Equal(
                (id, expected.GetProperty("expected").GetInt64(), expected.GetProperty("received").GetInt64(),
                    expected.GetProperty("lost").GetInt64(), Nullable(expected.GetProperty("extended_max")),
                    Nullable(expected.GetProperty("base_seq")), expected.GetProperty("resyncs").GetInt64()),
                (id, counter.Expected, counter.Received, counter.Lost, counter.ExtendedMax,
                    (long?)counter.BaseSequence, counter.Resyncs));

            if (expected.TryGetProperty("lost_24bit", out var lost24Bit))
            {
                Assert.Equal(lost24Bit.GetInt32(), counter.Lost24Bit);
            }
        }
    }

    [Theory]
    [InlineData(40)]
    [InlineData(60)]
    [InlineData(200)]
    public void Every_reference_series_scores_as_expected_behind_a_fixed_buffer(int depthMs)
    {
        var cases = 0;
        Assert.True(CodecTable.Default.TryFind(new CodecQuery("PCMU", 8_000), default, out var row, out _));

        foreach (var vector in Cases("jitter.json"))
        {
            if (!vector.GetProperty("expected").TryGetProperty("fixed_jb_bare", out var buffers))
            {
                continue;
            }

            var id = vector.GetProperty("id").GetString()!;
            var expected = buffers.GetProperty(depthMs.ToString(System.Globalization.CultureInfo.InvariantCulture));
            var arrivals = ArrivalSeries.FromVector(vector);
            var policy = new MeterPolicy { JitterBufferMs = depthMs, NeverReAnchor = true };
            var total = ArrivalSeries.Measure(arrivals, policy).Total();
            var score = StreamScorer.Score(total, row, new ScoringPolicy { MinExpectedPackets = 1 });

            Assert.Equal((id, expected.GetProperty("discarded").GetInt64()), (id, total.Discarded));
            Assert.Equal((id, expected.GetProperty("lost").GetInt64()), (id, total.Lost));
            Assert.Equal(
                (id, expected.GetProperty("discarded_min_anchor").GetInt64()),
                (id, MinimumAnchor.CountDiscarded([.. arrivals], depthMs)));
            AssertClose(expected.GetProperty("ppl").GetDouble(), total.Ppl!.Value, id, 1e-6);
            AssertClose(expected.GetProperty("burst_r").GetDouble(), total.BurstR, id, 1e-6);
            AssertClose(expected.GetProperty("g711plc_Ie_eff").GetDouble(), score.IeEff!.Value, id);
            AssertClose(expected.GetProperty("g711plc_R").GetDouble(), score.R!.Value, id);
            AssertClose(expected.GetProperty("g711plc_MOS_clamped").GetDouble(), score.MosLq!.Value, id);
            cases++;

            if (expected.TryGetProperty("pattern", out var pattern))
            {
                AssertPattern(pattern.GetString()!, total, id);
            }
        }

        Assert.True(cases >= 27);
    }

    [Fact]
    public void Every_reference_series_is_discarded_as_expected_by_an_adaptive_buffer()
    {
        var cases = 0;
        var policy = new MeterPolicy { JitterBuffer = JitterBufferKind.Adaptive, JitterBufferMs = 500 };

        foreach (var vector in Cases("jitter.json"))
        {
            if (!vector.GetProperty("expected").TryGetProperty("adaptive_jb_project_defined", out var expected))
            {
                continue;
            }

            var id = vector.GetProperty("id").GetString()!;
            var arrivals = ArrivalSeries.FromVector(vector);
            Assert.Equal(
                (id, expected.GetProperty("discarded").GetInt64()),
                (id, ArrivalSeries.Measure(arrivals, policy).Total().Discarded));

            var buffer = new AdaptiveJitterBuffer(500);
            var allowedNs = arrivals.DistinctBy(arrival => arrival.SequenceNumber).Select(arrival =>
            {
                buffer.IsLate(
                    arrival.ArrivalNs, arrival.Timestamp, arrival.SequenceNumber, false, arrival.ClockRateHz, out _);
                return buffer.AllowedNs;
            });
            AssertClose(expected.GetProperty("mean_allowed_ms").GetDouble(), allowedNs.Average() / 1e6, id, 1e-6);
            cases++;
        }

        Assert.True(cases >= 27);
    }

    [Fact]
    public void The_sequence_restart_of_the_reference_is_a_new_segment_that_loses_nothing()
    {
        // 120 packets, then 120 from another sequence and timestamp base.
        var restart = ArrivalSeries.Measure(ArrivalSeries.FromVector(Case("JP030"))).Total();
        Assert.Equal((240, 240, 2, 0, 0), Summary(restart));

        // 100 packets, 3,500 missing, 100 packets: RFC 3550 A.1 cannot tell it from a restart.
        var blackout = ArrivalSeries.Measure(ArrivalSeries.FromVector(Case("JP033"))).Total();
        Assert.Equal((200, 200, 2, 0, 0), Summary(blackout));

        // 150 packets and one with a wild sequence number.
        var stray = ArrivalSeries.Measure(ArrivalSeries.FromVector(Case("JP031"))).Total();
        Assert.Equal((150, 150, 1, 0, 1), Summary(stray));

        // 200 packets in sequence whose timestamps change base.
        var rebased = ArrivalSeries.Measure(ArrivalSeries.FromVector(Case("JP032"))).Total();
        Assert.Equal((200, 200, 1, 0, 0), Summary(rebased));

        static JsonElement Case(string id) =>
            Cases("jitter.json").First(vector => vector.GetProperty("id").GetString() == id);

        static (long, long, long, long, long) Summary(IntervalCounters total) =>
            (total.Expected, total.Received, total.Segments, total.Discarded, total.Strays);
    }

    private static void AssertPattern(string pattern, in IntervalCounters total, string id)
    {
        var runs = 0;

        for (var i = 0; i < pattern.Length; i++)
        {
            runs += pattern[i] != '1' && (i == 0 || pattern[i - 1] == '1') ? 1 : 0;
        }

        Assert.Equal((id, pattern.Length, runs), (id, (int)total.Expected, (int)total.BadRuns));
    }

    private static long? Nullable(JsonElement element) =>
        element.ValueKind == JsonValueKind.Null ? null : element.GetInt64();
}
