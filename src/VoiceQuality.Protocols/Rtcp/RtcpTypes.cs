namespace VoiceQuality.Protocols.Rtcp;

/// <summary>Why octets are not an RTCP compound packet.</summary>
public enum RtcpRejectReason
{
    /// <summary>The compound was read.</summary>
    None = 0,

    /// <summary>Fewer than four octets.</summary>
    TooShort,

    VersionIsNotTwo,

    /// <summary>A packet type outside of 192 to 223 (RFC 5761 §4).</summary>
    PacketTypeIsNotRtcp,

    /// <summary>A packet's length runs past the end of the datagram.</summary>
    LengthBeyondDatagram,

    /// <summary>Padding before the last packet, or a padding count that does not fit.</summary>
    PaddingInvalid,

    /// <summary>A packet is shorter than its fixed fields and the items its count names.</summary>
    CountBeyondLength,
}

/// <summary>RTCP packet types by their registered numbers; others are walked over as they are.</summary>
public enum RtcpPacketType : byte
{
    /// <summary>SR (RFC 3550 §6.4.1).</summary>
    SenderReport = 200,

    /// <summary>RR (RFC 3550 §6.4.2).</summary>
    ReceiverReport = 201,

    /// <summary>SDES (RFC 3550 §6.5).</summary>
    SourceDescription = 202,

    /// <summary>BYE (RFC 3550 §6.6).</summary>
    Goodbye = 203,

    /// <summary>APP (RFC 3550 §6.7).</summary>
    ApplicationDefined = 204,

    /// <summary>RTPFB (RFC 4585 §6.2).</summary>
    TransportFeedback = 205,

    /// <summary>PSFB (RFC 4585 §6.3).</summary>
    PayloadFeedback = 206,

    /// <summary>XR (RFC 3611).</summary>
    ExtendedReport = 207,
}
