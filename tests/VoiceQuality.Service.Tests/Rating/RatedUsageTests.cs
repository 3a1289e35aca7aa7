using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using VoiceQuality.Service.Audit;
using VoiceQuality.Service.Claims;
using VoiceQuality.Service.Hosting;
using VoiceQuality.Service.Ingest;
using VoiceQuality.Service.Rating;
using VoiceQuality.Service.Reference;
using VoiceQuality.Service.Tests.Api;
using VoiceQuality.Service.Tests.Cli;
using VoiceQuality.Service.Tests.Reference;
using VoiceQuality.Sla.Evidence;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Sla.Rating;
using VoiceQuality.Sla.TollFree;
using VoiceQuality.Sla.Usage;
using VoiceQuality.Storage;
using VoiceQuality.Storage.Accounts;
using VoiceQuality.Storage.Calls;
using VoiceQuality.Storage.Claims;
using VoiceQuality.Storage.Ledger;
using VoiceQuality.Storage.Policies;
using VoiceQuality.Storage.Usage;
using VoiceQuality.Testing.Captures;
using Measurement = VoiceQuality.Testing.Captures.Measurement;

namespace VoiceQuality.Service.Tests.Rating;

/// <summary>SIP on the wire becomes usage lines, by the example set of reference data.</summary>
public sealed class RatedUsageTests : IAsyncLifetime, IDisposable
{
    private const string Denver = "A-1001";
    private const string Sales = "DEN-SALES";
    private const string Pbx = "198.18.1.5:5060";
    private const string Carrier = "192.0.2.10:5060";
    private const string Own = "+13035550100";
    private const string TollFree = "+18885550123";
    private const string TierB = "+12125550188";
    private const string TierC = "+12125559001";

    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly ServiceMonth October = new(2026, 10);

    private readonly TestClock _clock = new(new DateTimeOffset(2026, 11, 20, 0, 0, 0, TimeSpan.Zero));
    private readonly Wire _wire = new();
    private readonly TemporaryFolder _folder = new();
    private Database _database = null!;
    private WebApplication _app = null!;
    private int _calls;

    public async Task InitializeAsync()
    {
        _database = await Database.OpenAsync(DatabaseFile, None);
        var accounts = new AccountRepository(_database);
        await accounts.ReplaceAsync(ReferenceVectors.Accounts, Instant.FromUtc(2026, 1, 1, 0, 0), None);

        // Built and not started: nothing runs but what a test asks for.
        _app = ServiceHost.Build(ServeSettings.On("http://127.0.0.1:0"), _database, _clock, null);
        _app.Services.GetRequiredService<AccountDirectory>().Replace(await accounts.ReadAsync(None));
    }

    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        await _database.DisposeAsync();
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Calls_on_the_wire_become_lines_to_the_cent()
    {
        await ImportReferenceAsync(ReferenceVectors.Files());
        DayInOctober();
        await MeasureAsync();
        var lines = await LinesAsync(October);

        // Domestic: 66/60 × 0.0110 = 0.0121 and, after October 15th, 12/60 × 0.0130 = 0.0026: 0.0147, billed 0.01. Toll
        // free: 1 min × 0.0210 within Colorado: 0.02. International: 1 min × 0.0199: 0.02. Of three domestic calls
        // floor(0.9) = 0 of Tier C are free; two bear (12 + 60)/60 × 0.03 = 0.036: 0.006 of no number is 0.01, and
        // 0.036 in all is 0.04, so the number's line is 0.03.
        Assert.Equal(
            [
                (ChargeKind.UsageDomestic, 0.01m, null), (ChargeKind.UsageInternational, 0.02m, null),
                (ChargeKind.UsageTollFree, 0.02m, TollFree), (ChargeKind.TierCSurcharge, 0.01m, null),
                (ChargeKind.TierCSurcharge, 0.03m, TollFree),
            ],
            lines!.Select(line => (line.Kind, line.Amount, line.Number?.ToE164())));
    }

