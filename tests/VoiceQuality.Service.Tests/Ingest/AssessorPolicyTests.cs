using System.Diagnostics.Metrics;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using VoiceQuality.Service.Ingest;
using VoiceQuality.Service.Telemetry;
using VoiceQuality.Service.Telemetry.Influx;
using VoiceQuality.Service.Telemetry.Prometheus;
using VoiceQuality.Service.Tests.Api;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Sla.Usage;
using VoiceQuality.Storage;
using VoiceQuality.Storage.Calls;
using VoiceQuality.Storage.Credits;
using VoiceQuality.Storage.Policies;
using VoiceQuality.Storage.Usage;

namespace VoiceQuality.Service.Tests.Ingest;

/// <summary>Stored assessments follow the policy in force.</summary>
public sealed class AssessorPolicyTests : IAsyncLifetime, IDisposable
{
    private const string Accounts = """
        { "accounts": [
            { "accountId": "A-1", "name": "One", "timeZone": "UTC", "units": [ { "unitId": "U-1", "name": "One" } ] },
            { "accountId": "B-1", "name": "Two", "timeZone": "UTC", "units": [ { "unitId": "U-2", "name": "Two" } ] } ],
          "rules": [] }
        """;

    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly ServiceMonth October = new(2026, 10);
    private static readonly Instant Now = Instant.FromUtc(2026, 11, 20, 0, 0);

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly TestClock _time = new(Now.ToDateTimeOffset());
    private Database _database = null!;
    private CreditAssessor _assessor = null!;

    public async Task InitializeAsync()
    {
        _database = await Database.OpenAsync(Database.InMemoryPath, None);
        var directory = new AccountDirectory();
        directory.Replace(AccountBook.Parse(Encoding.UTF8.GetBytes(Accounts)).Book!);
        _assessor = NewAssessor(directory);
        using var writer = new MeasurementWriter(_database);
        var day = new LocalDate(2026, 10, 14);
        await writer.WriteAsync(
            [SeedCalls.Answered("A-1", "U-1", day, 1, 3_4995),
                SeedCalls.Answered("B-1", "U-2", day, 2, 3_4995)], [], None);
        await BillAsync(October, 8420.15m);
        _assessor.Touch("A-1", October);
        _assessor.Touch("B-1", October);
        Assert.Equal(2, await _assessor.AssessTouchedAsync(None));
    }

    public async Task DisposeAsync() => await _database.DisposeAsync();

    public void Dispose()
    {
        _assessor.Dispose();
        _services.Dispose();
    }

    [Fact]
    public async Task A_policy_that_was_recorded_makes_a_new_version_of_the_months_that_it_decides()
    {
        var twoRows = ContractPolicy.Default with
        {
            Version = "two-rows", MosBounds = [new(3_2000, 50, ""), new(3_9000, 10, "")],
        };
        await RecordAsync("A-1", October, twoRows);
        await RecordAsync("B-1", October.Next, twoRows);

        Assert.Equal(1, await _assessor.AssessTouchedAsync(None));
        Assert.Equal(0, await _assessor.AssessTouchedAsync(None));

        // 30 % of 8420.15 = 2526.045, 2526.05; by two rows 10 % = 842.015, 842.02.
        Assert.Equal(
            [(2, 842.02m, twoRows.Digest), (1, 2526.05m, ContractPolicy.Default.Digest)],
            (await HistoryAsync("A-1", "U-1")).Select(a => (a.Version, a.CreditIfClaimed!.Value, a.PolicyDigest)));
        Assert.Equal([1], (await HistoryAsync("B-1", "U-2")).Select(a => a.Version));
    }

    [Fact]
    public async Task Usage_of_the_month_that_follows_assesses_the_month_whose_base_it_is()
    {
        await RecordAsync(
            "A-1", October,
            ContractPolicy.Default with { Version = "by-request", MosBasePeriod = MosBasePeriod.RequestMonth });
        Assert.Equal(1, await _assessor.AssessTouchedAsync(None));
        Assert.Null((await HistoryAsync("A-1", "U-1"))[0].CreditIfClaimed);

        await BillAsync(October.Next, 1000.00m);
        _assessor.Touch("A-1", October.Next);
        await _assessor.AssessTouchedAsync(None);

        // 30 % of November's 1000.00.
        var current = (await HistoryAsync("A-1", "U-1"))[0];
        Assert.Equal(
            (3, 300.00m, 1000.00m), (current.Version, current.CreditIfClaimed!.Value, current.Base.Amount!.Value));
    }

    private CreditAssessor NewAssessor(AccountDirectory directory) => Assessors.Of(
        _database, directory,
        new ServiceMetrics(
            _services.GetRequiredService<IMeterFactory>(), new PipelineTotals(), new InfluxCounters(),
            new PrometheusOptions(), _time),
        _time);

    private Task<IReadOnlyList<CreditAssessment>> HistoryAsync(string account, string unit) =>
        new CreditRepository(_database).ListHistoryAsync(account, unit, October, None);

    private Task<PolicyRecordStatus> RecordAsync(string account, ServiceMonth from, ContractPolicy policy) =>
        new PolicyRepository(_database).RecordAsync(new PolicyEntry(account, from, policy), Now, None);

    private Task<UsageOutcome> BillAsync(ServiceMonth month, decimal amount) =>
        new UsageRepository(_database).ImportAsync(
        [
            new("A-1", "U-1", month, ChargeKind.UsageDomestic, amount, null),
            new("B-1", "U-2", month, ChargeKind.UsageDomestic, amount, null),
        ],
        [], new string('a', 64), Now, None);
}
