using VoiceQuality.Monitor.CaptureLoss;
using VoiceQuality.Monitor.Rtcp;
using VoiceQuality.Protocols.Network;

namespace VoiceQuality.Monitor.Tests.CaptureLoss;

public sealed class CaptureLossLimitTests
{
    private const long Ms = 1_000_000;
    private const long Start = 1_760_000_000_000 * Ms;

    [Fact]
    public void Gaps_beyond_the_limit_are_counted_and_there_is_room_again_once_they_are_judged()
    {
        var detector = new CaptureLossDetector(new RtcpTracker(16), maxGaps: 4);

        // Silences of 30 ms, of which each gap of 60 ms holds one.
        for (var i = 0; i < 6; i++)
        {
            var at = Start + (i * 100 * Ms);
            detector.NoteSilence(at, at + (30 * Ms));
            detector.Note(Gap(i, at));
        }

        Assert.Equal(2, detector.Refused);

        detector.NoteSilence(Start + (60_000 * Ms), Start + (60_030 * Ms));
        detector.Advance();
        detector.Note(Gap(7, Start + (60_000 * Ms)));

        Assert.Equal(2, detector.Refused);
    }

    private static StreamGap Gap(int stream, long silenceNs)
    {
        var source = new IpEndpoint(IpAddress128.FromIPv4(0xC612_0000 + (uint)stream), 4_000);
        var destination = new IpEndpoint(IpAddress128.FromIPv4(0xC613_0000 + (uint)stream), 4_000);
        var key = new StreamKey(source, destination, (uint)stream, 0);
        return new StreamGap(0, 0, key, silenceNs - (10 * Ms), silenceNs + (50 * Ms), 100, 2, 20 * Ms);
    }
}
