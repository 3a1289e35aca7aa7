using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using VoiceQuality.Service.Claims;
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

    [Theory]
    [InlineData("BEGIN IMMEDIATE", false)]
    [InlineData("SELECT body_digest", false)]
    [InlineData("INSERT INTO outage_claim ", false)]
    [InlineData("INSERT INTO outage_claim_message", false)]
    [InlineData("SELECT sequence", false)]
    [InlineData("INSERT INTO ledger_entry", false)]
    [InlineData("INSERT INTO outage_decision", false)]
    [InlineData("INSERT INTO outage_accepted", false)]
    [InlineData("INSERT INTO idempotency_key", false)]
    [InlineData("COMMIT", false)]
    [InlineData("(after the commit)", true)]
    public async Task A_kill_at_any_step_of_an_outage_claim_leaves_one_entry_for_each_component_and_month(
        string statement, bool isCommitted)
    {
        var path = _folder.File("outage.db");
        await using (var seeded = await Database.OpenAsync(path, None))
        {
            await OutageSite.SeedAsync(
                seeded, new TestClock(ContractSite.Now), "T-1,2026-10,300.00\nT-1,2026-11,300.00\n");
        }

        await ClaimChild.KillOutageAsync(path, statement);

        await using var database = await Database.OpenAsync(path, None);
        string[] tables = ["outage_claim", "outage_claim_message", "outage_decision", "idempotency_key"];
        Assert.All(tables, table => Assert.Equal(isCommitted ? 1L : 0L, Count(path, table)));
        Assert.Equal(isCommitted ? 2L : 0L, Count(path, "ledger_entry"));
        Assert.Equal(isCommitted ? 2L : 0L, Count(path, "outage_accepted"));

        await using (var services = ClaimChild.ServicesOf(database))
        {
            var first = await ClaimChild.ClaimOutagesAsync(services);
            Assert.Equal(isCommitted ? IdempotencyDecision.Replay : IdempotencyDecision.Run, first.Decision);
            var again = await ClaimChild.ClaimOutagesAsync(services);
            Assert.Equal(IdempotencyDecision.Replay, again.Decision);
            Assert.Equal(first.Answer!.Body.ToArray(), again.Answer!.Body.ToArray());

            // What the hourly look does after the restart: nothing is left to post.
            await services.GetRequiredService<OutageRestater>().RestateAllAsync(None);
        }

        // 300.00 / 30 × 1 day = 10.00 in each month.
        var ledger = new LedgerRepository(database);
        Assert.Equal(
            [("T-1", "2026-10", 10.00m), ("T-1", "2026-11", 10.00m)],
            (await ledger.ListAccountAsync("A-1", None))
                .Select(entry => (entry.Claim.ComponentId!, entry.Claim.ServiceMonth.ToString(), entry.Amount))
                .Order());
        Assert.True((await ledger.VerifyAsync(null, None)).Holds);
        Assert.All(tables, table => Assert.Equal(1L, Count(path, table)));
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
