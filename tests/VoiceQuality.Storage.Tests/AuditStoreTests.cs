using System.Data.Common;
using Microsoft.Data.Sqlite;
using NodaTime;
using VoiceQuality.Sla.Audit;
using VoiceQuality.Storage.Audit;

namespace VoiceQuality.Storage.Tests;

public sealed class AuditStoreTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly Instant Now = Instant.FromUtc(2026, 11, 2, 12, 0);
    private readonly TestFolder _folder = new();

    private string Path => _folder.File("trail.audit.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Entries_are_read_back_newest_first_and_the_chain_holds()
    {
        await using var store = await AuditStore.OpenAsync(Path, None);
        await store.AppendAsync([Change("A-1", "one"), Change(null, "two")], Now, None);
        var head = await store.AppendAsync([Access("A-1"), Access("A-2"), Access(AuditEvent.AllAccounts)], Now, None);

        var all = await store.ListAsync(new AuditFilter(), 10, None);
        Assert.Equal([5L, 4L, 3L, 2L, 1L], all.Select(entry => entry.Sequence));
        Assert.Equal(Change("A-1", "one"), all[^1].Event);
        Assert.Equal(Now, all[0].RecordedAt);
        Assert.Equal([5L, 3L], await SequencesAsync(store, new AuditFilter("A-1", AuditCategory.Access)));
        Assert.Equal([2L, 1L], await SequencesAsync(store, new AuditFilter(Before: 3)));
        Assert.Equal(new AuditVerdict(head), await store.VerifyAsync(head, None));
    }

    [Fact]
    public async Task Two_processes_write_one_chain()
    {
        await using var one = await AuditStore.OpenAsync(Path, None);
        await using var two = await AuditStore.OpenAsync(Path, None);
        await Task.WhenAll(Enumerable.Range(0, 40).Select(i =>
            Task.Run(() => (i % 2 == 0 ? one : two).AppendAsync([Change(null, $"event-{i}")], Now, None))));

        var verdict = await one.VerifyAsync(null, None);
        Assert.Equal((true, 40L), (verdict.Holds, verdict.Head.Sequence));
    }

    [Fact]
    public async Task An_event_that_is_refused_keeps_those_of_its_batch_out()
    {
        await using var store = await AuditStore.OpenAsync(Path, None);
        await Assert.ThrowsAsync<ArgumentException>(() => store.AppendAsync(
            [Change(null, "good"), Change(null, "bad") with { Subject = "+15550100123" }], Now, None));
        Assert.Empty(await store.ListAsync(new AuditFilter(), 10, None));
    }

    [Theory]
    [InlineData("UPDATE audit_entry SET actor = 'x'")]
    [InlineData("DELETE FROM audit_entry")]
    [InlineData("INSERT OR REPLACE INTO audit_entry SELECT * FROM audit_entry")]
    [InlineData("INSERT INTO audit_entry SELECT 5, recorded_at_us, category, actor, action, subject, origin, outcome, "
        + "account_id, before_value, after_value, policy_version, purpose, hash, hash FROM audit_entry WHERE sequence = 3")]
    [InlineData("INSERT INTO audit_entry SELECT 4, recorded_at_us, category, actor, action, subject, origin, outcome, "
        + "account_id, before_value, after_value, policy_version, purpose, previous_hash, hash FROM audit_entry "
        + "WHERE sequence = 3")]
    public async Task Rows_are_never_changed_removed_or_replaced(string statement)
    {
        await using var store = await OpenWithThreeAsync();
        await Assert.ThrowsAnyAsync<DbException>(() => ExecuteAsync(statement));
        Assert.True((await store.VerifyAsync(null, None)).Holds);
    }

    [Theory]
    [InlineData("UPDATE audit_entry SET actor = 'x' WHERE sequence = 2", AuditBreak.HashDiffers, 2)]
    [InlineData("UPDATE audit_entry SET recorded_at_us = recorded_at_us + 1 WHERE sequence = 2", AuditBreak.HashDiffers, 2)]
    [InlineData("UPDATE audit_entry SET purpose = 'x' WHERE sequence = 3", AuditBreak.HashDiffers, 3)]
    [InlineData(
        "PRAGMA ignore_check_constraints = ON; UPDATE audit_entry SET category = 'x' WHERE sequence = 1",
        AuditBreak.EntryIsUnreadable, 1)]
    [InlineData("DELETE FROM audit_entry WHERE sequence = 2", AuditBreak.SequenceHasGap, 3)]
    [InlineData("DELETE FROM audit_entry WHERE sequence = 3", AuditBreak.NotedHeadIsMissing, 0)]
    [InlineData("UPDATE audit_entry SET previous_hash = hash WHERE sequence = 3", AuditBreak.PreviousHashDiffers, 3)]
    public async Task Who_goes_round_the_triggers_is_found(string statement, AuditBreak expected, long place)
    {
        await using var store = await OpenWithThreeAsync();
        var noted = (await store.VerifyAsync(null, None)).Head;
        await ExecuteAsync("DROP TRIGGER audit_entry_no_update; DROP TRIGGER audit_entry_no_delete; " + statement);

        var verdict = await store.VerifyAsync(noted, None);
        Assert.Equal((expected, place), (verdict.Fault, verdict.FaultAt));
    }

    private async Task<AuditStore> OpenWithThreeAsync()
    {
        var store = await AuditStore.OpenAsync(Path, None);
        await store.AppendAsync([Change(null, "one"), Change(null, "two"), Change(null, "three")], Now, None);
        return store;
    }

    private static async Task<IEnumerable<long>> SequencesAsync(AuditStore store, AuditFilter filter) =>
        (await store.ListAsync(filter, 10, None)).Select(entry => entry.Sequence);

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = Path, Pooling = false }.ToString());
        await connection.OpenAsync();
        await using DbCommand command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    private static AuditEvent Change(string? account, string subject) => new()
    {
        Category = AuditCategory.Change,
        Actor = "j.doe",
        Action = "X",
        Subject = subject,
        Origin = "command",
        Outcome = "APPLIED",
        AccountId = account,
    };

    private static AuditEvent Access(string account) => Change(account, "seen") with { Category = AuditCategory.Access };
}
