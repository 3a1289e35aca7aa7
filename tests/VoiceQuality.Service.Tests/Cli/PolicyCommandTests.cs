using System.Text;
using System.Text.Json;
using NodaTime;
using VoiceQuality.Service.Tests.Api;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Sla.Usage;
using VoiceQuality.Storage;
using VoiceQuality.Storage.Accounts;
using VoiceQuality.Storage.Calls;
using VoiceQuality.Storage.Policies;
using VoiceQuality.Storage.Usage;

namespace VoiceQuality.Service.Tests.Cli;

public sealed class PolicyCommandTests : IDisposable
{
    private const string Accounts = """
        { "accounts": [ { "accountId": "A-1", "name": "Example", "timeZone": "UTC", "units": [
            { "unitId": "U-cut", "name": "Cut" }, { "unitId": "U-low", "name": "Low" },
            { "unitId": "U-waiting", "name": "Waiting" } ] } ], "rules": [] }
        """;

    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly ServiceMonth October = new(2026, 10);

    private static readonly ContractPolicy TwoRows = ContractPolicy.Default with
    {
        Version = "two-rows", MosBounds = [new(3_2000, 50, ""), new(3_9000, 10, "")],
    };

    private readonly TemporaryFolder _folder = new();

    private string Path => _folder.File("store.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Show_writes_a_document_that_import_takes()
    {
        var run = await CliRun.OfAsync(["policy", "show"]);

        Assert.Equal(0, run.Status);
        Assert.Equal(ContractPolicy.Default.ToJson(), run.Output);
    }

    [Fact]
    public async Task Import_puts_a_policy_in_force_once_and_show_lists_it()
    {
        await SeedAsync();
        var file = Write("two.json", TwoRows.ToJson());
        string[] import = ["policy", "import", file, "--db", Path, "--account", "A-1", "--from", "2026-10"];

        var dry = await CliRun.OfAsync([.. import, "--dry-run"]);
        Assert.Equal((0, 0), (dry.Status, (await StoredAsync()).Count));
        Assert.StartsWith(
            $"Would put in force: policy two-rows ({TwoRows.Digest}) for A-1 from 2026-10 on.", dry.Output,
            StringComparison.Ordinal);

        var first = await CliRun.OfAsync(import);
        var again = await CliRun.OfAsync(import);
        Assert.StartsWith("In force now: policy two-rows", first.Output, StringComparison.Ordinal);
        Assert.StartsWith("In force already: policy two-rows", again.Output, StringComparison.Ordinal);
        Assert.Equal(["A-1"], (await StoredAsync()).Select(policy => policy.Entry.AccountId));

        var list = await CliRun.OfAsync(["policy", "show", "--db", Path]);
        Assert.Equal(3, list.Lines.Count);
        Assert.Contains(ContractPolicy.Default.Digest, list.Lines[1], StringComparison.Ordinal);
        Assert.StartsWith($"A-1      2026-10  -   two-rows  {TwoRows.Digest}", list.Lines[2], StringComparison.Ordinal);
        var one = await CliRun.OfAsync(["policy", "show", "--db", Path, "--digest", TwoRows.Digest]);
        Assert.Equal(TwoRows.ToJson(), one.Output);
    }

    [Fact]
    public async Task Every_error_of_a_file_is_told_with_its_line_and_nothing_is_changed()
    {
        await SeedAsync();
        var file = Write("bad.json", TwoRows.ToJson()
            .Replace("\"grace_days\": 5", "\"grace_days\": 99", StringComparison.Ordinal)
            .Replace("\"below_e4\": 32000", "\"below_e4\": 32005", StringComparison.Ordinal));
        var run = await CliRun.OfAsync(["policy", "import", file, "--db", Path, "--from", "2026-10"]);

        Assert.Equal((2, ""), (run.Status, run.Output));
        var errors = run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);

        // Line 1 is the brace, 2 the version, 3 the array, 4 the first row's brace, 5 its bound.
        Assert.StartsWith($"voicequality: {file}:5: $.mos_bounds[0].below_e4: ", errors[0], StringComparison.Ordinal);
        Assert.Contains(": $.grace_days: A whole number from 0 to 60", errors[1], StringComparison.Ordinal);
        Assert.Equal("voicequality: 2 errors; nothing was changed.", errors[2]);
        Assert.Empty(await StoredAsync());
    }

