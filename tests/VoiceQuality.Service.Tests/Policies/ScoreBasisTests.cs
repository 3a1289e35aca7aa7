using System.Text;
using System.Text.Json;
using NodaTime;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Service.Tests.Api;
using VoiceQuality.Service.Tests.Claims;
using VoiceQuality.Sla;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Storage.Calls;
using VoiceQuality.Storage.Policies;

namespace VoiceQuality.Service.Tests.Policies;

/// <summary>A contract that counts MOS-CQ, and one that counts wideband calls otherwise.</summary>
public class ScoreBasisTests
{
    private const string Account = "/api/v1/accounts/A-1";
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly LocalDate Day = new(2026, 10, 20);

    [Fact]
    public async Task By_MOS_CQ_calls_without_measured_delay_lower_the_coverage_and_page_claim_and_evidence_agree()
    {
        await using var site = await ContractSite.StartAsync();
        var measured = Call(1, cqE4: 3_0000);
        await site.WriteAsync(measured, Call(2, cqE4: 3_2000), Call(3, cqE4: null));
        await RecordAsync(site, new MosReading(MosScoreBasis.Conversational, MosWideband.OwnScale));

        // Seven answered calls, four of the site's own without streams; (3.0 + 3.2) / 2 = 3.1, 2 of 7 = 28.57 %.
        var answer = await site.GetJsonAsync($"{Account}/months/2026-10/units/U-edge");
        var unit = answer.GetProperty("unit");
        Assert.Equal(
            ("CONVERSATIONAL", "OWN_SCALE", "3.100", 60), (
                unit.Text("scoreBasis"), unit.Text("widebandCalls"), unit.Text("meanMos"),
                unit.GetProperty("percent").GetInt32()));
        Assert.Equal((7, 2, 28.57m), (
            unit.GetProperty("answered").GetInt32(), unit.GetProperty("scored").GetInt32(),
            unit.GetProperty("coveragePercent").GetDecimal()));
        var day = answer.GetProperty("days").EnumerateArray().Single(one => one.Text("date") == "2026-10-20");
        Assert.Equal((3, 2, 6_2000), (
            day.GetProperty("answered").GetInt32(), day.GetProperty("scored").GetInt32(),
            day.GetProperty("sumMosE4").GetInt32()));

        // 60 % of 500.00.
        var claim = await site.PostJsonAsync($"{Account}/claims", "k1", """{"unitId":"U-edge","month":"2026-10"}""");
        Assert.Equal(("GRANTED", "300.00"), (claim.Text("decision"), claim.Text("credit")));
        await site.AssertHoldsAsync(claim.Text("evidence")!);

        var counted = (await site.GetJsonAsync($"/api/v1/calls/{CallKey.Of(measured.Call)}")).GetProperty("counted");
        Assert.Equal(3.0m, counted.GetProperty("mos").GetDecimal());
        var without = await site.GetJsonAsync($"/api/v1/calls/{CallKey.Of(Call(3, null).Call)}");
        Assert.Equal("delayNotMeasured", without.GetProperty("counted").Text("unscoredReason"));
        Assert.NotEqual(JsonValueKind.Null, without.GetProperty("mosLq").ValueKind);
    }

    [Theory]
    [InlineData(MosScoreBasis.Listening, MosWideband.OwnScale)]
    [InlineData(MosScoreBasis.Conversational, MosWideband.OwnScale)]
    [InlineData(MosScoreBasis.Conversational, MosWideband.CappedAtNarrowband)]
    [InlineData(MosScoreBasis.Conversational, MosWideband.LeftOut)]
    [InlineData(MosScoreBasis.Listening, MosWideband.LeftOut)]
    public async Task A_list_of_calls_counts_each_as_the_call_alone_does(MosScoreBasis basis, MosWideband wideband)
    {
        await using var site = await ContractSite.StartAsync();
        await site.WriteAsync(Call(1, cqE4: 3_0000), Call(2, cqE4: null), Wideband(Call(3, cqE4: 3_2000)));
        await RecordAsync(site, new MosReading(basis, wideband));

        // The three, the site's own four of A-1 without streams, and those of other accounts.
        var calls = (await site.GetJsonAsync("/api/v1/calls")).GetProperty("calls").EnumerateArray().ToArray();
        Assert.InRange(calls.Length, 7, 50);
        foreach (var call in calls)
        {
            var alone = await site.GetJsonAsync($"/api/v1/calls/{call.Text("id")}");
            Assert.Equal(alone.GetProperty("counted").ToString(), call.GetProperty("counted").ToString());
            Assert.Equal(
                call.Text("accountId") == "A-1" ? WireName.Of(basis) : "LISTENING",
                call.GetProperty("counted").Text("scoreBasis"));
        }
    }

