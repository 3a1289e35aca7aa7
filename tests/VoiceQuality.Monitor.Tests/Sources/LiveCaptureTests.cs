using VoiceQuality.Monitor.Sources;
using VoiceQuality.Monitor.Sources.Live;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Testing.Captures;
using VoiceQuality.Testing.Network;

namespace VoiceQuality.Monitor.Tests.Sources;

public sealed class LiveCaptureTests
{
    // 64 blocks: a sender that needs more than 20 ms for each finds them all before the test reads.
    private static readonly LiveCaptureOptions Ring = new() { RingMiB = 16 };

    [PrivateNetworkFact]
    public void What_passes_is_read_whole_with_the_time_at_which_it_passed() => PrivateNetwork.Run(() =>
    {
        var wire = Stream(1_000);
        PrivateNetwork.AddCable("near", "far");
        using var stop = new CancellationTokenSource();
        using var capture = new LiveCapture(["far"], Ring, TimeProvider.System, stop.Token);

        var before = NowNs();
        Send("near", wire);
        stop.Cancel();
        var read = ReadToEnd(capture);
        var after = NowNs();

        Assert.Equal(wire.Frames.Select(frame => frame.Octets), read.Select(frame => frame.Octets));
        Assert.All(read, frame => Assert.InRange(frame.AtNs, before, after));
        Assert.Equal(read.Select(frame => frame.AtNs).Order(), read.Select(frame => frame.AtNs));
        Assert.Equal((1_000, 0), (capture.Received, capture.NotSeen));
    });

    [PrivateNetworkFact]
    public void A_link_without_a_clock_of_its_own_gives_the_times_of_the_kernel() => PrivateNetwork.Run(() =>
    {
        PrivateNetwork.AddCable("near", "far");
        using var stop = new CancellationTokenSource();
        using var capture = new LiveCapture(
            ["far"], Ring with { HardwareTimestamps = true }, TimeProvider.System, stop.Token);

        var before = NowNs();
        Send("near", Stream(10));
        stop.Cancel();
        var read = ReadToEnd(capture);
        var after = NowNs();

        Assert.Equal(10, read.Count);
        Assert.All(read, frame => Assert.InRange(frame.AtNs, before, after));
    });

    [PrivateNetworkFact]
    public void What_finds_no_room_in_the_ring_is_counted() => PrivateNetwork.Run(() =>
    {
        // 20,000 frames of 214 octets are more than 4 MiB, and the ring has 1 MiB.
        var wire = Stream(20_000);
        PrivateNetwork.AddCable("near", "far");
        using var stop = new CancellationTokenSource();
        using var capture = new LiveCapture(["far"], Ring with { RingMiB = 1 }, TimeProvider.System, stop.Token);

        Send("near", wire);
        stop.Cancel();
        var measured = Measurement.Of(capture);

        Assert.Equal(20_000, capture.Received);
        Assert.InRange(capture.PacketsRead, 1, 1_048_576 / 214);
        Assert.Equal(20_000 - capture.PacketsRead, capture.NotSeen);
        Assert.Equal(capture.PacketsRead, measured.Counters.Packets);
        Assert.Equal(capture.NotSeen, measured.Counters.NotSeen);
        Assert.Equal(capture.NotSeen, measured.Rejected("source.notSeen"));
    });

    [PrivateNetworkFact]
    public void How_full_the_ring_is_stands_with_each_block() => PrivateNetwork.Run(() =>
    {
        // The kernel puts some 800 frames of 214 octets into a block of 256 KiB: 16,000 take 20 blocks of 32.
        var wire = Stream(16_000);
        PrivateNetwork.AddCable("near", "far");
        using var stop = new CancellationTokenSource();
        using var capture = new LiveCapture(["far"], Ring with { RingMiB = 8 }, TimeProvider.System, stop.Token);
        var pool = new PacketBlockPool();

        Send("near", wire);
        var first = pool.Rent();
        capture.TryFill(first);
        ReadUntil(capture, pool, () => capture.PacketsRead == 16_000);
        var last = pool.Rent();
        capture.TryFill(last);

        Assert.InRange(first.BacklogPercent, 40, 80);
        Assert.Equal((0, 0), (last.BacklogPercent, capture.NotSeen));
        first.Release();
        last.Release();
    });

