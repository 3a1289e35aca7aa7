using VoiceQuality.Protocols.Hep;

namespace VoiceQuality.Monitor.Sources.Hep;

/// <summary>
/// Makes of a message the frame that it was captured from. SIP that came over TCP or TLS is a datagram then; a message
/// is whole in it either way.
/// </summary>
internal static class HepFrames
{
    /// <summary>Adds a frame to a block that has room for it.</summary>
    /// <param name="message">The message.</param>
    /// <param name="block">Takes the frame.</param>
    /// <param name="used">Octets used of the block.</param>
    /// <returns>False when the payload is nothing that is measured.</returns>
    public static bool TryAdd(in HepMessage message, PacketBlock block, ref int used)
    {
        var payload = message.Payload;
        var atNs = message.CapturedAtNs ?? 0;
        if (message.Protocol == HepProtocol.Rtcp && payload[0] == '{')
        {
            Span<byte> report = stackalloc byte[HepRtcpJson.MaxLength];
            return HepRtcpJson.TryWrite(payload, report, out var length)
                && DatagramFrames.TryAdd(block, ref used, message.Source, message.Destination, atNs, report[..length]);
        }

        // RFC 7983: RTP and RTCP begin with 128 to 191, SIP with a letter or a line end.
        var isMedia = (payload[0] & 0xC0) == 0x80;
        var isWhatItSays = message.Protocol switch
        {
            HepProtocol.Sip => payload[0] < 0x80,
            HepProtocol.Rtp or HepProtocol.Rtcp => isMedia,
            _ => false,
        };
        return isWhatItSays
            && DatagramFrames.TryAdd(block, ref used, message.Source, message.Destination, atNs, payload);
    }
}
