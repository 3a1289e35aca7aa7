using NodaTime;

namespace VoiceQuality.Sla.Periods;

/// <summary>
/// The instants of one month of service, half-open: <see cref="Start"/> belongs to it, <see cref="End"/> does not
///
/// </summary>
public readonly record struct MonthlyPeriod
{
    private MonthlyPeriod(ServiceMonth month, Instant start, Instant end)
    {
        Month = month;
        Start = start;
        End = end;
    }

    /// <summary>The month's name.</summary>
    public ServiceMonth Month { get; }

    /// <summary>First instant of the month.</summary>
    public Instant Start { get; }

    /// <summary>First instant after the month.</summary>
    public Instant End { get; }

    /// <summary>
    /// Length in hours, exact: 743 for March 2025 in New York. A half hour occurs where clocks move by one.
    /// </summary>
    public decimal Hours => (End - Start).BclCompatibleTicks / (decimal)NodaConstants.TicksPerHour;

    /// <summary>Whether the instant belongs to this month.</summary>
    public bool Contains(Instant instant) => Start <= instant && instant < End;

    /// <summary>The month's bounds in one zone; see <see cref="AccountCalendar"/> for zones that change.</summary>
    /// <param name="month">The month of service.</param>
    /// <param name="zone">The account's zone.</param>
    /// <param name="billingDay">
    /// Day on which the billing cycle begins, 1 to 31. In a month that has no such day it begins on the last day.
    /// </param>
    public static MonthlyPeriod Bounds(ServiceMonth month, DateTimeZone zone, int billingDay = 1) =>
        new AccountCalendar(zone, billingDay).Bounds(month);

    internal static MonthlyPeriod Between(ServiceMonth month, Instant start, Instant end) => new(month, start, end);
}
