using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Protocols.Rtcp;
using VoiceQuality.Testing.Captures;

namespace VoiceQuality.Monitor.Tests.Rtcp;

/// <summary>
/// One call between 198.18.0.1:4000 (SSRC 0xA) and 198.18.0.2:6000 (SSRC 0xB), where RTCP ends in between or comes from
/// elsewhere.
/// </summary>
public class RtcpTerminationTests
{
    private const uint CallerSsrc = 0xA;
    private const uint CalleeSsrc = 0xB;
    private const uint BorderSsrc = 0x5BC;
    private const string CallerRtcp = "198.18.0.1:4001";
    private const string CalleeRtcp = "198.18.0.2:6001";

    // VoIP metrics on 0xA with a round trip of 100 ms, MOS-LQ 4.3 and MOS-CQ 4.1.
    private static readonly byte[] RoundTripOf100Ms =
    [
        0, 0, 0, 0xA, 13, 26, 128, 5, 0, 120, 2, 8, 0, 100, 0, 20,
        127, 127, 127, 16, 90, 127, 43, 41, 0, 0, 0, 60, 0, 80, 0, 200,
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Reports_from_an_SSRC_that_sends_none_of_the_media_hide_the_far_side(int lanes)
    {
        // The callee's media is 0xB; an SBC at its place answers for it as 0x5BC and knows the way to itself alone.
        var wire = Call();
        new RtcpScript(wire, CallerRtcp, CalleeRtcp, CallerSsrc).SenderReport(3, 3 << 16);
        var border = new RtcpScript(wire, CalleeRtcp, CallerRtcp, BorderSsrc);
        border.ReceiverReport(3.05, Report(CallerSsrc, 3));
        border.Extended(4, 7, 0, RoundTripOf100Ms);

        var measured = Measurement.Of(wire, new MonitorOptions { Lanes = lanes });
        var stream = measured.Streams.Single(stream => stream.Ssrc == CallerSsrc);
        var call = Assert.Single(measured.Calls);

        Assert.Equal(
            (true, DelayObstacle.RtcpTerminated, new PathDelay(null, 50_000, null, null)),
            (stream.IsRtcpTerminated, stream.DelayObstacle, stream.Delay));
        Assert.Equal((null, null), (stream.MosCqE4, stream.TaMs));
        Assert.Contains(CallFlag.RtcpTerminated, call.Flags);
        Assert.Equal((null, null), (call.MosCqE4, call.OneWayDelayUs));

        // What it says stands beside our figures all the same.
        Assert.Equal(4.1m, stream.Remote.Single(one => one.Source == RemoteSource.RtcpExtendedReport)["mosCq"]);
    }

    [Fact]
    public void Reports_on_an_SSRC_that_never_passes_hide_the_far_side()
    {
        var wire = Call();
        new RtcpScript(wire, CalleeRtcp, CallerRtcp, CalleeSsrc).ReceiverReport(5, Report(0xDEAD, 3));

        var measured = Measurement.Of(wire);
        var stream = measured.Streams.Single(stream => stream.Ssrc == CallerSsrc);

        Assert.Equal((true, DelayObstacle.RtcpTerminated), (stream.IsRtcpTerminated, stream.DelayObstacle));
        Assert.Contains(CallFlag.RtcpTerminated, Assert.Single(measured.Calls).Flags);
    }

    [Fact]
    public void Reports_on_an_earlier_call_at_the_same_port_say_nothing_of_this_one()
    {
        var wire = Call();
        new RtcpScript(wire, CalleeRtcp, CallerRtcp, CalleeSsrc).ReceiverReport(0.5, Report(0xDEAD, 3));

        var stream = Measurement.Of(wire).Streams.Single(stream => stream.Ssrc == CallerSsrc);

        Assert.Equal((false, DelayObstacle.NoReports), (stream.IsRtcpTerminated, stream.DelayObstacle));
    }

    [Fact]
    public void A_party_that_sends_no_media_may_report_with_any_SSRC()
    {
        var wire = new Wire();
        var sip = new SipScript(wire, "call-1");
        sip.Answered(0, 2, Sdp.Audio("198.18.0.1", 4000), Sdp.Audio("198.18.0.2", 6000));
        new RtpScript(wire, "198.18.0.1:4000", "198.18.0.2:6000") { Ssrc = CallerSsrc }.Send(1_000, 2.1);
        sip.Released(22.5);
        new RtcpScript(wire, CalleeRtcp, CallerRtcp, BorderSsrc).Extended(4, 7, 0, RoundTripOf100Ms);

        var stream = Assert.Single(Measurement.Of(wire).Streams);

        Assert.False(stream.IsRtcpTerminated);
        Assert.Equal((DelayObstacle.None, 100_000L), (stream.DelayObstacle, stream.Delay!.RoundTripUs!.Value));
    }

    [Fact]
    public void A_round_trip_to_one_side_of_the_tap_is_no_sign_of_termination_and_gives_no_delay()
    {
        var wire = Call();
        new RtcpScript(wire, CallerRtcp, CalleeRtcp, CallerSsrc).SenderReport(3, 3 << 16);
        new RtcpScript(wire, CalleeRtcp, CallerRtcp, CalleeSsrc).ReceiverReport(3.05, Report(CallerSsrc, 3));

        var measured = Measurement.Of(wire);
        var stream = measured.Streams.Single(stream => stream.Ssrc == CallerSsrc);

        Assert.Equal((false, DelayObstacle.OneSideOnly), (stream.IsRtcpTerminated, stream.DelayObstacle));
        Assert.Equal(
            DelayObstacle.NoReports, measured.Streams.Single(stream => stream.Ssrc == CalleeSsrc).DelayObstacle);
    }

    [Theory]
    [InlineData(CalleeRtcp)]
    [InlineData("198.18.9.9:6001")]
    public void RTCP_of_a_party_with_several_addresses_is_matched_by_SSRC(string reportsGoTo)
    {
        // The callee's RTCP comes from 198.18.9.9; the caller sends its own to the media's address, or there.
        var wire = Call();
        var caller = new RtcpScript(wire, CallerRtcp, reportsGoTo, CallerSsrc);
        var callee = new RtcpScript(wire, "198.18.9.9:6001", CallerRtcp, CalleeSsrc);
        caller.SenderReport(3, 3 << 16);
        callee.SenderReport(3.05, 77 << 16, Report(CallerSsrc, 3));
        caller.ReceiverReport(3.062, Report(CalleeSsrc, 77));

        var measured = Measurement.Of(wire);
        var fromCaller = measured.Streams.Single(stream => stream.Ssrc == CallerSsrc);
        var fromCallee = measured.Streams.Single(stream => stream.Ssrc == CalleeSsrc);

        // 50 ms on the callee's side, 12 ms on the caller's.
        Assert.Equal(new PathDelay(12_000, 50_000, 62_000, RoundTripSource.Rtcp), fromCaller.Delay);
        Assert.Equal(new PathDelay(50_000, 12_000, 62_000, RoundTripSource.Rtcp), fromCallee.Delay);
        Assert.Equal(31_000, Assert.Single(measured.Calls).OneWayDelayUs);
    }

    private static RtcpReportValues Report(uint ssrc, uint sentAt) => new(ssrc, 0, 0, 0, 0, sentAt << 16, 0);

    private static Wire Call()
    {
        var wire = new Wire();
        var sip = new SipScript(wire, "call-1");
        sip.Answered(0, 2, Sdp.Audio("198.18.0.1", 4000), Sdp.Audio("198.18.0.2", 6000));
        new RtpScript(wire, "198.18.0.1:4000", "198.18.0.2:6000") { Ssrc = CallerSsrc }.Send(1_000, 2.1);
        new RtpScript(wire, "198.18.0.2:6000", "198.18.0.1:4000") { Ssrc = CalleeSsrc }.Send(1_000, 2.1);
        sip.Released(22.5);
        return wire;
    }
}
