using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace VoiceQuality.Testing.Hep;

/// <summary>Writes HEP messages of version 3 chunk by chunk, and of version 2.</summary>
public sealed class HepScript
{
    private readonly List<byte> _chunks = [];

    /// <summary>A message that has everything: endpoints, time, agent 2001 and the key when there is one.</summary>
    /// <param name="atUs">Capture time, µs since 1970-01-01 UTC.</param>
    /// <param name="source">"address:port" of the sender of what was captured.</param>
    /// <param name="destination">"address:port" of its receiver.</param>
    /// <param name="protocol">1 SIP, 4 RTP, 5 RTCP.</param>
    /// <param name="payload">What was captured.</param>
    /// <param name="key">The authentication key; null for none.</param>
    /// <param name="agentId">The number of the capture agent.</param>
    public static byte[] Message(
        long atUs, string source, string destination, byte protocol, ReadOnlySpan<byte> payload, string? key = null,
        uint agentId = 2_001)
    {
        var from = IPEndPoint.Parse(source);
        var to = IPEndPoint.Parse(destination);
        var isIPv4 = from.Address.GetAddressBytes().Length == 4;
        var script = new HepScript()
            .Chunk(1, (byte)(isIPv4 ? 2 : 10))
            .Chunk(2, 17)
            .Chunk(isIPv4 ? 3 : 5, from.Address.GetAddressBytes())
            .Chunk(isIPv4 ? 4 : 6, to.Address.GetAddressBytes())
            .Pair(7, (ushort)from.Port)
            .Pair(8, (ushort)to.Port)
            .Word(9, (uint)(atUs / 1_000_000))
            .Word(10, (uint)(atUs % 1_000_000))
            .Chunk(11, protocol)
            .Word(12, agentId);
        if (key is not null)
        {
            script.Chunk(14, Encoding.UTF8.GetBytes(key));
        }

        return script.Chunk(15, payload.ToArray()).ToArray();
    }

    /// <summary>Adds a chunk.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="value">Its octets.</param>
    public HepScript Chunk(int type, params byte[] value) => Chunk(0, type, value);

    /// <summary>Adds a chunk of a vendor.</summary>
    public HepScript Chunk(int vendor, int type, byte[] value)
    {
        ArgumentNullException.ThrowIfNull(value);
        Span<byte> header = stackalloc byte[6];
        BinaryPrimitives.WriteUInt16BigEndian(header, (ushort)vendor);
        BinaryPrimitives.WriteUInt16BigEndian(header[2..], (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(header[4..], (ushort)(6 + value.Length));
        _chunks.AddRange(header);
        _chunks.AddRange(value);
        return this;
    }

    /// <summary>Adds a chunk of two octets.</summary>
    public HepScript Pair(int type, ushort value)
    {
        var octets = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(octets, value);
        return Chunk(type, octets);
    }

    /// <summary>Adds a chunk of four octets.</summary>
    public HepScript Word(int type, uint value)
    {
        var octets = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(octets, value);
        return Chunk(type, octets);
    }

    /// <summary>The message with its length.</summary>
    public byte[] ToArray()
    {
        var length = 6 + _chunks.Count;
        return [.. "HEP3"u8, (byte)(length >> 8), (byte)length, .. _chunks];
    }
}
