using NodaTime;
using VoiceQuality.Service.Failures;
using VoiceQuality.Service.TrustPage;
using VoiceQuality.Sla.Evidence;
using VoiceQuality.Sla.Ledger;
using VoiceQuality.Storage.Claims;
using VoiceQuality.Storage.Ledger;

namespace VoiceQuality.Service.Claims;

/// <summary>
/// Brings granted outage credits up to date: a failure that went on has more days, one that was excluded since has
/// fewer, an MRC was billed otherwise. Where nothing changed it adds nothing.
/// </summary>
internal sealed class OutageRestater(
    LedgerRepository ledger,
    OutageClaimRepository claims,
    OutageFactsReader facts,
    IAccountBookSource books,
    ChangedOutages changed,
    TimeProvider time)
{
    /// <summary>Looks at every component of which anything was accepted.</summary>
    /// <returns>Entries that were added.</returns>
    public Task<int> RestateAllAsync(CancellationToken cancellationToken)
    {
        _ = changed.Take();
        return RestateAsync(_ => true, cancellationToken);
    }

    /// <summary>Looks at those of them about which somebody has just said something.</summary>
    /// <returns>Entries that were added.</returns>
    public async Task<int> RestateChangedAsync(CancellationToken cancellationToken)
    {
        var components = changed.Take();
        return components.Count == 0 ? 0 : await RestateAsync(components.Contains, cancellationToken);
    }

    private async Task<int> RestateAsync(Func<string, bool> isWanted, CancellationToken cancellationToken)
    {
        var added = 0;
        foreach (var (accountId, componentId) in await claims.ListAcceptedComponentsAsync(cancellationToken))
        {
            if (isWanted(componentId) && books.Book.FindAccount(accountId) is not null)
            {
                added += await ledger.InTransactionAsync(
                    (transaction, token) =>
                        RestateAsync(transaction, accountId, componentId, onlyDecrease: false, token),
                    cancellationToken);
            }
        }

        return added;
    }

    /// <summary>
    /// Takes back what earlier claims on a component lost, in a transaction that goes on to decide another.
    /// </summary>
    public Task<int> RestateDecreaseAsync(
        LedgerTransaction transaction, string accountId, string componentId, CancellationToken cancellationToken) =>
        RestateAsync(transaction, accountId, componentId, onlyDecrease: true, cancellationToken);

    private async Task<int> RestateAsync(
        LedgerTransaction transaction,
        string accountId,
        string componentId,
        bool onlyDecrease,
        CancellationToken cancellationToken)
    {
        var now = ClaimTime.Now(time);
        var posted = await transaction.ReadComponentAsync(accountId, componentId, cancellationToken);
        var id = ClaimService.NameOf("RSO", $"{accountId}\n{componentId}\n{posted.Count}");
        var inputs = await facts.ReadAsync(
            transaction, id, accountId, [], [componentId], leaveOut: null, now, cancellationToken);

        // A bar that came after the decision does not take back what was granted before it.
        var evidence = OutageRestatementEvidence.Of(inputs);
        if (evidence.Document.Entries.IsEmpty
            || (onlyDecrease && !evidence.Lines.Any(line => line.Restatement?.NewEntry is { Amount: < 0 })))
        {
            return 0;
        }

        var accepted = await OutageClaimRepository.ReadAcceptedAsync(
            transaction, accountId, componentId, cancellationToken);
        var entries = await OutagePosting.PostAsync(
            transaction, evidence.Lines, id, evidence.Document.Digest, MonthAssessor.Actor, now, cancellationToken);
        var bundle = evidence.Document.ToOctets([.. entries.Where(entry => entry is not null).Select(entry => entry!)]);
        for (var i = 0; i < evidence.Lines.Length; i++)
        {
            if (entries[i] is not { } entry)
            {
                continue;
            }

            var line = evidence.Lines[i];
            await RestatementRepository.AddAsync(
                transaction,
                new StoredRestatement
                {
                    RestatementId = entry.Entry.Id,
                    Claim = line.Claim,
                    ClaimId = accepted[^1].ClaimId,
                    Reasons = [RestatementReason.OutageChanged],
                    Differences =
                    [
                        new FigureDifference(
                            "outageCredit", Sla.Money.Format(line.Line.AlreadyPosted),
                            Sla.Money.Format(line.Line.TotalSoFar!.Value)),
                    ],
                    Outcome = entry.Entry.State == LedgerEntryState.Posted
                        ? RestatementOutcome.Posted
                        : RestatementOutcome.PendingSecondApproval,
                    PostedBefore = line.Line.AlreadyPosted,
                    Recomputed = line.Line.TotalSoFar,
                    Difference = entry.Entry.Amount,
                    EntryId = entry.Entry.Id,
                    PolicyVersion = line.PolicyVersion,
                    RestatedAt = now,
                    EvidenceDigest = evidence.Document.Digest,
                },
                bundle,
                cancellationToken);
        }

        return evidence.Document.Entries.Length;
    }
}
