using Microsoft.AspNetCore.Http.HttpResults;
using VoiceQuality.Service.Audit;
using VoiceQuality.Service.Noc;
using VoiceQuality.Service.Pages;

namespace VoiceQuality.Service.Api;

/// <summary>Call detail for the operations centre.</summary>
internal static class CallEndpoints
{
    /// <summary>Maps <c>/api/v1/calls…</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapAccessGroup(AccessGroup.Noc, "/api/v1/calls").WithTags("Calls");
        group.MapGet("/", GetCalls).WithName("GetCalls")
            .WithSummary("Lists calls, newest first.")
            .WithDescription(
                "Query: from, to (UTC, ISO 8601), account, unit ('_unassigned' for calls that no rule knows), outcome, "
                + "mosBelow and unscored (true or false), which look at MOS-LQ, limit (1 to 200, default 50), cursor. "
                + "counted is the figure that the contract counts, as with a single call.");
        group.MapGet("/{id}", GetCall).WithName("GetCall")
            .WithSummary("Shows one call: signalling, streams, intervals, and the terms of its score.");
    }

    private static async Task<Results<Ok<CallListResponse>, ValidationProblem>> GetCalls(
        HttpRequest request, CallPages pages, CancellationToken cancellationToken)
    {
        if (CallSearch.TryRead(request.Query, out var search, out var errors) && !CallPages.HasValidCursor(search))
        {
            errors["cursor"] = ["does not belong to this search; start again without it"];
        }

        if (errors.Count > 0)
        {
            return TypedResults.ValidationProblem(errors);
        }

        var view = await pages.ListAsync(search, cancellationToken);
        request.HttpContext.NoteAccountsRead(view.Lines.Select(line => line.AccountId));
        return TypedResults.Ok(new CallListResponse([.. view.Lines.Select(CallLineResponse.Of)], view.NextCursor));
    }

    private static async Task<Results<Ok<CallResponse>, ProblemHttpResult>> GetCall(
        string id, HttpContext context, CallPages pages, CancellationToken cancellationToken)
    {
        if (await pages.GetAsync(id, cancellationToken) is not { } view)
        {
            return Missing.Problem();
        }

        context.NoteAccountsRead([view.AccountId]);
        return TypedResults.Ok(CallResponse.Of(view));
    }
}
