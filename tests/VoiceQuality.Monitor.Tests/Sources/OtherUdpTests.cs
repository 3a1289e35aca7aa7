using System.Net;
using VoiceQuality.Monitor.Sources;
using VoiceQuality.Monitor.Sources.Live;
using VoiceQuality.Monitor.Tests.Pipeline;
using VoiceQuality.Protocols.Network;
using VoiceQuality.Testing.Captures;
using VoiceQuality.Testing.Network;

namespace VoiceQuality.Monitor.Tests.Sources;

/// <summary>What the kernel leaves out because the pipeline has no use for it.</summary>
public sealed class OtherUdpTests
{
    private static readonly LiveCaptureOptions Ring = new() { RingMiB = 16 };

    [PrivateNetworkFact]
    public void Only_what_the_pipeline_counts_as_other_UDP_is_left_out() => PrivateNetwork.Run(() =>
    {
        var frames = AllKinds();
        PrivateNetwork.AddCable("near", "far");
        var (taken, leftOut) = Capture(frames, Ring with { LeaveOutOtherUdp = true });
        var outside = Without(frames, taken);

        Assert.Equal((outside.Count, 0L), (leftOut, taken.Count + leftOut - frames.Count));
        Assert.All(outside, static frame =>
        {
            var measured = Measurement.Of(Source([frame]));
            Assert.Equal(1, measured.Rejected("udp.otherProtocol"));
            Assert.Equal((0, 0), (measured.Counters.SipMessages, measured.Counters.RtcpPackets));
        });

        // Cutting RTP behind its header changes nothing of it.
        var (cut, leftOutToo) = Capture(frames, Ring with { LeaveOutOtherUdp = true, RtpHeadersOnly = true });
        Assert.Equal((taken.Count, leftOut), (cut.Count, leftOutToo));

        // Of 4,000 random datagrams a quarter may be RTP, and of the others one in some hundred looks like text.
        Assert.InRange(leftOut, 2_500, 3_500);
    });

    [PrivateNetworkFact]
    public void Figures_of_calls_are_the_same_with_and_without_what_is_left_out() => PrivateNetwork.Run(() =>
    {
        var wire = new Wire();
        for (var i = 0; i < 10; i++)
        {
            var (a, b) = i % 2 == 0 ? ($"[2001:2::1:{i}]", $"[2001:2::2:{i}]") : ($"198.18.1.{i}", $"198.18.2.{i}");
            var sip = new SipScript(wire, $"call-{i}") { Caller = $"{a}:5060", Callee = $"{b}:5071" };
            sip.Answered(i * 0.01, 1, Sdp.Audio(a.Trim('[', ']'), 4000), Sdp.Audio(b.Trim('[', ']'), 6000));
            new RtpScript(wire, $"{a}:4000", $"{b}:6000") { Ssrc = (uint)i }.Send(100, 1, j => j % 20 == 7);
            wire.Udp(1.5, $"{a}:40000", $"{b}:6000", [0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42]);
            wire.Udp(1.5, $"{a}:40000", $"{b}:53", [.. Enumerable.Repeat((byte)7, 60)]);
            sip.Released(4);
        }

        PrivateNetwork.AddCable("near", "far");
        var frames = wire.Frames;
        var (taken, leftOut) = Capture(
            [.. frames.Select(frame => frame.Octets)],
            Ring with { LeaveOutOtherUdp = true, Filter = "udp and not port 53", Readers = 2 });
        var stayed = Without([.. frames.Select(frame => frame.Octets)], taken).ToHashSet(OctetsComparer.Instance);
        var without = new FrameSource([.. frames.Where(frame => !stayed.Contains(frame.Octets))], 64);

        // The operator's own filter keeps port 53 out; that is no matter of the other.
        Assert.Equal((10, 20), (leftOut, stayed.Count));
        var (all, some) = (Measurement.Of(new FrameSource(frames, 64)), Measurement.Of(without));
        Assert.Equal((10, 10), (all.Calls.Count, all.Streams.Count));
        Assert.Equal(MeasurementText.Figures(all), MeasurementText.Figures(some));
    });

