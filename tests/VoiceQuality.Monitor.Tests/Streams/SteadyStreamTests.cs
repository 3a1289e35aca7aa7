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
    public void A_step_of_the_timestamps_between_packets_in_good_order_is_jitter()
    {
        for (var at = 20; at < 40; at++)
        {
            var wire = new Wire();
            new SipScript(wire, "call").Answered(0, 1, Sdp.Audio("198.18.0.1", 4000), Sdp.Audio("198.18.0.2", 6000));
            var talker = new RtpScript(wire, Caller, Callee).Send(at, at: 2);
            talker.Timestamp += 80;
            talker.Send(100);

            // 80 ticks are 10 ms: J rises from 0 to 10 / 16 ms, and falls from there. In a block of many frames the packets
            // behind the first of the flow that is looked at by itself would be too.
            var total = Measurement.Of(wire, framesPerBlock: 1).Streams.Single().Total;
            Assert.Equal((at + 100, 625_000_000L), (total.Received, total.JitterMaxPs));
        }
    }

    [Fact]
    public void A_copy_behind_a_restart_whose_first_packets_were_swapped_is_not_looked_at()
    {
        var wire = new Wire();
        new SipScript(wire, "call").Answered(0, 1, Sdp.Audio("198.18.0.1", 4000), Sdp.Audio("198.18.0.2", 6000));
        var talker = new RtpScript(wire, Caller, Callee) { SequenceNumber = 0 }.Send(100, at: 2);

        // 8,016 is the second of the segment, comes before 8,015, and once more.
        var at = Wire.Us(talker.NextAt);
        foreach (var number in (ushort[])[8_016, 8_015, 8_016, 8_017, 8_018, 8_019, 8_020, 8_021])
        {
            talker.Packet(at += 1_000, number, number * 160u);
        }

        // Of each sixteen from the first on one is looked at: 0, 16 … 96. The next one would be 8,016, which came as a
        // packet far away and as a copy.
        var stream = Measurement.Of(wire).Streams.Single();
        Assert.Equal((107, 1u), (stream.Total.Received, stream.Total.Duplicates));
        Assert.Equal(7, stream.Audio!.Packets);
    }

    [Theory]
    [InlineData(8.4)]
    [InlineData(7.4)]
    public void Whose_a_stream_is_does_not_depend_on_what_comes_behind_it(double at)
    {
        // Two calls name both ends. The callee's media of the first, the last of it at 5.98 s, is silent until 8.5 s: it
        // flows for the stream that begins at 7.4 s, and does not for one at 8.4 s.
        var wire = new Wire();
        new SipScript(wire, "first").Answered(0, 1, Sdp.Audio("198.18.0.1", 4000), Sdp.Audio("198.18.0.2", 6000));
        new SipScript(wire, "second") { Caller = "192.0.2.66:5060", Callee = "192.0.2.66:5060" }.Answered(
            5, 5.1, Sdp.Audio("198.18.0.1", 4000), Sdp.Audio("198.18.0.2", 6000));
        new RtpScript(wire, Callee, Caller) { Ssrc = 2 }.Send(200, at: 2).Send(200, at: 8.5);
        new RtpScript(wire, Caller, Callee) { Ssrc = 3 }.Send(100, at);

        foreach (var framesPerBlock in (int[])[1, 4_096])
        {
            var stream = Measurement.Of(wire, framesPerBlock: framesPerBlock).Streams.Single(one => one.Ssrc == 3);
            Assert.Equal(at < 7.98 ? "first" : "second", stream.CallId);
        }
    }

    [Fact]
    public void A_packet_after_seconds_of_silence_came_when_it_came()
    {
        for (var before = 20; before < 40; before++)
        {
            var wire = new Wire();
            new SipScript(wire, "call").Answered(0, 1, Sdp.Audio("198.18.0.1", 4000), Sdp.Audio("198.18.0.2", 6000));
            var talker = new RtpScript(wire, Caller, Callee).Send(before, at: 2);
            talker.Send(50, at: talker.NextAt + 5);
            var stream = Measurement.Of(wire, framesPerBlock: 1).Streams.Single();

            // 5 s are more than the 2³² ns that fit an offset.
            Assert.Equal(5_020_000_000, stream.Total.MaxDeltaNs);
            Assert.Equal(5_000_000 + ((before + 49) * 20_000), stream.EndedAtUs - stream.StartedAtUs);
        }
    }

    [Theory]
    [InlineData(8, 0, 1_000)]
    [InlineData(8, 9, 65_536 - 30)]
    public void Another_payload_type_between_packets_in_good_order_is_seen(byte first, byte second, int number)
    {
        // The thirtieth packet is the last of the first type; the second type has 100, more than half.
        var wire = new Wire();
        string[] formats = ["8 PCMA/8000", "0 PCMU/8000", "9 G722/8000"];
        new SipScript(wire, "call").Answered(
            0, 1, Sdp.Audio("198.18.0.1", 4000, formats), Sdp.Audio("198.18.0.2", 6000, formats));
        var talker = new RtpScript(wire, Caller, Callee) { PayloadType = first, SequenceNumber = (ushort)number };
        talker.Send(30, at: 2).PayloadType = second;
        talker.Send(100);
        var stream = Measurement.Of(wire, framesPerBlock: 1).Streams.Single();
        Assert.Equal((130, second), (stream.Total.Received, stream.PayloadType));
    }

    [Fact]
    public void Comfort_noise_of_the_codec_begins_no_run()
    {
        // G.729: 20 octets of speech, three descriptors of silence of 2 octets, half a second of nothing, speech that
        // goes on by its numbers and timestamps. The silence is the sender's, so nothing of it is late.
        var wire = new Wire();
        var audio = Sdp.Audio("198.18.0.1", 4000, "18 G729/8000");
        new SipScript(wire, "call").Answered(0, 1, audio, Sdp.Audio("198.18.0.2", 6000, "18 G729/8000"));
        var talker = new RtpScript(wire, Caller, Callee) { PayloadType = 18, PayloadLength = 20 };
        talker.Send(30, at: 2).PayloadLength = 2;
        talker.Send(3).PayloadLength = 20;
        talker.Send(50, at: talker.NextAt + 0.5);
        Assert.Equal(0, Measurement.Of(wire, framesPerBlock: 1).Streams.Single().Total.Discarded);
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
