using VoiceQuality.Monitor.CaptureLoss;
using VoiceQuality.Monitor.Rtcp;
using VoiceQuality.Monitor.Sources;
using VoiceQuality.Protocols.Network;

namespace VoiceQuality.Monitor.Tests.CaptureLoss;

public class FirstDropTests
{
    [Fact]
    public void A_drop_that_is_the_first_that_a_capture_tells_is_kept_for_the_gaps_around_it()
    {
        // Packets of 20 ms, of which ten were dropped: no silence and no gap came before.
        const long fromNs = 1_767_600_000_000_000_000;
        const long toNs = fromNs + 220_000_000;
        var stream = new StreamKey(Endpoint(1), Endpoint(2), 1, fromNs / 1_000);
        var detector = new CaptureLossDetector(new RtcpTracker(16));

        detector.NoteDrop(new DropSpan(1, fromNs, toNs, 10));
        detector.Advance();
        detector.Note(new StreamGap(0, 0, stream, fromNs, toNs, 100, 10, 20_000_000) { Link = 1 });

        Assert.Equal(10, Assert.Single(detector.Take(stream, isFinal: true)!).Count);
    }

    [Fact]
    public void A_drop_after_the_clock_was_set_back_is_kept_for_the_gaps_around_it()
    {
        // An hour back, without a silence that would tell so.
        const long laterNs = 1_767_603_600_000_000_000;
        const long fromNs = laterNs - 3_600_000_000_000;
        const long toNs = fromNs + 220_000_000;
        var stream = new StreamKey(Endpoint(1), Endpoint(2), 1, fromNs / 1_000);
        var detector = new CaptureLossDetector(new RtcpTracker(16));

        detector.NoteDrop(new DropSpan(1, laterNs, laterNs + 220_000_000, 10));
        detector.NoteDrop(new DropSpan(1, fromNs, toNs, 10));
        detector.Advance();
        detector.Note(new StreamGap(0, 0, stream, fromNs, toNs, 100, 10, 20_000_000) { Link = 1 });

        Assert.Equal(10, Assert.Single(detector.Take(stream, isFinal: true)!).Count);
    }

    private static IpEndpoint Endpoint(byte host) => new(IpAddress128.FromBytes([198, 18, 0, host]), 4000);
}