    private static List<byte[]> AllKinds()
    {
        var random = new Random(6);
        var wire = new Wire { KeepsOrder = true };
        for (var i = 0; i < 4_000; i++)
        {
            var payload = new byte[random.Next(0, 80)];
            random.NextBytes(payload);
            var isIPv6 = i % 2 == 0;
            wire.Udp(
                Wire.StartUs, Endpoint(isIPv6, 1, random.Next(1, 65_536)), Endpoint(isIPv6, 2, random.Next(1, 65_536)),
                payload);
        }

        // A tunnel of each kind with an INVITE in it, SIP with line ends before it and with odd methods.
        new SipScript(wire, "inner").Request(0, "INVITE");
        var frame = wire.Frames[^1].Octets;
        byte[] ip = frame[14..];
        Tunnel(4789, [8, 0, 0, 0, 0, 0, 1, 0, .. frame]);
        Tunnel(8472, [8, 0, 0, 0, 0, 0, 1, 0, .. frame]);
        Tunnel(4790, [0x0C, 0, 0, 3, 0, 0, 1, 0, .. frame]);
        Tunnel(6081, [0, 0, 0x65, 0x58, 0, 0, 1, 0, .. frame]);
        Tunnel(2152, [0x30, 0xFF, (byte)(ip.Length >> 8), (byte)ip.Length, 0, 0, 0, 1, .. ip]);
        Tunnel(1701, [0, 2, 0, 1, 0, 1, 0xFF, 3, 0, 0x21, .. ip]);
        Tunnel(37008, [1, 0, 0, 1, 1, .. frame]);
        foreach (var line in new[] { "\r\n\r\nOPTIONS sip:a SIP/2.0\r\n\r\n", "A é SIP/2.0\r\n\r\n", "x \u0001 SIP/2.0\n\n" })
        {
            wire.Udp(0, "198.18.0.1:5060", "198.18.0.2:9", line);
        }

        return [.. wire.Frames.Select(one => one.Octets)];

        void Tunnel(int port, byte[] payload) => wire.Udp(0, "198.18.0.1:50000", $"198.18.0.2:{port}", payload);
    }

    private static IPEndPoint Endpoint(bool isIPv6, int host, int port) =>
        new(IPAddress.Parse(isIPv6 ? $"2001:2::{host}" : $"198.18.0.{host}"), port);

    private static FrameSource Source(IEnumerable<byte[]> frames) => new(
        [.. frames.Select(octets => new WireFrame(Wire.StartUs * 1_000, octets, octets.Length, LinkType.Ethernet))], 64);

    private static List<byte[]> Without(List<byte[]> frames, List<byte[]> taken)
    {
        var counts = taken.CountBy(static frame => frame, OctetsComparer.Instance).ToDictionary(OctetsComparer.Instance);
        return
        [
            .. frames.Where(frame =>
            {
                var left = counts.GetValueOrDefault(frame);
                counts[frame] = left - 1;
                return left <= 0;
            }),
        ];
    }

    private static (List<byte[]> Taken, long LeftOut) Capture(List<byte[]> frames, LiveCaptureOptions options)
    {
        using var stop = new CancellationTokenSource();
        using var capture = new LiveCapture(["far"], options, TimeProvider.System, stop.Token);
        using (var sender = new LinkSender("near"))
        {
            frames.ForEach(sender.Send);
        }

        stop.Cancel();
        var taken = new List<byte[]>();
        var pool = new PacketBlockPool();
        for (var hasMore = true; hasMore;)
        {
            var block = pool.Rent();
            hasMore = capture.TryFill(block);
            taken.AddRange(block.Records.Take(block.RecordCount).Select(
                record => block.Octets.AsSpan(record.Offset, record.CapturedLength).ToArray()));
            block.Release();
        }

        Assert.Equal((taken.Count, 0), (capture.Received, capture.NotSeen));
        return (taken, capture.LeftOut);
    }

    private sealed class OctetsComparer : IEqualityComparer<byte[]>
    {
        public static OctetsComparer Instance { get; } = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] octets)
        {
            var hash = default(HashCode);
            hash.AddBytes(octets);
            return hash.ToHashCode();
        }
    }
}
