using System.Globalization;
using NodaTime;
using NodaTime.Text;
using VoiceQuality.Sla;
using VoiceQuality.Sla.Credits;
using VoiceQuality.Sla.Periods;

namespace VoiceQuality.Service.Pages;

/// <summary>How figures are written on pages. An unknown value is a dash with a reason nearby, never a zero.</summary>
internal static class Figures
{
    /// <summary>What stands for an unknown value.</summary>
    public const string Unknown = "\u2013";

    private static readonly InstantPattern SecondPattern = InstantPattern.CreateWithInvariantCulture("uuuu-MM-dd HH:mm:ss");
    private static readonly InstantPattern MillisecondPattern =
        InstantPattern.CreateWithInvariantCulture("uuuu-MM-dd HH:mm:ss.fff");

    /// <summary>"12,345".</summary>
    public static string Count(long? value) => value?.ToString("#,0", CultureInfo.InvariantCulture) ?? Unknown;

    /// <summary>"98.76 %".</summary>
    public static string Percent(decimal? value) =>
        value is { } known ? string.Create(CultureInfo.InvariantCulture, $"{known:0.00} %") : Unknown;

    /// <summary>"0.42 %", for a measured share.</summary>
    public static string Percent(double? value) =>
        value is { } known ? string.Create(CultureInfo.InvariantCulture, $"{known:0.00} %") : Unknown;

    /// <summary>A measured number with so many decimals.</summary>
    public static string Number(double? value, int decimals) =>
        value?.ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) ?? Unknown;

    /// <summary>"$1,234.57"; "unknown" without an amount, so that nobody takes it for nothing.</summary>
    public static string Dollars(decimal? amount)
    {
        if (amount is not { } known)
        {
            return "unknown";
        }

        var digits = known.ToString("#,0.00########", CultureInfo.InvariantCulture);
        return known < 0 ? "-$" + digits[1..] : "$" + digits;
    }

    /// <summary>A score cut, not rounded, to three decimals, as the contract's means are shown (R-02).</summary>
    /// <param name="mosE4">Ten-thousandths of a MOS point.</param>
    public static string Mos(int? mosE4) =>
        mosE4 is { } known ? new MeanMos(known, 1).Display()! : Unknown;

    /// <summary>Time of the day and date in UTC, to the second.</summary>
    public static string Utc(Instant? instant) => instant is { } known ? SecondPattern.Format(known) : Unknown;

    /// <summary>Time of the day and date in UTC, to the millisecond.</summary>
    public static string UtcMs(Instant? instant) => instant is { } known ? MillisecondPattern.Format(known) : Unknown;

    /// <summary>"2026-10-31 23:59 America/Denver": a deadline as the account tells the time.</summary>
    public static string InZone(Instant instant, DateTimeZone zone) => string.Create(
        CultureInfo.InvariantCulture, $"{instant.InZone(zone).LocalDateTime:uuuu-MM-dd HH:mm} {zone.Id}");

    /// <summary>"October 2026".</summary>
    public static string MonthName(ServiceMonth month) =>
        new LocalDate(month.Year, month.Month, 1).ToString("MMMM uuuu", CultureInfo.InvariantCulture);

    /// <summary>"Oct 2026": for axes and switches.</summary>
    public static string ShortMonth(ServiceMonth month) =>
        new LocalDate(month.Year, month.Month, 1).ToString("MMM uuuu", CultureInfo.InvariantCulture);

    /// <summary>Microseconds since 1970-01-01 UTC as an instant.</summary>
    public static Instant At(long us) => Instant.FromUnixTimeTicks(checked(us * 10));

    /// <summary>"1:02:03" or "2:03", cut to seconds.</summary>
    public static string Duration(long? us)
    {
        if (us is not { } known || known < 0)
        {
            return Unknown;
        }

        var seconds = known / 1_000_000;
        return seconds >= 3600
            ? string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600}:{seconds / 60 % 60:00}:{seconds % 60:00}")
            : string.Create(CultureInfo.InvariantCulture, $"{seconds / 60}:{seconds % 60:00}");
    }

    /// <summary>"1,234 ms".</summary>
    public static string Milliseconds(long? us) =>
        us is { } known ? string.Create(CultureInfo.InvariantCulture, $"{known / 1000:#,0} ms") : Unknown;

    /// <summary>"sum / count = mean" with all digits of the sum, and the mean with a mark where it was cut.</summary>
    public static string MeanWorking(MeanMos mean)
    {
        var sum = (mean.SumE4 / 10_000m).ToString("#,0.0000", CultureInfo.InvariantCulture);
        var exact = mean.SumE4 / 10_000m / mean.CallCount;
        var cut = decimal.Truncate(exact * 1_000_000m) / 1_000_000m;
        var more = cut == exact ? "" : "\u2026";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{sum} / {mean.CallCount:#,0} = {cut:0.000000}{more}");
    }
}

/// <summary>The colour family of a score or a state: a class of the style sheet, always beside a text.</summary>
internal static class Tone
{
    public const string Good = "good";
    public const string Notice = "notice";
    public const string Warn = "warn";
    public const string Bad = "bad";
    public const string Worst = "worst";
    public const string None = "none";

    /// <summary>The family of a row of the credit table.</summary>
    /// <param name="percent">Percent of the row; 0 where nothing is earned.</param>
    public static string OfPercent(int percent) => percent switch
    {
        <= 0 => Good,
        <= 10 => Notice,
        <= 30 => Warn,
        <= 60 => Bad,
        _ => Worst,
    };

    /// <summary>The family of one score, by the row that a mean of the same height would fall in.</summary>
    public static string OfMos(int? mosE4) => mosE4 is { } known ? Of(MosTier.ForMean(new MeanMos(known, 1))) : None;

    /// <summary>The family of a mean.</summary>
    public static string Of(MosTier tier) => tier.Status == MosStatus.Scored ? OfPercent(tier.Percent) : None;
}
