using System.Buffers.Binary;
using System.Text;
using VoiceQuality.Protocols.Sip;

namespace VoiceQuality.Monitor.Reassembly;

/// <summary>A WebSocket frame (RFC 6455 §5.2) at the start of a buffer.</summary>
/// <param name="Length">Octets of the whole frame.</param>
/// <param name="HeaderLength">Octets before the payload.</param>
/// <param name="MaskAt">Offset of the masking key; 0 without one.</param>
/// <param name="IsMessage">Whether it is a whole text or binary message.</param>
internal readonly record struct WebSocketFrame(int Length, int HeaderLength, int MaskAt, bool IsMessage)
{
    private static ReadOnlySpan<byte> ProtocolHeader => "Sec-WebSocket-Protocol:"u8;

    /// <summary>
    /// Whether the connection begins with a request for SIP over WebSocket, or with the answer to it (RFC 7118 §4).
    /// </summary>
    public static bool IsHandshake(ReadOnlySpan<byte> octets)
    {
        if (!octets.StartsWith("GET "u8) && !octets.StartsWith("HTTP/1.1 101"u8))
        {
            return false;
        }

        while (octets.IndexOf((byte)'\n') is >= 0 and var lineFeed)
        {
            octets = octets[(lineFeed + 1)..];
            if (octets.Length >= ProtocolHeader.Length
                && Ascii.EqualsIgnoreCase(octets[..ProtocolHeader.Length], ProtocolHeader))
            {
                var value = octets[ProtocolHeader.Length..];
                var end = value.IndexOf((byte)'\r');
                return end >= 0 && value[..end].IndexOf("sip"u8) >= 0;
            }
        }

        return false;
    }

    public static SipStreamItem TryRead(ReadOnlySpan<byte> octets, out WebSocketFrame frame)
    {
        frame = default;
        if (octets.Length < 2)
        {
            return SipStreamItem.Incomplete;
        }

        // The three reserved bits belong to extensions, such as compression, that are not read here.
        if ((octets[0] & 0x70) != 0)
        {
            return SipStreamItem.NotSip;
        }

        var headerLength = (octets[1] & 0x7F) switch { 126 => 4, 127 => 10, _ => 2 };
        var maskAt = (octets[1] & 0x80) != 0 ? headerLength : 0;
        var payloadAt = headerLength + (maskAt > 0 ? 4 : 0);
        if (octets.Length < payloadAt)
        {
            return SipStreamItem.Incomplete;
        }

        var payloadLength = headerLength switch
        {
            2 => (ulong)(octets[1] & 0x7F),
            4 => BinaryPrimitives.ReadUInt16BigEndian(octets[2..]),
            _ => BinaryPrimitives.ReadUInt64BigEndian(octets[2..]),
        };
        if (payloadLength > SipStream.MaxMessageLength)
        {
            return SipStreamItem.NotSip;
        }

        var length = payloadAt + (int)payloadLength;
        frame = new WebSocketFrame(length, payloadAt, maskAt, octets[0] is 0x81 or 0x82);
        return octets.Length < length ? SipStreamItem.Incomplete : SipStreamItem.Message;
    }

    /// <summary>The payload of a whole message, in place; empty for any other frame.</summary>
    public ReadOnlySpan<byte> Unmask(Span<byte> octets)
    {
        if (!IsMessage)
        {
            return default;
        }

        var payload = octets[HeaderLength..Length];
        for (var i = 0; MaskAt > 0 && i < payload.Length; i++)
        {
            payload[i] ^= octets[MaskAt + (i & 3)];
        }

        return payload;
    }
}
