namespace VoiceQuality.Protocols.Network;

/// <summary>Why a frame gave no UDP datagram.</summary>
public enum FrameRejectReason
{
    /// <summary>The frame was decoded.</summary>
    None = 0,

    /// <summary>The frame carries something else than IPv4 or IPv6.</summary>
    NotIp,

    /// <summary>The captured octets end before the headers do.</summary>
    Truncated,

    /// <summary>Header fields contradict each other or the standard.</summary>
    Malformed,

    /// <summary>IP, but not UDP.</summary>
    OtherTransport,

    /// <summary>A fragment of a UDP datagram other than the first: it has no UDP header.</summary>
    Fragment,

    /// <summary>The link type is not one of <see cref="LinkType"/>.</summary>
    UnsupportedLinkType,
}