    [Fact]
    public async Task What_is_counted_stays_known_when_the_detail_of_calls_is_deleted()
    {
        await using var site = await ContractSite.StartAsync();
        var (measured, without) = (Call(1, cqE4: 3_0000), Call(2, cqE4: null));
        await site.WriteAsync(measured, without);
        await RecordAsync(site, new MosReading(MosScoreBasis.Conversational, MosWideband.OwnScale));
        await new CallRetention(site.Database).DeleteDetailAsync(
            Instant.FromUtc(2026, 12, 1, 0, 0).ToUnixTimeTicks() / 10, None);

        var calls = (await site.GetJsonAsync("/api/v1/calls")).GetProperty("calls").EnumerateArray()
            .ToDictionary(static call => call.Text("id")!);
        (MeasuredCall, string?, string?)[] expected =
            [(measured, "3", null), (without, null, "delayNotMeasured")];
        foreach (var (call, mos, reason) in expected)
        {
            var id = CallKey.Of(call.Call).ToString();
            var alone = await site.GetJsonAsync($"/api/v1/calls/{id}");
            Assert.Equal(JsonValueKind.Null, alone.GetProperty("streams").ValueKind);
            var counted = calls[id].GetProperty("counted");
            Assert.Equal(alone.GetProperty("counted").ToString(), counted.ToString());
            Assert.Equal(mos, counted.GetProperty("mos") is { ValueKind: JsonValueKind.Number } number
                ? number.GetDecimal().ToString("0.####", System.Globalization.CultureInfo.InvariantCulture) : null);
            Assert.Equal(reason, counted.Text("unscoredReason"));
        }

        Assert.Contains(
            "title=\"MOS-CQ, with the measured delay\">3.0", await site.GetAsync("/calls"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_accounts_and_months_before_it_are_read_as_they_were()
    {
        await using var site = await ContractSite.StartAsync();
        await site.WriteAsync(Call(1, cqE4: 3_0000));
        var before = await site.GetJsonAsync($"{Account}/months/2026-10/units/U-edge");
        var other = await site.GetJsonAsync("/api/v1/accounts/B-1/months/2026-10");
        await RecordAsync(
            site, new MosReading(MosScoreBasis.Conversational, MosWideband.OwnScale), new ServiceMonth(2026, 11));

        Assert.Equal("LISTENING", before.GetProperty("unit").Text("scoreBasis"));
        var after = await site.GetJsonAsync($"{Account}/months/2026-10/units/U-edge");
        Assert.Equal(before.GetProperty("unit").ToString(), after.GetProperty("unit").ToString());
        Assert.Equal(before.GetProperty("days").ToString(), after.GetProperty("days").ToString());
        Assert.Equal(other.ToString(), (await site.GetJsonAsync("/api/v1/accounts/B-1/months/2026-10")).ToString());
    }

    [Fact]
    public async Task Where_wideband_calls_are_left_out_a_wideband_call_is_answered_and_not_scored()
    {
        await using var site = await ContractSite.StartAsync();
        var wideband = Wideband(Call(1, cqE4: null));
        await site.WriteAsync(wideband, Call(2, cqE4: null));
        await RecordAsync(site, new MosReading(MosScoreBasis.Listening, MosWideband.LeftOut));

        // The site's own four have no streams any more, so their scale is not known: one of six.
        var unit = (await site.GetJsonAsync($"{Account}/months/2026-10/units/U-edge")).GetProperty("unit");
        Assert.Equal((6, 1, "LEFT_OUT"), (
            unit.GetProperty("answered").GetInt32(), unit.GetProperty("scored").GetInt32(), unit.Text("widebandCalls")));
        var call = await site.GetJsonAsync($"/api/v1/calls/{CallKey.Of(wideband.Call)}");
        Assert.Equal("scaleNotCounted", call.GetProperty("counted").Text("unscoredReason"));
    }

    [Fact]
    public void The_narrowband_equivalent_of_a_wideband_call_is_refused_with_the_reason()
    {
        var json = ContractPolicy.Default.ToJson()
            .Replace("OWN_SCALE", "NARROWBAND_EQUIVALENT", StringComparison.Ordinal);
        var (policy, errors) = ContractPolicy.Parse(Encoding.UTF8.GetBytes(json));

        Assert.Null(policy);
        Assert.Contains("No Recommendation gives", Assert.Single(errors).Message, StringComparison.Ordinal);
    }

    private static MeasuredCall Call(int number, int? cqE4)
    {
        var call = SeedCalls.WithMedia(SeedCalls.Answered("A-1", "U-edge", Day, number, null), 0, 0, 0);
        return call with
        {
            Call = call.Call with { Streams = [.. call.Call.Streams.Select(stream => With(stream, cqE4))] },
        };
    }

    private static MeasuredCall Wideband(MeasuredCall call) => call with
    {
        Call = call.Call with
        {
            Streams =
            [
                .. call.Call.Streams.Select(static stream => stream with
                {
                    Model = stream.Model with { Name = "g107.1" },
                }),
            ],
        },
    };

    private static StreamRecord With(StreamRecord stream, int? cqE4) =>
        stream with { MosCqE4 = cqE4, TaMs = cqE4 is null ? null : 250 };

    private static async Task RecordAsync(TestSite site, MosReading reading, ServiceMonth? from = null) => Assert.Equal(
        PolicyRecordStatus.Recorded,
        await new PolicyRepository(site.Database).RecordAsync(
            new PolicyEntry("A-1", from ?? new ServiceMonth(2026, 10), ContractPolicy.Default with
            {
                Version = "read-otherwise", MosScoreBasis = reading.Basis, MosWideband = reading.Wideband,
            }),
            Instant.FromUtc(2026, 11, 5, 0, 0), None));
}
