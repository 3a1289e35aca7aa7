using System.Text.Json;
using NodaTime;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Credits;
using VoiceQuality.Sla.Evidence;
using VoiceQuality.Sla.Ledger;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Storage.Claims;
using VoiceQuality.Storage.Credits;
using VoiceQuality.Storage.Ledger;

namespace VoiceQuality.Service.Claims;

/// <summary>
/// Publishes what a unit's month is worth, and restates it when late data change a closed month: the new
/// version, what differs and why, and the one entry that brings the posted sum to it are written in one transaction of
/// the ledger. So a stop at any point leaves all of it or nothing, and doing it again adds nothing.
/// </summary>
internal sealed class MonthAssessor(
    LedgerRepository ledger, CreditRepository credits, ClaimRepository claims, MosMonthReader reader)
{
    /// <summary>Who posts a restatement: this program.</summary>
    public const string Actor = "restatement";

    /// <summary>Assesses a unit's month as of an instant.</summary>
    /// <param name="account">The account.</param>
    /// <param name="unitId">A unit of it.</param>
    /// <param name="month">The month of service.</param>
    /// <param name="compute">Computes the figures from what is stored.</param>
    /// <param name="now">When, to the microsecond.</param>
    /// <param name="cancellationToken">Stops it; nothing is then changed.</param>
    public async Task<AssessmentOutcome> AssessAsync(
        Account account,
        string unitId,
        ServiceMonth month,
        Func<CancellationToken, Task<MonthlyEligibility>> compute,
        Instant now,
        CancellationToken cancellationToken)
    {
        var figures = await compute(cancellationToken);
        if (figures.State == MonthState.Provisional)
        {
            return await credits.SaveAsync(account.AccountId, unitId, figures, now, cancellationToken);
        }

        return await ledger.InTransactionAsync(
            async (transaction, token) =>
            {
                // Computed again under the write lock, so that it is what the entry is computed from.
                var current = await compute(token);
                var before = await CreditRepository.FindClosedAsync(
                    transaction, account.AccountId, unitId, month, token);
                var outcome = await CreditRepository.SaveAsync(
                    transaction, account.AccountId, unitId, current, now, token);
                await RestateAsync(
                    transaction, new Published(account.AccountId, unitId, month, before, current, outcome), now, token);
                return outcome;
            },
            cancellationToken);
    }

    private async Task RestateAsync(
        LedgerTransaction transaction, Published published, Instant now, CancellationToken cancellationToken)
    {
        var claim = await ClaimRepository.FindDecisionAsync(
            transaction, published.AccountId, published.UnitId, published.Month, cancellationToken);
        if (claim is null && (published.Before is null || !published.Outcome.IsNew))
        {
            return;
        }

        var follows = claim is not null && Follows(claim)
            && await ResolutionRepository.FindAsync(
                transaction, published.AccountId, claim.ClaimId, cancellationToken) is null
            && !await RestatementResolutionRepository.ExistsForAsync(
                transaction, published.AccountId, claim.ClaimId, cancellationToken);
        var before = published.Before
            ?? (claim is null ? null : await DecidedOnAsync(transaction, claim, cancellationToken));
        var key = ClaimService.KeyOf(published.AccountId, published.UnitId, published.Month);
        var history = await transaction.ReadClaimAsync(key, cancellationToken);
        var after = PublishedFigures.Of(published.Current, published.Outcome.Version);
        var figuresBefore = before is null ? null : FiguresOf(before);
        var change = figuresBefore is null ? null : RestatementChange.Of(figuresBefore, after);
        var isPublished = published.Outcome.IsNew && change is { IsEmpty: false };

        // What a claim is decided on is its own time: the bar and the base of the month as of then.
        var month = new MosMonth(
            claim?.ClaimId ?? "", published.AccountId, published.UnitId, published.Month, claim?.ReceivedAt ?? now);
        var amounts = await RejectionRepository.AmountsOfAsync(transaction, history, cancellationToken);
        var facts = await reader.ReadAsync(month, withCounters: false, cancellationToken);
        var preview = EvidenceMonth.Of(facts);
        var hasEntry = follows && preview.Month.CreditIfClaimed is { } credit
            && Restatement.Of(amounts, credit, preview.FactsOf(facts)).NewEntry is not null;
        if (!isPublished && !hasEntry)
        {
            return;
        }

        var id = ClaimService.NameOf(
            "RST", $"{key.AccountId}\n{key.UnitId}\n{key.ServiceMonth}\n{after.Version}\n{history.Count}");
        if (await RestatementRepository.ExistsAsync(transaction, id, cancellationToken))
        {
            return;
        }

        var evidence = RestatementEvidence.Of(new RestatementInputs
        {
            RestatementId = id,
            RestatedAt = now,
            Before = figuresBefore,
            After = after,
            Claim = await reader.ReadAsync(month, withCounters: true, cancellationToken),
            HasDecision = follows,
            History = amounts,
        });
        await StoreAsync(transaction, evidence, claim, before, key, now, cancellationToken);
    }

    private static async Task StoreAsync(
        LedgerTransaction transaction,
        RestatementEvidence evidence,
        StoredClaim? claim,
        CreditAssessment? before,
        ClaimKey key,
        Instant now,
        CancellationToken cancellationToken)
    {
        var policyVersion = evidence.Inputs.Claim.Policy.Version;
        var id = evidence.Inputs.RestatementId;
        ChainedEntry? entry = null;
        if (evidence.Restatement?.NewEntry is not null)
        {
            await transaction.RestateAsync(
                key, evidence.Recomputed!.Value,
                new LedgerStamp(
                    id, ClaimTime.PostingMonth(now), policyVersion, evidence.Document.Digest, Actor, now),
                cancellationToken);
            entry = (await transaction.FindAsync(id, cancellationToken))!;
        }

        var restatement = new StoredRestatement
        {
            RestatementId = id,
            Claim = key,
            ClaimId = claim?.ClaimId,
            FromVersion = before?.Version,
            ToVersion = evidence.Inputs.After.Version,
            Reasons = evidence.Change.Reasons,
            Differences = evidence.Change.Differences,
            Outcome = claim is null ? RestatementOutcome.NoDecision
                : evidence.Restatement is null ? WithoutRule(claim)
                : entry is null ? RestatementOutcome.NothingToPost
                : entry.Entry.State == LedgerEntryState.Posted ? RestatementOutcome.Posted
                : RestatementOutcome.PendingSecondApproval,
            PostedBefore = Restatement.NetOf(evidence.Inputs.History),
            Recomputed = evidence.Recomputed,
            Difference = entry?.Entry.Amount,
            EntryId = entry?.Entry.Id,
            PolicyVersion = policyVersion,
            RestatedAt = now,
            EvidenceDigest = evidence.Document.Digest,
        };
        await RestatementRepository.AddAsync(
            transaction, restatement, evidence.Document.ToOctets(entry is null ? [] : [entry]), cancellationToken);
    }

    // A claim that was in time is worth what the figures give; one that was late or a repeat is not worth more later.
    private static bool Follows(StoredClaim claim) => claim.Decision == CreditDecision.Granted
        || claim.Reason is MosCreditReason.MosNotBelowThreshold or MosCreditReason.NoCalls or MosCreditReason.NoBase;

    // What the rules denied for another reason than its figures stays denied, whatever these are.
    private static RestatementOutcome WithoutRule(StoredClaim claim) =>
        claim.Decision == CreditDecision.Denied && !Follows(claim)
            ? RestatementOutcome.NothingToPost
            : RestatementOutcome.Review;

    // A claim may be decided while the month is provisional; its evidence names the version.
    private async Task<CreditAssessment?> DecidedOnAsync(
        LedgerTransaction transaction, StoredClaim claim, CancellationToken cancellationToken)
    {
        var bundle = await claims.GetBundleAsync(claim.AccountId, claim.ClaimId, cancellationToken);
        using var json = JsonDocument.Parse(bundle!);
        return json.RootElement.GetProperty("calendar").GetProperty("assessmentVersion") is
            { ValueKind: JsonValueKind.Number } version
                ? await CreditRepository.FindAsync(
                    transaction, claim.AccountId, claim.UnitId, claim.Month, version.GetInt32(), cancellationToken)
                : null;
    }

    private static PublishedFigures FiguresOf(CreditAssessment assessment) => new(
        assessment.Version, assessment.Calls, assessment.MosStatus, assessment.MosDisplay, assessment.CreditPercent,
        assessment.Base, assessment.CreditIfClaimed, assessment.PeriodStart, assessment.PeriodEnd,
        assessment.PolicyDigest, assessment.TimeZoneDatabaseVersion);

    private sealed record Published(
        string AccountId,
        string UnitId,
        ServiceMonth Month,
        CreditAssessment? Before,
        MonthlyEligibility Current,
        AssessmentOutcome Outcome);
}
