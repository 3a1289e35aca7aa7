using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using VoiceQuality.Service.Pages;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Storage.Policies;

namespace VoiceQuality.Service.Api;

/// <summary>A policy by its name.</summary>
/// <param name="Version">Name of the reading.</param>
/// <param name="Digest">SHA-256 of its canonical text, lower-case hexadecimal.</param>
internal sealed record PolicyName(string Version, string Digest);

/// <summary>A policy that was recorded.</summary>
/// <param name="AccountId">The account; null for every account without a policy of its own.</param>
/// <param name="From">The first month of service that it decides, yyyy-MM.</param>
/// <param name="To">The last one; null while no later policy follows, and for one that was superseded.</param>
/// <param name="Version">Name of the reading.</param>
/// <param name="Digest">SHA-256 of its canonical text.</param>
/// <param name="RecordedAt">When it was recorded.</param>
/// <param name="IsSuperseded">Whether a later one took its place for the same account and month.</param>
internal sealed record PolicyLine(
    string? AccountId, string From, string? To, string Version, string Digest, string RecordedAt, bool IsSuperseded);

/// <summary>The policies.</summary>
/// <param name="BuiltIn">What decides the months before the first policy that was recorded.</param>
/// <param name="Policies">What was recorded, in that order.</param>
internal sealed record PoliciesResponse(PolicyName BuiltIn, IReadOnlyList<PolicyLine> Policies)
{
    public static PoliciesResponse Of(IReadOnlyList<StoredPolicy> stored)
    {
        var spans = PolicyRepository.BookOf(stored).Spans.ToDictionary(
            span => (span.Entry.AccountId, span.Entry.From), span => span.To);
        var last = stored.GroupBy(policy => (policy.Entry.AccountId, policy.Entry.From))
            .ToDictionary(group => group.Key, group => group.Max(policy => policy.Sequence));
        return new PoliciesResponse(
            new PolicyName(ContractPolicy.Default.Version, ContractPolicy.Default.Digest),
            [
                .. stored.Select(policy =>
                {
                    var key = (policy.Entry.AccountId, policy.Entry.From);
                    var isSuperseded = policy.Sequence != last[key];
                    return new PolicyLine(
                        policy.Entry.AccountId, policy.Entry.From.ToString(),
                        isSuperseded ? null : spans[key]?.ToString(), policy.Entry.Policy.Version,
                        policy.Entry.Digest, Wire.Time(policy.RecordedAt), isSuperseded);
                }),
            ]);
    }
}

/// <summary>How the contract is read, for whom and from when.</summary>
internal static class PolicyEndpoints
{
    private const string Json = "application/json";

    /// <summary>Maps <c>/api/v1/policies…</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        // Billing, for the list names accounts.
        var group = routes.MapAccessGroup(AccessGroup.Billing, "/api/v1/policies").WithTags("Policies");
        group.MapGet("/", GetPolicies).WithName("GetPolicies")
            .WithSummary("Lists the policies that were recorded, with digests and the months that they decide.");
        group.MapGet("/schema", GetSchema).WithName("GetPolicySchema")
            .WithSummary("The JSON Schema (2020-12) of a policy; 'fixed' marks what states the only reading built in.")
            .Produces<JsonElement>(StatusCodes.Status200OK, ContractPolicySchema.MediaType);
        group.MapGet("/{digest}", GetPolicy).WithName("GetPolicy")
            .WithSummary("The policy that a decision was stamped with, by its digest.")
            .Produces<JsonElement>(StatusCodes.Status200OK, Json);
    }

    private static async Task<Ok<PoliciesResponse>> GetPolicies(
        PolicyRepository policies, CancellationToken cancellationToken) =>
        TypedResults.Ok(PoliciesResponse.Of(await policies.ListAsync(cancellationToken)));

    private static ContentHttpResult GetSchema() =>
        TypedResults.Text(ContractPolicySchema.Json, ContractPolicySchema.MediaType, System.Text.Encoding.UTF8);

    private static async Task<Results<ContentHttpResult, ProblemHttpResult>> GetPolicy(
        string digest, PolicyRepository policies, CancellationToken cancellationToken)
    {
        var known = (await policies.ListAsync(cancellationToken)).Select(stored => stored.Entry.Policy)
            .Append(ContractPolicy.Default);
        return known.FirstOrDefault(policy => policy.Digest == digest) is { } found
            ? TypedResults.Text(found.ToJson(), Json, System.Text.Encoding.UTF8)
            : Missing.Problem();
    }
}
