using System.Collections.Immutable;
using System.Text.Json;
using VoiceQuality.Service.Audit;
using VoiceQuality.Service.Claims;
using VoiceQuality.Service.Pages;
using VoiceQuality.Service.Policies;
using VoiceQuality.Storage.Ledger;

namespace VoiceQuality.Service.Api;

/// <summary>Why a second person rejects a decrease.</summary>
/// <param name="Reason">Why, 1 to 1000 characters.</param>
/// <param name="Evidence">References to the evidence; may be left out.</param>
internal sealed record RejectionBody(string Reason, IReadOnlyList<string>? Evidence);

/// <summary>The second person's rejection of a decrease .</summary>
internal static class RejectionEndpoints
{
    private const string Title = "The entry was not rejected.";
    private const int LongestText = 1_000;
    private const int MostReferences = 50;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 3, AllowDuplicateProperties = false };

    public static void Map(RouteGroupBuilder entries)
    {
        entries.MapPost("/{entryId}/rejection", Post).WithName("RejectLedgerEntry")
            .WithSummary("Rejects a decrease that waits for a second person; the customer keeps the amount.")
            .WithDescription(
                "The same facts do not ask for the decrease again; other facts do. " + IdempotentPost.Description
                + RequestActor.Description + " The author cannot reject it.")
            .Accepts<RejectionBody>("application/json", "*/*")
            .Produces<RejectionResponse>(StatusCodes.Status201Created)
            .Refusals();
        entries.MapGet("/{entryId}/rejection/evidence", GetEvidence).WithName("GetRejectionEvidence")
            .WithSummary("Gives the evidence of a rejection as one document that can be verified offline.")
            .Produces(StatusCodes.Status200OK, contentType: "application/json")
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> Post(
        string entryId, HttpContext context, DecreaseRejector rejector, LedgerRepository ledger,
        PolicyDirectory policies, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!RequestActor.TryRead(context, out var actor, out var refusal))
        {
            return refusal;
        }

        if (!context.Request.HasJsonContentType())
        {
            return IdempotentPost.Refuse(
                Title, StatusCodes.Status415UnsupportedMediaType, "A rejection is sent as application/json.");
        }

        if (await IdempotentPost.ReadBodyAsync(context.Request.Body, cancellationToken) is not { } octets)
        {
            return IdempotentPost.Refuse(Title, StatusCodes.Status413PayloadTooLarge, "The body is too large.");
        }

        var errors = new Dictionary<string, string[]>();
        var key = IdempotentPost.KeyOf(context, errors);
        var (reason, evidence) = Parse(octets, errors);
        if (errors.Count > 0)
        {
            return TypedResults.ValidationProblem(errors);
        }

        if (await ledger.GetAsync(entryId, cancellationToken) is not { } waiting)
        {
            return Missing.Problem();
        }

        var accountId = waiting.Entry.Claim.AccountId;
        return await IdempotentPost.RunAsync(
            () => rejector.RejectAsync(
                new RejectionRequest(
                    entryId, actor, reason, evidence, key,
                    IdempotentPost.DigestOf(octets, $"rejection {entryId} {actor}")),
                accountId, cancellationToken),
            Title, await IdempotentPost.PolicyAsync(policies, accountId, time, cancellationToken),
            new ChangeNote(context, waiting.Hash) { AccountId = accountId });
    }

    private static async Task<IResult> GetEvidence(
        string entryId, RejectionRepository rejections, CancellationToken cancellationToken) =>
        await rejections.GetBundleAsync(entryId, cancellationToken) is { } bundle
            ? TypedResults.File(bundle, "application/json", $"rejection-{entryId}.json")
            : Missing.Problem();

    private static (string Reason, ImmutableArray<string> Evidence) Parse(
        byte[] octets, Dictionary<string, string[]> errors)
    {
        try
        {
            using var json = JsonDocument.Parse(octets, Strict);
            if (json.RootElement.ValueKind == JsonValueKind.Object)
            {
                return Read(json.RootElement, errors);
            }

            errors["body"] = ["must be an object with a reason"];
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            errors["body"] = ["must be JSON"];
        }

        return ("", []);
    }

    private static (string Reason, ImmutableArray<string> Evidence) Read(
        JsonElement body, Dictionary<string, string[]> errors)
    {
        if (body.EnumerateObject().Any(member => member.Name is not ("reason" or "evidence")))
        {
            errors["body"] = ["has members other than reason and evidence"];
        }

        var reason = body.TryGetProperty("reason", out var text) && text.ValueKind == JsonValueKind.String
            ? text.GetString()
            : null;
        if (!IsText(reason))
        {
            errors["reason"] = [$"must be 1 to {LongestText} characters without control characters"];
        }

        ImmutableArray<string> evidence = [];
        if (body.TryGetProperty("evidence", out var list) && list.ValueKind != JsonValueKind.Null)
        {
            if (list.ValueKind == JsonValueKind.Array && list.GetArrayLength() <= MostReferences
                && list.EnumerateArray().All(
                    item => item.ValueKind == JsonValueKind.String && IsText(item.GetString())))
            {
                evidence = [.. list.EnumerateArray().Select(item => item.GetString()!)];
            }
            else
            {
                errors["evidence"] = [$"must be a list of at most {MostReferences} references"];
            }
        }

        return (reason ?? "", evidence);
    }

    private static bool IsText(string? text) => text is { Length: >= 1 and <= LongestText }
        && !string.IsNullOrWhiteSpace(text) && !text.Any(char.IsControl) && !text.Any(char.IsSurrogate);
}
