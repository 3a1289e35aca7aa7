using System.Buffers.Binary;

namespace VoiceQuality.Protocols.Tests.Pcap;

/// <summary>Capture files octet by octet, in either byte order.</summary>
internal sealed class CaptureFiles(bool isBigEndian)
{
    private readonly List<byte> _octets = [];

    public int Length => _octets.Count;

    /// <summary>A file with two Ethernet records, 1.5 s and 2.000001 s after 1970.</summary>
    public static byte[] Pcap(bool isBigEndian = false, uint magic = 0xA1B2C3D4, uint linkType = 1) =>
        new CaptureFiles(isBigEndian)
            .PcapHeader(magic, 65_535, linkType)
            .PcapRecord(1, 500_000, Vectors.EthernetIPv4)
            .PcapRecord(2, 1, Vectors.EthernetIPv6)
            .ToArray();

    /// <summary>One section, one Ethernet interface in microseconds, one enhanced and one simple packet.</summary>
    public static byte[] PcapNg(bool isBigEndian = false) =>
        new CaptureFiles(isBigEndian)
            .Section()
            .Interface(1, 0)
            .Enhanced(0, 1_500_000, Vectors.EthernetIPv4)
            .Simple(Vectors.EthernetIPv6)
            .ToArray();

    public byte[] ToArray() => [.. _octets];

    public CaptureFiles PcapHeader(uint magic, uint snapLength, uint linkType) =>
        U32(magic).U16(2).U16(4).U32(0).U32(0).U32(snapLength).U32(linkType);

    public CaptureFiles PcapRecord(uint seconds, uint fraction, byte[] frame, int? captured = null) =>
        U32(seconds).U32(fraction).U32((uint)(captured ?? frame.Length)).U32((uint)frame.Length).Raw(frame);

    public CaptureFiles Section() =>
        Block(0x0A0D0D0A, body => body.U32(0x1A2B3C4D).U16(1).U16(0).U32(0xFFFF_FFFF).U32(0xFFFF_FFFF));

    public CaptureFiles Interface(ushort linkType, uint snapLength, byte? resolution = null, long? offset = null) =>
        Block(1, body =>
        {
            body.U16(linkType).U16(0).U32(snapLength);
            if (resolution is { } exponent)
            {
                body.U16(9).U16(1).Raw([exponent, 0, 0, 0]);
            }

            if (offset is { } seconds)
            {
                var value = new byte[8];
                if (isBigEndian)
                {
                    BinaryPrimitives.WriteInt64BigEndian(value, seconds);
                }
                else
                {
                    BinaryPrimitives.WriteInt64LittleEndian(value, seconds);
                }

                body.U16(14).U16(8).Raw(value);
            }

            body.U16(0).U16(0);
        });

    public CaptureFiles Enhanced(uint interfaceId, ulong ticks, byte[] frame, int? captured = null) =>
        Block(6, body => body.U32(interfaceId).U32((uint)(ticks >> 32)).U32((uint)ticks)
            .U32((uint)(captured ?? frame.Length)).U32((uint)frame.Length).Padded(frame));

    public CaptureFiles Obsolete(ushort interfaceId, ulong ticks, byte[] frame) =>
        Block(2, body => body.U16(interfaceId).U16(0).U32((uint)(ticks >> 32)).U32((uint)ticks)
            .U32((uint)frame.Length).U32((uint)frame.Length).Padded(frame));

    public CaptureFiles Simple(byte[] frame, int? original = null) =>
        Block(3, body => body.U32((uint)(original ?? frame.Length)).Padded(frame));

    public CaptureFiles Unknown() => Block(0x0BAD, body => body.U32(42));

    public CaptureFiles Block(uint type, Action<CaptureFiles> write, uint? leading = null, uint? trailing = null)
    {
        var body = new CaptureFiles(isBigEndian);
        write(body);
        var length = (uint)body.Length + 12;
        return U32(type).U32(leading ?? length).Raw(body.ToArray()).U32(trailing ?? length);
    }

    public CaptureFiles Raw(ReadOnlySpan<byte> octets)
    {
        _octets.AddRange(octets);
        return this;
    }

    public CaptureFiles U32(uint value)
    {
        var octets = new byte[4];
        if (isBigEndian)
        {
            BinaryPrimitives.WriteUInt32BigEndian(octets, value);
        }
        else
        {
            BinaryPrimitives.WriteUInt32LittleEndian(octets, value);
        }

        return Raw(octets);
    }

    public CaptureFiles U16(ushort value)
    {
        var octets = new byte[2];
        if (isBigEndian)
        {
            BinaryPrimitives.WriteUInt16BigEndian(octets, value);
        }
        else
        {
            BinaryPrimitives.WriteUInt16LittleEndian(octets, value);
        }

        return Raw(octets);
    }

    private CaptureFiles Padded(byte[] frame)
    {
        Raw(frame);
        return Raw(new byte[-frame.Length & 3]);
    }
}
