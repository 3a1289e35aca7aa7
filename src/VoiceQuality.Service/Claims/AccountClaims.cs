using System.Collections.Immutable;
using NodaTime;
using VoiceQuality.Service.Reference;
using VoiceQuality.Service.TrustPage;
using VoiceQuality.Sla.Credits;
using VoiceQuality.Sla.Evidence;
using VoiceQuality.Storage.Claims;

namespace VoiceQuality.Service.Claims;

/// <summary>A claim of either kind as pages show it.</summary>
/// <param name="AccountId">The account.</param>
/// <param name="ClaimId">Name of the claim.</param>
/// <param name="ReceivedAt">When it was received.</param>
/// <param name="Mos">The claim for a MOS credit; null when it is for outages.</param>
/// <param name="Outage">The claim for outage credits; null when it is for a MOS credit.</param>
/// <param name="Decided">The decision on outages as stored; null for a MOS credit, and while something is
/// missing.</param>
/// <param name="Excluded">Exclusions that took time out of the failures; null when the evidence does not say.</param>
/// <param name="Resolution">What a person decided on a claim in review; null when nobody did.</param>
/// <param name="Names">Names of units and components of the account by id.</param>
internal sealed record ClaimLine(
    string AccountId,
    string ClaimId,
    Instant ReceivedAt,
    StoredClaim? Mos,
    OutageClaimResponse? Outage,
    StoredOutageDecision? Decided,
    ImmutableArray<AppliedExclusion>? Excluded,
    StoredResolution? Resolution,
    IReadOnlyDictionary<string, string> Names)
{
    /// <summary>What the rules decided; null while something is missing.</summary>
    public CreditDecision? Decision => Mos?.Decision ?? Decided?.Decision;

    /// <summary>US dollars that the rules posted.</summary>
    public decimal Credit => Mos?.Credit ?? Decided?.Credit ?? 0m;

    /// <summary>The name of a unit or component; its id where it has none.</summary>
    public string NameOf(string id) => Names.GetValueOrDefault(id, id);

    /// <summary>Components of an outage claim in the order told.</summary>
    public IEnumerable<string> ComponentIds => Outage is null
        ? []
        : Outage.Failures.Select(failure => failure.ComponentId).OfType<string>().Distinct(StringComparer.Ordinal);
}

/// <summary>The newest claims of an account.</summary>
/// <param name="AccountId">The account.</param>
/// <param name="Lines">Newest first.</param>
/// <param name="HasMore">Whether there are older ones.</param>
internal sealed record AccountClaimsView(string AccountId, IReadOnlyList<ClaimLine> Lines, bool HasMore)
{
    /// <summary>Id of the section on its page.</summary>
    public string SectionId { get; init; } = "claims";

    /// <summary>What the section is called.</summary>
    public string Heading { get; init; } = "Claims and decisions";
}

/// <summary>Puts together the claims of both kinds for pages.</summary>
internal sealed class AccountClaims(ClaimReads reads, ReferenceDirectory reference, IAccountBookSource books)
{
    /// <summary>Claims that the page of an account shows.</summary>
    public const int PageLimit = 10;

    // Outage claims of an account among which those of a unit are looked for.
    private const int UnitLookBack = 100;

    /// <summary>The newest claims of an account.</summary>
    public async Task<AccountClaimsView> GetAsync(string accountId, CancellationToken cancellationToken)
    {
        var mos = await reads.Mos.ListAsync(
            accountId, PageLimit + 1, ((Instant At, string ClaimId)?)null, cancellationToken);
        var outages = await reads.Outages.ListAsync(accountId, PageLimit + 1, null, cancellationToken);
        var lines = new List<ClaimLine>();
        lines.AddRange(await LinesAsync(mos, outages, cancellationToken));
        var newest = lines.OrderByDescending(line => line.ReceivedAt)
            .ThenByDescending(line => line.ClaimId, StringComparer.Ordinal);
        return new AccountClaimsView(accountId, [.. newest.Take(PageLimit)], lines.Count > PageLimit);
    }

    /// <summary>The newest claims for outages of components that serve a unit.</summary>
    public async Task<AccountClaimsView> GetUnitAsync(
        string accountId, string unitId, CancellationToken cancellationToken)
    {
        var book = await reference.GetAsync(cancellationToken);
        var outages = await reads.Outages.ListAsync(accountId, UnitLookBack, null, cancellationToken);
        var lines = (await LinesAsync([], outages, cancellationToken))
            .Where(line => line.ComponentIds.Any(id =>
                book.FindComponent(id) is { } component && component.AccountId == accountId
                && component.UnitId == unitId))
            .ToList();
        return new AccountClaimsView(accountId, [.. lines.Take(PageLimit)], lines.Count > PageLimit)
        {
            SectionId = "outage-claims",
            Heading = "Claims for outages of the unit's components",
        };
    }

    /// <summary>Claims as pages show them, in the order given.</summary>
    public async Task<IReadOnlyList<ClaimLine>> LinesAsync(
        IEnumerable<StoredClaim> mos, IEnumerable<StoredOutageClaim> outages, CancellationToken cancellationToken)
    {
        var names = await NamesAsync(cancellationToken);
        var lines = new List<ClaimLine>();
        foreach (var claim in mos)
        {
            lines.Add(new ClaimLine(
                claim.AccountId, claim.ClaimId, claim.ReceivedAt, claim, null, null, null,
                await reads.Resolutions.GetAsync(claim.AccountId, claim.ClaimId, cancellationToken),
                names.GetValueOrDefault(claim.AccountId, ImmutableDictionary<string, string>.Empty)));
        }

        foreach (var claim in outages)
        {
            var resolution = await reads.Resolutions.GetAsync(claim.AccountId, claim.ClaimId, cancellationToken);
            lines.Add(new ClaimLine(
                claim.AccountId, claim.ClaimId, claim.ReceivedAt, null,
                await ClaimEndpoints.ShowAsync(claim, resolution, reads, cancellationToken), claim.Decision,
                await ExcludedAsync(claim, cancellationToken), resolution,
                names.GetValueOrDefault(claim.AccountId, ImmutableDictionary<string, string>.Empty)));
        }

        return lines;
    }

    private async Task<ImmutableArray<AppliedExclusion>?> ExcludedAsync(
        StoredOutageClaim claim, CancellationToken cancellationToken)
    {
        var bundle = claim.Decision is null
            ? null
            : await reads.Outages.GetBundleAsync(claim.AccountId, claim.ClaimId, cancellationToken);
        return bundle is null ? null : AppliedExclusion.Read(bundle);
    }

    // Names of one account are never shown with another one's claim, whatever component the claim names.
    private async Task<Dictionary<string, ImmutableDictionary<string, string>>> NamesAsync(
        CancellationToken cancellationToken)
    {
        var book = await reference.GetAsync(cancellationToken);
        return books.Book.Units.Where(unit => unit.AccountId is not null)
            .Select(unit => (AccountId: unit.AccountId!, Id: unit.UnitId, unit.Name))
            .Concat(book.Components.Select(component => (component.AccountId, component.Id, component.Name)))
            .GroupBy(one => one.AccountId, StringComparer.Ordinal)
            .ToDictionary(
                group => group.Key,
                group => group.GroupBy(one => one.Id, StringComparer.Ordinal)
                    .ToImmutableDictionary(one => one.Key, one => one.First().Name, StringComparer.Ordinal),
                StringComparer.Ordinal);
    }
}
