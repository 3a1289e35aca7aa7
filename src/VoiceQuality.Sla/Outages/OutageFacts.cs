using System.Collections.Immutable;
using NodaTime;
using VoiceQuality.Sla.Ledger;
using VoiceQuality.Sla.Periods;

namespace VoiceQuality.Sla.Outages;

/// <summary>A failure as it was measured, and on what that stands.</summary>
/// <param name="Failure">The failure.</param>
/// <param name="ObservationDigest">Digest of its attempts and probes; null when none was kept.</param>
public sealed record MeasuredFailure(ComponentFailure Failure, string? ObservationDigest);

/// <summary>An exclusion as it was recorded.</summary>
/// <param name="Id">Name of the record.</param>
/// <param name="Exclusion">What it says.</param>
public sealed record RecordedExclusion(string Id, Exclusion Exclusion);

/// <summary>A failure that an earlier decision took into account, by its name and its time then.</summary>
/// <param name="FailureId">Name of the failure.</param>
/// <param name="Time">Its time when it was decided on.</param>
public sealed record AcceptedFailure(string FailureId, Interval Time)
{
    /// <summary>
    /// Whether a measured failure is this one: by name, or by time when late data gave it another name.
    /// </summary>
    public bool Is(ComponentFailure failure, Instant asOf)
    {
        ArgumentNullException.ThrowIfNull(failure);
        return failure.Id == FailureId || IntervalSet.Overlap(failure.TimeUntil(asOf), Time);
    }
}

/// <summary>Everything about one component that an outage credit depends on.</summary>
public sealed record ComponentFacts
{
    /// <summary>The component.</summary>
    public required string ComponentId { get; init; }

    /// <summary>The unit under which its credits are posted.</summary>
    public required string UnitId { get; init; }

    /// <summary>Whether the account has the component.</summary>
    public bool IsKnown { get; init; } = true;

    /// <summary>Whether a toll-free number bars its credits .</summary>
    public bool IsBarred { get; init; }

    /// <summary>Its MRC over time; null when it is not known.</summary>
    public ComponentMrc? Mrc { get; init; }

    /// <summary>US dollars of MRC billed in each month that is known.</summary>
    public ImmutableSortedDictionary<ServiceMonth, decimal> MrcBilled { get; init; } =
        ImmutableSortedDictionary<ServiceMonth, decimal>.Empty;

    /// <summary>Measured failures.</summary>
    public ImmutableArray<MeasuredFailure> Failures { get; init; } = [];

    /// <summary>Times at which it was not measured.</summary>
    public ImmutableArray<Interval> Gaps { get; init; } = [];

    /// <summary>What the provider says of its failures.</summary>
    public ImmutableArray<RecordedExclusion> Exclusions { get; init; } = [];

    /// <summary>What earlier decisions took into account.</summary>
    public ImmutableArray<AcceptedFailure> AcceptedBefore { get; init; } = [];

    /// <summary>Dates that a person granted without a measured failure.</summary>
    public ImmutableSortedSet<LocalDate> PersonDates { get; init; } = [];

    /// <summary>Entries of the ledger for each month, oldest first.</summary>
    public ImmutableSortedDictionary<ServiceMonth, ImmutableArray<LedgerAmount>> Posted { get; init; } =
        ImmutableSortedDictionary<ServiceMonth, ImmutableArray<LedgerAmount>>.Empty;
}
