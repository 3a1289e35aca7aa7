using VoiceQuality.Service.Audit;
using VoiceQuality.Service.Claims;
using VoiceQuality.Service.Failures;
using VoiceQuality.Service.Pages;
using VoiceQuality.Service.Signalling;
using VoiceQuality.Service.TrustPage;

namespace VoiceQuality.Service.Noc;

/// <summary>The pages of the operations centre.</summary>
internal static class NocEndpoints
{
    private const int EvidenceLimit = 50;

    /// <summary>Maps the lists of calls, accounts, components and signalling, and the pages of a call and of a
    /// failure.</summary>
    public static IEndpointRouteBuilder MapNoc(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapAccessGroup(AccessGroup.Noc).ExcludeFromDescription();
        group.MapPage("/calls", GetCalls);
        group.MapPage("/calls/{id}", GetCall);
        group.MapPage("/accounts", GetAccounts);
        DollarsAtRiskEndpoints.MapPage(group);
        ReviewEndpoints.MapPage(group);
        AlarmEndpoints.MapPage(group);
        SignallingEndpoints.MapPage(group);
        group.MapPage("/components", GetComponents);
        group.MapPage("/failures/{id}", GetFailure);
        return routes;
    }

    private static async Task<IResult> GetCalls(
        HttpRequest request, CallPages pages, CancellationToken cancellationToken)
    {
        if (CallSearch.TryRead(request.Query, out var search, out var errors) && !CallPages.HasValidCursor(search))
        {
            errors["cursor"] = ["does not belong to this search; start again from the newest calls"];
        }

        if (errors.Count > 0)
        {
            return new PageResult<BadRequestPage>(
                ViewNames.BadRequest, new BadRequestPage(errors), StatusCodes.Status400BadRequest);
        }

        var view = await pages.ListAsync(search, cancellationToken);
        request.HttpContext.NoteAccountsRead(view.Lines.Select(line => line.AccountId));
        return new PageResult<CallsView>(ViewNames.Calls, view);
    }

    private static async Task<IResult> GetCall(
        string id, HttpContext context, CallPages pages, CancellationToken cancellationToken)
    {
        if (await pages.GetAsync(id, cancellationToken) is not { } view)
        {
            return Missing.Page();
        }

        context.NoteAccountsRead([view.AccountId]);
        return new PageResult<CallView>(ViewNames.Call, view);
    }

    private static async Task<IResult> GetComponents(FailurePages pages, CancellationToken cancellationToken) =>
        new PageResult<ComponentsView>(ViewNames.Components, await pages.ListAsync(cancellationToken));

    private static async Task<IResult> GetFailure(string id, FailurePages pages, CancellationToken cancellationToken) =>
        await pages.GetAsync(id, EvidenceLimit, cancellationToken) is { } view
            ? new PageResult<FailureView>(ViewNames.Failure, view)
            : Missing.Page();

    private static async Task<IResult> GetAccounts(
        string? month, AccountList accounts, CancellationToken cancellationToken) =>
        string.IsNullOrEmpty(month)
            ? new PageResult<AccountsView>(ViewNames.Accounts, await accounts.GetAsync(null, cancellationToken))
            : AssessedMonths.TryReadMonth(month, out var shown)
                ? new PageResult<AccountsView>(ViewNames.Accounts, await accounts.GetAsync(shown, cancellationToken))
                : new PageResult<BadRequestPage>(
                    ViewNames.BadRequest,
                    new BadRequestPage(new Dictionary<string, string[]> { ["month"] = ["must be written yyyy-MM"] }),
                    StatusCodes.Status400BadRequest);
}