    [Fact]
    public async Task The_same_capture_again_changes_nothing()
    {
        await ImportReferenceAsync(ReferenceVectors.Files());
        DayInOctober();
        await MeasureAsync();
        var before = await SourcedAsync(October);
        await MeasureAsync();

        Assert.Equal(before!.Digest, (await SourcedAsync(October))!.Digest);
        Assert.Equal(4, (await ViewAsync()).AnsweredCalls);
    }

    [Fact]
    public async Task Without_reference_data_usage_is_unknown_and_the_import_rates_the_stored_calls()
    {
        DayInOctober();
        await MeasureAsync();
        var blind = await ViewAsync();
        Assert.Equal([(UnratedReason.DirectionUnknown, 4L)], blind.Unrated);
        Assert.Null(await LinesAsync(October));
        Assert.Null(blind.Units.Single(unit => unit.UnitId == Sales).Difference.Rated);

        await ImportReferenceAsync(ReferenceVectors.Files());

        // The month is not rated by the data in force, and so it has no usage, until the worker has been there.
        Assert.False((await ViewAsync()).IsSettled);
        Assert.Null(await LinesAsync(October));
        Assert.Equal(1, await Worker.RateDueAsync(None));
        Assert.Equal(0, await Worker.RateDueAsync(None));

        // 0.01 + 0.02 + 0.02 + 0.04, as rated from the beginning.
        Assert.Equal(0.09m, (await LinesAsync(October))!.Sum(line => line.Amount));
        Assert.Equal(100m, (await ViewAsync()).CoveragePercent);
    }

    [Fact]
    public async Task A_call_over_the_end_of_the_month_belongs_to_the_month_of_its_answer()
    {
        // October ends in Denver at 06:00 UTC of November 1st, the night in which clocks go back two hours later.
        await ImportReferenceAsync(ReferenceVectors.Files());
        Call(Instant.FromUtc(2026, 11, 1, 5, 59, 50), 30, Pbx, Carrier, Own, TierB);
        Call(Instant.FromUtc(2026, 11, 1, 6, 0, 0), 60, Pbx, Carrier, Own, TierB);
        await MeasureAsync();

        // 30/60 × 0.0130 = 0.0065, and 1 × 0.0130.
        Assert.Equal(0.01m, Assert.Single((await LinesAsync(October))!).Amount);
        Assert.Equal(0.01m, Assert.Single((await LinesAsync(October.Next))!).Amount);
        Assert.Equal(
            (30L * 130, 60L * 130),
            ((await UnitsAsync(October)).ChargeUnits, (await UnitsAsync(October.Next)).ChargeUnits));
    }

    [Fact]
    public async Task One_unrated_call_makes_the_units_usage_unknown_and_never_zero()
    {
        await ImportReferenceAsync(ReferenceVectors.Files());
        DayInOctober();
        Call(Instant.FromUtc(2026, 10, 25, 12, 0), 60, Pbx, Carrier, Own, "+8825550100"); // no deck row
        await MeasureAsync();

        Assert.Null(await SourcedAsync(October));
        var view = await ViewAsync();
        Assert.Equal([(UnratedReason.DeckRowMissing, 1L)], view.Unrated);

        // 4 of 5 calls; what could be rated is shown, but is no usage.
        Assert.Equal(80m, view.CoveragePercent);
        var unit = view.Units.Single(one => one.UnitId == Sales);
        Assert.Equal((null, 0.09m), (unit.Difference.Rated, unit.RatedSoFar));
    }

