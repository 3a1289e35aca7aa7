using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;
using VoiceQuality.Service.Api;
using VoiceQuality.Service.Pages;
using VoiceQuality.Service.Policies;
using VoiceQuality.Service.TrustPage;
using VoiceQuality.Sla.Credits;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Storage.Months;

namespace VoiceQuality.Service.Claims;

/// <summary>One unit's open month: what it is worth now, and what it may be worth when it is over.</summary>
/// <param name="Month">The month as it is now.</param>
/// <param name="Forecast">What it may become.</param>
internal sealed record MonthAtRisk(AssessedMonth Month, CreditForecast Forecast);

/// <summary>The open months of all units.</summary>
/// <param name="Months">Largest upper end of the forecast first, unknown ones last.</param>
/// <param name="IfClosedNow">US dollars if all closed now; unknown ones left out.</param>
/// <param name="IfClosedNowUnknown">Months whose amount is not known.</param>
internal sealed record DollarsAtRiskView(
    IReadOnlyList<MonthAtRisk> Months, decimal IfClosedNow, int IfClosedNowUnknown)
{
    /// <summary>US dollars at the means so far; unknown ones left out.</summary>
    public decimal Forecast => Months.Sum(month => month.Forecast.Credit ?? 0m);

    /// <summary>Months without a forecast.</summary>
    public int ForecastUnknown => Months.Count(month => month.Forecast.Credit is null);
}

/// <summary>Makes the figures of open months. They are shown to people and never used for money.</summary>
internal sealed class DollarsAtRisk(
    AssessedMonths months, MonthQueries sums, IAccountBookSource books, PolicyDirectory policies, TimeProvider time)
{
    /// <summary>Every month of any unit that is under way or not closed yet .</summary>
    public async Task<DollarsAtRiskView> GetAsync(CancellationToken cancellationToken)
    {
        var now = Instant.FromDateTimeOffset(time.GetUtcNow());
        var policyBook = await policies.GetAsync(cancellationToken);
        var open = new SortedSet<ServiceMonth>();
        foreach (var account in books.Book.Accounts)
        {
            // The longest grace period reaches over two months.
            var current = account.Calendar.MonthOf(now);
            open.UnionWith([current, current.Previous, current.Previous.Previous, current.Previous.Previous.Previous]);
        }

        var lines = new List<MonthAtRisk>();
        foreach (var month in open)
        {
            var days = (await sums.ListUnitDaysAsync(month, cancellationToken))
                .ToLookup(day => (day.AccountId, day.UnitId));
            lines.AddRange((await months.ListAsync(month, cancellationToken))
                .Where(unit => unit.Figures.State == MonthState.Provisional && unit.Figures.Period.Start <= now)
                .Select(unit => new MonthAtRisk(unit, ForecastOf(
                    unit.Figures, days[(unit.AccountId, unit.UnitId)], now,
                    policyBook.InForce(unit.AccountId, month)))));
        }

        return new DollarsAtRiskView(
            [
                .. lines.OrderByDescending(line => line.Forecast.High ?? line.Forecast.Credit ?? -1m)
                    .ThenBy(line => line.Month.AccountId, StringComparer.Ordinal)
                    .ThenBy(line => line.Month.UnitId, StringComparer.Ordinal)
                    .ThenBy(line => line.Month.Figures.Month),
            ],
            lines.Sum(line => line.Month.Figures.CreditIfClaimed ?? 0m),
            lines.Count(line => line.Month.Figures.CreditIfClaimed is null));
    }

    /// <summary>The forecast of a unit's month from its days.</summary>
    public static CreditForecast ForecastOf(
        MonthlyEligibility month, IEnumerable<UnitDay> days, Instant now, ContractPolicy policy) =>
        CreditForecast.Of(month, days.Select(day => new ForecastDay(day.Counts.By(policy.MosReading).Mean)), now, policy);
}

/// <summary>What the open months may cost.</summary>
/// <param name="IfClosedNow">US dollars if all closed now, of those that are known.</param>
/// <param name="IfClosedNowUnknownCount">Months whose amount is not known.</param>
/// <param name="Forecast">US dollars at the means so far, of those that are known.</param>
/// <param name="ForecastUnknownCount">Months without a forecast.</param>
/// <param name="Months">Each unit's open month.</param>
internal sealed record DollarsAtRiskResponse(
    string IfClosedNow,
    int IfClosedNowUnknownCount,
    string Forecast,
    int ForecastUnknownCount,
    IReadOnlyList<MonthAtRiskResponse> Months);

