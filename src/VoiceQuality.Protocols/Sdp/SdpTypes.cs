namespace VoiceQuality.Protocols.Sdp;

/// <summary>Why octets are not a session description.</summary>
public enum SdpRejectReason
{
    /// <summary>The description was read.</summary>
    None = 0,

    /// <summary>No octets.</summary>
    Empty,

    /// <summary>The first line is not "v=0" (RFC 8866 §5.1).</summary>
    VersionIsNotFirst,
}

/// <summary>The media type of an m= line (RFC 8866 §5.14).</summary>
public enum SdpMediaKind
{
    Other = 0,
    Audio,
    Video,
    Image,
    Text,
    Application,
    Message,
}

/// <summary>The transport protocol of an m= line.</summary>
public enum SdpTransport
{
    Other = 0,

    /// <summary>RTP/AVP (RFC 3551).</summary>
    RtpAvp,

    /// <summary>RTP/SAVP (RFC 3711).</summary>
    RtpSavp,

    /// <summary>RTP/AVPF (RFC 4585).</summary>
    RtpAvpf,

    /// <summary>RTP/SAVPF (RFC 5124).</summary>
    RtpSavpf,

    /// <summary>UDP/TLS/RTP/SAVP (RFC 5764).</summary>
    UdpTlsRtpSavp,

    /// <summary>UDP/TLS/RTP/SAVPF (RFC 5764).</summary>
    UdpTlsRtpSavpf,

    /// <summary>udptl, as T.38 uses it.</summary>
    Udptl,
}

/// <summary>In which directions the describing side wants media to flow (RFC 8866 §6.7).</summary>
public enum SdpDirection
{
    SendRecv = 0,
    SendOnly,
    RecvOnly,
    Inactive,
}
