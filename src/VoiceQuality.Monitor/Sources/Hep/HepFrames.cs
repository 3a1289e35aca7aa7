using VoiceQuality.Protocols.Hep;
using VoiceQuality.Protocols.Network;
using VoiceQuality.Protocols.Pcap;

namespace VoiceQuality.Monitor.Sources.Hep;

/// <summary>
/// Writes what a message carries as the frame that it was captured from, so that it goes the way of every packet. SIP
/// that came over TCP or TLS is a datagram then; a message is whole in it either way.
/// </summary>
internal static class HepFrames
{
    /// <summary>Octets that one frame may need.</summary>
    public const int MaxLength = FrameWriter.MaxHeaderLength + MaxPayload;

    // A datagram over IPv4: 65,535 octets less 20 and 8.
    private const int MaxPayload = 65_507;

    // Locally administered addresses: nobody has told the real ones.
    private static ReadOnlySpan<byte> Mac => [2, 0, 0, 0, 0, 0];

    /// <summary>Adds a frame to a block that has room for <see cref="MaxLength"/> octets and a record.</summary>
    /// <param name="message">The message.</param>
    /// <param name="block">Takes the frame.</param>
    /// <param name="used">Octets used of the block.</param>
    /// <returns>False when the payload is nothing that is measured.</returns>
    public static bool TryAdd(in HepMessage message, PacketBlock block, ref int used)
    {
        var frame = block.Octets.AsSpan(used);
        Span<byte> source = stackalloc byte[16];
        Span<byte> destination = stackalloc byte[16];
        var sourceLength = message.Source.Address.CopyTo(source);
        if (sourceLength != message.Destination.Address.CopyTo(destination))
        {
            return false;
        }

        var header = FrameWriter.WriteUdpHeaders(frame, new UdpFrameHeader
        {
            SourceMac = Mac,
            DestinationMac = Mac,
            SourceAddress = source[..sourceLength],
            DestinationAddress = destination[..sourceLength],
            SourcePort = message.Source.Port,
            DestinationPort = message.Destination.Port,
        });
        var payload = WritePayload(message, frame[header..]);
        if (payload == 0)
        {
            return false;
        }

        var length = header + payload;
        FrameWriter.CompleteUdp(frame[..length], header, 0);
        block.Records[block.RecordCount++] = new CaptureRecord
        {
            Offset = used,
            CapturedLength = length,
            OriginalLength = length,
            TimestampNs = message.CapturedAtNs ?? 0,
            LinkType = LinkType.Ethernet,
        };
        used += length;
        return true;
    }

    private static int WritePayload(in HepMessage message, Span<byte> to)
    {
        var payload = message.Payload;
        if (message.Protocol == HepProtocol.Rtcp && payload[0] == '{')
        {
            return HepRtcpJson.TryWrite(payload, to, out var length) ? length : 0;
        }

        // RFC 7983: RTP and RTCP begin with 128 to 191, SIP with a letter or a line end.
        var isMedia = (payload[0] & 0xC0) == 0x80;
        var isWhatItSays = message.Protocol switch
        {
            HepProtocol.Sip => payload[0] < 0x80,
            HepProtocol.Rtp or HepProtocol.Rtcp => isMedia,
            _ => false,
        };
        if (!isWhatItSays || payload.Length > MaxPayload)
        {
            return 0;
        }

        payload.CopyTo(to);
        return payload.Length;
    }
}