    [PrivateNetworkFact]
    public void Loss_on_the_way_is_counted_packet_by_packet() => PrivateNetwork.Run(() =>
    {
        var wire = new Wire();
        new RtpScript(wire, "198.18.0.1:4000", "198.18.0.2:6000").Send(1_000, 0, i => i % 50 == 7);
        PrivateNetwork.AddCable("near", "far");
        using var stop = new CancellationTokenSource();
        using var capture = new LiveCapture(["far"], Ring, TimeProvider.System, stop.Token);

        Send("near", wire);
        stop.Cancel();
        var stream = Assert.Single(Measurement.Of(capture).Streams);

        // 7, 57, ... 957: 20 of 1,000.
        Assert.Equal((1_000, 980, 20), (stream.Total.Expected, stream.Total.Received, stream.Total.Lost));
    });

    [PrivateNetworkFact]
    public void The_numbers_that_a_live_capture_counts_as_lost_are_those_that_were_dropped() => PrivateNetwork.Run(() =>
    {
        // A quarter of the packets of one stream and some runs of another, over the wrap; every tenth of what is left
        // comes two packets late and every twentieth twice.
        var wire = new Wire();
        var one = new RtpScript(wire, "198.18.0.1:4000", "198.18.0.2:6000") { SequenceNumber = 65_300, Ssrc = 1 };
        var other = new RtpScript(wire, "198.18.0.2:6000", "198.18.0.1:4000") { SequenceNumber = 7, Ssrc = 2 };
        var droppedOfOne = Dropped(2_000, static i => i * 2_654_435_761u % 4 == 1, 65_300);
        var droppedOfOther = Dropped(2_000, static i => i % 100 is > 10 and < 16, 7);
        SendWithout(one, droppedOfOne, 2_000, 65_300);
        SendWithout(other, droppedOfOther, 2_000, 7);
        PrivateNetwork.AddCable("near", "far");
        using var stop = new CancellationTokenSource();
        using var capture = new LiveCapture(["far"], Ring, TimeProvider.System, stop.Token);

        Send("near", wire);
        stop.Cancel();
        var streams = Measurement.Of(capture, new MonitorOptions { KeepLostNumbers = true }).Streams;

        Assert.Equal(droppedOfOne, NumbersOf(streams.Single(static stream => stream.Ssrc == 1)));
        Assert.Equal(droppedOfOther, NumbersOf(streams.Single(static stream => stream.Ssrc == 2)));
        Assert.All(streams, static stream => Assert.True(stream.Total is { Duplicates: > 50, Reordered: > 50 }));
    });

    [PrivateNetworkFact]
    public void Two_interfaces_give_their_packets_in_the_order_of_time() => PrivateNetwork.Run(() =>
    {
        var wire = Stream(400);
        PrivateNetwork.AddCable("near0", "far0");
        PrivateNetwork.AddCable("near1", "far1");
        using var stop = new CancellationTokenSource();
        using var capture = new LiveCapture(["far0", "far1"], Ring, TimeProvider.System, stop.Token);
        using LinkSender one = new("near0"), other = new("near1");

        for (var i = 0; i < wire.Frames.Count; i++)
        {
            (i / 3 % 2 == 0 ? one : other).Send(wire.Frames[i].Octets);
        }

        stop.Cancel();

        var read = ReadToEnd(capture);
        Assert.Equal((400, 0, 400), (capture.Received, capture.NotSeen, capture.PacketsRead));
        Assert.Equal(wire.Frames.Select(frame => frame.Octets), read.Select(frame => frame.Octets));
    });

    [PrivateNetworkFact]
    public void A_quiet_interface_says_that_nothing_came() => PrivateNetwork.Run(() =>
    {
        PrivateNetwork.AddCable("near", "far");
        using var capture = new LiveCapture(["far"], Ring, TimeProvider.System, CancellationToken.None);
        var block = new PacketBlockPool().Rent();
        var before = NowNs();

        Assert.True(capture.TryFill(block));

        Assert.Equal(0, block.RecordCount);
        Assert.InRange(block.QuietUntilNs, before - 1_000_000_000, NowNs());
        block.Release();
    });

    [PrivateNetworkFact]
    public void An_interface_that_was_down_or_taken_away_is_captured_again() => PrivateNetwork.Run(() =>
    {
        var wire = Stream(30);
        PrivateNetwork.AddCable("near", "far");
        using var stop = new CancellationTokenSource();
        using var capture = new LiveCapture(["far"], Ring, TimeProvider.System, stop.Token);
        var pool = new PacketBlockPool();

        SendSome("near", wire, 0, 10);
        ReadUntil(capture, pool, () => capture.PacketsRead == 10);
        PrivateNetwork.Ip("link set far down");
        ReadUntil(capture, pool, () => capture.Outages == 1);
        PrivateNetwork.Ip("link set far up");
        PrivateNetwork.AwaitCarrier("near");
        SendSome("near", wire, 10, 10);
        ReadUntil(capture, pool, () => capture.PacketsRead == 20);
        PrivateNetwork.Ip("link del far");
        ReadUntil(capture, pool, () => capture.Missing.SequenceEqual(["far"]));
        PrivateNetwork.AddCable("near", "far");
        ReadUntil(capture, pool, () => !capture.Missing.Any());
        SendSome("near", wire, 20, 10);
        ReadUntil(capture, pool, () => capture.PacketsRead == 30);
        stop.Cancel();

        Assert.Empty(ReadToEnd(capture));
        Assert.Equal((30, 0), (capture.Received, capture.NotSeen));
    });

