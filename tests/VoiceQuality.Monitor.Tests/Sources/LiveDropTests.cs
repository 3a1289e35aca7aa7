using VoiceQuality.Monitor.Sources;
using VoiceQuality.Monitor.Sources.Live;
using VoiceQuality.Testing.Captures;
using VoiceQuality.Testing.Network;

namespace VoiceQuality.Monitor.Tests.Sources;

/// <summary>What a ring of the kernel drops while nobody reads it.</summary>
public sealed class LiveDropTests
{
    [PrivateNetworkFact]
    public void What_found_no_room_in_the_ring_is_not_lost() => PrivateNetwork.Run(() =>
    {
        // 200 streams of 50 packets a second for 3 s. Nothing reads the ring of 1 MiB for a while, which holds less
        // than half a second of them, and of what the kernel drops every stream misses some.
        const int streams = 200;
        const int packets = 150;
        var wire = new Wire();
        for (var i = 0; i < streams; i++)
        {
            new RtpScript(wire, $"198.18.1.{i}:4000", $"198.18.2.{i}:6000") { Ssrc = (uint)i }.Send(packets, i * 1e-6);
        }

        var frames = wire.Frames;
        PrivateNetwork.AddCable("near", "far");
        using var stop = new CancellationTokenSource();
        using var isRead = new ManualResetEventSlim(true);
        using var capture = new LiveCapture(["far"], new LiveCaptureOptions { RingMiB = 1 }, TimeProvider.System, stop.Token);
        using var source = new HaltedSource(capture, isRead);
        var reading = Task.Factory.StartNew(
            () => Measurement.Of(source, new MonitorOptions { ShedAtPercent = 101 }),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        using (var sender = new LinkSender("near"))
        {
            for (var i = 0; i < packets; i++)
            {
                // A busy machine sends later, and never two packets of a stream sooner after each other than they are
                // long.
                Thread.Sleep(20);
                if (i == 20)
                {
                    isRead.Reset();
                }
                else if (i == 90)
                {
                    isRead.Set();
                }


                for (var j = 0; j < streams; j++)
                {
                    sender.Send(frames[(i * streams) + j].Octets);
                }
            }
        }

        isRead.Set();
        Thread.Sleep(100);
        stop.Cancel();
        var measured = reading.Result;

        Assert.Equal(packets * streams, capture.PacketsRead + capture.NotSeen);
        Assert.Equal(streams, measured.Streams.Count);
        Assert.All(measured.Streams, static stream =>
        {
            Assert.Equal((0L, (long)packets), (stream.Total.Lost, stream.Total.Received + stream.Unseen));
            Assert.InRange(stream.Unseen, 1, packets - 1);
        });
        Assert.Equal(capture.NotSeen, measured.Counters.UnseenPackets);
    });
}
