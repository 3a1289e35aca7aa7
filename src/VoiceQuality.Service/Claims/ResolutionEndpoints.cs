using System.Collections.Immutable;
using System.Text.Json;
using NodaTime.Text;
using VoiceQuality.Service.Audit;
using VoiceQuality.Service.Pages;
using VoiceQuality.Service.Policies;
using VoiceQuality.Service.TrustPage;
using VoiceQuality.Sla;
using VoiceQuality.Sla.Evidence;
using VoiceQuality.Storage.Claims;

namespace VoiceQuality.Service.Claims;

/// <summary>What a person decides on a claim in review.</summary>
/// <param name="Decision">GRANT or DENY.</param>
/// <param name="Reason">Why, 1 to 1000 characters.</param>
/// <param name="Evidence">References to the evidence, at least one.</param>
/// <param name="Percent">Percent of a row of the credit table, where no average is known.</param>
/// <param name="Dates">Dates of an outage claim that the person takes as proven.</param>
/// <param name="Goodwill">US dollars beyond the rules; only where the policy allows it.</param>
internal sealed record ResolutionBody(
    string Decision,
    string Reason,
    IReadOnlyList<string> Evidence,
    int? Percent,
    IReadOnlyList<GrantedDateBody>? Dates,
    string? Goodwill);

/// <summary>A date of failure.</summary>
/// <param name="ComponentId">The component.</param>
/// <param name="Date">yyyy-MM-dd in the account's zone.</param>
internal sealed record GrantedDateBody(string ComponentId, string Date);

