using System.Text;
using VoiceQuality.Protocols.Rtcp;

namespace VoiceQuality.Monitor.Sources.Synthetic;

/// <summary>
/// The RTCP of one side of a call (RFC 3550 §6): SR, or RR while it sends nothing, SDES, and BYE in the end. The
/// side receives what passes the capture point, <see cref="SyntheticStream.SenderDelayNs"/> later.
/// </summary>
internal sealed class SyntheticReporter(SyntheticCall call, int side)
{
    private const ulong NtpEpochOffsetSeconds = 2_208_988_800;
    private const long NsPerSecond = 1_000_000_000;

    private readonly byte[] _cname = Encoding.ASCII.GetBytes(
        $"{(side == 0 ? "caller" : "callee")}{call.Index}@{(side == 0 ? call.CallerMediaAddress : call.CalleeMediaAddress)}");

    private SyntheticRandom _random = SyntheticRandom.ForItem(call.Random, (ulong)side);
    private SentReport _last;
    private SentReport _beforeLast;
    private SyntheticSegment? _reported;
    private long _reportedExpected;
    private long _reportedCaptured;

    private SyntheticStream Own => call.Streams[side];

    private SyntheticStream Other => call.Streams[1 - side];

    /// <summary>Time to the next report: half to one and a half times the mean (§6.2).</summary>
    public long NextDelayNs(long meanNs) => _random.NextBetweenNs(meanNs / 2, meanNs * 3 / 2);

    /// <summary>Writes one compound packet that passes the capture point now; returns its length in octets.</summary>
    public int Write(Span<byte> destination, long nowNs, bool isLast)
    {
        Span<RtcpReportValues> reports = stackalloc RtcpReportValues[1];
        var count = TryReport(nowNs, out reports[0]) ? 1 : 0;
        var ssrc = Own.Current.Ssrc;
        var length = WriteReport(destination, nowNs, ssrc, reports[..count]);
        length += RtcpWriter.WriteSourceDescription(destination[length..], ssrc, _cname);

        return isLast ? length + RtcpWriter.WriteBye(destination[length..], ssrc) : length;
    }

    private int WriteReport(Span<byte> destination, long nowNs, uint ssrc, ReadOnlySpan<RtcpReportValues> reports)
    {
        var segment = Own.Current;
        var sent = Own.SentBy(nowNs);
        if (sent == 0)
        {
            return RtcpWriter.WriteReceiverReport(destination, ssrc, reports);
        }

        var ntp = ToNtp(nowNs - Own.SenderDelayNs);
        var octets = segment.SentOctets - (segment.Sent - sent) * Own.PayloadLength(SyntheticPacketKind.Audio);
        _beforeLast = _last;
        _last = new SentReport(nowNs, (uint)(ntp >> 16));

        return RtcpWriter.WriteSenderReport(
            destination, ssrc, ntp, Own.TimestampAt(nowNs), (uint)sent, (uint)Math.Max(octets, 0), reports);
    }

    private bool TryReport(long nowNs, out RtcpReportValues report)
    {
        var segment = Other.Current;
        report = default;
        if (segment.Captured == 0)
        {
            return false;
        }

        if (_reported != segment)
        {
            _reported = segment;
            _reportedExpected = 0;
            _reportedCaptured = 0;
        }

        var expected = segment.Expected - _reportedExpected;
        var lost = expected - (segment.Captured - _reportedCaptured);
        _reportedExpected = segment.Expected;
        _reportedCaptured = segment.Captured;

        var (lsr, dlsr) = LastReceived(call.Reporters[1 - side], nowNs);
        report = new RtcpReportValues(
            segment.Ssrc,
            expected <= 0 || lost <= 0 ? (byte)0 : (byte)Math.Min(lost * 256 / expected, 255),
            (int)(segment.Expected - segment.Captured),
            segment.HighestSequenceNumber - SyntheticStream.FirstCycle,
            segment.JitterTicks,
            lsr,
            dlsr);

        return true;
    }

    /// <summary>The newest SR of the other side that had reached this side when it sent (§6.4.1: LSR, DLSR).</summary>
    private (uint Lsr, uint Dlsr) LastReceived(SyntheticReporter other, long nowNs)
    {
        var delayNs = Own.SenderDelayNs;
        foreach (var sent in (ReadOnlySpan<SentReport>)[other._last, other._beforeLast])
        {
            var waitNs = nowNs - delayNs - (sent.AtNs + delayNs);
            if (sent.AtNs != 0 && waitNs >= 0)
            {
                return (sent.MiddleNtp, (uint)(((Int128)waitNs << 16) / NsPerSecond));
            }
        }

        return (0, 0);
    }

    private static ulong ToNtp(long unixNs)
    {
        var (seconds, fractionNs) = Math.DivRem(unixNs, NsPerSecond);

        return (((ulong)seconds + NtpEpochOffsetSeconds) << 32) | (((ulong)fractionNs << 32) / NsPerSecond);
    }

    private readonly record struct SentReport(long AtNs, uint MiddleNtp);
}
