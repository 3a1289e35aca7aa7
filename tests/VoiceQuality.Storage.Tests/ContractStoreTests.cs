using System.Text;
using NodaTime;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Credits;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Sla.Usage;
using VoiceQuality.Storage.Accounts;
using VoiceQuality.Storage.Credits;
using VoiceQuality.Storage.Sources;
using VoiceQuality.Storage.Usage;

namespace VoiceQuality.Storage.Tests;

/// <summary>What a store of contract data does, whatever database it stands on.</summary>
public abstract class ContractStoreTests
{
    private const string Document = """
        { "accounts": [ { "accountId": "A-1", "name": "Example Ltd", "timeZone": "America/Denver",
            "units": [ { "unitId": "U-1", "name": "Support" }, { "unitId": "U-2", "name": "Sales" } ] } ],
          "rules": [ { "ruleId": "r1", "unitId": "U-1", "match": { "trunk": "198.18.4.0/24" } } ] }
        """;

    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly ServiceMonth October = new(2026, 10);
    private static readonly Instant Now = Instant.FromUtc(2026, 11, 2, 12, 0);

    /// <summary>An empty database, deleted when it is disposed.</summary>
    private protected abstract Task<Database> OpenAsync();

    [Fact]
    public async Task An_account_document_is_kept_in_every_version_and_the_last_one_is_in_force()
    {
        await using var database = await OpenAsync();
        var accounts = new AccountRepository(database);
        Assert.Same(AccountBook.Empty, await accounts.ReadAsync(None));

        var first = await accounts.ReplaceAsync(Encoding.UTF8.GetBytes(Document), Now, None);
        var again = await accounts.ReplaceAsync(Encoding.UTF8.GetBytes(Document), Now + Duration.FromDays(1), None);
        var renamed = Encoding.UTF8.GetBytes(Document.Replace("U-2", "U-3", StringComparison.Ordinal));
        var second = await accounts.ReplaceAsync(renamed, Now + Duration.FromDays(2), None);

        Assert.Equal((1, true), (first.Version!.Version, first.IsNew));
        Assert.Equal((first.Version, false), (again.Version, again.IsNew));
        Assert.Equal((2, true), (second.Version!.Version, second.IsNew));
        Assert.Equal(["U-1", "U-3"], (await accounts.ReadAsync(None)).Units.Select(unit => unit.UnitId));
        Assert.Equal(["U-1", "U-2"], (await accounts.ReadAsync(1, None))!.Units.Select(unit => unit.UnitId));
        Assert.Null(await accounts.ReadAsync(3, None));
        Assert.Equal([second.Version, first.Version], await accounts.ListVersionsAsync(None));
        Assert.Equal(
            ["U-1|A-1|Support", "U-3|A-1|Sales"],
            await database.ReadListAsync(
                "SELECT unit_id, account_id, name FROM business_unit ORDER BY unit_id",
                [],
                reader => $"{reader.GetString(0)}|{reader.GetString(1)}|{reader.GetString(2)}",
                None));
    }

    [Fact]
    public async Task A_document_with_an_error_changes_nothing()
    {
        await using var database = await OpenAsync();
        var accounts = new AccountRepository(database);
        await accounts.ReplaceAsync(Encoding.UTF8.GetBytes(Document), Now, None);

        var outcome = await accounts.ReplaceAsync(
            Encoding.UTF8.GetBytes(Document.Replace("Denver", "Nowhere", StringComparison.Ordinal)), Now, None);

        Assert.Null(outcome.Version);
        Assert.Equal([AccountBookErrorKind.UnknownTimeZone], outcome.Errors.Select(error => error.Kind));
        Assert.Single(await accounts.ListVersionsAsync(None));
    }

