using VoiceQuality.Monitor.Streams;
using VoiceQuality.Protocols.Network;
using VoiceQuality.Quality.Scoring;

namespace VoiceQuality.Monitor.Calls;

/// <summary>How a call attempt ended, as far as the capture shows it.</summary>
public enum CallOutcome
{
    /// <summary>The set-up or the end of the attempt was not seen; nothing more can be said.</summary>
    Incomplete,

    /// <summary>The INVITE got a 2xx.</summary>
    Answered,

    /// <summary>The caller sent CANCEL, or 487 ended the INVITE, before any 2xx.</summary>
    Cancelled,

    /// <summary>A final 3xx, 4xx or 6xx other than those of the other outcomes.</summary>
    Rejected,

    /// <summary>A final 5xx or 408, or no response at all within 32 s (RFC 3261 timer B).</summary>
    Failed,

    /// <summary>It rang (18x) and got no final response within 180 s, or ended with 408 or 480 after ringing.</summary>
    Unanswered,
}

/// <summary>A side of a call.</summary>
public enum CallParty
{
    /// <summary>The side that sent the first INVITE.</summary>
    Caller,

    /// <summary>The side that was called.</summary>
    Callee,
}

/// <summary>What a Reason header says (RFC 3326): the protocol of the cause and the cause.</summary>
/// <param name="Protocol">"Q.850", "SIP", or "other".</param>
/// <param name="Cause">Cause in terms of the protocol, such as 16 for normal clearing in Q.850.</param>
public readonly record struct ReleaseReason(string Protocol, int Cause);

/// <summary>One SIP message of a call, for its ladder. It holds no number, URI or body.</summary>
/// <param name="AtUs">Capture time, microseconds since 1970-01-01 UTC.</param>
/// <param name="Source">Where it came from.</param>
/// <param name="Destination">Where it went.</param>
/// <param name="Summary">"INVITE", "180 Ringing", with at most 48 characters of printable ASCII.</param>
/// <param name="HasSdp">Whether it carried a session description.</param>
/// <param name="IsRetransmission">Whether the same message had been seen before.</param>
public readonly record struct SignallingEvent(
    long AtUs, IpEndpoint Source, IpEndpoint Destination, string Summary, bool HasSdp, bool IsRetransmission);

/// <summary>One finished call: what SIP said about it, its media streams and its score.</summary>
public sealed record CallRecord
{
    /// <summary>Call-ID header (RFC 3261 §20.8).</summary>
    public required string CallId { get; init; }

    /// <summary>Tag of the From header of the first INVITE; empty when there was none.</summary>
    public required string FromTag { get; init; }

    /// <summary>User part of the From URI; null when the set-up was not seen.</summary>
    public string? Caller { get; init; }

    /// <summary>User part of the To URI; null when the set-up was not seen.</summary>
    public string? Callee { get; init; }

    /// <summary>Host part of the From URI.</summary>
    public string? CallerDomain { get; init; }

    /// <summary>Host part of the To URI.</summary>
    public string? CalleeDomain { get; init; }

    /// <summary>Host part of the request URI.</summary>
    public string? RequestDomain { get; init; }

    /// <summary>User part of the request URI: the number that was dialled; null when there was none.</summary>
    public string? RequestUser { get; init; }

    /// <summary>
    /// User parts of P-Asserted-Identity in the first INVITE (RFC 3325), at most four; whether they are to be believed
    /// depends on who sent them.
    /// </summary>
    public IReadOnlyList<string> AssertedIdentities { get; init; } = [];

    /// <summary>User parts of Remote-Party-ID in the first INVITE, at most four.</summary>
    public IReadOnlyList<string> RemotePartyIds { get; init; } = [];

    /// <summary>Values of the headers that the configuration asks for, by header name in lower case.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>Sender of the first message seen.</summary>
    public required IpEndpoint SignallingSource { get; init; }

    /// <summary>Receiver of the first message seen.</summary>
    public required IpEndpoint SignallingDestination { get; init; }

    /// <summary>First message seen, microseconds since 1970-01-01 UTC.</summary>
    public required long StartedAtUs { get; init; }

