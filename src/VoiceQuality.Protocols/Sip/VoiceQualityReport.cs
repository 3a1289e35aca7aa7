using VoiceQuality.Protocols.Network;
using VoiceQuality.Protocols.Sdp;

namespace VoiceQuality.Protocols.Sip;

/// <summary>
/// What an endpoint says of one direction of a call in a vq-rtcpxr body (RFC 6035 §4.6). It is the endpoint's word.
/// Numbers are in thousandths of their unit; what the body leaves out or writes in another way is null.
/// </summary>
public record struct VqMetrics
{
    /// <summary>NLR, network packet loss rate, thousandths of a percent.</summary>
    public int? LossRate { get; set; }

    /// <summary>JDR, jitter buffer discard rate, thousandths of a percent.</summary>
    public int? DiscardRate { get; set; }

    /// <summary>BLD, density of loss and discard within bursts, thousandths of a percent.</summary>
    public int? BurstDensity { get; set; }

    /// <summary>BD, mean duration of bursts, thousandths of a millisecond.</summary>
    public int? BurstDuration { get; set; }

    /// <summary>GLD, density of loss and discard within gaps, thousandths of a percent.</summary>
    public int? GapDensity { get; set; }

    /// <summary>GD, mean duration of gaps, thousandths of a millisecond.</summary>
    public int? GapDuration { get; set; }

    /// <summary>RTD, round trip delay, thousandths of a millisecond.</summary>
    public int? RoundTrip { get; set; }

    /// <summary>ESD, end system delay, thousandths of a millisecond.</summary>
    public int? EndSystemDelay { get; set; }

    /// <summary>OWD, one-way delay, thousandths of a millisecond.</summary>
    public int? OneWayDelay { get; set; }

    /// <summary>IAJ, interarrival jitter, thousandths of a millisecond.</summary>
    public int? Jitter { get; set; }

    /// <summary>MAJ, mean absolute jitter, thousandths of a millisecond.</summary>
    public int? MeanAbsoluteJitter { get; set; }

    /// <summary>JBN, nominal delay of the jitter buffer, thousandths of a millisecond.</summary>
    public int? JitterBufferNominal { get; set; }

    /// <summary>RLQ, R factor of listening quality, thousandths.</summary>
    public int? RFactorLq { get; set; }

    /// <summary>RCQ, R factor of conversational quality, thousandths.</summary>
    public int? RFactorCq { get; set; }

    /// <summary>MOSLQ, thousandths.</summary>
    public int? MosLq { get; set; }

    /// <summary>MOSCQ, thousandths.</summary>
    public int? MosCq { get; set; }

    /// <summary>Whether it says anything.</summary>
    public readonly bool IsEmpty => this == default;
}

/// <summary>An address line of a vq-rtcpxr body: IP=, PORT=, SSRC=. What is missing is null.</summary>
public record struct VqAddress
{
    /// <summary>Address of the media.</summary>
    public IpAddress128? Address { get; set; }

    /// <summary>Port of the media.</summary>
    public ushort? Port { get; set; }

    /// <summary>The SSRC that this side sends with.</summary>
    public uint? Ssrc { get; set; }
}

