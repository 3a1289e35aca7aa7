using System.Globalization;
using System.Text;
using System.Text.Json;
using VoiceQuality.Quality.Rtp;
using VoiceQuality.Quality.Scoring;
using VoiceQuality.Service.Tests.Cli;
using VoiceQuality.Testing.Captures;

namespace VoiceQuality.Service.Tests.Analyze;

public sealed partial class AnalyzeOutputTests : IDisposable
{
    private const string Time = "time";
    private const string Count = "count";
    private const string Real = "real";
    private const string Text = "text";

    private static readonly Dictionary<string, string> StreamFields = new()
    {
        ["callId"] = "text?", ["direction"] = Text, ["source"] = Text, ["destination"] = Text, ["ssrc"] = Text,
        ["codec"] = "text?", ["payloadType"] = Count, ["startedAt"] = Time, ["endedAt"] = Time, ["received"] = Count,
        ["expected"] = Count, ["lost"] = Count, ["duplicates"] = Count, ["reordered"] = Count, ["discarded"] = Count,
        ["lossPercent"] = Real, ["burstRatio"] = Real, ["jitterMeanMs"] = "real?", ["jitterMaxMs"] = "real?",
        ["maxDeltaMs"] = "real?", ["oneWayDelayMs"] = "real?", ["rFactor"] = "real?", ["mosLq"] = "real?",
        ["mosCq"] = "real?", ["unscoredReason"] = "text?", ["packetMs"] = "real?", ["skewPpm"] = "real?",
        ["seenPercent"] = "real?", ["burstsUnknown"] = "text?", ["lossRunsUnknown"] = "text?", ["duplicateOf"] = "count?",
        ["comfortNoisePercent"] = "real?",
    };

    private static readonly Dictionary<string, string> BurstFields = new()
    {
        ["gmin"] = Count, ["burstDensity"] = Real, ["gapDensity"] = Real, ["burstDurationMs"] = "real?",
        ["gapDurationMs"] = "real?", ["burstCount"] = Count, ["packets"] = Count,
    };

    private static readonly Dictionary<string, string> CallFields = new()
    {
        ["callId"] = Text, ["from"] = "text?", ["to"] = "text?", ["startedAt"] = Time, ["answeredAt"] = "time?",
        ["endedAt"] = "time?", ["outcome"] = Text, ["finalStatus"] = "count?", ["postDialDelayMs"] = "real?",
        ["releasedBy"] = "text?", ["mosLq"] = "real?", ["mosCq"] = "real?", ["rFactor"] = "real?",
        ["unscoredReason"] = "text?",
    };

    private static readonly Dictionary<string, string> IntervalFields = new()
    {
        ["startedAt"] = Time, ["durationMs"] = Real, ["expected"] = Count, ["lost"] = Count, ["discarded"] = Count,
        ["burstRatio"] = Real, ["mosLq"] = "real?", ["unseen"] = Count, ["seenPercent"] = "real?",
        ["burstsUnknown"] = "text?", ["comfortNoisePercent"] = "real?",
    };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_field_of_the_interface_is_there_with_its_type()
    {
        var json = (await RunAsync("json")).Json;

        var capture = json.GetProperty("capture");
        AssertFields(capture, new()
        {
            ["packets"] = Count, ["bytes"] = Count, ["firstPacketAt"] = Time, ["lastPacketAt"] = Time,
            ["sipMessages"] = Count, ["rtpPackets"] = Count, ["rtcpPackets"] = Count,
        });
        AssertFields(capture.GetProperty("skipped"), new()
        {
            ["notIp"] = Count, ["truncated"] = Count, ["malformed"] = Count, ["otherTransport"] = Count,
        });
        var streams = json.GetProperty("streams");
        foreach (var stream in streams.EnumerateArray())
        {
            AssertFields(stream, StreamFields);
            AssertFields(stream.GetProperty("model"), new()
            {
                ["name"] = Text, ["version"] = Text, ["codecRow"] = "text?", ["jitterBuffer"] = Text,
            });
            AssertFields(stream.GetProperty("bursts"), BurstFields);
            Assert.Equal(10, stream.GetProperty("lossRuns").GetProperty("counts").GetArrayLength());
            Assert.Equal(10, stream.GetProperty("lossRuns").GetProperty("upToPackets").GetArrayLength());
            Assert.NotEqual(0, stream.GetProperty("intervals").GetArrayLength());
            foreach (var interval in stream.GetProperty("intervals").EnumerateArray())
            {
                AssertFields(interval, IntervalFields);
                AssertFields(interval.GetProperty("bursts"), BurstFields);
            }
        }

        foreach (var call in json.GetProperty("calls").EnumerateArray())
        {
            AssertFields(call, CallFields);
            foreach (var index in call.GetProperty("streams").EnumerateArray())
            {
                Assert.Equal(
                    call.GetProperty("callId").GetString(),
                    streams[index.GetInt32()].GetProperty("callId").GetString());
            }
        }
    }