    [Fact]
    public async Task Imported_and_rated_usage_stand_side_by_side()
    {
        await ImportReferenceAsync(ReferenceVectors.Files());
        DayInOctober();
        await MeasureAsync();
        await new UsageRepository(_database).ImportAsync(
            [
                new UsageLine(Denver, Sales, October, ChargeKind.UsageDomestic, 0.03m, null),
                new UsageLine(Denver, Sales, October, ChargeKind.Mrc, 300m, null),
            ],
            [], new string('a', 64), Instant.FromUtc(2026, 11, 2, 0, 0), None);

        // By kind: 0.03 − 0.01; 0 − 0.02; 0 − 0.02; 0 − 0.04. In all 0.03 − 0.09. The recurring charge is no usage.
        var unit = (await ViewAsync()).Units.Single(one => one.UnitId == Sales).Difference;
        Assert.Equal((0.03m, 0.09m, -0.06m), (unit.Imported, unit.Rated, unit.Difference));
        Assert.Equal([0.02m, -0.02m, -0.02m, -0.04m], unit.Kinds.Select(kind => kind.Difference!.Value));

        // Nothing was imported for the other unit, and it had no calls: unknown, and zero.
        var other = (await ViewAsync()).Units.Single(one => one.UnitId == "DEN-HELP").Difference;
        Assert.Equal((null, 0m, null), (other.Imported, other.Rated, other.Difference));
        Assert.Equal(
            300.03m, (await Source.GetAsync(new UsageSet(Denver, Sales, October), MosBaseSource.Imported, None))!
                .Lines.Sum(line => line.Amount));

        var run = await CliRun.OfAsync(["usage", "compare", "2026-10", "--db", DatabaseFile, "--account", Denver]);
        Assert.Equal(0, run.Status);
        Assert.Contains(run.Lines, line => line.Contains("USAGE_DOMESTIC", StringComparison.Ordinal)
            && line.EndsWith("0.03   0.01        0.02", StringComparison.Ordinal));
        Assert.Contains("2 of 3 domestic calls (66.66 %)", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("555", run.Output, StringComparison.Ordinal);
        (await CliRun.OfAsync(["usage", "compare", "2026-10", "--db", DatabaseFile, "--account", "A-9"]))
            .AssertRefused("--account");
    }

    [Fact]
    public async Task The_surcharge_follows_the_policy_in_force_without_rating_again()
    {
        await ImportReferenceAsync(ReferenceVectors.Files());
        DayInOctober();
        await MeasureAsync();
        await new PolicyRepository(_database).RecordAsync(
            new PolicyEntry(Denver, October, ContractPolicy.Default with
            {
                Version = "twenty", TierCSurchargePerMinute = 0.2m, MosBaseSource = MosBaseSource.Rated,
            }),
            Instant.FromUtc(2026, 11, 2, 0, 0), None);

        // 72/60 × 0.20 = 0.24.
        Assert.Equal(
            0.24m,
            (await LinesAsync(October))!.Where(line => line.Kind == ChargeKind.TierCSurcharge)
                .Sum(line => line.Amount));
        Assert.Equal(MosBaseSource.Rated, (await ViewAsync()).BaseSource);
        Assert.Equal(0, await Worker.RateDueAsync(None));
    }

    [Fact]
    public async Task A_restart_in_the_middle_of_rating_again_goes_on()
    {
        for (var i = 0; i < RatingWorker.CallsPerStep + 1; i++)
        {
            Call(Instant.FromUtc(2026, 10, 20, 12, 0) + Duration.FromMinutes(i), 60, Pbx, Carrier, Own, TierB);
        }

        await MeasureAsync();
        await ImportReferenceAsync(ReferenceVectors.Files());
        Assert.Equal(0, await Worker.RateDueAsync(TimeSpan.Zero, steps: 1, None));
        Assert.Null(await LinesAsync(October));

        await _app.DisposeAsync();
        var accounts = _app.Services;
        _app = ServiceHost.Build(ServeSettings.On("http://127.0.0.1:0"), _database, _clock, null);
        _app.Services.GetRequiredService<AccountDirectory>().Replace(
            await new AccountRepository(_database).ReadAsync(None));
        Assert.NotSame(accounts, _app.Services);
        Assert.Equal(1, await Worker.RateDueAsync(TimeSpan.Zero, steps: 2, None));

        // 501 min × 0.0130 = 6.513.
        Assert.Equal(6.51m, Assert.Single((await LinesAsync(October))!).Amount);
    }

    [Fact]
    public async Task A_closed_month_that_is_rated_again_is_restated_by_one_entry_and_every_bundle_still_verifies()
    {
        await ImportReferenceAsync(ReferenceVectors.Files());
        var policies = new PolicyRepository(_database);
        var rated = ContractPolicy.Default with { Version = "rated", MosBaseSource = MosBaseSource.Rated };
        await policies.RecordAsync(
            new PolicyEntry(Denver, October, rated), Instant.FromUtc(2026, 11, 2, 0, 0), None);
        for (var i = 0; i < 10; i++)
        {
            Call(Instant.FromUtc(2026, 10, 20, 12 + (i / 2), 30 * (i % 2)), 3_600, Pbx, Carrier, Own, TierB);
        }

        // 10 × 60 min × 0.0130 = 7.80; an average of 3.4 earns 30 % of it: 2.34.
        await MeasureAsync(mosE4: 34000);
        await AssessAsync();
        await _app.Services.GetRequiredService<ClaimService>().ClaimAsync(
            new ClaimRequest(Denver, Sales, October, "k1", "digest"), None);
        Assert.Equal([2.34m], await AmountsAsync());

        // Twice the rate of then, by a sheet that comes late: 15.60, of which 30 % is 4.68.
        var files = ReferenceVectors.Files();
        files["rates"] = System.Text.Encoding.UTF8.GetBytes(System.Text.Encoding.UTF8.GetString(files["rates"].Span)
            .Replace("0.0130,2026-10-15", "0.0260,2026-10-15", StringComparison.Ordinal));
        await ImportReferenceAsync(files);
        Assert.Equal(1, await Worker.RateDueAsync(None));
        await AssessAsync();
        var current = (await new Storage.Credits.CreditRepository(_database).ListCurrentAsync(October, None))
            .Single(one => one.UnitId == Sales);
        Assert.Equal((2, 15.60m, 4.68m), (current.Version, current.Base.Amount, current.CreditIfClaimed));

        await AssessAsync();
        Assert.Equal([2.34m, 2.34m], await AmountsAsync());
        await AssertBundlesHoldAsync(restatements: 1);

        // Everything below 3.9 earns 100 % by another reading: 10.92 more, and what was decided before verifies as it
        // did.
        await policies.RecordAsync(
            new PolicyEntry(Denver, October, rated with { Version = "all", MosBounds = [new(3_9000, 100, "")] }),
            Instant.FromUtc(2026, 11, 19, 0, 0), None);
        await AssessAsync();
        Assert.Equal([2.34m, 2.34m, 10.92m], await AmountsAsync());
        await AssertBundlesHoldAsync(restatements: 2);
    }

    [Fact]
    public async Task Attempts_from_a_local_number_raise_an_alarm_each_once_without_a_number()
    {
        await ImportReferenceAsync(ReferenceVectors.Files());
        const string Local = "+13035550101";
        Call(Instant.FromUtc(2026, 3, 10, 12, 0), 60, Pbx, Carrier, Local, TierB);
        Call(Instant.FromUtc(2026, 3, 10, 13, 0), 60, Pbx, Carrier, Local, "911");
        Call(Instant.FromUtc(2026, 3, 10, 14, 0), 60, Carrier, Pbx, TierB, Local);
        Call(Instant.FromUtc(2026, 3, 10, 15, 0), 60, Pbx, Carrier, Own, TierB);
        new SipScript(_wire, "refused") { Caller = Pbx, Callee = Carrier, CallerUser = Local, CalleeUser = "911" }
            .Request((Instant.FromUtc(2026, 3, 10, 16, 0).ToUnixTimeTicks() / 10 - Wire.StartUs) / 1e6, "INVITE");
        var outcome = await MeasureAsync();
        Assert.Equal((1, 2), (outcome.UseNotSupportedAlarms, outcome.EmergencyAlarms));
        Assert.Equal((0, 0), ((await MeasureAsync()).UseNotSupportedAlarms, (await MeasureAsync()).EmergencyAlarms));

        var alarms = await new AlarmRepository(_database).ListAsync(Denver, null, 10, None);
        Assert.Equal(
            [
                (LocalNumberAlarm.EmergencyAttempt, 16), (LocalNumberAlarm.EmergencyAttempt, 12),
                (LocalNumberAlarm.UseNotSupported, 11),
            ],
            alarms.Select(alarm => (alarm.Kind, alarm.At.InUtc().Hour)));
        Assert.DoesNotContain("555", string.Concat(alarms), StringComparison.Ordinal);
    }

    private string DatabaseFile => _folder.File("measurements.db");

    private RatingWorker Worker => _app.Services.GetRequiredService<RatingWorker>();

    private IUsageSource Source => _app.Services.GetRequiredService<IUsageSource>();

    private void DayInOctober()
    {
        Call(Instant.FromUtc(2026, 10, 10, 12, 0), 61.2, Pbx, Carrier, Own, TierB);
        Call(Instant.FromUtc(2026, 10, 20, 12, 0), 7, Pbx, Carrier, Own, TierC);
        Call(Instant.FromUtc(2026, 10, 21, 12, 0), 60, Carrier, Pbx, "+19705550101", TollFree);
        Call(Instant.FromUtc(2026, 10, 22, 12, 0), 60, Pbx, Carrier, Own, "+442079460000");
    }

    private void Call(
        Instant answeredAt, double seconds, string from, string to, string caller, string called)
    {
        var at = ((answeredAt.ToUnixTimeTicks() / 10) - Wire.StartUs) / 1e6;
        new SipScript(_wire, $"call-{_calls++}")
        {
            Caller = from, Callee = to, CallerUser = caller, CalleeUser = called,
        }.Answered(at - 2, at).Released(at + seconds);
    }

    private async Task<WriteOutcome> MeasureAsync(int? mosE4 = null)
    {
        var resolver = _app.Services.GetRequiredService<CallResolver>();
        var store = _app.Services.GetRequiredService<IMeasurementStore>();
        return await store.WriteAsync(
            [
                .. Measurement.Of(_wire).Calls
                    .Select(call => mosE4 is null ? call : call with { MosLqE4 = mosE4, UnscoredReason = default })
                    .Select(resolver.Resolve),
            ],
            [],
            None);
    }

    private async Task AssessAsync()
    {
        var assessor = _app.Services.GetRequiredService<CreditAssessor>();
        await assessor.TouchStaleAsync(None);
        await assessor.AssessTouchedAsync(None);
    }

    private async Task<List<decimal>> AmountsAsync() =>
        [.. (await new LedgerRepository(_database).ListAccountAsync(Denver, None)).Select(entry => entry.Amount)];

    private async Task AssertBundlesHoldAsync(int restatements)
    {
        var (claims, restated) = (new ClaimRepository(_database), new RestatementRepository(_database));
        var claim = Assert.Single(await claims.ListMonthAsync(Denver, Sales, October, None));
        List<byte[]?> bundles = [await claims.GetBundleAsync(Denver, claim.ClaimId, None)];
        foreach (var one in await restated.ListMonthAsync(Denver, Sales, October, None))
        {
            bundles.Add(await restated.GetBundleAsync(Denver, one.RestatementId, None));
        }

        Assert.Equal(restatements + 1, bundles.Count);
        Assert.All(bundles, bundle => Assert.Equal(EvidenceStatus.Holds, EvidenceVerifier.Verify(bundle).Status));
    }

    private async Task ImportReferenceAsync(Dictionary<string, ReadOnlyMemory<byte>> files)
    {
        var import = new ReferenceImport(
            _app.Services.GetRequiredService<Storage.Reference.ReferenceRepository>(),
            new AccountRepository(_database),
            _app.Services.GetRequiredService<AuditLog>(),
            _clock);
        Assert.Empty((await import.ApplyAsync(files, "j.doe", AuditOrigins.Command, None)).Check.Errors);
    }

    private async Task<SourcedUsage?> SourcedAsync(ServiceMonth month) =>
        await Source.GetAsync(new UsageSet(Denver, Sales, month), MosBaseSource.Rated, None);

    private async Task<IReadOnlyList<UsageLine>?> LinesAsync(ServiceMonth month) => (await SourcedAsync(month))?.Lines;

    private async Task<ChargeSum> UnitsAsync(ServiceMonth month) => Assert.Single(
        (await new Storage.Rating.RatingQueries(_database)
            .GetAsync(Denver, month, ContractPolicy.Default, None))!.Sums.Charges);

    private async Task<UsageView> ViewAsync() =>
        (await _app.Services.GetRequiredService<UsageViews>().GetAsync(Denver, October, None))!;
}
