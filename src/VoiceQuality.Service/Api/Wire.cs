using System.Globalization;
using NodaTime;
using NodaTime.Text;
using VoiceQuality.Sla;
using VoiceQuality.Sla.Credits;

namespace VoiceQuality.Service.Api;

/// <summary>How values are written for programs: the one place for JSON and CSV.</summary>
internal static class Wire
{
    private static readonly InstantPattern MicrosecondPattern =
        InstantPattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm:ss.ffffff'Z'");

    /// <summary>"2026-10-01T06:00:00.123456Z".</summary>
    public static string Time(Instant instant) => MicrosecondPattern.Format(instant);

    /// <summary>The same from microseconds since 1970-01-01 UTC; null for null.</summary>
    public static string? Time(long? us) => us is { } known ? Time(Pages.Figures.At(known)) : null;

    /// <summary>US dollars as text with a decimal point; null for null.</summary>
    public static string? Money(decimal? amount) => amount is { } known ? Sla.Money.Format(known) : null;

    /// <summary>Microseconds as milliseconds, exact; null for null.</summary>
    public static decimal? Milliseconds(long? us) => us is { } known ? known / 1000m : null;

    /// <summary>A score of one call as a number with four decimals; null for null.</summary>
    public static decimal? Mos(int? mosE4) => mosE4 is { } known ? known / 10_000m : null;

    /// <summary>Digits of a decimal, for CSV; empty for null.</summary>
    public static string Number(decimal? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "";

    /// <summary>Where the average falls: the row as printed; "none" from 3.900 on; null without an average.</summary>
    public static string? Row(MosTier tier) => tier.RowName ?? (tier.Status == MosStatus.Scored ? "none" : null);

    /// <summary>Percent of the row; null without an average.</summary>
    public static int? Percent(MosTier tier) => tier.Status == MosStatus.Scored ? tier.Percent : null;
}
