using NodaTime;
using VoiceQuality.Service.Failures;
using VoiceQuality.Sla.Outages;
using VoiceQuality.Storage.Failures;
using VoiceQuality.Testing.Captures;

namespace VoiceQuality.Service.Tests.Failures;

public sealed class FailureDetectionTests : IAsyncLifetime
{
    private FailureSite _site = null!;

    public async Task InitializeAsync() => _site = await FailureSite.StartAsync();

    public async Task DisposeAsync() => await _site.DisposeAsync();

    [Fact]
    public async Task An_outage_of_503s_lasts_from_the_first_of_them_to_the_first_answer_after()
    {
        await _site.StoreAsync(Outage(503));
        Assert.Equal(1, await _site.LookAsync());

        // The INVITE of the first 503 is at 100 s; the first response of the success, a 100, at 160.02 s.
        var failure = Assert.Single(await _site.FailuresAsync());
        Assert.Equal((At(100), At(160.02)), (failure.Start, failure.End));
        Assert.Equal(6, failure.FailedAttempts);
        Assert.Equal(
            (FailureOrigin.Detected, FailureChangeKind.Found, 1), (failure.Origin, failure.Change, failure.Version));
        Assert.Empty(failure.Gaps);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(486)]
    [InlineData(603)]
    [InlineData(401)]
    [InlineData(407)]
    public async Task A_component_that_says_no_has_answered(int status)
    {
        await _site.StoreAsync(Outage(status));
        await _site.LookAsync();

        Assert.Empty(await _site.FailuresAsync());
    }

    [Fact]
    public async Task A_silent_component_is_found_by_keep_alives_alone()
    {
        var wire = new Wire();
        for (var i = 0; i < 30; i++)
        {
            _site.Probe(wire, i * 30, i is >= 10 and < 20 ? null : 200);
        }

        FailureSite.Tick(wire, 1_000);
        await _site.StoreAsync(wire);
        await _site.LookAsync();

        // The probe of 300 s is the first without an answer, that of 600 s the first with one.
        var failure = Assert.Single(await _site.FailuresAsync());
        Assert.Equal((At(300), At(600.02)), (failure.Start, failure.End));
        Assert.Equal(10, failure.FailedAttempts);
    }

    [Fact]
    public async Task A_partial_loss_is_no_failure()
    {
        var wire = new Wire();
        for (var i = 0; i < 100; i++)
        {
            _site.Call(wire, i * 10, i % 5 == 4 ? 404 : 503);
        }

        FailureSite.Tick(wire, 1_100);
        await _site.StoreAsync(wire);
        await _site.LookAsync();

        // Four in a row fail again and again, but never five.
        Assert.Empty(await _site.FailuresAsync());
    }

    [Fact]
    public async Task A_gap_of_our_own_is_neither_a_failure_nor_its_end()
    {
        // Watched from 0 to 170 s and from 600 s on; every call fails from 100 s to 650 s.
        var first = Series((50, 404), (100, 503), (110, 503), (120, 503), (130, 503), (170, 503));
        var second = Series((600, 503), (620, 503), (650, 404), (700, 404));
        await _site.StoreAsync(first);
        await _site.LookAsync();
        var open = Assert.Single(await _site.FailuresAsync(), failure => failure.End is null);
        await _site.StoreAsync(second);
        await _site.LookAsync();

        var failure = Assert.Single(await _site.FailuresAsync());
        Assert.Equal(open.FailureId, failure.FailureId);
        Assert.Equal((At(100), At(650.02)), (failure.Start, failure.End));
        var gap = Assert.Single(failure.Gaps);
        Assert.Equal((At(170.06), At(600)), (gap.Start, gap.End));

        var outages = await _site.OutagesAsync(new Interval(At(0), At(700)));
        Assert.Equal(
            [new Interval(At(100), At(170.06)), new Interval(At(600), At(650.02))],
            Assert.Single(outages.ComponentFailures).FailedTimes(At(10_000)));
        Assert.Contains(new Interval(At(170.06), At(600)), outages.Unknown);
    }

