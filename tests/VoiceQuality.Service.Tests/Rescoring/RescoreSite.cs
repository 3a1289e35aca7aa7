using System.Text;
using Microsoft.Data.Sqlite;
using NodaTime;
using VoiceQuality.Quality.Scoring;
using VoiceQuality.Service.Tests.Api;
using VoiceQuality.Service.Tests.Cli;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Usage;
using VoiceQuality.Storage;
using VoiceQuality.Storage.Accounts;
using VoiceQuality.Storage.Calls;
using VoiceQuality.Storage.Usage;

namespace VoiceQuality.Service.Tests.Rescoring;

/// <summary>A database with measured calls of one unit, and the arithmetic of their scores.</summary>
internal sealed class RescoreSite : IDisposable
{
    public static readonly LocalDate Day = new(2026, 10, 14);

    private const string Accounts = """
        { "accounts": [ { "accountId": "A-1", "name": "Example", "timeZone": "UTC", "units": [
            { "unitId": "U-1", "name": "One" }, { "unitId": "U-2", "name": "Two" } ] } ], "rules": [] }
        """;

    private static readonly CancellationToken None = CancellationToken.None;

    private readonly TemporaryFolder _folder = new();

    public string Path => _folder.File("store.db");

    public static ScoringPolicyDocument WithoutPlc { get; } =
        ScoringPolicyDocument.Default with { Id = "no-plc-1", WithoutPlc = true };

    public void Dispose() => _folder.Dispose();

    public string Write(string name, string text)
    {
        File.WriteAllText(_folder.File(name), text);
        return _folder.File(name);
    }

    public string WritePolicy(ScoringPolicyDocument policy) => Write($"{policy.Id}.json", policy.ToJson());

    /// <summary>Calls of six intervals of 500 packets each; the caller's side loses some of each.</summary>
    public async Task SeedAsync(params (string Unit, int Lost)[] calls)
    {
        await using var database = await Database.OpenAsync(Path, None);
        var now = Instant.FromUtc(2026, 11, 2, 0, 0);
        await new AccountRepository(database).ReplaceAsync(Encoding.UTF8.GetBytes(Accounts), now, None);
        using var writer = new MeasurementWriter(database);
        await writer.WriteAsync(
            [
                .. calls.Select(static (call, i) => SeedCalls.WithMedia(
                    SeedCalls.Answered("A-1", call.Unit, Day, i, null), [.. Enumerable.Repeat(call.Lost, 6)])),
            ],
            [], None);
        await new UsageRepository(database).ImportAsync(
            [new("A-1", "U-1", new ServiceMonth(2026, 10), ChargeKind.UsageDomestic, 1000.00m, null)],
            [], new string('a', 64), now, None);
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={Path};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Rows of a query, each as its cells with '|' between.</summary>
    public async Task<IReadOnlyList<string>> QueryAsync(string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={Path};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
        {
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i)
                ? ""
                : reader.GetValue(i) is byte[] octets ? Convert.ToHexString(octets) : $"{reader.GetValue(i)}")));
        }

        return rows;
    }

    /// <summary>
    /// MOS of a call whose callee's side lost nothing: G.107 with Ro - Is - Id = 93.206208 and Ie = 0 (equation 7-29),
    /// Annex B, the mean of both sides, ten-thousandths.
    /// </summary>
    /// <param name="lost">Lost packets of each 500; a fifth as many, rounded down, came too late.</param>
    /// <param name="bpl">25.1 with concealment, 4.3 without (G.113 Table I.4).</param>
    public static int CallE4(int lost, double bpl)
    {
        var bad = lost + (lost / 5);
        var ppl = 100.0 * bad / 500;
        var runs = Math.Min(lost, Math.Max(1, lost / 3));
        var burstR = lost == 0 ? 1 : Math.Max(1, (double)bad / runs * (1 - (bad / 500.0)));
        var hit = MosE4(93.206208 - (lost == 0 ? 0 : 95 * ppl / ((ppl / burstR) + bpl)));
        return (int)Math.Round((hit + MosE4(93.206208)) / 2m, MidpointRounding.AwayFromZero);
    }

    private static int MosE4(double r) => (int)Math.Round(
        Math.Max(1, r <= 0 ? 1 : 1 + (0.035 * r) + (r * (r - 60) * (100 - r) * 7e-6)) * 10_000,
        MidpointRounding.AwayFromZero);
}
