using Microsoft.Data.Sqlite;
using NodaTime;
using VoiceQuality.Sla.Ledger;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Storage.Ledger;

namespace VoiceQuality.Storage.Tests.Ledger;

public sealed class LedgerTamperTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly Instant Now = Instant.FromUtc(2026, 11, 22, 10, 0);
    private static readonly string Copy =
        "SELECT 4, 'X', account_id, 'U-9', component_id, service_month, kind, posting_period, amount_cents, policy_version, "
        + "evidence_digest, corrects, state, actor, approver, posted_at_us, hash, hash FROM ledger_entry WHERE sequence = 3";

    private readonly TestFolder _folder = new();

    private string Path => _folder.File("store.db");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("UPDATE ledger_entry SET amount_cents = 1", "never changed")]
    [InlineData("UPDATE OR REPLACE ledger_entry SET entry_id = 'L1'", "never changed")]
    [InlineData("DELETE FROM ledger_entry", "never removed")]
    [InlineData("DELETE FROM ledger_entry WHERE sequence = 3", "never removed")]
    [InlineData("UPDATE ledger_period SET sum_cents = 1", "never changed")]
    [InlineData("DELETE FROM ledger_period", "never removed")]
    [InlineData("UPDATE idempotency_key SET status = 500", "never changed")]
    [InlineData("DELETE FROM idempotency_key", "never removed")]
    [InlineData("INSERT OR REPLACE INTO ledger_entry {copy:sequence=3}", "does not follow")]
    [InlineData("INSERT OR IGNORE INTO ledger_entry {copy:sequence=3}", "does not follow")]
    [InlineData("INSERT INTO ledger_entry {copy:sequence=5}", "does not follow")]
    [InlineData("INSERT INTO ledger_entry {copy:hash}", "does not follow")]
    [InlineData("INSERT INTO ledger_entry {copy:period}", "period is closed")]
    [InlineData("INSERT OR REPLACE INTO ledger_entry {copy:id}", "entry exists")]
    [InlineData("INSERT OR REPLACE INTO ledger_entry {copy:claim}", "first posting already")]
    [InlineData("INSERT INTO ledger_entry {copy:corrects}", "another claim")]
    [InlineData("INSERT INTO ledger_entry {copy:approver}", "no entry that waits")]
    [InlineData("INSERT INTO ledger_entry {copy:negative}", "CHECK constraint failed")]
    [InlineData("INSERT INTO ledger_entry {copy:fraction}", "CHECK constraint failed")]
    [InlineData("INSERT OR REPLACE INTO ledger_period SELECT posting_period, 9, 9, 9, head_hash, actor, 1 FROM ledger_period",
        "pulled already")]
    [InlineData("INSERT INTO ledger_period SELECT '2026-12', 1, 1, head_sequence, head_hash, actor, 1 FROM ledger_period",
        "control totals")]
    [InlineData("INSERT OR REPLACE INTO idempotency_key SELECT account_id, request_key, 'other', 201, content_type, "
        + "response, 1 FROM idempotency_key", "answered already")]
    public async Task The_applications_own_connection_cannot_tamper(string template, string because)
    {
        await using var database = await FillAsync();
        var before = await DumpAsync(database);
        var open = "'2026-12'";
        var sql = template
            .Replace("{copy:sequence=3}", Copy.Replace("SELECT 4,", "SELECT 3,").Replace("posting_period", open))
            .Replace("{copy:sequence=5}", Copy.Replace("SELECT 4,", "SELECT 5,").Replace("posting_period", open))
            .Replace("{copy:hash}", Copy.Replace("posted_at_us, hash", "posted_at_us, previous_hash")
                .Replace("posting_period", open))
            .Replace("{copy:period}", Copy)
            .Replace("{copy:id}", Copy.Replace("'X'", "'L1'").Replace("posting_period", open))
            .Replace("{copy:claim}", Copy.Replace("'U-9'", "unit_id").Replace("posting_period", open))
            .Replace("{copy:corrects}", Copy.Replace("corrects,", "'L1',").Replace("posting_period", open))
            .Replace("{copy:approver}", Copy.Replace("approver", "'boss'").Replace("posting_period", open))
            .Replace("{copy:negative}", Copy.Replace("amount_cents", "-1").Replace("posting_period", open))
            .Replace("{copy:fraction}", Copy.Replace("amount_cents", "0.5").Replace("posting_period", open));

        var refusal = await Assert.ThrowsAsync<SqliteException>(() => database.WriteAsync(
            async (_, transaction, token) =>
            {
                await using var command = transaction.Command(sql);
                return await command.ExecuteNonQueryAsync(token);
            },
            None));

        Assert.Contains(because, refusal.Message, StringComparison.Ordinal);
        Assert.Equal(before, await DumpAsync(database));
    }

    [Fact]
    public async Task The_row_that_the_tampering_starts_from_is_taken_when_nothing_is_wrong_with_it()
    {
        await using var database = await FillAsync();
        Assert.Equal(1, await database.WriteAsync(
            async (_, transaction, token) =>
            {
                await using var command = transaction.Command(
                    $"INSERT INTO ledger_entry {Copy.Replace("posting_period", "'2026-12'", StringComparison.Ordinal)}");
                return await command.ExecuteNonQueryAsync(token);
            },
            None));
        Assert.Equal(
            new ChainFault(ChainBreak.HashDiffers, 4, "X"),
            (await new LedgerRepository(database).VerifyAsync(null, None)).Fault);
    }

    [Theory]
    [InlineData("UPDATE ledger_entry SET amount_cents = amount_cents + 1 WHERE sequence = 2", ChainBreak.HashDiffers, 2, "L2")]
    [InlineData("UPDATE ledger_entry SET evidence_digest = 'x' WHERE sequence = 1", ChainBreak.HashDiffers, 1, "L1")]
    [InlineData("UPDATE ledger_entry SET posting_period = '2026-12' WHERE sequence = 3", ChainBreak.HashDiffers, 3, "L3")]
    [InlineData("UPDATE ledger_entry SET service_month = 'soon' WHERE sequence = 2", ChainBreak.EntryIsUnreadable, 2, "L2")]
    [InlineData("DELETE FROM ledger_entry WHERE sequence = 2", ChainBreak.SequenceHasGap, 3, "L3")]
    [InlineData("DELETE FROM ledger_entry WHERE sequence = 3", ChainBreak.PulledPeriodDiffers, 0, "2026-11")]
    [InlineData("UPDATE ledger_period SET sum_cents = 1", ChainBreak.PulledPeriodDiffers, 0, "2026-11")]
    [InlineData("DELETE FROM ledger_period; DELETE FROM ledger_entry WHERE sequence = 3",
        ChainBreak.NotedHeadIsMissing, 3, "noted head")]
    public async Task What_goes_round_the_triggers_is_named(string sql, ChainBreak reason, long sequence, string name)
    {
        ChainHead noted;
        await using (var filled = await FillAsync())
        {
            noted = (await new LedgerRepository(filled).VerifyAsync(null, None)).Head;
        }

        using (var connection = new SqliteConnection($"Data Source={Path};Pooling=False"))
        {
            connection.Open();
            Execute(connection, string.Join(';', new[] { "ledger_entry", "ledger_period" }.SelectMany(
                table => new[] { $"DROP TRIGGER {table}_no_update", $"DROP TRIGGER {table}_no_delete" })));
            Execute(connection, "PRAGMA foreign_keys = OFF");
            Execute(connection, sql);
        }

        await using var database = await Database.OpenAsync(Path, None);
        var verdict = await new LedgerRepository(database).VerifyAsync(
            reason == ChainBreak.NotedHeadIsMissing ? noted : null, None);
        Assert.Equal(new ChainFault(reason, sequence, name), verdict.Fault);
    }

    [Theory]
    [InlineData("BeforeDecision", "Posted 0", IdempotencyDecision.Run)]
    [InlineData("BetweenDecisionAndPosting", "Posted 0", IdempotencyDecision.Run)]
    [InlineData("BetweenPostingAndCommit", "Posted 0", IdempotencyDecision.Run)]
    [InlineData("AfterCommit", "Posted 0", IdempotencyDecision.Replay)]
    public async Task A_process_that_is_killed_at_any_step_leaves_exactly_one_entry_after_the_retry(
        string step, string answer, IdempotencyDecision decision)
    {
        await LedgerChild.KillAsync(Path, Enum.Parse<KillAt>(step));

        await using var database = await Database.OpenAsync(Path, None);
        var ledger = new LedgerRepository(database);
        Assert.Equal(step == "AfterCommit" ? 1 : 0, (await ledger.ListAccountAsync("A-1", None)).Count);

        var retry = await LedgerChild.DecideAsync(ledger, _ => Task.CompletedTask);
        Assert.Equal(decision, retry.Decision);
        Assert.Equal(answer, System.Text.Encoding.UTF8.GetString(retry.Answer!.Body.Span));
        Assert.Equal(25m, Assert.Single(await ledger.ListAccountAsync("A-1", None)).Amount);
        Assert.True((await ledger.VerifyAsync(null, None)).Holds);
    }

    // Three entries, a pulled period and an answer.
    private async Task<Database> FillAsync()
    {
        var database = await Database.OpenAsync(Path, None);
        var ledger = new LedgerRepository(database);
        for (var i = 1; i <= 3; i++)
        {
            var claim = new ClaimKey("A-1", $"U-{i}", new ServiceMonth(2026, 10), LedgerEntryKind.MosCredit);
            await ledger.PostAsync(claim, i, LedgerStoreTests.Stamp($"L{i}"), None);
        }

        await ledger.RunOnceAsync(
            new IdempotentRequest("A-1", "k1", "body", Now),
            (_, _) => Task.FromResult(new StoredAnswer(201, "text/plain", new byte[] { 1 })),
            None);
        await ledger.PullAsync(new ServiceMonth(2026, 11), 0, 10, "billing", Now, None);
        return database;
    }

    private static async Task<string> DumpAsync(Database database)
    {
        var rows = new List<string>();
        foreach (var table in new[] { "ledger_entry", "ledger_period", "idempotency_key" })
        {
            rows.AddRange(await database.ReadListAsync(
                $"SELECT * FROM {table} ORDER BY 1, 2",
                [],
                reader => string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(reader.GetValue)),
                None));
        }

        return string.Join('\n', rows);
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