    [Fact]
    public async Task A_late_capture_splits_a_failure_and_the_former_version_stays()
    {
        await _site.StoreAsync(Series((50, 404), (100, 503), (110, 503), (120, 503), (130, 503), (140, 503)));
        await _site.StoreAsync(
            Series((400, 503), (410, 503), (420, 503), (430, 503), (440, 503), (450, 503), (500, 404)));
        await _site.LookAsync();
        var whole = Assert.Single(await _site.FailuresAsync());

        await _site.StoreAsync(Series((150, 503), (200, 404), (250, 404), (399, 503)));
        await _site.LookAsync();

        // 100 to 200.02 lasts 100 s, 399 to 500.02 lasts 101 s: the longer part keeps the id.
        var parts = await _site.FailuresAsync();
        Assert.Equal(
            [(At(100), (Instant?)At(200.02)), (At(399), At(500.02))], parts.Select(part => (part.Start, part.End)));
        Assert.Equal((whole.FailureId, 2), (parts[1].FailureId, parts[1].Version));
        Assert.NotEqual(whole.FailureId, parts[0].FailureId);
        var versions = await new FailureRepository(_site.Site.Database).GetVersionsAsync(whole.FailureId, default);
        Assert.Equal([At(100), At(399)], versions.Select(version => version.Start));
    }

    [Fact]
    public async Task Late_data_that_show_no_failure_withdraw_it_and_it_can_come_back()
    {
        await _site.StoreAsync(Series((100, 503), (110, 503), (120, 503), (130, 503), (140, 503), (150, 404)));
        await _site.LookAsync();
        var found = Assert.Single(await _site.FailuresAsync());

        await _site.StoreAsync(Series((115, 404), (135, 404)));
        await _site.LookAsync();

        Assert.Empty(await _site.FailuresAsync());
        var versions = await new FailureRepository(_site.Site.Database).GetVersionsAsync(found.FailureId, default);
        Assert.Equal([false, true], versions.Select(version => version.IsWithdrawn));
    }

    [Fact]
    public async Task The_same_capture_again_changes_nothing()
    {
        var wire = Outage(503);
        await _site.StoreAsync(wire);
        await _site.LookAsync();
        await _site.StoreAsync(wire);

        Assert.Equal(0, await _site.LookAsync());
        Assert.Equal(1, Assert.Single(await _site.FailuresAsync()).Version);
    }

    [Theory]
    [InlineData(0, 1, 2)]
    [InlineData(2, 1, 0)]
    [InlineData(1, 2, 0)]
    public async Task The_order_of_captures_changes_no_bounds(int first, int second, int third)
    {
        Wire[] captures =
        [
            Series((0, 404), (100, 503), (110, 503), (120, 503)),
            Series((121, 503), (130, 503), (140, 503), (150, 404), (160, 503)),
            Series((161, 503), (170, 503), (180, 503), (190, 503), (200, 404)),
        ];
        foreach (var i in (int[])[first, second, third])
        {
            await _site.StoreAsync(captures[i]);
            await _site.LookAsync();
        }

        Assert.Equal(
            [(At(100), (Instant?)At(150.02)), (At(160), At(200.02))],
            (await _site.FailuresAsync()).Select(failure => (failure.Start, failure.End)));
        Assert.All(await _site.FailuresAsync(), failure => Assert.Empty(failure.Gaps));
    }

    [Fact]
    public async Task Whoever_never_got_an_answer_says_nothing_about_the_component()
    {
        var wire = new Wire();
        for (var i = 0; i < 50; i++)
        {
            _site.Silence(wire, 100 + i, "192.0.2.66:5060");
        }

        FailureSite.Tick(wire, 300);
        await _site.StoreAsync(wire);
        await _site.LookAsync();
        Assert.Empty(await _site.FailuresAsync());

        // The same silence counts for somebody who was answered before.
        var known = new Wire();
        _site.Call(known, 400, 404);
        for (var i = 0; i < 5; i++)
        {
            _site.Silence(known, 500 + i);
        }

        FailureSite.Tick(known, 700);
        await _site.StoreAsync(known);
        await _site.LookAsync();
        Assert.Equal(At(500), Assert.Single(await _site.FailuresAsync()).Start);
    }

    [Fact]
    public async Task Answered_calls_without_media_fail_only_where_media_can_be_seen()
    {
        var blind = new Wire();
        Talk(blind, 0, 0);
        for (var i = 1; i <= 6; i++)
        {
            Talk(blind, i * 100, 0);
        }

        FailureSite.Tick(blind, 1_000);
        await _site.StoreAsync(blind);
        await _site.LookAsync();
        Assert.Empty(await _site.FailuresAsync());

        // A call with media a minute before, in another capture that came late: now the six are silent.
        var seen = new Wire();
        Talk(seen, 20, packets: 500);
        FailureSite.Tick(seen, 60);
        await _site.StoreAsync(seen);
        await _site.LookAsync();
        Assert.Equal(At(100), Assert.Single(await _site.FailuresAsync()).Start);
    }

