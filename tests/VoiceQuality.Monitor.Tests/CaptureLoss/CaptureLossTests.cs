using VoiceQuality.Monitor.CaptureLoss;
using VoiceQuality.Monitor.Rtcp;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Monitor.Tests.Rtcp;
using VoiceQuality.Protocols.Rtcp;
using VoiceQuality.Quality.Scoring;
using VoiceQuality.Testing.Captures;

namespace VoiceQuality.Monitor.Tests.CaptureLoss;

/// <summary>
/// Four calls between addresses of their own, PCMU of 20 ms each way for 40 s, each stream 2 ms behind the one before.
/// What happens, happens from 12.5 s on.
/// </summary>
public class CaptureLossTests
{
    private const double From = 12.5;

    // A span of 300 ms holds 15 packets of 20 ms.
    private const int Packets = 15;

    [Fact]
    public void What_all_streams_of_several_places_miss_at_once_was_not_seen()
    {
        var clean = Measurement.Of(Calls());
        var measured = Measurement.Of(Calls(lost: (_, at) => IsWithin(at, 0.3)));

        Assert.Equal(8, measured.Streams.Count);
        Assert.All(measured.Streams, stream =>
        {
            Assert.Equal((0L, 2_000L - Packets, Packets), (stream.Total.Lost, stream.Total.Expected, stream.Unseen));
            Assert.Equal(100.0 * (2_000 - Packets) / 2_000, stream.SeenPercent!.Value, 9);
            Assert.Equal(0, stream.Total.BadRuns);
            Assert.Equal(Packets, stream.Intervals[1].Unseen);
            Assert.Equal(500 - Packets, stream.Intervals[1].Counters.Expected);
        });
        Assert.Equal(clean.Calls.Select(call => call.MosLqE4), measured.Calls.Select(call => call.MosLqE4));
        Assert.Equal((1L, 8L * Packets), (measured.Counters.CaptureLossSpans, measured.Counters.UnseenPackets));
        var time = measured.Counters.LatestLoss!;
        Assert.Equal((1L, 8L * Packets, 0L, 8), (time.Spans, time.UnseenPackets, time.DroppedPackets, time.Streams));
        Assert.InRange(time.FromUs, Wire.Us(From - 0.025), Wire.Us(From));
        Assert.InRange(time.UntilUs, Wire.Us(From + 0.3), Wire.Us(From + 0.34));
        Assert.Null(clean.Counters.LatestLoss);
    }

    [Fact]
    public void Losses_within_a_minute_are_one_time_and_later_ones_another()
    {
        var times = new CaptureLossTimes();
        times.NoteSpan(100_000_000_000, 100_500_000_000, dropped: 5);
        times.NoteSpan(160_000_000_000, 160_100_000_000, dropped: 2);
        Assert.Equal(new CaptureLossTime(100_000_000, 160_100_000, 2, 0, 7, 0), times.Latest);

        times.NoteSpan(220_200_000_000, 220_300_000_000, dropped: 1);
        Assert.Equal(new CaptureLossTime(220_200_000, 220_300_000, 1, 0, 1, 0), times.Latest);
    }

    [Theory]
    [InlineData("one stream")]
    [InlineData("one call")]
    [InlineData("one direction")]
    [InlineData("all but one stream")]
    [InlineData("two calls")]
    public void What_some_miss_is_lost(string who)
    {
        bool Misses(int stream) => who switch
        {
            "one stream" => stream == 0,
            "one call" => stream < 2,
            "one direction" => stream % 2 == 0,
            "all but one stream" => stream != 7,
            _ => stream < 4,
        };
        var measured = Measurement.Of(Calls(lost: (stream, at) => Misses(stream) && IsWithin(at, 0.3)));

        Assert.Equal(0, measured.Counters.CaptureLossSpans);
        Assert.All(measured.Streams, stream =>
        {
            Assert.Equal(0, stream.Unseen);
            Assert.Equal(Misses((int)stream.Ssrc) ? Packets : 0, stream.Total.Lost);
        });
    }

    [Fact]
    public void One_place_that_fails_is_no_failure_of_the_tap()
    {
        var measured = Measurement.Of(Calls(
            lost: (_, at) => IsWithin(at, 0.3),
            places: call => ("198.18.0.1", "198.18.0.2")));

        Assert.Equal(0, measured.Counters.UnseenPackets);
        Assert.All(measured.Streams, stream => Assert.Equal(Packets, stream.Total.Lost));
    }

    [Fact]
    public void A_blackout_of_more_than_two_seconds_is_lost()
    {
        var measured = Measurement.Of(Calls(lost: (_, at) => IsWithin(at, 2.2)));

        Assert.Equal(0, measured.Counters.CaptureLossSpans);
        Assert.All(measured.Streams, stream => Assert.Equal(110, stream.Total.Lost));
    }