    [Fact]
    public async Task What_cannot_be_imported_is_refused_in_one_line()
    {
        await SeedAsync();
        var two = Write("two.json", TwoRows.ToJson());
        var unnamed = Write("unnamed.json", (ContractPolicy.Default with { GraceDays = 6 }).ToJson());

        (await CliRun.OfAsync(["policy", "import", two, "--db", Path, "--from", "2026-13"])).AssertRefused("yyyy-MM");
        (await CliRun.OfAsync(["policy", "import", two, "--db", Path, "--from", "2026-10", "--account", "A-2"]))
            .AssertRefused("no account");
        (await CliRun.OfAsync(["policy", "import", two, "--db", _folder.File("none.db"), "--from", "2026-10"]))
            .AssertRefused("no database");
        (await CliRun.OfAsync(["policy", "import", unnamed, "--db", Path, "--from", "2026-10"]))
            .AssertRefused("version 2026-2 names another reading");
        (await CliRun.OfAsync(["policy", "show", "--db", Path, "--digest", new string('a', 64)]))
            .AssertRefused("digest");
        Assert.Empty(await StoredAsync());
    }

    [Fact]
    public async Task Compare_shows_the_same_month_under_both_readings_and_changes_nothing()
    {
        await SeedAsync();
        var file = Write("two.json", TwoRows.ToJson());
        var run = await CliRun.OfAsync(
            ["policy", "compare", file, "--db", Path, "--month", "2026-10", "--format", "json"]);
        Assert.Equal("", run.Error);
        var answer = JsonDocument.Parse(run.Output).RootElement;
        var lines = answer.GetProperty("lines").EnumerateArray()
            .ToDictionary(l => l.GetProperty("unitId").GetString()!);

        // 3.4995: 30 % of 8420.15 = 2526.045, 2526.05; by two rows 10 % = 842.015, 842.02; 842.02 - 2526.05 = -1684.03.
        AssertLine(lines["U-cut"], "3.250-3.499", 30, "2526.05", "3.200-3.899", 10, "842.02", "-1684.03");

        // 3.1: 60 % of 100.00; by two rows 50 %.
        AssertLine(lines["U-low"], "3.000-3.249", 60, "60.00", "0.000-3.199", 50, "50.00", "-10.00");
        AssertLine(lines["U-waiting"], "3.500-3.899", 10, null, "3.200-3.899", 10, null, null);

        // 2526.05 + 60.00; 842.02 + 50.00; the unit without usage is in neither.
        var totals = answer.GetProperty("totals");
        Assert.Equal("2586.05", totals.GetProperty("inForce").GetString());
        Assert.Equal("892.02", totals.GetProperty("other").GetString());
        Assert.Equal("-1694.03", totals.GetProperty("difference").GetString());
        Assert.Equal(1, totals.GetProperty("unknownCount").GetInt32());
        Assert.Empty(await StoredAsync());
    }

