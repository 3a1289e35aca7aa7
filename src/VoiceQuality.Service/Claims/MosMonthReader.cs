using NodaTime;
using VoiceQuality.Service.Policies;
using VoiceQuality.Service.Rating;
using VoiceQuality.Service.Reference;
using VoiceQuality.Service.TrustPage;
using VoiceQuality.Sla.Credits;
using VoiceQuality.Sla.Evidence;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Storage;
using VoiceQuality.Storage.Credits;
using VoiceQuality.Storage.Months;
using VoiceQuality.Storage.Usage;

namespace VoiceQuality.Service.Claims;

/// <summary>A decision on a unit's month: whose, on what, and when.</summary>
/// <param name="ClaimId">Name of the claim.</param>
/// <param name="AccountId">The account.</param>
/// <param name="UnitId">The business unit.</param>
/// <param name="Month">The month of service.</param>
/// <param name="ReceivedAt">When the claim was received.</param>
/// <param name="EarlierDecisionId">The decision that stands already; null without one.</param>
internal sealed record MosMonth(
    string ClaimId,
    string AccountId,
    string UnitId,
    ServiceMonth Month,
    Instant ReceivedAt,
    string? EarlierDecisionId = null);

/// <summary>Reads all that a decision on a unit's month depends on, as it is stored now.</summary>
internal sealed class MosMonthReader(
    MonthQueries months,
    CounterDigests counters,
    IUsageSource usage,
    CreditRepository credits,
    IAccountBookSource books,
    PolicyDirectory policies,
    ReferenceDirectory references)
{
    /// <summary>Reads it. Within a transaction of the ledger nothing of it can change before the commit.</summary>
    /// <param name="month">The month.</param>
    /// <param name="withCounters">Whether the days get the digests of their counters, which reads every call.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<EvidenceInputs> ReadAsync(
        MosMonth month, bool withCounters, CancellationToken cancellationToken)
    {
        var (accountId, unitId) = (month.AccountId, month.UnitId);
        var calendar = books.Book.FindAccount(accountId)!.Calendar;
        var days = await months.ListDaysAsync(accountId, unitId, month.Month, cancellationToken);
        var ofMonth = await months.GetUnitMonthAsync(accountId, unitId, month.Month, cancellationToken);
        var counts = days.Aggregate(default(CallCounts), (sum, day) => sum + day.Counts);
        if (counts != (ofMonth?.Counts ?? default))
        {
            throw new StoredDataException("The days of a unit's month do not add up to the month.");
        }

        var policy = (await policies.GetAsync(cancellationToken)).InForce(accountId, month.Month);
        counts = counts.By(policy.MosReading);
        var reference = await references.GetAsync(cancellationToken);
        var baseMonth = MosCredit.BaseMonth(month.Month, month.ReceivedAt, calendar, policy);
        var billed = await usage.GetAsync(
            new UsageSet(accountId, unitId, baseMonth), policy.MosBaseSource, cancellationToken);
        var assessment = await credits.GetCurrentAsync(accountId, unitId, month.Month, cancellationToken);
        var digests = withCounters
            ? await counters.ListAsync(accountId, unitId, calendar.Bounds(month.Month), cancellationToken)
            : new Dictionary<LocalDate, CounterDigest>();
        return new EvidenceInputs
        {
            ClaimId = month.ClaimId,
            AccountId = accountId,
            UnitId = unitId,
            Month = month.Month,
            ReceivedAt = month.ReceivedAt,
            EarlierDecisionId = month.EarlierDecisionId,
            Policy = policy,
            Calendar = calendar,
            AssessmentVersion = assessment?.Calls == counts.ToUnitMonthCalls() ? assessment.Version : null,
            Days =
            [
                .. days.Select(day => day with { Counts = day.Counts.By(policy.MosReading) }).Select(day => new EvidenceDay(
                    day.Date, day.Counts.Answered, day.Counts.Scored, day.Counts.SumMosE4,
                    digests.TryGetValue(day.Date, out var digest) ? digest.CallsOnFile : 0, digest?.Digest)),
            ],
            Usage = billed is null
                ? null
                : new EvidenceUsage(
                    billed.Digest,
                    [.. billed.Lines.Select(line => new EvidenceLine(line.Kind, line.Amount, line.Number))]),
            TollFree = [.. reference.TollFreeNumbersOf(accountId)],
            ReferenceDigest = reference.Digest,
        };
    }
}
