using VoiceQuality.Monitor.Sources;
using VoiceQuality.Monitor.Sources.Live;
using VoiceQuality.Monitor.Tests.Pipeline;
using VoiceQuality.Testing.Captures;
using VoiceQuality.Testing.Network;

namespace VoiceQuality.Monitor.Tests.Sources;

/// <summary>Several readers of one interface.</summary>
public sealed class LiveReaderTests
{
    private static readonly LiveCaptureOptions Ring = new() { RingMiB = 16 };

    [PrivateNetworkFact]
    public void Any_number_of_readers_gives_the_same_figures() => PrivateNetwork.Run(() =>
    {
        // 30 calls of 2 s with loss in both directions, IPv4 and IPv6; all captures see the same packets, with the
        // same times.
        var wire = new Wire();
        for (var i = 0; i < 30; i++)
        {
            var (a, b) = i % 3 == 0 ? ($"[2001:2::1:{i}]", $"[2001:2::2:{i}]") : ($"198.18.1.{i}", $"198.18.2.{i}");
            var sip = new SipScript(wire, $"call-{i}") { Caller = $"{a}:5060", Callee = $"{b}:5060" };
            sip.Answered(i * 0.001, 0.6, Sdp.Audio(a.Trim('[', ']'), 4000), Sdp.Audio(b.Trim('[', ']'), 6000));
            var every = 10 + i;
            new RtpScript(wire, $"{a}:4000", $"{b}:6000") { Ssrc = (uint)i }.Send(100, 0.7, j => j % every == 7);
            new RtpScript(wire, $"{b}:6000", $"{a}:4000") { Ssrc = (uint)(100 + i) }.Send(100, 0.7, j => j % every == 9);
            sip.Released(2.8);
        }

        PrivateNetwork.AddCable("near", "far");
        using var stop = new CancellationTokenSource();
        LiveCapture[] captures =
        [
            .. new[] { 1, 2, 4 }.Select(readers => new LiveCapture(
                ["far"], Ring with { Readers = readers }, TimeProvider.System, stop.Token)),
        ];
        var measured = captures.Select(capture => Task.Factory.StartNew(
            () => Measurement.Of(capture, new MonitorOptions { ShedAtPercent = 101 }),
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToArray();

        // The kernel begins a little later to stamp packets where they enter.
        Thread.Sleep(100);
        Replay(wire);
        stop.Cancel();
        Task.WaitAll(measured);

        var expected = MeasurementText.Of(measured[0].Result);
        Assert.Equal((30, 60), (measured[0].Result.Calls.Count, measured[0].Result.Streams.Count));
        Assert.All(measured[0].Result.Streams, static stream => Assert.True(stream is { Total.Lost: > 0, CallId: not null }));
        Assert.All(measured, one => Assert.Equal(expected, MeasurementText.Of(one.Result)));
        Assert.All(captures, capture => Assert.Equal(
            (wire.Frames.Count, wire.Frames.Count, 0), (capture.Received, capture.PacketsRead, capture.NotSeen)));
        Array.ForEach(captures, static capture => capture.Dispose());
    });

    [PrivateNetworkFact]
    public void Several_readers_share_the_packets_and_give_each_once() => PrivateNetwork.Run(() =>
    {
        // 2,000 flows of one packet: that a hash gives all of them to one of four rings has a chance of 4^-1999.
        var wire = new Wire();
        for (var i = 0; i < 2_000; i++)
        {
            new RtpScript(wire, $"198.18.0.1:{4_000 + i}", $"198.18.0.2:{6_000 + i}").Send(1, i * 1e-5);
        }

        PrivateNetwork.AddCable("near", "far");
        using var stop = new CancellationTokenSource();
        using var capture = new LiveCapture(["far"], Ring with { Readers = 4 }, TimeProvider.System, stop.Token);
        Thread.Sleep(100);
        using (var sender = new LinkSender("near"))
        {
            foreach (var frame in wire.Frames)
            {
                sender.Send(frame.Octets);
            }
        }

        stop.Cancel();
        var frames = new List<byte[]>();
        var links = new HashSet<byte>();
        var pool = new PacketBlockPool();
        for (var hasMore = true; hasMore;)
        {
            var block = pool.Rent();
            hasMore = capture.TryFill(block);
            foreach (var record in block.Records.AsSpan(0, block.RecordCount))
            {
                frames.Add(block.Octets.AsSpan(record.Offset, record.CapturedLength).ToArray());
                links.Add(record.Link);
            }

            block.Release();
        }

        Assert.Equal(wire.Frames.Select(frame => frame.Octets), frames);
        Assert.Equal<byte>([1, 2, 3, 4], [.. links.Order()]);
    });

    [PrivateNetworkFact]
    public void What_found_no_room_in_either_ring_is_not_lost() => PrivateNetwork.Run(() =>
    {
        // 400 streams of 50 packets a second for 3 s, of which nothing is taken for 1.4 s: 28,000 packets of 300 octets
        // find two rings of 1 MiB and 2 MiB of copies.
        const int streams = 400;
        const int packets = 150;
        var wire = new Wire();
        for (var i = 0; i < streams; i++)
        {
            var address = $"{i / 200}.{i % 200}";
            new RtpScript(wire, $"198.18.{address}:4000", $"198.19.{address}:6000") { Ssrc = (uint)i }
                .Send(packets, i * 1e-6);
        }

        PrivateNetwork.AddCable("near", "far");
        using var stop = new CancellationTokenSource();
        using var isRead = new ManualResetEventSlim(true);
        using var capture = new LiveCapture(
            ["far"], new LiveCaptureOptions { RingMiB = 1, Readers = 2 }, TimeProvider.System, stop.Token);
        using var source = new HaltedSource(capture, isRead);
        var reading = Task.Factory.StartNew(
            () => Measurement.Of(source, new MonitorOptions { ShedAtPercent = 101 }),
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        Thread.Sleep(100);
        Replay(wire, atUs =>
        {
            if (atUs is > 400_000 and < 1_800_000)
            {
                isRead.Reset();
            }
            else
            {
                isRead.Set();
            }
        });
        stop.Cancel();
        var measured = reading.Result;

        Assert.Equal(packets * streams, capture.Received);
        Assert.Equal(packets * streams, capture.PacketsRead + capture.NotSeen);
        Assert.Equal(streams, measured.Streams.Count);
        Assert.All(measured.Streams, static stream =>
        {
            Assert.Equal((0L, (long)packets), (stream.Total.Lost, stream.Total.Received + stream.Unseen));
            Assert.InRange(stream.Unseen, 1, packets - 1);
        });
        Assert.Equal(capture.NotSeen, measured.Counters.UnseenPackets);
    });

    [PrivateNetworkFact]
    public void An_interface_that_was_taken_away_is_shared_again() => PrivateNetwork.Run(() =>
    {
        var wire = new Wire();
        for (var i = 0; i < 100; i++)
        {
            new RtpScript(wire, $"198.18.0.1:{4_000 + i}", $"198.18.0.2:{6_000 + i}").Send(1, i * 1e-3);
        }

        PrivateNetwork.AddCable("near", "far");
        using var stop = new CancellationTokenSource();
        using var capture = new LiveCapture(["far"], Ring with { Readers = 2 }, TimeProvider.System, stop.Token);
        var pool = new PacketBlockPool();
        Replay(wire);
        ReadUntil(capture, pool, () => capture.PacketsRead == 100);
        PrivateNetwork.Ip("link del far");
        ReadUntil(capture, pool, () => capture.Missing.SequenceEqual(["far"]));
        PrivateNetwork.AddCable("near", "far");
        ReadUntil(capture, pool, () => !capture.Missing.Any());
        Replay(wire);
        ReadUntil(capture, pool, () => capture.PacketsRead == 200);

        Assert.Equal((200, 0, 1), (capture.Received, capture.NotSeen, capture.Outages));
    });

    [PrivateNetworkFact]
    public void What_keeps_several_readers_from_capturing_is_said() => PrivateNetwork.Run(() =>
    {
        PrivateNetwork.AddCable("near", "far");
        PrivateNetwork.GiveUpRights();

        var refused = Assert.Throws<LiveCaptureException>(() => new LiveCapture(
            ["far"], Ring with { Readers = 2 }, TimeProvider.System, CancellationToken.None).Dispose());
        var tooMany = Assert.Throws<LiveCaptureException>(() => new LiveCapture(
            [.. Enumerable.Range(0, 16).Select(i => $"far{i}")], Ring with { Readers = 16 }, TimeProvider.System,
            CancellationToken.None).Dispose());

        Assert.Equal(LiveCaptureFailure.NoPermission, refused.Failure);
        Assert.Contains("more than 255 rings", tooMany.Message, StringComparison.Ordinal);
    });

    // A busy machine sends later, and never sooner than the wire says.
    private static void Replay(Wire wire, Action<long>? onSecond = null)
    {
        using var sender = new LinkSender("near");
        var frames = wire.Frames;
        var clock = System.Diagnostics.Stopwatch.StartNew();
        foreach (var frame in frames)
        {
            var atUs = (frame.AtNs - frames[0].AtNs) / 1_000;
            var aheadUs = atUs - (long)clock.Elapsed.TotalMicroseconds;
            if (aheadUs > 500)
            {
                onSecond?.Invoke(atUs);
                Thread.Sleep((int)((aheadUs + 999) / 1_000));
            }

            sender.Send(frame.Octets);
        }
    }

    private static void ReadUntil(LiveCapture capture, PacketBlockPool pool, Func<bool> isReached)
    {
        // Each turn waits 5 ms at most.
        for (var turn = 0; turn < 2_000 && !isReached(); turn++)
        {
            var block = pool.Rent();
            capture.TryFill(block);
            block.Release();
        }

        Assert.True(isReached());
    }
}
