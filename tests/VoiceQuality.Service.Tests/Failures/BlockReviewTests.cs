using System.Text;
using NodaTime;
using VoiceQuality.Service.Failures;
using VoiceQuality.Service.Tests.Claims;
using VoiceQuality.Sla.Reference;
using VoiceQuality.Storage.Failures;
using VoiceQuality.Storage.Reference;
using VoiceQuality.Testing.Captures;

namespace VoiceQuality.Service.Tests.Failures;

public sealed class BlockReviewTests : IAsyncLifetime
{
    private const string Header = "prefix,account,reason,author,from,until\n";
    private const string Block = "44,*,FRAUD,j.doe,2025-01-01T00:00:00Z,\n";
    private static readonly CancellationToken None = CancellationToken.None;

    private FailureSite _site = null!;

    public async Task InitializeAsync() => _site = await FailureSite.StartAsync();

    public async Task DisposeAsync() => await _site.DisposeAsync();

    [Fact]
    public async Task A_block_that_comes_later_takes_stored_attempts_out_once_and_a_lifted_one_gives_them_back()
    {
        await _site.StoreAsync(FailedCalls());
        await _site.LookAsync();
        Assert.Single(await _site.FailuresAsync());
        Assert.Equal(0L, _site.Site.Scalar("SELECT count(*) FROM block_review"));

        // All six failed attempts went abroad and were blocked; the two others say that it works.
        await ImportAsync(Header + Block);
        await _site.LookAsync();
        Assert.DoesNotContain(await _site.FailuresAsync(), failure => !failure.IsWithdrawn);
        var review = Assert.Single(await Reviews.ListAsync(10, None));
        Assert.Equal((true, 8L, 6L, 0L), (review.IsDone, review.Looked, review.Marked, review.Unmarked));

        await _site.LookAsync();
        Assert.Equal(review, Assert.Single(await Reviews.ListAsync(10, None)));
        var said = await _site.Site.GetJsonAsync("/api/v1/blocked-calls");
        Assert.Equal(6, said.GetProperty("blockedCalls").GetInt32());
        Assert.Equal(6, said.GetProperty("reviews")[0].GetProperty("marked").GetInt32());
        Assert.Contains("6 stored calls were blocked", await _site.Site.GetAsync("/alarms"), StringComparison.Ordinal);

        await ImportAsync(Header);
        await _site.LookAsync();
        Assert.Single(await _site.FailuresAsync(), failure => !failure.IsWithdrawn);
        Assert.Equal(6, (await Reviews.ListAsync(10, None))[0].Unmarked);
        Assert.Equal(0L, _site.Site.Scalar("SELECT count(*) FROM blocked_call"));
    }

    [Fact]
    public async Task A_stop_between_any_two_steps_marks_each_call_once()
    {
        await _site.StoreAsync(FailedCalls());
        await ImportAsync(Header + Block);
        var steps = 0;
        var calls = (long)_site.Site.Scalar("SELECT count(*) FROM call")!;
        while (!await Reviews.StepAsync(
            "digest", 1, call => call.Callee?.StartsWith("01144", StringComparison.Ordinal) == true,
            Instant.FromDateTimeOffset(_site.Site.Clock.GetUtcNow()), None))
        {
            // As after a restart: nothing is remembered but what is stored.
            Assert.True(++steps < calls);
        }

        var review = Assert.Single(await Reviews.ListAsync(10, None));
        Assert.Equal((7, 8L, 6L), (steps, review.Looked, review.Marked));
        Assert.Equal(6L, _site.Site.Scalar("SELECT count(*) FROM blocked_call"));
        Assert.Equal(2L, _site.Site.Scalar("SELECT count(*) FROM attempt"));
    }

    [Fact]
    public async Task A_component_that_nothing_went_over_is_not_observed_and_never_up()
    {
        await _site.StoreAsync(FailedCalls());
        await _site.LookAsync();
        var states = (await _site.Site.GetJsonAsync("/api/v1/components")).EnumerateArray().ToDictionary(
            one => one.GetProperty("componentId").GetString()!, one => one.GetProperty("state").GetString());
        Assert.Equal(("up", "notObserved"), (states[FailureSite.Component], states["NYC-TRUNK"]));
        var parts = (await _site.Site.GetJsonAsync(
            "/api/v1/components/NYC-TRUNK/timeline?from=2026-01-01T00:00:00Z&to=2026-01-20T00:00:00Z"))
            .GetProperty("parts");
        Assert.DoesNotContain(parts.EnumerateArray(), part => part.GetProperty("state").GetString() == "up");
        Assert.Contains("not observed", await _site.Site.GetAsync("/components"), StringComparison.Ordinal);
    }

    private BlockReviewRepository Reviews => new(_site.Site.Database);

    // Two calls that get an answer, and between them six abroad that fail.
    private Wire FailedCalls()
    {
        var wire = new Wire();
        _site.Call(wire, 90, 404);
        for (var i = 0; i < 6; i++)
        {
            var sip = new SipScript(wire, $"abroad-{i}")
            {
                Caller = FailureSite.Us, Callee = FailureSite.Peer, CalleeUser = "011442079460000",
            };
            sip.Request(100 + (10 * i), "INVITE");
            sip.Response(100.05 + (10 * i), 503);
            sip.Request(100.06 + (10 * i), "ACK", inDialog: true);
        }

        _site.Call(wire, 160, 404);
        FailureSite.Tick(wire, 200);
        return wire;
    }

    private async Task ImportAsync(string csv)
    {
        _site.Site.Clock.Advance(TimeSpan.FromMinutes(1));
        await new ReferenceRepository(_site.Site.Database).ImportAsync(
            [
                new ReferenceDocument(
                    ReferenceKinds.InternationalBlocks, Encoding.UTF8.GetBytes(csv), csv.Count(c => c == '\n') - 1),
            ],
            basedOn: null, "importer", Instant.FromDateTimeOffset(_site.Site.Clock.GetUtcNow()), None);
    }
}
