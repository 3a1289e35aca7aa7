using VoiceQuality.Testing.Captures;

namespace VoiceQuality.Monitor.Tests.CaptureLoss;

/// <summary>
/// What a source says that it lost itself. Calls are those of <see cref="CaptureLossTests"/>: PCMU of 20 ms each way
/// from 2.1 s on, each stream 2 ms behind the one before.
/// </summary>
public class ToldDropTests
{
    private const byte Tap = 1;

    // A time of 300 ms holds 15 packets of 20 ms.
    private const int Packets = 15;

    [Fact]
    public void What_the_source_dropped_is_not_seen_and_not_lost()
    {
        // One call alone: nothing but the source's own word tells these packets from lost ones.
        var clean = Measurement.Of(CaptureLossTests.Calls(calls: 1));
        var measured = Measured(CaptureLossTests.Calls(calls: 1), drops: (Tap, 12.5, 12.8, null));

        Assert.Equal(2, measured.Streams.Count);
        Assert.All(measured.Streams, static stream =>
        {
            Assert.Equal((0L, 2_000L - Packets, Packets), (stream.Total.Lost, stream.Total.Expected, stream.Unseen));
            Assert.Equal(0, stream.Total.BadRuns);
        });
        Assert.Equal(clean.Calls.Select(call => call.MosLqE4), measured.Calls.Select(call => call.MosLqE4));
        Assert.Equal((1L, 2L * Packets), (measured.Counters.CaptureLossSpans, measured.Counters.UnseenPackets));
        Assert.Equal(2 * Packets, measured.Counters.NotSeen);
    }

    [Fact]
    public void What_the_network_lost_at_another_time_stays_lost()
    {
        var wire = CaptureLossTests.Calls(calls: 1, lost: static (stream, at) => stream == 0 && at is >= 20 and < 20.2);
        var measured = Measured(wire, drops: (Tap, 12.5, 12.8, null));

        // 0.2 s of the first stream are 10 packets.
        Assert.Equal((10L, (long)Packets), LostAndUnseen(measured, 0));
        Assert.Equal((0L, (long)Packets), LostAndUnseen(measured, 1));
    }

    [Fact]
    public void A_drop_shorter_than_the_time_between_two_packets_excuses_those_that_it_may_have_hit()
    {
        // Packets of stream 0 pass at 2.1 s + 20 ms · n, so one at 12.5 s; those of stream 2 pass 4 ms later. In 3 ms
        // from 12.499 s on, the source drops one of stream 0 and one of stream 1, and nothing of stream 2 or later.
        var wire = CaptureLossTests.Calls(lost: static (stream, at) => stream == 6 && at is >= 12.7 and < 12.72);
        var measured = Measured(wire, drops: (Tap, 12.499, 12.503, null));

        Assert.Equal((0L, 1L), LostAndUnseen(measured, 0));
        Assert.Equal((0L, 1L), LostAndUnseen(measured, 1));
        Assert.Equal((0L, 0L), LostAndUnseen(measured, 2));
        Assert.Equal((1L, 0L), LostAndUnseen(measured, 6));
    }

    [Fact]
    public void No_more_is_excused_than_the_source_dropped()
    {
        // 30 numbers are missing, and 10 packets were dropped: a third of each stream's 15.
        var measured = Measured(CaptureLossTests.Calls(calls: 1), drops: (Tap, 12.5, 12.8, 10));

        Assert.Equal((10L, 5L), LostAndUnseen(measured, 0));
        Assert.Equal((10L, 5L), LostAndUnseen(measured, 1));
    }

    [Fact]
    public void Drops_of_one_interface_excuse_nothing_on_another()
    {
        // Odd streams come from the other interface; the network loses of all what the first interface drops.
        var wire = CaptureLossTests.Calls(calls: 2, lost: static (stream, at) => stream % 2 == 1 && at is >= 12.5 and < 12.8);
        using var source = new DroppingSource(
            wire.Frames, static frame => (byte)(1 + (SsrcOf(frame) % 2)), (Tap, 12.5, 12.8, null));
        var measured = Measurement.Of(source);

        Assert.Equal((0L, (long)Packets), LostAndUnseen(measured, 0));
        Assert.Equal(((long)Packets, 0L), LostAndUnseen(measured, 1));
    }

