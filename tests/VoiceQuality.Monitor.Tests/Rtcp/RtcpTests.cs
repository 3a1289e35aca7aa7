using VoiceQuality.Monitor.Sources;
using VoiceQuality.Monitor.Sources.Synthetic;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Protocols.Rtcp;
using VoiceQuality.Testing.Captures;

namespace VoiceQuality.Monitor.Tests.Rtcp;

/// <summary>
/// One call between 198.18.0.1:4000 (SSRC 0xA) and 198.18.0.2:6000 (SSRC 0xB), 20 s of PCMU each way, with RTCP on the
/// next ports.
/// </summary>
public class RtcpTests
{
    private const uint CallerSsrc = 0xA;
    private const uint CalleeSsrc = 0xB;

    [Fact]
    public void A_round_trip_is_measured_on_both_sides_of_the_tap_and_their_median_is_taken()
    {
        var wire = Call();
        var caller = Caller(wire);
        var callee = Callee(wire);

        // The callee's side: SR at 3 s quoted 80 ms later after 30 ms in the callee (0.03 x 65,536 = 1,966), so 50 ms;
        // then 90 ms and 60 ms. The caller's side: 12 ms.
        foreach (var (at, echoAfter) in new[] { (3.0, 0.080), (4.0, 0.120), (5.0, 0.090) })
        {
            caller.SenderReport(at, (uint)(at * 65_536));
            callee.SenderReport(at + echoAfter, (uint)((at + 0.5) * 65_536), Report(CallerSsrc, at, 1_966));
            caller.ReceiverReport(at + echoAfter + 0.012 + 0.25, Report(CalleeSsrc, at + 0.5, 16_384));
        }

        var measured = Measurement.Of(wire);
        var fromCaller = measured.Streams.Single(stream => stream.Ssrc == CallerSsrc);
        var fromCallee = measured.Streams.Single(stream => stream.Ssrc == CalleeSsrc);

        // 1,966/65,536 s are 29,998.8 us, so the median of 50,001, 90,001 and 60,001 us; 12,000 us on the other side.
        Assert.Equal(new PathDelay(12_000, 60_001, 72_001, RoundTripSource.Rtcp), fromCaller.Delay);
        Assert.Equal(new PathDelay(60_001, 12_000, 72_001, RoundTripSource.Rtcp), fromCallee.Delay);
        Assert.Equal(36_000, Assert.Single(measured.Calls).OneWayDelayUs);

        // Half the round trip, 20 ms in a packet, no look-ahead, 60 ms of buffer.
        Assert.Equal(36.0005 + 20 + 60, fromCaller.TaMs!.Value, 6);
        Assert.InRange(fromCaller.MosCqE4!.Value, 10_000, fromCaller.MosLqE4!.Value - 1);
    }

    [Fact]
    public void A_delay_that_only_one_side_shows_gives_no_conversational_score()
    {
        var wire = Call();
        Caller(wire).SenderReport(3, 7 << 16);
        Callee(wire).ReceiverReport(3.05, Report(CallerSsrc, 7, 0));

        var measured = Measurement.Of(wire);
        var stream = measured.Streams.Single(stream => stream.Ssrc == CallerSsrc);

        Assert.Equal(new PathDelay(null, 50_000, null, null), stream.Delay);
        Assert.Null(stream.Delay!.OneWayUs);
        Assert.Null(stream.MosCqE4);
        Assert.Null(Assert.Single(measured.Calls).MosCqE4);
        Assert.Null(Assert.Single(measured.Calls).OneWayDelayUs);
    }

