using NodaTime;
using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Quality.Scoring;
using VoiceQuality.Sla.Periods;

namespace VoiceQuality.Storage.Calls;

/// <summary>A stored call as a list shows it, without its streams.</summary>
public sealed record CallSummary
{
    /// <summary>Public id.</summary>
    public required CallKey Key { get; init; }

    /// <summary>First message, microseconds since 1970-01-01 UTC.</summary>
    public required long StartedAtUs { get; init; }

    /// <summary>First 2xx to the INVITE; null when none was seen.</summary>
    public long? AnsweredAtUs { get; init; }

    /// <summary>End; null when it was not seen.</summary>
    public long? EndedAtUs { get; init; }

    /// <summary>The account.</summary>
    public required string AccountId { get; init; }

    /// <summary>The business unit.</summary>
    public required string UnitId { get; init; }

    /// <summary>The rule that decided on the unit; null when none did.</summary>
    public string? RuleId { get; init; }

    /// <summary>Month of service; null when not known.</summary>
    public ServiceMonth? Month { get; init; }

    /// <summary>Date in the account's zone; null when not known.</summary>
    public LocalDate? Date { get; init; }

    /// <summary>Version of the time zone database that month and date were found with.</summary>
    public string? TzdbVersion { get; init; }

    /// <summary>How it ended.</summary>
    public required CallOutcome Outcome { get; init; }

    /// <summary>Status of the final response, 200 to 699; null when none was seen.</summary>
    public int? FinalStatus { get; init; }

    /// <summary>First INVITE to first 18x, microseconds; null when either was not seen.</summary>
    public long? PostDialDelayUs { get; init; }

    /// <summary>SRD (RFC 6076 §4.3), microseconds; null when not seen.</summary>
    public long? RequestDelayUs { get; init; }

    /// <summary>First 18x to the answer or the end of the attempt, microseconds; null when not seen.</summary>
    public long? RingTimeUs { get; init; }

    /// <summary>SDD (RFC 6076 §4.4), microseconds; null when not seen.</summary>
    public long? DisconnectDelayUs { get; init; }

    /// <summary>401 and 407 to the INVITE; null in calls that were stored before this was kept.</summary>
    public int? Challenges { get; init; }

    /// <summary>What a Reason header said (RFC 3326); null without one.</summary>
    public ReleaseReason? ReleaseReason { get; init; }

    /// <summary>Who ended it; null when not seen.</summary>
    public CallParty? ReleasedBy { get; init; }

    /// <summary>Score in ten-thousandths of a MOS point, also a quarantined one; null when unscored.</summary>
    public int? MosLqE4 { get; init; }

    /// <summary>R, 0 to 100; null when unscored.</summary>
    public double? RFactor { get; init; }

    /// <summary>Why there is no score.</summary>
    public required UnscoredReason UnscoredReason { get; init; }

    /// <summary>What it counts by the readings that are not the built-in one; null when they are not known.</summary>
    public CallReadings? Readings { get; init; }

    /// <summary>Whether the score is outside 1 to 5 and in no aggregate .</summary>
    public required bool IsQuarantined { get; init; }

    /// <summary>Distinct packets of all its streams.</summary>
    public required long ReceivedPackets { get; init; }

    /// <summary>Who called whom; null when that was deleted on schedule.</summary>
    public CallIdentity? Identity { get; init; }
}

/// <summary>A stored call.</summary>
/// <param name="Summary">What a list shows.</param>
/// <param name="Record">
/// The call with streams, intervals and signalling, as it was measured; null when its detail was deleted on schedule.
/// </param>
public sealed record StoredCall(CallSummary Summary, CallRecord? Record);

/// <summary>A stored stream that no SDP announced.</summary>
/// <param name="Key">Public id.</param>
/// <param name="Stream">What was measured.</param>
public sealed record StoredStream(CallKey Key, StreamRecord Stream);
