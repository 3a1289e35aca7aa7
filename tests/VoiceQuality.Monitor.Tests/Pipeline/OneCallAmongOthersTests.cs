using VoiceQuality.Monitor.Streams;
using VoiceQuality.Testing.Captures;

namespace VoiceQuality.Monitor.Tests.Pipeline;

public class OneCallAmongOthersTests
{
    private const int Calls = 7;

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 3)]
    [InlineData(3, 1)]
    [InlineData(4, 2)]
    [InlineData(5, 1)]
    public void Removing_other_calls_changes_no_figure_of_a_call(int seed, int lanes)
    {
        var options = new MonitorOptions { Lanes = lanes };
        var wires = Enumerable.Range(0, Calls).Select(call => Call(seed, call)).ToList();
        var together = new Wire();
        foreach (var frame in wires.SelectMany(static wire => wire.Frames))
        {
            together.Add(frame);
        }

        var all = Measurement.Of(together, options);

        Assert.Equal(Calls, all.Calls.Count);
        for (var call = 0; call < Calls; call++)
        {
            var alone = Measurement.Of(wires[call], options);
            var id = alone.Calls.Single().CallId;
            var among = all.Calls.Single(other => other.CallId == id);

            // As text: lists are equal by what they are, and are compared below.
            Assert.Equal(alone.Calls[0].ToString(), among.ToString());
            Assert.Equal(alone.Calls[0].Ladder, among.Ladder);
            Assert.Equal(Figures(alone, id), Figures(all, id));
            Assert.Contains(alone.Streams, static stream => stream.Total.Lost > 0);
        }
    }

    private static List<string> Figures(Measurement measured, string callId) =>
    [
        .. measured.Streams.Where(stream => stream.CallId == callId).OrderBy(static stream => stream.Ssrc)
            .SelectMany(static stream => (string[])
            [
                $"{stream.Ssrc} {stream.MosLqE4} {stream.UnscoredReason} {stream.Unseen} {stream.Total}",
                .. stream.Intervals.Select(static interval => $"{interval.MosLqE4} {interval.Counters}"),
            ]),
    ];

    // Set-up at some time in the first 20 s, 25 s of talk, each direction with a loss, delays and copies of its own.
    private static Wire Call(int seed, int call)
    {
        var random = new Random((seed * 100) + call);
        var wire = new Wire();
        var start = random.NextDouble() * 20;
        var sip = new SipScript(wire, $"call-{seed}-{call}");
        var (caller, callee) = ($"198.18.{call}.1", $"198.18.{call % 3}.200");
        var port = 4_000 + (call * 4);
        sip.Answered(start, 1 + random.NextDouble(), Sdp.Audio(caller, port), Sdp.Audio(callee, port + 2));
        for (var direction = 0; direction < 2; direction++)
        {
            var (source, destination) = direction == 0
                ? ($"{caller}:{port}", $"{callee}:{port + 2}")
                : ($"{callee}:{port + 2}", $"{caller}:{port}");
            var script = new RtpScript(wire, source, destination) { Ssrc = (uint)((call * 2) + direction) };
            var loss = 0.002 + (random.NextDouble() * 0.1);
            var jitterUs = random.Next(1, 40_000);
            for (var i = 0; i < 1_250; i++)
            {
                var atUs = Wire.Us(start + 2.1 + (i * 0.02)) + random.Next(jitterUs);
                if (random.NextDouble() >= loss)
                {
                    script.Packet(atUs, (ushort)(65_000 + i), (uint)(i * 160));
                }

                if (random.Next(200) == 0)
                {
                    script.Packet(atUs + 300, (ushort)(65_000 + i), (uint)(i * 160));
                }
            }
        }

        sip.Released(start + 28);
        return wire;
    }
}
