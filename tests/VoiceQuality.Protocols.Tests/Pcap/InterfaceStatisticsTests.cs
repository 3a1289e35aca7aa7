using System.Buffers.Binary;
using VoiceQuality.Protocols.Pcap;

namespace VoiceQuality.Protocols.Tests.Pcap;

public class InterfaceStatisticsTests
{
    [Fact]
    public void Drops_of_interfaces_and_sections_add_up_and_the_last_count_of_each_holds()
    {
        byte[] file =
        [
            .. Section(), .. Interface(), .. Interface(),
            .. Statistics(0, (5, 3)), .. Statistics(0, (4, 1_000), (5, 7), (7, 2)), .. Statistics(1, (5, 10)),
            .. Section(), .. Interface(), .. Statistics(0, (5, 100)),
        ];

        // 7 + 2, 10 and 100.
        Assert.Equal(119, Read(file));
    }

    [Fact]
    public void A_capture_that_says_nothing_of_drops_leaves_them_unknown()
    {
        Assert.Null(Read([.. Section(), .. Interface(), .. Statistics(0, (4, 1_000))]));
        Assert.Null(Read([.. Section(), .. Interface(), .. Statistics(9, (5, 1))]));
        Assert.Equal(0, Read([.. Section(), .. Interface(), .. Statistics(0, (5, 0))]));
    }

    private static long? Read(byte[] file)
    {
        var parser = new CaptureParser();
        parser.Parse(file, true, new CaptureRecord[4], out _, out _);
        return parser.DroppedByCapture;
    }

    private static byte[] Section() => Block(
        0x0A0D_0D0A, [.. U32(0x1A2B_3C4D), 1, 0, 0, 0, .. U32(uint.MaxValue), .. U32(uint.MaxValue)]);

    private static byte[] Interface() => Block(1, [1, 0, 0, 0, .. U32(262_144)]);

    private static byte[] Statistics(uint id, params (ushort Code, ulong Value)[] options)
    {
        var octets = new List<byte>([.. U32(id), .. U32(0), .. U32(0)]);
        foreach (var (code, value) in options)
        {
            octets.AddRange([(byte)code, 0, 8, 0, .. U32((uint)value), .. U32((uint)(value >> 32))]);
        }

        return Block(5, [.. octets, 0, 0, 0, 0]);
    }

    private static byte[] Block(uint type, byte[] body) =>
        [.. U32(type), .. U32((uint)body.Length + 12), .. body, .. U32((uint)body.Length + 12)];

    private static byte[] U32(uint value)
    {
        var octets = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(octets, value);
        return octets;
    }
}
