using Microsoft.AspNetCore.Http.HttpResults;
using VoiceQuality.Service.Api;
using VoiceQuality.Service.Noc;
using VoiceQuality.Service.Pages;
using VoiceQuality.Service.TrustPage;
using VoiceQuality.Sla;
using VoiceQuality.Sla.Ledger;
using VoiceQuality.Storage.Claims;

namespace VoiceQuality.Service.Claims;

/// <summary>An account's restatements.</summary>
/// <param name="Restatements">Newest first.</param>
/// <param name="NextCursor">For the page that follows; null when this is the last.</param>
internal sealed record RestatementsResponse(IReadOnlyList<RestatementResponse> Restatements, string? NextCursor);

/// <summary>A published month, or an outage credit, that has other figures than before.</summary>
/// <param name="RestatementId">Name of the restatement.</param>
/// <param name="AccountId">The account.</param>
/// <param name="UnitId">The business unit.</param>
/// <param name="ComponentId">The component of an outage credit; null otherwise.</param>
/// <param name="Month">Month of service, yyyy-MM.</param>
/// <param name="Kind">MOS_CREDIT or OUTAGE_CREDIT.</param>
/// <param name="RestatedAt">When.</param>
/// <param name="FromVersion">Version of the figures before; null where there was none.</param>
/// <param name="ToVersion">Version of the figures now; null for outages.</param>
/// <param name="Reasons">Why.</param>
/// <param name="Differences">What differs, figure by figure.</param>
/// <param name="Outcome">NO_DECISION, NOTHING_TO_POST, POSTED, PENDING_SECOND_APPROVAL or REVIEW.</param>
/// <param name="ClaimId">The decision whose credit follows; null without one.</param>
/// <param name="PostedBefore">US dollars posted before.</param>
/// <param name="Recomputed">US dollars computed again; null when a person decides.</param>
/// <param name="Difference">US dollars of the new entry; null without one.</param>
/// <param name="EntryId">The new entry; null without one.</param>
/// <param name="PolicyVersion">Version of the policy.</param>
/// <param name="EvidenceDigest">Digest of the evidence, which the entry carries.</param>
/// <param name="Evidence">Address of the evidence.</param>
/// <param name="Resolution">What a person decided on one in review; null when nobody did.</param>
/// <param name="Rejection">The rejection of its decrease by a second person; null without one.</param>
internal sealed record RestatementResponse(
    string RestatementId,
    string AccountId,
    string UnitId,
    string? ComponentId,
    string Month,
    string Kind,
    string RestatedAt,
    int? FromVersion,
    int? ToVersion,
    IReadOnlyList<string> Reasons,
    IReadOnlyList<FigureDifference> Differences,
    string Outcome,
    string? ClaimId,
    string PostedBefore,
    string? Recomputed,
    string? Difference,
    string? EntryId,
    string PolicyVersion,
    string EvidenceDigest,
    string Evidence,
    RestatementResolutionResponse? Resolution,
    RejectionResponse? Rejection)
{
    public static RestatementResponse Of(StoredRestatement restatement) => new(
        restatement.RestatementId,
        restatement.Claim.AccountId,
        restatement.Claim.UnitId,
        restatement.Claim.ComponentId,
        restatement.Month.ToString(),
        WireName.Of(restatement.Claim.Kind),
        Wire.Time(restatement.RestatedAt),
        restatement.FromVersion,
        restatement.ToVersion,
        [.. restatement.Reasons.Select(reason => WireName.Of(reason))],
        restatement.Differences,
        WireName.Of(restatement.Outcome),
        restatement.ClaimId,
        Sla.Money.Format(restatement.PostedBefore),
        Wire.Money(restatement.Recomputed),
        Wire.Money(restatement.Difference),
        restatement.EntryId,
        restatement.PolicyVersion,
        restatement.EvidenceDigest,
        LinkOf(restatement),
        restatement.Resolution is { } resolution ? RestatementResolutionResponse.Of(resolution) : null,
        restatement.Rejection is { } rejection ? RejectionResponse.Of(rejection) : null);

    public static string LinkOf(StoredRestatement restatement) =>
        RestatementLinks.Of(restatement.Claim.AccountId, restatement.RestatementId) + "/evidence";
}

/// <summary>Restatements of an account, with their evidence.</summary>
internal static class RestatementEndpoints
{
    private const int DefaultLimit = 100;

    /// <summary>Maps <c>/api/v1/accounts/…/restatements</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapAccessGroup(AccessGroup.Account, "/api/v1/accounts/{accountId}/restatements")
            .WithTags("Restatements");
        group.MapGet("/", List).WithName("ListRestatements")
            .WithSummary("Lists what of an account's published months has other figures than before, newest first.")
            .WithDescription("Query: limit (1 to 1000, default 100), cursor.");
        group.MapGet("/{restatementId}/evidence", GetEvidence).WithName("GetRestatementEvidence")
            .WithSummary("Gives the evidence of a restatement as one document that can be verified offline.")
            .Produces(StatusCodes.Status200OK, contentType: "application/json")
            .ProducesProblem(StatusCodes.Status404NotFound);
        RestatementResolutionEndpoints.Map(group);
    }

    private static async Task<Results<Ok<RestatementsResponse>, ProblemHttpResult, ValidationProblem>> List(
        string accountId, HttpContext context, RestatementRepository restatements, IAccountBookSource books,
        CancellationToken cancellationToken)
    {
        if (books.Book.FindAccount(accountId) is null)
        {
            return Missing.Problem();
        }

        var errors = new Dictionary<string, string[]>();
        var query = context.Request.Query;
        var limit = CallSearch.LimitOf(query, "limit", DefaultLimit, RestatementRepository.LargestPage, errors);
        StoredRestatement? before = null;
        if (CallSearch.One(query, "cursor", errors) is { } cursor
            && (before = await restatements.GetAsync(accountId, cursor, cancellationToken)) is null)
        {
            errors["cursor"] = ["is not a cursor of this list; begin without one"];
        }

        if (errors.Count > 0)
        {
            return TypedResults.ValidationProblem(errors);
        }

        var found = await restatements.ListAsync(accountId, limit + 1, before, cancellationToken);
        return TypedResults.Ok(new RestatementsResponse(
            [.. found.Take(limit).Select(RestatementResponse.Of)],
            found.Count > limit ? found[limit - 1].RestatementId : null));
    }

    private static async Task<IResult> GetEvidence(
        string accountId, string restatementId, RestatementRepository restatements,
        CancellationToken cancellationToken) =>
        await restatements.GetBundleAsync(accountId, restatementId, cancellationToken) is { } bundle
            ? TypedResults.File(bundle, "application/json", $"restatement-{restatementId}.json")
            : Missing.Problem();
}
