using VoiceQuality.Sla;
using VoiceQuality.Sla.Evidence;
using VoiceQuality.Sla.Ledger;
using VoiceQuality.Storage.Claims;
using VoiceQuality.Storage.Ledger;

namespace VoiceQuality.Service.Claims;

/// <summary>
/// Carries out what a person decided on a restatement that the rules left to one, because the amount cannot be computed
/// or a person decided it before: the person names the facts, the amount follows, and one entry brings the
/// posted sum to it. A decrease waits for a second person.
/// </summary>
internal sealed class RestatementResolver(
    LedgerRepository ledger, RestatementRepository restatements, MosMonthReader months, TimeProvider time)
{
    /// <summary>Resolves a restatement once.</summary>
    /// <param name="request">What was decided.</param>
    /// <param name="restatementId">The restatement, in place of a claim.</param>
    /// <param name="cancellationToken">Stops before anything is stored.</param>
    /// <exception cref="ClaimRefusedException">It cannot be carried out; nothing was stored.</exception>
    public Task<IdempotentResult> ResolveAsync(
        ResolutionRequest request, string restatementId, CancellationToken cancellationToken)
    {
        var now = ClaimTime.Now(time);
        return ledger.RunOnceAsync(
            new IdempotentRequest(request.AccountId, request.Key, request.BodyDigest, now),
            async (transaction, token) =>
            {
                var (restatement, claim) = await FindAsync(transaction, request.AccountId, restatementId, token);
                var inputs = new ResolutionInputs
                {
                    ResolutionId = $"RSR-{restatementId}",
                    RestatementId = restatementId,
                    ResolvedAt = now,
                    Actor = request.Actor,
                    Decision = request.Decision,
                    Reason = request.Reason,
                    Evidence = request.Evidence,
                    Percent = request.Percent,
                    Mos = await months.ReadAsync(
                        new MosMonth(claim.ClaimId, claim.AccountId, claim.UnitId, claim.Month, claim.ReceivedAt),
                        withCounters: true, token),
                    History = await ClaimResolver.HistoryAsync(transaction, restatement.Claim, token),
                    GoodwillHistory = await ClaimResolver.HistoryAsync(
                        transaction, restatement.Claim with { Kind = LedgerEntryKind.GoodwillCredit }, token),
                };
                var resolution = await StoreAsync(transaction, ResolutionEvidence.Of(inputs), claim, token);
                return ClaimService.Answer(
                    StatusCodes.Status201Created, RestatementResolutionResponse.Of(resolution));
            },
            cancellationToken);
    }

    private async Task<(StoredRestatement Restatement, StoredClaim Claim)> FindAsync(
        LedgerTransaction transaction, string accountId, string restatementId, CancellationToken cancellationToken)
    {
        var restatement = await restatements.GetAsync(accountId, restatementId, cancellationToken)
            ?? throw new ClaimRefusedException(StatusCodes.Status404NotFound, "There is no such restatement.");
        if (restatement.Outcome != RestatementOutcome.Review)
        {
            throw ClaimResolver.Conflict("The restatement is not in review: the rules decided it.");
        }

        if (restatement.Resolution is not null)
        {
            throw ClaimResolver.Conflict("The restatement was resolved before.");
        }

        if (!await RestatementResolutionRepository.IsWaitingAsync(transaction, restatementId, cancellationToken))
        {
            throw ClaimResolver.Conflict(
                "The restatement does not wait: a later one took its place, or its claim is in review or was resolved "
                + "since; decide that one.");
        }

        var claim = await ClaimRepository.FindDecisionAsync(
            transaction, accountId, restatement.Claim.UnitId, restatement.Month, cancellationToken);
        return (restatement, claim!);
    }

    private static async Task<StoredRestatementResolution> StoreAsync(
        LedgerTransaction transaction,
        ResolutionEvidence evidence,
        StoredClaim claim,
        CancellationToken cancellationToken)
    {
        var (inputs, outcome) = (evidence.Inputs, evidence.Outcome);
        if (outcome.Refusal is { } refusal)
        {
            throw ClaimResolver.Unprocessable($"{WireName.Of(refusal)}: {ClaimResolver.Words(refusal)}");
        }

        var policyVersion = inputs.Mos!.Policy.Version;
        ChainedEntry? entry = null;
        if (!outcome.Entries.IsEmpty)
        {
            await transaction.RestateAsync(
                outcome.Entries[0].Claim, outcome.Credit,
                new LedgerStamp(
                    inputs.ResolutionId, ClaimTime.PostingMonth(inputs.ResolvedAt), policyVersion,
                    evidence.Document.Digest, inputs.Actor, inputs.ResolvedAt),
                cancellationToken);
            entry = await transaction.FindAsync(inputs.ResolutionId, cancellationToken);
        }

        var resolution = new StoredRestatementResolution
        {
            RestatementId = inputs.RestatementId!,
            AccountId = claim.AccountId,
            ClaimId = claim.ClaimId,
            Decision = inputs.Decision,
            Reason = inputs.Reason,
            Evidence = inputs.Evidence,
            Actor = inputs.Actor,
            Credit = inputs.Decision == ResolutionDecision.Grant ? outcome.Credit : null,
            Difference = entry?.Entry.Amount,
            EntryId = entry?.Entry.Id,
            PolicyVersion = policyVersion,
            ResolvedAt = inputs.ResolvedAt,
            EvidenceDigest = evidence.Document.Digest,
        };
        await RestatementResolutionRepository.AddAsync(
            transaction, resolution, evidence.Document.ToOctets(entry is null ? [] : [entry]), cancellationToken);
        return resolution;
    }
}