    [Fact]
    public async Task Compare_writes_a_table_with_totals()
    {
        await SeedAsync();
        var file = Write("two.json", TwoRows.ToJson());
        var run = await CliRun.OfAsync(["policy", "compare", file, "--db", Path, "--month", "2026-10"]);

        Assert.Equal(0, run.Status);
        var total = run.Lines.Single(line => line.StartsWith("total", StringComparison.Ordinal));
        Assert.Equal(
            ["total", "2586.05", "892.02", "-1694.03"], total.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(
            run.Lines,
            line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is
                ["A-1", "U-cut", "2026-2", "3.499", "3.250-3.499", "30", "2526.05", "3.200-3.899", "10", "842.02",
                    "-1684.03"]);
        Assert.Contains(
            run.Lines,
            line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is
                ["A-1", "U-waiting", "2026-2", "3.800", "3.500-3.899", "10", "?", "3.200-3.899", "10", "?", "?"]);
        Assert.Equal("Units in no total, for a credit is not known: 1.", run.Lines[^1]);
    }

    [Fact]
    public async Task Compare_reads_the_same_calls_by_another_basis_and_shows_coverage_and_mean()
    {
        await SeedAsync();
        var file = Write("cq.json", (ContractPolicy.Default with
        {
            Version = "cq", MosScoreBasis = MosScoreBasis.Conversational,
        }).ToJson());
        var run = await CliRun.OfAsync(["policy", "compare", file, "--db", Path, "--month", "2026-10"]);

        // No call has a MOS-CQ, so none counts and no credit is known.
        Assert.Equal((0, ""), (run.Status, run.Error));
        Assert.Contains(
            run.Lines,
            line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is
                ["A-1", "U-cut", "2026-2", "3.499", "3.250-3.499", "30", "2526.05", "0.00", "%", "?", "?", "?", "?", "?"]);
        var json = JsonDocument.Parse((await CliRun.OfAsync(
            ["policy", "compare", file, "--db", Path, "--month", "2026-10", "--format", "json"])).Output).RootElement;
        var other = json.GetProperty("lines")[0].GetProperty("other");
        Assert.Equal("CONVERSATIONAL", other.GetProperty("scoreBasis").GetString());
        Assert.Equal((1, 0), (other.GetProperty("answered").GetInt32(), other.GetProperty("scored").GetInt32()));
    }

    private static void AssertLine(
        JsonElement line, string row, int percent, string? credit, string otherRow, int otherPercent,
        string? otherCredit, string? difference)
    {
        AssertSide(line.GetProperty("inForce"), ContractPolicy.Default, row, percent, credit);
        AssertSide(line.GetProperty("other"), TwoRows, otherRow, otherPercent, otherCredit);
        Assert.Equal(difference, line.GetProperty("difference").GetString());
    }

    private static void AssertSide(JsonElement side, ContractPolicy policy, string row, int percent, string? credit)
    {
        Assert.Equal(policy.Digest, side.GetProperty("policyDigest").GetString());
        Assert.Equal(row, side.GetProperty("row").GetString());
        Assert.Equal(percent, side.GetProperty("percent").GetInt32());
        Assert.Equal(credit, side.GetProperty("credit").GetString());
    }

    private async Task SeedAsync()
    {
        await using var database = await Database.OpenAsync(Path, None);
        var now = Instant.FromUtc(2026, 11, 2, 0, 0);
        await new AccountRepository(database).ReplaceAsync(Encoding.UTF8.GetBytes(Accounts), now, None);
        using var writer = new MeasurementWriter(database);
        var day = new LocalDate(2026, 10, 14);
        await writer.WriteAsync(
            [
                SeedCalls.Answered("A-1", "U-cut", day, 1, 3_4995),
                SeedCalls.Answered("A-1", "U-low", day, 2, 3_1000),
                SeedCalls.Answered("A-1", "U-waiting", day, 3, 3_8000),
            ],
            [],
            None);
        await new UsageRepository(database).ImportAsync(
            [
                new("A-1", "U-cut", October, ChargeKind.UsageDomestic, 8420.15m, null),
                new("A-1", "U-low", October, ChargeKind.UsageDomestic, 100.00m, null),
            ],
            [], new string('a', 64), now, None);
    }

    private async Task<IReadOnlyList<StoredPolicy>> StoredAsync()
    {
        await using var database = await Database.OpenAsync(Path, None);
        return await new PolicyRepository(database).ListAsync(None);
    }

    private string Write(string name, string text)
    {
        File.WriteAllText(_folder.File(name), text);
        return _folder.File(name);
    }
}
