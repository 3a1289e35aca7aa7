using VoiceQuality.Protocols.Rtcp;

namespace VoiceQuality.Protocols.Tests.Rtcp;

/// <summary>Blocks of RFC 3611 §4.1 to §4.7, octet by octet as the RFC lays them out.</summary>
public class RtcpXrReportTests
{
    [Fact]
    public void A_loss_run_length_block_counts_its_zeros_within_the_span()
    {
        // 20 numbers from 100 on: a run of 4 ones, a vector 1101111 11111111 of 15 bits, a run of zeros that the span
        // cuts after one: 1 zero in the vector and 1 of the run.
        var block = Block(1, 0, [1, 2, 3, 4, 0, 100, 0, 120, 0x40, 4, 0xEF, 0xFF, 0x00, 9, 0, 0, 0, 0]);

        Assert.True(RtcpXrRunLengths.TryRead(block, out var report));
        Assert.Equal(0x01020304u, report.Ssrc);
        Assert.True(report.IsLoss);
        Assert.Equal((100, 120), (report.BeginSequence, report.EndSequence));
        Assert.Equal(20, report.Reported);
        Assert.Equal(2, report.Zeros);
    }

    [Fact]
    public void A_thinned_report_speaks_of_every_second_number_over_the_wrap()
    {
        // T = 1, 65,533 to 3: 65,534, 0 and 2 are even; all three have duplicates.
        var block = Block(2, 1, [0, 0, 0, 9, 0xFF, 0xFD, 0, 3, 0x00, 30, 0, 0]);

        Assert.True(RtcpXrRunLengths.TryRead(block, out var report));
        Assert.False(report.IsLoss);
        Assert.Equal(3, report.Reported);
        Assert.Equal(3, report.Zeros);
    }

    [Fact]
    public void Receipt_times_are_counted()
    {
        var block = Block(3, 0, [0, 0, 0, 9, 0, 1, 0, 3, 1, 1, 1, 1, 2, 2, 2, 2]);

        Assert.True(RtcpXrReceiptTimes.TryRead(block, out var report));
        Assert.Equal((9u, 1, 3, 2), (report.Ssrc, report.BeginSequence, report.EndSequence, report.TimeCount));
    }

    [Fact]
    public void Reference_time_and_echo_are_read()
    {
        Assert.True(RtcpXrRoundTrip.TryReadReference(Block(4, 0, [1, 2, 3, 4, 5, 6, 7, 8]), out var ntp));
        Assert.Equal(0x0102030405060708u, ntp);

        var echo = Block(5, 0, [0, 0, 0, 7, 3, 4, 5, 6, 0, 1, 0, 0, 0, 0, 0, 8, 9, 9, 9, 9, 0, 0, 0, 2]);
        Assert.Equal(2, RtcpXrRoundTrip.EchoCount(echo));
        Assert.Equal(7u, RtcpXrRoundTrip.ReadEcho(echo, 0, out var lrr, out var dlrr));
        Assert.Equal((0x03040506u, 65_536u), (lrr, dlrr));
        Assert.Equal(8u, RtcpXrRoundTrip.ReadEcho(echo, 1, out _, out _));
    }

    [Fact]
    public void A_statistics_summary_leaves_out_what_its_flags_leave_out()
    {
        byte[] contents =
        [
            0, 0, 0, 9, 0, 1, 0, 99, 0, 0, 0, 5, 0, 0, 0, 6, 0, 0, 0, 1, 0, 0, 0, 80, 0, 0, 0, 40, 0, 0, 0, 10,
            60, 64, 62, 1,
        ];

        Assert.True(RtcpXrStatistics.TryRead(Block(6, 0xA8, contents), out var report));
        Assert.Equal(5u, report.Lost);
        Assert.Null(report.Duplicates);
        Assert.Equal((1u, 80u, 40u, 10u), (
            report.JitterMinTicks, report.JitterMaxTicks, report.JitterMeanTicks, report.JitterDeviationTicks));
        Assert.Equal(((byte)60, (byte)64), (report.HopsMin, report.HopsMax));
    }

    [Fact]
    public void Voip_metrics_have_every_field_and_no_value_for_127()
    {
        byte[] contents =
        [
            0, 0, 0, 9, 13, 26, 128, 5, 0, 120, 2, 8, 0, 49, 0, 20,
            0xEC, 127, 55, 16, 90, 127, 43, 41, 0xF4, 0, 0, 60, 0, 80, 0, 200,
        ];

        Assert.True(RtcpVoipMetrics.TryRead(Block(7, 0, contents), out var metrics));
        Assert.Equal((-20, (sbyte?)null), ((int)metrics.SignalLevelDbm!, metrics.NoiseLevelDbm));
        Assert.Equal(((byte?)55, (byte?)16, (byte?)90, (byte?)null), (
            metrics.RerlDb, metrics.Gmin, metrics.RFactor, metrics.ExternalRFactor));
        Assert.Equal(((byte?)43, (byte?)41), (metrics.MosLqTenths, metrics.MosCqTenths));
        Assert.Equal((byte?)3, metrics.PlcKind);
        Assert.True(metrics.IsJitterBufferAdaptive);
        Assert.Equal(((ushort?)60, (ushort?)80, (ushort?)200), (
            metrics.JitterBufferNominalMs, metrics.JitterBufferMaximumMs, metrics.JitterBufferAbsoluteMaximumMs));
    }

    [Fact]
    public void A_block_cut_anywhere_is_refused_or_counts_what_is_there()
    {
        byte[] whole = [1, 2, 3, 4, 0, 100, 0, 120, 0x40, 4, 0xEF, 0xFF, 0x00, 9, 0, 0];
        for (var length = 0; length < whole.Length; length++)
        {
            for (byte type = 0; type < 9; type++)
            {
                var block = Block(type, 0xFF, whole[..length]);
                Assert.False(RtcpXrStatistics.TryRead(block, out _));
                Assert.False(RtcpVoipMetrics.TryRead(block, out _));
                Assert.Equal(type is 1 or 2 && length >= 8, RtcpXrRunLengths.TryRead(block, out var runs));
                Assert.InRange(runs.Zeros, 0, runs.Reported);
                Assert.Equal(type == 3 && length >= 8, RtcpXrReceiptTimes.TryRead(block, out _));
                Assert.Equal(type == 5 ? length / 12 : 0, RtcpXrRoundTrip.EchoCount(block));
            }
        }
    }

    private static RtcpXrBlock Block(byte type, byte specific, byte[] contents) => new(type, specific, contents);
}
