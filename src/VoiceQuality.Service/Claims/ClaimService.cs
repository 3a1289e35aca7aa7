using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using NodaTime;
using VoiceQuality.Service.Policies;
using VoiceQuality.Service.TrustPage;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Credits;
using VoiceQuality.Sla.Evidence;
using VoiceQuality.Sla.Ledger;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Storage;
using VoiceQuality.Storage.Claims;
using VoiceQuality.Storage.Credits;
using VoiceQuality.Storage.Ledger;
using VoiceQuality.Storage.Months;
using VoiceQuality.Storage.Usage;

namespace VoiceQuality.Service.Claims;

/// <summary>A request for the MOS credit of a unit's month .</summary>
/// <param name="AccountId">The account.</param>
/// <param name="UnitId">A business unit of the account.</param>
/// <param name="Month">The month whose average is complained of.</param>
/// <param name="Key">Idempotency-Key of the request, which belongs to the account .</param>
/// <param name="BodyDigest">Digest of the request's body.</param>
internal sealed record ClaimRequest(
    string AccountId, string UnitId, ServiceMonth Month, string Key, string BodyDigest);

/// <summary>
/// Decides claims: what was measured and billed is read, the decision made, its credit posted, its evidence stored and
/// the answer kept, all in one transaction of the ledger, so that none of them is ever there without the others.
/// </summary>
internal sealed class ClaimService(
    LedgerRepository ledger,
    MonthQueries months,
    UsageRepository usage,
    CreditRepository credits,
    IAccountBookSource books,
    PolicyDirectory policies,
    TimeProvider time)
{
    /// <summary>Who posts: this program, on the customer's request.</summary>
    private const string Actor = "claims";

    /// <summary>Name of the claim that a request makes, the same each time it comes.</summary>
    public static string ClaimIdOf(string accountId, string key)
    {
        const int Octets = 16;
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes($"{accountId}\n{key}"));
        return $"CLM-{Convert.ToHexStringLower(digest.AsSpan(0, Octets))}";
    }

    /// <summary>Whether the account has the unit.</summary>
    public bool Knows(string accountId, string unitId) =>
        books.Book.FindAccount(accountId) is not null && books.Book.FindUnit(unitId)?.AccountId == accountId;

    /// <summary>Decides a claim, or gives the answer again that it had. The account must have the unit.</summary>
    public Task<IdempotentResult> ClaimAsync(ClaimRequest request, CancellationToken cancellationToken)
    {
        var receivedAt = Instant.FromDateTimeOffset(time.GetUtcNow());
        return ledger.RunOnceAsync(
            new IdempotentRequest(request.AccountId, request.Key, request.BodyDigest, receivedAt),
            async (transaction, token) =>
            {
                var claim = await DecideAsync(transaction, request, receivedAt, token);
                var body = JsonSerializer.SerializeToUtf8Bytes(ClaimResponse.Of(claim), JsonSerializerOptions.Web);
                return new StoredAnswer(StatusCodes.Status201Created, "application/json; charset=utf-8", body);
            },
            cancellationToken);
    }

    private async Task<StoredClaim> DecideAsync(
        LedgerTransaction transaction, ClaimRequest request, Instant receivedAt, CancellationToken cancellationToken)
    {
        var evidence = EvidenceBundle.Of(await GatherAsync(transaction, request, receivedAt, cancellationToken));
        var decision = evidence.Decision;
        ChainedEntry? entry = null;
        if (decision.Decision == CreditDecision.Granted)
        {
            entry = await PostAsync(transaction, evidence, cancellationToken);
        }

        var claim = new StoredClaim
        {
            ClaimId = evidence.Inputs.ClaimId,
            AccountId = request.AccountId,
            UnitId = request.UnitId,
            Month = request.Month,
            ReceivedAt = evidence.Inputs.ReceivedAt,
            Decision = decision.Decision,
            Reason = decision.Reason,
            MosStatus = decision.Tier.Status,
            MosDisplay = decision.Tier.Display,
            Percent = decision.Percent,
            Base = decision.Base,
            Credit = decision.Credit,
            DuplicateOf = decision.DuplicateOf,
            SettlesMonth = decision.SettlesMonth,
            EntryId = entry?.Entry.Id,
            PolicyVersion = decision.PolicyVersion,
            EvidenceDigest = evidence.Digest,
        };
        await ClaimRepository.AddAsync(transaction, claim, evidence.ToOctets(entry), cancellationToken);
        return claim;
    }

    private static async Task<ChainedEntry> PostAsync(
        LedgerTransaction transaction, EvidenceBundle evidence, CancellationToken cancellationToken)
    {
        var inputs = evidence.Inputs;
        var day = inputs.ReceivedAt.InUtc();
        var posted = await transaction.PostAsync(
            KeyOf(inputs.AccountId, inputs.UnitId, inputs.Month),
            evidence.Decision.Credit,
            new LedgerStamp(
                $"MOS-{inputs.ClaimId}", new ServiceMonth(day.Year, day.Month), evidence.Decision.PolicyVersion,
                evidence.Digest, Actor, inputs.ReceivedAt),
            cancellationToken);

        // Whether the claim was posted before was asked in this transaction.
        return posted.Outcome == PostOutcome.Posted
            ? (await transaction.FindAsync(posted.Entry.Id, cancellationToken))!
            : throw new InvalidOperationException($"The ledger did not take the entry of a claim: {posted.Outcome}.");
    }

    // The transaction holds the write lock, so what other connections read now is what stands at its commit.
    private async Task<EvidenceInputs> GatherAsync(
        LedgerTransaction transaction, ClaimRequest request, Instant receivedAt, CancellationToken cancellationToken)
    {
        var (accountId, unitId, month) = (request.AccountId, request.UnitId, request.Month);
        var calendar = books.Book.FindAccount(accountId)!.Calendar;
        var first = await ClaimRepository.FindSettlingAsync(transaction, accountId, unitId, month, cancellationToken);
        if (first is null)
        {
            // A credit that another way of posting gave stands too.
            var posted = await transaction.ReadClaimAsync(KeyOf(accountId, unitId, month), cancellationToken);
            first = posted.Count > 0 ? posted[0].Id : null;
        }

        var days = await months.ListDaysAsync(accountId, unitId, month, cancellationToken);
        var ofMonth = await months.GetUnitMonthAsync(accountId, unitId, month, cancellationToken);
        var counts = days.Aggregate(default(CallCounts), (sum, day) => sum + day.Counts);
        if (counts != (ofMonth?.Counts ?? default))
        {
            throw new StoredDataException("The days of a unit's month do not add up to the month.");
        }

        var policy = (await policies.GetAsync(cancellationToken)).InForce(accountId, month);
        var baseMonth = MosCredit.BaseMonth(month, receivedAt, calendar, policy);
        var billed = await usage.GetAsync(new UsageSet(accountId, unitId, baseMonth), cancellationToken);
        var assessment = await credits.GetCurrentAsync(accountId, unitId, month, cancellationToken);
        return new EvidenceInputs
        {
            ClaimId = ClaimIdOf(accountId, request.Key),
            AccountId = accountId,
            UnitId = unitId,
            Month = month,
            ReceivedAt = receivedAt,
            EarlierDecisionId = first,
            Policy = policy,
            Calendar = calendar,
            AssessmentVersion = assessment?.Calls == counts.ToUnitMonthCalls() ? assessment.Version : null,
            Days = [.. days.Select(day =>
                new EvidenceDay(day.Date, day.Counts.Answered, day.Counts.Scored, day.Counts.SumMosE4))],
            Usage = billed is null
                ? null
                : new EvidenceUsage(
                    billed.SourceDigest, [.. billed.Lines.Select(line => new EvidenceLine(line.Kind, line.Amount))]),
        };
    }

    private static ClaimKey KeyOf(string accountId, string unitId, ServiceMonth month) =>
        new(accountId, unitId, month, LedgerEntryKind.MosCredit);
}