    /// <summary>
    /// First response of any kind to the INVITE, also 100; null when none was seen, or not the INVITE.
    /// </summary>
    public long? FirstResponseAtUs { get; init; }

    /// <summary>First CANCEL before an answer; null when none was seen.</summary>
    public long? CancelledAtUs { get; init; }

    /// <summary>First 2xx to the INVITE; null when none was seen.</summary>
    public long? AnsweredAtUs { get; init; }

    /// <summary>BYE, or the final response that ended the attempt; null when the end was not seen.</summary>
    public long? EndedAtUs { get; init; }

    /// <summary>How it ended.</summary>
    public required CallOutcome Outcome { get; init; }

    /// <summary>Status of the final response to the INVITE, 200 to 699; null when none was seen.</summary>
    public int? FinalStatus { get; init; }

    /// <summary>
    /// First INVITE to first 18x, microseconds; null when either was not seen or the capture clock was set back.
    /// </summary>
    public long? PostDialDelayUs { get; init; }

    /// <summary>
    /// SRD (RFC 6076 §4.3), µs: the INVITE to the first response to it that is neither 100 nor a challenge. After a
    /// challenge or a redirection it is the INVITE that followed. Null when either was not seen.
    /// </summary>
    public long? RequestDelayUs { get; init; }

    /// <summary>First 18x to the answer, or to the end of an attempt without one, µs; null when not seen.</summary>
    public long? RingTimeUs { get; init; }

    /// <summary>SDD (RFC 6076 §4.4), µs: the first BYE to its final response; null when either was not seen.</summary>
    public long? DisconnectDelayUs { get; init; }

    /// <summary>Challenges for a password (401, 407) to the INVITE.</summary>
    public int Challenges { get; init; }

    /// <summary>Why it was released, by the Reason header of BYE, CANCEL or final response; null without one.</summary>
    public ReleaseReason? ReleaseReason { get; init; }

    /// <summary>
    /// Who sent the first BYE, or the CANCEL of a call that was not answered; null when that was not seen.
    /// </summary>
    public CallParty? ReleasedBy { get; init; }

    /// <summary>Streams that SDP tied to this call, by start, then SSRC.</summary>
    public IReadOnlyList<StreamRecord> Streams { get; init; } = [];

    /// <summary>
    /// MOS-LQ of the call in ten-thousandths, 10000 to 45000; null when unscored (contract ).
    /// </summary>
    public int? MosLqE4 { get; init; }

    /// <summary>
    /// MOS-CQ of the call in ten-thousandths, made of its streams' as the MOS-LQ is of theirs; null unless each stream
    /// that the score is made of has one.
    /// </summary>
    public int? MosCqE4 { get; init; }

    /// <summary>
    /// One-way delay of the network, µs: mean of the directions, each the longest of its streams; null unless it was
    /// measured for each stream that the score is made of.
    /// </summary>
    public long? OneWayDelayUs { get; init; }

    /// <summary>R of the call: mean over its scored directions like the MOS; null when unscored.</summary>
    public double? RFactor { get; init; }

    /// <summary>Why there is no score; <see cref="UnscoredReason.None"/> when there is one.</summary>
    public UnscoredReason UnscoredReason { get; init; }

    /// <summary>What is remarkable about its media; it moves no score.</summary>
    public IReadOnlyList<CallFlag> Flags { get; init; } = [];

    /// <summary>Streams that are others again, seen at a second place: they have no vote in the score.</summary>
    public IReadOnlyList<StreamCopy> Copies { get; init; } = [];

    /// <summary>SIP messages in capture order, at most <c>MonitorOptions.LadderLimit</c>.</summary>
    public IReadOnlyList<SignallingEvent> Ladder { get; init; } = [];

    /// <summary>Messages that the ladder had no room for.</summary>
    public int LadderOmitted { get; init; }

    /// <summary>Retransmitted SIP messages.</summary>
    public int Retransmissions { get; init; }

    /// <summary>Different To tags in responses to the INVITE: more than one when the call forked.</summary>
    public int Branches { get; init; }
}
