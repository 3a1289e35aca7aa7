using Microsoft.Data.Sqlite;
using VoiceQuality.Service.Tests.Api;
using VoiceQuality.Service.Tests.Cli;
using VoiceQuality.Sla.Ledger;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Usage;
using VoiceQuality.Storage;
using VoiceQuality.Storage.Calls;
using VoiceQuality.Storage.Ledger;
using VoiceQuality.Storage.Usage;

namespace VoiceQuality.Service.Tests.Claims;

public sealed class ClaimKillTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("BEGIN IMMEDIATE")]
    [InlineData("SELECT body_digest")]
    [InlineData("SELECT claim_id FROM credit_claim")]
    [InlineData("SELECT sequence")]
    [InlineData("INSERT INTO ledger_entry")]
    [InlineData("INSERT INTO credit_claim")]
    [InlineData("INSERT INTO idempotency_key")]
    [InlineData("COMMIT")]
    [InlineData("(after the commit)")]
    public async Task A_kill_at_any_step_of_a_claim_leaves_one_entry_after_the_restart(string statement)
    {
        var path = _folder.File("kill.db");
        await SeedAsync(path);
        await ClaimChild.KillAsync(path, statement);

        await using var database = await Database.OpenAsync(path, None);
        var before = Count(path, "ledger_entry");
        Assert.Equal(statement == "(after the commit)" ? 1L : 0L, before);
        Assert.Equal(before, Count(path, "credit_claim"));
        Assert.Equal(before, Count(path, "idempotency_key"));

        await using (var services = ClaimChild.ServicesOf(database))
        {
            var first = await ClaimChild.ClaimAsync(services);
            Assert.Equal(before == 1 ? IdempotencyDecision.Replay : IdempotencyDecision.Run, first.Decision);
            var again = await ClaimChild.ClaimAsync(services);
            Assert.Equal(IdempotencyDecision.Replay, again.Decision);
            Assert.Equal(first.Answer!.Body.ToArray(), again.Answer!.Body.ToArray());
        }

        var ledger = new LedgerRepository(database);
        Assert.Equal(2526.05m, Assert.Single(await ledger.ListAccountAsync("A-1", None)).Amount);
        Assert.True((await ledger.VerifyAsync(null, None)).Holds);
        Assert.Equal(1L, Count(path, "credit_claim"));
    }

    // Two calls of 3.4995 and 8420.15 of usage: 30 %, 2526.045, away from zero 2526.05.
    private static async Task SeedAsync(string path)
    {
        await using var database = await Database.OpenAsync(path, None);
        using var writer = new MeasurementWriter(database);
        var day = new NodaTime.LocalDate(2026, 10, 14);
        await writer.WriteAsync(
            [SeedCalls.Answered("A-1", "U-cut", day, 1, 34995), SeedCalls.Answered("A-1", "U-cut", day, 2, 34995)],
            [], None);
        await new UsageRepository(database).ImportAsync(
            [new UsageLine("A-1", "U-cut", new ServiceMonth(2026, 10), ChargeKind.UsageDomestic, 8420.15m, null)],
            [], new string('a', 64), NodaTime.Instant.FromUtc(2026, 11, 2, 0, 0), None);
    }

    private static long Count(string path, string table)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT count(*) FROM {table}";
        return (long)command.ExecuteScalar()!;
    }
}
