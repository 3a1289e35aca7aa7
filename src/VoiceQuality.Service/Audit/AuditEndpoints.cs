using Microsoft.AspNetCore.Http.HttpResults;
using VoiceQuality.Service.Api;
using VoiceQuality.Service.Noc;
using VoiceQuality.Service.Pages;
using VoiceQuality.Service.TrustPage;
using VoiceQuality.Sla;
using VoiceQuality.Sla.Audit;
using VoiceQuality.Storage.Audit;

namespace VoiceQuality.Service.Audit;

/// <summary>One entry of the audit trail.</summary>
/// <param name="Sequence">Its place, 1 for the first.</param>
/// <param name="RecordedAt">When.</param>
/// <param name="Category">CHANGE or ACCESS.</param>
/// <param name="Actor">Opaque id of who did it.</param>
/// <param name="Action">What was done.</param>
/// <param name="Subject">What it was done to.</param>
/// <param name="Origin">From where.</param>
/// <param name="Outcome">What came of it.</param>
/// <param name="AccountId">The account; "*" for every one; null for none.</param>
/// <param name="Before">Digest or small word before.</param>
/// <param name="After">Digest or small word after.</param>
/// <param name="PolicyVersion">Contract policy that it went by.</param>
/// <param name="Purpose">What for, as whoever looked said.</param>
/// <param name="PreviousHash">Hash of the entry before it.</param>
/// <param name="Hash">Hash of this one.</param>
internal sealed record AuditLine(
    long Sequence,
    string RecordedAt,
    string Category,
    string Actor,
    string Action,
    string Subject,
    string Origin,
    string Outcome,
    string? AccountId,
    string? Before,
    string? After,
    string? PolicyVersion,
    string? Purpose,
    string PreviousHash,
    string Hash)
{
    public static AuditLine Of(AuditEntry entry) => new(
        entry.Sequence, Wire.Time(entry.RecordedAt), WireName.Of(entry.Event.Category), entry.Event.Actor,
        entry.Event.Action, entry.Event.Subject, entry.Event.Origin, entry.Event.Outcome, entry.Event.AccountId,
        entry.Event.Before, entry.Event.After, entry.Event.PolicyVersion, entry.Event.Purpose, entry.PreviousHash,
        entry.Hash);
}

/// <summary>Some entries of the audit trail.</summary>
/// <param name="Entries">Newest first.</param>
/// <param name="Next">Value of 'before' for those before them; null when there are none.</param>
internal sealed record AuditResponse(IReadOnlyList<AuditLine> Entries, long? Next);

/// <summary>One look at an account's data.</summary>
/// <param name="Sequence">Its place in the audit trail.</param>
/// <param name="At">When.</param>
/// <param name="Actor">Opaque id of who looked; "unidentified" when the request did not say.</param>
/// <param name="Fields">Class of fields that were shown.</param>
/// <param name="Subject">What was asked for.</param>
/// <param name="AllAccounts">Whether the data of every account were shown, this one's among them.</param>
/// <param name="Purpose">What for, as whoever looked said; null when nothing was said.</param>
internal sealed record AccessLine(
    long Sequence, string At, string Actor, string Fields, string Subject, bool AllAccounts, string? Purpose)
{
    private const string Prefix = "READ_";

    public static AccessLine Of(AuditEntry entry) => new(
        entry.Sequence, Wire.Time(entry.RecordedAt), entry.Event.Actor,
        entry.Event.Action.StartsWith(Prefix, StringComparison.Ordinal)
            ? entry.Event.Action[Prefix.Length..]
            : entry.Event.Action,
        entry.Event.Subject, entry.Event.AccountId == AuditEvent.AllAccounts, entry.Event.Purpose);
}

/// <summary>Who looked at the data of an account.</summary>
/// <param name="Accesses">Newest first.</param>
/// <param name="Next">Value of 'before' for those before them; null when there are none.</param>
internal sealed record AccessLogResponse(IReadOnlyList<AccessLine> Accesses, long? Next);

/// <summary>The audit trail for those who review it, and what of it an account sees of itself.</summary>
internal static class AuditEndpoints
{
    private const int DefaultLimit = 100;
    private const int LargestLimit = 1_000;

