using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;
using VoiceQuality.Service.Failures;
using VoiceQuality.Service.Policies;
using VoiceQuality.Service.Reference;
using VoiceQuality.Service.Tests.Api;
using VoiceQuality.Service.TrustPage;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Reference;
using VoiceQuality.Storage.Calls;
using VoiceQuality.Storage.Failures;
using VoiceQuality.Storage.Policies;
using VoiceQuality.Storage.Reference;
using VoiceQuality.Testing.Captures;

namespace VoiceQuality.Service.Tests.Failures;

/// <summary>
/// A site with one component of A-1 (Denver) at 198.18.4.0/24 and one of B-1, whose traffic goes through the real
/// pipeline and the real storage.
/// </summary>
internal sealed class FailureSite : IAsyncDisposable
{
    public const string Component = "DEN-TRUNK";
    public const string Peer = "198.18.4.1:5060";
    public const string Us = "198.18.0.1:5060";

    private const string Components = """
        component,account,unit,name,kind,from,to,addresses
        DEN-TRUNK,A-1,,SIP trunk Denver,SIP_TRUNK,2025-01-01,,198.18.4.0/24
        NYC-TRUNK,B-1,,SIP trunk New York,SIP_TRUNK,2025-01-01,,198.18.5.0/24
        """;

    private const string Accounts = """
        {
          "accounts": [
            { "accountId": "A-1", "name": "Example Ltd", "timeZone": "America/Denver", "units": [
              { "unitId": "U-1", "name": "Sales" } ] },
            { "accountId": "B-1", "name": "Somebody else", "timeZone": "UTC", "units": [
              { "unitId": "U-2", "name": "Other" } ] }
          ],
          "rules": []
        }
        """;

    private static readonly CancellationToken None = CancellationToken.None;
    private int _calls;

    private FailureSite(TestSite site) => Site = site;

    public TestSite Site { get; }

    public static async Task<FailureSite> StartAsync(DateTimeOffset? now = null)
    {
        var site = await TestSite.StartAsync(Accounts, now ?? new DateTimeOffset(2026, 1, 20, 12, 0, 0, TimeSpan.Zero));
        await new ReferenceRepository(site.Database).ImportAsync(
            [new ReferenceDocument(ReferenceKinds.Components, Encoding.UTF8.GetBytes(Components), 2)],
            basedOn: null, "importer", Instant.FromDateTimeOffset(site.Clock.GetUtcNow()), None);
        return new FailureSite(site);
    }

    /// <summary>A call to the component that it refuses, or accepts with 200 and media.</summary>
    public FailureSite Call(Wire wire, double at, int status, string peer = Peer)
    {
        var sip = new SipScript(wire, $"call-{++_calls}") { Caller = Us, Callee = peer };
        sip.Request(at, "INVITE");
        sip.Response(at + 0.02, 100);
        sip.Response(at + 0.05, status);
        sip.Request(at + 0.06, "ACK", inDialog: true);
        return this;
    }

    /// <summary>An INVITE that nobody answers.</summary>
    public FailureSite Silence(Wire wire, double at, string from = Us)
    {
        new SipScript(wire, $"call-{++_calls}") { Caller = from, Callee = Peer }.Request(at, "INVITE");
        return this;
    }

    /// <summary>An OPTIONS to the component; without status it stays unanswered.</summary>
    public FailureSite Probe(Wire wire, double at, int? status = 200)
    {
        var sip = new SipScript(wire, $"probe-{++_calls}") { Caller = Us, Callee = Peer };
        sip.Request(at, "OPTIONS", inDialog: false);
        if (status is { } known)
        {
            sip.Response(at + 0.02, known, "OPTIONS");
        }

        return this;
    }

    /// <summary>Something else on the wire, so that the capture lasts until then.</summary>
    public static void Tick(Wire wire, double at) => wire.Udp(at, "198.18.0.9:9", "198.18.0.8:9", "tick"u8);

    /// <summary>Sends a capture through the pipeline and stores all that comes out of it.</summary>
    public async Task StoreAsync(Wire wire)
    {
        var measured = Measurement.Of(wire);
        using var writer = new MeasurementWriter(Site.Database);
        using var probes = new ProbeRepository(Site.Database);
        await writer.WriteAsync(
            [
                .. measured.Calls.Select(call => new MeasuredCall(
                    call, "A-1", "U-1", null, new ServiceMonth(2026, 1), new LocalDate(2026, 1, 5), null)),
            ],
            [],
            None);
        await probes.WriteAsync(measured.Probes, None);
        await new WatchedRepository(Site.Database).AddAsync(
            measured.Counters.FirstPacketAtUs!.Value, measured.Counters.LastPacketAtUs!.Value, None);
    }

    /// <summary>Looks for failures with a detector that knows nothing but the database, as after a restart.</summary>
    public async Task<int> LookAsync()
    {
        using var reference = new ReferenceDirectory(
            new ReferenceRepository(Site.Database), Books, NullLogger<ReferenceDirectory>.Instance);
        var failures = new FailureRepository(Site.Database);
        var policies = new PolicyDirectory(new PolicyRepository(Site.Database));
        using var detector = new FailureDetector(
            reference, DirectoryOf(reference), new AttemptBackfill(Site.Database), new AttemptRepository(Site.Database),
            failures, policies, null,
            Site.Clock, NullLogger<FailureDetector>.Instance,
            new BlockReviewer(
                new BlockReviewRepository(Site.Database), reference, Site.Clock, NullLogger<BlockReviewer>.Instance));
        return await detector.LookAsync(None);
    }

    /// <summary>The failures of the component that stand, by start.</summary>
    public Task<IReadOnlyList<StoredFailure>> FailuresAsync() =>
        new FailureRepository(Site.Database).ListAsync(Component, Instant.MinValue, Instant.MaxValue, None);

    /// <summary>The only one of them, as the claims are given it.</summary>
    public async Task<ComponentOutages> OutagesAsync(Interval time)
    {
        using var reference = new ReferenceDirectory(
            new ReferenceRepository(Site.Database), Books, NullLogger<ReferenceDirectory>.Instance);
        var found = await DirectoryOf(reference).GetAsync(
            "A-1", Component, time, Instant.FromDateTimeOffset(Site.Clock.GetUtcNow()), None);
        return found!;
    }

    /// <summary>Posts as somebody; null as nobody.</summary>
    public async Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(
        string path, string? actor, object? body = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        if (actor is not null)
        {
            request.Headers.Add("X-Actor", actor);
        }

        if (body is not null)
        {
            request.Content = JsonContent.Create(body);
        }

        using var response = await Site.Client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return (response.StatusCode, text.Length == 0 ? default : JsonDocument.Parse(text).RootElement);
    }

    public ValueTask DisposeAsync() => Site.DisposeAsync();

    private static FixedBooks Books { get; } = new(AccountBook.Parse(Encoding.UTF8.GetBytes(Accounts)).Book!);

    private FailureDirectory DirectoryOf(ReferenceDirectory reference) => new(
        reference, new FailureRepository(Site.Database), new ExclusionRepository(Site.Database),
        new WatchedRepository(Site.Database), new PolicyDirectory(new PolicyRepository(Site.Database)), Books);

    private sealed record FixedBooks(AccountBook Book) : IAccountBookSource;
}
