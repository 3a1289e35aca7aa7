using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.Limits;
using VoiceQuality.Monitor.Sources;
using VoiceQuality.Protocols.Network;
using VoiceQuality.Quality.Scoring;
using VoiceQuality.Testing.Captures;

namespace VoiceQuality.Monitor.Tests.Limits;

public sealed class ShedTests
{
    private const int Calls = 64;

    // Talk from 2 s to 62 s, 3,000 packets each way.
    private static readonly IReadOnlyList<WireFrame> Frames = Traffic();

    [Theory]
    [InlineData(1)]
    [InlineData(LaneOptions.ReadingAhead)]
    [InlineData(2)]
    [InlineData(4)]
    public void Media_are_shed_by_whole_calls_and_signalling_and_all_other_calls_stay_as_they_are(int lanes)
    {
        var whole = Of(lanes, static _ => 0);
        var measured = Of(lanes, static second => second is >= 20 and < 20.3 ? 60 : 0);

        // One step after 200 ms is four slots of 64. Calls are numbered from 1 on in the order they begin; the later
        // eight of 72 begin at 30 s, when the level is 0 again after 5 s without a backlog.
        var shed = Enumerable.Range(1, Calls).Where(static callRef => LoadShedder.SlotOf(callRef) < 4)
            .Select(static callRef => $"call-{callRef - 1:d2}").ToHashSet();
        Assert.InRange(shed.Count, 2, 6);
        Assert.Equal(whole.Counters.SipMessages, measured.Counters.SipMessages);
        Assert.Equal(whole.Calls.Select(Signalling), measured.Calls.Select(Signalling));
        for (var i = 0; i < whole.Calls.Count; i++)
        {
            var (before, call) = (whole.Calls[i], measured.Calls[i]);
            if (!shed.Contains(call.CallId))
            {
                Assert.Equal((before.MosLqE4, UnscoredReason.None), (call.MosLqE4, call.UnscoredReason));
                continue;
            }

            // 910 packets each way before 20.2 s, a fiftieth of them lost; what was not measured is neither lost nor
            // expected.
            Assert.Equal((null, UnscoredReason.CaptureLoss), (call.MosLqE4, call.UnscoredReason));
            Assert.All(call.Streams, static stream =>
            {
                Assert.Equal(UnscoredReason.CaptureLoss, stream.UnscoredReason);
                Assert.InRange(stream.Total.Lost, 16, 20);
                Assert.InRange(stream.Unseen, 2_040, 2_055);
                Assert.Equal(2_940, stream.Total.Received + stream.Unseen);
                Assert.Equal(stream.Unseen, stream.Intervals.Sum(static interval => interval.Unseen));
            });
        }

        Assert.Equal(measured.Calls.Sum(static call => call.Streams.Sum(static s => s.Unseen)), measured.Rejected("rtp.shed"));
        Assert.Equal(whole.Counters.RtpPackets, measured.Counters.RtpPackets + measured.Rejected("rtp.shed"));
    }

    [Fact]
    public void A_call_that_begins_under_pressure_is_shed_from_its_first_packet()
    {
        var wire = new Wire();
        for (var at = -1.5; at < 0; at += 0.1)
        {
            wire.Udp(at, "198.18.9.1:9", "198.18.9.2:9", "time passes"u8);
        }

        new SipScript(wire, "late").Answered(0, 1, Sdp.Audio("198.18.0.1", 4000), Sdp.Audio("198.18.0.2", 6000)).Released(40);
        new RtpScript(wire, "198.18.0.2:6000", "198.18.0.1:4000").Send(1_500, 2, static i => i % 3 == 1);

        // Full from the first frame on: sixteen slots of 64 each 200 ms, so all of them before the call.
        var measured = Measurement.Of(new Pressed(wire.Frames, static _ => 100, framesPerBlock: 1));

        var call = Assert.Single(measured.Calls);
        Assert.Equal((CallOutcome.Answered, null, UnscoredReason.CaptureLoss), (call.Outcome, call.MosLqE4, call.UnscoredReason));
        var stream = Assert.Single(call.Streams);
        Assert.Equal((1, 0, 999), (stream.Total.Expected, stream.Total.Lost, stream.Unseen));
        Assert.Equal(Wire.Us(2), stream.StartedAtUs);
        Assert.Equal(Wire.Us(2 + (1_499 * 0.02)), stream.EndedAtUs);
    }

    [Fact]
    public void A_capture_file_sheds_nothing()
    {
        var options = new MonitorOptions();
        Assert.Equal(0, Measurement.Of(new FrameSource(Frames, 100), options).Rejected("rtp.shed"));
        Assert.Equal(0, Measurement.Of(new Pressed(Frames, static _ => 100), options with { ShedAtPercent = 101 })
            .Rejected("rtp.shed"));
    }