    [Fact]
    public async Task A_stream_seen_at_a_second_place_names_the_one_that_counts()
    {
        // A border controller passes the call on with places of its own; the first place is the farther one.
        var wire = new Wire();
        var sip = new SipScript(wire, "call-1");
        sip.Answered(0, 2, Sdp.Audio("198.18.0.1", 4000), Sdp.Audio("198.18.0.2", 6000));
        sip.Hop = "h2";
        sip.Request(0.02, "INVITE", Sdp.Audio("198.18.0.8", 8000));
        sip.Response(1.9, 200, "INVITE", Sdp.Audio("198.18.0.9", 9000));
        new RtpScript(wire, "198.18.0.8:8000", "198.18.0.9:9000") { Ssrc = 1 }.Send(500, 2.104);
        new RtpScript(wire, "198.18.0.1:4000", "198.18.0.2:6000") { Ssrc = 1 }.Send(500, 2.1);
        sip.Released(13);
        var json = (await AnalyzeRun.OfAsync("--format", "json", await WriteAsync("taps.pcap", wire.ToPcap()))).Json;

        var streams = json.GetProperty("streams").EnumerateArray().ToArray();
        var copy = Assert.Single(streams, stream => stream.GetProperty("duplicateOf").ValueKind == JsonValueKind.Number);
        Assert.Equal("198.18.0.2:6000", copy.GetProperty("destination").GetString());
        Assert.Equal(
            "198.18.0.9:9000",
            streams[copy.GetProperty("duplicateOf").GetInt32()].GetProperty("destination").GetString());
    }

    [Fact]
    public async Task What_was_sent_again_and_what_intervals_sound_like_are_told()
    {
        // 500 packets of which one is lost, and sent again 30 ms after its time.
        var wire = new Wire();
        var sip = new SipScript(wire, "call-1");
        string[] formats = ["0 PCMU/8000", "97 rtx/8000"];
        sip.Answered(
            0, 2, Sdp.Audio("198.18.0.1", 4000, formats) + "a=fmtp:97 apt=0\r\n",
            Sdp.Audio("198.18.0.2", 6000, formats) + "a=fmtp:97 apt=0\r\n");
        var media = new RtpScript(wire, "198.18.0.1:4000", "198.18.0.2:6000")
        {
            Ssrc = 1, Payload = static _ => [.. Enumerable.Repeat((byte)0xFF, 160)],
        };
        var timestamp = media.Timestamp;
        media.Send(500, 2.1, static index => index == 100);
        new RtpScript(wire, "198.18.0.1:4000", "198.18.0.2:6000")
        {
            Ssrc = 9, PayloadType = 97, Payload = static _ => [1_100 >> 8, 1_100 & 0xFF, 0x55],
        }.Packet(Wire.Us(4.13), 7, timestamp + (100 * 160));
        sip.Released(13);
        var json = (await AnalyzeRun.OfAsync("--format", "json", await WriteAsync("rtx.pcap", wire.ToPcap()))).Json;

        var stream = json.GetProperty("streams").EnumerateArray().First(
            static item => item.GetProperty("ssrc").GetString() == "0x00000001");
        Assert.Equal((0, 1, 1), (
            stream.GetProperty("lost").GetInt32(), stream.GetProperty("recovered").GetInt32(),
            stream.GetProperty("lostBeforeRecovery").GetInt32()));
        Assert.Equal("""{"packets":1,"recovered":1,"recoveredUnknown":null}""", Compact(stream.GetProperty("retransmissions")));

        // 32 of the numbers 0 to 499 are looked at, and each stands for 16 packets of 20 ms.
        var audio = stream.GetProperty("intervals")[0].GetProperty("audio");
        Assert.Equal((32, 10.24), (audio.GetProperty("packets").GetInt32(), audio.GetProperty("silentSeconds").GetDouble()));
        Assert.Equal(10.24, stream.GetProperty("audio").GetProperty("silentSeconds").GetDouble());
        Assert.Equal(0, stream.GetProperty("comfortNoisePercent").GetDouble());

        static string Compact(JsonElement item) => JsonSerializer.Serialize(item);
    }