    [Fact]
    public async Task Usage_lines_are_read_back_exactly_and_in_order()
    {
        await using var database = await OpenAsync();
        var usage = new UsageRepository(database);
        Assert.True(PhoneNumber.TryNormalize("+18005550100", out var number));
        UsageLine[] lines =
        [
            new("A-1", "U-1", October, ChargeKind.UsageDomestic, 0.1m, null),
            new("A-1", "U-1", October, ChargeKind.UsageTollFree, 123456789012.3456m, number),
            new("A-1", "U-1", October, ChargeKind.Credit, -0.05m, null),
            new("A-1", "U-1", October.Next, ChargeKind.Mrc, 0m, null),
        ];

        var outcome = await usage.ImportAsync(lines, [], "digest", Now, None);

        Assert.Equal(new UsageOutcome(2, 0, 4), outcome);
        var stored = await usage.GetAsync(new UsageSet("A-1", "U-1", October), None);
        Assert.Equal(lines[..3], stored!.Lines);
        Assert.Equal(("digest", Now), (stored.SourceDigest, stored.ImportedAt));
        Assert.Equal([new UsageSet("A-1", "U-1", October)], await usage.ListSetsAsync(October, None));
    }

    [Fact]
    public async Task An_import_replaces_the_units_and_months_it_covers_and_no_other()
    {
        await using var database = await OpenAsync();
        var usage = new UsageRepository(database);
        UsageLine Line(string unit, decimal amount) => new("A-1", unit, October, ChargeKind.UsageDomestic, amount, null);
        await usage.ImportAsync([Line("U-1", 1), Line("U-2", 2), Line("U-3", 3)], [], "first", Now, None);

        var outcome = await usage.ImportAsync(
            [Line("U-1", 10), Line("U-2", 2)], [new UsageSet("A-1", "U-3", October)], "second", Now, None);

        Assert.Equal(new UsageOutcome(2, 1, 1), outcome);
        var sets = await Task.WhenAll(new[] { "U-1", "U-2", "U-3", "U-4" }.Select(
            unit => usage.GetAsync(new UsageSet("A-1", unit, October), None)));
        Assert.Equal(
            ["second: 10", "first: 2", "second: ", "never"],
            sets.Select(set => set is null
                ? "never"
                : $"{set.SourceDigest}: {string.Join(" ", set.Lines.Select(line => line.Amount))}"));
    }

    [Fact]
    public async Task An_assessment_is_added_only_when_it_says_something_else()
    {
        await using var database = await OpenAsync();
        var credits = new CreditRepository(database);

        // 3 answered calls, two of them scored with 3.2 and 3.4: mean 3.3, 30 % of 8420.15 is 2526.045, so 2526.05.
        var before = Eligibility(3, 6_6000, 2, UsageBase.Known(8420.15m), Now);
        var rescored = Eligibility(3, 6_4000, 2, UsageBase.Known(8420.15m), Now);
        var outcomes = new List<AssessmentOutcome>();
        foreach (var (eligibility, days) in new[] { (before, 0), (before, 1), (rescored, 2), (before, 3) })
        {
            outcomes.Add(await credits.SaveAsync("A-1", "U-1", eligibility, Now + Duration.FromDays(days), None));
        }

        Assert.Equal([new(1, true), new(1, false), new(2, true), new(3, true)], outcomes);
        var history = await credits.ListHistoryAsync("A-1", "U-1", October, None);
        Assert.Equal([3, 2, 1], history.Select(assessment => assessment.Version));
        Assert.Equal(history[0].ContentDigest, history[2].ContentDigest);
        Assert.Equal(Now, history[2].AssessedAt);
        Assert.Equal(
            (30, 2526.05m, 66.66m), (history[0].CreditPercent, history[0].CreditIfClaimed, history[0].CoveragePercent));
    }

