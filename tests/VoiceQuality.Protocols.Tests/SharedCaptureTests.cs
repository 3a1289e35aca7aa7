using System.IO.Compression;
using System.Text.Json;
using VoiceQuality.Protocols.Network;
using VoiceQuality.Protocols.Pcap;
using VoiceQuality.Protocols.Rtp;
using VoiceQuality.Protocols.Sip;
using Xunit.Abstractions;

namespace VoiceQuality.Protocols.Tests;

/// <summary>Real captures, when the environment variable VQ_SHARED names the folder that holds them.</summary>
public sealed class SharedCaptureTests(ITestOutputHelper output)
{
    // The reference also finds SIP inside HEP datagrams, counts damaged SIP, and does not look into PPPoE.
    private static readonly HashSet<string> OtherSipCount =
    [
        "hep.pcap", "live-hep3-kamailio-rtpengine.hep.pcap", "fuzz-2006-06-26-2594.pcap", "DTMFsipinfo.pcap",
        "sip_reqs.pcap",
    ];

    [Fact]
    public void Every_shared_capture_is_walked_and_its_frames_are_counted_as_the_reference_counts_them()
    {
        var shared = Environment.GetEnvironmentVariable("VQ_SHARED");
        if (string.IsNullOrEmpty(shared))
        {
            return;
        }

        var folder = Path.Combine(shared, "captures");
        using var truth = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "truth.json")));
        var differences = new List<string>();
        foreach (var file in truth.RootElement.EnumerateObject())
        {
            var path = Path.Combine(folder, file.Name);
            if (!File.Exists(path) || !file.Value.TryGetProperty("raw_scan", out var expected))
            {
                continue;
            }

            var scan = Scan(path);
            Compare(file.Name, expected, scan, differences);
            CompareStreams(file.Name, file.Value, scan, differences);
        }

        foreach (var difference in differences)
        {
            output.WriteLine(difference);
        }

        Assert.Empty(differences);
    }

    private static void Compare(string name, JsonElement expected, Counts scan, List<string> differences)
    {
        void Check(string what, long reference, long ours)
        {
            if (reference != ours)
            {
                differences.Add($"{name}: {what} {reference} by the reference, {ours} here; {scan.Anomalies}");
            }
        }

        Check("packets", expected.GetProperty("n").GetInt64(), scan.Packets);
        if (!OtherSipCount.Contains(name))
        {
            Check("SIP", expected.GetProperty("sip").GetInt64(), scan.SipMessages);
        }

        // The reference counts fragments of every transport, we only those of UDP.
        var fragments = expected.GetProperty("frag").GetInt64();
        Check("fragments", fragments, Math.Max(fragments, scan.Fragments));
    }

    private static void CompareStreams(string name, JsonElement truth, Counts scan, List<string> differences)
    {
        if (!truth.TryGetProperty("rtp_raw", out var streams))
        {
            return;
        }

        foreach (var stream in streams.EnumerateArray())
        {
            var key = new StreamKey(
                Endpoint(stream, "src", "sport"),
                Endpoint(stream, "dst", "dport"),
                Convert.ToUInt32(stream.GetProperty("ssrc").GetString()![2..], 16));
            var reference = stream.GetProperty("packets").GetInt64();
            var ours = scan.Streams.GetValueOrDefault(key);
            if (reference != ours)
            {
                differences.Add($"{name}: stream {key} has {reference} packets by the reference, {ours} here");
            }
        }
    }

    private static IpEndpoint Endpoint(JsonElement stream, string address, string port)
    {
        var text = System.Text.Encoding.ASCII.GetBytes(stream.GetProperty(address).GetString()!);
        Assert.True(IpAddress128.TryParse(text, out var parsed));
        return new IpEndpoint(parsed, (ushort)stream.GetProperty(port).GetInt32());
    }

    private static Counts Scan(string path)
    {
        var octets = File.ReadAllBytes(path);
        if (CaptureFormatSniffer.IsGzip(octets))
        {
            using var gzip = new GZipStream(new MemoryStream(octets), CompressionMode.Decompress);
            using var plain = new MemoryStream();
            gzip.CopyTo(plain);
            octets = plain.ToArray();
        }

        var counts = new Counts();
        var parser = new CaptureParser();
        var records = new CaptureRecord[64];
        var rest = octets.AsSpan();
        CaptureParseStatus status;
        do
        {
            status = parser.Parse(rest, endOfInput: true, records, out var count, out var consumed);
            foreach (var record in records.AsSpan(0, count))
            {
                CountFrame(rest.Slice(record.Offset, record.CapturedLength), record, counts);
            }

            rest = rest[consumed..];
        }
        while (status == CaptureParseStatus.RecordsFull);

        counts.Packets += parser.SkippedPackets;
        counts.Anomalies = string.Join(", ", parser.Anomalies.Take(5).Select(a => $"{a.Reason}@{a.Offset}"));
        return counts;
    }

    private static void CountFrame(ReadOnlySpan<byte> frame, CaptureRecord record, Counts counts)
    {
        counts.Packets++;
        Touch.Frame(frame, record.OriginalLength, record.LinkType);
        var ok = FrameDecoder.TryDecodeUdp(
            frame, record.OriginalLength, record.LinkType, out var datagram, out var reason);
        if (reason == FrameRejectReason.Fragment || datagram.IsFragment)
        {
            counts.Fragments++;
        }

        if (!ok)
        {
            return;
        }

        var payload = datagram.Payload(frame);
        Touch.Sip(payload);
        Touch.Sdp(payload);
        Touch.Rtp(payload, datagram.WirePayloadLength);
        Touch.Rtcp(payload);
        if (SipSniffer.LooksLikeSip(payload) && SipMessage.TryParse(payload, out _, out _))
        {
            counts.SipMessages++;
        }

        if (RtpSniffer.CouldBeRtp(payload)
            && RtpPacket.TryParse(payload, datagram.WirePayloadLength, out var packet, out _))
        {
            var key = new StreamKey(datagram.Source(frame), datagram.Destination(frame), packet.Ssrc);
            counts.Streams[key] = counts.Streams.GetValueOrDefault(key) + 1;
        }
    }

    private readonly record struct StreamKey(IpEndpoint Source, IpEndpoint Destination, uint Ssrc);

    private sealed class Counts
    {
        public long Packets { get; set; }

        public long SipMessages { get; set; }

        public long Fragments { get; set; }

        public string Anomalies { get; set; } = "";

        public Dictionary<StreamKey, long> Streams { get; } = [];
    }
}
