using System.Net;
using System.Text.Json;
using VoiceQuality.Service.Tests.Claims;
using VoiceQuality.Testing.Captures;

namespace VoiceQuality.Service.Tests.Failures;

public sealed class FailureApiTests : IAsyncLifetime
{
    private const string Window = "from=2026-01-05T08:00:00Z&to=2026-01-05T09:00:00Z";

    private FailureSite _site = null!;
    private string _failureId = "";

    public async Task InitializeAsync()
    {
        _site = await FailureSite.StartAsync();

        // Every call from 08:01:40 on fails, until one at 08:03:20 is answered with 404.
        var wire = new Wire();
        FailureSite.Tick(wire, 0);
        _site.Call(wire, 50, 404);
        for (var i = 0; i < 10; i++)
        {
            _site.Call(wire, 100 + (i * 10), 503);
        }

        _site.Call(wire, 200, 404);
        FailureSite.Tick(wire, 3_600);
        await _site.StoreAsync(wire);
        await _site.LookAsync();
        _failureId = (await _site.FailuresAsync())[0].FailureId;
    }

    public async Task DisposeAsync() => await _site.DisposeAsync();

    [Fact]
    public async Task The_operations_centre_sees_failures_with_their_evidence()
    {
        var list = await _site.Site.GetJsonAsync("/api/v1/failures");
        var failure = Assert.Single(list.GetProperty("failures").EnumerateArray());
        Assert.Equal("2026-01-05T08:01:40.000000Z", Text(failure, "from"));
        Assert.Equal("2026-01-05T08:03:20.020000Z", Text(failure, "until"));
        Assert.Equal(("detected", 10), (Text(failure, "origin"), failure.GetProperty("failedAttempts").GetInt32()));

        var detail = await _site.Site.GetJsonAsync($"/api/v1/failures/{_failureId}");
        Assert.Equal(10, detail.GetProperty("firstFailed").GetArrayLength());
        Assert.All(detail.GetProperty("firstFailed").EnumerateArray(), attempt =>
            Assert.Equal(
                ("serverFailure", 503), (Text(attempt, "shows"), attempt.GetProperty("finalStatus").GetInt32())));
        Assert.Equal(404, detail.GetProperty("firstWorked")[0].GetProperty("finalStatus").GetInt32());

        var components = await _site.Site.GetJsonAsync("/api/v1/components");
        Assert.Equal(
            [("DEN-TRUNK", "up", _failureId), ("NYC-TRUNK", "notObserved", null)],
            components.EnumerateArray().Select(one =>
                (Text(one, "componentId")!, Text(one, "state")!, Text(one, "lastFailureId"))));
        Assert.Empty(
            (await _site.Site.GetJsonAsync("/api/v1/failures?open=true")).GetProperty("failures").EnumerateArray());
        Assert.Empty(
            (await _site.Site.GetJsonAsync("/api/v1/failures?account=B-1")).GetProperty("failures").EnumerateArray());
    }

    [Theory]
    [InlineData("""{"\ud800":1}""")]
    [InlineData("""{"notes":"\ud800"}""")]
    [InlineData("""{"evidence":["\udfff"]}""")]
    public async Task Half_of_a_surrogate_pair_is_no_text(string body)
    {
        foreach (var path in (string[])
            [
                "/api/v1/failures", $"/api/v1/failures/{_failureId}/times", $"/api/v1/failures/{_failureId}/confirmation",
                "/api/v1/exclusions", "/api/v1/maintenance", "/api/v1/maintenance/M-1/notices",
            ])
        {
            using var response = await _site.Site.PostAsync(path, key: null, body, "noc-1");
            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        }
    }

    [Fact]
    public async Task What_a_person_does_needs_a_name()
    {
        foreach (var path in (string[])
            [
                "/api/v1/failures", $"/api/v1/failures/{_failureId}/confirmation", "/api/v1/exclusions",
                "/api/v1/exclusions/X-1/approval", "/api/v1/maintenance", "/api/v1/maintenance/M-1/notices",
            ])
        {
            var (status, body) = await _site.PostAsync(path, actor: null, new { });
            Assert.Equal(HttpStatusCode.BadRequest, status);
            Assert.True(body.GetProperty("errors").TryGetProperty("X-Actor", out _), path);
        }
    }

    [Fact]
    public async Task A_confirmation_names_the_cause_and_excludes_nothing()
    {
        var (status, body) = await _site.PostAsync(
            $"/api/v1/failures/{_failureId}/confirmation", "noc-1",
            new { cause = "customerInternet", notes = "Their access line was cut." });
        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Equal(("customerInternet", "noc-1"), (Text(body, "cause"), Text(body, "actor")));

        var account = await AccountAsync();
        Assert.Equal("customerInternet", Text(account.GetProperty("failures")[0].GetProperty("confirmation"), "cause"));
        Assert.Equal(["2026-01-05"], Dates(account));

        var (unknown, _) = await _site.PostAsync(
            "/api/v1/failures/F-0/confirmation", "noc-1", new { cause = "provider", notes = "x" });
        Assert.Equal(HttpStatusCode.NotFound, unknown);
        var (wrong, problem) = await _site.PostAsync(
            $"/api/v1/failures/{_failureId}/confirmation", "noc-1", new { cause = "weather", notes = "x", more = 1 });
        Assert.Equal(HttpStatusCode.BadRequest, wrong);
        Assert.Equal(
            ["body", "cause"], problem.GetProperty("errors").EnumerateObject().Select(error => error.Name).Order());
    }