    [Fact]
    public void Several_drops_in_one_gap_of_a_stream_excuse_what_lies_in_them()
    {
        // Packets of stream 1 pass at 12.502 s + 20 ms · n. Of each stream three are dropped from 12.495 s on and four
        // from 12.61 s on; between them the network loses three of stream 1, at 12.562, 12.582 and 12.602 s.
        var wire = CaptureLossTests.Calls(
            calls: 2, lost: static (stream, at) => stream == 1 && at is >= 12.56 and < 12.61);
        var measured = Measured(wire, drops: [(Tap, 12.495, 12.555, null), (Tap, 12.61, 12.695, null)]);

        // Twelve and sixteen packets were dropped, so no number beside the drops is excused.
        Assert.Equal((3L, 7L), LostAndUnseen(measured, 1));
        Assert.All([0u, 2u, 3u], ssrc => Assert.Equal((0L, 7L), LostAndUnseen(measured, ssrc)));
    }

    [Fact]
    public void A_packet_that_comes_late_was_not_dropped()
    {
        // Packet number 530 of stream 0 passes at 2.1 + 530 · 0.02 = 12.7 s in the drop, and again, late, at 12.82 s.
        var wire = CaptureLossTests.Calls(calls: 1);
        var late = wire.Frames.First(static frame => SsrcOf(frame) == 0 && frame.AtNs == Wire.Us(12.7) * 1_000);
        wire.Add(late with { AtNs = Wire.Us(12.82) * 1_000 + 500_000 });
        var measured = Measured(wire, drops: (Tap, 12.5, 12.8, null));

        var stream = measured.Streams.Single(static stream => stream.Ssrc == 0);
        Assert.Equal((0L, Packets - 1L, 1L), (stream.Total.Lost, stream.Unseen, stream.Total.Reordered));
    }

    [Fact]
    public void A_late_packet_that_lies_in_no_drop_leaves_the_others_what_they_are()
    {
        // After the drop the network loses of stream 0 what passes at 12.8, 12.82, 12.84, 12.86 and 12.88 s; the last
        // comes at 12.95 s. Stream 1 is seen again at 12.802 s, so 12.8 s lies in the drop and 12.82 s a step beside
        // it, and the source dropped enough for both: 15 + 2 were not seen, two are lost.
        var wire = CaptureLossTests.Calls(
            calls: 1, lost: static (stream, at) => stream == 0 && at is >= 12.795 and < 12.895);
        var whole = CaptureLossTests.Calls(calls: 1);
        var late = whole.Frames.First(static frame => SsrcOf(frame) == 0 && frame.AtNs == Wire.Us(12.88) * 1_000);
        wire.Add(late with { AtNs = (Wire.Us(12.95) * 1_000) + 500_000 });

        Assert.Equal((2L, 17L), LostAndUnseen(Measured(wire, drops: (Tap, 12.5, 12.8, 100)), 0));
    }

    [Fact]
    public void The_number_of_lanes_changes_nothing()
    {
        var figures = new[] { 1, 3 }.Select(static lanes =>
        {
            var wire = CaptureLossTests.Calls(lost: static (stream, at) => stream == 3 && at is >= 12.6 and < 12.9);
            using var source = new DroppingSource(wire.Frames, static _ => Tap, (Tap, 12.5, 12.8, 77));
            return Measurement.Of(source, new MonitorOptions { Lanes = lanes }).Streams
                .Select(static stream => (stream.Ssrc, stream.Total.Lost, stream.Unseen, stream.MosLqE4)).Order().ToList();
        }).ToList();

        Assert.Equal(figures[0], figures[1]);
        Assert.Contains(figures[0], static figure => figure.Unseen > 0);
    }

    // Ethernet, IPv4 and UDP take 42 octets; the SSRC lies 8 octets into RTP (RFC 3550 section 5.1).
    private static uint SsrcOf(WireFrame frame) => frame.Octets.Length == 42 + 12 + 160
        ? System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(frame.Octets.AsSpan(42 + 8))
        : uint.MaxValue;

    private static Measurement Measured(Wire wire, params (byte Link, double From, double To, long? Told)[] drops)
    {
        using var source = new DroppingSource(wire.Frames, static _ => Tap, drops);
        return Measurement.Of(source);
    }

    private static (long Lost, long Unseen) LostAndUnseen(Measurement measured, uint ssrc)
    {
        var stream = measured.Streams.Single(stream => stream.Ssrc == ssrc);
        return (stream.Total.Lost, stream.Unseen);
    }
}
