using System.Net;
using VoiceQuality.Monitor.Sources.Synthetic;

namespace VoiceQuality.Monitor.Tests.Synthetic;

public class SyntheticCallPlanTests
{
    private const long StartNs = 1_767_600_000_000_000_000;

    private static readonly SyntheticCallPlan Plan = new()
    {
        StartNs = StartNs,
        Caller = "+15550010001",
        Callee = "+18005550001",
        CallerDomain = "trunk.example",
        CalleeDomain = "carrier.example",
        TrunkAddress = IPAddress.Parse("198.18.1.250"),
        SbcAddress = IPAddress.Parse("198.19.0.250"),
        Duration = TimeSpan.FromSeconds(4),
    };

    [Theory]
    [InlineData(SyntheticOutcome.Answered, null, "INVITE 100 180 200 ACK BYE 200", 200)]
    [InlineData(SyntheticOutcome.Rejected, 603, "INVITE 100 603 ACK", 603)]
    [InlineData(SyntheticOutcome.Failed, null, "INVITE 100 503 ACK", 503)]
    [InlineData(SyntheticOutcome.Cancelled, null, "INVITE 100 180 CANCEL 200 487 ACK", 487)]
    [InlineData(SyntheticOutcome.Unanswered, 408, "INVITE 100 180 408 ACK", 408)]
    public void Each_outcome_has_the_messages_of_rfc_3261(
        SyntheticOutcome outcome, int? status, string messages, int finalStatus)
    {
        var (frames, truth) = Run(Plan with { Outcome = outcome, FinalStatus = status });

        Assert.Equal(messages, string.Join(' ', Sip(frames).Select(Name)));
        Assert.Equal((outcome, finalStatus), (truth.Outcome, truth.FinalStatus));
        Assert.Equal(outcome == SyntheticOutcome.Answered, frames.Any(frame => frame.Kind == SyntheticFrameKind.Rtp));
        Assert.Equal(outcome == SyntheticOutcome.Answered, truth.ByeAtNs is not null);
    }

    [Fact]
    public void A_call_is_dialled_rings_is_answered_and_ends_when_its_plan_says()
    {
        var (frames, truth) = Run(Plan with
        {
            PostDialDelay = TimeSpan.FromMilliseconds(700),
            RingTime = TimeSpan.FromSeconds(3),
        });
        var sip = Sip(frames);

        Assert.Equal(StartNs, sip[0].TimestampNs);
        Assert.Equal(StartNs + 700_000_000, sip[2].TimestampNs);
        Assert.Equal(StartNs + 3_700_000_000, sip[3].TimestampNs);
        Assert.Equal(StartNs + 7_700_000_000, sip[5].TimestampNs);
        Assert.Equal(
            (sip[0].TimestampNs, sip[2].TimestampNs, sip[3].TimestampNs, sip[5].TimestampNs, sip[6].TimestampNs),
            (truth.InviteAtNs, truth.RingingAtNs, truth.FinalResponseAtNs, truth.ByeAtNs, truth.LastSipAtNs));
    }

