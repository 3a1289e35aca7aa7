using VoiceQuality.Protocols.Network;
using VoiceQuality.Protocols.Pcap;

namespace VoiceQuality.Monitor.Sources;

/// <summary>
/// Writes what came without its frame (told by somebody, or received by ourselves) as the frame of a datagram, so that
/// it goes the way of every packet.
/// </summary>
internal static class DatagramFrames
{
    /// <summary>Octets of the longest payload: a datagram over IPv4 has 65,535 octets less 20 and 8.</summary>
    public const int MaxPayload = 65_507;

    /// <summary>Octets that one frame may need.</summary>
    public const int MaxLength = FrameWriter.MaxHeaderLength + MaxPayload;

    // A locally administered address: nobody has told the real ones.
    private static ReadOnlySpan<byte> Mac => [2, 0, 0, 0, 0, 0];

    /// <summary>Whether a block takes another frame.</summary>
    public static bool HasRoom(PacketBlock block, int used) =>
        block.RecordCount < block.Records.Length && block.Octets.Length - used >= MaxLength;

    /// <summary>Adds a frame to a block that has room for it.</summary>
    /// <param name="block">Takes the frame.</param>
    /// <param name="used">Octets used of the block.</param>
    /// <param name="source">The sender.</param>
    /// <param name="destination">The receiver, of the same version of IP.</param>
    /// <param name="atNs">When it was seen, ns since 1970-01-01 UTC.</param>
    /// <param name="payload">What the datagram carries.</param>
    /// <returns>False when it is too long or the addresses do not fit together.</returns>
    public static bool TryAdd(
        PacketBlock block, ref int used, IpEndpoint source, IpEndpoint destination, long atNs, ReadOnlySpan<byte> payload)
    {
        Span<byte> from = stackalloc byte[16];
        Span<byte> to = stackalloc byte[16];
        var addressLength = source.Address.CopyTo(from);
        if (addressLength != destination.Address.CopyTo(to) || payload.Length > MaxPayload)
        {
            return false;
        }

        var frame = block.Octets.AsSpan(used);
        var header = FrameWriter.WriteUdpHeaders(frame, new UdpFrameHeader
        {
            SourceMac = Mac,
            DestinationMac = Mac,
            SourceAddress = from[..addressLength],
            DestinationAddress = to[..addressLength],
            SourcePort = source.Port,
            DestinationPort = destination.Port,
        });
        payload.CopyTo(frame[header..]);
        var length = header + payload.Length;
        FrameWriter.CompleteUdp(frame[..length], header, 0);
        block.Records[block.RecordCount++] = new CaptureRecord
        {
            Offset = used,
            CapturedLength = length,
            OriginalLength = length,
            TimestampNs = atNs,
            LinkType = LinkType.Ethernet,
        };
        used += length;
        return true;
    }
}