    [Fact]
    public void An_echo_of_nothing_of_the_future_or_of_long_ago_is_no_round_trip()
    {
        var wire = Call();
        Caller(wire).SenderReport(3, 7 << 16);
        var callee = Callee(wire);
        callee.ReceiverReport(3.1, new RtcpReportValues(CallerSsrc, 0, 0, 0, 0, 0, 0));
        callee.ReceiverReport(3.2, new RtcpReportValues(CallerSsrc, 0, 0, 0, 0, 9 << 16, 0));
        callee.ReceiverReport(3.3, Report(CallerSsrc, 7, 65_536));
        callee.ReceiverReport(13.5, Report(CallerSsrc, 7, 0));

        var stream = Measurement.Of(wire).Streams.Single(stream => stream.Ssrc == CallerSsrc);

        Assert.Null(stream.Delay);
        Assert.Equal(0m, Assert.Single(stream.Remote)["roundTrips"]);
        Assert.Null(Assert.Single(stream.Remote)["roundTripMs"]);
    }

    [Theory]
    [InlineData("198.18.0.2:6001", "198.18.0.1:4001")]
    [InlineData("198.18.0.2:6000", "198.18.0.1:4000")]
    [InlineData("198.18.0.2:7777", "198.18.0.1:9999")]
    [InlineData("198.18.9.9:6001", "198.18.0.1:4001")]
    public void What_the_receiver_says_stands_beside_our_own_figures(string source, string destination)
    {
        var wire = Call();
        var callee = new RtcpScript(wire, source, destination, CalleeSsrc);
        callee.ReceiverReport(6, new RtcpReportValues(CallerSsrc, 64, 9, 1_200, 160, 0, 0));
        callee.ReceiverReport(11, new RtcpReportValues(CallerSsrc, 32, 12, 1_500, 80, 0, 0));

        var stream = Measurement.Of(wire).Streams.Single(stream => stream.Ssrc == CallerSsrc);
        var report = Assert.Single(stream.Remote);

        Assert.Equal(0, stream.Total.Lost);
        Assert.Equal(RemoteSource.RtcpReceiverReport, report.Source);
        Assert.Equal((CalleeSsrc, 2L), (report.ReporterSsrc!.Value, report.Reports));
        Assert.Equal((Wire.Us(6), Wire.Us(11)), (report.FirstAtUs, report.LastAtUs));

        // 32/256 and 64/256; 80 and 160 ticks of 8 kHz.
        Assert.Equal((12.5m, 25m), (report["lossPercent"], report["lossPercentMax"]));
        Assert.Equal((12m, 1_500m), (report["cumulativeLost"], report["highestSequenceNumber"]));
        Assert.Equal((10m, 20m), (report["jitterMs"], report["jitterMaxMs"]));
    }

    [Fact]
    public void A_round_trip_in_voip_metrics_overrides_the_one_between_reports()
    {
        var wire = Call();
        Caller(wire).SenderReport(3, 7 << 16);
        var callee = Callee(wire);
        callee.ReceiverReport(3.05, Report(CallerSsrc, 7, 0));
        callee.Extended(4, 7, 0,
            0, 0, 0, 0xA, 13, 26, 128, 5, 0, 120, 2, 8, 0, 100, 0, 20,
            127, 127, 127, 16, 90, 127, 43, 41, 0, 0, 0, 60, 0, 80, 0, 200);

        var measured = Measurement.Of(wire);
        var fromCaller = measured.Streams.Single(stream => stream.Ssrc == CallerSsrc);
        var fromCallee = measured.Streams.Single(stream => stream.Ssrc == CalleeSsrc);

        Assert.Equal(new PathDelay(null, 50_000, 100_000, RoundTripSource.RtcpXr), fromCaller.Delay);
        Assert.Equal(50_000, fromCaller.Delay!.OneWayUs);
        var told = fromCaller.Remote.Single(report => report.Source == RemoteSource.RtcpExtendedReport);
        Assert.Equal((5.08m, 10.16m, 4.3m, 4.1m), (
            told["lossPercent"], told["discardPercent"], told["mosLq"], told["mosCq"]));
        Assert.Null(told["signalLevelDbm"]);
        Assert.Empty(fromCallee.Remote);
    }