    [Fact]
    public void The_level_rises_while_the_backlog_grows_and_falls_when_there_is_none()
    {
        const long second = 1_000_000_000;
        var shedder = new LoadShedder(50);
        var now = 1_000 * second;

        long At(double seconds) => now + (long)(seconds * second);
        Assert.False(shedder.Observe(49, At(0)));
        Assert.False(shedder.Observe(50, At(0)));
        Assert.False(shedder.Observe(60, At(0.1)));
        Assert.True(shedder.Observe(60, At(0.2)));
        Assert.Equal(4, shedder.Level);

        // A reader that catches up sheds no more.
        Assert.False(shedder.Observe(55, At(0.4)));
        Assert.False(shedder.Observe(51, At(0.6)));
        Assert.True(shedder.Observe(85, At(0.8)));
        Assert.True(shedder.Observe(85, At(1.0)));
        Assert.Equal(4 + 16 + 16, shedder.Level);
        Assert.False(shedder.Observe(10, At(3)));
        Assert.False(shedder.Observe(11, At(4)));
        Assert.False(shedder.Observe(10, At(5)));
        Assert.False(shedder.Observe(0, At(9)));
        Assert.True(shedder.Observe(0, At(10)));
        Assert.Equal(32, shedder.Level);
        Assert.True(shedder.Observe(0, At(15)));
        Assert.Equal(28, shedder.Level);
    }

    [Fact]
    public void A_reader_that_stood_still_for_a_moment_and_catches_up_sheds_nothing()
    {
        var measured = Measurement.Of(new Pressed(
            Frames, static second => second is >= 20 and < 21 ? (int)((21 - second) * 100) : 0));

        Assert.Equal(0, measured.Rejected("rtp.shed"));
    }

    [Fact]
    public void Both_directions_of_media_without_a_call_are_shed_together()
    {
        var used = new HashSet<int>();
        for (ushort i = 0; i < 500; i++)
        {
            var one = new IpEndpoint(IpAddress128.FromIPv4(0xC612_0001), (ushort)(4_000 + (2 * i)));
            var other = new IpEndpoint(IpAddress128.FromIPv4(0xC612_0102), 6_000);
            Assert.Equal(LoadShedder.SlotOf(one, other), LoadShedder.SlotOf(other, one));
            used.Add(LoadShedder.SlotOf(one, other));
        }

        Assert.InRange(used.Count, 56, LoadShedder.Slots);
        Assert.Equal(LoadShedder.Slots, Enumerable.Range(1, 500).Select(LoadShedder.SlotOf).Distinct().Count());
    }

    private static Measurement Of(int lanes, Func<double, int> percentAt) =>
        Measurement.Of(new Pressed(Frames, percentAt), LaneOptions.Of(lanes));

    private static object Signalling(CallRecord call) =>
        (call.CallId, call.Outcome, call.StartedAtUs, call.AnsweredAtUs, call.EndedAtUs, call.FinalStatus);

    private static IReadOnlyList<WireFrame> Traffic()
    {
        var wire = new Wire();
        for (var i = 0; i < Calls + 8; i++)
        {
            var start = i < Calls ? i * 0.0001 : 30 + (i * 0.0001);
            var (a, b) = (4_000 + (2 * i), 14_000 + (2 * i));
            new SipScript(wire, $"call-{i:d2}")
                .Answered(start, start + 1, Sdp.Audio("198.18.0.1", a), Sdp.Audio("198.18.0.2", b)).Released(start + 63);
            new RtpScript(wire, $"198.18.0.1:{a}", $"198.18.0.2:{b}").Send(3_000, start + 2, static n => n % 50 == 7);
            new RtpScript(wire, $"198.18.0.2:{b}", $"198.18.0.1:{a}").Send(3_000, start + 2, static n => n % 50 == 9);
        }

        return wire.Frames;
    }

    /// <summary>Frames of a source that says how far behind its reader is.</summary>
    private sealed class Pressed(
        IReadOnlyList<WireFrame> frames, Func<double, int> percentAt, int framesPerBlock = 100) : IPacketSource
    {
        private readonly FrameSource _source = new(frames, framesPerBlock);

        public string Name => _source.Name;

        public bool TryFill(PacketBlock block)
        {
            var hasMore = _source.TryFill(block);
            block.BacklogPercent = hasMore ? percentAt((block.Records[0].TimestampNs / 1e9) - (Wire.StartUs / 1e6)) : 0;
            return hasMore;
        }

        public void Dispose() => _source.Dispose();
    }
}