    [Fact]
    public async Task Signalling_over_the_capture_is_the_same_in_the_document_and_in_the_last_line()
    {
        var signalling = (await RunAsync("json")).Json.GetProperty("signalling");
        var line = JsonDocument.Parse((await RunAsync("ndjson")).Lines[^1]).RootElement;

        // One call of 18 s that was answered and ended with a confirmed BYE, and a busy one.
        Assert.Equal((2, 1, 1, 1), (
            signalling.GetProperty("attempts").GetInt32(), signalling.GetProperty("answered").GetInt32(),
            signalling.GetProperty("declined").GetInt32(), signalling.GetProperty("completed").GetInt32()));
        Assert.Equal(50, signalling.GetProperty("asr").GetProperty("percent").GetDouble());
        Assert.Equal(100, signalling.GetProperty("ner").GetProperty("percent").GetDouble());
        Assert.Equal(18, signalling.GetProperty("acdSeconds").GetDouble());
        Assert.Equal(1_000, signalling.GetProperty("failedSrd").GetProperty("meanMs").GetDouble());
        Assert.Equal("capture", line.GetProperty("type").GetString());
        Assert.True(JsonElement.DeepEquals(signalling, line.GetProperty("signalling")));
    }

    [Fact]
    public async Task The_document_says_what_the_capture_holds()
    {
        var wire = SampleCapture.Wire();
        var json = (await RunAsync("json")).Json;

        var capture = json.GetProperty("capture");
        Assert.Equal(wire.Frames.Count, capture.GetProperty("packets").GetInt32());
        Assert.Equal(wire.Frames.Sum(static frame => frame.OriginalLength), capture.GetProperty("bytes").GetInt32());
        Assert.Equal(9, capture.GetProperty("sipMessages").GetInt32());
        Assert.Equal(490 + 500 + 120, capture.GetProperty("rtpPackets").GetInt32());
        Assert.Equal(3, capture.GetProperty("skipped").GetProperty("notIp").GetInt32());
        Assert.Equal(2, capture.GetProperty("skipped").GetProperty("otherTransport").GetInt32());
        Assert.Equal("2026-01-05T08:00:00.000000Z", capture.GetProperty("firstPacketAt").GetString());
        Assert.Equal("2026-01-05T08:00:20.010000Z", capture.GetProperty("lastPacketAt").GetString());

        var calls = json.GetProperty("calls");
        Assert.Equal(2, calls.GetArrayLength());
        Assert.Equal("answered", calls[0].GetProperty("outcome").GetString());
        Assert.Equal("+15550100", calls[0].GetProperty("from").GetString());
        Assert.Equal("2026-01-05T08:00:02.000000Z", calls[0].GetProperty("answeredAt").GetString());
        Assert.Equal("2026-01-05T08:00:20.000000Z", calls[0].GetProperty("endedAt").GetString());
        Assert.Equal(500, calls[0].GetProperty("postDialDelayMs").GetDouble());
        Assert.Equal("caller", calls[0].GetProperty("releasedBy").GetString());
        Assert.Equal("rejected", calls[1].GetProperty("outcome").GetString());
        Assert.Equal(486, calls[1].GetProperty("finalStatus").GetInt32());
        Assert.Equal("noAnswer", calls[1].GetProperty("unscoredReason").GetString());
        Assert.Equal(JsonValueKind.Null, calls[1].GetProperty("answeredAt").ValueKind);

        var streams = json.GetProperty("streams");
        Assert.Equal(["0x000000a1", "0x000000b2", "0x000000c3"],
            streams.EnumerateArray().Select(static stream => stream.GetProperty("ssrc").GetString()));
        Assert.Equal(10, streams[0].GetProperty("lost").GetInt32());
        Assert.Equal(2.0, streams[0].GetProperty("lossPercent").GetDouble());

        // 10 lost in one run of 500: 10 * (1 - 0.02).
        Assert.Equal(9.8, streams[0].GetProperty("burstRatio").GetDouble(), 6);

        // Eleven intervals of 20 ms lie between the packets around the gap.
        Assert.Equal(220, streams[0].GetProperty("maxDeltaMs").GetDouble(), 3);
        Assert.Equal("fromCaller", streams[0].GetProperty("direction").GetString());
        Assert.Equal("fixed:60", streams[0].GetProperty("model").GetProperty("jitterBuffer").GetString());
        Assert.Equal("unknown", streams[2].GetProperty("direction").GetString());
        Assert.Equal(JsonValueKind.Null, streams[2].GetProperty("callId").ValueKind);
        Assert.Equal("[2001:2::1]:7000", streams[2].GetProperty("source").GetString());
        Assert.Equal(500, streams[0].GetProperty("intervals").EnumerateArray()
            .Sum(static interval => interval.GetProperty("expected").GetInt32()));
    }