    [Fact]
    public void The_invite_names_the_parties_the_domains_and_the_extra_headers()
    {
        var (frames, truth) = Run(Plan with { ExtraHeaders = ["P-Charge-Info: <sip:unit1@trunk.example>"] });
        var invite = Sip(frames)[0].Text;

        Assert.StartsWith("INVITE sip:+18005550001@carrier.example SIP/2.0\r\n", invite, StringComparison.Ordinal);
        Assert.Contains("From: <sip:+15550010001@trunk.example>;tag=", invite, StringComparison.Ordinal);
        Assert.Contains("\r\nP-Charge-Info: <sip:unit1@trunk.example>\r\n", invite, StringComparison.Ordinal);
        Assert.Contains($"\r\nCall-ID: {truth.CallId}\r\n", invite, StringComparison.Ordinal);
        Assert.All(Sip(frames), message => Assert.Contains(truth.CallId, message.Text, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_content_length_is_the_length_of_the_body()
    {
        var (frames, _) = Run(Plan);

        Assert.All(Sip(frames), message =>
        {
            var parts = message.Text.Split("\r\n\r\n", 2);
            Assert.EndsWith($"Content-Length: {parts[1].Length}", parts[0], StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData(SyntheticCodec.Pcmu, "0 PCMU/8000", 0, 160, 160)]
    [InlineData(SyntheticCodec.Pcma, "8 PCMA/8000", 8, 160, 160)]
    [InlineData(SyntheticCodec.G722, "9 G722/8000", 9, 160, 160)]
    [InlineData(SyntheticCodec.Gsm, "3 GSM/8000", 3, 33, 160)]
    [InlineData(SyntheticCodec.G729, "18 G729/8000", 18, 20, 160)]
    [InlineData(SyntheticCodec.Opus, "111 opus/48000/2", 111, 60, 960)]
    public void The_sdp_and_the_packets_agree_on_the_codec(
        SyntheticCodec codec, string rtpmap, int payloadType, int payloadLength, uint ticks)
    {
        var (frames, _) = Run(Plan with { Codec = codec });
        var answer = Sip(frames)[3].Text;
        var packets = frames.Where(frame => frame.Kind == SyntheticFrameKind.Rtp)
            .GroupBy(frame => frame.Source.Address)
            .First()
            .ToList();

        Assert.Contains($"a=rtpmap:{rtpmap}\r\n", answer, StringComparison.Ordinal);
        Assert.Contains($"m=audio 16384 RTP/AVP {payloadType} ", answer, StringComparison.Ordinal);
        Assert.All(packets, packet => Assert.Equal(payloadType, packet.Payload[1] & 0x7F));
        Assert.All(packets, packet => Assert.Equal(12 + payloadLength, packet.Payload.Length));
        Assert.All(packets.Zip(packets.Skip(1)), pair => Assert.Equal(ticks, pair.Second.Long(4) - pair.First.Long(4)));
        Assert.Equal(0x80, packets[0].Payload[1] & 0x80);
    }

    [Fact]
    public void A_call_from_outside_is_sent_by_the_sbc()
    {
        var (frames, truth) = Run(Plan with { CallerIsCustomer = false, ReleasedBy = SyntheticParty.Callee });
        var sip = Sip(frames);

        Assert.Equal(Plan.SbcAddress, sip[0].Source.Address);
        Assert.Equal(Plan.TrunkAddress, sip[5].Source.Address);
        Assert.StartsWith("BYE sip:+15550010001@", sip[5].Text, StringComparison.Ordinal);
        Assert.Equal(Plan.SbcAddress, truth.Streams.Single(stream => stream.From == SyntheticParty.Caller).Source.Address);
    }

    [Fact]
    public void A_late_capture_has_media_and_the_release_only()
    {
        var (frames, truth) = Run(Plan with { SetupCaptured = false });

        Assert.Equal("BYE 200", string.Join(' ', Sip(frames).Select(Name)));
        Assert.Equal(SyntheticOutcome.Incomplete, truth.Outcome);
        Assert.Null(truth.FinalStatus);
        Assert.Null(truth.InviteAtNs);
        Assert.Equal(2, truth.Streams.Length);
    }

    [Fact]
    public void A_release_that_is_not_captured_leaves_no_bye()
    {
        var (frames, truth) = Run(Plan with { ReleaseCaptured = false });

        Assert.Equal("INVITE 100 180 200 ACK", string.Join(' ', Sip(frames).Select(Name)));
        Assert.Null(truth.ByeAtNs);
    }

    [Fact]
    public void One_way_audio_has_one_stream_and_receiver_reports_from_the_silent_side()
    {
        var (frames, truth) = Run(Plan with
        {
            Duration = TimeSpan.FromSeconds(20),
            FromCallee = new Impairment { NoMedia = true },
        });
        var fromCallee = frames.Where(frame => frame.Kind == SyntheticFrameKind.Rtcp
            && frame.Source.Address.Equals(Plan.SbcAddress)).ToList();

        Assert.Equal(SyntheticParty.Caller, Assert.Single(truth.Streams).From);
        Assert.NotEmpty(fromCallee);
        Assert.All(fromCallee, report => Assert.Equal(201, report.Payload[1]));
    }

    [Fact]
    public void Lsr_and_dlsr_give_the_round_trip_of_the_truth()
    {
        var (frames, truth) = Run(Plan with
        {
            Duration = TimeSpan.FromSeconds(40),
            FromCaller = Impairment.None with { SenderDelayMs = 15 },
            FromCallee = Impairment.None with { SenderDelayMs = 40 },
        });
        var reports = frames.Where(frame => frame.Kind == SyntheticFrameKind.Rtcp).ToList();

        // The callee answers the caller's SR: twice its 40 ms lie between the two passing the capture point.
        var fromCaller = reports.Where(report => report.Source.Address.Equals(Plan.TrunkAddress)).ToList();
        var fromCallee = reports.Except(fromCaller).Where(report => report.Long(8 + 20 + 16) != 0).ToList();
        Assert.NotEmpty(fromCallee);
        foreach (var report in fromCallee)
        {
            var lsr = report.Long(28 + 16);
            var dlsrNs = report.Long(28 + 20) * 1e9 / 65_536;
            var sent = fromCaller.Single(other => (uint)(other.Quad(8) >> 16) == lsr);
            Assert.Equal(80, (report.TimestampNs - sent.TimestampNs - dlsrNs) / 1e6, 0.05);
        }

        Assert.Equal(80, truth.Streams.Single(stream => stream.From == SyntheticParty.Caller).RoundTripMs);
        Assert.Equal(30, truth.Streams.Single(stream => stream.From == SyntheticParty.Callee).RoundTripMs);
    }

    [Fact]
    public void Sender_reports_count_the_packets_that_were_sent_before_them()
    {
        var (frames, _) = Run(Plan with
        {
            Duration = TimeSpan.FromSeconds(40),
            FromCaller = new Impairment { LossProbability = 0.3 },
        });
        var first = frames.First(frame => frame.Kind == SyntheticFrameKind.Rtp
            && frame.Source.Address.Equals(Plan.TrunkAddress));
        var reports = frames.Where(frame => frame.Kind == SyntheticFrameKind.Rtcp && frame.Payload[1] == 200
            && frame.Source.Address.Equals(Plan.TrunkAddress)).ToList();

        // 50 packets/s since the first slot. A tick more or less: jitter moves the first packet by 0.45 ms at most,
        // and the first packets themselves may be lost.
        Assert.True(reports.Count >= 5);
        foreach (var (earlier, later) in reports.Zip(reports.Skip(1)))
        {
            var seconds = (later.TimestampNs - earlier.TimestampNs) / 1e9;
            Assert.InRange(later.Long(20) - (double)earlier.Long(20), 0, seconds * 50 + 1);
        }

        var beforeLast = reports[^2];
        Assert.Equal(
            (beforeLast.TimestampNs - first.TimestampNs) / 20e6 + 1, beforeLast.Long(20), tolerance: 12);
    }

    [Fact]
    public void Plans_out_of_order_are_refused_without_naming_anybody()
    {
        using var traffic = new SyntheticTraffic([Plan, Plan with { StartNs = StartNs - 1 }]);

        var refusal = Assert.Throws<InvalidOperationException>(() => CapturedFrame.All(traffic));

        Assert.Equal("Synthetic call 1: it starts before the call in front of it.", refusal.Message);
    }

    [Fact]
    public void Values_out_of_range_are_found()
    {
        SyntheticCallPlan[] wrong =
        [
            Plan with { Caller = "" },
            Plan with { Callee = "two words" },
            Plan with { SbcAddress = IPAddress.IPv6Loopback },
            Plan with { Duration = TimeSpan.FromHours(25) },
            Plan with { FinalStatus = 200 },
            Plan with { VlanId = 4_095 },
            Plan with { Outcome = SyntheticOutcome.Incomplete },
            Plan with { SetupCaptured = false, Outcome = SyntheticOutcome.Failed },
            Plan with { ExtraHeaders = ["X-Two: lines\r\nX-Injected: yes"] },
            Plan with { ExtraHeaders = ["X-Long: " + new string('x', 2_000)] },
            Plan with { FromCaller = new Impairment { LossProbability = double.NaN } },
            Plan with { FromCallee = new Impairment { ReorderProbability = 0.6 } },
            Plan with { FromCallee = new Impairment { Burst = new BurstLoss(0.1, 0) } },
            Plan with { FromCallee = new Impairment { TelephoneEvents = 9 } },
        ];

        Assert.Null(Plan.FindProblem());
        Assert.All(wrong, plan => Assert.NotNull(plan.FindProblem()));
        Assert.All(wrong, plan => Assert.DoesNotContain("1555", plan.FindProblem(), StringComparison.Ordinal));
    }

    private static (List<CapturedFrame> Frames, SyntheticCallTruth Truth) Run(SyntheticCallPlan plan)
    {
        var truths = new List<SyntheticCallTruth>();
        using var traffic = new SyntheticTraffic(
            [plan], new SyntheticTrafficOptions { Seed = 5, OnCallFinished = truths.Add });
        var frames = CapturedFrame.All(traffic);

        return (frames, Assert.Single(truths));
    }

    private static List<CapturedFrame> Sip(List<CapturedFrame> frames) =>
        frames.Where(frame => frame.Kind == SyntheticFrameKind.Sip).ToList();

    private static string Name(CapturedFrame message)
    {
        var words = message.Text.Split(' ');

        return words[0] == "SIP/2.0" ? words[1] : words[0];
    }
}
