using VoiceQuality.Protocols.Network;

namespace VoiceQuality.Monitor.Probes;

/// <summary>
/// One OPTIONS transaction outside a dialog (RFC 3261 §11): a keep-alive, by which a sender asks whether the other
/// side is there. Retransmissions are folded into it.
/// </summary>
/// <param name="Identity">
/// Upper 128 bits of SHA-256 over Call-ID, CSeq and the branch of the topmost Via: the same in every capture of it.
/// </param>
/// <param name="Source">Who asked.</param>
/// <param name="Destination">Who was asked.</param>
/// <param name="StartedAtUs">First request seen, microseconds since 1970-01-01 UTC.</param>
/// <param name="EndedAtUs">First final response; null when none came within 32 s.</param>
/// <param name="FinalStatus">Its status, 200 to 699; null when none came within 32 s (RFC 3261 timer F).</param>
/// <param name="Retransmissions">Requests that were seen again.</param>
public sealed record ProbeRecord(
    UInt128 Identity,
    IpEndpoint Source,
    IpEndpoint Destination,
    long StartedAtUs,
    long? EndedAtUs,
    int? FinalStatus,
    int Retransmissions);
