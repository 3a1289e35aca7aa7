using System.Text.Json;
using System.Text.RegularExpressions;
using NodaTime;
using VoiceQuality.Quality.Rtp;
using VoiceQuality.Service.Tests.Api;
using VoiceQuality.Service.Tests.Browser;
using VoiceQuality.Storage.Calls;

namespace VoiceQuality.Service.Tests.Noc;

public partial class NocTests
{
    private static readonly LocalDate Day = new(2026, 10, 14);

    [Fact]
    public async Task Calls_are_listed_newest_first_in_pages_without_gap_or_repeat()
    {
        await using var site = await ContractSite.StartAsync();
        await site.WriteAsync([.. Enumerable.Range(100, 7).Select(i => SeedCalls.Answered("B-1", "U-other", Day, i, 40000))]);
        var starts = new List<string>();
        string? cursor = null;
        do
        {
            var page = await site.GetJsonAsync($"/api/v1/calls?account=B-1&limit=3{(cursor is null ? "" : "&cursor=" + cursor)}");
            starts.AddRange(page.GetProperty("calls").EnumerateArray().Select(call => call.GetProperty("startedAt").GetString()!));
            cursor = page.GetProperty("nextCursor").GetString();
        }
        while (cursor is not null);

        // Seven at 12:01:40 and the following seconds, and the seeded one at 12:00:01.
        Assert.Equal(
            [.. Enumerable.Range(0, 7).Select(i => $"2026-10-14T12:01:{46 - i}.000000Z"), "2026-10-14T12:00:01.000000Z"], starts);
    }

    [Theory]
    [InlineData("?mosBelow=3.9", 6)]           // 38000, 37000, 34995 twice, 29000 and 38999; not 39000
    [InlineData("?unit=U-edge&mosBelow=3.9", 2)]
    [InlineData("?unscored=true", 2)]
    [InlineData("?account=B-1", 1)]
    [InlineData("?outcome=failed", 0)]
    [InlineData("?from=2026-10-15T00:00&to=2026-10-16T00:00", 2)]
    [InlineData("?from=2026-10-14T12:00:02Z&to=2026-10-14T12:00:03Z", 2)]
    public async Task The_filter_narrows_page_and_api_alike(string query, int expected)
    {
        await using var site = await ContractSite.StartAsync();
        var calls = (await site.GetJsonAsync("/api/v1/calls" + query)).GetProperty("calls");
        var page = await site.GetAsync("/calls" + query);
        Assert.Equal(expected, calls.GetArrayLength());
        Assert.Equal(calls.GetArrayLength(), CallLinks().Count(page));
    }

