using NodaTime;

namespace VoiceQuality.Sla.Clocks;

/// <summary>By which rules the notices of a breach are timed .</summary>
public enum BreachProfile
{
    /// <summary>
    /// The statement of policy and 47 CFR 64.2011 as in force: law enforcement within 7 days, customers not before 7
    /// more.
    /// </summary>
    Statement,

    /// <summary>
    /// The order of 2023, published 2024-02-12 with 64.2011 "delayed indefinitely": law enforcement and the FCC within
    /// 7 business days, customers without waiting and within 30 days. Inactive until counsel says otherwise.
    /// </summary>
    Order2023,
}

/// <summary>Why customers are told without waiting .</summary>
/// <param name="Reason">What harm is at hand.</param>
/// <param name="Consultation">Record of the consultation with the investigating agency.</param>
public sealed record IrreparableHarm(string Reason, string Consultation);

/// <summary>Law enforcement's direction to wait longer .</summary>
/// <param name="Until">The last day on which customers must not be told.</param>
/// <param name="WrittenDirection">Reference to the direction in writing.</param>
public sealed record NoticeHold(LocalDate Until, string WrittenDirection);

/// <summary>What is known of a breach.</summary>
/// <param name="Determined">When it was determined that there was one: the clock starts here .</param>
/// <param name="LawEnforcementNotified">When the Secret Service and the FBI were told; null when they were not.</param>
/// <param name="Harm">Null without immediate risk of irreparable harm.</param>
/// <param name="Hold">Null without a direction to wait.</param>
/// <param name="Occurred">When it happened; recorded, and no deadline depends on it.</param>
/// <param name="Closed">When the case was closed; null while it is open.</param>
public sealed record Breach(
    LocalDate Determined,
    LocalDate? LawEnforcementNotified = null,
    IrreparableHarm? Harm = null,
    NoticeHold? Hold = null,
    LocalDate? Occurred = null,
    LocalDate? Closed = null);

/// <summary>The dates of a breach .</summary>
/// <param name="LawEnforcementDeadline">Last day on which law enforcement is told in time.</param>
/// <param name="LawEnforcementOnTime">Whether it was; null while it was not told.</param>
/// <param name="CustomersEarliest">First day on which customers may be told; null until law enforcement was.</param>
/// <param name="CustomersLatest">Last day on which customers must be told; null where the rules name none.</param>
/// <param name="RetainUntilAtLeast">The day until which the record must be kept at least.</param>
public sealed record BreachDates(
    LocalDate LawEnforcementDeadline,
    bool? LawEnforcementOnTime,
    LocalDate? CustomersEarliest,
    LocalDate? CustomersLatest,
    LocalDate RetainUntilAtLeast);

/// <summary>
/// When law enforcement must and customers may be told of a breach: where the statement and 47 CFR 64.2011 differ, the
/// earlier deadline and the later release.
/// </summary>
public static class BreachClock
{
    private const int NoticeDays = 7;
    private const int WaitingDays = 7;
    private const int CustomerDays = 30;
    private const int RetentionYears = 2;

    /// <summary>Computes the dates.</summary>
    public static BreachDates DatesOf(
        Breach breach, BusinessCalendar calendar, BreachProfile profile = BreachProfile.Statement)
    {
        ArgumentNullException.ThrowIfNull(breach);
        ArgumentNullException.ThrowIfNull(calendar);
        var deadline = profile == BreachProfile.Statement
            ? breach.Determined.PlusDays(NoticeDays)
            : calendar.Plus(breach.Determined, NoticeDays);

        return new BreachDates(
            deadline,
            breach.LawEnforcementNotified is { } told ? told <= deadline : null,
            breach.LawEnforcementNotified is { } notified ? Earliest(breach, notified, calendar, profile) : null,
            profile == BreachProfile.Statement ? null : breach.Determined.PlusDays(CustomerDays),
            LocalDate.Max(breach.Determined, breach.Closed ?? breach.Determined).PlusYears(RetentionYears));
    }

    private static LocalDate Earliest(
        Breach breach, LocalDate notified, BusinessCalendar calendar, BreachProfile profile)
    {
        var mustWait = profile == BreachProfile.Statement && breach.Harm is null;
        var earliest = mustWait
            ? LocalDate.Max(notified.PlusDays(WaitingDays), calendar.Plus(notified, WaitingDays).PlusDays(1))
            : notified;
        return breach.Hold is { } hold ? LocalDate.Max(earliest, hold.Until.PlusDays(1)) : earliest;
    }
}
