using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Storage.Calls;

namespace VoiceQuality.Storage.Rescoring;

/// <summary>Which stored calls.</summary>
/// <param name="AccountId">Of this account; null for all.</param>
/// <param name="UnitId">Of this unit; null for all.</param>
/// <param name="Month">Of this month of service; null for all.</param>
public sealed record RescoreFilter(string? AccountId, string? UnitId, ServiceMonth? Month)
{
    /// <summary>Answered calls alone of which it is not known what they count by the further readings.</summary>
    internal bool IsUnreadOnly { get; init; }
}

/// <summary>A stored call with what its score is made of.</summary>
/// <param name="Key">Its public id.</param>
/// <param name="AccountId">The account.</param>
/// <param name="UnitId">The business unit.</param>
/// <param name="Month">Month of service, "2026-10"; null when no sum has the call.</param>
/// <param name="Date">Date in the account's zone; null when no day has the call.</param>
/// <param name="StartedAtUs">First message, microseconds since 1970-01-01 UTC.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Score">Its stored score.</param>
/// <param name="Streams">Its streams as they are stored, in their order.</param>
public sealed record StoredScore(
    CallKey Key,
    string AccountId,
    string UnitId,
    string? Month,
    string? Date,
    long StartedAtUs,
    CallOutcome Outcome,
    CallScore Score,
    IReadOnlyList<StreamRecord> Streams)
{
    /// <summary>What it counts by the further readings of a contract; null when that is not known yet.</summary>
    public CallReadings? Readings { get; init; }
}
