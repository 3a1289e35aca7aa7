using System.Collections.Immutable;
using NodaTime;
using VoiceQuality.Sla.Outages;

namespace VoiceQuality.Service.Claims;

/// <summary>What was measured and recorded of one component over a time.</summary>
/// <param name="Failures">Complete failures that touch the time, by start .</param>
/// <param name="Gaps">Times at which it was not measured .</param>
/// <param name="Exclusions">What the provider says of its failures .</param>
internal sealed record OutageRecord(
    ImmutableArray<MeasuredFailure> Failures,
    ImmutableArray<Interval> Gaps,
    ImmutableArray<RecordedExclusion> Exclusions);

/// <summary>Gives the failures and exclusions that claims for outage credits are decided on.</summary>
internal interface IOutageRecords
{
    /// <summary>What is known of a component over a time.</summary>
    Task<OutageRecord> ReadAsync(
        string accountId, string componentId, Interval time, CancellationToken cancellationToken);

    /// <summary>A measured failure of an account; null when the account has no such one.</summary>
    Task<MeasuredFailure?> FindAsync(string accountId, string failureId, CancellationToken cancellationToken);
}
