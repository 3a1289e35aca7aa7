using System.Buffers.Binary;

namespace VoiceQuality.Protocols.Pcap;

/// <summary>The container of a capture.</summary>
public enum CaptureFormat
{
    /// <summary>Not known yet, or not a capture file.</summary>
    Unknown = 0,

    /// <summary>The classic libpcap file.</summary>
    Pcap,

    /// <summary>pcapng: blocks, sections and interfaces.</summary>
    PcapNg,
}

/// <summary>Tells file formats by their first octets.</summary>
public static class CaptureFormatSniffer
{
    internal const uint PcapMicroseconds = 0xA1B2C3D4;
    internal const uint PcapNanoseconds = 0xA1B23C4D;
    internal const uint PcapModified = 0xA1B2CD34;
    internal const uint SectionHeaderBlock = 0x0A0D0D0A;

    /// <summary>Octets from the start of an input that are enough to recognise it.</summary>
    public const int RequiredLength = 4;

    /// <summary>True when <paramref name="start"/> begins a gzip member with deflate (RFC 1952 §2.3.1).</summary>
    public static bool IsGzip(ReadOnlySpan<byte> start) =>
        start.Length >= 3 && start[0] == 0x1F && start[1] == 0x8B && start[2] == 8;

    /// <summary>The format of the capture that begins with <paramref name="start"/>; four octets decide.</summary>
    public static CaptureFormat Sniff(ReadOnlySpan<byte> start)
    {
        if (start.Length < 4)
        {
            return CaptureFormat.Unknown;
        }

        var magic = BinaryPrimitives.ReadUInt32BigEndian(start);
        if (magic == SectionHeaderBlock)
        {
            return CaptureFormat.PcapNg;
        }

        return IsPcapMagic(magic) || IsPcapMagic(BinaryPrimitives.ReverseEndianness(magic))
            ? CaptureFormat.Pcap
            : CaptureFormat.Unknown;
    }

    internal static bool IsPcapMagic(uint magic) => magic is PcapMicroseconds or PcapNanoseconds or PcapModified;
}