    [Fact]
    public async Task An_assessment_is_read_back_as_it_was_computed()
    {
        await using var database = await OpenAsync();
        var credits = new CreditRepository(database);
        MonthlyEligibility[] all =
        [
            Eligibility(3, 6_6000, 2, new UsageBase(UsageBaseStatus.Known, 100.0001m, 0.5m), Now),
            Eligibility(0, 0, 0, UsageBase.Unknown, Now),
            Eligibility(5, 0, 0, UsageBase.Known(0m), Now + Duration.FromDays(90)),
        ];

        foreach (var expected in all)
        {
            await credits.SaveAsync("A-1", "U-1", expected, Now, None);
            var actual = await credits.GetCurrentAsync("A-1", "U-1", October, None);
            Assert.Equal(
                (expected.Period.Start, expected.Period.End, expected.Calls, expected.Tier.Status, expected.Tier.Display,
                    expected.Tier.RowName),
                (actual!.PeriodStart, actual.PeriodEnd, actual.Calls, actual.MosStatus, actual.MosDisplay, actual.RowName));
            Assert.Equal(
                (expected.Tier.Percent, expected.CoveragePercent, expected.Base, expected.CreditIfClaimed, expected.State,
                    expected.ClosesAt),
                (actual.CreditPercent, actual.CoveragePercent, actual.Base, actual.CreditIfClaimed, actual.State,
                    actual.ClosesAt));
            Assert.Equal(
                (expected.ClaimWindow, expected.ClaimBefore, expected.PolicyVersion, expected.PolicyDigest,
                    expected.TimeZoneDatabaseVersion),
                (actual.ClaimWindow, actual.ClaimBefore, actual.PolicyVersion, actual.PolicyDigest,
                    actual.TimeZoneDatabaseVersion));
        }
    }

    [Fact]
    public async Task Lists_show_the_current_assessment_of_each_unit()
    {
        await using var database = await OpenAsync();
        var credits = new CreditRepository(database);
        foreach (var (account, unit) in new[] { ("A-2", "U-9"), ("A-1", "U-2"), ("A-1", "U-1") })
        {
            await credits.SaveAsync(account, unit, Eligibility(3, 6_6000, 2, UsageBase.Unknown, Now), Now, None);
            await credits.SaveAsync(account, unit, Eligibility(4, 6_6000, 2, UsageBase.Unknown, Now), Now, None);
        }

        Assert.Equal(
            ["A-1/U-1/2", "A-1/U-2/2", "A-2/U-9/2"],
            (await credits.ListCurrentAsync(October, None)).Select(a => $"{a.AccountId}/{a.UnitId}/{a.Version}"));
        Assert.Equal(
            ["U-1/2", "U-2/2"],
            (await credits.ListCurrentOfAccountAsync("A-1", None)).Select(a => $"{a.UnitId}/{a.Version}"));
        Assert.Empty(await credits.ListCurrentAsync(October.Next, None));
    }

    [Fact]
    public async Task A_capture_file_is_known_by_its_content_whatever_its_name()
    {
        await using var database = await OpenAsync();
        var sources = new SourceRepository(database);
        var source = new FinishedSource(new string('a', 64), "edge-1.pcap", 1 << 20, 9, 2, 4, null, 5, Now);

        Assert.True(await sources.AddAsync(source, None));
        Assert.False(await sources.AddAsync(source with { Name = "copy.pcap" }, None));

        Assert.Equal(source, await sources.FindAsync(source.Sha256, None));
        Assert.Equal([source], await sources.ListAsync(10, None));
        Assert.Null(await sources.FindAsync(new string('b', 64), None));
        await Assert.ThrowsAsync<ArgumentException>(() => sources.AddAsync(source with { Sha256 = "short" }, None));
    }

    private static MonthlyEligibility Eligibility(
        long answered, long sumE4, long scored, UsageBase usageBase, Instant now) => MonthlyEligibility.Of(
            October,
            new AccountCalendar(DateTimeZoneProviders.Tzdb["America/Denver"]),
            new UnitMonthCalls(answered, new MeanMos(sumE4, scored)),
            usageBase,
            now,
            ContractPolicy.Default);
}

/// <summary>The behaviour on SQLite.</summary>
public sealed class SqliteContractStoreTests : ContractStoreTests
{
    private protected override Task<Database> OpenAsync() =>
        Database.OpenAsync(Database.InMemoryPath, CancellationToken.None);
}
