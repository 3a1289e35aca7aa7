using System.Collections.Frozen;
using NodaTime;

namespace VoiceQuality.Sla.Clocks;

/// <summary>
/// Business days: Monday to Friday without the holidays that are given. Calendar days need no calendar.
/// </summary>
/// <param name="holidays">Dates on which the agency does not work; those on a weekend change nothing.</param>
public sealed class BusinessCalendar(IEnumerable<LocalDate> holidays)
{
    private readonly FrozenSet<LocalDate> _holidays = holidays.ToFrozenSet();

    /// <summary>Whether the date is a business day.</summary>
    public bool IsBusinessDay(LocalDate date) =>
        date.DayOfWeek is not (IsoDayOfWeek.Saturday or IsoDayOfWeek.Sunday) && !_holidays.Contains(date);

    /// <summary>
    /// The last of so many full business days after a date. The date itself is not counted, whatever day it is.
    /// </summary>
    /// <param name="date">The day of the event.</param>
    /// <param name="days">Business days, 1 to 366.</param>
    public LocalDate Plus(LocalDate date, int days)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(days, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(days, 366);
        for (var left = days; left > 0; left -= IsBusinessDay(date) ? 1 : 0)
        {
            date = date.PlusDays(1);
        }

        return date;
    }
}
