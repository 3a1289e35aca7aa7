namespace VoiceQuality.Protocols.Sip;

/// <summary>Why octets are not a SIP message that can be used.</summary>
public enum SipRejectReason
{
    /// <summary>The message was read.</summary>
    None = 0,

    /// <summary>Nothing but line ends: a keep-alive (RFC 5626 §3.5.1).</summary>
    Empty,

    /// <summary>The first line is neither a request line nor a status line.</summary>
    NotSip,

    /// <summary>The datagram ends inside the first line.</summary>
    StartLineCut,

    /// <summary>A version other than SIP/2.0.</summary>
    BadVersion,

    /// <summary>A method that is no token.</summary>
    BadMethod,

    /// <summary>A status code outside of 100 to 699.</summary>
    BadStatusCode,

    /// <summary>A request line without a request URI.</summary>
    MissingRequestUri,

    /// <summary>More than <see cref="SipMessage.MaxHeaderLines"/> header lines.</summary>
    TooManyHeaders,

    /// <summary>Header section longer than <see cref="SipMessage.MaxHeaderSectionLength"/> octets.</summary>
    HeaderSectionTooLong,

    MissingCallId,
    MissingFrom,
    MissingTo,
    MissingCSeq,
    MissingVia,

    /// <summary>A CSeq that is not a number below 2³² and a method.</summary>
    BadCSeq,
}
