using System.Buffers.Binary;
using System.Numerics;

namespace VoiceQuality.Protocols.Rtcp;

/// <summary>
/// A loss or duplicate run-length report (RFC 3611 §4.1, §4.2): one bit for each sequence number of a span. Of losses 0
/// is lost, of duplicates 0 has duplicates.
/// </summary>
public readonly record struct RtcpXrRunLengths
{
    private const byte LossBlockType = 1;
    private const byte DuplicateBlockType = 2;
    private const int HeaderLength = 8;

    /// <summary>The source that is reported on.</summary>
    public uint Ssrc { get; private init; }

    /// <summary>True for losses, false for duplicates.</summary>
    public bool IsLoss { get; private init; }

    /// <summary>Of 2 to the power of this many sequence numbers one is reported on, 0 to 15.</summary>
    public int Thinning { get; private init; }

    /// <summary>First sequence number of the span.</summary>
    public ushort BeginSequence { get; private init; }

    /// <summary>The sequence number after the span.</summary>
    public ushort EndSequence { get; private init; }

    /// <summary>Sequence numbers that the chunks speak of, 0 to 65,535.</summary>
    public int Reported { get; private init; }

    /// <summary>Of these, numbers whose bit is 0: lost, or with duplicates.</summary>
    public int Zeros { get; private init; }

    /// <summary>Reads a block of type 1 or 2. False for another type or a block too short. Never throws.</summary>
    public static bool TryRead(RtcpXrBlock block, out RtcpXrRunLengths report)
    {
        report = default;
        var contents = block.Contents;
        if (block.BlockType is not (LossBlockType or DuplicateBlockType) || contents.Length < HeaderLength)
        {
            return false;
        }

        var begin = BinaryPrimitives.ReadUInt16BigEndian(contents[4..]);
        var end = BinaryPrimitives.ReadUInt16BigEndian(contents[6..]);
        var thinning = block.TypeSpecific & 0x0F;
        var span = unchecked((ushort)(end - begin));

        // Numbers that are multiples of 2^T are reported on, from the first such one at or after the begin.
        var step = 1 << thinning;
        var skipped = -begin & (step - 1);
        var limit = span > skipped ? ((span - skipped - 1) >> thinning) + 1 : 0;
        var zeros = Count(contents[HeaderLength..], limit, out var reported);
        report = new RtcpXrRunLengths
        {
            Ssrc = BinaryPrimitives.ReadUInt32BigEndian(contents),
            IsLoss = block.BlockType == LossBlockType,
            Thinning = thinning,
            BeginSequence = begin,
            EndSequence = end,
            Reported = reported,
            Zeros = zeros,
        };
        return true;
    }

    // A chunk is a run (0, run type, 14 bits of length) or 15 bits of a vector (1, bits); null ends the list.
    private static int Count(ReadOnlySpan<byte> chunks, int limit, out int reported)
    {
        var zeros = 0;
        reported = 0;
        for (; chunks.Length >= 2 && reported < limit; chunks = chunks[2..])
        {
            int chunk = BinaryPrimitives.ReadUInt16BigEndian(chunks);
            if (chunk == 0)
            {
                break;
            }

            if ((chunk & 0x8000) == 0)
            {
                var length = Math.Min(chunk & 0x3FFF, limit - reported);
                zeros += (chunk & 0x4000) == 0 ? length : 0;
                reported += length;
            }
            else
            {
                var length = Math.Min(15, limit - reported);
                zeros += length - BitOperations.PopCount((uint)(chunk & 0x7FFF) >> (15 - length));
                reported += length;
            }
        }

        return zeros;
    }
}

/// <summary>Packet receipt times (RFC 3611 §4.3): when each of some packets came, on the media clock.</summary>
public readonly record struct RtcpXrReceiptTimes
{
    private const byte BlockType = 3;
    private const int HeaderLength = 8;

    /// <summary>The source that is reported on.</summary>
    public uint Ssrc { get; private init; }

    /// <summary>First sequence number of the span.</summary>
    public ushort BeginSequence { get; private init; }

    /// <summary>The sequence number after the span.</summary>
    public ushort EndSequence { get; private init; }

    /// <summary>Times in the block, 0 to 65,533.</summary>
    public int TimeCount { get; private init; }

    /// <summary>Reads a block of type 3. False for another type or a block too short. Never throws.</summary>
    public static bool TryRead(RtcpXrBlock block, out RtcpXrReceiptTimes report)
    {
        var contents = block.Contents;
        var isOne = block.BlockType == BlockType && contents.Length >= HeaderLength;
        report = isOne
            ? new RtcpXrReceiptTimes
            {
                Ssrc = BinaryPrimitives.ReadUInt32BigEndian(contents),
                BeginSequence = BinaryPrimitives.ReadUInt16BigEndian(contents[4..]),
                EndSequence = BinaryPrimitives.ReadUInt16BigEndian(contents[6..]),
                TimeCount = (contents.Length - HeaderLength) / 4,
            }
            : default;
        return isOne;
    }
}

