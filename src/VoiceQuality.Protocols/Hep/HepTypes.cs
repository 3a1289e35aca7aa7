namespace VoiceQuality.Protocols.Hep;

/// <summary>Why octets are no usable HEP message.</summary>
public enum HepRejectReason
{
    /// <summary>The message was read.</summary>
    None = 0,

    /// <summary>It starts with neither "HEP3" nor the version number 1 or 2.</summary>
    NotHep,

    /// <summary>It ends before it should by its own lengths.</summary>
    Truncated,

    /// <summary>A chunk is shorter than its header, or not as long as its type is.</summary>
    ChunkLength,

    /// <summary>A chunk that says who, when or what comes twice.</summary>
    RepeatedChunk,

    /// <summary>The address family is neither IPv4 nor IPv6, or not that of the addresses.</summary>
    AddressFamily,

    /// <summary>An address or port is missing.</summary>
    NoEndpoint,

    /// <summary>The time is missing, or has a million microseconds or more.</summary>
    NoTime,

    /// <summary>There is no payload.</summary>
    NoPayload,
}

/// <summary>What a message carries (HEP3 chunk 0x000b). Any other number is left out.</summary>
public enum HepProtocol : byte
{
    /// <summary>A SIP message.</summary>
    Sip = 1,

    /// <summary>An RTP packet.</summary>
    Rtp = 4,

    /// <summary>RTCP, as JSON or as it was on the wire.</summary>
    Rtcp = 5,
}
