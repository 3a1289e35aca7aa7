using System.Text;
using System.Text.Json;
using VoiceQuality.Monitor.Calls;
using VoiceQuality.Quality.Scoring;
using VoiceQuality.Service.Analyze;

namespace VoiceQuality.Service.Tests.Analyze;

public sealed class KeptCallsTests
{
    [Fact]
    public void What_is_written_of_a_call_that_was_kept_is_what_would_have_been_written_at_once()
    {
        var random = new Random(1);
        var calls = Enumerable.Range(0, 3_000).Select(i => Call(random, i)).ToArray();
        using var kept = new KeptCalls();
        foreach (var call in calls)
        {
            kept.Add(call);
        }

        kept.Sort();

        Assert.Equal(calls.Length, kept.Count);
        var expected = calls.OrderBy(static call => call.StartedAtUs)
            .ThenBy(static call => call.CallId, StringComparer.Ordinal).Select(Json).ToArray();
        Assert.Equal(expected, kept.Select(Json));
        Assert.Equal(expected[^1], Json(kept[^1]));
    }

    [Fact]
    public void A_call_without_media_takes_a_hundred_octets()
    {
        var random = new Random(2);
        using var kept = new KeptCalls();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < 50_000; i++)
        {
            kept.Add(Call(random, i) with { OneWayDelayUs = null, ReleaseReason = null });
        }

        // At most 26 octets of Call-ID, 12 of each number and 40 of the rest, and 16 to 32 for the list that grows.
        Assert.InRange((GC.GetTotalMemory(forceFullCollection: true) - before) / 50_000.0, 20, 140);
        GC.KeepAlive(kept);
    }

    private static string Json(CallRecord call)
    {
        using var octets = new MemoryStream();
        using (var json = new Utf8JsonWriter(octets))
        {
            json.WriteStartObject();
            AnalysisJson.WriteCall(json, call);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(octets.ToArray());
    }

    private static CallRecord Call(Random random, int index)
    {
        var startedAtUs = 1_700_000_000_000_000 + (random.Next(40) * 250_000L);
        long? Some(int most) => random.Next(3) == 0 ? null : random.Next(most);
        return new CallRecord
        {
            CallId = random.Next(5) == 0 ? $"caf\u00e9\uFFFD\"{index}" : $"{random.Next():x8}-{index}@example.com",
            FromTag = "not kept",
            Caller = random.Next(4) == 0 ? null : $"+1555{random.Next(10_000_000):d7}",
            Callee = random.Next(4) == 0 ? null : "\u4e2d<&>",
            SignallingSource = default,
            SignallingDestination = default,
            StartedAtUs = startedAtUs,
            AnsweredAtUs = startedAtUs + Some(9_000_000),
            EndedAtUs = startedAtUs + Some(2_000_000_000),
            Outcome = (CallOutcome)random.Next(6),
            FinalStatus = (int?)Some(700),
            PostDialDelayUs = Some(5_000_000),
            RequestDelayUs = Some(5_000),
            RingTimeUs = Some(60_000_000),
            DisconnectDelayUs = Some(50),
            ReleaseReason = random.Next(4) switch
            {
                0 => new ReleaseReason("Q.850", random.Next(1_000)),
                1 => new ReleaseReason("SIP", random.Next(1_000)),
                2 => new ReleaseReason("other", 0),
                _ => null,
            },
            ReleasedBy = random.Next(3) switch { 0 => null, 1 => CallParty.Caller, _ => CallParty.Callee },
            UnscoredReason = (UnscoredReason)random.Next(5),
            OneWayDelayUs = random.Next(20) == 0 ? 20_500 : null,
        };
    }
}