/// <summary>
/// A voice quality report of RFC 6035 as endpoints send it in PUBLISH or NOTIFY. It borrows the body. "Local" metrics
/// are of what the reporter received, so of the stream with the remote address's SSRC.
/// </summary>
public readonly ref struct VoiceQualityReport
{
    /// <summary>Lines that are looked at.</summary>
    public const int MaxLines = 128;

    /// <summary>Values on one line that are looked at.</summary>
    private const int MaxValues = 32;

    /// <summary>RFC 6035 §4.6.2.7: percent go up to 100, R factors to 120; MOS are from 1 to 5 (P.800.1).</summary>
    private const int MaxPercent = 100_000;
    private const int MaxRFactor = 120_000;
    private const int LeastMos = 1_000;
    private const int MaxMos = 5_000;

    private VoiceQualityReport(
        ReadOnlySpan<byte> callId, bool isFinal, VqAddress local, VqAddress remote, VqMetrics heard, VqMetrics sent)
    {
        CallId = callId;
        IsFinal = isFinal;
        Local = local;
        Remote = remote;
        LocalMetrics = heard;
        RemoteMetrics = sent;
    }

    /// <summary>The media type of the body.</summary>
    public static ReadOnlySpan<byte> MediaType => "application/vq-rtcpxr"u8;

    /// <summary>Call-ID of the call that is reported on; empty when the body has none.</summary>
    public ReadOnlySpan<byte> CallId { get; }

    /// <summary>Whether the call has ended: VQSessionReport; an interval or an alert otherwise.</summary>
    public bool IsFinal { get; }

    /// <summary>Where the reporter sends and receives media.</summary>
    public VqAddress Local { get; }

    /// <summary>Where the other side sends and receives media.</summary>
    public VqAddress Remote { get; }

    /// <summary>Of the stream that the reporter received.</summary>
    public VqMetrics LocalMetrics { get; }

    /// <summary>Of the stream that the reporter sent, as the other side told it.</summary>
    public VqMetrics RemoteMetrics { get; }

    /// <summary>Reads a body. False when its first line is none of RFC 6035's three. Never throws.</summary>
    public static bool TryParse(ReadOnlySpan<byte> body, out VoiceQualityReport report)
    {
        report = default;
        var isFinal = SipText.StartsWithIgnoreCase(body, "VQSessionReport"u8);
        if (!isFinal && !SipText.StartsWithIgnoreCase(body, "VQIntervalReport"u8)
            && !SipText.StartsWithIgnoreCase(body, "VQAlertReport"u8))
        {
            return false;
        }

        ReadOnlySpan<byte> callId = default;
        var local = default(VqAddress);
        var remote = default(VqAddress);
        var heard = default(VqMetrics);
        var sent = default(VqMetrics);
        var isOfRemote = false;
        for (var lines = 0; lines < MaxLines && SdpLines.TryRead(ref body, out var line); lines++)
        {
            var colon = line.IndexOf((byte)':');
            var name = SipText.Trim(colon < 0 ? line : line[..colon]);
            var value = SipText.Trim(colon < 0 ? default : line[(colon + 1)..]);
            if (SipText.EqualsIgnoreCase(name, "CallID"u8))
            {
                callId = value;
            }
            else if (SipText.EqualsIgnoreCase(name, "LocalAddr"u8))
            {
                local = ReadAddress(value);
            }
            else if (SipText.EqualsIgnoreCase(name, "RemoteAddr"u8))
            {
                remote = ReadAddress(value);
            }
            else if (SipText.EqualsIgnoreCase(name, "LocalMetrics"u8))
            {
                isOfRemote = false;
            }
            else if (SipText.EqualsIgnoreCase(name, "RemoteMetrics"u8))
            {
                isOfRemote = true;
            }
            else if (IsGroup(name))
            {
                ReadValues(value, ref isOfRemote ? ref sent : ref heard);
            }
        }

        report = new VoiceQualityReport(callId, isFinal, local, remote, heard, sent);
        return true;
    }

    private static bool IsGroup(ReadOnlySpan<byte> name) =>
        SipText.EqualsIgnoreCase(name, "PacketLoss"u8) || SipText.EqualsIgnoreCase(name, "BurstGapLoss"u8)
        || SipText.EqualsIgnoreCase(name, "Delay"u8) || SipText.EqualsIgnoreCase(name, "QualityEst"u8)
        || SipText.EqualsIgnoreCase(name, "JitterBuffer"u8);

    private static bool TryReadValue(
        scoped ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        rest = SipText.TrimStart(rest);
        var end = rest.IndexOfAny((byte)' ', (byte)'\t');
        var token = end < 0 ? rest : rest[..end];
        rest = end < 0 ? default : rest[end..];
        var equals = token.IndexOf((byte)'=');
        name = equals < 0 ? token : token[..equals];
        value = equals < 0 ? default : token[(equals + 1)..];
        return !token.IsEmpty;
    }

    private static VqAddress ReadAddress(ReadOnlySpan<byte> rest)
    {
        var address = default(VqAddress);
        for (var i = 0; i < MaxValues && TryReadValue(ref rest, out var name, out var value); i++)
        {
            if (SipText.EqualsIgnoreCase(name, "IP"u8))
            {
                address.Address = IpAddress128.TryParse(value.Trim("[]"u8), out var parsed) ? parsed : null;
            }
            else if (SipText.EqualsIgnoreCase(name, "PORT"u8))
            {
                address.Port = SipText.TryParseNumber(value, out var port) && port <= ushort.MaxValue
                    ? (ushort)port
                    : null;
            }
            else if (SipText.EqualsIgnoreCase(name, "SSRC"u8))
            {
                address.Ssrc = ReadSsrc(value);
            }
        }

        return address;
    }

    // Some endpoints write it in hexadecimal with 0x.
    private static uint? ReadSsrc(ReadOnlySpan<byte> value)
    {
        if (SipText.StartsWithIgnoreCase(value, "0x"u8))
        {
            return System.Buffers.Text.Utf8Parser.TryParse(value[2..], out uint hex, out var used, 'x')
                && used == value.Length - 2 ? hex : null;
        }

        return SipText.TryParseNumber(value, out var ssrc) ? ssrc : null;
    }

    private static void ReadValues(ReadOnlySpan<byte> rest, ref VqMetrics metrics)
    {
        Span<byte> upper = stackalloc byte[5];
        for (var i = 0; i < MaxValues && TryReadValue(ref rest, out var name, out var value); i++)
        {
            if (name.Length > upper.Length || ReadThousandths(value) is not { } number)
            {
                continue;
            }

            var length = System.Text.Ascii.ToUpper(name, upper, out var written) == System.Buffers.OperationStatus.Done
                ? written
                : 0;
            Set(ref metrics, upper[..length], number);
        }
    }

    private static void Set(ref VqMetrics metrics, ReadOnlySpan<byte> name, int value)
    {
        if (name.SequenceEqual("NLR"u8)) { metrics.LossRate = UpTo(value, MaxPercent); }
        else if (name.SequenceEqual("JDR"u8)) { metrics.DiscardRate = UpTo(value, MaxPercent); }
        else if (name.SequenceEqual("BLD"u8)) { metrics.BurstDensity = UpTo(value, MaxPercent); }
        else if (name.SequenceEqual("BD"u8)) { metrics.BurstDuration = value; }
        else if (name.SequenceEqual("GLD"u8)) { metrics.GapDensity = UpTo(value, MaxPercent); }
        else if (name.SequenceEqual("GD"u8)) { metrics.GapDuration = value; }
        else if (name.SequenceEqual("RTD"u8)) { metrics.RoundTrip = value; }
        else if (name.SequenceEqual("ESD"u8)) { metrics.EndSystemDelay = value; }
        else if (name.SequenceEqual("OWD"u8)) { metrics.OneWayDelay = value; }
        else if (name.SequenceEqual("IAJ"u8)) { metrics.Jitter = value; }
        else if (name.SequenceEqual("MAJ"u8)) { metrics.MeanAbsoluteJitter = value; }
        else if (name.SequenceEqual("JBN"u8)) { metrics.JitterBufferNominal = value; }
        else if (name.SequenceEqual("RLQ"u8)) { metrics.RFactorLq = UpTo(value, MaxRFactor); }
        else if (name.SequenceEqual("RCQ"u8)) { metrics.RFactorCq = UpTo(value, MaxRFactor); }
        else if (name.SequenceEqual("MOSLQ"u8)) { metrics.MosLq = value < LeastMos ? null : UpTo(value, MaxMos); }
        else if (name.SequenceEqual("MOSCQ"u8)) { metrics.MosCq = value < LeastMos ? null : UpTo(value, MaxMos); }
    }

    private static int? UpTo(int value, int most) => value <= most ? value : null;

    // "4.25" is 4,250; at most six digits before the point; digits after the third are left out.
    private static int? ReadThousandths(ReadOnlySpan<byte> text)
    {
        var point = text.IndexOf((byte)'.');
        var whole = point < 0 ? text : text[..point];
        var fraction = point < 0 ? default : text[(point + 1)..];
        if (whole.Length is 0 or > 6 || (point >= 0 && fraction.IsEmpty) || fraction.Length > 9)
        {
            return null;
        }

        var value = 0;
        foreach (var digit in whole)
        {
            if (!SipText.IsDigit(digit))
            {
                return null;
            }

            value = (value * 10) + (digit - '0');
        }

        for (var i = 0; i < 3; i++)
        {
            value = (value * 10) + (i < fraction.Length && SipText.IsDigit(fraction[i]) ? fraction[i] - '0' : 0);
        }

        foreach (var digit in fraction)
        {
            if (!SipText.IsDigit(digit))
            {
                return null;
            }
        }

        return value;
    }
}
