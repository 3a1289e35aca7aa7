using System.Net;
using NodaTime;
using VoiceQuality.Service.Tests.Api;
using VoiceQuality.Sla.Rating;
using VoiceQuality.Storage.Rating;

namespace VoiceQuality.Service.Tests.Rating;

public sealed class UsageApiTests
{
    [Fact]
    public async Task Usage_is_told_with_what_is_not_known_as_null()
    {
        await using var site = await ContractSite.StartAsync();
        await WriteUnratedAsync(site);
        var json = await site.GetJsonAsync("/api/v1/accounts/A-1/usage/2026-10");

        Assert.Equal("IMPORTED", json.GetProperty("baseSource").GetString());
        Assert.False(json.GetProperty("isSettled").GetBoolean());
        Assert.Equal("DIRECTION_UNKNOWN", json.GetProperty("unrated")[0].GetProperty("reason").GetString());
        var unit = json.GetProperty("units").EnumerateArray()
            .Single(one => one.GetProperty("unitId").GetString() == "U-edge");
        Assert.Equal("500.00", unit.GetProperty("imported").GetString());
        Assert.Null(unit.GetProperty("rated").GetString());
        Assert.Null(unit.GetProperty("difference").GetString());
        Assert.False(json.GetProperty("patterns")[0].GetProperty("isKnown").GetBoolean());
    }

    [Fact]
    public async Task The_page_shows_the_own_account_alone_and_escapes_names()
    {
        await using var site = await ContractSite.StartAsync();
        await WriteUnratedAsync(site);
        var page = await site.GetAsync("/account/A-1/usage?month=2026-10");

        Assert.Contains("Neither end is a customer&#x27;s trunk of the account", page, StringComparison.Ordinal);
        Assert.Contains("$500.00", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Somebody else", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<img src=x", page, StringComparison.Ordinal);
        Assert.Contains("/account/A-1/usage?month=2026-10", await site.GetAsync("/account/A-1?month=2026-10"),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/v1/accounts/A-9/usage/2026-10", HttpStatusCode.NotFound)]
    [InlineData("/account/A-9/usage", HttpStatusCode.NotFound)]
    [InlineData("/api/v1/accounts/A-1/usage/2026-13", HttpStatusCode.BadRequest)]
    [InlineData("/account/A-1/usage?month=x", HttpStatusCode.BadRequest)]
    public async Task What_is_not_there_or_no_month_is_refused(string path, HttpStatusCode status)
    {
        await using var site = await ContractSite.StartAsync();
        await site.GetAsync(path, status);
    }

    private static Task WriteUnratedAsync(TestSite site) => site.WriteAsync(
        SeedCalls.Answered("A-1", "U-edge", new LocalDate(2026, 10, 14), 77, 4_0000) with
        {
            Rating = new MeasuredRating(
                CallRatingResult.NotRated("U-edge", CallerIdSource.None, UnratedReason.DirectionUnknown), "digest"),
        });
}
