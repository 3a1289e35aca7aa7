using VoiceQuality.Service.Ingest;
using VoiceQuality.Service.Policies;
using VoiceQuality.Service.TrustPage;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Credits;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Sla.Usage;
using VoiceQuality.Storage.Months;
using VoiceQuality.Storage.Usage;

namespace VoiceQuality.Service.Rescoring;

/// <summary>A unit's month before and after its calls were scored again.</summary>
/// <param name="AccountId">The account.</param>
/// <param name="UnitId">The business unit.</param>
/// <param name="Month">Month of service.</param>
/// <param name="Sums">What was added up over the calls that were looked at.</param>
/// <param name="Before">Figures by the stored sums; null for a unit that is in no account.</param>
/// <param name="After">Figures by the sums with what the calls move them; null likewise.</param>
internal sealed record UnitRescore(
    string AccountId,
    string UnitId,
    ServiceMonth Month,
    RescoreSums Sums,
    MonthlyEligibility? Before,
    MonthlyEligibility? After)
{
    /// <summary>US dollars that the policy gives more; negative when less; null when either is not known.</summary>
    public decimal? CreditDifference => After?.CreditIfClaimed - Before?.CreditIfClaimed;
}

/// <summary>Sums over calls, before and after. Scores are ten-thousandths of a MOS point.</summary>
internal sealed record RescoreSums
{
    /// <summary>Answered calls that were looked at.</summary>
    public long Calls { get; set; }

    /// <summary>Calls with another score or another reason for none.</summary>
    public long Changed { get; set; }

    /// <summary>Calls whose stored score stands, because they cannot be scored again.</summary>
    public long Kept { get; set; }

    public long ScoredBefore { get; set; }

    public long SumBeforeE4 { get; set; }

    public long ScoredAfter { get; set; }

    public long SumAfterE4 { get; set; }

    /// <summary>Mean of the scored calls, 4 decimals, half away from zero; null without one.</summary>
    public decimal? MeanBefore => Mean(SumBeforeE4, ScoredBefore);

    /// <inheritdoc cref="MeanBefore"/>
    public decimal? MeanAfter => Mean(SumAfterE4, ScoredAfter);

    /// <summary>Difference of the exact means, 4 decimals, half away from zero; null when either has no call.</summary>
    public decimal? Difference => ScoredBefore > 0 && ScoredAfter > 0
        ? decimal.Round(
            ((decimal)SumAfterE4 / ScoredAfter / 10_000m) - ((decimal)SumBeforeE4 / ScoredBefore / 10_000m),
            4, MidpointRounding.AwayFromZero)
        : null;

    private static decimal? Mean(long sumE4, long count) =>
        count > 0 ? decimal.Round((decimal)sumE4 / count / 10_000m, 4, MidpointRounding.AwayFromZero) : null;
}

/// <summary>Figures of a unit's month by two sums.</summary>
internal sealed class UnitRescores(
    AccountBook book, MonthQueries months, StoredContractData contract, PolicyDirectory policies, TimeProvider time)
{
    /// <summary>Which score of the calls the contract of an account counts in a month.</summary>
    public async Task<Func<string, ServiceMonth, MosReading>> ReadingsAsync(CancellationToken cancellationToken)
    {
        var inForce = await policies.GetAsync(cancellationToken);
        return (accountId, month) => book.FindAccount(accountId) is null
            ? MosReading.Default
            : inForce.InForce(accountId, month).MosReading;
    }

    /// <summary>Computes a month by the sums as they are stored, and by those with what rescoring moves.</summary>
    public async Task<UnitRescore> OfAsync(
        string accountId, string unitId, ServiceMonth month, RescoreSums sums, CancellationToken cancellationToken)
    {
        if (book.FindAccount(accountId) is not { } account)
        {
            return new UnitRescore(accountId, unitId, month, sums, null, null);
        }

        var policy = (await policies.GetAsync(cancellationToken)).InForce(accountId, month);
        var set = new UsageSet(accountId, unitId, MosCredit.ExpectedBaseMonth(month, policy));
        var usage = await contract.UsageOfUnitAsync(set, policy.MosBaseSource, cancellationToken);
        var stored = await months.GetUnitMonthAsync(accountId, unitId, month, cancellationToken);
        var counts = (stored?.Counts ?? default).By(policy.MosReading);
        var moved = counts with
        {
            Scored = counts.Scored + sums.ScoredAfter - sums.ScoredBefore,
            SumMosE4 = counts.SumMosE4 + sums.SumAfterE4 - sums.SumBeforeE4,
        };
        var now = NodaTime.Instant.FromDateTimeOffset(time.GetUtcNow());
        return new UnitRescore(
            accountId, unitId, month, sums,
            UnitEligibility.Of(account, unitId, month, counts.ToUnitMonthCalls(), usage, now, policy),
            UnitEligibility.Of(account, unitId, month, moved.ToUnitMonthCalls(), usage, now, policy));
    }
}
