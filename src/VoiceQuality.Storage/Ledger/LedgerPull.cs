using System.Data.Common;
using NodaTime;
using VoiceQuality.Sla.Ledger;
using VoiceQuality.Sla.Periods;

namespace VoiceQuality.Storage.Ledger;

/// <summary>One page of a pulled period; it reads the same for ever.</summary>
/// <param name="Period">The posting period.</param>
/// <param name="Entries">Posted entries in the order of the ledger.</param>
/// <param name="Totals">Count and sum of the whole period, on every page.</param>
/// <param name="Next">What to give as "after" for the next page; null on the last.</param>
/// <param name="PulledAt">When the period was pulled first.</param>
public sealed record PulledPage(
    ServiceMonth Period, IReadOnlyList<ChainedEntry> Entries, ControlTotals Totals, long? Next, Instant PulledAt);

/// <summary>A posting period: what is posted to it so far, or what it had when it was pulled.</summary>
/// <param name="Period">The posting period.</param>
/// <param name="Totals">Count and sum of the posted entries.</param>
/// <param name="PulledAt">When it was pulled first; null while it is open.</param>
/// <param name="Actor">Who pulled it; null while it is open.</param>
public sealed record PostingPeriodState(ServiceMonth Period, ControlTotals Totals, Instant? PulledAt, string? Actor);

/// <summary>How billing takes over what was posted: the first pull of a period freezes it.</summary>
internal sealed class LedgerPull(Database database)
{
    /// <summary>The most entries on a page.</summary>
    public const int LargestPage = 10_000;

    private const string SelectPeriod = """
        SELECT entry_count, sum_cents, pulled_at_us FROM ledger_period WHERE posting_period = @posting_period
        """;

    private const string InsertPeriod = """
        INSERT INTO ledger_period
            (posting_period, entry_count, sum_cents, head_sequence, head_hash, actor, pulled_at_us)
        SELECT @posting_period, count(*), coalesce(sum(amount_cents), 0), @head_sequence, @head_hash, @actor, @pulled_at_us
        FROM ledger_entry WHERE posting_period = @posting_period AND state = 'Posted'
        """;

    private const string SelectPage = $"""
        {LedgerRows.Select}
        WHERE posting_period = @posting_period AND state = 'Posted' AND sequence > @after ORDER BY sequence LIMIT @limit
        """;

    private const string SelectPeriods = """
        SELECT posting_period, entry_count, sum_cents, pulled_at_us, actor FROM ledger_period
        UNION ALL
        SELECT posting_period, count(*), sum(amount_cents), NULL, NULL FROM ledger_entry
        WHERE state = 'Posted' AND posting_period NOT IN (SELECT posting_period FROM ledger_period)
        GROUP BY posting_period
        ORDER BY 1 DESC
        """;

    public Task<IReadOnlyList<PostingPeriodState>> ListPeriodsAsync(CancellationToken cancellationToken) =>
        database.ReadListAsync(
            SelectPeriods,
            [],
            reader => new PostingPeriodState(
                reader.GetMonth(0),
                new ControlTotals(reader.GetInt64(1), LedgerRows.AmountOf(reader.GetInt64(2))),
                reader.IsDBNull(3) ? null : reader.GetInstant(3),
                reader.GetNullableString(4)),
            cancellationToken);

    public Task<PulledPage?> ReadPulledAsync(
        ServiceMonth period, long after, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(after);
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, LargestPage);
        return database.ReadAsync(
            (_, transaction, token) => ReadAsync(transaction, period, after, limit, token), cancellationToken);
    }

    /// <param name="period">The posting period, not later than the month of <paramref name="now"/> in UTC.</param>
    /// <param name="after">0 for the first page, then what the page before said.</param>
    /// <param name="limit">Entries a page, 1 to 10,000.</param>
    /// <param name="actor">Account of whoever pulls.</param>
    /// <param name="now">When.</param>
    /// <param name="cancellationToken">Stops the pull; a period is then frozen or not.</param>
    public async Task<PulledPage> PullAsync(
        ServiceMonth period, long after, int limit, string actor, Instant now, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(after);
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, LargestPage);
        ArgumentException.ThrowIfNullOrWhiteSpace(actor);

        // A month that has not begun would close all those before it for nothing.
        var today = now.InUtc();
        ArgumentOutOfRangeException.ThrowIfGreaterThan(period, new ServiceMonth(today.Year, today.Month));

        var page = await database.ReadAsync(
            (_, transaction, token) => ReadAsync(transaction, period, after, limit, token), cancellationToken);
        return page ?? await database.WriteDurablyAsync(
            async (_, transaction, token) => await ReadAsync(transaction, period, after, limit, token)
                ?? await FreezeAsync(transaction, period, after, limit, actor, now, token),
            cancellationToken);
    }

    private static async Task<PulledPage> FreezeAsync(
        DbTransaction transaction,
        ServiceMonth period,
        long after,
        int limit,
        string actor,
        Instant now,
        CancellationToken cancellationToken)
    {
        var head = await LedgerRows.ReadHeadAsync(transaction, cancellationToken);
        await using (var command = transaction.Command(InsertPeriod))
        {
            command.AddParameter("@posting_period", period.ToString());
            command.AddParameter("@head_sequence", head.Sequence);
            command.AddParameter("@head_hash", head.Hash);
            command.AddParameter("@actor", actor);
            command.AddParameter("@pulled_at_us", now.ToMicroseconds());
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        return (await ReadAsync(transaction, period, after, limit, cancellationToken))!;
    }

    private static async Task<PulledPage?> ReadAsync(
        DbTransaction transaction, ServiceMonth period, long after, int limit, CancellationToken cancellationToken)
    {
        ControlTotals totals;
        Instant pulledAt;
        await using (var command = transaction.Command(SelectPeriod))
        {
            command.AddParameter("@posting_period", period.ToString());
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            if (!await reader.ReadAsync(cancellationToken))
            {
                return null;
            }

            totals = new ControlTotals(reader.GetInt64(0), LedgerRows.AmountOf(reader.GetInt64(1)));
            pulledAt = reader.GetInstant(2);
        }

        await using var select = transaction.Command(SelectPage);
        select.AddParameter("@posting_period", period.ToString());
        select.AddParameter("@after", after);
        select.AddParameter("@limit", limit + 1);
        await using var rows = await select.ExecuteReaderAsync(cancellationToken);
        var entries = new List<ChainedEntry>();
        while (await rows.ReadAsync(cancellationToken))
        {
            entries.Add(LedgerRows.ReadChained(rows));
        }

        var isLast = entries.Count <= limit;
        if (!isLast)
        {
            entries.RemoveAt(limit);
        }

        return new PulledPage(period, entries, totals, isLast ? null : entries[^1].Sequence, pulledAt);
    }
}