    [PrivateNetworkFact]
    public void Frames_that_can_hold_no_voice_stay_outside_unless_they_are_asked_for() => PrivateNetwork.Run(() =>
    {
        var udp = Stream(1).Frames[0].Octets;
        byte[] arp = [.. udp.AsSpan(0, 12), 0x08, 0x06, .. udp.AsSpan(14)];
        byte[] icmp = [.. udp];
        icmp[23] = 1;
        byte[] tcp = [.. udp];
        tcp[23] = 6;

        // In the second tag of two and behind an MPLS label the protocol is not looked at.
        byte[] tagged = [.. udp.AsSpan(0, 12), 0x88, 0x47, 0, 0, 0x11, 0xFF, .. udp.AsSpan(14)];
        byte[][] frames = [arp, udp, icmp, tcp, tagged];
        PrivateNetwork.AddCable("near", "far");

        Assert.Equal([udp, tcp, tagged], Capture(frames, Ring));
        Assert.Equal(frames, Capture(frames, Ring with { Filter = "" }));
        Assert.Equal([arp], Capture(frames, Ring with { Filter = "arp" }));
    });

    [PrivateNetworkFact]
    public void RTP_cut_behind_its_header_is_counted_as_before_and_all_else_is_whole() => PrivateNetwork.Run(() =>
    {
        var wire = new Wire();
        foreach (var (a, b, ssrc) in new[]
        {
            ("198.18.0.1", "198.18.0.2", 1u), ("[2001:2::1]", "[2001:2::2]", 2u),
        })
        {
            new SipScript(wire, $"call-{ssrc}") { Caller = $"{a}:5060", Callee = $"{b}:5060" }.Answered(
                0, 1, Sdp.Audio(a.Trim('[', ']'), 4000), Sdp.Audio(b.Trim('[', ']'), 6000));
            new RtpScript(wire, $"{a}:4000", $"{b}:6000") { Ssrc = ssrc }.Send(300, 2, static i => i % 50 == 7);
            var report = new byte[32];
            (report[0], report[1], report[3]) = (0x81, 201, 7);
            wire.Udp(5, $"{b}:6001", $"{a}:4001", report);
        }

        PrivateNetwork.AddCable("near", "far");
        var whole = Captured(wire, Ring);
        var cut = Captured(wire, Ring with { RtpHeadersOnly = true });

        Assert.Equal(wire.Frames.Count, cut.Count);
        for (var i = 0; i < cut.Count; i++)
        {
            // IPv4: 14 + 20 + 8 + 12 + 17 = 71 of 214. IPv6: 20 more of both.
            var frame = whole[i].Octets;
            var isRtp = frame.Length is 214 or 234;
            Assert.Equal(isRtp ? frame[..(frame.Length - 143)] : frame, cut[i].Octets);
            Assert.Equal(frame.Length, cut[i].OriginalLength);
        }

        var (before, after) = (Measurement.Of(new FrameSource(whole, 64)), Measurement.Of(new FrameSource(cut, 64)));
        Assert.Equal(before.Calls.Count, after.Calls.Count);
        Assert.Equal(
            before.Streams.Select(static stream => (stream.Ssrc, stream.Codec, stream.Total.Lost, stream.MosLqE4)),
            after.Streams.Select(static stream => (stream.Ssrc, stream.Codec, stream.Total.Lost, stream.MosLqE4)));
        Assert.Equal(2, after.Streams.Count);
        Assert.All(after.Streams, static stream => Assert.Equal((6, "PCMU"), (stream.Total.Lost, stream.Codec)));
        Assert.Equal(2, after.Counters.RtcpPackets);
    });

    [PrivateNetworkFact]
    public void What_keeps_it_from_capturing_is_said() => PrivateNetwork.Run(() =>
    {
        PrivateNetwork.AddCable("near", "far");

        var missing = Failure("nowhere", Ring);
        Assert.Equal(LiveCaptureFailure.NoSuchInterface, missing.Failure);
        Assert.Contains("no interface nowhere", missing.Message, StringComparison.Ordinal);
        Assert.Equal(LiveCaptureFailure.BadFilter, Failure("far", Ring with { Filter = "no such word" }).Failure);

        PrivateNetwork.GiveUpRights();
        var refused = Failure("far", Ring);
        Assert.Equal(LiveCaptureFailure.NoPermission, refused.Failure);
        Assert.Contains("CAP_NET_RAW", refused.Message, StringComparison.Ordinal);
    });