/// <summary>One unit's open month.</summary>
/// <param name="AccountId">The account.</param>
/// <param name="UnitId">The business unit.</param>
/// <param name="Month">Month of service, yyyy-MM.</param>
/// <param name="Answered">Answered calls so far.</param>
/// <param name="Scored">Those of them with a score.</param>
/// <param name="CoveragePercent">Scored in percent of answered, cut to two decimals; null without calls.</param>
/// <param name="MeanMos">The average so far, cut to three decimals; null without one.</param>
/// <param name="Percent">Percent of the row it is in; null without an average.</param>
/// <param name="UsageBilling">Usage so far, US dollars; null when not known.</param>
/// <param name="CreditIfClosedNow">US dollars; null when not known.</param>
/// <param name="PassedPercent">Part of the month that has passed, percent.</param>
/// <param name="ForecastCredit">US dollars at the mean so far; null when not known.</param>
/// <param name="ForecastLow">US dollars at the upper end of the mean; null when not known.</param>
/// <param name="ForecastHigh">US dollars at the lower end of the mean; null when not known.</param>
/// <param name="ForecastMeanLow">Lower end of the final mean; null when not known.</param>
/// <param name="ForecastMeanHigh">Upper end of the final mean; null when not known.</param>
/// <param name="ClosesAt">When the month closes.</param>
internal sealed record MonthAtRiskResponse(
    string AccountId,
    string UnitId,
    string Month,
    long Answered,
    long Scored,
    decimal? CoveragePercent,
    string? MeanMos,
    int? Percent,
    string? UsageBilling,
    string? CreditIfClosedNow,
    decimal PassedPercent,
    string? ForecastCredit,
    string? ForecastLow,
    string? ForecastHigh,
    decimal? ForecastMeanLow,
    decimal? ForecastMeanHigh,
    string ClosesAt)
{
    public static MonthAtRiskResponse Of(MonthAtRisk line)
    {
        var figures = line.Month.Figures;
        return new MonthAtRiskResponse(
            line.Month.AccountId,
            line.Month.UnitId,
            figures.Month.ToString(),
            figures.Calls.AnsweredCount,
            figures.Calls.Mean.CallCount,
            figures.CoveragePercent,
            figures.Tier.Display,
            Wire.Percent(figures.Tier),
            Wire.Money(figures.Base.Amount),
            Wire.Money(figures.CreditIfClaimed),
            line.Forecast.PassedPercent,
            Wire.Money(line.Forecast.Credit),
            Wire.Money(line.Forecast.Low),
            Wire.Money(line.Forecast.High),
            Cut(line.Forecast.MeanLow),
            Cut(line.Forecast.MeanHigh),
            Wire.Time(figures.ClosesAt));
    }

    private static decimal? Cut(decimal? mean) => mean is { } known ? decimal.Truncate(known * 1_000m) / 1_000m : null;
}

/// <summary>What the open months may cost, for the operations centre.</summary>
internal static class DollarsAtRiskEndpoints
{
    /// <summary>Maps <c>/api/v1/dollars-at-risk</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapAccessGroup(AccessGroup.Noc, "/api/v1/dollars-at-risk").WithTags("Dollars at risk")
            .MapGet("/", Get).WithName("GetDollarsAtRisk")
            .WithSummary("Tells what each unit's open month is worth now, and what it may be worth when it is over.")
            .WithDescription(
                "The forecast takes the pace and the mean so far for the rest of the month; its range is two standard "
                + "errors of the mean by day. It is for people to look at and decides no money.");

    /// <summary>Maps <c>/risk</c>.</summary>
    public static void MapPage(RouteGroupBuilder pages) => pages.MapPage("/risk", GetPage);

    private static async Task<Ok<DollarsAtRiskResponse>> Get(DollarsAtRisk risk, CancellationToken cancellationToken)
    {
        var view = await risk.GetAsync(cancellationToken);
        return TypedResults.Ok(new DollarsAtRiskResponse(
            Sla.Money.Format(view.IfClosedNow), view.IfClosedNowUnknown, Sla.Money.Format(view.Forecast),
            view.ForecastUnknown, [.. view.Months.Select(MonthAtRiskResponse.Of)]));
    }

    private static async Task<IResult> GetPage(DollarsAtRisk risk, CancellationToken cancellationToken) =>
        new PageResult<DollarsAtRiskView>(ViewNames.Risk, await risk.GetAsync(cancellationToken));
}
