using VoiceQuality.Service.Api;
using VoiceQuality.Service.Audit;
using VoiceQuality.Service.Pages;
using VoiceQuality.Service.Policies;
using VoiceQuality.Service.TrustPage;
using VoiceQuality.Sla;
using VoiceQuality.Storage.Claims;
using VoiceQuality.Storage.Ledger;

namespace VoiceQuality.Service.Claims;

/// <summary>What a person decided on a restatement in review.</summary>
/// <param name="RestatementId">The restatement.</param>
/// <param name="ClaimId">The decision whose credit is restated.</param>
/// <param name="Decision">GRANT: the amount follows from the facts. DENY: what was posted stands.</param>
/// <param name="Reason">Why, in the person's words.</param>
/// <param name="EvidenceReferences">References to the evidence.</param>
/// <param name="Actor">Who decided: an opaque id.</param>
/// <param name="Credit">US dollars that the claim is worth; null where what was posted stands.</param>
/// <param name="Difference">US dollars of the entry; null without one.</param>
/// <param name="EntryId">The entry; a decrease waits for a second person. Null without one.</param>
/// <param name="ResolvedAt">When.</param>
/// <param name="EvidenceDigest">Digest of the evidence, which the entry carries.</param>
/// <param name="Evidence">Address of the evidence.</param>
internal sealed record RestatementResolutionResponse(
    string RestatementId,
    string ClaimId,
    string Decision,
    string Reason,
    IReadOnlyList<string> EvidenceReferences,
    string Actor,
    string? Credit,
    string? Difference,
    string? EntryId,
    string ResolvedAt,
    string EvidenceDigest,
    string Evidence)
{
    public static RestatementResolutionResponse Of(StoredRestatementResolution resolution) => new(
        resolution.RestatementId,
        resolution.ClaimId,
        WireName.Of(resolution.Decision),
        resolution.Reason,
        resolution.Evidence,
        resolution.Actor,
        Wire.Money(resolution.Credit),
        Wire.Money(resolution.Difference),
        resolution.EntryId,
        Wire.Time(resolution.ResolvedAt),
        resolution.EvidenceDigest,
        RestatementLinks.Of(resolution.AccountId, resolution.RestatementId) + "/resolution/evidence");
}

/// <summary>The rejection of a decrease by a second person.</summary>
/// <param name="EntryId">The entry that waited.</param>
/// <param name="RejectionEntryId">The entry of 0.00 that took it back.</param>
/// <param name="Reason">Why, in the person's words.</param>
/// <param name="EvidenceReferences">References to the evidence; may be none.</param>
/// <param name="Actor">Who rejected: an opaque id.</param>
/// <param name="RejectedAt">When.</param>
/// <param name="EvidenceDigest">Digest of the evidence, which the entry carries.</param>
/// <param name="Evidence">Address of the evidence.</param>
internal sealed record RejectionResponse(
    string EntryId,
    string RejectionEntryId,
    string Reason,
    IReadOnlyList<string> EvidenceReferences,
    string Actor,
    string RejectedAt,
    string EvidenceDigest,
    string Evidence)
{
    public static RejectionResponse Of(StoredRejection rejection) => new(
        rejection.EntryId,
        rejection.RejectionEntryId,
        rejection.Reason,
        rejection.Evidence,
        rejection.Actor,
        Wire.Time(rejection.RejectedAt),
        rejection.EvidenceDigest,
        $"/api/v1/ledger/entries/{Uri.EscapeDataString(rejection.EntryId)}/rejection/evidence");
}

/// <summary>Addresses of restatements; ids are escaped, so no id can leave its place in the path.</summary>
internal static class RestatementLinks
{
    public static string Of(string accountId, string restatementId) =>
        $"/api/v1/accounts/{Uri.EscapeDataString(accountId)}/restatements/{Uri.EscapeDataString(restatementId)}";
}

/// <summary>A person decides a restatement in review.</summary>
internal static class RestatementResolutionEndpoints
{
    private const string Title = "The restatement was not resolved.";

