using VoiceQuality.Protocols.Rtp;

namespace VoiceQuality.Monitor.Pipeline;

/// <summary>One UDP datagram that may be RTP or RTCP: where it lies in its block.</summary>
internal struct MediaPacket
{
    /// <summary>What no RTP or RTCP packet begins with.</summary>
    public const uint NoHeader = 1;

    /// <summary>Capture time, ns since 1970-01-01 UTC.</summary>
    public long CapturedAtNs;

    /// <summary>Hash of the directed flow (addresses and ports).</summary>
    public ulong FlowHash;

    /// <summary>Offset of the source address in the block; the destination address follows.</summary>
    public int AddressOffset;

    /// <summary>Offset of the UDP payload in the block.</summary>
    public int PayloadOffset;

    /// <summary>Captured octets of the payload.</summary>
    public int PayloadLength;

    /// <summary>Octets of the payload on the wire.</summary>
    public int WirePayloadLength;

    /// <summary>Both ports, the sender's in the upper half.</summary>
    public uint Ports;

    /// <summary>First four octets of the RTP header, as a number; <see cref="NoHeader"/> when it was cut off.</summary>
    public uint HeaderWord;

    /// <summary>RTP timestamp, when <see cref="HeaderWord"/> is there and it is RTP.</summary>
    public uint Timestamp;

    /// <summary>RTP SSRC, likewise.</summary>
    public uint Ssrc;

    /// <summary>Both addresses of IPv4, sender first, as they lie in the packet; 0 of IPv6.</summary>
    public ulong ShortAddresses;

    /// <summary>4 or 16.</summary>
    public byte AddressLength;

    /// <summary>Which interface it came from; see <see cref="Protocols.Pcap.CaptureRecord.Link"/>.</summary>
    public byte Link;

    public readonly ushort SourcePort => (ushort)(Ports >> 16);

    public readonly ushort DestinationPort => (ushort)Ports;

    /// <summary>Octets on the wire behind an RTP header of the least length.</summary>
    public readonly int RtpPayloadLength => WirePayloadLength - RtpPacket.FixedHeaderLength;
}
