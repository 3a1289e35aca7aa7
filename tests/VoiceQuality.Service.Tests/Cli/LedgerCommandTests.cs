using Microsoft.Data.Sqlite;
using NodaTime;
using VoiceQuality.Sla.Ledger;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Storage;
using VoiceQuality.Storage.Ledger;

namespace VoiceQuality.Service.Tests.Cli;

public sealed class LedgerCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder.File("store.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_ledger_that_holds_is_one_line_and_status_0()
    {
        await PostAsync();
        var run = await CliRun.OfAsync("", "ledger", "verify", "--db", Path);
        Assert.Equal((0, ""), (run.Status, run.Error));
        Assert.StartsWith("The ledger holds: 2 entries, head 2:", Assert.Single(run.Lines), StringComparison.Ordinal);

        var head = run.Lines[0].Split(' ')[^1].TrimEnd('.');
        Assert.Equal(0, (await CliRun.OfAsync("", "ledger", "verify", "--db", Path, "--head", head)).Status);
    }

    [Theory]
    [InlineData("UPDATE ledger_entry SET amount_cents = 99999 WHERE sequence = 1",
        "The ledger does not hold: entry 1 (L1) does not say what was posted.")]
    [InlineData("UPDATE ledger_entry SET entry_id = 'a' || char(10) || 'b' WHERE sequence = 2",
        "The ledger does not hold: entry 2 (a?b) does not say what was posted.")]
    [InlineData("DELETE FROM ledger_entry WHERE sequence = 1",
        "The ledger does not hold: entry 2 (L2) does not follow the one before it; an entry was taken out or put in.")]
    [InlineData("DELETE FROM ledger_entry WHERE sequence = 2",
        "The ledger does not hold: it does not have the head that was noted; its end was cut off or written anew.")]
    public async Task A_ledger_that_does_not_hold_is_one_line_that_names_the_entry_and_status_1(string sql, string line)
    {
        await PostAsync();
        var head = (await CliRun.OfAsync("", "ledger", "verify", "--db", Path)).Lines[0].Split(' ')[^1].TrimEnd('.');
        using (var connection = new SqliteConnection($"Data Source={Path};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText =
                $"DROP TRIGGER ledger_entry_no_update; DROP TRIGGER ledger_entry_no_delete; {sql}";
            command.ExecuteNonQuery();
        }

        var run = await CliRun.OfAsync("", "ledger", "verify", "--db", Path, "--head", head);
        Assert.Equal((1, line + "\n"), (run.Status, run.Output));
    }

    [Fact]
    public async Task A_database_that_is_not_there_is_refused_and_not_made()
    {
        (await CliRun.OfAsync("", "ledger", "verify", "--db", Path)).AssertRefused("there is no database");
        Assert.Empty(_folder.Names);
    }

    [Fact]
    public async Task A_head_that_is_none_is_refused() =>
        (await CliRun.OfAsync("", "ledger", "verify", "--db", Path, "--head", "7")).AssertRefused("NUMBER:HASH");

    private async Task PostAsync()
    {
        await using var database = await Database.OpenAsync(Path, CancellationToken.None);
        var ledger = new LedgerRepository(database);
        var month = new ServiceMonth(2026, 10);
        for (var i = 1; i <= 2; i++)
        {
            await ledger.PostAsync(
                new ClaimKey("A-1", $"U-{i}", month, LedgerEntryKind.MosCredit),
                10m,
                new LedgerStamp($"L{i}", month.Next, "2026-2", "evidence", "claims", Instant.FromUtc(2026, 11, 22, 10, 0)),
                CancellationToken.None);
        }
    }
}