    /// <summary>Maps <c>/api/v1/audit</c> and <c>/api/v1/accounts/{accountId}/access-log</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapAccessGroup(AccessGroup.Compliance, "/api/v1/audit").WithTags("Audit")
            .MapGet("/", GetAudit).WithName("GetAudit")
            .WithSummary("Lists who did what, newest first; reading it is an entry too.")
            .WithDescription(
                "Query: account, category (CHANGE or ACCESS), before (place of an entry), limit (1 to 1000, default 100). "
                + "Each entry is hashed together with the one before it; 'voicequality audit verify' recomputes all of it.");
        routes.MapAccessGroup(AccessGroup.Account, "/api/v1/accounts/{accountId}/access-log").WithTags("Accounts")
            .MapGet("/", GetAccessLog).WithName("GetAccessLog")
            .WithSummary("Lists who looked at the account's data, when and what for, newest first.")
            .WithDescription("Query: before (place of an entry), limit (1 to 1000, default 100).");
    }

    private static async Task<Results<Ok<AuditResponse>, ValidationProblem>> GetAudit(
        HttpRequest request, AuditLog log, AccessLog accesses, CancellationToken cancellationToken)
    {
        var errors = new Dictionary<string, string[]>();
        var category = CallSearch.One(request.Query, "category", errors);
        var account = CallSearch.One(request.Query, "account", errors);
        var (before, limit) = PageOf(request.Query, errors);
        AuditCategory? wanted = null;
        if (category is not null)
        {
            if (WireName.TryParse(category, out AuditCategory known))
            {
                wanted = known;
            }
            else
            {
                errors["category"] = ["must be CHANGE or ACCESS"];
            }
        }

        if (errors.Count > 0)
        {
            return TypedResults.ValidationProblem(errors);
        }

        var entries = await ListAsync(
            new AuditFilter(account, wanted, before), limit, log, accesses, cancellationToken);
        return TypedResults.Ok(new AuditResponse(
            [.. entries.Take(limit).Select(AuditLine.Of)], NextOf(entries, limit)));
    }

    private static async Task<Results<Ok<AccessLogResponse>, ProblemHttpResult, ValidationProblem>> GetAccessLog(
        string accountId,
        HttpRequest request,
        IAccountBookSource books,
        AuditLog log,
        AccessLog accesses,
        CancellationToken cancellationToken)
    {
        if (books.Book.FindAccount(accountId) is null)
        {
            return Missing.Problem();
        }

        var errors = new Dictionary<string, string[]>();
        var (before, limit) = PageOf(request.Query, errors);
        if (errors.Count > 0)
        {
            return TypedResults.ValidationProblem(errors);
        }

        var filter = new AuditFilter(accountId, AuditCategory.Access, before);
        var entries = await ListAsync(filter, limit, log, accesses, cancellationToken);
        return TypedResults.Ok(new AccessLogResponse(
            [.. entries.Take(limit).Select(AccessLine.Of)], NextOf(entries, limit)));
    }

    // What was looked at before this question belongs to its answer.
    private static async Task<IReadOnlyList<AuditEntry>> ListAsync(
        AuditFilter filter, int limit, AuditLog log, AccessLog accesses, CancellationToken cancellationToken)
    {
        await accesses.FlushAsync(cancellationToken);
        var store = await log.OpenAsync(cancellationToken);
        return await store.ListAsync(filter, limit + 1, cancellationToken);
    }

    private static long? NextOf(IReadOnlyList<AuditEntry> entries, int limit) =>
        entries.Count > limit ? entries[limit - 1].Sequence : null;

    private static (long? Before, int Limit) PageOf(IQueryCollection query, Dictionary<string, string[]> errors)
    {
        long? before = null;
        if (CallSearch.One(query, "before", errors) is { } text)
        {
            if (long.TryParse(
                text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture,
                out var place))
            {
                before = place;
            }
            else
            {
                errors["before"] = ["must be the place of an entry, a whole number"];
            }
        }

        return (before, CallSearch.LimitOf(query, "limit", DefaultLimit, LargestLimit, errors));
    }
}
