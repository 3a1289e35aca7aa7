namespace VoiceQuality.Monitor.Sources.Synthetic;

/// <summary>What a synthetic frame carries.</summary>
public enum SyntheticFrameKind
{
    Sip,
    Rtp,
    Rtcp,
}

/// <summary>One complete Ethernet frame and its capture instant. It is valid until the next one is asked for.</summary>
public readonly ref struct SyntheticFrame
{
    internal SyntheticFrame(ReadOnlySpan<byte> octets, long timestampNs, SyntheticFrameKind kind)
    {
        Octets = octets;
        TimestampNs = timestampNs;
        Kind = kind;
    }

    /// <summary>From the destination MAC address to the last payload octet.</summary>
    public ReadOnlySpan<byte> Octets { get; }

    /// <summary>
    /// Nanoseconds since 1970-01-01 UTC, as the capture file would say: whole microseconds by default.
    /// </summary>
    public long TimestampNs { get; }

    public SyntheticFrameKind Kind { get; }
}
