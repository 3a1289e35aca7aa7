using System.Collections.Immutable;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using NodaTime;
using VoiceQuality.Service.Audit;
using VoiceQuality.Service.Claims;
using VoiceQuality.Service.Reference;
using VoiceQuality.Service.Tests.Api;
using VoiceQuality.Sla.Outages;
using VoiceQuality.Storage;
using VoiceQuality.Storage.Accounts;
using VoiceQuality.Storage.Reference;

namespace VoiceQuality.Service.Tests.Claims;

/// <summary>
/// October 2026 in Denver (UTC-6), seen from 10 November: a trunk at 300.00 a month, of which all was billed, one in a
/// bundle, one that bars itself, and failures as a test sets them.
/// </summary>
internal sealed class OutageSite : IOutageRecords, IAsyncDisposable
{
    public List<MeasuredFailure> Failures { get; } = [];

    public List<RecordedExclusion> Exclusions { get; } = [];

    public List<Interval> Gaps { get; } = [];

    public TestSite Site { get; private set; } = null!;

    public static async Task<OutageSite> StartAsync(string billed = "T-1,2026-10,300.00\n", string tollFree = "")
    {
        var records = new OutageSite();
        records.Site = await ContractSite.StartAsync(
            services => services.Replace(ServiceDescriptor.Singleton<IOutageRecords>(records)));
        await SeedAsync(records.Site.Database, records.Site.Clock, billed, tollFree);
        return records;
    }

    /// <summary>Accounts and reference data of the site, into any database.</summary>
    public static async Task SeedAsync(Database database, TimeProvider clock, string billed, string tollFree = "")
    {
        var accounts = new AccountRepository(database);
        await accounts.ReplaceAsync(
            Encoding.UTF8.GetBytes(ContractSite.Accounts), Instant.FromUtc(2026, 1, 1, 0, 0), CancellationToken.None);
        var files = new Dictionary<string, ReadOnlyMemory<byte>>
        {
            ["components"] = Csv("""
                component,account,unit,name,kind,from,to,addresses
                T-1,A-1,U-cut,Trunk,SIP_TRUNK,2026-01-01,,198.18.1.0/24
                T-2,A-1,,Bundled trunk,SIP_TRUNK,2026-01-01,,198.18.2.0/24
                T-B,B-1,,Somebody's trunk,SIP_TRUNK,2026-01-01,,198.18.3.0/24

                """),
            ["component-mrc"] = Csv("""
                component,from,basis,amount
                T-1,2026-01-01,OWN_AMOUNT,300.00
                T-2,2026-01-01,UNSPLIT_BUNDLE,

                """),
            ["mrc-billed"] = Csv("component,month,amount\n" + billed),
        };
        if (tollFree.Length > 0)
        {
            files["numbers"] = Csv(
                "number,account,unit,service,component,from,to\n+18885550123,A-1,U-cut,TOLL_FREE,T-1,2026-01-01,\n");
            files["toll-free"] = Csv("number,component,event,at,tester,test_call_id,result,reported_at\n" + tollFree);
        }

        await using var audit = new AuditLog(new AuditOptions(), database, clock);
        var outcome = await new ReferenceImport(new ReferenceRepository(database), accounts, audit, clock)
            .ApplyAsync(files, "tests", AuditOrigins.Command, CancellationToken.None);
        Assert.Empty(outcome.Check.Errors);
    }

    /// <summary>A measured failure of a component; times are in UTC.</summary>
    public void Fail(string id, Instant start, Instant? end, string component = "T-1") =>
        Failures.Add(new MeasuredFailure(new ComponentFailure(id, component, start, end), new string('d', 64)));

    public Task<OutageRecord> ReadAsync(
        string accountId, string componentId, Interval time, CancellationToken cancellationToken) =>
        Task.FromResult(new OutageRecord(
            [.. Failures.Where(failure => failure.Failure.ComponentId == componentId && failure.Failure.Start < time.End
                && (failure.Failure.End is not { } end || end > time.Start))],
            [.. Gaps],
            [.. Exclusions]));

    public Task<MeasuredFailure?> FindAsync(string accountId, string failureId, CancellationToken cancellationToken) =>
        Task.FromResult(accountId == "A-1" ? Failures.FirstOrDefault(one => one.Failure.Id == failureId) : null);

    public ValueTask DisposeAsync() => Site.DisposeAsync();

    private static ReadOnlyMemory<byte> Csv(string text) => Encoding.UTF8.GetBytes(text);
}
