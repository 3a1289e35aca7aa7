using System.Data.Common;
using NodaTime;
using VoiceQuality.Sla.Ledger;
using VoiceQuality.Sla.Periods;

namespace VoiceQuality.Storage.Ledger;

/// <summary>What an entry is stamped with beside its amount.</summary>
/// <param name="EntryId">Name of the entry; the same name posts once.</param>
/// <param name="WantedPeriod">Month of the day of posting; a pulled one becomes the next open one.</param>
/// <param name="PolicyVersion">Version of the policy by which it was decided.</param>
/// <param name="EvidenceDigest">Digest of what it was decided on.</param>
/// <param name="Actor">Account of the person or program that posts.</param>
/// <param name="Now">When.</param>
public sealed record LedgerStamp(
    string EntryId, ServiceMonth WantedPeriod, string PolicyVersion, string EvidenceDigest, string Actor, Instant Now);

/// <summary>What became of a posting.</summary>
public enum PostOutcome
{
    /// <summary>The entry is new.</summary>
    Posted,

    /// <summary>The entry was posted before, under the same name.</summary>
    AlreadyPosted,

    /// <summary>The claim was posted before, under another name; nothing was added.</summary>
    ClaimAlreadyPosted,

    /// <summary>The name belongs to an entry of another claim or amount; nothing was added.</summary>
    NameIsTaken,
}

/// <summary>What became of a posting, and the entry that stands in the ledger.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Entry">The entry that was added, or the one that stood in its way.</param>
public sealed record PostResult(PostOutcome Outcome, LedgerEntry Entry);

/// <summary>What became of a restatement.</summary>
/// <param name="Restatement">The difference, and the net now and after approval.</param>
/// <param name="Entry">The entry that was added; null when there was nothing to do.</param>
public sealed record RestateResult(Restatement Restatement, LedgerEntry? Entry);

/// <summary>
/// The ledger within one transaction: what is read here cannot change before the commit, and what is posted here stands
/// or falls with everything else that the transaction writes.
/// </summary>
public sealed class LedgerTransaction
{
    internal LedgerTransaction(DbTransaction transaction) => Transaction = transaction;

    /// <summary>For what other repositories write together with a posting.</summary>
    internal DbTransaction Transaction { get; }

    /// <summary>All entries of a claim, oldest first.</summary>
    public Task<IReadOnlyList<LedgerEntry>> ReadClaimAsync(ClaimKey claim, CancellationToken cancellationToken) =>
        LedgerRows.ReadClaimAsync(Transaction, claim, cancellationToken);

    /// <summary>All outage credits of a component, whatever month and unit, oldest first.</summary>
    public Task<IReadOnlyList<LedgerEntry>> ReadComponentAsync(
        string accountId, string componentId, CancellationToken cancellationToken) => LedgerRows.ReadAsync(
            Transaction,
            $"""
            {LedgerRows.Select} WHERE account_id = @account_id AND component_id = @component_id
                AND kind = 'OutageCredit' ORDER BY sequence
            """,
            command =>
            {
                command.AddParameter("@account_id", accountId);
                command.AddParameter("@component_id", componentId);
            },
            cancellationToken);

    /// <summary>An entry with its place in the chain; null when there is none of this name.</summary>
    public async Task<ChainedEntry?> FindAsync(string entryId, CancellationToken cancellationToken)
    {
        await using var command = Transaction.Command($"{LedgerRows.Select} WHERE entry_id = @entry_id");
        command.AddParameter("@entry_id", entryId);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? LedgerRows.ReadChained(reader) : null;
    }

    /// <summary>Posts the first entry of a claim. Posting it again, under any name, adds nothing.</summary>
    /// <param name="claim">What it is for.</param>
    /// <param name="amount">US dollars in the customer's favour, whole cents; negative for a charge only.</param>
    /// <param name="stamp">Everything else.</param>
    /// <param name="cancellationToken">Stops before the entry is added.</param>
    /// <exception cref="ArgumentException">The ledger takes no such entry.</exception>
    public async Task<PostResult> PostAsync(
        ClaimKey claim, decimal amount, LedgerStamp stamp, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(claim);
        ArgumentNullException.ThrowIfNull(stamp);

        if (await LedgerRows.FindAsync(Transaction, stamp.EntryId, cancellationToken) is { } named)
        {
            var isSame = named.Claim == claim && named.Amount == amount && named.Corrects is null;
            return new PostResult(isSame ? PostOutcome.AlreadyPosted : PostOutcome.NameIsTaken, named);
        }

        var history = await ReadClaimAsync(claim, cancellationToken);
        if (history.Count > 0)
        {
            return new PostResult(PostOutcome.ClaimAlreadyPosted, history[0]);
        }

        var entry = EntryOf(claim, amount, LedgerEntryState.Posted, corrects: null, stamp);
        return new PostResult(PostOutcome.Posted, await AppendAsync(entry, cancellationToken));
    }

