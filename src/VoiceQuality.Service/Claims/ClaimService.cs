using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using NodaTime;
using VoiceQuality.Service.TrustPage;
using VoiceQuality.Sla.Credits;
using VoiceQuality.Sla.Evidence;
using VoiceQuality.Sla.Ledger;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Storage.Claims;
using VoiceQuality.Storage.Ledger;

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
/// Decides claims for MOS credits: what was measured and billed is read, the decision made, its credit posted, its
/// evidence stored and the answer kept, all in one transaction of the ledger, so that none of them is ever there
/// without the others.
/// </summary>
internal sealed class ClaimService(
    LedgerRepository ledger, MosMonthReader reader, IAccountBookSource books, TimeProvider time)
{
    /// <summary>Who posts: this program, on the customer's request.</summary>
    public const string Actor = "claims";

    /// <summary>Name of the claim that a request makes, the same each time it comes.</summary>
    public static string ClaimIdOf(string accountId, string key) => NameOf("CLM", $"{accountId}\n{key}");

    /// <summary>A name that follows from what it names.</summary>
    public static string NameOf(string prefix, string text)
    {
        const int Octets = 16;
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes(text));
        return $"{prefix}-{Convert.ToHexStringLower(digest.AsSpan(0, Octets))}";
    }

    /// <summary>Whether the account has the unit.</summary>
    public bool Knows(string accountId, string unitId) =>
        books.Book.FindAccount(accountId) is not null && books.Book.FindUnit(unitId)?.AccountId == accountId;

    /// <summary>Decides a claim, or gives the answer again that it had. The account must have the unit.</summary>
    public Task<IdempotentResult> ClaimAsync(ClaimRequest request, CancellationToken cancellationToken)
    {
        var receivedAt = ClaimTime.Now(time);
        return ledger.RunOnceAsync(
            new IdempotentRequest(request.AccountId, request.Key, request.BodyDigest, receivedAt),
            async (transaction, token) =>
            {
                var claim = await DecideAsync(transaction, request, receivedAt, token);
                return Answer(StatusCodes.Status201Created, ClaimResponse.Of(claim, null));
            },
            cancellationToken);
    }

    /// <summary>An answer as it is kept.</summary>
    public static StoredAnswer Answer<T>(int status, T body) => new(
        status, "application/json; charset=utf-8", JsonSerializer.SerializeToUtf8Bytes(
            body, JsonSerializerOptions.Web));

    public static ClaimKey KeyOf(string accountId, string unitId, ServiceMonth month) =>
        new(accountId, unitId, month, LedgerEntryKind.MosCredit);

    private async Task<StoredClaim> DecideAsync(
        LedgerTransaction transaction, ClaimRequest request, Instant receivedAt, CancellationToken cancellationToken)
    {
        var (accountId, unitId, month) = (request.AccountId, request.UnitId, request.Month);
        var first = await ClaimRepository.FindSettlingAsync(transaction, accountId, unitId, month, cancellationToken);
        if (first is null)
        {
            // A credit that another way of posting gave stands too.
            var posted = await transaction.ReadClaimAsync(KeyOf(accountId, unitId, month), cancellationToken);
            first = posted.Count > 0 ? posted[0].Id : null;
        }

        // The transaction holds the write lock, so what other connections read now is what stands at its commit.
        var evidence = EvidenceBundle.Of(await reader.ReadAsync(
            new MosMonth(ClaimIdOf(accountId, request.Key), accountId, unitId, month, receivedAt, first),
            withCounters: true,
            cancellationToken));
        var decision = evidence.Decision;
        ChainedEntry? entry = null;
        if (decision.Decision == CreditDecision.Granted)
        {
            entry = await PostAsync(transaction, evidence, cancellationToken);
        }

        var claim = new StoredClaim
        {
            ClaimId = evidence.Inputs.ClaimId,
            AccountId = accountId,
            UnitId = unitId,
            Month = month,
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
        var posted = await transaction.PostAsync(
            KeyOf(inputs.AccountId, inputs.UnitId, inputs.Month),
            evidence.Decision.Credit,
            new LedgerStamp(
                $"MOS-{inputs.ClaimId}", ClaimTime.PostingMonth(inputs.ReceivedAt), evidence.Decision.PolicyVersion,
                evidence.Digest, Actor, inputs.ReceivedAt),
            cancellationToken);

        // Whether the claim was posted before was asked in this transaction.
        return posted.Outcome == PostOutcome.Posted
            ? (await transaction.FindAsync(posted.Entry.Id, cancellationToken))!
            : throw new InvalidOperationException($"The ledger did not take the entry of a claim: {posted.Outcome}.");
    }
}
