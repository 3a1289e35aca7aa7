using System.Collections.Immutable;
using NodaTime;

namespace VoiceQuality.Sla.Periods;

/// <summary>From a month of service on, the account's months end by this zone and billing day.</summary>
/// <param name="From">The first month to which it applies.</param>
/// <param name="Zone">IANA zone.</param>
/// <param name="BillingDay">Day on which the billing cycle begins, 1 to 31.</param>
public sealed record CalendarChange(ServiceMonth From, DateTimeZone Zone, int BillingDay);

/// <summary>The month and the civil date of an instant for one account.</summary>
/// <param name="Month">The month of service.</param>
/// <param name="Date">The date in the account's zone.</param>
public readonly record struct CallMonth(ServiceMonth Month, LocalDate Date);

/// <summary>
/// Which instants make up which month of an account: the one definition that MOS, usage, MRC and Tier C share.
/// </summary>
/// <remarks>
/// A month begins with the first instant of its billing day, and exactly where the month before it ends. So a change
/// of zone or billing day takes effect at the next month without a gap and without an instant that counts twice: the
/// last month under the old zone still ends by the old zone. A billing day of 29 to 31 means the last day in a month
/// that is shorter. Where clocks go back over midnight, a local date can begin, stop and begin again; the month then
/// starts with the first of its instants.
/// </remarks>
public sealed class AccountCalendar
{
    private readonly ImmutableArray<CalendarChange> _changes;
    private readonly DateTimeZone _firstZone;
    private readonly int _firstBillingDay;

    /// <summary>A calendar, with the changes that it went through.</summary>
    /// <exception cref="ArgumentException">Two changes begin with the same month.</exception>
    public AccountCalendar(DateTimeZone zone, int billingDay = 1, IEnumerable<CalendarChange>? changes = null)
    {
        ArgumentNullException.ThrowIfNull(zone);
        ThrowIfNoBillingDay(billingDay);
        _firstZone = zone;
        _firstBillingDay = billingDay;
        _changes = changes is null ? [] : [.. changes.OrderBy(change => change.From)];

        for (var i = 0; i < _changes.Length; i++)
        {
            ThrowIfNoBillingDay(_changes[i].BillingDay);
            if (i > 0 && _changes[i - 1].From == _changes[i].From)
            {
                throw new ArgumentException("Two changes begin with the same month.", nameof(changes));
            }
        }
    }

    /// <summary>The changes, earliest first.</summary>
    public ImmutableArray<CalendarChange> Changes => _changes;

    /// <summary>The zone by whose clock a month ends, and in which its dates and deadlines are told.</summary>
    public DateTimeZone ZoneOf(ServiceMonth month) => RulesOf(month).Zone;

    /// <summary>The billing day by which a month ends, 1 to 31.</summary>
    public int BillingDayOf(ServiceMonth month) => RulesOf(month).BillingDay;

    /// <summary>First and last of a month.</summary>
    public MonthlyPeriod Bounds(ServiceMonth month) =>
        MonthlyPeriod.Between(month, StartOf(month), StartOf(month.Next));

    /// <summary>The month an instant belongs to. Every instant belongs to exactly one.</summary>
    public ServiceMonth MonthOf(Instant instant)
    {
        var utc = instant.InUtc().Date;
        var month = new ServiceMonth(utc.Year, utc.Month);

        while (instant < StartOf(month))
        {
            month = month.Previous;
        }

        while (instant >= StartOf(month.Next))
        {
            month = month.Next;
        }

        return month;
    }

    /// <summary>The month and date of a call: those of the instant at which it was answered .</summary>
    public CallMonth OfCall(Instant answeredAt)
    {
        var month = MonthOf(answeredAt);
        return new CallMonth(month, answeredAt.InZone(ZoneOf(month)).Date);
    }

    /// <summary>The instant at which a month ends plus so many civil days in the account's zone.</summary>
    /// <param name="month">The month.</param>
    /// <param name="days">Civil days, 0 or more. A day is as long as the zone makes it.</param>
    public Instant DaysAfterEndOf(ServiceMonth month, int days)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(days);
        var zone = ZoneOf(month);
        var end = StartOf(month.Next);
        return days == 0 ? end : TimeZones.StartOfDay(end.InZone(zone).Date.PlusDays(days), zone);
    }

    private Instant StartOf(ServiceMonth month)
    {
        var (zone, billingDay) = RulesOf(month.Previous);
        var day = Math.Min(billingDay, CalendarSystem.Iso.GetDaysInMonth(month.Year, month.Month));
        return TimeZones.StartOfDay(new LocalDate(month.Year, month.Month, day), zone);
    }

    private (DateTimeZone Zone, int BillingDay) RulesOf(ServiceMonth month)
    {
        for (var i = _changes.Length - 1; i >= 0; i--)
        {
            if (_changes[i].From <= month)
            {
                return (_changes[i].Zone, _changes[i].BillingDay);
            }
        }

        return (_firstZone, _firstBillingDay);
    }

    private static void ThrowIfNoBillingDay(int billingDay)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(billingDay, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(billingDay, 31);
    }
}
