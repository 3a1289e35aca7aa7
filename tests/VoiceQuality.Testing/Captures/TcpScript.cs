using System.Buffers.Binary;
using System.Net;
using System.Text;
using VoiceQuality.Protocols.Network;

namespace VoiceQuality.Testing.Captures;

/// <summary>One direction of a TCP connection on a wire: what is written gets the next sequence numbers.</summary>
/// <param name="source">"address:port" in IPv4.</param>
/// <param name="destination">"address:port" in IPv4.</param>
/// <param name="initialSequence">Sequence number of the SYN.</param>
public sealed class TcpScript(string source, string destination, uint initialSequence = 1_000)
{
    private const byte Syn = 0x02;
    private const byte PushAck = 0x18;

    /// <summary>Sequence number of the next octet.</summary>
    public uint Next { get; private set; } = initialSequence + 1;

    /// <summary>What each segment says that it has received; 0 when the test does not care.</summary>
    public uint Acknowledgment { get; set; }

    /// <summary>The segment that opens the connection.</summary>
    public WireFrame Open(double at) => Frame(at, initialSequence, Syn, []);

    /// <summary>A segment with the next octets.</summary>
    public WireFrame Write(double at, string text)
    {
        var octets = Encoding.UTF8.GetBytes(text);
        var frame = Frame(at, Next, PushAck, octets);
        Next += (uint)octets.Length;
        return frame;
    }

    /// <summary>A segment with octets that are not text.</summary>
    public WireFrame Write(double at, byte[] octets)
    {
        ArgumentNullException.ThrowIfNull(octets);
        var frame = Frame(at, Next, PushAck, octets);
        Next += (uint)octets.Length;
        return frame;
    }

    private WireFrame Frame(double at, uint sequence, byte flags, byte[] payload)
    {
        var (from, to) = (IPEndPoint.Parse(source), IPEndPoint.Parse(destination));
        var frame = new byte[14 + 20 + 20 + payload.Length];
        frame[12] = 0x08;
        var ip = frame.AsSpan(14);
        ip[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(ip[2..], (ushort)ip.Length);
        ip[8] = 64;
        ip[9] = 6;
        from.Address.GetAddressBytes().CopyTo(ip[12..]);
        to.Address.GetAddressBytes().CopyTo(ip[16..]);
        var tcp = ip[20..];
        BinaryPrimitives.WriteUInt16BigEndian(tcp, (ushort)from.Port);
        BinaryPrimitives.WriteUInt16BigEndian(tcp[2..], (ushort)to.Port);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[4..], sequence);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[8..], Acknowledgment);
        tcp[12] = 0x50;
        tcp[13] = flags;
        payload.CopyTo(tcp[20..]);
        return new WireFrame(Wire.Us(at) * 1_000, frame, frame.Length, LinkType.Ethernet);
    }
}
