using VoiceQuality.Service.Api;
using VoiceQuality.Sla;
using VoiceQuality.Storage.Claims;

namespace VoiceQuality.Service.Claims;

/// <summary>The body of a claim.</summary>
/// <param name="UnitId">A business unit of the account.</param>
/// <param name="Month">yyyy-MM, the month whose average is complained of.</param>
internal sealed record ClaimBody(string UnitId, string Month);

/// <summary>An account's claims.</summary>
/// <param name="Claims">Newest first; each as its kind is shown.</param>
/// <param name="NextCursor">For the page that follows; null when this is the last.</param>
internal sealed record ClaimsResponse(IReadOnlyList<object> Claims, string? NextCursor);

/// <summary>A claim for a MOS credit and what was decided on it.</summary>
/// <param name="ClaimId">Name of the claim.</param>
/// <param name="AccountId">The account.</param>
/// <param name="UnitId">The business unit.</param>
/// <param name="Month">Month of service, yyyy-MM.</param>
/// <param name="ReceivedAt">When it was received.</param>
/// <param name="Decision">GRANTED, DENIED or REVIEW.</param>
/// <param name="Reason">Why it was not granted, as the contract names it; null when it was.</param>
/// <param name="MeanMos">The average cut to three decimals; null when it is not known.</param>
/// <param name="Percent">Percent of the base, 0 to 100.</param>
/// <param name="Base">Usage billing, US dollars; null when it was not looked at or is not known.</param>
/// <param name="Credit">US dollars.</param>
/// <param name="DuplicateOf">The decision that stands, when this is a repeat.</param>
/// <param name="EntryId">The ledger's entry; null unless granted.</param>
/// <param name="PolicyVersion">Version of the policy.</param>
/// <param name="EvidenceDigest">Digest of the evidence, which the ledger's entry carries.</param>
/// <param name="Evidence">Address of the evidence bundle.</param>
/// <param name="Kind">MOS.</param>
/// <param name="Resolution">What a person decided on a claim in review; null when nobody did.</param>
internal sealed record ClaimResponse(
    string ClaimId,
    string AccountId,
    string UnitId,
    string Month,
    string ReceivedAt,
    string Decision,
    string? Reason,
    string? MeanMos,
    int Percent,
    string? Base,
    string Credit,
    string? DuplicateOf,
    string? EntryId,
    string PolicyVersion,
    string EvidenceDigest,
    string Evidence,
    string Kind,
    ResolutionResponse? Resolution)
{
    public static ClaimResponse Of(StoredClaim claim, StoredResolution? resolution) => new(
        claim.ClaimId,
        claim.AccountId,
        claim.UnitId,
        claim.Month.ToString(),
        Wire.Time(claim.ReceivedAt),
        WireName.Of(claim.Decision),
        WireName.Of(claim.Reason),
        claim.MosDisplay,
        claim.Percent,
        Wire.Money(claim.Base),
        Sla.Money.Format(claim.Credit),
        claim.DuplicateOf,
        claim.EntryId,
        claim.PolicyVersion,
        claim.EvidenceDigest,
        ClaimLinks.Evidence(claim.AccountId, claim.ClaimId),
        "MOS",
        resolution is null ? null : ResolutionResponse.Of(resolution));
}

/// <summary>What a person decided on a claim in review.</summary>
/// <param name="Decision">GRANT or DENY.</param>
/// <param name="Reason">Why, in the person's words.</param>
/// <param name="EvidenceReferences">References to the evidence.</param>
/// <param name="Actor">Who decided: an opaque id.</param>
/// <param name="Credit">US dollars by the rules on the facts that the person found.</param>
/// <param name="Goodwill">US dollars beyond the rules.</param>
/// <param name="EntryIds">The ledger's entries.</param>
/// <param name="ResolvedAt">When.</param>
/// <param name="EvidenceDigest">Digest of the evidence, which the entries carry.</param>
/// <param name="Evidence">Address of the evidence.</param>
internal sealed record ResolutionResponse(
    string Decision,
    string Reason,
    IReadOnlyList<string> EvidenceReferences,
    string Actor,
    string Credit,
    string Goodwill,
    IReadOnlyList<string> EntryIds,
    string ResolvedAt,
    string EvidenceDigest,
    string Evidence)
{
    public static ResolutionResponse Of(StoredResolution resolution) => new(
        WireName.Of(resolution.Decision),
        resolution.Reason,
        resolution.Evidence,
        resolution.Actor,
        Sla.Money.Format(resolution.Credit),
        Sla.Money.Format(resolution.Goodwill),
        resolution.EntryIds,
        Wire.Time(resolution.ResolvedAt),
        resolution.EvidenceDigest,
        ClaimLinks.Claim(resolution.AccountId, resolution.ClaimId) + "/resolution/evidence");
}

/// <summary>Addresses of claims; ids are escaped, so no id can leave its place in the path.</summary>
internal static class ClaimLinks
{
    public static string Claim(string accountId, string claimId) =>
        $"/api/v1/accounts/{Uri.EscapeDataString(accountId)}/claims/{Uri.EscapeDataString(claimId)}";

    public static string Evidence(string accountId, string claimId) => Claim(accountId, claimId) + "/evidence";
}
