using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Credits;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Usage;
using VoiceQuality.Storage.Credits;
using VoiceQuality.Storage.Usage;

namespace VoiceQuality.Service.TrustPage;

/// <summary>Imported usage as bases of credits, and stored assessments, by unit and month.</summary>
internal sealed class StoredContractData(UsageQueries usage, CreditRepository credits)
{
    // No source names barred toll-free numbers yet; without one, none is barred.
    private static readonly HashSet<PhoneNumber> NoBarredNumbers = [];

    /// <summary>Months that usage was imported for.</summary>
    public Task<IReadOnlyList<ServiceMonth>> UsageMonthsAsync(CancellationToken cancellationToken) =>
        usage.ListMonthsAsync(cancellationToken);

    /// <summary>Bases of all units in a month; a unit without an import is not there.</summary>
    public async Task<Dictionary<(string AccountId, string UnitId), UsageBase>> UsageOfMonthAsync(
        ServiceMonth month, CancellationToken cancellationToken) =>
        (await usage.ListMonthAsync(month, cancellationToken)).ToDictionary(
            pair => (pair.Key.AccountId, pair.Key.UnitId), pair => BaseOf(pair.Key, pair.Value));

    /// <summary>Bases of all units and months of an account.</summary>
    public async Task<Dictionary<(string UnitId, ServiceMonth Month), UsageBase>> UsageOfAccountAsync(
        string accountId, CancellationToken cancellationToken) =>
        (await usage.ListAccountAsync(accountId, cancellationToken)).ToDictionary(
            pair => (pair.Key.UnitId, pair.Key.Month), pair => BaseOf(pair.Key, pair.Value));

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

    // An import is the full set of a unit's month, so no line means no usage.
    private static UsageBase BaseOf(UsageSet set, IReadOnlyList<UsageLine> lines) =>
        UsageBase.OfComplete(lines, set.Month, NoBarredNumbers);
}
