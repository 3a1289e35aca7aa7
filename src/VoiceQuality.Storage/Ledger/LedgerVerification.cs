using System.Data.Common;
using VoiceQuality.Sla.Ledger;

namespace VoiceQuality.Storage.Ledger;

/// <summary>
/// Recomputes what the ledger says of itself: every hash, and for every pulled period its totals and the head it was
/// pulled at. Whoever goes round the triggers is found here.
/// </summary>
internal sealed class LedgerVerification(Database database)
{
    // The identity of a row that cannot be read comes from the row itself.
    private const string SelectAll = $"{LedgerRows.Select} ORDER BY sequence";

    private const string SelectPeriods = """
        SELECT p.posting_period, p.entry_count, p.sum_cents, p.head_sequence, p.head_hash,
            (SELECT count(*) FROM ledger_entry e
                WHERE e.posting_period = p.posting_period AND e.state = 'Posted' AND e.sequence <= p.head_sequence),
            (SELECT coalesce(sum(e.amount_cents), 0) FROM ledger_entry e
                WHERE e.posting_period = p.posting_period AND e.state = 'Posted'),
            (SELECT max(e.sequence) FROM ledger_entry e WHERE e.posting_period = p.posting_period),
            (SELECT e.hash FROM ledger_entry e WHERE e.sequence = p.head_sequence)
        FROM ledger_period p ORDER BY p.posting_period
        """;

    /// <param name="noted">A head that was noted elsewhere before; null when there is none.</param>
    /// <param name="cancellationToken">Stops the verification.</param>
    public Task<ChainVerdict> VerifyAsync(ChainHead? noted, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async (_, transaction, token) =>
            {
                var verdict = await VerifyEntriesAsync(transaction, noted, token);
                return verdict.Holds && await FindPeriodFaultAsync(transaction, token) is { } fault
                    ? verdict with { Fault = fault }
                    : verdict;
            },
            cancellationToken);

    private static async Task<ChainVerdict> VerifyEntriesAsync(
        DbTransaction transaction, ChainHead? noted, CancellationToken cancellationToken)
    {
        await using var command = transaction.Command(SelectAll);
        command.CommandTimeout = 0;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var head = ChainHead.Empty;
        var isNotedSeen = noted is null || noted == ChainHead.Empty;

        while (await reader.ReadAsync(cancellationToken))
        {
            if (Check(reader, ref head) is { } fault)
            {
                return new ChainVerdict(head, fault);
            }

            isNotedSeen |= head == noted;
        }

        return new ChainVerdict(
            head, isNotedSeen ? null : new ChainFault(ChainBreak.NotedHeadIsMissing, noted!.Value.Sequence, "noted head"));
    }

    private static ChainFault? Check(DbDataReader reader, ref ChainHead head)
    {
        ChainedEntry entry;
        try
        {
            entry = LedgerRows.ReadChained(reader);
        }
        catch (Exception unreadable) when (unreadable is StoredDataException or FormatException
            or InvalidCastException or InvalidOperationException or OverflowException)
        {
            return new ChainFault(ChainBreak.EntryIsUnreadable, reader.GetInt64(0), reader.GetValue(1).ToString() ?? "");
        }

        if (LedgerChain.Check(head, entry) is { } fault)
        {
            return fault;
        }

        head = new ChainHead(entry.Sequence, entry.Hash);
        return null;
    }

    private static async Task<ChainFault?> FindPeriodFaultAsync(
        DbTransaction transaction, CancellationToken cancellationToken)
    {
        await using var command = transaction.Command(SelectPeriods);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var headSequence = reader.GetInt64(3);
            var headHash = headSequence == 0 ? ChainHead.Empty.Hash : reader.GetNullableString(8);
            if (reader.GetInt64(1) != reader.GetInt64(5)
                || reader.GetInt64(2) != reader.GetInt64(6)
                || (reader.GetNullableInt64(7) ?? 0) > headSequence
                || reader.GetString(4) != headHash)
            {
                return new ChainFault(ChainBreak.PulledPeriodDiffers, 0, reader.GetString(0));
            }
        }

        return null;
    }
}