    [Fact]
    public async Task An_exclusion_applies_once_another_person_has_approved_it()
    {
        var id = await ExcludeAsync("customerEquipment", "2026-01-05T08:00:00Z", "2026-01-05T08:02:00Z");
        Assert.Equal(["2026-01-05"], Dates(await AccountAsync()));
        Assert.Equal("notApproved", Text((await AccountAsync()).GetProperty("exclusions")[0], "refusal"));

        foreach (var author in (string[])["noc-1", "NOC-1"])
        {
            var (same, _) = await _site.PostAsync($"/api/v1/exclusions/{id}/approval", author);
            Assert.Equal(HttpStatusCode.Forbidden, same);
        }

        var (status, approved) = await _site.PostAsync($"/api/v1/exclusions/{id}/approval", "noc-2");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.True(approved.GetProperty("applies").GetBoolean());

        // Twenty seconds of it are excluded; the rest still touches the date.
        var account = await AccountAsync();
        Assert.Equal(["2026-01-05"], Dates(account));
        Assert.Equal("ticket 17", account.GetProperty("exclusions")[0].GetProperty("evidence")[0].GetString());

        var rest = await ExcludeAsync("customerEquipment", "2026-01-05T08:02:00Z", "2026-01-05T08:04:00Z");
        await _site.PostAsync($"/api/v1/exclusions/{rest}/approval", "noc-2");
        Assert.Empty(Dates(await AccountAsync()));
        Assert.Equal(
            HttpStatusCode.Conflict, (await _site.PostAsync($"/api/v1/exclusions/{rest}/approval", "noc-3")).Status);

        // What was taken back counts again.
        Assert.Equal(
            HttpStatusCode.OK, (await _site.PostAsync($"/api/v1/exclusions/{rest}/withdrawal", "noc-1")).Status);
        Assert.Equal(["2026-01-05"], Dates(await AccountAsync()));
        Assert.Equal(
            HttpStatusCode.Conflict,
            (await _site.PostAsync($"/api/v1/exclusions/{rest}/legal-approval", "noc-3")).Status);
    }

    [Fact]
    public async Task Maintenance_is_excluded_only_with_a_notice_to_this_customer_before_it()
    {
        var (_, planned) = await _site.PostAsync("/api/v1/maintenance", "noc-1", new
        {
            componentId = FailureSite.Component,
            from = "2026-01-05T08:00:00Z",
            until = "2026-01-05T08:03:00Z",
            description = "Software update",
        });
        var maintenance = Text(planned, "maintenanceId")!;
        var id = await ExcludeAsync(
            "notifiedSoftwareMaintenance", "2026-01-05T08:00:00Z", "2026-01-05T08:10:00Z", maintenance);
        await _site.PostAsync($"/api/v1/exclusions/{id}/approval", "noc-2");
        Assert.Equal("noNotice", await RefusalAsync(id));

        await NoticeAsync(maintenance, "B-1", "2026-01-04T08:00:00Z");
        Assert.Equal("noticeToAnotherCustomer", await RefusalAsync(id));
        await NoticeAsync(maintenance, "A-1", "2026-01-05T08:00:00Z");
        Assert.Equal("noticeNotInAdvance", await RefusalAsync(id));
        await NoticeAsync(maintenance, "A-1", "2026-01-05T07:59:59Z");

        // The overrun from 08:03:00 to the end of the failure at 08:03:20 counts.
        var shown = await _site.Site.GetJsonAsync($"/api/v1/exclusions/{id}");
        Assert.True(shown.GetProperty("applies").GetBoolean());
        Assert.Equal("2026-01-05T08:03:00.000000Z", Text(shown.GetProperty("appliesTo"), "until"));
        Assert.Equal(["2026-01-05"], Dates(await AccountAsync()));
        Assert.Equal(
            3, (await _site.Site.GetJsonAsync($"/api/v1/maintenance/{maintenance}")).GetProperty("notices")
                .GetArrayLength());
    }

    [Fact]
    public async Task Force_majeure_needs_the_legal_department_and_a_text()
    {
        var id = await ExcludeAsync("forceMajeure", "2026-01-05T08:00:00Z", "2026-01-05T09:00:00Z", text: "16.3");
        await _site.PostAsync($"/api/v1/exclusions/{id}/approval", "noc-2");
        Assert.Equal("noLegalApprover", await RefusalAsync(id));

        Assert.Equal(HttpStatusCode.Forbidden, (await _site.PostAsync(
            $"/api/v1/exclusions/{id}/legal-approval", "noc-1")).Status);
        await _site.PostAsync($"/api/v1/exclusions/{id}/legal-approval", "legal-1");
        Assert.Null(await RefusalAsync(id));
        Assert.Empty(Dates(await AccountAsync()));
    }

