using Microsoft.AspNetCore.Http.HttpResults;
using VoiceQuality.Service.Pages;
using VoiceQuality.Service.TrustPage;
using VoiceQuality.Storage.Months;

namespace VoiceQuality.Service.Api;

/// <summary>A month of an account: what its page shows.</summary>
/// <param name="AccountId">The account.</param>
/// <param name="AccountName">Its name.</param>
/// <param name="TimeZone">IANA zone by whose clock the month ends.</param>
/// <param name="Month">yyyy-MM.</param>
/// <param name="Answered">Answered calls of all units.</param>
/// <param name="Scored">Those of them with a score.</param>
/// <param name="CoveragePercent">Scored in percent of answered, cut to two decimals; null without calls.</param>
/// <param name="Units">Its units, by name.</param>
internal sealed record AccountMonthResponse(
    string AccountId,
    string AccountName,
    string TimeZone,
    string Month,
    long Answered,
    long Scored,
    decimal? CoveragePercent,
    IReadOnlyList<CreditLine> Units);

/// <summary>A month of a unit: what its page shows.</summary>
/// <param name="Unit">The month.</param>
/// <param name="Days">Days with calls, in the account's zone.</param>
/// <param name="History">The months of the unit's trend, oldest first.</param>
internal sealed record UnitMonthResponse(
    CreditLine Unit, IReadOnlyList<UnitDayResponse> Days, IReadOnlyList<CreditLine> History);

/// <summary>A civil day of a unit.</summary>
/// <param name="Date">yyyy-MM-dd in the account's zone.</param>
/// <param name="Answered">Answered calls.</param>
/// <param name="Scored">Those of them with a score.</param>
/// <param name="CoveragePercent">Scored in percent of answered, cut to two decimals.</param>
/// <param name="MeanMos">The average cut to three decimals; null without a score.</param>
/// <param name="SumMosE4">Exact sum of the scores, ten-thousandths of a MOS point.</param>
internal sealed record UnitDayResponse(
    string Date, long Answered, long Scored, decimal? CoveragePercent, string? MeanMos, long SumMosE4)
{
    public static UnitDayResponse Of(UnitDay day) => new(
        UnitView.DateText(day.Date), day.Counts.Answered, day.Counts.Scored, UnitView.CoverageOf(day.Counts),
        day.Counts.Mean.Display(), day.Counts.SumMosE4);
}

/// <summary>What a customer sees of its own account.</summary>
internal static class AccountEndpoints
{
    /// <summary>Maps <c>/api/v1/accounts/…</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapAccessGroup(AccessGroup.Account, "/api/v1/accounts/{accountId}/months").WithTags("Accounts");
        group.MapGet("/{month}", GetMonth).WithName("GetAccountMonth")
            .WithSummary("Shows the units of an account in one month (yyyy-MM): averages, coverage, credits.");
        group.MapGet("/{month}/units/{unitId}", GetUnit).WithName("GetUnitMonth")
            .WithSummary("Shows one unit in one month (yyyy-MM): its days and its trend.");
    }

    private static async Task<Results<Ok<AccountMonthResponse>, ProblemHttpResult, ValidationProblem>> GetMonth(
        string accountId, string month, AssessedMonths months, CancellationToken cancellationToken)
    {
        if (!AssessedMonths.TryReadMonth(month, out var shown))
        {
            return WrongMonth();
        }

        if (await months.GetAccountAsync(accountId, shown, cancellationToken) is not { } view)
        {
            return Missing.Problem();
        }

        return TypedResults.Ok(new AccountMonthResponse(
            view.AccountId, view.AccountName, view.ZoneId, view.Month.ToString(), view.Answered, view.Scored,
            view.CoveragePercent, [.. view.Units.Select(CreditLine.Of)]));
    }

    private static async Task<Results<Ok<UnitMonthResponse>, ProblemHttpResult, ValidationProblem>> GetUnit(
        string accountId, string month, string unitId, AssessedMonths months, CancellationToken cancellationToken)
    {
        if (!AssessedMonths.TryReadMonth(month, out var shown))
        {
            return WrongMonth();
        }

        if (await months.GetUnitAsync(accountId, unitId, shown, cancellationToken) is not { } view)
        {
            return Missing.Problem();
        }

        return TypedResults.Ok(new UnitMonthResponse(
            CreditLine.Of(view.Unit), [.. view.Days.Select(UnitDayResponse.Of)], [.. view.History.Select(CreditLine.Of)]));
    }

    private static ValidationProblem WrongMonth() => TypedResults.ValidationProblem(
        new Dictionary<string, string[]> { ["month"] = ["must be written yyyy-MM, such as 2026-10"] });
}