    [Fact]
    public async Task A_call_shows_the_terms_of_its_score_and_that_it_can_be_made_again()
    {
        var call = SeedCalls.WithMedia(SeedCalls.Answered("B-1", "U-other", Day, 50, 40000), 0, 20, 0);
        await using var site = await ContractSite.StartAsync();
        await site.WriteAsync(call);
        var id = CallKey.Of(call.Call).ToString();
        var page = await site.GetAsync("/calls/" + id);
        var stream = (await site.GetJsonAsync("/api/v1/calls/" + id)).GetProperty("streams")[0];

        // 20 lost and 4 late of 1500 are 1.6 %. The clean call has Ro 94.769, Is 1.414, Id 0.149 (G.107 clause 7.7: R
        // 93.2).
        Assert.Equal(1.6, stream.GetProperty("modelTerms").GetProperty("Ppl").GetDouble(), 9);
        Assert.Equal(94.769, stream.GetProperty("modelTerms").GetProperty("Ro").GetDouble(), 3);
        Assert.True(stream.GetProperty("isReproduced").GetBoolean());
        Assert.Contains("the same as stored", page, StringComparison.Ordinal);
        Assert.Contains("94.769", page, StringComparison.Ordinal);
        Assert.Contains("481 Call/Transaction", page, StringComparison.Ordinal);
        Assert.Contains("class=\"again\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_shows_what_further_jitter_buffers_make_of_it_and_what_the_tap_did_not_see()
    {
        var call = SeedCalls.WithMedia(SeedCalls.Answered("B-1", "U-other", Day, 50, 40000), 0, 0);
        var seeded = call.Call.Streams[0];
        call = call with
        {
            Call = call.Call with
            {
                Streams =
                [
                    seeded with
                    {
                        Emulations = [new(new JitterBufferModel(JitterBufferKind.Fixed, 40), 100, 100, 100, 100)],
                        Unseen = 15,
                        Intervals = [seeded.Intervals[0], seeded.Intervals[1] with { Unseen = 15 }],
                    },
                ],
            },
        };
        await using var site = await ContractSite.StartAsync();
        await site.WriteAsync(call);
        var id = CallKey.Of(call.Call).ToString();
        var page = await site.GetAsync("/calls/" + id);
        var stream = (await site.GetJsonAsync("/api/v1/calls/" + id)).GetProperty("streams")[0];

        // 100 of 1,000 late, each alone: BurstR 1, Ie,eff = 95 x 10 / (10 + 25.1) = 27.066; R = 93.206 - 27.066 =
        // 66.141; MOS = 1 + 0.035 x 66.141 + 66.141 x 6.141 x 33.859 x 7e-6 = 3.411.
        var buffers = stream.GetProperty("emulations");
        Assert.Equal(["fixed:60", "fixed:40"], buffers.EnumerateArray().Select(Buffer));
        Assert.Equal(100, buffers[1].GetProperty("discarded").GetInt64());
        Assert.Equal(3.411, buffers[1].GetProperty("mosLq").GetDouble(), 3);
        Assert.Contains("fixed:40: 100 too late", page, StringComparison.Ordinal);

        // 15 of 515: 97.09 % were seen.
        Assert.Equal(15, stream.GetProperty("intervals")[1].GetProperty("unseen").GetInt64());
        Assert.Equal(100.0 * 500 / 515, stream.GetProperty("intervals")[1].GetProperty("seenPercent").GetDouble(), 6);
        Assert.Contains("15 packets not seen", page, StringComparison.Ordinal);

        static string? Buffer(JsonElement item) => item.GetProperty("jitterBuffer").GetString();
    }

    [Fact]
    public async Task A_stored_score_that_cannot_be_made_again_is_said()
    {
        var call = SeedCalls.WithMedia(SeedCalls.Answered("B-1", "U-other", Day, 50, 40000), 0, 20, 0);
        var stream = call.Call.Streams[0];
        call = call with { Call = call.Call with { Streams = [stream with { MosLqE4 = stream.MosLqE4 - 1 }] } };
        await using var site = await ContractSite.StartAsync();
        await site.WriteAsync(call);
        Assert.Contains(
            "The stored score differs", await site.GetAsync("/calls/" + CallKey.Of(call.Call)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Numbers_are_on_the_page_and_in_no_address_or_title()
    {
        await using var site = await ContractSite.StartAsync();
        var page = await site.GetAsync("/calls?limit=2");
        Assert.Contains("&#x2B;15550100001", page, StringComparison.Ordinal);
        Assert.DoesNotMatch("(href|action|src)=\"[^\"]*1555", page);
        Assert.DoesNotMatch("<title>[^<]*1555", page);
    }

    [Fact]
    public async Task Hostile_sip_fields_are_encoded_wherever_they_stand()
    {
        var call = LargeSite.DetailedCall;
        await using var site = await ContractSite.StartAsync();
        await site.WriteAsync(call);
        foreach (var path in new[] { "/calls", "/calls/" + CallKey.Of(call.Call), "/account/A-1?month=2026-10", "/account/A-1/units/U-blind?month=2026-10", "/accounts" })
        {
            var page = await site.GetAsync(path);
            Assert.DoesNotContain("<img", page, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("&lt;img src=x onerror=alert(1)&gt;", page, StringComparison.Ordinal);
        }
    }

    [GeneratedRegex("href=\"/calls/[0-9a-f]{32}\"")]
    private static partial Regex CallLinks();
}