/// <summary>Receiver reference time and its echo (RFC 3611 §4.4, §4.5): a round trip without an SR.</summary>
public static class RtcpXrRoundTrip
{
    private const byte ReferenceBlockType = 4;
    private const byte EchoBlockType = 5;
    private const int EchoLength = 12;

    /// <summary>The NTP timestamp of a block of type 4. False for another type or length.</summary>
    public static bool TryReadReference(RtcpXrBlock block, out ulong ntpTimestamp)
    {
        var isOne = block.BlockType == ReferenceBlockType && block.Contents.Length == 8;
        ntpTimestamp = isOne ? BinaryPrimitives.ReadUInt64BigEndian(block.Contents) : 0;
        return isOne;
    }

    /// <summary>Sub-blocks of a DLRR block, of type 5; 0 for another type.</summary>
    public static int EchoCount(RtcpXrBlock block) =>
        block.BlockType == EchoBlockType ? block.Contents.Length / EchoLength : 0;

    /// <summary>One sub-block of a DLRR block.</summary>
    /// <param name="block">A block of type 5.</param>
    /// <param name="index">0 to <see cref="EchoCount"/> - 1.</param>
    /// <param name="lrr">Middle 32 bits of the NTP timestamp of the receiver's last reference time; 0 for none.</param>
    /// <param name="dlrr">Time since it came, 1/65,536 s.</param>
    /// <returns>The receiver whose reference time is echoed.</returns>
    public static uint ReadEcho(RtcpXrBlock block, int index, out uint lrr, out uint dlrr)
    {
        var echo = block.Contents.Slice(index * EchoLength, EchoLength);
        lrr = BinaryPrimitives.ReadUInt32BigEndian(echo[4..]);
        dlrr = BinaryPrimitives.ReadUInt32BigEndian(echo[8..]);
        return BinaryPrimitives.ReadUInt32BigEndian(echo);
    }
}

/// <summary>A statistics summary (RFC 3611 §4.6). What its flags leave out is null.</summary>
public readonly record struct RtcpXrStatistics
{
    private const byte BlockType = 6;
    private const int ContentsLength = 36;

    /// <summary>The source that is reported on.</summary>
    public uint Ssrc { get; private init; }

    /// <summary>First sequence number of the span.</summary>
    public ushort BeginSequence { get; private init; }

    /// <summary>The sequence number after the span.</summary>
    public ushort EndSequence { get; private init; }

    /// <summary>Packets lost in the span.</summary>
    public uint? Lost { get; private init; }

    /// <summary>Duplicates in the span.</summary>
    public uint? Duplicates { get; private init; }

    /// <summary>Least relative transit time between two packets, media-clock ticks.</summary>
    public uint? JitterMinTicks { get; private init; }

    /// <summary>Largest relative transit time between two packets, media-clock ticks.</summary>
    public uint? JitterMaxTicks { get; private init; }

    /// <summary>Mean relative transit time between two packets, media-clock ticks.</summary>
    public uint? JitterMeanTicks { get; private init; }

    /// <summary>Standard deviation of the relative transit time, media-clock ticks.</summary>
    public uint? JitterDeviationTicks { get; private init; }

    /// <summary>Least TTL or hop limit.</summary>
    public byte? HopsMin { get; private init; }

    /// <summary>Largest TTL or hop limit.</summary>
    public byte? HopsMax { get; private init; }

    /// <summary>Reads a block of type 6. False for another type or a length that is not its own.</summary>
    public static bool TryRead(RtcpXrBlock block, out RtcpXrStatistics report)
    {
        report = default;
        var contents = block.Contents;
        if (block.BlockType != BlockType || contents.Length != ContentsLength)
        {
            return false;
        }

        var hasLoss = (block.TypeSpecific & 0x80) != 0;
        var hasDuplicates = (block.TypeSpecific & 0x40) != 0;
        var hasJitter = (block.TypeSpecific & 0x20) != 0;
        var hasHops = (block.TypeSpecific & 0x18) is 0x08 or 0x10;
        report = new RtcpXrStatistics
        {
            Ssrc = BinaryPrimitives.ReadUInt32BigEndian(contents),
            BeginSequence = BinaryPrimitives.ReadUInt16BigEndian(contents[4..]),
            EndSequence = BinaryPrimitives.ReadUInt16BigEndian(contents[6..]),
            Lost = Word(contents, 8, hasLoss),
            Duplicates = Word(contents, 12, hasDuplicates),
            JitterMinTicks = Word(contents, 16, hasJitter),
            JitterMaxTicks = Word(contents, 20, hasJitter),
            JitterMeanTicks = Word(contents, 24, hasJitter),
            JitterDeviationTicks = Word(contents, 28, hasJitter),
            HopsMin = hasHops ? contents[32] : null,
            HopsMax = hasHops ? contents[33] : null,
        };
        return true;
    }

    private static uint? Word(ReadOnlySpan<byte> contents, int offset, bool isThere) =>
        isThere ? BinaryPrimitives.ReadUInt32BigEndian(contents[offset..]) : null;
}
