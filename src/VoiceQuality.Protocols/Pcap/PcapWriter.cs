using System.Buffers.Binary;

namespace VoiceQuality.Protocols.Pcap;

/// <summary>
/// Writes the two fixed headers of a classic pcap file, little-endian, into spans that the caller owns
/// (draft-ietf-opsawg-pcap, sections 4 and 5).
/// </summary>
public static class PcapWriter
{
    /// <summary>Length of the file header, in octets.</summary>
    public const int FileHeaderLength = 24;

    /// <summary>Length of the header in front of every packet, in octets.</summary>
    public const int RecordHeaderLength = 16;

    /// <summary>LINKTYPE_ETHERNET.</summary>
    public const int EthernetLinkType = 1;

    private const uint MicrosecondMagic = 0xA1B2C3D4;
    private const uint NanosecondMagic = 0xA1B23C4D;
    private const long NsPerSecond = 1_000_000_000;

    /// <summary>Writes the file header and returns <see cref="FileHeaderLength"/>.</summary>
    /// <param name="destination">At least <see cref="FileHeaderLength"/> octets.</param>
    /// <param name="nanoseconds">Whether the records carry nanoseconds; microseconds otherwise.</param>
    /// <param name="snapLength">Largest captured length of a record, in octets.</param>
    /// <param name="linkType">LINKTYPE_ value of every record, 0 to 65,535.</param>
    public static int WriteFileHeader(
        Span<byte> destination, bool nanoseconds, int snapLength = 65_535, int linkType = EthernetLinkType)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(destination, nanoseconds ? NanosecondMagic : MicrosecondMagic);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[4..], 2);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[6..], 4);
        destination.Slice(8, 8).Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(destination[16..], (uint)snapLength);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[20..], (uint)linkType);

        return FileHeaderLength;
    }

    /// <summary>Writes the header of one record and returns <see cref="RecordHeaderLength"/>.</summary>
    /// <param name="destination">At least <see cref="RecordHeaderLength"/> octets.</param>
    /// <param name="timestampNs">
    /// Capture instant in nanoseconds since 1970-01-01 UTC, 0 to 2³² s. Truncated to microseconds unless
    /// <paramref name="nanoseconds"/>.
    /// </param>
    /// <param name="capturedLength">Octets of the packet that follow.</param>
    /// <param name="originalLength">Octets the packet had on the wire.</param>
    /// <param name="nanoseconds">As in the file header.</param>
    public static int WriteRecordHeader(
        Span<byte> destination, long timestampNs, int capturedLength, int originalLength, bool nanoseconds)
    {
        var (seconds, fractionNs) = Math.DivRem(timestampNs, NsPerSecond);

        BinaryPrimitives.WriteUInt32LittleEndian(destination, (uint)seconds);
        BinaryPrimitives.WriteUInt32LittleEndian(
            destination[4..], (uint)(nanoseconds ? fractionNs : fractionNs / 1_000));
        BinaryPrimitives.WriteUInt32LittleEndian(destination[8..], (uint)capturedLength);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[12..], (uint)originalLength);

        return RecordHeaderLength;
    }
}