    [Fact]
    public async Task A_failure_that_nobody_measured_can_be_reported_and_its_end_set()
    {
        var (status, reported) = await _site.PostAsync("/api/v1/failures", "noc-1", new
        {
            componentId = FailureSite.Component,
            from = "2026-01-10T20:00:00Z",
            until = (string?)null,
            cause = "provider",
            notes = "Power of the site was lost.",
        });
        Assert.Equal(HttpStatusCode.Created, status);
        var id = Text(reported, "failureId")!;
        Assert.Equal("reported", Text(reported, "origin"));

        var (set, ended) = await _site.PostAsync($"/api/v1/failures/{id}/times", "noc-2", new
        {
            from = "2026-01-10T20:00:00Z",
            until = "2026-01-10T21:00:00Z",
            notes = "Power is back.",
        });
        Assert.Equal(HttpStatusCode.OK, set);
        Assert.Equal(2, ended.GetProperty("version").GetInt32());
        var (measured, _) = await _site.PostAsync($"/api/v1/failures/{_failureId}/times", "noc-2", new
        {
            from = "2026-01-05T08:01:40Z",
            until = "2026-01-05T08:01:50Z",
            notes = "Shorter is cheaper.",
        });
        Assert.Equal(HttpStatusCode.Conflict, measured);

        // The detection leaves it alone.
        await _site.LookAsync();
        Assert.Equal(2, (await _site.FailuresAsync()).Count);
    }

    [Fact]
    public async Task A_customer_sees_its_own_components_and_nothing_of_others()
    {
        var other = await _site.Site.GetJsonAsync($"/api/v1/accounts/B-1/failures?{Window}");
        var component = Assert.Single(other.GetProperty("components").EnumerateArray());
        Assert.Equal("NYC-TRUNK", Text(component, "componentId"));
        Assert.Empty(component.GetProperty("failures").EnumerateArray());

        var missing = await _site.Site.GetAsync("/api/v1/accounts/C-1/failures", HttpStatusCode.NotFound);
        Assert.Equal(missing, await _site.Site.GetAsync("/api/v1/failures/F-0", HttpStatusCode.NotFound));
        await _site.Site.GetAsync(
            "/api/v1/accounts/A-1/failures?from=2026-01-05T08:00:00Z&to=2026-01-05T08:00:00Z",
            HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task The_pages_show_components_a_failure_and_the_failures_of_an_account()
    {
        var id = await ExcludeAsync("customerEquipment", "2026-01-05T08:00:00Z", "2026-01-05T08:02:00Z");
        var components = await _site.Site.GetAsync("/components");
        Assert.Contains("SIP trunk Denver", components, StringComparison.Ordinal);
        Assert.Contains($"/failures/{_failureId}", components, StringComparison.Ordinal);

        var failure = await _site.Site.GetAsync($"/failures/{_failureId}");
        Assert.Contains("2026-01-05 08:01:40.000", failure, StringComparison.Ordinal);
        Assert.Contains("waits for a second person", failure, StringComparison.Ordinal);
        await _site.Site.GetAsync("/failures/F-0", HttpStatusCode.NotFound);

        await _site.PostAsync($"/api/v1/exclusions/{id}/approval", "noc-2");
        var account = await _site.Site.GetAsync("/account/A-1?month=2026-01");
        Assert.Contains("ticket 17", account, StringComparison.Ordinal);
        Assert.Contains("2026-01-05 08:01:40", account, StringComparison.Ordinal);
        Assert.DoesNotContain(
            "2026-01-05 08:01:40", await _site.Site.GetAsync("/account/B-1?month=2026-01"), StringComparison.Ordinal);
    }

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();

    private static string[] Dates(JsonElement component) =>
        [.. component.GetProperty("failedDates").EnumerateArray().Select(date => date.GetString()!)];

    private async Task<JsonElement> AccountAsync() =>
        (await _site.Site.GetJsonAsync($"/api/v1/accounts/A-1/failures?{Window}")).GetProperty("components")[0];

    private async Task<string> ExcludeAsync(
        string cause, string from, string until, string? maintenanceId = null, string? text = null)
    {
        var (status, body) = await _site.PostAsync("/api/v1/exclusions", "noc-1", new
        {
            componentId = FailureSite.Component,
            cause,
            from,
            until,
            evidence = new[] { "ticket 17" },
            maintenanceId,
            textReference = text,
        });
        Assert.True(status == HttpStatusCode.Created, body.ToString());
        return Text(body, "exclusionId")!;
    }

    private async Task<string?> RefusalAsync(string id) =>
        Text(await _site.Site.GetJsonAsync($"/api/v1/exclusions/{id}"), "refusal");

    private async Task NoticeAsync(string maintenance, string account, string sentAt)
    {
        var (status, body) = await _site.PostAsync(
            $"/api/v1/maintenance/{maintenance}/notices", "noc-1",
            new { accountId = account, sentAt, sendRecord = "mail 4711" });
        Assert.True(status == HttpStatusCode.Created, body.ToString());
    }
}
