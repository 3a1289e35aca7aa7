using System.Collections.Immutable;
using NodaTime;

namespace VoiceQuality.Sla.Outages;

/// <summary>
/// Where the operator believes a failure came from. It decides nothing: only an <see cref="Exclusion"/> with evidence
/// and approval takes a failure out of the credit.
/// </summary>
public enum FailureCause
{
    /// <summary>Not known. An unknown cause is not excluded .</summary>
    Unknown,

    /// <summary>The provider's own equipment, software or people.</summary>
    Provider,

    /// <summary>A carrier from which the provider buys .</summary>
    UnderlyingCarrier,

    /// <summary>The customer's equipment, software, facility, databases or operator.</summary>
    Customer,

    /// <summary>The customer's connection to the Internet.</summary>
    CustomerInternet,

    /// <summary>Telephony that the customer buys from somebody else.</summary>
    ThirdParty,

    /// <summary>Maintenance or modification of component software.</summary>
    Maintenance,

    /// <summary>An event of force majeure.</summary>
    ForceMajeure,
}

/// <summary>
/// A complete failure of one component: every attempt and probe on it failed for the whole interval. A partial
/// loss is none.
/// </summary>
/// <param name="Id">Id of the failure.</param>
/// <param name="ComponentId">The component, such as "sip-trunk".</param>
/// <param name="Start">When it first arose.</param>
/// <param name="End">The first instant at which it was over; null while it goes on .</param>
/// <param name="Cause">Where it is believed to have come from.</param>
public sealed record ComponentFailure(
    string Id, string ComponentId, Instant Start, Instant? End, FailureCause Cause = FailureCause.Unknown)
{
    /// <summary>
    /// Times in it at which nobody watched, disjoint and in order; the last one may have no end. They neither count as
    /// failed nor end the failure.
    /// </summary>
    public ImmutableArray<Interval> Unknown { get; init; } = [];

    /// <summary>
    /// The failed times as known at an instant: the time from start to end without what is unknown in it.
    /// </summary>
    public IReadOnlyList<Interval> FailedTimes(Instant asOf)
    {
        var whole = TimeUntil(asOf);
        return IntervalSet.Subtract([whole], Unknown.Select(gap => new Interval(
            gap.HasStart ? Instant.Min(gap.Start, whole.End) : whole.Start,
            gap.HasEnd ? gap.End : whole.End)));
    }

    /// <summary>
    /// The time as known at an instant: one that goes on lasts until then, one that is yet to begin is empty.
    /// </summary>
    public Interval TimeUntil(Instant asOf)
    {
        var end = End ?? Instant.Max(Start, asOf);
        return end < Start
            ? throw new InvalidOperationException("A failure ends before it begins.")
            : new Interval(Start, end);
    }
}
