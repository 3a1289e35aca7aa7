using System.Collections.Immutable;
using NodaTime;
using VoiceQuality.Sla.Periods;

namespace VoiceQuality.Sla.Outages;

/// <summary>
/// The days of failure: every civil date in the account's zone that a failed interval touches for more than zero time
/// . A date is a date, however many hours the zone gives it, and counts once.
/// </summary>
public static class OutageDays
{
    /// <summary>The dates, earliest first.</summary>
    /// <param name="failed">Half-open intervals with both bounds, in any order; they may overlap.</param>
    /// <param name="calendar">The account's months and zones. Dates are told in the zone of the month.</param>
    public static ImmutableArray<LocalDate> Of(IEnumerable<Interval> failed, AccountCalendar calendar)
    {
        ArgumentNullException.ThrowIfNull(failed);
        ArgumentNullException.ThrowIfNull(calendar);
        var dates = new SortedSet<LocalDate>();

        foreach (var interval in IntervalSet.Union(failed))
        {
            var start = interval.Start;
            while (start < interval.End)
            {
                // The zone of an account changes only where a month ends.
                var month = calendar.Bounds(calendar.MonthOf(start));
                var end = Instant.Min(interval.End, month.End);
                AddDates(start, end, calendar.ZoneOf(month.Month), dates);
                start = end;
            }
        }

        return [.. dates];
    }

    /// <summary>The dates in one zone.</summary>
    public static ImmutableArray<LocalDate> Of(IEnumerable<Interval> failed, DateTimeZone zone) =>
        Of(failed, new AccountCalendar(zone));

    /// <summary>
    /// The month of service to which a civil date belongs: the last one that begins on it or before it. A credit of
    /// that date goes there, and under its cap.
    /// </summary>
    public static ServiceMonth MonthOf(LocalDate date, AccountCalendar calendar)
    {
        ArgumentNullException.ThrowIfNull(calendar);
        var month = new ServiceMonth(date.Year, date.Month);
        return date < FirstDateOf(month, calendar) ? month.Previous : month;
    }

    private static LocalDate FirstDateOf(ServiceMonth month, AccountCalendar calendar)
    {
        // A month begins where the one before it ends, by that one's billing day.
        var day = Math.Min(
            calendar.BillingDayOf(month.Previous), CalendarSystem.Iso.GetDaysInMonth(month.Year, month.Month));
        return new LocalDate(month.Year, month.Month, day);
    }

    private static void AddDates(Instant start, Instant end, DateTimeZone zone, SortedSet<LocalDate> dates)
    {
        // Local time runs forward only as long as the offset stays: where clocks go back over midnight a date comes
        // twice, and where they go forward over a day it does not come at all.
        foreach (var part in zone.GetZoneIntervals(start, end))
        {
            var from = part.HasStart ? Instant.Max(start, part.Start) : start;
            var until = part.HasEnd ? Instant.Min(end, part.End) : end;
            var last = until.Minus(Duration.Epsilon).WithOffset(part.WallOffset).Date;

            for (var date = from.WithOffset(part.WallOffset).Date; date <= last; date = date.PlusDays(1))
            {
                dates.Add(date);
            }
        }
    }
}
