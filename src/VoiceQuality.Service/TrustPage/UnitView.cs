using System.Globalization;
using NodaTime;
using VoiceQuality.Service.Claims;
using VoiceQuality.Service.Pages.Charts;
using VoiceQuality.Service.Signalling;
using VoiceQuality.Sla.Credits;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Storage.Claims;
using VoiceQuality.Storage.Months;

namespace VoiceQuality.Service.TrustPage;

/// <summary>What the page of a unit shows.</summary>
/// <param name="AccountName">Name of its account.</param>
/// <param name="Unit">The shown month.</param>
/// <param name="Claims">The newest claims on the month, the decision that stands first.</param>
/// <param name="Restatements">The newest restatements of the month.</param>
/// <param name="Months">Months to switch to, newest first.</param>
/// <param name="Days">Days with calls, in order.</param>
/// <param name="History">Months of the unit, oldest first.</param>
/// <param name="ModelName">Model and edition behind the scores.</param>
internal sealed record UnitView(
    string AccountName,
    AssessedMonth Unit,
    IReadOnlyList<StoredClaim> Claims,
    IReadOnlyList<StoredRestatement> Restatements,
    IReadOnlyList<ServiceMonth> Months,
    IReadOnlyList<UnitDay> Days,
    IReadOnlyList<AssessedMonth> History,
    string ModelName)
{
    /// <summary>What persons decided on claims of the month that were in review, by claim.</summary>
    public IReadOnlyDictionary<string, StoredResolution> Resolutions { get; init; } =
        new Dictionary<string, StoredResolution>();

    /// <summary>
    /// Claims for outages of components that serve the unit, of any month, newest first; null where they are not looked
    /// at.
    /// </summary>
    public AccountClaimsView? OutageClaims { get; init; }

    /// <summary>How its call attempts went in the shown month; null where that is not looked at.</summary>
    public AccountSignallingMonth? Signalling { get; init; }

    /// <summary>What a person decided on a claim; null when nobody did.</summary>
    public StoredResolution? ResolutionOf(StoredClaim claim) => Resolutions.GetValueOrDefault(claim.ClaimId);

    /// <summary>All days of the month as points; days without a score are gaps.</summary>
    public IReadOnlyList<MosPoint> DayPoints =>
    [
        .. AllDays().Select(day => new MosPoint(
            DayLabel(day.Date), AccountView.MeanOf(day.Counts.Mean),
            $"{DateText(day.Date)}: {day.Counts.Mean.Display() ?? "no score"}, "
            + $"{Pages.Figures.Count(day.Counts.Mean.CallCount)} of {Pages.Figures.Count(day.Counts.Answered)} calls scored")),
    ];

    /// <summary>Calls of each day, scored below and unscored on top.</summary>
    public IReadOnlyList<Bar> DayBars =>
    [
        .. AllDays().Select(day => new Bar(
            DayLabel(day.Date), [day.Counts.Mean.CallCount, day.Counts.Answered - day.Counts.Scored],
            $"{DateText(day.Date)}: {Pages.Figures.Count(day.Counts.Mean.CallCount)} scored, "
            + $"{Pages.Figures.Count(day.Counts.Answered - day.Counts.Scored)} unscored")),
    ];

    /// <summary>Scored in percent of answered, cut to two decimals; null without calls (R-08).</summary>
    public static decimal? CoverageOf(CallCounts counts) =>
        counts.Answered == 0 ? null : decimal.Truncate(counts.Scored * 10_000m / counts.Answered) / 100m;

    /// <summary>"2026-10-31".</summary>
    public static string DateText(LocalDate date) => date.ToString("uuuu-MM-dd", CultureInfo.InvariantCulture);

    private static string DayLabel(LocalDate date) => date.ToString("d MMM", CultureInfo.InvariantCulture);

    private IEnumerable<UnitDay> AllDays()
    {
        var byDate = Days.ToDictionary(day => day.Date);
        var first = Unit.Figures.Period.Start.InZone(Unit.Zone).Date;
        var last = Unit.Figures.Period.End.Minus(Duration.Epsilon).InZone(Unit.Zone).Date;
        for (var date = first; date <= last; date = date.PlusDays(1))
        {
            yield return byDate.TryGetValue(date, out var day)
                ? day
                : new UnitDay(Unit.AccountId, Unit.UnitId, Unit.Figures.Month, date, default, 0, 0);
        }
    }
}