    [Fact]
    public async Task Every_ndjson_line_is_an_object_and_refers_to_earlier_lines_only()
    {
        var run = await RunAsync("ndjson");
        var seen = new HashSet<long>();
        var types = new List<string>();
        foreach (var line in run.Lines)
        {
            var item = JsonDocument.Parse(line).RootElement;
            types.Add(item.GetProperty("type").GetString()!);
            switch (types[^1])
            {
                case "stream":
                    AssertFields(item, StreamFields);
                    Assert.True(seen.Add(item.GetProperty("id").GetInt64()));
                    break;
                case "call":
                    AssertFields(item, CallFields);
                    Assert.All(
                        item.GetProperty("streamIds").EnumerateArray(), id => Assert.Contains(id.GetInt64(), seen));
                    break;
            }
        }

        Assert.Equal(3, types.Count(static type => type == "stream"));
        Assert.Equal(2, types.Count(static type => type == "call"));
        Assert.Equal(["capture"], types.Skip(5));
        Assert.EndsWith("\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ndjson_gives_a_call_before_the_capture_ends()
    {
        // The first call is over at 20 s and given up 32 s later; the second begins at 100 s.
        var octets = Merge(SampleCapture.Wire(), SampleCapture.Wire(100, "second")).ToPcap();
        using var output = new MemoryStream();
        var lengthAtThreeQuarters = 0L;
        using var input = new WatchedStream(octets, position =>
        {
            if (position < octets.Length * 3 / 4)
            {
                lengthAtThreeQuarters = output.Length;
            }
        });

        var run = await AnalyzeRun.OfAsync(input, () => output, "--format", "ndjson", "-");

        Assert.Equal(0, run.Status);
        Assert.True(lengthAtThreeQuarters > 0, "Nothing was written while there was input.");
        Assert.Equal(11, System.Text.Encoding.UTF8.GetString(output.ToArray()).Count(static c => c == '\n'));
    }

    [Fact]
    public async Task The_table_shows_calls_and_streams_to_a_person()
    {
        var run = await RunAsync("table");

        Assert.Equal(0, run.Status);
        Assert.Contains("2 calls, 3 streams.", run.Lines[0], StringComparison.Ordinal);
        Assert.Contains(run.Lines, static line => line.Contains("rejected", StringComparison.Ordinal));
        Assert.Contains(run.Lines, static line => line.Contains("0x000000c3", StringComparison.Ordinal));
        Assert.DoesNotContain(run.Output, static c => char.IsControl(c) && c != '\n');
    }

    [Theory]
    [InlineData("json")]
    [InlineData("ndjson")]
    [InlineData("csv")]
    [InlineData("table")]
    public async Task Lanes_change_no_octet_of_the_output(string format)
    {
        var twoCalls = Merge(SampleCapture.Wire(), SampleCapture.Wire(100, "second"));
        var file = await WriteAsync("lanes.pcap", twoCalls.ToPcap());
        var one = await AnalyzeRun.OfAsync("--format", format, file);

        foreach (var lanes in new[] { "2", "3", "4", "8" })
        {
            var other = await AnalyzeRun.OfAsync("--format", format, "--lanes", lanes, file);
            Assert.Equal(one.Output, other.Output);
        }
    }

    [Fact]
    public async Task A_capture_without_calls_gives_an_empty_document()
    {
        var file = await WriteAsync("empty.pcap", new Wire().ToPcap());

        var run = await AnalyzeRun.OfAsync("--format", "json", file);

        Assert.Equal(0, run.Status);
        Assert.Equal(0, run.Json.GetProperty("calls").GetArrayLength());
        Assert.Equal(JsonValueKind.Null, run.Json.GetProperty("capture").GetProperty("firstPacketAt").ValueKind);
        Assert.Equal(0, run.Json.GetProperty("capture").GetProperty("packets").GetInt32());
    }

    private static Wire Merge(params Wire[] wires)
    {
        var merged = new Wire();
        foreach (var frame in wires.SelectMany(static wire => wire.Frames))
        {
            merged.Add(frame);
        }

        return merged;
    }

    private static void AssertFields(JsonElement item, Dictionary<string, string> fields)
    {
        foreach (var (name, type) in fields)
        {
            Assert.True(item.TryGetProperty(name, out var value), $"{name} is missing.");
            if (value.ValueKind == JsonValueKind.Null)
            {
                Assert.True(type.EndsWith('?'), $"{name} is null.");
                continue;
            }

            Assert.True(Holds(value, type.TrimEnd('?')), $"{name} is {value.GetRawText()}, which is no {type}.");
        }
    }

    private static bool Holds(JsonElement value, string type) => type switch
    {
        Count => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= 0,
        Real => value.ValueKind == JsonValueKind.Number && double.IsFinite(value.GetDouble()),
        Time => value.ValueKind == JsonValueKind.String && DateTimeOffset.TryParseExact(
            value.GetString(), "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal, out _),
        _ => value.ValueKind == JsonValueKind.String,
    };

    private async Task<AnalyzeRun> RunAsync(string format)
    {
        var file = await WriteAsync("sample.pcap", SampleCapture.Wire().ToPcap());
        var run = await AnalyzeRun.OfAsync("--format", format, file);
        Assert.Equal("", run.Error);
        Assert.Equal(0, run.Status);
        return run;
    }

    private async Task<string> WriteAsync(string name, byte[] octets)
    {
        var file = _folder.File(name);
        await File.WriteAllBytesAsync(file, octets);
        return file;
    }

    /// <summary>A pipe that tells when it is asked for more.</summary>
    private sealed class WatchedStream(byte[] octets, Action<long> onRead) : MemoryStream(octets)
    {
        public override bool CanSeek => false;

        public override int Read(Span<byte> buffer)
        {
            onRead(Position);
            return base.Read(buffer[..Math.Min(buffer.Length, 1_000)]);
        }
    }
}
