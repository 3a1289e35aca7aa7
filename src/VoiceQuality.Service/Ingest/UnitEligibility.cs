using NodaTime;
using VoiceQuality.Service.TrustPage;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Credits;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Storage.Months;
using VoiceQuality.Storage.Usage;

namespace VoiceQuality.Service.Ingest;

/// <summary>What a month of a unit is worth by the counts and the usage that are known.</summary>
internal static class UnitEligibility
{
    /// <summary>By one policy at one instant.</summary>
    public static MonthlyEligibility Of(
        Account account,
        string unitId,
        ServiceMonth month,
        CallCounts counts,
        KnownUsage usage,
        Instant now,
        ContractPolicy policy) =>
        Of(account, unitId, month, counts.By(policy.MosReading).ToUnitMonthCalls(), usage, now, policy);

    /// <summary>The same of calls that were read by the policy's mos_score_basis and mos_wideband already.</summary>
    public static MonthlyEligibility Of(
        Account account,
        string unitId,
        ServiceMonth month,
        UnitMonthCalls calls,
        KnownUsage usage,
        Instant now,
        ContractPolicy policy)
    {
        var known = usage.BaseOf(
            new UsageSet(account.AccountId, unitId, MosCredit.ExpectedBaseMonth(month, policy)), policy, now);
        return MonthlyEligibility.Of(
            month, account.Calendar, calls, known.Base, now, policy, known.IsBarred);
    }
}
