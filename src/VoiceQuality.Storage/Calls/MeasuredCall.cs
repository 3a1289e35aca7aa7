using NodaTime;
using VoiceQuality.Monitor.Calls;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.TollFree;
using VoiceQuality.Storage.Rating;

namespace VoiceQuality.Storage.Calls;

/// <summary>A call with the unit and month that the contract puts it in.</summary>
/// <param name="Call">What was measured.</param>
/// <param name="AccountId">The account; the unassigned unit's calls carry that unit's id here too.</param>
/// <param name="UnitId">The business unit.</param>
/// <param name="RuleId">The rule that decided; null when none did.</param>
/// <param name="Month">Month of service; null when it is not known, and then no aggregate has the call.</param>
/// <param name="Date">Date in the account's zone; null when it is not known, and then no day has the call.</param>
/// <param name="TzdbVersion">Version of the time zone database that month and date were found with.</param>
public sealed record MeasuredCall(
    CallRecord Call,
    string AccountId,
    string UnitId,
    string? RuleId,
    ServiceMonth? Month,
    LocalDate? Date,
    string? TzdbVersion)
{
    /// <summary>What an answered call was rated as; null when nobody rated it.</summary>
    public MeasuredRating? Rating { get; init; }

    /// <summary>Whether it was blocked on purpose, so that it says nothing about a component .</summary>
    public bool IsBlocked { get; init; }

    /// <summary>What the operations centre is told of a use of a Local Number .</summary>
    public LocalNumberAlarm Alarm { get; init; }
}

/// <summary>What became of a batch.</summary>
/// <param name="Inserted">Calls that were new.</param>
/// <param name="Replaced">Calls of which a less complete observation was stored.</param>
/// <param name="Unchanged">Calls of which the stored observation is at least as complete.</param>
/// <param name="Quarantined">Of the inserted and replaced: those whose score is outside 1 to 5 .</param>
/// <param name="StreamsInserted">Streams without a call that were new.</param>
/// <param name="StreamsReplaced">Streams without a call of which fewer packets were stored.</param>
/// <param name="StreamsUnchanged">Streams without a call that changed nothing.</param>
public readonly record struct WriteOutcome(
    int Inserted,
    int Replaced,
    int Unchanged,
    int Quarantined,
    int StreamsInserted,
    int StreamsReplaced,
    int StreamsUnchanged)
{
    /// <summary>New alarms on uses of a Local Number that the contract does not know .</summary>
    public int UseNotSupportedAlarms { get; init; }

    /// <summary>New alarms on attempts to reach the emergency service from a Local Number .</summary>
    public int EmergencyAlarms { get; init; }

    /// <summary>Places in the batch of the calls that changed nothing, ascending.</summary>
    public IReadOnlyList<int> UnchangedCalls
    {
        get => field ?? [];
        init => field = value.Count > 0 ? value : null;
    }
}
