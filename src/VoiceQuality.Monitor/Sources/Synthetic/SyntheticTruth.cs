using System.Collections.Immutable;
using System.Net;

namespace VoiceQuality.Monitor.Sources.Synthetic;

/// <summary>
/// What a perfect monitor must find for one RTP stream segment (one SSRC in one direction of one call). Everything
/// is counted when a frame is emitted, on the emitted stamps.
/// </summary>
public sealed record SyntheticStreamTruth
{
    public required string CallId { get; init; }

    /// <summary>Position of the call in the plan, from 0.</summary>
    public required long CallIndex { get; init; }

    /// <summary>Who speaks.</summary>
    public required SyntheticParty From { get; init; }

    /// <summary>0, or 1 after the sender changed its SSRC.</summary>
    public required int Segment { get; init; }

    public required uint Ssrc { get; init; }

    public required IPEndPoint Source { get; init; }

    public required IPEndPoint Destination { get; init; }

    /// <summary>Encoding name of the SDP.</summary>
    public required string Codec { get; init; }

    public required int PayloadType { get; init; }

    /// <summary>Emission of the first packet, nanoseconds since 1970-01-01 UTC.</summary>
    public required long FirstAtNs { get; init; }

    /// <summary>Emission of the last packet, duplicates included, nanoseconds since 1970-01-01 UTC.</summary>
    public required long LastAtNs { get; init; }

    /// <summary>Sequence numbers that the sender used.</summary>
    public required long Sent { get; init; }

    /// <summary>Different sequence numbers among the emitted packets.</summary>
    public required long Captured { get; init; }

    /// <summary>Emitted packets whose sequence number was emitted before.</summary>
    public required long Duplicates { get; init; }

    /// <summary>Highest minus lowest emitted extended sequence number, plus one.</summary>
    public required long Expected { get; init; }

    /// <summary><see cref="Expected"/> minus <see cref="Captured"/>.</summary>
    public long Lost => Expected - Captured;

    /// <summary>First copies with a sequence number below the highest before them.</summary>
    public required long Reordered { get; init; }

    /// <summary>Runs of consecutive lost sequence numbers.</summary>
    public required long LossRuns { get; init; }

    /// <summary>Packets in the longest such run.</summary>
    public required long MaxLossRun { get; init; }

    /// <summary>RFC 3550 A.8 jitter after the last audio packet, ms; null with fewer than two.</summary>
    public required double? JitterLastMs { get; init; }

    /// <summary>Mean of its running value, ms; null with fewer than two audio packets.</summary>
    public required double? JitterMeanMs { get; init; }

    /// <summary>Largest running value, ms; null with fewer than two audio packets.</summary>
    public required double? JitterMaxMs { get; init; }

    /// <summary>Longest time between two emitted packets, ms; null with one packet.</summary>
    public required double? MaxDeltaMs { get; init; }

    /// <summary>First copies of comfort noise.</summary>
    public required long ComfortNoisePackets { get; init; }

    /// <summary>First copies of telephone-event packets.</summary>
    public required long TelephoneEventPackets { get; init; }

    /// <summary>Telephone-events of which at least one packet was emitted.</summary>
    public required long TelephoneEvents { get; init; }

    /// <summary>
    /// First copies of audio whose transit exceeds that of the segment's first audio packet by more than 60 ms: what
    /// a fixed buffer of 60 ms that never re-anchors discards.
    /// </summary>
    public required long Beyond60Ms { get; init; }

    /// <summary>Round trip between capture point and receiver that LSR and DLSR show, ms.</summary>
    public required double RoundTripMs { get; init; }
}

/// <summary>What a perfect monitor must find for one call, complete when nothing more of the call is emitted.</summary>
public sealed record SyntheticCallTruth
{
    public required string CallId { get; init; }

    /// <summary>Position of the call in the plan, from 0.</summary>
    public required long Index { get; init; }

    /// <summary>The plan that was carried out.</summary>
    public required SyntheticCallPlan Plan { get; init; }

    /// <summary>The plan's outcome, or incomplete when the set-up was not emitted.</summary>
    public required SyntheticOutcome Outcome { get; init; }

    /// <summary>Status of the final response to the INVITE; null when it was not emitted.</summary>
    public required int? FinalStatus { get; init; }

    /// <summary>Instants of emission, nanoseconds since 1970-01-01 UTC; null for what was not emitted.</summary>
    public required long? InviteAtNs { get; init; }

    /// <inheritdoc cref="InviteAtNs"/>
    public required long? RingingAtNs { get; init; }

    /// <inheritdoc cref="InviteAtNs"/>
    public required long? FinalResponseAtNs { get; init; }

    /// <inheritdoc cref="InviteAtNs"/>
    public required long? ByeAtNs { get; init; }

    /// <inheritdoc cref="InviteAtNs"/>
    public required long? LastSipAtNs { get; init; }

    /// <summary>SIP messages emitted.</summary>
    public required int SipMessages { get; init; }

    /// <summary>Segments of which a packet was emitted: the caller's first.</summary>
    public required ImmutableArray<SyntheticStreamTruth> Streams { get; init; }
}

/// <summary>Sums over everything emitted so far; streams and calls over the calls that are over.</summary>
public sealed record SyntheticTotals
{
    public long Packets { get; internal set; }

    /// <summary>Octets of all frames.</summary>
    public long Octets { get; internal set; }

    public long SipMessages { get; internal set; }

    public long RtpPackets { get; internal set; }

    public long RtcpPackets { get; internal set; }

    public long Calls { get; internal set; }

    public long Streams { get; internal set; }

    public long Expected { get; internal set; }

    public long Captured { get; internal set; }

    public long Lost { get; internal set; }

    public long Duplicates { get; internal set; }

    public long Reordered { get; internal set; }

    /// <summary>Most calls that were in progress at one time.</summary>
    public int PeakCallsInProgress { get; internal set; }
}
