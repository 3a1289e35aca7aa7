using VoiceQuality.Monitor;
using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Service.Analyze;

namespace VoiceQuality.Service.Tests.Analyze;

public sealed class BackgroundWriterTests
{
    private static readonly CaptureSummary Summary = new() { Files = [], Counters = new PipelineCounters() };

    [Fact]
    public void Everything_is_written_in_its_order_and_ticks_flush_what_was_given_before_them()
    {
        var inner = new Recording();
        using (var writer = new BackgroundWriter(inner))
        {
            for (var i = 0; i < 1_000; i++)
            {
                writer.OnCall(Call(i));
                if (i % 150 == 0)
                {
                    writer.OnTick(i, new PipelineCounters { Packets = i });
                }
            }

            writer.Finish(Summary);
            Assert.Equal(900, writer.Counters.Packets);
        }

        var expected = Enumerable.Range(0, 1_000)
            .SelectMany(static i => i % 150 == 0 ? new[] { $"call {i}", $"tick {i}" } : [$"call {i}"]);
        Assert.Equal([.. expected, "finish", "dispose"], inner.Seen);
    }

    [Fact]
    public void A_failure_to_write_reaches_whoever_gives()
    {
        var inner = new Recording { FailsAt = "call 70" };
        using var writer = new BackgroundWriter(inner);

        Assert.Throws<IOException>(() =>
        {
            for (var i = 0; i < 100_000; i++)
            {
                writer.OnCall(Call(i));
            }
        });
        Assert.Throws<IOException>(() => writer.Finish(Summary));
        Assert.Equal("call 69", inner.Seen[^1]);
    }

    [Fact]
    public void A_failure_in_the_last_piece_comes_out_at_the_end()
    {
        using var writer = new BackgroundWriter(new Recording { FailsAt = "call 3" });
        for (var i = 0; i < 10; i++)
        {
            writer.OnCall(Call(i));
        }

        Assert.Throws<IOException>(() => writer.Finish(Summary));
    }

    private static CallRecord Call(int number) => new()
    {
        CallId = $"{number}",
        FromTag = "",
        SignallingSource = default,
        SignallingDestination = default,
        StartedAtUs = number,
        Outcome = CallOutcome.Failed,
    };

    private sealed class Recording : AnalysisWriter
    {
        public List<string> Seen { get; } = [];

        public string? FailsAt { get; init; }

        public override void OnStream(StreamRecord stream) => Note("stream");

        public override void OnCall(CallRecord call) => Note($"call {call.CallId}");

        public override void OnTick(long packetTimeUs, PipelineCounters counters) => Note($"tick {packetTimeUs}");

        public override void Finish(CaptureSummary capture) => Note("finish");

        public override void Dispose() => Note("dispose");

        private void Note(string what)
        {
            if (what == FailsAt)
            {
                throw new IOException("The disk is full.");
            }

            Seen.Add(what);
        }
    }
}
