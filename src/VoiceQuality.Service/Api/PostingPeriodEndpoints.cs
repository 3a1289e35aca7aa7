using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;
using VoiceQuality.Service.Audit;
using VoiceQuality.Service.Claims;
using VoiceQuality.Service.Noc;
using VoiceQuality.Service.Pages;
using VoiceQuality.Service.TrustPage;
using VoiceQuality.Sla.Ledger;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Storage.Ledger;

namespace VoiceQuality.Service.Api;

/// <summary>Count and sum of a posting period, the same on every page.</summary>
/// <param name="Count">Posted entries.</param>
/// <param name="Sum">US dollars in the customer's favour.</param>
internal sealed record PostingTotals(long Count, string Sum)
{
    public static PostingTotals Of(ControlTotals totals) => new(totals.Count, Sla.Money.Format(totals.Sum));
}

/// <summary>A posting period.</summary>
/// <param name="Period">yyyy-MM.</param>
/// <param name="State">OPEN or PULLED; a pulled one never changes.</param>
/// <param name="ControlTotals">So far, or for ever when it is pulled.</param>
/// <param name="PulledAt">When it was pulled first; null while it is open.</param>
/// <param name="PulledBy">Who pulled it; null while it is open.</param>
internal sealed record PostingPeriodResponse(
    string Period, string State, PostingTotals ControlTotals, string? PulledAt, string? PulledBy)
{
    public static PostingPeriodResponse Of(PostingPeriodState period) => new(
        period.Period.ToString(), period.PulledAt is null ? "OPEN" : "PULLED", PostingTotals.Of(period.Totals),
        period.PulledAt is { } at ? Wire.Time(at) : null, period.Actor);
}

/// <summary>All posting periods.</summary>
/// <param name="Periods">Latest first.</param>
internal sealed record PostingPeriodsResponse(IReadOnlyList<PostingPeriodResponse> Periods);

/// <summary>A page of a pulled period.</summary>
/// <param name="Period">yyyy-MM.</param>
/// <param name="State">PULLED.</param>
/// <param name="PulledAt">When it was pulled first.</param>
/// <param name="ControlTotals">Of all pages together.</param>
/// <param name="Entries">In the order of the ledger.</param>
/// <param name="NextCursor">For the page that follows; null when this is the last.</param>
internal sealed record PostingEntriesResponse(
    string Period,
    string State,
    string PulledAt,
    PostingTotals ControlTotals,
    IReadOnlyList<LedgerEntryResponse> Entries,
    string? NextCursor);

/// <summary>How billing takes over what was posted .</summary>
internal static class PostingPeriodEndpoints
{
    private const string Title = "The period was not pulled.";
    private const int DefaultLimit = 1_000;
    private const int LargestLimit = 10_000;

