using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;
using VoiceQuality.Service.Audit;
using VoiceQuality.Service.Noc;
using VoiceQuality.Service.Pages;
using VoiceQuality.Service.Policies;
using VoiceQuality.Service.TrustPage;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Storage.Claims;

namespace VoiceQuality.Service.Claims;

/// <summary>Claims for credits: a customer files one, and sees its decision and on what it stands.</summary>
internal static class ClaimEndpoints
{
    private const string Title = "The claim was not taken.";
    private const int DefaultLimit = 100;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 4, AllowDuplicateProperties = false };

    /// <summary>Maps <c>/api/v1/accounts/…/claims</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapAccessGroup(AccessGroup.Account, "/api/v1/accounts/{accountId}/claims")
            .WithTags("Claims");
        group.MapPost("/", PostClaim).WithName("FileClaim")
            .WithSummary("Claims the MOS credit of a unit's month, or credits for failures of components.")
            .WithDescription(
                IdempotentPost.Description
                + "A MOS claim has unitId and month, and is decided at once: there is one decision on a unit and month, "
                + "and a repeat is denied as DUPLICATE and names it. A claim with kind OUTAGE has failures: of each the "
                + "component, the date, and the approximate times in the account's zone; it is decided when nothing is "
                + "missing any more, and says what is missing and by when.")
            // Any type reaches the handler, which answers 415; the fallback of the API would say 404.
            .Accepts<ClaimBody>("application/json", "*/*")
            .Produces<ClaimResponse>(StatusCodes.Status201Created)
            .Refusals();
        group.MapGet("/", ListClaims).WithName("ListClaims")
            .WithSummary("Lists the claims of an account, newest first.")
            .WithDescription("Query: limit (1 to 1000, default 100), cursor.");
        group.MapGet("/{claimId}", GetClaim).WithName("GetClaim").WithSummary("Shows a claim and its decision.")
            .Produces<ClaimResponse>().ProducesProblem(StatusCodes.Status404NotFound);
        group.MapGet("/{claimId}/evidence", GetEvidence).WithName("GetClaimEvidence")
            .WithSummary("Gives the evidence of a decision as one document that can be verified offline.")
            .Produces(StatusCodes.Status200OK, contentType: "application/json")
            .ProducesProblem(StatusCodes.Status404NotFound);
        OutageClaimEndpoints.Map(group);
        ResolutionEndpoints.Map(group);
    }

    /// <summary>A claim of either kind as it is shown; null when the account has no such one.</summary>
    public static async Task<object?> ShowAsync(
        string accountId, string claimId, ClaimReads reads, CancellationToken cancellationToken)
    {
        var resolution = await reads.Resolutions.GetAsync(accountId, claimId, cancellationToken);
        return await reads.Mos.GetAsync(accountId, claimId, cancellationToken) is { } claim
            ? ClaimResponse.Of(claim, resolution)
            : await reads.Outages.GetAsync(accountId, claimId, cancellationToken) is { } outage
                ? await ShowAsync(outage, resolution, reads, cancellationToken)
                : null;
    }

    public static async Task<OutageClaimResponse> ShowAsync(
        StoredOutageClaim claim, StoredResolution? resolution, ClaimReads reads, CancellationToken cancellationToken)
    {
        var messages = await reads.MessagesAsync(claim, cancellationToken);
        return claim.Decision is null
            ? OutageClaimResponse.Incomplete(claim, reads.Settle(claim, messages), reads.ItemsOf(claim, messages))
            : OutageClaimResponse.Of(claim, reads.ItemsOf(claim, messages), resolution);
    }

    private static async Task<IResult> PostClaim(
        string accountId, HttpContext context, ClaimService claims, OutageClaimService outages,
        PolicyDirectory policies, IAccountBookSource books, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!context.Request.HasJsonContentType())
        {
            return Refuse(StatusCodes.Status415UnsupportedMediaType, "A claim is sent as application/json.");
        }

        if (await IdempotentPost.ReadBodyAsync(context.Request.Body, cancellationToken) is not { } octets)
        {
            return Refuse(
                StatusCodes.Status413PayloadTooLarge, $"A claim has at most {IdempotentPost.LargestBody} octets.");
        }

        var errors = new Dictionary<string, string[]>();
        var body = ClaimBodies.Parse(octets, Strict, errors);
        var key = IdempotentPost.KeyOf(context, errors);
        if (errors.Count > 0)
        {
            return TypedResults.ValidationProblem(errors);
        }

        var digest = IdempotentPost.DigestOf(octets);
        var location = ClaimLinks.Claim(accountId, ClaimService.ClaimIdOf(accountId, key));
        if (body.Outage is { } items)
        {
            if (books.Book.FindAccount(accountId) is null)
            {
                return Missing.Problem();
            }

            return await IdempotentPost.RunAsync(
                () => outages.ClaimAsync(new OutageMessageRequest(accountId, items, key, digest), cancellationToken),
                Title, await IdempotentPost.PolicyAsync(policies, accountId, time, cancellationToken),
                new ChangeNote(context, null), location);
        }

        if (!claims.Knows(accountId, body.UnitId))
        {
            return Missing.Problem();
        }

        return await IdempotentPost.RunAsync(
            () => claims.ClaimAsync(
                new ClaimRequest(accountId, body.UnitId, body.Month, key, digest), cancellationToken),
            Title, (await policies.GetAsync(cancellationToken)).InForce(accountId, body.Month),
            new ChangeNote(context, null), location);
    }

    private static async Task<Results<Ok<ClaimsResponse>, ProblemHttpResult, ValidationProblem>> ListClaims(
        string accountId, HttpContext context, ClaimReads reads, IAccountBookSource books,
        CancellationToken cancellationToken)
    {
        if (books.Book.FindAccount(accountId) is null)
        {
            return Missing.Problem();
        }

        var errors = new Dictionary<string, string[]>();
        var query = context.Request.Query;
        var limit = CallSearch.LimitOf(query, "limit", DefaultLimit, ClaimRepository.LargestPage, errors);
        (Instant, string)? before = null;
        if (CallSearch.One(query, "cursor", errors) is { } cursor
            && (before = await reads.PlaceOfAsync(accountId, cursor, cancellationToken)) is null)
        {
            errors["cursor"] = ["is not a cursor of this list; begin without one"];
        }

        if (errors.Count > 0)
        {
            return TypedResults.ValidationProblem(errors);
        }

        var mos = await reads.Mos.ListAsync(accountId, limit + 1, before, cancellationToken);
        var outages = await reads.Outages.ListAsync(accountId, limit + 1, before, cancellationToken);
        var places = mos.Select(claim => (claim.ReceivedAt, claim.ClaimId))
            .Concat(outages.Select(claim => (claim.ReceivedAt, claim.ClaimId)))
            .OrderByDescending(place => place.ReceivedAt)
            .ThenByDescending(place => place.ClaimId, StringComparer.Ordinal)
            .ToList();
        var shown = new List<object>();
        foreach (var place in places.Take(limit))
        {
            shown.Add((await ShowAsync(accountId, place.ClaimId, reads, cancellationToken))!);
        }

        return TypedResults.Ok(new ClaimsResponse(shown, places.Count > limit ? places[limit - 1].ClaimId : null));
    }

    private static async Task<IResult> GetClaim(
        string accountId, string claimId, ClaimReads reads, CancellationToken cancellationToken) =>
        await ShowAsync(accountId, claimId, reads, cancellationToken) is { } claim
            ? TypedResults.Ok(claim)
            : Missing.Problem();

    private static async Task<IResult> GetEvidence(
        string accountId, string claimId, ClaimReads reads, CancellationToken cancellationToken) =>
        (await reads.Mos.GetBundleAsync(accountId, claimId, cancellationToken)
            ?? await reads.Outages.GetBundleAsync(accountId, claimId, cancellationToken)) is { } bundle
            ? TypedResults.File(bundle, "application/json", $"evidence-{claimId}.json")
            : Missing.Problem();

    private static ProblemHttpResult Refuse(int status, string detail) => IdempotentPost.Refuse(Title, status, detail);
}
