using System.Text.Json;
using NodaTime;
using NodaTime.Text;
using VoiceQuality.Service.Api;
using VoiceQuality.Service.Audit;
using VoiceQuality.Service.Noc;
using VoiceQuality.Service.Pages;
using VoiceQuality.Service.Policies;
using VoiceQuality.Service.TrustPage;
using VoiceQuality.Sla.Outages;
using VoiceQuality.Sla.Periods;

namespace VoiceQuality.Service.Claims;

/// <summary>A request for outage credits, filled in from what was measured.</summary>
/// <param name="Kind">OUTAGE.</param>
/// <param name="Failures">The failures, as they can be sent.</param>
/// <param name="TimeZone">The account's zone, in which the times are told.</param>
/// <param name="LastDate">Last date on which it can be claimed.</param>
/// <param name="ClaimBefore">First instant that is too late.</param>
internal sealed record PrefillResponse(
    string Kind, IReadOnlyList<OutageItemBody> Failures, string TimeZone, string LastDate, string ClaimBefore);

/// <summary>What completes a request.</summary>
/// <param name="Failures">In the order of the request; null members add nothing.</param>
internal sealed record ElementsBody(IReadOnlyList<OutageItemBody> Failures);

/// <summary>What only claims for outage credits have: a prefilled request, and what completes one.</summary>
internal static class OutageClaimEndpoints
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 4, AllowDuplicateProperties = false };

    public static void Map(RouteGroupBuilder claims)
    {
        claims.MapGet("/prefill", GetPrefill).WithName("PrefillOutageClaim")
            .WithSummary("Fills in a request for outage credits from a measured failure.")
            .WithDescription("Query: failureId. The answer's kind and failures can be sent as a claim.")
            .Produces<PrefillResponse>().ProducesValidationProblem().ProducesProblem(StatusCodes.Status404NotFound);
        claims.MapPost("/{claimId}/elements", PostElements).WithName("CompleteOutageClaim")
            .WithSummary("Adds what is missing of a request; it is decided when nothing is missing any more.")
            .WithDescription(
                IdempotentPost.Description + "What was told before stays; a failure is named by its place in the list.")
            .Accepts<ElementsBody>("application/json", "*/*")
            .Produces<OutageClaimResponse>(StatusCodes.Status201Created)
            .Refusals();
    }

    private static async Task<IResult> GetPrefill(
        string accountId, HttpContext context, IOutageRecords outages, IAccountBookSource books,
        PolicyDirectory policies, CancellationToken cancellationToken)
    {
        var errors = new Dictionary<string, string[]>();
        var failureId = CallSearch.One(context.Request.Query, "failureId", errors);
        if (failureId is null || !CallSearch.IsId(failureId))
        {
            errors["failureId"] = ["must name a measured failure"];
            return TypedResults.ValidationProblem(errors);
        }

        if (books.Book.FindAccount(accountId) is not { } account
            || await outages.FindAsync(accountId, failureId, cancellationToken) is not { Failure: var failure })
        {
            return Missing.Problem();
        }

        var calendar = account.Calendar;
        var zone = calendar.ZoneOf(calendar.MonthOf(failure.Start));
        var policy = (await policies.GetAsync(cancellationToken)).InForce(accountId, calendar.MonthOf(failure.Start));
        var last = OutageRequest.LastDateOf(failure.Start, calendar, policy);
        var begin = failure.Start.InZone(zone).LocalDateTime;
        var item = new OutageItem(
            failure.ComponentId, begin.Date, Minute(begin), failure.End is { } end
                ? Minute(end.InZone(zone).LocalDateTime.PlusMinutes(1))
                : null,
            failure.End is null);
        return TypedResults.Ok(new PrefillResponse(
            "OUTAGE", [OutageItemBody.Of(item)], zone.Id, LocalDatePattern.Iso.Format(last),
            Wire.Time(TimeZones.StartOfDay(last.PlusDays(1), zone))));
    }

    private static async Task<IResult> PostElements(
        string accountId, string claimId, HttpContext context, OutageClaimService outages, IAccountBookSource books,
        PolicyDirectory policies, ClaimReads reads, TimeProvider time, CancellationToken cancellationToken)
    {
        const string Title = "Nothing was added to the claim.";
        if (!context.Request.HasJsonContentType())
        {
            return IdempotentPost.Refuse(
                Title, StatusCodes.Status415UnsupportedMediaType, "What is missing is sent as application/json.");
        }

        if (await IdempotentPost.ReadBodyAsync(context.Request.Body, cancellationToken) is not { } octets)
        {
            return IdempotentPost.Refuse(Title, StatusCodes.Status413PayloadTooLarge, "The body is too large.");
        }

        var errors = new Dictionary<string, string[]>();
        var items = ClaimBodies.ParseElements(octets, Strict, errors);
        var key = IdempotentPost.KeyOf(context, errors);
        if (errors.Count > 0)
        {
            return TypedResults.ValidationProblem(errors);
        }

        if (books.Book.FindAccount(accountId) is null)
        {
            return Missing.Problem();
        }

        var digest = IdempotentPost.DigestOf(octets, $"elements {claimId}");
        return await IdempotentPost.RunAsync(
            () => outages.CompleteAsync(
                claimId, new OutageMessageRequest(accountId, items, key, digest), cancellationToken),
            Title, await IdempotentPost.PolicyAsync(policies, accountId, time, cancellationToken),
            new ChangeNote(
                context,
                AuditRequests.DigestOf(await ClaimEndpoints.ShowAsync(accountId, claimId, reads, cancellationToken))));
    }

    private static LocalDateTime Minute(LocalDateTime time) =>
        new(time.Year, time.Month, time.Day, time.Hour, time.Minute);
}