    public static void Map(RouteGroupBuilder restatements)
    {
        restatements.MapPost("/{restatementId}/resolution", Post).WithName("ResolveRestatement")
            .WithSummary("Decides a restatement in review: a person names the facts, the amount follows from them.")
            .WithDescription(
                "GRANT brings the credit to what the facts give, by the percent where no average is known; DENY leaves "
                + "what was posted. A decrease waits for a second person. The body is that of a claim's resolution "
                + "without dates and goodwill. " + IdempotentPost.Description + RequestActor.Description)
            .Accepts<ResolutionBody>("application/json", "*/*")
            .Produces<RestatementResolutionResponse>(StatusCodes.Status201Created)
            .Refusals();
        restatements.MapGet("/{restatementId}/resolution/evidence", GetEvidence)
            .WithName("GetRestatementResolutionEvidence")
            .WithSummary("Gives the evidence of a resolution as one document that can be verified offline.")
            .Produces(StatusCodes.Status200OK, contentType: "application/json")
            .ProducesProblem(StatusCodes.Status404NotFound);
        restatements.MapGet("/{restatementId}/rejection/evidence", GetRejectionEvidence)
            .WithName("GetRestatementRejectionEvidence")
            .WithSummary("Gives the evidence of the rejection of a restatement's decrease.")
            .Produces(StatusCodes.Status200OK, contentType: "application/json")
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> Post(
        string accountId, string restatementId, HttpContext context, RestatementResolver resolver,
        RestatementRepository restatements, IAccountBookSource books, PolicyDirectory policies, TimeProvider time,
        CancellationToken cancellationToken)
    {
        if (!RequestActor.TryRead(context, out var actor, out var refusal))
        {
            return refusal;
        }

        if (!context.Request.HasJsonContentType())
        {
            return IdempotentPost.Refuse(
                Title, StatusCodes.Status415UnsupportedMediaType, "A resolution is sent as application/json.");
        }

        if (await IdempotentPost.ReadBodyAsync(context.Request.Body, cancellationToken) is not { } octets)
        {
            return IdempotentPost.Refuse(Title, StatusCodes.Status413PayloadTooLarge, "The body is too large.");
        }

        var errors = new Dictionary<string, string[]>();
        var key = IdempotentPost.KeyOf(context, errors);
        var request = ResolutionEndpoints.Parse(octets, errors, new ResolutionRequest(
            accountId, "", actor, default, "", [], null, [], 0m, key,
            IdempotentPost.DigestOf(octets, $"restatement resolution {restatementId} {actor}")));
        if (!request.Dates.IsEmpty)
        {
            errors["dates"] = ["belong to a claim for outages; a restatement has none"];
        }

        if (request.Goodwill != 0)
        {
            errors["goodwill"] = ["belongs to a claim; a restatement has none"];
        }

        if (errors.Count > 0)
        {
            return TypedResults.ValidationProblem(errors);
        }

        if (books.Book.FindAccount(accountId) is null
            || await restatements.GetAsync(accountId, restatementId, cancellationToken) is not { } restatement)
        {
            return Missing.Problem();
        }

        return await IdempotentPost.RunAsync(
            () => resolver.ResolveAsync(request, restatementId, cancellationToken),
            Title, await IdempotentPost.PolicyAsync(policies, accountId, time, cancellationToken),
            new ChangeNote(context, restatement.EvidenceDigest));
    }

    private static async Task<IResult> GetEvidence(
        string accountId, string restatementId, RestatementResolutionRepository resolutions,
        CancellationToken cancellationToken) =>
        await resolutions.GetBundleAsync(accountId, restatementId, cancellationToken) is { } bundle
            ? TypedResults.File(bundle, "application/json", $"resolution-{restatementId}.json")
            : Missing.Problem();

    private static async Task<IResult> GetRejectionEvidence(
        string accountId, string restatementId, RestatementRepository restatements, RejectionRepository rejections,
        CancellationToken cancellationToken) =>
        await restatements.GetAsync(accountId, restatementId, cancellationToken) is { Rejection: { } rejection }
            && await rejections.GetBundleAsync(rejection.EntryId, cancellationToken) is { } bundle
                ? TypedResults.File(bundle, "application/json", $"rejection-{restatementId}.json")
                : Missing.Problem();
}
