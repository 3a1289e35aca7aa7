using VoiceQuality.Service.Claims;
using VoiceQuality.Service.Failures;
using VoiceQuality.Service.Pages.Charts;
using VoiceQuality.Service.Signalling;
using VoiceQuality.Sla.Credits;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Storage.Claims;

namespace VoiceQuality.Service.TrustPage;

/// <summary>What the page of an account shows.</summary>
/// <param name="AccountId">The account.</param>
/// <param name="AccountName">Its name; the id where it has none.</param>
/// <param name="ZoneId">IANA zone of the shown month.</param>
/// <param name="Month">The shown month.</param>
/// <param name="Months">Months to switch to, newest first.</param>
/// <param name="Units">Units of the shown month, by name.</param>
/// <param name="History">Earlier months and the shown one per unit, oldest first.</param>
/// <param name="Restatements">The newest restatements, of any month.</param>
internal sealed record AccountView(
    string AccountId,
    string AccountName,
    string ZoneId,
    ServiceMonth Month,
    IReadOnlyList<ServiceMonth> Months,
    IReadOnlyList<AssessedMonth> Units,
    IReadOnlyDictionary<string, IReadOnlyList<AssessedMonth>> History,
    IReadOnlyList<StoredRestatement> Restatements)
{
    /// <summary>The newest restatements that the page shows.</summary>
    public const int RestatementLimit = 10;

    /// <summary>Its newest claims of both kinds, of any month; null where they are not looked at.</summary>
    public AccountClaimsView? Claims { get; init; }

    /// <summary>How its call attempts went in the shown month; null where that is not looked at.</summary>
    public AccountSignallingMonth? Signalling { get; init; }

    /// <summary>Failures of its components in the shown month; null where they are not looked at.</summary>
    public AccountFailuresView? Failures { get; init; }

    /// <summary>With more units than this, trends are drawn in the table alone.</summary>
    public const int LargeTrendLimit = 4;

    /// <summary>Answered calls of all units.</summary>
    public long Answered => Units.Sum(unit => unit.Figures.Calls.AnsweredCount);

    /// <summary>Scored calls of all units.</summary>
    public long Scored => Units.Sum(unit => unit.Figures.Calls.Mean.CallCount);

    /// <summary>Scored in percent of answered, cut to two decimals; null without calls.</summary>
    public decimal? CoveragePercent => Answered == 0 ? null : decimal.Truncate(Scored * 10_000m / Answered) / 100m;

    /// <summary>Units whose average earns a credit.</summary>
    public int UnitsBelow => Units.Count(unit => unit.Figures.Tier.Row is not null);

    /// <summary>Sum of the credits that are known and not paid, US dollars.</summary>
    public decimal KnownCredit =>
        Units.Where(unit => unit.Paid is null).Sum(unit => unit.Figures.CreditIfClaimed ?? 0m);

    /// <summary>Units whose credit is not known.</summary>
    public int UnitsWithoutAmount =>
        Units.Count(unit => unit.Paid is null && unit.Figures.CreditIfClaimed is null);

    /// <summary>Sum of what was paid for the month, US dollars; null when nothing was.</summary>
    public decimal? Paid => Units.Any(unit => unit.Paid is not null) ? Units.Sum(unit => unit.Paid ?? 0m) : null;

    /// <summary>The months of a unit as points of a chart.</summary>
    public static IReadOnlyList<MosPoint> Trend(IReadOnlyList<AssessedMonth> months, ServiceMonth shown) =>
    [
        .. months.Select(month => new MosPoint(
            Pages.Figures.ShortMonth(month.Figures.Month),
            MeanOf(month.Figures.Calls.Mean),
            $"{Pages.Figures.MonthName(month.Figures.Month)}: {MonthText.Mos(month)}, "
            + $"{Pages.Figures.Count(month.Figures.Calls.Mean.CallCount)} scored calls",
            month.Figures.Month == shown)),
    ];

    internal static decimal? MeanOf(MeanMos mean) => mean.CallCount == 0 ? null : mean.SumE4 / 10_000m / mean.CallCount;
}