    private static LiveCaptureException Failure(string name, LiveCaptureOptions options) =>
        Assert.Throws<LiveCaptureException>(
            () => new LiveCapture([name], options, TimeProvider.System, CancellationToken.None).Dispose());

    // The first and the last packet come, so that all between them are expected.
    private static ushort[] Dropped(int count, Func<uint, bool> isDropped, ushort first) =>
    [
        .. Enumerable.Range(1, count - 2).Where(i => isDropped((uint)i)).Select(i => unchecked((ushort)(first + i))),
    ];

    private static void SendWithout(RtpScript script, ushort[] dropped, int count, ushort first)
    {
        var isDropped = dropped.ToHashSet();
        for (var i = 0; i < count; i++)
        {
            var number = unchecked((ushort)(first + i));
            if (!isDropped.Contains(number))
            {
                var late = i % 10 == 5 && i < count - 5 ? 50_000 : 0;
                script.Packet(Wire.StartUs + (i * 20_000) + late, number, (uint)(i * 160));
                if (i % 20 == 3)
                {
                    script.Packet(Wire.StartUs + (i * 20_000) + late + 1, number, (uint)(i * 160));
                }
            }
        }
    }

    private static IEnumerable<ushort> NumbersOf(StreamRecord stream) => stream.LostNumbers!.SelectMany(
        static run => Enumerable.Range(0, run.Count).Select(i => unchecked((ushort)(run.First + i))));

    private static Wire Stream(int packets)
    {
        var wire = new Wire();
        new RtpScript(wire, "198.18.0.1:4000", "198.18.0.2:6000").Send(packets, 0);
        return wire;
    }

    private static IEnumerable<byte[]> Capture(byte[][] frames, LiveCaptureOptions options)
    {
        using var stop = new CancellationTokenSource();
        using var capture = new LiveCapture(["far"], options, TimeProvider.System, stop.Token);
        using var sender = new LinkSender("near");
        foreach (var frame in frames)
        {
            sender.Send(frame);
        }

        stop.Cancel();
        return ReadToEnd(capture).Select(frame => frame.Octets);
    }

    private static List<WireFrame> Captured(Wire wire, LiveCaptureOptions options)
    {
        using var stop = new CancellationTokenSource();
        using var capture = new LiveCapture(["far"], options, TimeProvider.System, stop.Token);
        Send("near", wire);
        stop.Cancel();
        var frames = new List<WireFrame>();
        var block = new PacketBlockPool().Rent();
        while (capture.TryFill(block))
        {
            frames.AddRange(block.Records.Take(block.RecordCount).Select(record => new WireFrame(
                record.TimestampNs, block.Octets.AsSpan(record.Offset, record.CapturedLength).ToArray(),
                record.OriginalLength, record.LinkType)));
        }

        return frames;
    }

    private static void Send(string interfaceName, Wire wire) => SendSome(interfaceName, wire, 0, wire.Frames.Count);

    private static void SendSome(string interfaceName, Wire wire, int first, int count)
    {
        using var sender = new LinkSender(interfaceName);
        foreach (var frame in wire.Frames.Skip(first).Take(count))
        {
            sender.Send(frame.Octets);
        }
    }

    private static List<(long AtNs, byte[] Octets)> ReadToEnd(LiveCapture capture)
    {
        var pool = new PacketBlockPool();
        var frames = new List<(long, byte[])>();
        var hasMore = true;
        while (hasMore)
        {
            var block = pool.Rent();
            hasMore = capture.TryFill(block);
            foreach (var record in block.Records.AsSpan(0, block.RecordCount))
            {
                frames.Add((record.TimestampNs, block.Octets.AsSpan(record.Offset, record.CapturedLength).ToArray()));
            }

            block.Release();
        }

        return frames;
    }

    /// <summary>Each turn waits for packets a tenth of a second at most; two hundred of them are enough.</summary>
    private static void ReadUntil(LiveCapture capture, PacketBlockPool pool, Func<bool> isReached)
    {
        for (var turn = 0; turn < 200 && !isReached(); turn++)
        {
            var block = pool.Rent();
            capture.TryFill(block);
            block.Release();
        }

        Assert.True(isReached());
    }

    private static long NowNs() => (DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch).Ticks * 100;
}
