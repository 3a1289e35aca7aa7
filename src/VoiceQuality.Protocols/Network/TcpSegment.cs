using System.Buffers.Binary;

namespace VoiceQuality.Protocols.Network;

/// <summary>A TCP segment (RFC 9293 §3.1) in the payload of an IP packet.</summary>
public readonly ref struct TcpSegment
{
    private const int MinHeaderLength = 20;

    private TcpSegment(ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload, int wirePayloadLength)
    {
        SourcePort = BinaryPrimitives.ReadUInt16BigEndian(header);
        DestinationPort = BinaryPrimitives.ReadUInt16BigEndian(header[2..]);
        Sequence = BinaryPrimitives.ReadUInt32BigEndian(header[4..]);
        Acknowledgment = BinaryPrimitives.ReadUInt32BigEndian(header[8..]);
        IsSyn = (header[13] & 0x02) != 0;
        IsAcknowledging = (header[13] & 0x10) != 0;
        IsEnd = (header[13] & 0x05) != 0;
        Payload = payload;
        WirePayloadLength = wirePayloadLength;
    }

    public ushort SourcePort { get; }

    public ushort DestinationPort { get; }

    /// <summary>Sequence number of the first octet of the payload, or of the SYN.</summary>
    public uint Sequence { get; }

    /// <summary>The sequence number that the sender expects next, where <see cref="IsAcknowledging"/>.</summary>
    public uint Acknowledgment { get; }

    /// <summary>Whether the sender says what it has received.</summary>
    public bool IsAcknowledging { get; }

    /// <summary>Whether the segment opens the connection: its sequence number counts for one octet.</summary>
    public bool IsSyn { get; }

    /// <summary>Whether the sender ends (FIN) or breaks (RST) the connection.</summary>
    public bool IsEnd { get; }

    /// <summary>The captured payload.</summary>
    public ReadOnlySpan<byte> Payload { get; }

    /// <summary>Payload on the wire; more than captured when the capture cut the frame.</summary>
    public int WirePayloadLength { get; }

    /// <summary>Reads a segment. Never throws.</summary>
    /// <param name="ipPayload">Captured payload of the IP packet.</param>
    /// <param name="wireLength">Its length on the wire, octets.</param>
    /// <param name="segment">The segment, when the result is true.</param>
    public static bool TryRead(ReadOnlySpan<byte> ipPayload, int wireLength, out TcpSegment segment)
    {
        if (ipPayload.Length >= MinHeaderLength)
        {
            var headerLength = (ipPayload[12] >> 4) * 4;
            if (headerLength >= MinHeaderLength && headerLength <= wireLength && headerLength <= ipPayload.Length)
            {
                segment = new TcpSegment(ipPayload, ipPayload[headerLength..], wireLength - headerLength);
                return true;
            }
        }

        segment = default;
        return false;
    }
}
