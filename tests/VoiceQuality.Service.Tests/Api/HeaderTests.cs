using System.Net;

namespace VoiceQuality.Service.Tests.Api;

public class HeaderTests
{
    [Theory]
    [InlineData("/")]
    [InlineData("/trust")]
    [InlineData("/accounts")]
    [InlineData("/account/A-1")]
    [InlineData("/account/A-1/units/U-cut")]
    [InlineData("/calls")]
    [InlineData("/nowhere")]
    [InlineData("/fault")]
    [InlineData("/calls?limit=0")]
    [InlineData("/api/v1/calls")]
    [InlineData("/api/v1/fault")]
    [InlineData("/api/v1/nowhere")]
    [InlineData("/api/v1/billing/periods")]
    [InlineData("/api/v1/billing/periods/2026-10/credits?format=csv")]
    [InlineData("/api/v1/accounts/A-1/months/2026-10")]
    [InlineData("/openapi/v1.json")]
    public async Task Every_answer_forbids_script_frames_sniffing_and_storing(string path)
    {
        await using var site = await ContractSite.StartAsync();
        using var response = await site.Client.GetAsync(path);
        Assert.Equal(
            "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
            Assert.Single(response.Headers.GetValues("Content-Security-Policy")));
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("no-referrer", Assert.Single(response.Headers.GetValues("Referrer-Policy")));
        Assert.True(response.Headers.CacheControl!.NoStore);
    }

    [Theory]
    [InlineData("/fault")]
    [InlineData("/api/v1/fault")]
    public async Task A_fault_gives_a_reference_and_tells_nothing_else(string path)
    {
        await using var site = await ContractSite.StartAsync();
        var body = await site.GetAsync(path, HttpStatusCode.InternalServerError);
        Assert.DoesNotContain("leaked", body, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", body, StringComparison.Ordinal);
        Assert.Contains("eference", body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/trust")]
    [InlineData("/account/A-1")]
    [InlineData("/calls")]
    public async Task A_page_answers_head_like_get_without_the_body(string path)
    {
        await using var site = await ContractSite.StartAsync();
        var page = await site.GetAsync(path);
        using var response = await site.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, path));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(System.Text.Encoding.UTF8.GetByteCount(page), response.Content.Headers.ContentLength);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("/openapi/v1.json")]
    [InlineData("/api/v1/accounts/A-1/months/2026-10")]
    [InlineData("/api/v1/billing/periods/2026-10/credits")]
    [InlineData("/api/v1/accounts/A-1/claims")]
    public async Task What_answers_GET_answers_HEAD_with_the_same_headers_and_no_body(string path)
    {
        await using var site = await ContractSite.StartAsync();
        using var get = await site.Client.GetAsync(path);
        using var head = await site.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, path));
        Assert.Equal(HttpStatusCode.OK, get.StatusCode);
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.Equal(get.Content.Headers.ContentType, head.Content.Headers.ContentType);
        Assert.Equal(get.Headers.CacheControl, head.Headers.CacheControl);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("/api/v1/nothing")]
    [InlineData("/api/v1/accounts/A-1/claims/nothing")]
    public async Task HEAD_of_what_is_not_there_is_404(string path)
    {
        await using var site = await ContractSite.StartAsync();
        using var head = await site.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, path));
        Assert.Equal(HttpStatusCode.NotFound, head.StatusCode);
    }

    [Fact]
    public async Task The_description_has_each_operation_once()
    {
        await using var site = await ContractSite.StartAsync();
        var operations = (await site.GetJsonAsync("/openapi/v1.json")).GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject()).ToList();
        Assert.NotEmpty(operations);
        Assert.DoesNotContain(operations, operation => operation.Name == "head");
        var ids = operations
            .Where(operation => operation.Value.TryGetProperty("operationId", out _))
            .Select(operation => operation.Value.GetProperty("operationId").GetString()).ToList();
        Assert.NotEmpty(ids);
        Assert.Equal(ids.Distinct().Count(), ids.Count);
    }

    [Fact]
    public async Task The_style_sheet_may_be_kept_because_its_address_changes_with_it()
    {
        await using var site = await ContractSite.StartAsync();
        var page = await site.GetAsync("/");
        var start = page.IndexOf("/assets/", StringComparison.Ordinal);
        using var response = await site.Client.GetAsync(page[start..page.IndexOf('"', start)]);
        Assert.Equal("text/css", response.Content.Headers.ContentType!.MediaType);
        Assert.False(response.Headers.CacheControl!.NoStore);
        Assert.Equal(TimeSpan.FromDays(365), response.Headers.CacheControl.MaxAge);
    }

    [Fact]
    public async Task The_interface_is_described_with_a_summary_for_each_operation()
    {
        await using var site = await ContractSite.StartAsync();
        var paths = (await site.GetJsonAsync("/openapi/v1.json")).GetProperty("paths");
        foreach (var path in new[]
        {
            "/api/v1/billing/periods", "/api/v1/billing/periods/{period}/credits",
            "/api/v1/accounts/{accountId}/months/{month}",
            "/api/v1/calls", "/api/v1/calls/{id}",
        })
        {
            Assert.False(
                string.IsNullOrEmpty(paths.GetProperty(path).GetProperty("get").GetProperty("summary").GetString()));
        }

        Assert.False(paths.TryGetProperty("/calls", out _));
    }
}
