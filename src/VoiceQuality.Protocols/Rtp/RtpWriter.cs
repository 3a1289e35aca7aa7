using System.Buffers.Binary;

namespace VoiceQuality.Protocols.Rtp;

/// <summary>Writes RTP headers (RFC 3550 §5.1) and telephone-event payloads (RFC 4733 §2.3) into spans.</summary>
public static class RtpWriter
{
    /// <summary>Length of a header without CSRC and extension, in octets.</summary>
    public const int HeaderLength = 12;

    /// <summary>Length of a telephone-event payload, in octets.</summary>
    public const int TelephoneEventLength = 4;

    /// <summary>Writes a version 2 header without padding, extension and CSRC; returns its length in octets.</summary>
    /// <param name="destination">At least <see cref="HeaderLength"/> octets.</param>
    /// <param name="payloadType">PT, 0 to 127.</param>
    /// <param name="marker">M.</param>
    /// <param name="sequenceNumber">Sequence number; wraps at 2¹⁶.</param>
    /// <param name="timestamp">Sampling instant in media-clock ticks; wraps at 2³².</param>
    /// <param name="ssrc">SSRC.</param>
    public static int WriteHeader(
        Span<byte> destination, byte payloadType, bool marker, ushort sequenceNumber, uint timestamp, uint ssrc)
    {
        BinaryPrimitives.WriteUInt32BigEndian(destination[8..], ssrc);
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], timestamp);
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], sequenceNumber);
        destination[1] = (byte)((payloadType & 0x7F) | (marker ? 0x80 : 0));
        destination[0] = 0x80;

        return HeaderLength;
    }

    /// <summary>Writes one telephone-event payload; returns its length in octets.</summary>
    /// <param name="destination">At least <see cref="TelephoneEventLength"/> octets.</param>
    /// <param name="eventCode">Event, 0 to 255; 0 to 15 are the DTMF keys.</param>
    /// <param name="end">E: the event is over.</param>
    /// <param name="volume">Power below 0 dBm0, 0 to 63 dB.</param>
    /// <param name="duration">Time since the start of the event, in media-clock ticks.</param>
    public static int WriteTelephoneEvent(
        Span<byte> destination, byte eventCode, bool end, byte volume, ushort duration)
    {
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], duration);
        destination[1] = (byte)((volume & 0x3F) | (end ? 0x80 : 0));
        destination[0] = eventCode;

        return TelephoneEventLength;
    }
}