    /// <summary>Maps <c>/api/v1/billing/posting-periods…</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapAccessGroup(AccessGroup.Billing, "/api/v1/billing/posting-periods").WithTags("Billing");
        group.MapGet("/", GetPeriods).WithName("GetPostingPeriods")
            .WithSummary("Lists the posting periods, open and pulled, latest first.");
        group.MapPost("/{period}/pull", PostPull).WithName("PullPostingPeriod")
            .WithSummary("Pulls a period: it never changes again, and what comes later is in the next open one.")
            .WithDescription(
                "Pulling it again does nothing and gives the same answer. Earlier periods take no entry any more either. "
                + RequestActor.Description)
            .Produces<PostingPeriodResponse>().ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status409Conflict);
        group.MapGet("/{period}/entries", GetEntries).WithName("GetPostingPeriodEntries")
            .WithSummary("Gives the entries of a pulled period, with control totals on every page.")
            .WithDescription(
                "JSON unless 'Accept: text/csv' or '?format=csv' asks for CSV, which has the totals and the next cursor in "
                + "the headers X-Control-Count, X-Control-Sum and X-Next-Cursor. Query: limit (1 to 10000, default 1000), "
                + "cursor.")
            .Produces<PostingEntriesResponse>()
            .Produces<string>(StatusCodes.Status200OK, "text/csv")
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status409Conflict);
    }

    private static async Task<IResult> GetPeriods(
        LedgerRepository ledger, TimeProvider time, CancellationToken cancellationToken)
    {
        var periods = (await ledger.ListPeriodsAsync(cancellationToken)).ToList();
        var last = periods.Where(period => period.PulledAt is not null).Select(period => (ServiceMonth?)period.Period)
            .Max();
        var open = PostingPeriods.OpenFor(ClaimTime.PostingMonth(ClaimTime.Now(time)), last);
        if (periods.All(period => period.Period != open))
        {
            periods.Add(new PostingPeriodState(open, default, null, null));
        }

        return TypedResults.Ok(new PostingPeriodsResponse(
            [.. periods.OrderByDescending(period => period.Period).Select(PostingPeriodResponse.Of)]));
    }

    private static async Task<IResult> PostPull(
        string period, HttpContext context, LedgerRepository ledger, TimeProvider time,
        CancellationToken cancellationToken)
    {
        if (!RequestActor.TryRead(context, out var actor, out var refusal))
        {
            return refusal;
        }

        if (!AssessedMonths.TryReadMonth(period, out var month))
        {
            return WrongPeriod();
        }

        var now = ClaimTime.Now(time);
        if (month > ClaimTime.PostingMonth(now))
        {
            return IdempotentPost.Refuse(
                Title, StatusCodes.Status409Conflict,
                "The period has not begun; pulling it would close all before it.");
        }

        var before = (await ledger.ListPeriodsAsync(cancellationToken)).FirstOrDefault(one => one.Period == month);
        await ledger.PullAsync(month, 0, 1, actor, now, cancellationToken);
        var pulled = (await ledger.ListPeriodsAsync(cancellationToken)).First(one => one.Period == month);
        var response = PostingPeriodResponse.Of(pulled);
        context.NoteChange(
            AuditRequests.DigestOf(before is null ? null : PostingPeriodResponse.Of(before)),
            AuditRequests.DigestOf(response));
        return TypedResults.Ok(response);
    }

    private static async Task<IResult> GetEntries(
        string period, HttpContext context, LedgerRepository ledger, CancellationToken cancellationToken)
    {
        var errors = new Dictionary<string, string[]>();
        var query = context.Request.Query;
        if (!AssessedMonths.TryReadMonth(period, out var month))
        {
            errors["period"] = ["must be written yyyy-MM, such as 2026-10"];
        }

        var limit = CallSearch.LimitOf(query, "limit", DefaultLimit, LargestLimit, errors);
        var isCsv = BillingEndpoints.IsCsv(context.Request, errors);
        var key = await ledger.ReadKeyAsync(PostingCursor.KeyName, cancellationToken);
        var after = 0L;
        if (query["cursor"] is [""])
        {
            // A script whose variable is unset would take the first page for the one that follows.
            errors["cursor"] = ["is empty; leave it out for the first page"];
        }

        if (CallSearch.One(query, "cursor", errors) is { } cursor
            && !PostingCursor.TryRead(key, month, cursor, out after))
        {
            errors["cursor"] = ["is not a cursor of this period; pull the period from its beginning"];
        }

        if (errors.Count > 0)
        {
            return TypedResults.ValidationProblem(errors);
        }

        if (await ledger.ReadPulledAsync(month, after, limit, cancellationToken) is not { } page)
        {
            return IdempotentPost.Refuse(
                "The period is open.", StatusCodes.Status409Conflict,
                "Its entries can still become more; pull it first, then they are the same for ever.");
        }

        context.Response.Headers.Vary = HeaderNames.Accept;
        var next = page.Next is { } sequence ? PostingCursor.Write(key, month, sequence) : null;
        var entries = page.Entries.Select(LedgerEntryResponse.Of).ToList();
        return isCsv
            ? Csv(context.Response, page, next)
            : TypedResults.Ok(new PostingEntriesResponse(
                month.ToString(), "PULLED", Wire.Time(page.PulledAt), PostingTotals.Of(page.Totals), entries, next));
    }

    private static FileContentHttpResult Csv(HttpResponse response, PulledPage page, string? next)
    {
        response.Headers["X-Control-Count"] = page.Totals.Count.ToString(CultureInfo.InvariantCulture);
        response.Headers["X-Control-Sum"] = Sla.Money.Format(page.Totals.Sum);
        if (next is not null)
        {
            response.Headers["X-Next-Cursor"] = next;
        }

        return TypedResults.File(
            Encoding.UTF8.GetBytes(PostingCsv.Write(page.Entries)), "text/csv; charset=utf-8",
            $"posting-{page.Period}.csv");
    }

    private static ValidationProblem WrongPeriod() => TypedResults.ValidationProblem(
        new Dictionary<string, string[]> { ["period"] = ["must be written yyyy-MM, such as 2026-10"] });
}
