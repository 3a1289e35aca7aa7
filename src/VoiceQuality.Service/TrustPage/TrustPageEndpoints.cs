using VoiceQuality.Service.Claims;
using VoiceQuality.Service.Failures;
using VoiceQuality.Service.Pages;
using VoiceQuality.Service.Rating;
using VoiceQuality.Service.Signalling;
using VoiceQuality.Sla.Periods;

namespace VoiceQuality.Service.TrustPage;

/// <summary>The pages for everybody and for one account.</summary>
internal static class TrustPageEndpoints
{
    /// <summary>
    /// Maps <c>/</c>, <c>/trust</c>, <c>/account/…</c>, the style sheet, and the page for what is not there.
    /// </summary>
    public static IEndpointRouteBuilder MapTrustPage(this IEndpointRouteBuilder routes)
    {
        EmbeddedAssets.Map(routes);

        var everybody = routes.MapAccessGroup(AccessGroup.Public).ExcludeFromDescription();
        everybody.MapPage("/", GetTrust);
        everybody.MapPage("/trust", GetTrust);
        everybody.MapFallback(static () => Missing.Page());

        var account = routes.MapAccessGroup(AccessGroup.Account, "/account").ExcludeFromDescription();
        account.MapPage("/{accountId}", GetAccount);
        account.MapPage("/{accountId}/units/{unitId}", GetUnit);
        UsageEndpoints.MapPage(routes);
        return routes;
    }

    private static async Task<IResult> GetTrust(NetworkFigures figures, CancellationToken cancellationToken) =>
        new PageResult<TrustView>(ViewNames.Trust, await figures.GetAsync(cancellationToken));

    private static async Task<IResult> GetAccount(
        string accountId, string? month, AssessedMonths months, AccountFailures failures, AccountClaims claims,
        AccountSignalling signalling, CancellationToken cancellationToken)
    {
        if (!TryReadMonth(month, out var shown))
        {
            return WrongMonth();
        }

        return await months.GetAccountAsync(accountId, shown, cancellationToken) is { } view
            ? new PageResult<AccountView>(
                ViewNames.Account,
                view with
                {
                    Claims = await claims.GetAsync(accountId, cancellationToken),
                    Signalling = await signalling.GetAsync(accountId, view.Month, null, cancellationToken),
                    Failures = await failures.GetAsync(accountId, view.Month, cancellationToken),
                })
            : Missing.Page();
    }

    private static async Task<IResult> GetUnit(
        string accountId, string unitId, string? month, AssessedMonths months, AccountClaims claims,
        AccountSignalling signalling, CancellationToken cancellationToken)
    {
        if (!TryReadMonth(month, out var shown))
        {
            return WrongMonth();
        }

        return await months.GetUnitAsync(accountId, unitId, shown, cancellationToken) is { } view
            ? new PageResult<UnitView>(
                ViewNames.Unit,
                view with
                {
                    OutageClaims = await claims.GetUnitAsync(accountId, unitId, cancellationToken),
                    Signalling = await signalling.GetAsync(
                        accountId, view.Unit.Figures.Month, unitId, cancellationToken),
                })
            : Missing.Page();
    }

    // No month is fine: the current one is shown.
    private static bool TryReadMonth(string? text, out ServiceMonth? month)
    {
        month = null;
        if (string.IsNullOrEmpty(text))
        {
            return true;
        }

        var isMonth = AssessedMonths.TryReadMonth(text, out var read);
        month = read;
        return isMonth;
    }

    private static PageResult<BadRequestPage> WrongMonth() => new(
        ViewNames.BadRequest,
        new BadRequestPage(
            new Dictionary<string, string[]> { ["month"] = ["must be written yyyy-MM, such as 2026-10"] }),
        StatusCodes.Status400BadRequest);
}
