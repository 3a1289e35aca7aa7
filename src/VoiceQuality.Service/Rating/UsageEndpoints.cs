using Microsoft.AspNetCore.Http.HttpResults;
using VoiceQuality.Service.Pages;
using VoiceQuality.Service.TrustPage;
using VoiceQuality.Sla.Periods;

namespace VoiceQuality.Service.Rating;

/// <summary>Usage of an account for programs and for people.</summary>
internal static class UsageEndpoints
{
    /// <summary>Maps <c>/api/v1/accounts/…/usage/…</c>.</summary>
    public static void MapApi(IEndpointRouteBuilder routes) => routes
        .MapAccessGroup(AccessGroup.Account, "/api/v1/accounts/{accountId}/usage").WithTags("Accounts")
        .MapGet("/{month}", GetUsage).WithName("GetAccountUsage")
        .WithSummary("Shows imported and rated usage of a month (yyyy-MM) side by side, and the Tier C call pattern.")
        .WithDescription(
            "Amounts are US dollars; what is not known is null and never 0. Rated usage of a unit is known when each of "
            + "its answered calls has a charge, its call pattern can be told, and the month is rated by the reference "
            + "data in force. A forecast is an estimate and no amount due.");

    /// <summary>Maps <c>/account/…/usage</c>.</summary>
    public static void MapPage(IEndpointRouteBuilder routes) => routes
        .MapAccessGroup(AccessGroup.Account, "/account").ExcludeFromDescription()
        .MapPage("/{accountId}/usage", GetPage);

    private static async Task<Results<Ok<UsageResponse>, ProblemHttpResult, ValidationProblem>> GetUsage(
        string accountId, string month, UsageViews usage, CancellationToken cancellationToken)
    {
        if (!AssessedMonths.TryReadMonth(month, out var shown))
        {
            return TypedResults.ValidationProblem(MonthError);
        }

        return await usage.GetAsync(accountId, shown, cancellationToken) is { } view
            ? TypedResults.Ok(UsageResponse.Of(view))
            : Missing.Problem();
    }

    private static async Task<IResult> GetPage(
        string accountId, string? month, UsageViews usage, CancellationToken cancellationToken)
    {
        ServiceMonth? shown = null;
        if (!string.IsNullOrEmpty(month))
        {
            if (!AssessedMonths.TryReadMonth(month, out var read))
            {
                return new PageResult<BadRequestPage>(
                    ViewNames.BadRequest, new BadRequestPage(MonthError), StatusCodes.Status400BadRequest);
            }

            shown = read;
        }

        return await usage.GetAsync(accountId, shown, cancellationToken) is { } view
            ? new PageResult<UsageView>(ViewNames.Usage, view)
            : Missing.Page();
    }

    private static Dictionary<string, string[]> MonthError =>
        new() { ["month"] = ["must be written yyyy-MM, such as 2026-10"] };
}