    [Fact]
    public async Task A_failure_over_midnight_touches_two_dates_and_over_the_change_of_clocks_one()
    {
        // 2026-01-06 00:00 in Denver is 07:00 UTC, 23 h after the beginning of the wire.
        var midnight = 23 * 3_600;
        await _site.StoreAsync(Failing(midnight - 50, midnight + 50));

        // On 2026-03-08 at 02:00 Denver's clocks go to 03:00, which is 09:00 UTC: 62 days and 1 h after it.
        var forward = (62 * 86_400) + 3_600;
        await _site.StoreAsync(Failing(forward - 50, forward + 50));
        await _site.LookAsync();

        var failures = await _site.FailuresAsync();
        var calendar = new VoiceQuality.Sla.Periods.AccountCalendar(DateTimeZoneProviders.Tzdb["America/Denver"]);
        var dates = failures.Select(failure => OutageDays.Of([new Interval(failure.Start, failure.End)], calendar));
        Assert.Equal(
            [
                [new LocalDate(2026, 1, 5), new LocalDate(2026, 1, 6)],
                [new LocalDate(2026, 3, 8)],
            ],
            dates.Select(ofFailure => ofFailure.ToArray()));
    }

    [Fact]
    public async Task What_was_stored_before_a_component_was_known_is_looked_at_when_it_is()
    {
        // Nobody has looked yet, so the component is new for the detection.
        await _site.StoreAsync(Outage(503));
        await new FailureRepository(_site.Site.Database).ClearDueAsync(
            await new FailureRepository(_site.Site.Database).ListDueAsync(default), default);

        Assert.Equal(1, await _site.LookAsync());
    }

    [Fact]
    public async Task The_timeline_tells_what_is_up_failed_and_unknown()
    {
        await _site.StoreAsync(Outage(503));
        await _site.LookAsync();

        var json = await _site.Site.GetJsonAsync(
            $"/api/v1/components/{FailureSite.Component}/timeline?from=2026-01-05T07:59:00Z&to=2026-01-05T08:10:00Z");
        Assert.Equal(
            [
                ("2026-01-05T07:59:00.000000Z", "unknown"),
                ("2026-01-05T08:00:00.000000Z", "up"),
                ("2026-01-05T08:01:40.000000Z", "failed"),
                ("2026-01-05T08:02:40.020000Z", "up"),
                ("2026-01-05T08:05:00.000000Z", "unknown"),
            ],
            json.GetProperty("parts").EnumerateArray().Select(part =>
                (part.GetProperty("from").GetString(), part.GetProperty("state").GetString())));
    }

    private static Instant At(double second) => Instant.FromUnixTimeTicks(Wire.Us(second) * 10);

    /// <summary>Six calls with this status between two that ring through, watched from 0 to 300 s.</summary>
    private Wire Outage(int status)
    {
        var wire = new Wire();
        FailureSite.Tick(wire, 0);
        _site.Call(wire, 50, 404);
        for (var i = 0; i < 6; i++)
        {
            _site.Call(wire, 100 + (i * 10), status);
        }

        _site.Call(wire, 160, 404);
        FailureSite.Tick(wire, 300);
        return wire;
    }

    private Wire Series(params (double At, int Status)[] calls)
    {
        var wire = new Wire();
        foreach (var (at, status) in calls)
        {
            _site.Call(wire, at, status);
        }

        return wire;
    }

    private Wire Failing(double from, double until)
    {
        var wire = Series((from - 10, 404), (until, 404));
        for (var at = from; at < until; at += 10)
        {
            _site.Call(wire, at, 503);
        }

        return wire;
    }

    /// <summary>An answered call of a minute, with media of the caller or without any.</summary>
    private static void Talk(Wire wire, double at, int packets)
    {
        new SipScript(wire, $"talk-{at}") { Caller = FailureSite.Us, Callee = FailureSite.Peer }
            .Answered(at, at + 1, Sdp.Audio("198.18.0.1", 4000), Sdp.Audio("198.18.4.1", 6000))
            .Released(at + 61);
        if (packets > 0)
        {
            new RtpScript(wire, "198.18.0.1:4000", "198.18.4.1:6000").Send(packets, at: at + 2);
        }
    }
}