    [Theory]
    [InlineData(Packets, 0)]
    [InlineData(0, Packets)]
    public void Receivers_that_say_what_they_got_decide(int cumulativeLost, long unseen)
    {
        var wire = Calls(lost: (_, at) => IsWithin(at, 0.3));

        // Numbers begin with 1,000 at 2.1 s, 50 in a second: 1,450 at 11.1 s, 1,700 at 16.1 s.
        var receiver = new RtcpScript(wire, "198.18.2.1:6001", "198.18.1.1:4001", 1);
        receiver.ReceiverReport(11.2, new RtcpReportValues(0, 0, 0, 1_450, 0, 0, 0));
        receiver.ReceiverReport(16.2, new RtcpReportValues(0, 0, cumulativeLost, 1_700, 0, 0, 0));

        var measured = Measurement.Of(wire);

        Assert.All(measured.Streams, stream => Assert.Equal(
            (unseen, Packets - unseen), (stream.Unseen, stream.Total.Lost)));
    }

    [Fact]
    public void What_a_stream_lost_beside_the_span_stays_lost()
    {
        // Stream 0 has lost 25 packets, half a second, before the tap fell silent for 0.3 s.
        var measured = Measurement.Of(Calls(lost: (stream, at) => IsWithin(at, 0.3)
            || (stream == 0 && at >= From - 0.5 && at < From)));
        var stream = measured.Streams.Single(stream => stream.Ssrc == 0);

        Assert.InRange(stream.Unseen, 1, Packets + 1);
        Assert.Equal(25 + Packets, stream.Unseen + stream.Total.Lost);
        Assert.True(stream.MosLqE4 < measured.Streams.Single(other => other.Ssrc == 2).MosLqE4);
    }

    [Fact]
    public void A_packet_that_comes_late_was_never_missing()
    {
        var wire = Calls(lost: (_, at) => IsWithin(at, 0.3));
        Calls(lost: (stream, at) => stream != 0 || !IsWithin(at, 0.3), wire: wire, delay: 0.35);

        var stream = Measurement.Of(wire).Streams.Single(stream => stream.Ssrc == 0);

        Assert.Equal((0L, 2_000L), (stream.Unseen, stream.Total.Received));
    }

    [Fact]
    public void Too_much_that_was_not_seen_leaves_no_score()
    {
        // Every second 0.3 s: 15 of 50 packets, more than a tenth.
        var measured = Measurement.Of(Calls(lost: (_, at) => at > 5 && at < 40 && at % 1 < 0.3));

        Assert.All(measured.Streams, stream =>
        {
            Assert.Null(stream.MosLqE4);
            Assert.Equal(UnscoredReason.CaptureLoss, stream.UnscoredReason);
        });
        Assert.All(measured.Calls, call => Assert.Equal(UnscoredReason.CaptureLoss, call.UnscoredReason));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(60)]
    public void What_the_clocks_of_two_agents_make_of_a_capture_is_no_silence(int behindMs)
    {
        // Calls 4 to 7 lose 100 ms in the network, while the packets of calls 0 to 3 go on passing another agent.
        var calls = Calls(lost: (stream, at) => stream >= 8 && IsWithin(at, 0.1), calls: 8, stepUs: 1_300);
        var wire = new Wire { KeepsOrder = true };
        foreach (var frame in calls.Frames)
        {
            var isOfFirst = Enumerable.Range(1, 4).Any(call =>
                frame.Octets.AsSpan(26, 8).IndexOf((ReadOnlySpan<byte>)[198, 18, 1, (byte)call]) >= 0);
            wire.Add(frame with { AtNs = frame.AtNs - (isOfFirst ? behindMs * 1_000_000L : 0) });
        }

        var measured = Measurement.Of(wire);

        Assert.Equal((0L, 0L), (measured.Counters.CaptureLossSpans, measured.Counters.UnseenPackets));

        // 5 packets of 20 ms of each of 8 streams.
        Assert.Equal(40, measured.Streams.Sum(stream => stream.Total.Lost));
        Assert.Equal(Figures(measured), Figures(Measurement.Of(wire, new MonitorOptions { Lanes = 4 })));
    }

    [Theory]
    [InlineData(Packets, 0)]
    [InlineData(0, 1)]
    public void A_capture_clock_that_is_set_back_leaves_receivers_their_time(int cumulativeLost, long spans)
    {
        // From 6 s on the clock is an hour behind; the tap falls silent at 12.5 s, and reports come at 11.2 and 16.2 s.
        // Stream 0 has lost something by the clock before.
        var calls = Calls(lost: (stream, at) => IsWithin(at, 0.3) || (stream == 0 && at is > 4 and < 4.05));
        var receiver = new RtcpScript(calls, "198.18.2.1:6001", "198.18.1.1:4001", 1);
        receiver.ReceiverReport(11.2, new RtcpReportValues(0, 0, 0, 1_450, 0, 0, 0));
        receiver.ReceiverReport(16.2, new RtcpReportValues(0, 0, cumulativeLost, 1_700, 0, 0, 0));
        var wire = new Wire { KeepsOrder = true };
        foreach (var frame in calls.Frames)
        {
            var isLater = frame.AtNs >= Wire.Us(6) * 1_000;
            wire.Add(frame with { AtNs = frame.AtNs - (isLater ? 3_600_000_000_000 : 0) });
        }

        Assert.Equal(spans, Measurement.Of(wire).Counters.CaptureLossSpans);
    }