    /// <summary>Brings a claim to its recomputed value by one entry, or by none when it has it .</summary>
    /// <param name="claim">What it is for.</param>
    /// <param name="recomputed">US dollars in the customer's favour, unrounded.</param>
    /// <param name="stamp">Everything else.</param>
    /// <param name="cancellationToken">Stops before the entry is added.</param>
    /// <exception cref="ArgumentException">The ledger takes no such entry, or its name is taken.</exception>
    public async Task<RestateResult> RestateAsync(
        ClaimKey claim, decimal recomputed, LedgerStamp stamp, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(claim);
        ArgumentNullException.ThrowIfNull(stamp);
        var history = await ReadClaimAsync(claim, cancellationToken);
        var restatement = Restatement.Of(
            [.. history.Select(entry => new LedgerAmount(entry.Id, entry.Amount, entry.State))], recomputed);

        if (restatement.NewEntry is not { } next)
        {
            return new RestateResult(restatement, null);
        }

        if (await LedgerRows.FindAsync(Transaction, stamp.EntryId, cancellationToken) is not null)
        {
            throw new ArgumentException("The name of the entry is taken by another one.", nameof(stamp));
        }

        var added = await AppendAsync(
            EntryOf(claim, next.Amount, next.State, next.Corrects, stamp), cancellationToken);
        return new RestateResult(restatement, added);
    }

    /// <summary>
    /// Lets a decrease count that another person posted: one more entry, posted, that names both.
    /// </summary>
    /// <param name="waitingId">The entry that waits.</param>
    /// <param name="entryId">Name of the new entry.</param>
    /// <param name="approver">Account of the person who approves.</param>
    /// <param name="wantedPeriod">Month of the day; a pulled one becomes the next open one.</param>
    /// <param name="now">When.</param>
    /// <param name="cancellationToken">Stops before the entry is added.</param>
    public async Task<ApproveResult> ApproveAsync(
        string waitingId,
        string entryId,
        string approver,
        ServiceMonth wantedPeriod,
        Instant now,
        CancellationToken cancellationToken)
    {
        var waiting = await LedgerRows.FindAsync(Transaction, waitingId, cancellationToken);
        if (waiting is not { State: LedgerEntryState.PendingSecondApproval })
        {
            return new ApproveResult(ApproveOutcome.NotWaiting, null);
        }

        var history = await ReadClaimAsync(waiting.Claim, cancellationToken);
        if (history.FirstOrDefault(entry => entry.Corrects == waitingId) is { } next)
        {
            return next.Approver is null
                ? new ApproveResult(ApproveOutcome.Superseded, null)
                : new ApproveResult(ApproveOutcome.AlreadyApproved, next);
        }

        if (!Sla.Privacy.SecondPerson.IsAnother(waiting.Actor, approver))
        {
            return new ApproveResult(ApproveOutcome.SamePerson, null);
        }

        var entry = waiting with
        {
            Id = entryId,
            PostingPeriod = wantedPeriod,
            Corrects = waitingId,
            State = LedgerEntryState.Posted,
            Approver = approver,
            PostedAt = now,
        };
        return new ApproveResult(ApproveOutcome.Approved, await AppendAsync(entry, cancellationToken));
    }

    internal async Task<LedgerEntry> AppendAsync(LedgerEntry entry, CancellationToken cancellationToken)
    {
        var lastPulled = await LastPulledAsync(Transaction, cancellationToken);
        var placed = entry with
        {
            PostingPeriod = PostingPeriods.OpenFor(entry.PostingPeriod, lastPulled),
            PostedAt = entry.PostedAt.ToMicroseconds().FromMicroseconds(),
        };
        var chained = LedgerChain.Append(await LedgerRows.ReadHeadAsync(Transaction, cancellationToken), placed);
        await LedgerRows.InsertAsync(Transaction, chained, cancellationToken);
        return placed;
    }

    private static async Task<ServiceMonth?> LastPulledAsync(
        DbTransaction transaction, CancellationToken cancellationToken)
    {
        await using var command = transaction.Command("SELECT max(posting_period) FROM ledger_period");
        return await command.ExecuteScalarAsync(cancellationToken) is string period ? ServiceMonth.Parse(period) : null;
    }

    private static LedgerEntry EntryOf(
        ClaimKey claim, decimal amount, LedgerEntryState state, string? corrects, LedgerStamp stamp) => new()
        {
            Id = stamp.EntryId,
            Claim = claim,
            PostingPeriod = stamp.WantedPeriod,
            Amount = amount,
            PolicyVersion = stamp.PolicyVersion,
            EvidenceDigest = stamp.EvidenceDigest,
            Corrects = corrects,
            State = state,
            Actor = stamp.Actor,
            PostedAt = stamp.Now,
        };
}
