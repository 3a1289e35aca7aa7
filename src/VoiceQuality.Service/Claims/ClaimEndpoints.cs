using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using VoiceQuality.Service.Noc;
using VoiceQuality.Service.Pages;
using VoiceQuality.Service.Policies;
using VoiceQuality.Service.TrustPage;
using VoiceQuality.Sla.Ledger;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Storage.Claims;

namespace VoiceQuality.Service.Claims;

/// <summary>Claims for MOS credits: a customer files one, and sees its decision and on what it stands.</summary>
internal static class ClaimEndpoints
{
    private const string KeyHeader = "Idempotency-Key";
    private const int LargestBody = 16 * 1024;
    private const int DefaultLimit = 100;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 4, AllowDuplicateProperties = false };

    /// <summary>Maps <c>/api/v1/accounts/…/claims</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapAccessGroup(AccessGroup.Account, "/api/v1/accounts/{accountId}/claims")
            .WithTags("Claims");
        group.MapPost("/", PostClaim).WithName("FileClaim")
            .WithSummary("Claims the MOS credit of a unit's month; decided at once.")
            .WithDescription(
                "Needs the header Idempotency-Key, 1 to 255 visible ASCII characters, which belongs to the account: "
                + "the same key with the same body is given the first answer again and does nothing, with another body "
                + "it is refused (422), and while the first is still running too (409). There is one decision on a unit and "
                + "month; a repeat is denied as DUPLICATE and names it.")
            // Any type reaches the handler, which answers 415; the fallback of the API would say 404.
            .Accepts<ClaimBody>("application/json", "*/*")
            .Produces<ClaimResponse>(StatusCodes.Status201Created)
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        group.MapGet("/", ListClaims).WithName("ListClaims")
            .WithSummary("Lists the claims of an account, newest first.")
            .WithDescription("Query: limit (1 to 1000, default 100), cursor.");
        group.MapGet("/{claimId}", GetClaim).WithName("GetClaim").WithSummary("Shows a claim and its decision.");
        group.MapGet("/{claimId}/evidence", GetEvidence).WithName("GetClaimEvidence")
            .WithSummary("Gives the evidence of a decision as one document that can be verified offline.")
            .Produces(StatusCodes.Status200OK, contentType: "application/json")
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> PostClaim(
        string accountId, HttpContext context, ClaimService claims, PolicyDirectory policies,
        CancellationToken cancellationToken)
    {
        if (!context.Request.HasJsonContentType())
        {
            return Refuse(StatusCodes.Status415UnsupportedMediaType, "A claim is sent as application/json.");
        }

        if (await ReadBodyAsync(context.Request.Body, cancellationToken) is not { } octets)
        {
            return Refuse(StatusCodes.Status413PayloadTooLarge, $"A claim has at most {LargestBody} octets.");
        }

        var errors = new Dictionary<string, string[]>();
        var (unitId, month) = Parse(octets, errors);
        var keys = context.Request.Headers[KeyHeader];
        var digest = Convert.ToHexStringLower(SHA256.HashData(octets));
        if (keys.Count != 1
            || Idempotency.Decide(keys[0], digest, known: null) == IdempotencyDecision.NoKey)
        {
            errors[KeyHeader] = ["must be one header of 1 to 255 visible ASCII characters"];
        }

        if (errors.Count > 0)
        {
            return TypedResults.ValidationProblem(errors);
        }

        if (!claims.Knows(accountId, unitId))
        {
            return Missing.Problem();
        }

        var key = keys[0]!;
        var result = await claims.ClaimAsync(
            new ClaimRequest(accountId, unitId, month, key, digest), cancellationToken);
        if (result.Answer is not { } answer)
        {
            var policy = (await policies.GetAsync(cancellationToken)).InForce(accountId, month);
            return Refuse(
                Idempotency.RefusalStatus(result.Decision, policy)!.Value,
                result.Decision == IdempotencyDecision.StillRunning
                    ? "The first request with this key is still running; ask again soon."
                    : "The key was used with another body; use a new one.");
        }

        context.Response.Headers.Location = ClaimLinks.Claim(accountId, ClaimService.ClaimIdOf(accountId, key));
        return new StoredAnswerResult(answer);
    }

    private static async Task<Results<Ok<ClaimsResponse>, ProblemHttpResult, ValidationProblem>> ListClaims(
        string accountId, HttpContext context, ClaimRepository claims, IAccountBookSource books,
        CancellationToken cancellationToken)
    {
        if (books.Book.FindAccount(accountId) is null)
        {
            return Missing.Problem();
        }

        var errors = new Dictionary<string, string[]>();
        var query = context.Request.Query;
        var limit = CallSearch.LimitOf(query, "limit", DefaultLimit, ClaimRepository.LargestPage, errors);
        StoredClaim? before = null;
        if (CallSearch.One(query, "cursor", errors) is { } cursor
            && (before = await claims.GetAsync(accountId, cursor, cancellationToken)) is null)
        {
            errors["cursor"] = ["is not a cursor of this list; begin without one"];
        }

        if (errors.Count > 0)
        {
            return TypedResults.ValidationProblem(errors);
        }

        var found = await claims.ListAsync(accountId, limit + 1, before, cancellationToken);
        return TypedResults.Ok(new ClaimsResponse(
            [.. found.Take(limit).Select(ClaimResponse.Of)], found.Count > limit ? found[limit - 1].ClaimId : null));
    }

    private static async Task<Results<Ok<ClaimResponse>, ProblemHttpResult>> GetClaim(
        string accountId, string claimId, ClaimRepository claims, CancellationToken cancellationToken) =>
        await claims.GetAsync(accountId, claimId, cancellationToken) is { } claim
            ? TypedResults.Ok(ClaimResponse.Of(claim))
            : Missing.Problem();

    private static async Task<IResult> GetEvidence(
        string accountId, string claimId, ClaimRepository claims, CancellationToken cancellationToken) =>
        await claims.GetBundleAsync(accountId, claimId, cancellationToken) is { } bundle
            ? TypedResults.File(bundle, "application/json", $"evidence-{claimId}.json")
            : Missing.Problem();

    private static async Task<byte[]?> ReadBodyAsync(Stream body, CancellationToken cancellationToken)
    {
        var buffer = new byte[LargestBody + 1];
        var length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return length > LargestBody ? null : buffer[..length];
    }

    private static (string UnitId, ServiceMonth Month) Parse(byte[] octets, Dictionary<string, string[]> errors)
    {
        string? unitId = null;
        var month = default(ServiceMonth);
        try
        {
            using var json = JsonDocument.Parse(octets, Strict);
            if (json.RootElement.ValueKind == JsonValueKind.Object)
            {
                unitId = TextOf(json.RootElement, "unitId");
                if (!AssessedMonths.TryReadMonth(TextOf(json.RootElement, "month"), out month))
                {
                    errors["month"] = ["must be written yyyy-MM, such as 2026-10"];
                }

                if (json.RootElement.EnumerateObject().Any(member => member.Name is not ("unitId" or "month")))
                {
                    errors["body"] = ["must have unitId and month and nothing else"];
                }
            }
            else
            {
                errors["body"] = ["must be an object with unitId and month"];
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            errors["body"] = ["must be JSON"];
        }

        if (errors.Count == 0 && (unitId is null || !CallSearch.IsId(unitId)))
        {
            errors["unitId"] = ["must be 1 to 64 of the characters A-Z, a-z, 0-9, '-', '_' and '.'"];
        }

        return (unitId ?? "", month);
    }

    private static string? TextOf(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static ProblemHttpResult Refuse(int status, string detail) =>
        TypedResults.Problem(title: "The claim was not taken.", detail: detail, statusCode: status);
}