    [Fact]
    public void A_receiver_that_sends_nothing_is_timed_by_its_reference_time()
    {
        var wire = Call();

        // RRT of 0xB at 3 s with the middle bits 0x00070000, its echo to 0xB at 3.04 s after 0.02 s (1,311/65,536 s).
        Callee(wire).Extended(3, 4, 0, 0, 0, 0, 7, 0, 0, 0, 0);
        Caller(wire).Extended(3.04, 5, 0, 0, 0, 0, 0xB, 0, 7, 0, 0, 0, 0, 5, 31);

        var stream = Measurement.Of(wire).Streams.Single(stream => stream.Ssrc == CalleeSsrc);

        // 1,311/65,536 s are 20,004 us.
        Assert.Equal(19_995, stream.Delay!.ReceiverSideUs);
    }

    [Fact]
    public void A_voice_quality_report_is_found_by_call_and_source()
    {
        var wire = Call();
        const string Body = "VQSessionReport: CallTerm\r\nCallID: call-1\r\n"
            + "LocalID: sip:+15550100@caller.example\r\n"
            + "LocalAddr: IP=198.18.0.2 PORT=6000 SSRC=11\r\nRemoteAddr: IP=198.18.0.1 PORT=4000 SSRC=10\r\n"
            + "LocalMetrics:\r\nPacketLoss: NLR=2.5 JDR=0.5\r\nDelay: RTD=80\r\nQualityEst: MOSLQ=3.9\r\n"
            + "RemoteMetrics:\r\nPacketLoss: NLR=1\r\n";
        var message = "PUBLISH sip:collector@sip.example SIP/2.0\r\n"
            + "Via: SIP/2.0/UDP 198.18.0.2:5060;branch=z9hG4bK-p\r\nFrom: <sip:b@callee.example>;tag=p\r\n"
            + "To: <sip:collector@sip.example>\r\nCall-ID: publish-1\r\nCSeq: 1 PUBLISH\r\nEvent: vq-rtcpxr\r\n"
            + $"Content-Type: application/vq-rtcpxr\r\nContent-Length: {Body.Length}\r\n\r\n{Body}";
        wire.Udp(25, "198.18.0.2:5060", "198.18.0.9:5060", message);
        wire.Udp(25.5, "198.18.0.2:5060", "198.18.0.9:5060", message);

        var measured = Measurement.Of(wire);
        var fromCaller = measured.Streams.Single(stream => stream.Ssrc == CallerSsrc);
        var fromCallee = measured.Streams.Single(stream => stream.Ssrc == CalleeSsrc);
        var heard = Assert.Single(fromCaller.Remote);

        Assert.Equal(RemoteSource.VoiceQualityReport, heard.Source);
        Assert.Equal((1L, 11u), (heard.Reports, heard.ReporterSsrc));
        Assert.Equal((2.5m, 0.5m, 80m, 3.9m), (
            heard["lossPercent"], heard["discardPercent"], heard["roundTripMs"], heard["mosLq"]));
        Assert.Null(heard["mosCq"]);
        Assert.Equal(1m, Assert.Single(fromCallee.Remote)["lossPercent"]);
        Assert.Null(fromCaller.Delay);
    }

    [Fact]
    public void A_report_on_no_source_or_on_source_0_is_of_no_other()
    {
        var wire = Call();
        Publish(wire, 25, "call-1", "LocalAddr: IP=198.18.0.2 PORT=6000 SSRC=0\r\n"
            + "RemoteAddr: IP=198.18.0.1 PORT=4000 SSRC=0\r\n");

        Assert.All(Measurement.Of(wire).Streams, stream => Assert.Empty(stream.Remote));
    }

