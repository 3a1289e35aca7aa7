using System.Text;
using VoiceQuality.Protocols.Sip;

namespace VoiceQuality.Protocols.Tests.Sip;

public class VoiceQualityReportTests
{
    private const string Body = """
        VQSessionReport: CallTerm
        CallID: 6dg37f1890463
        LocalID: Alice <sip:+15550100@caller.example>
        RemoteID: Bill <sip:+15550199@callee.example>
        LocalAddr: IP=198.18.0.1 PORT=5000 SSRC=1a3b5c7d
        RemoteAddr: IP=[2001:2::9] PORT=5002 SSRC=0x2468abcd
        LocalMetrics:
        Timestamps: START=2026-01-05T18:23:43Z STOP=2026-01-05T18:26:02Z
        SessionDesc: PT=18 PD=G729 SR=8000 FD=20 FO=20 FPP=2 PPS=50 PLC=3 SSUP=on
        JitterBuffer: JBA=3 JBR=2 JBN=40 JBM=80 JBX=120
        PacketLoss: NLR=5.0 JDR=2.0
        BurstGapLoss: BLD=0 BD=0 GLD=2.0 GD=500 GMIN=16
        Delay: RTD=200 ESD=140 SOWD=65 IAJ=2 MAJ=10
        Signal: SL=-21 NL=-50 RERL=55
        QualityEst: RLQ=90 RCQ=85 EXTRI=90 MOSLQ=4.2 MOSCQ=4.3 QoEEstAlg=P.564
        RemoteMetrics:
        PacketLoss: NLR=3.25
        DialogID: 1890463548@caller.example;to-tag=8472761;from-tag=9123dh311
        """;

    [Fact]
    public void A_report_is_read_with_its_addresses_and_both_sides()
    {
        Assert.True(VoiceQualityReport.TryParse(Encoding.ASCII.GetBytes(Body.ReplaceLineEndings("\r\n")), out var report));

        Assert.True(report.IsFinal);
        Assert.Equal("6dg37f1890463", Encoding.ASCII.GetString(report.CallId));
        Assert.Equal("198.18.0.1", report.Local.Address.ToString());
        Assert.Equal((ushort?)5000, report.Local.Port);
        Assert.Null(report.Local.Ssrc);
        Assert.Equal("2001:2::9", report.Remote.Address.ToString());
        Assert.Equal(0x2468ABCDu, report.Remote.Ssrc);
        Assert.Equal(5_000, report.LocalMetrics.LossRate);
        Assert.Equal(2_000, report.LocalMetrics.DiscardRate);
        Assert.Equal(500_000, report.LocalMetrics.GapDuration);
        Assert.Equal(200_000, report.LocalMetrics.RoundTrip);
        Assert.Equal(140_000, report.LocalMetrics.EndSystemDelay);
        Assert.Null(report.LocalMetrics.OneWayDelay);
        Assert.Equal(40_000, report.LocalMetrics.JitterBufferNominal);
        Assert.Equal((90_000, 85_000), (report.LocalMetrics.RFactorLq, report.LocalMetrics.RFactorCq));
        Assert.Equal((4_200, 4_300), (report.LocalMetrics.MosLq, report.LocalMetrics.MosCq));
        Assert.Equal(new VqMetrics { LossRate = 3_250 }, report.RemoteMetrics);
    }

    [Theory]
    [InlineData("NLR=", null)]
    [InlineData("NLR=.5", null)]
    [InlineData("NLR=5.", null)]
    [InlineData("NLR=-1", null)]
    [InlineData("NLR=1e3", null)]
    [InlineData("NLR=9999999", null)]
    [InlineData("NLR=1.2345", 1_234)]
    [InlineData("nlr=0", 0)]
    [InlineData("NLR=1.2x", null)]
    public void A_value_that_is_no_decimal_is_unknown(string value, int? expected)
    {
        var body = Encoding.ASCII.GetBytes($"VQIntervalReport\r\nLocalMetrics:\r\nPacketLoss: {value}\r\n");

        Assert.True(VoiceQualityReport.TryParse(body, out var report));
        Assert.Equal(expected, report.LocalMetrics.LossRate);
        Assert.False(report.IsFinal);
    }

    [Theory]
    [InlineData("NLR=100 JDR=100 RLQ=120 MOSLQ=5 MOSCQ=1", true)]
    [InlineData("NLR=100.001 JDR=999999 RLQ=120.001 MOSLQ=5.001 MOSCQ=0.999", false)]
    public void A_value_that_cannot_be_is_unknown(string values, bool isKnown)
    {
        var body = Encoding.ASCII.GetBytes($"VQIntervalReport\r\nLocalMetrics:\r\nPacketLoss: {values}\r\n");

        Assert.True(VoiceQualityReport.TryParse(body, out var report));
        var told = report.LocalMetrics;
        Assert.Equal(
            isKnown ? [100_000, 100_000, 120_000, 5_000, 1_000] : [null, null, null, null, null],
            (int?[])[told.LossRate, told.DiscardRate, told.RFactorLq, told.MosLq, told.MosCq]);
    }

    [Fact]
    public void Octets_cut_anywhere_or_strange_are_read_without_an_exception()
    {
        var body = Encoding.ASCII.GetBytes(Body);
        for (var length = 0; length < body.Length; length++)
        {
            Assert.Equal(length >= 15, VoiceQualityReport.TryParse(body.AsSpan(0, length), out _));
        }

        var random = new Random(5);
        for (var i = 0; i < 2_000; i++)
        {
            var octets = (byte[])body.Clone();
            for (var j = 0; j < 20; j++)
            {
                octets[random.Next(15, octets.Length)] = (byte)random.Next(256);
            }

            Assert.True(VoiceQualityReport.TryParse(octets, out _));
        }
    }
}
