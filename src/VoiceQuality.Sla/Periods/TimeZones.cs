using System.Diagnostics.CodeAnalysis;
using NodaTime;
using NodaTime.TimeZones;

namespace VoiceQuality.Sla.Periods;

/// <summary>The IANA time zones, from the database that is built into NodaTime.</summary>
public static class TimeZones
{
    /// <summary>Version of the time zone database, such as "2025b". A decision is stamped with it.</summary>
    public static string DatabaseVersion => TzdbDateTimeZoneSource.Default.TzdbVersion;

    /// <summary>Finds a zone by its IANA name, such as "America/Denver".</summary>
    public static bool TryGet(string? id, [NotNullWhen(true)] out DateTimeZone? zone)
    {
        zone = id is null ? null : DateTimeZoneProviders.Tzdb.GetZoneOrNull(id);
        return zone is not null;
    }

    /// <summary>
    /// The first instant of a local day. Where midnight does not exist (clocks go forward over it, or the whole day
    /// was left out) it is the first instant after the gap; where it occurs twice it is the earlier one.
    /// </summary>
    public static Instant StartOfDay(LocalDate date, DateTimeZone zone)
    {
        ArgumentNullException.ThrowIfNull(zone);
        var mapping = zone.MapLocal(date.AtMidnight());
        return mapping.Count == 0 ? mapping.LateInterval.Start : mapping.First().ToInstant();
    }
}