/// <summary>A person decides a claim in review.</summary>
internal static class ResolutionEndpoints
{
    private const string Title = "The claim was not resolved.";
    private const int LongestText = 1_000;
    private const int MostReferences = 50;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 4, AllowDuplicateProperties = false };

    private static readonly string[] Members = ["decision", "reason", "evidence", "percent", "dates", "goodwill"];

    public static void Map(RouteGroupBuilder claims)
    {
        claims.MapPost("/{claimId}/resolution", PostResolution).WithName("ResolveClaim")
            .WithSummary("Decides a claim in review: a person names the facts, the amount follows from them.")
            .WithDescription(IdempotentPost.Description + RequestActor.Description)
            .Accepts<ResolutionBody>("application/json", "*/*")
            .Produces<ResolutionResponse>(StatusCodes.Status201Created)
            .Refusals();
        claims.MapGet("/{claimId}/resolution/evidence", GetEvidence).WithName("GetResolutionEvidence")
            .WithSummary("Gives the evidence of a resolution as one document that can be verified offline.")
            .Produces(StatusCodes.Status200OK, contentType: "application/json")
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> PostResolution(
        string accountId, string claimId, HttpContext context, ClaimResolver resolver, ClaimReads reads,
        IAccountBookSource books, PolicyDirectory policies, TimeProvider time, CancellationToken cancellationToken)
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
        var request = Parse(octets, errors, new ResolutionRequest(
            accountId, claimId, actor, default, "", [], null, [], 0m, key,
            IdempotentPost.DigestOf(octets, $"resolution {claimId} {actor}")));
        if (errors.Count > 0)
        {
            return TypedResults.ValidationProblem(errors);
        }

        return books.Book.FindAccount(accountId) is null
            ? Missing.Problem()
            : await IdempotentPost.RunAsync(
                () => resolver.ResolveAsync(request, cancellationToken),
                Title, await IdempotentPost.PolicyAsync(policies, accountId, time, cancellationToken),
                new ChangeNote(
                    context,
                    AuditRequests.DigestOf(
                        await ClaimEndpoints.ShowAsync(accountId, claimId, reads, cancellationToken))));
    }

    private static async Task<IResult> GetEvidence(
        string accountId, string claimId, ResolutionRepository resolutions, CancellationToken cancellationToken) =>
        await resolutions.GetBundleAsync(accountId, claimId, cancellationToken) is { } bundle
            ? TypedResults.File(bundle, "application/json", $"resolution-{claimId}.json")
            : Missing.Problem();

    /// <summary>Reads the body of a resolution of a claim or restatement.</summary>
    public static ResolutionRequest Parse(
        byte[] octets, Dictionary<string, string[]> errors, ResolutionRequest request)
    {
        try
        {
            using var json = JsonDocument.Parse(octets, Strict);
            if (json.RootElement.ValueKind == JsonValueKind.Object)
            {
                return Read(json.RootElement, errors, request);
            }

            errors["body"] = ["must be an object with decision, reason and evidence"];
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            errors["body"] = ["must be JSON"];
        }

        return request;
    }

    private static ResolutionRequest Read(
        JsonElement body, Dictionary<string, string[]> errors, ResolutionRequest request)
    {
        if (body.EnumerateObject().Any(member => !Members.Contains(member.Name, StringComparer.Ordinal)))
        {
            errors["body"] = [$"has members other than {string.Join(", ", Members)}"];
        }

        if (!WireName.TryParse<ResolutionDecision>(TextOf(body, "decision"), out var decision))
        {
            errors["decision"] = ["must be GRANT or DENY"];
        }

        var reason = TextOf(body, "reason");
        if (!IsText(reason))
        {
            errors["reason"] = [$"must be 1 to {LongestText} characters without control characters"];
        }

        int? percent = null;
        if (body.TryGetProperty("percent", out var given) && given.ValueKind != JsonValueKind.Null)
        {
            if (given.ValueKind == JsonValueKind.Number && given.TryGetInt32(out var read) && read is >= 0 and <= 100)
            {
                percent = read;
            }
            else
            {
                errors["percent"] = ["must be a whole number, 0 to 100"];
            }
        }

        var goodwill = 0m;
        if (body.TryGetProperty("goodwill", out var extra) && extra.ValueKind != JsonValueKind.Null
            && (extra.ValueKind != JsonValueKind.String || !Money.TryParse(extra.GetString(), 2, out goodwill)
                || goodwill < 0))
        {
            errors["goodwill"] = ["must be US dollars as a text with at most two decimals, 0 or more"];
        }

        var dates = Dates(body, errors);
        if (decision == ResolutionDecision.Deny && (percent is not null || goodwill != 0 || !dates.IsEmpty))
        {
            errors["decision"] = ["cannot be DENY with a percent, dates or goodwill"];
        }

        return request with
        {
            Decision = decision,
            Reason = reason ?? "",
            Evidence = Evidence(body, errors),
            Percent = percent,
            Dates = dates,
            Goodwill = goodwill,
        };
    }

    private static ImmutableArray<string> Evidence(JsonElement body, Dictionary<string, string[]> errors)
    {
        if (body.TryGetProperty("evidence", out var list) && list.ValueKind == JsonValueKind.Array
            && list.GetArrayLength() is >= 1 and <= MostReferences
            && list.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String && IsText(item.GetString())))
        {
            return [.. list.EnumerateArray().Select(item => item.GetString()!)];
        }

        errors["evidence"] = [$"must be a list of 1 to {MostReferences} references"];
        return [];
    }

    private static ImmutableArray<GrantedDate> Dates(JsonElement body, Dictionary<string, string[]> errors)
    {
        if (!body.TryGetProperty("dates", out var list) || list.ValueKind == JsonValueKind.Null)
        {
            return [];
        }

        var dates = ImmutableArray.CreateBuilder<GrantedDate>();
        if (list.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in list.EnumerateArray())
            {
                if (item.ValueKind == JsonValueKind.Object && TextOf(item, "componentId") is { } componentId
                    && TextOf(item, "date") is { } text && LocalDatePattern.Iso.Parse(text) is { Success: true } date
                    && dates.Count < 1_000)
                {
                    dates.Add(new GrantedDate(componentId, date.Value));
                    continue;
                }

                errors["dates"] = ["must be a list of objects with componentId and date, yyyy-MM-dd"];
                return [];
            }

            return
            [
                .. dates.Distinct().OrderBy(date => date.ComponentId, StringComparer.Ordinal).ThenBy(date => date.Date),
            ];
        }

        errors["dates"] = ["must be a list of objects with componentId and date, yyyy-MM-dd"];
        return [];
    }

    private static bool IsText(string? text) =>
        text is { Length: >= 1 and <= LongestText } && !text.Any(char.IsControl) && !text.Any(char.IsSurrogate);

    private static string? TextOf(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
