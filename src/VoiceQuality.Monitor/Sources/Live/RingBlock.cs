using System.Runtime.InteropServices;
using VoiceQuality.Protocols.Network;
using VoiceQuality.Protocols.Pcap;

namespace VoiceQuality.Monitor.Sources.Live;

/// <summary>
/// Reads one block of a TPACKET_V3 ring: <c>struct tpacket_block_desc</c>, then packets that each begin with
/// <c>struct tpacket3_hdr</c> (linux/if_packet.h), in the byte order of the machine.
/// </summary>
internal static class RingBlock
{
    /// <summary>Offset of the word that says whose block it is.</summary>
    public const int StatusOffset = 8;

    /// <summary>Offset of the number of octets in use, the descriptor included.</summary>
    public const int LengthOffset = 20;

    /// <summary>Octets of the descriptor.</summary>
    public const int DescriptorLength = 48;

    /// <summary>In the status: the block belongs to this process until it writes 0.</summary>
    public const int StatusUser = 1;

    private const int PacketCountOffset = 12;
    private const int FirstPacketOffset = 16;
    private const int PacketHeaderLength = 48;

    /// <summary>Finds the packets of a block.</summary>
    /// <param name="block">The octets of the block, from its descriptor on.</param>
    /// <param name="linkType">What the frames start with.</param>
    /// <param name="link">Which interface it is, for <see cref="CaptureRecord.Link"/>.</param>
    /// <param name="records">Where the frames lie in <paramref name="block"/>.</param>
    /// <param name="unusable">
    /// Packets of the block that could not be given out: they contradict the lengths, or there are too many.
    /// </param>
    /// <returns>The number of <paramref name="records"/> filled.</returns>
    public static int Read(
        ReadOnlySpan<byte> block, LinkType linkType, byte link, Span<CaptureRecord> records, out int unusable)
    {
        unusable = 0;
        if (block.Length < DescriptorLength)
        {
            return 0;
        }

        var packets = Int(block, PacketCountOffset);
        long at = (uint)Int(block, FirstPacketOffset);
        var count = 0;
        for (var i = 0; i < packets; i++)
        {
            if (at > block.Length - PacketHeaderLength || count == records.Length)
            {
                unusable += packets - i;
                break;
            }

            var header = block[(int)at..];
            var start = at + (ushort)Int(header, 24);
            var captured = (uint)Int(header, 12);
            if (captured == 0 || start + captured > block.Length)
            {
                unusable++;
            }
            else
            {
                records[count++] = new CaptureRecord
                {
                    Offset = (int)start,
                    CapturedLength = (int)captured,
                    OriginalLength = (int)Math.Min(int.MaxValue, Math.Max(captured, (uint)Int(header, 16))),
                    TimestampNs = ((uint)Int(header, 4) * 1_000_000_000L) + (uint)Int(header, 8),
                    LinkType = linkType,
                    Link = link,
                };
            }

            var next = (uint)Int(header, 0);
            if (next == 0)
            {
                unusable += packets - i - 1;
                break;
            }

            at += next;
        }

        return count;
    }

    private static int Int(ReadOnlySpan<byte> octets, int offset) => MemoryMarshal.Read<int>(octets[offset..]);
}
