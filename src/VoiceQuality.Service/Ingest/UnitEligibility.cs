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
        ContractPolicy policy)
    {
        var known = usage.BaseOf(
            new UsageSet(account.AccountId, unitId, MosCredit.ExpectedBaseMonth(month, policy)), policy, now);
        return MonthlyEligibility.Of(
            month, account.Calendar, counts.ToUnitMonthCalls(), known.Base, now, policy, known.IsBarred);
    }
}
