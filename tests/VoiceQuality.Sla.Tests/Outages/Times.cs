using NodaTime;
using NodaTime.Text;
using VoiceQuality.Sla.Periods;

namespace VoiceQuality.Sla.Tests.Outages;

/// <summary>Short ways to write instants, intervals, dates and zones.</summary>
internal static class Times
{
    public static DateTimeZone Zone(string id) =>
        TimeZones.TryGet(id, out var zone) ? zone : throw new ArgumentException("No such zone.", nameof(id));

    public static AccountCalendar Denver { get; } = new(Zone("America/Denver"));

    public static Instant At(string text) => OffsetDateTimePattern.ExtendedIso.Parse(text).Value.ToInstant();

    public static Interval Between(string start, string end) => new(At(start), At(end));

    public static LocalDate Date(string text) => LocalDatePattern.Iso.Parse(text).Value;

    public static LocalDateTime Local(string text) => LocalDateTimePattern.GeneralIso.Parse(text).Value;

    public static string[] Text(IEnumerable<LocalDate> dates) => [.. dates.Select(LocalDatePattern.Iso.Format)];
}
