using System.Buffers.Binary;
using System.Globalization;

namespace VoiceQuality.Testing.Captures;

/// <summary>Frames that a stranger sends, the same for the same index. The real call of the tests is their
/// aim.</summary>
public static class Flood
{
    private const string Stranger = "192.0.2.66";

    /// <summary>What can be sent.</summary>
    public static IReadOnlyList<string> Kinds { get; } =
    [
        "INVITEs of one source", "INVITEs of forged sources", "INVITEs with forged answers", "OPTIONS of forged sources",
        "SSRCs at the call's place", "SSRCs in the call's own flow", "SSRCs of a party's address",
        "INVITEs for the call's place", "SSRCs everywhere", "fragments of one source", "fragments of forged sources",
        "TCP segments", "TCP segments ahead of their time", "RTCP of forged sources",
    ];

    /// <summary>The frame of an index from 0 on.</summary>
    public static Func<int, byte[]> Of(string kind) => kind switch
    {
        "INVITEs of one source" => static i => Invite(i, $"{Stranger}:5060"),
        "INVITEs of forged sources" => static i => Invite(i, $"{Forged(i)}:5060"),
        "INVITEs with forged answers" => static i => i % 2 == 0
            ? Invite(i / 2, $"{Stranger}:5060")
            : Frame($"flood-{i / 2}", $"{Stranger}:5060", static sip =>
                sip.Response(0, 200, "INVITE", Sdp.Audio("192.0.2.99", 4_000))),
        "OPTIONS of forged sources" => static i =>
            Frame($"ask-{i}", $"{Forged(i)}:5060", static sip => sip.Request(0, "OPTIONS", inDialog: false)),
        "SSRCs at the call's place" => static i => Rtp($"{Stranger}:{1_024 + (i % 50_000)}", "198.18.0.1:4000", i),
        "SSRCs in the call's own flow" => static i => Rtp("198.18.0.2:6000", "198.18.0.1:4000", i),
        "SSRCs of a party's address" => static i => Rtp($"198.18.0.2:{1_024 + (i % 4_000)}", "198.18.0.1:4000", i),
        "INVITEs for the call's place" => static i => Frame($"flood-{i}", $"{Stranger}:5060", sip =>
            sip.Request(0, "INVITE", Sdp.Audio("198.18.0.1", 4_000))),
        "SSRCs everywhere" => static i => Rtp(
            $"{Forged(i)}:{1_024 + (i % 50_000)}", $"198.18.1.{i % 200}:{2_000 + (i % 7_000 * 2)}", i),
        "fragments of one source" => static i => Fragment(i, $"{Stranger}:5060"),
        "fragments of forged sources" => static i => Fragment(i, $"{Forged(i)}:5060"),
        "TCP segments" => static i => new TcpScript($"{Forged(i / 50_000)}:{1_024 + (i % 50_000)}", "198.18.0.2:5060")
            .Write(0, "INVITE sip:+15550199@callee.example SIP/2.0\r\nVia: SIP/2.0/TCP ").Octets,
        "TCP segments ahead of their time" => Held,
        "RTCP of forged sources" => static i => Rtcp($"{Forged(i)}:4001", i),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "no such flood"),
    };

    private static string Forged(int i) => string.Create(
        CultureInfo.InvariantCulture, $"203.{i >> 16 & 0xFF}.{i >> 8 & 0xFF}.{i & 0xFF}");

    private static byte[] Invite(int i, string source) => Frame(
        $"flood-{i}", source, sip => sip.Request(0, "INVITE", Sdp.Audio("192.0.2.99", 4_000 + (2 * (i % 30_000)))));

    private static byte[] Frame(string callId, string source, Action<SipScript> write)
    {
        var wire = new Wire();
        write(new SipScript(wire, callId) { Caller = source, CallerTag = callId });
        return wire.Frames[0].Octets;
    }

    private static byte[] Rtp(string source, string destination, int i)
    {
        var wire = new Wire();
        new RtpScript(wire, source, destination) { Ssrc = 0xF000_0000u + (uint)i, SequenceNumber = (ushort)i }.Send(1, 0);
        return wire.Frames[0].Octets;
    }

    private static byte[] Fragment(int i, string source)
    {
        var frame = Invite(i, source)[..(34 + 200)];
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(16), 220);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(18), (ushort)i);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(20), 0x2000);
        return frame;
    }

    // Each connection begins a message and sends what follows it with a hole in between.
    private static byte[] Held(int i)
    {
        var script = new TcpScript($"{Stranger}:{1_024 + (i / 20 % 50_000)}", "198.18.0.2:5060", 1_000);
        var first = script.Write(0, "INVITE sip:+15550199@callee.example SIP/2.0\r\n").Octets;
        return i % 20 == 0
            ? first
            : new TcpScript($"{Stranger}:{1_024 + (i / 20 % 50_000)}", "198.18.0.2:5060", (uint)(5_000 + (i % 20 * 1_400)))
                .Write(0, new string('x', 1_300)).Octets;
    }

    // A receiver report of a source that is not there on another that is not there.
    private static byte[] Rtcp(string source, int i)
    {
        var wire = new Wire();
        var report = new byte[32];
        (report[0], report[1], report[3]) = (0x81, 201, 7);
        BinaryPrimitives.WriteUInt32BigEndian(report.AsSpan(4), 0xE000_0000u + (uint)i);
        BinaryPrimitives.WriteUInt32BigEndian(report.AsSpan(8), 0xD000_0000u + (uint)i);
        wire.Udp(0, source, "198.18.0.1:4001", report);
        return wire.Frames[0].Octets;
    }
}
