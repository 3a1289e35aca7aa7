using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;
using VoiceQuality.Service.Noc;
using VoiceQuality.Service.Pages;
using VoiceQuality.Service.TrustPage;
using VoiceQuality.Storage.Months;

namespace VoiceQuality.Service.Api;

/// <summary>What billing pulls: amounts, no call detail.</summary>
internal static class BillingEndpoints
{
    private const int DefaultLimit = 1_000;
    private const int LargestLimit = 10_000;
    private const string Csv = "text/csv";

    /// <summary>Maps <c>/api/v1/billing/periods…</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapAccessGroup(AccessGroup.Billing, "/api/v1/billing/periods").WithTags("Billing");
        group.MapGet("/", GetPeriods).WithName("GetBillingPeriods")
            .WithSummary("Lists the periods in which any unit has calls or usage, latest first.");
        group.MapGet("/{period}/credits", GetCredits).WithName("GetBillingPeriodCredits")
            .WithSummary("Lists what each unit's month is worth if it is claimed, with control totals.")
            .WithDescription(
                "One line per unit with calls or usage in the period (yyyy-MM), by account and unit. JSON unless "
                + "'Accept: text/csv' or '?format=csv' asks for CSV, which has the totals and the next cursor in the "
                + "headers X-Control-Count, X-Control-Credit-Sum, X-Control-Credit-Unknown-Count, X-Content-Digest "
                + "and X-Next-Cursor. Query: limit (1 to 10000, default 1000), cursor.")
            .Produces<string>(StatusCodes.Status200OK, Csv);
    }

    private static async Task<Ok<BillingPeriodsResponse>> GetPeriods(
        MonthQueries months, StoredContractData stored, CancellationToken cancellationToken)
    {
        var known = (await months.ListMonthsAsync(cancellationToken))
            .Union(await stored.UsageMonthsAsync(cancellationToken)).OrderDescending();
        return TypedResults.Ok(new BillingPeriodsResponse([.. known.Select(month => month.ToString())]));
    }

    private static async Task<Results<Ok<CreditsResponse>, FileContentHttpResult, ValidationProblem>> GetCredits(
        string period, HttpContext context, AssessedMonths months, CancellationToken cancellationToken)
    {
        var errors = new Dictionary<string, string[]>();
        var query = context.Request.Query;
        if (!AssessedMonths.TryReadMonth(period, out var month))
        {
            errors["period"] = ["must be written yyyy-MM, such as 2026-10"];
        }

        var limit = CallSearch.LimitOf(query, "limit", DefaultLimit, LargestLimit, errors);
        var isCsv = IsCsv(context.Request, errors);
        (string AccountId, string UnitId)? after = null;
        if (CallSearch.One(query, "cursor", errors) is { } cursor)
        {
            if (BillingCursor.TryRead(cursor, month, out var last))
            {
                after = last;
            }
            else
            {
                errors["cursor"] = ["is not a cursor of this period; pull the period from its beginning"];
            }
        }

        if (errors.Count > 0)
        {
            return TypedResults.ValidationProblem(errors);
        }

        var all = await months.ListAsync(month, cancellationToken);
        var page = all.Where(unit => after is not { } last || IsAfter(unit, last)).Take(limit + 1).ToList();
        var next = page.Count > limit
            ? BillingCursor.Write(month, page[limit - 1].AccountId, page[limit - 1].UnitId)
            : null;
        var lines = page.Take(limit);
        var totals = TotalsOf(all);
        context.Response.Headers.Vary = HeaderNames.Accept;

        return isCsv
            ? WriteCsv(context.Response, $"credits-{month}.csv", lines, totals, next)
            : TypedResults.Ok(new CreditsResponse(month.ToString(), totals, [.. lines.Select(CreditLine.Of)], next));
    }

    private static bool IsAfter(AssessedMonth unit, (string AccountId, string UnitId) last)
    {
        var account = string.CompareOrdinal(unit.AccountId, last.AccountId);
        return account > 0 || (account == 0 && string.CompareOrdinal(unit.UnitId, last.UnitId) > 0);
    }

    private static CreditTotals TotalsOf(IReadOnlyList<AssessedMonth> all)
    {
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes(CreditsCsv.Write(all)));
        return new CreditTotals(
            all.Count,
            Sla.Money.Format(all.Sum(unit => unit.Figures.CreditIfClaimed ?? 0m)),
            all.Count(unit => unit.Figures.CreditIfClaimed is null),
            Convert.ToHexStringLower(digest));
    }

    private static FileContentHttpResult WriteCsv(
        HttpResponse response, string fileName, IEnumerable<AssessedMonth> lines, CreditTotals totals, string? next)
    {
        response.Headers["X-Control-Count"] = totals.Count.ToString(System.Globalization.CultureInfo.InvariantCulture);
        response.Headers["X-Control-Credit-Sum"] = totals.CreditSum;
        response.Headers["X-Control-Credit-Unknown-Count"] =
            totals.CreditUnknownCount.ToString(System.Globalization.CultureInfo.InvariantCulture);
        response.Headers["X-Content-Digest"] = totals.ContentDigest;
        if (next is not null)
        {
            response.Headers["X-Next-Cursor"] = next;
        }

        return TypedResults.File(Encoding.UTF8.GetBytes(CreditsCsv.Write(lines)), Csv + "; charset=utf-8", fileName);
    }

    internal static bool IsCsv(HttpRequest request, Dictionary<string, string[]> errors)
    {
        switch (CallSearch.One(request.Query, "format", errors))
        {
            case "csv":
                return true;
            case "json":
                return false;
            case not null:
                errors["format"] = ["must be json or csv"];
                return false;
            default:
                // The client's own order of preference; JSON where it has none.
                var accepted = request.GetTypedHeaders().Accept;
                return Quality(accepted, Csv) > Quality(accepted, "application/json");
        }
    }

    private static double Quality(IList<MediaTypeHeaderValue> accepted, string type)
    {
        var best = accepted.Where(value => new MediaTypeHeaderValue(type).IsSubsetOf(value))
            .MaxBy(value => (value.MatchesAllTypes ? 0 : value.MatchesAllSubTypes ? 1 : 2));
        return best is null ? 0 : best.Quality ?? 1;
    }
}
