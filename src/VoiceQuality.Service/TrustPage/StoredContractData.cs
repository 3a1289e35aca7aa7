using NodaTime;
using VoiceQuality.Service.Rating;
using VoiceQuality.Service.Reference;
using VoiceQuality.Sla.Credits;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Sla.Reference;
using VoiceQuality.Sla.TollFree;
using VoiceQuality.Sla.Usage;
using VoiceQuality.Storage.Credits;
using VoiceQuality.Storage.Usage;

namespace VoiceQuality.Service.TrustPage;

/// <summary>The base of a unit's month, and whether any credit of the account stands.</summary>
/// <param name="Base">The usage billing without what is barred .</param>
/// <param name="IsBarred">Whether no credit of the account stands .</param>
internal readonly record struct MonthBase(UsageBase Base, bool IsBarred);

/// <summary>Usage that is known, and the toll-free numbers that may bar some of it.</summary>
internal sealed class KnownUsage(
    IReadOnlyDictionary<(MosBaseSource Source, UsageSet Set), SourcedUsage> usage, ReferenceBook reference)
{
    /// <summary>The units and months with usage.</summary>
    public IEnumerable<UsageSet> Sets => usage.Keys.Select(key => key.Set).Distinct();

    /// <summary>The base of one of them by a policy, as of an instant.</summary>
    public MonthBase BaseOf(UsageSet set, ContractPolicy policy, Instant now)
    {
        var bar = TollFreeBar.Of(reference.TollFreeNumbersOf(set.AccountId), policy, now);
        return new MonthBase(
            usage.TryGetValue((policy.MosBaseSource, set), out var known)
                ? UsageBase.OfComplete(known.Lines, set.Month, bar.Numbers)
                : UsageBase.Unknown,
            bar.IsWholeAccount);
    }
}

/// <summary>Usage as bases of credits, and stored assessments, by unit and month.</summary>
internal sealed class StoredContractData(
    IUsageSource usage, UsageQueries imported, CreditRepository credits, ReferenceDirectory references)
{
    private static readonly MosBaseSource[] ImportedAlone = [MosBaseSource.Imported];
    private static readonly MosBaseSource[] All = Enum.GetValues<MosBaseSource>();

    /// <summary>Where usage comes from by any policy of a book.</summary>
    public static IReadOnlyList<MosBaseSource> SourcesOf(PolicyBook book) =>
        book.Entries.Any(entry => entry.Policy.MosBaseSource != MosBaseSource.Imported) ? All : ImportedAlone;

    /// <summary>Months that usage was imported for.</summary>
    public Task<IReadOnlyList<ServiceMonth>> UsageMonthsAsync(CancellationToken cancellationToken) =>
        imported.ListMonthsAsync(cancellationToken);

    /// <summary>Usage of all units in some months.</summary>
    public async Task<KnownUsage> UsageOfMonthsAsync(
        IEnumerable<ServiceMonth> months, IEnumerable<MosBaseSource> sources, CancellationToken cancellationToken)
    {
        var known = new Dictionary<(MosBaseSource, UsageSet), SourcedUsage>();
        foreach (var source in sources.Distinct())
        {
            foreach (var month in months.Distinct())
            {
                Add(known, source, await usage.ListMonthAsync(month, source, cancellationToken));
            }
        }

        return new KnownUsage(known, await references.GetAsync(cancellationToken));
    }

    /// <summary>Usage of all units and months of an account.</summary>
    public async Task<KnownUsage> UsageOfAccountAsync(
        string accountId, IEnumerable<MosBaseSource> sources, CancellationToken cancellationToken)
    {
        var known = new Dictionary<(MosBaseSource, UsageSet), SourcedUsage>();
        foreach (var source in sources.Distinct())
        {
            Add(known, source, await usage.ListAccountAsync(accountId, source, cancellationToken));
        }

        return new KnownUsage(known, await references.GetAsync(cancellationToken));
    }

    /// <summary>Usage of one unit and month.</summary>
    public async Task<KnownUsage> UsageOfUnitAsync(
        UsageSet set, MosBaseSource source, CancellationToken cancellationToken)
    {
        var known = new Dictionary<(MosBaseSource, UsageSet), SourcedUsage>();
        if (await usage.GetAsync(set, source, cancellationToken) is { } found)
        {
            known[(source, set)] = found;
        }

        return new KnownUsage(known, await references.GetAsync(cancellationToken));
    }

    /// <summary>Current assessments of all units in a month.</summary>
    public async Task<Dictionary<(string AccountId, string UnitId), CreditAssessment>> AssessmentsOfMonthAsync(
        ServiceMonth month, CancellationToken cancellationToken) =>
        (await credits.ListCurrentAsync(month, cancellationToken)).ToDictionary(
            assessment => (assessment.AccountId, assessment.UnitId));

    /// <summary>Current assessments of all units and months of an account.</summary>
    public async Task<Dictionary<(string UnitId, ServiceMonth Month), CreditAssessment>> AssessmentsOfAccountAsync(
        string accountId, CancellationToken cancellationToken) =>
        (await credits.ListCurrentOfAccountAsync(accountId, cancellationToken)).ToDictionary(
            assessment => (assessment.UnitId, assessment.Month));

    /// <summary>
    /// Whether an assessment says what was computed now; whether a claim would be in time may have changed.
    /// </summary>
    public static bool Holds(CreditAssessment assessment, MonthlyEligibility figures) =>
        assessment.Calls == figures.Calls
        && assessment.MosStatus == figures.Tier.Status
        && assessment.MosDisplay == figures.Tier.Display
        && assessment.CreditPercent == figures.Tier.Percent
        && assessment.Base == figures.Base
        && assessment.CreditIfClaimed == figures.CreditIfClaimed
        && assessment.State == figures.State
        && assessment.PeriodStart == figures.Period.Start
        && assessment.PeriodEnd == figures.Period.End
        && assessment.PolicyDigest == figures.PolicyDigest
        && assessment.TimeZoneDatabaseVersion == figures.TimeZoneDatabaseVersion;

    private static void Add(
        Dictionary<(MosBaseSource, UsageSet), SourcedUsage> known,
        MosBaseSource source,
        IReadOnlyDictionary<UsageSet, SourcedUsage> found)
    {
        foreach (var (set, lines) in found)
        {
            known[(source, set)] = lines;
        }
    }
}