    [Fact]
    public void What_redundant_audio_brings_was_not_missing_and_the_rest_was_not_seen()
    {
        // RFC 2198: one block of PCMU, 160 ticks back, 10 octets, then the primary block of PCMU.
        byte[] red = [0x80, 0x02, 0x80, 0x0A, 0x00, .. new byte[20]];
        var measured = Measurement.Of(Calls(lost: (_, at) => IsWithin(at, 0.3), redundant: red));

        Assert.All(measured.Streams, stream => Assert.Equal(
            (Packets - 1, 0L, 1L), (stream.Unseen, stream.Total.Lost, stream.Recovered)));
    }

    [Fact]
    public void Lanes_and_blocks_of_any_size_find_the_same()
    {
        var wire = Calls(lost: (stream, at) => IsWithin(at, 0.3) || (stream == 3 && at % 1 < 0.1));
        var one = Figures(Measurement.Of(wire));

        Assert.Equal(one, Figures(Measurement.Of(wire, new MonitorOptions { Lanes = 4 })));
        Assert.Equal(one, Figures(Measurement.Of(wire, framesPerBlock: 37)));
    }

    [Fact]
    public void What_comes_late_to_a_silence_that_another_stream_ended_is_nothing_new()
    {
        var detector = new CaptureLossDetector(new RtcpTracker(16));
        var keys = Enumerable.Range(1, 3).Select(ssrc => new StreamKey(default, default, (uint)ssrc, 0)).ToArray();
        detector.NoteSilence(1_000_000_000, 1_100_000_000);
        foreach (var key in keys)
        {
            detector.Note(new StreamGap(0, 0, key, 990_000_000, 1_110_000_000, First: 7, Skipped: 1, 20_000_000));
        }

        detector.Note(Late(keys[0]));
        Assert.Null(detector.Take(keys[1], isFinal: true));
        detector.Note(Late(keys[2]));

        Assert.Null(detector.Take(keys[2], isFinal: true));
        Assert.Equal((0L, 0L), (detector.Spans, detector.UnseenPackets));

        static StreamGap Late(StreamKey key) => new(0, 0, key, 1_120_000_000, 1_120_000_000, First: 7, Skipped: 0, 0);
    }

    private static List<(uint, long, long, int?)> Figures(Measurement measured) =>
        [.. measured.Streams.Select(stream => (stream.Ssrc, stream.Unseen, stream.Total.Lost, stream.MosLqE4))];

    private static bool IsWithin(double at, double length) => at >= From && at < From + length;

    internal static Wire Calls(
        Func<int, double, bool>? lost = null,
        Func<int, (string Caller, string Callee)>? places = null,
        Wire? wire = null,
        double delay = 0,
        int calls = 4,
        int stepUs = 2_000,
        byte[]? redundant = null)
    {
        var isWhole = wire is null;
        wire ??= new Wire();
        string[] formats = redundant is null ? [] : ["97 red/8000", "0 PCMU/8000"];
        for (var call = 0; call < calls; call++)
        {
            var (caller, callee) = places?.Invoke(call) ?? ($"198.18.1.{call + 1}", $"198.18.2.{call + 1}");
            var (callerPort, calleePort) = (4_000 + (call * 2 * (places is null ? 0 : 1)), 6_000);
            calleePort += callerPort - 4_000;
            if (isWhole)
            {
                var sip = new SipScript(wire, $"call-{call}");
                sip.Answered(0, 2, Sdp.Audio(caller, callerPort, formats), Sdp.Audio(callee, calleePort, formats));
                sip.Released(43);
            }

            Send(call * 2, $"{caller}:{callerPort}", $"{callee}:{calleePort}");
            Send((call * 2) + 1, $"{callee}:{calleePort}", $"{caller}:{callerPort}");
        }

        return wire;

        void Send(int stream, string source, string destination)
        {
            var start = 2.1 + (stream * stepUs * 1e-6);
            new RtpScript(wire, source, destination)
            {
                Ssrc = (uint)stream,
                PayloadType = (byte)(redundant is null ? 0 : 97),
                Payload = redundant is null ? null : _ => redundant,
            }.Send(
                2_000, start + delay, index => lost?.Invoke(stream, start + (index * 0.02)) == true);
        }
    }
}