    [Fact]
    public void Reports_without_a_source_on_many_calls_find_each_its_own()
    {
        // 198.18.0.1 and .2 talk in call-1; a hundred other calls are reported on before it.
        const string Ends = "LocalAddr: IP=198.18.0.2 PORT=6000\r\nRemoteAddr: IP=198.18.0.1 PORT=4000\r\n";
        var wire = Call();
        for (var other = 0; other < 100; other++)
        {
            Publish(wire, 24 + (other * 0.001), $"other-{other}", Ends);
        }

        Publish(wire, 25, "call-1", Ends);
        var measured = Measurement.Of(wire);

        Assert.Equal(3.9m, Assert.Single(
            measured.Streams.Single(stream => stream.Ssrc == CallerSsrc).Remote)["mosLq"]);
        Assert.DoesNotContain("sip.qualityReportTableFull", measured.Counters.Rejects.Keys);
    }

    [Fact]
    public void Generated_calls_have_the_delay_of_their_plan_whatever_the_number_of_lanes()
    {
        var one = Run(lanes: 1);
        var four = Run(lanes: 4);

        Assert.True(one.Count > 10);
        Assert.All(one, stream =>
        {
            // The sides are 35 ms from the tap: 70 ms there and back each, 140 ms in all, 70 ms one way; with 20 ms in
            // a packet and 60 ms of buffer Ta is 150 ms, for which G.107 gives 4.33 (G.711 without loss, T = Ta).
            Assert.InRange(stream.Delay!.RoundTripUs!.Value, 139_900, 140_100);
            Assert.Equal(150, stream.TaMs!.Value, 0.1);
            Assert.Equal(4.33, stream.MosCqE4!.Value / 1e4, 0.005);
        });
        Assert.Equal(
            one.Select(stream => (stream.Ssrc, stream.Delay, stream.MosCqE4, stream.Remote[0]["jitterMs"])),
            four.Select(stream => (stream.Ssrc, stream.Delay, stream.MosCqE4, stream.Remote[0]["jitterMs"])));
    }

    private static List<StreamRecord> Run(int lanes)
    {
        var scenario = SyntheticScenario.Clean with
        {
            Calls = 8,
            Duration = TimeSpan.FromSeconds(30),
            Seed = 3,
            RtcpInterval = TimeSpan.FromSeconds(2),
        };
        var plans = scenario.ToPlans().Select(plan => plan with
        {
            Duration = TimeSpan.FromSeconds(20),
            Codec = SyntheticCodec.Pcmu,
            FromCaller = plan.FromCaller with { SenderDelayMs = 35 },
            FromCallee = plan.FromCallee with { SenderDelayMs = 35 },
        });
        using var source = new SyntheticSource("s", new SyntheticTraffic(plans, scenario.ToOptions()));
        return Measurement.Of(source, new MonitorOptions { Lanes = lanes }).Streams;
    }

    private static RtcpReportValues Report(uint ssrc, double sentAt, uint dlsr) =>
        new(ssrc, 0, 0, 0, 0, (uint)(sentAt * 65_536), dlsr);

    private static RtcpScript Caller(Wire wire) => new(wire, "198.18.0.1:4001", "198.18.0.2:6001", CallerSsrc);

    private static RtcpScript Callee(Wire wire) => new(wire, "198.18.0.2:6001", "198.18.0.1:4001", CalleeSsrc);

    private static void Publish(Wire wire, double at, string callId, string addresses)
    {
        var body = $"VQSessionReport: CallTerm\r\nCallID: {callId}\r\n{addresses}"
            + "LocalMetrics:\r\nQualityEst: MOSLQ=3.9\r\n";
        wire.Udp(at, "198.18.0.2:5060", "198.18.0.9:5060",
            "PUBLISH sip:collector@sip.example SIP/2.0\r\n"
            + $"Via: SIP/2.0/UDP 198.18.0.2:5060;branch=z9hG4bK-{callId}\r\nFrom: <sip:b@callee.example>;tag=p\r\n"
            + $"To: <sip:collector@sip.example>\r\nCall-ID: publish-{callId}\r\nCSeq: 1 PUBLISH\r\n"
            + $"Content-Type: application/vq-rtcpxr\r\nContent-Length: {body.Length}\r\n\r\n{body}");
    }

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
