using VoiceQuality.Testing.Captures;

namespace VoiceQuality.Monitor.Tests.Streams;

/// <summary>What packets in good order, which are counted several at once, must not hide.</summary>
public sealed class SteadyStreamTests
{
    private const string Caller = "198.18.0.1:4000";
    private const string Callee = "198.18.0.2:6000";

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(20)]
    public void Two_sources_in_turns_on_one_flow_are_counted_as_each_alone(int turn)
    {
        var (together, first, second) = (new Wire(), new Wire(), new Wire());
        foreach (var wire in (Wire[])[together, first, second])
        {
            new SipScript(wire, "call").Answered(0, 1, Sdp.Audio("198.18.0.1", 4000), Sdp.Audio("198.18.0.2", 6000));
        }

        for (var i = 0; i < 1_000; i++)
        {
            var ssrc = (uint)(1 + (i / turn % 2));
            var number = (ushort)((i / (2 * turn) * turn) + (i % turn));
            foreach (var wire in (Wire[])[together, ssrc == 1 ? first : second])
            {
                new RtpScript(wire, Caller, Callee) { Ssrc = ssrc }
                    .Packet(Wire.Us(2 + (i * 0.01)), number, number * 160u);
            }
        }

        var all = Measurement.Of(together).Streams.OrderBy(static stream => stream.Ssrc).ToArray();
        Assert.Equal([500L, 500L], all.Select(static stream => stream.Total.Received));
        Assert.Equal(Measurement.Of(first).Streams.Single().Total, all[0].Total);
        Assert.Equal(Measurement.Of(second).Streams.Single().Total, all[1].Total);
    }

    [Fact]
    public void An_answer_between_two_packets_in_good_order_parts_them()
    {
        // 20 ms packets from 0.5 s on, the answer at 1.1 s: 0.50 to 1.08 are 30 packets of early media.
        var wire = new Wire();
        new SipScript(wire, "call").Answered(0, 1.09, Sdp.Audio("198.18.0.1", 4000), Sdp.Audio("198.18.0.2", 6000));
        new RtpScript(wire, Callee, Caller).Send(300, at: 0.5);
        var stream = Measurement.Of(wire).Streams.Single();
        Assert.Equal(300, stream.Total.Received);
        Assert.Equal(30, stream.Total.Received - stream.Scored.Received);
    }

    [Fact]
    public void The_last_packets_of_a_stream_are_counted_however_few_wait()
    {
        for (var packets = 20; packets < 60; packets++)
        {
            var wire = new Wire();
            new SipScript(wire, "call").Answered(0, 1, Sdp.Audio("198.18.0.1", 4000), Sdp.Audio("198.18.0.2", 6000));
            new RtpScript(wire, Caller, Callee).Send(packets, at: 2);
            var stream = Measurement.Of(wire).Streams.Single();
            Assert.Equal((packets, 0), (stream.Total.Received, stream.Total.Lost));

            // 20 ms each; the time is kept in microseconds.
            Assert.Equal((packets - 1) * 20_000, stream.EndedAtUs - stream.StartedAtUs);
        }
    }
}
