using System.Runtime.InteropServices;
using FsCheck;
using FsCheck.Fluent;
using VoiceQuality.Monitor.Sources.Live;
using VoiceQuality.Protocols.Network;
using VoiceQuality.Protocols.Pcap;

namespace VoiceQuality.Monitor.Tests.Sources;

public sealed class RingBlockTests
{
    [Fact]
    public void Packets_lie_where_the_block_says()
    {
        // Two packets: 60 of 60 octets at 48 + 82, and 100 of 1,500 octets at 48 + 160 + 82.
        var block = Block(
            (Next: 160, Seconds: 1_767_600_000, Nanoseconds: 5, Captured: 60, Original: 60),
            (Next: 0, Seconds: 1_767_600_001, Nanoseconds: 999_999_999, Captured: 100, Original: 1_500));
        var records = new CaptureRecord[4];

        Assert.Equal(2, RingBlock.Read(block, LinkType.Ethernet, 0, records, out var unusable));

        Assert.Equal(0, unusable);
        Assert.Equal(
            new CaptureRecord
            {
                Offset = 130, CapturedLength = 60, OriginalLength = 60, TimestampNs = 1_767_600_000_000_000_005,
                LinkType = LinkType.Ethernet,
            },
            records[0]);
        Assert.Equal(
            new CaptureRecord
            {
                Offset = 290, CapturedLength = 100, OriginalLength = 1_500, TimestampNs = 1_767_600_001_999_999_999,
                LinkType = LinkType.Ethernet,
            },
            records[1]);
    }

    [Fact]
    public void Packets_beyond_the_records_or_the_block_are_counted()
    {
        var block = Block((160, 1, 0, 60, 60), (160, 2, 0, 60, 60), (0, 3, 0, 60, 60));

        Assert.Equal(2, RingBlock.Read(block, LinkType.Ethernet, 0, new CaptureRecord[2], out var unusable));
        Assert.Equal(1, unusable);

        // Cut inside the second packet, the third is not there at all.
        Assert.Equal(1, RingBlock.Read(block.AsSpan(0, 300), LinkType.Ethernet, 0, new CaptureRecord[9], out unusable));
        Assert.Equal(2, unusable);
    }

    [Fact]
    public void Any_octets_at_all_give_frames_inside_the_block()
    {
        var records = new CaptureRecord[16];
        Prop.ForAll<byte[]>(octets =>
        {
            byte[] block = [.. Block((160, 1, 0, 60, 60), (0, 2, 0, 60, 60))];
            for (var i = 0; i < octets.Length; i++)
            {
                block[(i * 7) % block.Length] ^= octets[i];
            }

            var count = RingBlock.Read(block, LinkType.Ethernet, 0, records, out var unusable);
            return unusable >= 0 && records.Take(count).All(record =>
                record.Offset >= 0 && record.CapturedLength > 0
                && record.Offset + record.CapturedLength <= block.Length
                && record.OriginalLength >= record.CapturedLength);
        }).QuickCheckThrowOnFailure();
    }

    // linux/if_packet.h: struct tpacket_block_desc of 48 octets, struct tpacket3_hdr of 48.
    private static byte[] Block(params (int Next, int Seconds, int Nanoseconds, int Captured, int Original)[] packets)
    {
        var block = new byte[48 + (packets.Length * 200)];
        Write(block, 8, 1);
        Write(block, 12, packets.Length);
        Write(block, 16, 48);
        Write(block, 20, block.Length);
        var at = 48;
        foreach (var packet in packets)
        {
            Write(block, at, packet.Next);
            Write(block, at + 4, packet.Seconds);
            Write(block, at + 8, packet.Nanoseconds);
            Write(block, at + 12, packet.Captured);
            Write(block, at + 16, packet.Original);
            Write(block, at + 24, 82 | (96 << 16));
            at += packet.Next;
        }

        return block;
    }

    private static void Write(byte[] block, int offset, int value) => MemoryMarshal.Write(block.AsSpan(offset), value);
}
