using System.Collections.Immutable;
using VoiceQuality.Sla.Evidence;
using VoiceQuality.Sla.Ledger;
using VoiceQuality.Sla.Privacy;
using VoiceQuality.Storage.Ledger;

namespace VoiceQuality.Service.Claims;

/// <summary>The rejection of a decrease as a person asks for it.</summary>
/// <param name="EntryId">The entry that waits.</param>
/// <param name="Actor">Who rejects: an opaque id.</param>
/// <param name="Reason">Why.</param>
/// <param name="Evidence">References to the evidence; may be none.</param>
/// <param name="Key">Idempotency-Key of the request.</param>
/// <param name="BodyDigest">Digest of what was sent and by whom.</param>
internal sealed record RejectionRequest(
    string EntryId, string Actor, string Reason, ImmutableArray<string> Evidence, string Key, string BodyDigest);

/// <summary>
/// Takes back a decrease that a second person rejected: an entry of 0.00 corrects the one that waited, the
/// customer keeps the amount, and the same facts do not ask for the decrease again.
/// </summary>
internal sealed class DecreaseRejector(LedgerRepository ledger, RejectionRepository rejections, TimeProvider time)
{
    /// <summary>Rejects once.</summary>
    /// <exception cref="ClaimRefusedException">It cannot be rejected; nothing was stored.</exception>
    public Task<IdempotentResult> RejectAsync(
        RejectionRequest request, string accountId, CancellationToken cancellationToken)
    {
        var now = ClaimTime.Now(time);
        return ledger.RunOnceAsync(
            new IdempotentRequest(accountId, request.Key, request.BodyDigest, now),
            async (transaction, token) =>
            {
                var waiting = (await transaction.FindAsync(request.EntryId, token))!.Entry;
                var history = await transaction.ReadClaimAsync(waiting.Claim, token);
                await CheckAsync(waiting, history, request, token);
                var bundle = await RejectionRepository.FindBundleAsync(transaction, waiting.EvidenceDigest, token);
                var evidence = RejectionEvidence.Of(new RejectionInputs
                {
                    RejectionId = ClaimService.NameOf("REJ", waiting.Id),
                    RejectedAt = now,
                    Actor = request.Actor,
                    Reason = request.Reason,
                    Evidence = request.Evidence,
                    Waiting = waiting,
                    Facts = bundle is null ? null : DecisionFacts.Find(bundle, waiting.Claim),
                    History = await RejectionRepository.AmountsOfAsync(transaction, history, token),
                });
                var rejection = await StoreAsync(transaction, evidence, token);
                return ClaimService.Answer(StatusCodes.Status201Created, RejectionResponse.Of(rejection));
            },
            cancellationToken);
    }

    private async Task CheckAsync(
        LedgerEntry waiting,
        IReadOnlyList<LedgerEntry> history,
        RejectionRequest request,
        CancellationToken cancellationToken)
    {
        if (waiting.State != LedgerEntryState.PendingSecondApproval)
        {
            throw ClaimResolver.Conflict("The entry does not wait for a second person.");
        }

        if (history.FirstOrDefault(entry => entry.Corrects == waiting.Id) is { } next)
        {
            throw ClaimResolver.Conflict(
                next.Approver is not null ? "The entry was approved before."
                : await rejections.GetAsync(waiting.Id, cancellationToken) is not null ? "The entry was rejected before."
                : "A later entry took the place of this one; look at that one if it waits.");
        }

        if (!SecondPerson.IsAnother(waiting.Actor, request.Actor))
        {
            throw ClaimResolver.Conflict("Whoever posted the entry cannot reject it; it takes another person.");
        }
    }

    private static async Task<StoredRejection> StoreAsync(
        LedgerTransaction transaction, RejectionEvidence evidence, CancellationToken cancellationToken)
    {
        var (inputs, waiting) = (evidence.Inputs, evidence.Inputs.Waiting);
        await transaction.RestateAsync(
            waiting.Claim, Restatement.NetOf(inputs.History),
            new LedgerStamp(
                inputs.RejectionId, ClaimTime.PostingMonth(inputs.RejectedAt), waiting.PolicyVersion,
                evidence.Document.Digest, inputs.Actor, inputs.RejectedAt),
            cancellationToken);
        var entry = (await transaction.FindAsync(inputs.RejectionId, cancellationToken))!;
        var rejection = new StoredRejection
        {
            EntryId = waiting.Id,
            RejectionEntryId = entry.Entry.Id,
            AccountId = waiting.Claim.AccountId,
            Reason = inputs.Reason,
            Evidence = inputs.Evidence,
            Actor = inputs.Actor,
            Facts = inputs.Facts,
            RejectedAt = inputs.RejectedAt,
            EvidenceDigest = evidence.Document.Digest,
        };
        await RejectionRepository.AddAsync(
            transaction, rejection, evidence.Document.ToOctets([entry]), cancellationToken);
        return rejection;
    }
}
