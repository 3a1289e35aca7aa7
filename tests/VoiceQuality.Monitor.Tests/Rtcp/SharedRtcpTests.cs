using VoiceQuality.Monitor.Sources;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Testing.Captures;

namespace VoiceQuality.Monitor.Tests.Rtcp;

/// <summary>What receivers of recorded calls said, beside what the tap counted.</summary>
public class SharedRtcpTests
{
    [SharedCapturesFact]
    public void Receivers_behind_a_lossy_link_of_20_ms_agree_with_the_tap()
    {
        // Both directions lose 2 % and wait 20 ms on one side of the tap: 40 ms there and back and what the devices
        // add.
        var streams = Read("live-baresip-pcmu-loss2.pcap");

        Assert.Equal(2, streams.Count);
        Assert.All(streams, stream =>
        {
            Assert.InRange(stream.Delay!.RoundTripUs!.Value, 40_000, 46_000);
            Assert.Equal(stream.Delay.RoundTripUs / 2, stream.Delay.OneWayUs);
            Assert.NotNull(stream.MosCqE4);
        });

        // Behind the tap 15 numbers up to 8,221 were dropped of 0x89e13c07 (impairment file of the capture).
        var lostBehind = streams.Single(static stream => stream.Ssrc == 0x89E1_3C07);
        var report = Assert.Single(lostBehind.Remote);
        Assert.Equal((8_221m, 15m, 0L), (
            report["highestSequenceNumber"], report["cumulativeLost"], lostBehind.Total.Lost));

        // Of the stream that the link is before, the receiver lost what the tap lost up to its last report.
        var lossy = streams.Single(stream => stream.Total.Lost > 0);
        Assert.InRange(Assert.Single(lossy.Remote)["cumulativeLost"]!.Value, lossy.Total.Lost - 8, lossy.Total.Lost);
    }

    [SharedCapturesFact]
    public void Reports_in_rtcp_and_in_sip_stand_side_by_side()
    {
        var streams = Read("live-linphone-rtcpxr-vqpublish-dev.pcap");
        var lossy = streams.Single(stream => stream.Total.Lost > 0);
        var told = lossy.Remote.Select(static report => report.Source).ToArray();

        Assert.Equal([RemoteSource.RtcpReceiverReport, RemoteSource.VoiceQualityReport], told);
        Assert.InRange(lossy.Remote[0]["cumulativeLost"]!.Value, lossy.Total.Lost - 2, lossy.Total.Lost);
        Assert.InRange(lossy.Remote[1]["roundTripMs"]!.Value, 45, 55);
    }

    private static List<StreamRecord> Read(string name)
    {
        using var source = CaptureFileSource.Open(
            Path.Combine(SharedCapturesFactAttribute.Folder!, name));
        return Measurement.Of(source).Streams;
    }
}
