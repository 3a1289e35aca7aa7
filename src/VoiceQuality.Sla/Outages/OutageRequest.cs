using System.Collections.Immutable;
using NodaTime;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Policies;

namespace VoiceQuality.Sla.Outages;

/// <summary>What a request for an outage credit says, in the order of the contract .</summary>
public enum RequestElement
{
    /// <summary>The customer's name.</summary>
    CustomerName,

    /// <summary>The account number.</summary>
    AccountNumber,

    /// <summary>The date or dates of the outage.</summary>
    Dates,

    /// <summary>When it began and ended, approximately; "ongoing" is an end .</summary>
    BeginEndTimes,

    /// <summary>The component or components.</summary>
    Components,
}

/// <summary>One message of the customer about a request.</summary>
/// <param name="At">When it was received.</param>
/// <param name="Elements">What it says.</param>
/// <param name="IsWritten">Whether it came in writing; a telephone call submits nothing .</param>
/// <param name="IsPortal">Whether it came from the portal, which takes name and account from the login .</param>
public sealed record RequestArrival(
    Instant At, IReadOnlyCollection<RequestElement> Elements, bool IsWritten = true, bool IsPortal = false);

/// <summary>What was measured of a failure that is asked for .</summary>
public enum FailureMatch
{
    /// <summary>It was measured.</summary>
    Measured,

    /// <summary>Nothing that was measured fits it.</summary>
    NoMatch,

    /// <summary>Nothing was measured at that time.</summary>
    MonitorGap,
}

/// <summary>A failure that is asked for.</summary>
/// <param name="Id">Id of the failure.</param>
/// <param name="FirstArose">When it first arose. Its later days have the same clock .</param>
/// <param name="Match">What was measured of it; see <see cref="OutageClaimMatch"/>.</param>
public sealed record RequestedFailure(string Id, Instant FirstArose, FailureMatch Match = FailureMatch.Measured);

/// <summary>What was decided on the request for one failure.</summary>
public enum OutageRequestDecision
{
    /// <summary>Submitted in time.</summary>
    Accepted,

    /// <summary>Submitted late.</summary>
    Denied,

    /// <summary>Not submitted yet.</summary>
    Incomplete,

    /// <summary>A person decides.</summary>
    Review,
}

/// <summary>Why a request was not accepted for a failure.</summary>
public enum OutageRequestReason
{
    /// <summary>It was submitted after the last date .</summary>
    Late,

    /// <summary>Something is missing .</summary>
    MissingFields,

    /// <summary>No failure was measured at the claimed time .</summary>
    NoMatch,

    /// <summary>Nothing was measured at the claimed time .</summary>
    MonitorGap,
}

/// <summary>The decision on the request for one failure.</summary>
/// <param name="FailureId">The failure.</param>
/// <param name="LastDate">Last civil date, in the account's zone, on which the request can be submitted.</param>
/// <param name="Deadline">The first instant that is too late.</param>
/// <param name="Decision">What was decided.</param>
/// <param name="Reason">Why it was not accepted; null when it was.</param>
public sealed record FailureRequestDecision(
    string FailureId,
    LocalDate LastDate,
    Instant Deadline,
    OutageRequestDecision Decision,
    OutageRequestReason? Reason);

/// <summary>How far a request has come.</summary>
/// <param name="SubmittedAt">When its last element was received; null while one is missing.</param>
/// <param name="Missing">What is missing, in the order of the contract.</param>
/// <param name="Failures">One decision for each failure, in the given order.</param>
/// <param name="PolicyVersion">Version of the policy.</param>
public sealed record OutageRequestOutcome(
    Instant? SubmittedAt,
    ImmutableArray<RequestElement> Missing,
    ImmutableArray<FailureRequestDecision> Failures,
    string PolicyVersion);

/// <summary>
/// Whether a credit was requested in time: within thirty days after the date it first arose.
/// </summary>
public static class OutageRequest
{
    private static readonly ImmutableArray<RequestElement> Elements = [.. Enum.GetValues<RequestElement>()];

    /// <summary>The last civil date on which a failure can be claimed. Weekends do not extend it.</summary>
    public static LocalDate LastDateOf(Instant firstArose, AccountCalendar calendar, ContractPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(calendar);
        ArgumentNullException.ThrowIfNull(policy);
        return firstArose.InZone(ZoneAt(firstArose, calendar)).Date.PlusDays(policy.OutageRequestDays);
    }

    /// <summary>Decides a request, whole or not yet.</summary>
    /// <param name="failures">The failures it asks for; each has its own clock.</param>
    /// <param name="arrivals">What was received, in any order.</param>
    /// <param name="calendar">The account's months and zones.</param>
    /// <param name="policy">The reading of the contract.</param>
    public static OutageRequestOutcome Decide(
        IEnumerable<RequestedFailure> failures,
        IEnumerable<RequestArrival> arrivals,
        AccountCalendar calendar,
        ContractPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(failures);
        ArgumentNullException.ThrowIfNull(arrivals);
        ArgumentNullException.ThrowIfNull(calendar);
        ArgumentNullException.ThrowIfNull(policy);
        var firstReceived = FirstReceived(arrivals);
        ImmutableArray<RequestElement> missing =
            [.. Elements.Where(element => !firstReceived.ContainsKey(element))];
        Instant? submittedAt = missing.IsEmpty ? firstReceived.Values.Max() : null;

        return new OutageRequestOutcome(
            submittedAt,
            missing,
            [.. failures.Select(failure => DecideOne(failure, submittedAt, calendar, policy))],
            policy.Version);
    }

    private static Dictionary<RequestElement, Instant> FirstReceived(IEnumerable<RequestArrival> arrivals)
    {
        var first = new Dictionary<RequestElement, Instant>();

        foreach (var arrival in arrivals.Where(arrival => arrival.IsWritten))
        {
            var elements = arrival.IsPortal
                ? arrival.Elements.Append(RequestElement.CustomerName).Append(RequestElement.AccountNumber)
                : arrival.Elements;
            foreach (var element in elements)
            {
                first[element] = first.TryGetValue(element, out var earlier)
                    ? Instant.Min(earlier, arrival.At)
                    : arrival.At;
            }
        }

        return first;
    }

    private static FailureRequestDecision DecideOne(
        RequestedFailure failure, Instant? submittedAt, AccountCalendar calendar, ContractPolicy policy)
    {
        var lastDate = LastDateOf(failure.FirstArose, calendar, policy);
        var deadline = TimeZones.StartOfDay(lastDate.PlusDays(1), ZoneAt(failure.FirstArose, calendar));
        (OutageRequestDecision, OutageRequestReason?) Decided() => submittedAt is not { } at
            ? (OutageRequestDecision.Incomplete, OutageRequestReason.MissingFields)
            : at >= deadline ? (OutageRequestDecision.Denied, OutageRequestReason.Late)
            : failure.Match switch
            {
                FailureMatch.Measured => (OutageRequestDecision.Accepted, null),
                FailureMatch.MonitorGap => (OutageRequestDecision.Review, OutageRequestReason.MonitorGap),
                _ => (OutageRequestDecision.Review, OutageRequestReason.NoMatch),
            };

        var (decision, reason) = Decided();
        return new FailureRequestDecision(failure.Id, lastDate, deadline, decision, reason);
    }

    private static DateTimeZone ZoneAt(Instant instant, AccountCalendar calendar) =>
        calendar.ZoneOf(calendar.MonthOf(instant));
}
