using System.Numerics;

namespace VoiceQuality.Quality.Rtp;

/// <summary>
/// The finished parts of a stream's intervals in one growing run of octets. Both kinds of parts come in their own
/// order and are told apart by the first bit of their mask.
/// </summary>
/// <remarks>
/// A part is its mask and, for each field whose bit is set, the field minus what was to be expected of it. Numbers are
/// in groups of seven bits, the lowest first, with the eighth bit set in all but the last; signed ones are folded, so
/// that small ones of either sign are short. An interval of steady media takes some 45 octets.
/// </remarks>
internal struct PackedIntervals
{
    private const int FirstLength = 192;
    private const int ArrivalFields = 29;
    private const int SequenceFields = 10;
    private const int LongestNumber = 10;

    /// <summary>A mask, all fields and the longest of the histograms, each number at its longest.</summary>
    private const int LongestPart = LongestNumber * (2 + ArrivalFields + DelayVariationHistogram.BinCount);

    private byte[]? _octets;
    private int _length;

    /// <summary>Copy with memory of its own.</summary>
    public readonly PackedIntervals Clone() => new() { _octets = _octets?[.._length], _length = _length };

    /// <summary>Forgets everything and keeps the memory.</summary>
    public void Clear() => _length = 0;

    /// <summary>Adds the arrivals of the interval that was closed.</summary>
    /// <param name="part">What was counted.</param>
    /// <param name="intervalNs">Length that intervals have when nothing cuts them, ns.</param>
    public void Add(in ArrivalPart part, long intervalNs)
    {
        Span<long> fields = stackalloc long[ArrivalFields];
        Span<byte> octets = stackalloc byte[LongestPart];
        ToFields(part, intervalNs, fields);
        var length = WriteFields(octets, fields, tag: 0);
        Span<uint> bins = stackalloc uint[DelayVariationHistogram.BinCount];

        for (var bin = 0; bin < bins.Length; bin++)
        {
            bins[bin] = part.DelayVariation[bin];
        }

        Append(octets[..(length + WriteBins(octets[length..], bins))]);
    }

    /// <summary>Adds what was counted in the interval that the tail has left.</summary>
    public void Add(in SequencePart part)
    {
        Span<long> fields = stackalloc long[SequenceFields];
        Span<byte> octets = stackalloc byte[LongestPart];
        ToFields(part, fields);
        var length = WriteFields(octets, fields, tag: 1);
        Span<uint> bins = stackalloc uint[LossRunHistogram.BinCount];

        for (var bin = 0; bin < bins.Length; bin++)
        {
            bins[bin] = part.LossRuns[bin];
        }

        Append(octets[..(length + WriteBins(octets[length..], bins))]);
    }

    /// <summary>Writes the parts into the intervals that they belong to, from the first on.</summary>
    public readonly void CopyTo(Span<IntervalCounters> intervals, long intervalNs)
    {
        Span<long> fields = stackalloc long[ArrivalFields];
        var (position, arrivals, sequences) = (0, 0, 0);

        while (position < _length)
        {
            var mask = ReadNumber(ref position);
            var isArrivals = (mask & 1) == 0;
            var count = isArrivals ? ArrivalFields : SequenceFields;

            for (var field = 0; field < count; field++)
            {
                fields[field] = (mask >> (field + 1) & 1) == 0 ? 0 : Unfold(ReadNumber(ref position));
            }

            if (isArrivals)
            {
                var part = ToArrivals(fields, intervalNs);
                ReadBins(ref position, ref part.DelayVariation);
                part.CopyTo(ref intervals[arrivals++]);
            }
            else
            {
                var part = ToSequence(fields);
                ReadBins(ref position, ref part.LossRuns);
                part.CopyTo(ref intervals[sequences++]);
            }
        }
    }

    private static void ToFields(in ArrivalPart part, long intervalNs, Span<long> fields)
    {
        var envelope = part.Envelope;
        fields[0] = part.AudioReceived;
        fields[1] = part.PayloadOctets;
        fields[2] = part.JitterSumPs;
        fields[3] = part.JitterMaxPs;
        fields[4] = part.MaxDeltaNs;
        fields[5] = unchecked(part.MediaArrivalNs - part.MediaNs);
        fields[6] = envelope.SumX;
        fields[7] = envelope.SumY;
        fields[8] = part.StartNs;
        fields[9] = unchecked(part.EndNs - part.StartNs - intervalNs);
        fields[10] = unchecked(part.SpacedNs - intervalNs);
        fields[11] = unchecked(part.MediaNs - part.SpacedNs);
        fields[12] = (long)part.JitterSamples - part.AudioReceived;
        fields[13] = (long)part.SpacedSteps - part.JitterSamples;
        fields[14] = envelope.Points - 1;
        fields[15] = unchecked(envelope.SumXx - (envelope.SumX * envelope.SumX));
        fields[16] = unchecked(envelope.SumXy - (envelope.SumX * envelope.SumY));
        fields[17] = part.Drift.Steps - 10;
        fields[18] = part.Drift.LeastPpm;
        fields[19] = part.Drift.GreatestPpm;
        fields[20] = part.Segments;
        fields[21] = part.Duplicates;
        fields[22] = part.Reordered;
        fields[23] = part.Strays;
        fields[24] = part.ComfortNoise;
        fields[25] = part.TelephoneEvents;
        fields[26] = part.Pauses;
        fields[27] = part.PausedMediaNs;
        fields[28] = part.PausedArrivalNs;
    }

    private static ArrivalPart ToArrivals(ReadOnlySpan<long> fields, long intervalNs)
    {
        var part = new ArrivalPart
        {
            AudioReceived = (uint)fields[0],
            PayloadOctets = fields[1],
            JitterSumPs = fields[2],
            JitterMaxPs = fields[3],
            MaxDeltaNs = fields[4],
            StartNs = fields[8],
            EndNs = unchecked(fields[8] + fields[9] + intervalNs),
            SpacedNs = unchecked(fields[10] + intervalNs),
            JitterSamples = (uint)(fields[12] + fields[0]),
            Envelope = new ClockEnvelope
            {
                Points = fields[14] + 1,
                SumX = fields[6],
                SumY = fields[7],
                SumXx = unchecked(fields[15] + (fields[6] * fields[6])),
                SumXy = unchecked(fields[16] + (fields[6] * fields[7])),
            },
            Drift = new ClockDrift { Steps = fields[17] + 10, LeastPpm = fields[18], GreatestPpm = fields[19] },
            Segments = (uint)fields[20],
            Duplicates = (uint)fields[21],
            Reordered = (uint)fields[22],
            Strays = (uint)fields[23],
            ComfortNoise = (uint)fields[24],
            TelephoneEvents = (uint)fields[25],
            Pauses = (uint)fields[26],
            PausedMediaNs = fields[27],
            PausedArrivalNs = fields[28],
        };
        part.MediaNs = unchecked(fields[11] + part.SpacedNs);
        part.MediaArrivalNs = unchecked(fields[5] + part.MediaNs);
        part.SpacedSteps = (uint)(fields[13] + part.JitterSamples);
        return part;
    }

    private static void ToFields(in SequencePart part, Span<long> fields)
    {
        var periods = part.BurstGaps;
        fields[0] = part.Expected;
        fields[1] = part.Received - part.Expected;
        fields[2] = part.Discarded;
        fields[3] = part.BadRuns;
        fields[4] = periods.GapPackets + periods.BurstPackets - part.Expected;
        fields[5] = periods.GapBad;
        fields[6] = periods.Gaps;
        fields[7] = periods.Bursts;
        fields[8] = periods.BurstPackets;
        fields[9] = periods.BurstBad;
    }

    private static SequencePart ToSequence(ReadOnlySpan<long> fields) => new()
    {
        Expected = fields[0],
        Received = fields[1] + fields[0],
        Discarded = (uint)fields[2],
        BadRuns = (uint)fields[3],
        BurstGaps = new BurstGapCounters
        {
            GapPackets = fields[4] + fields[0] - fields[8],
            GapBad = fields[5],
            Gaps = fields[6],
            Bursts = fields[7],
            BurstPackets = fields[8],
            BurstBad = fields[9],
        },
    };

    private static int WriteFields(Span<byte> octets, ReadOnlySpan<long> fields, ulong tag)
    {
        var mask = tag;

        for (var field = 0; field < fields.Length; field++)
        {
            mask |= fields[field] == 0 ? 0 : 2UL << field;
        }

        var length = WriteNumber(octets, mask);

        foreach (var value in fields)
        {
            length += value == 0 ? 0 : WriteNumber(octets[length..], Fold(value));
        }

        return length;
    }

    private static int WriteBins(Span<byte> octets, ReadOnlySpan<uint> bins)
    {
        var mask = 0UL;

        for (var bin = 0; bin < bins.Length; bin++)
        {
            mask |= bins[bin] == 0 ? 0 : 1UL << bin;
        }

        var length = WriteNumber(octets, mask);

        foreach (var count in bins)
        {
            length += count == 0 ? 0 : WriteNumber(octets[length..], count);
        }

        return length;
    }

    private readonly void ReadBins(ref int position, ref DelayVariationHistogram bins)
    {
        for (var mask = ReadNumber(ref position); mask != 0; mask &= mask - 1)
        {
            bins[BitOperations.TrailingZeroCount(mask)] = (uint)ReadNumber(ref position);
        }
    }

    private readonly void ReadBins(ref int position, ref LossRunHistogram bins)
    {
        for (var mask = ReadNumber(ref position); mask != 0; mask &= mask - 1)
        {
            bins[BitOperations.TrailingZeroCount(mask)] = (uint)ReadNumber(ref position);
        }
    }

    private static int WriteNumber(Span<byte> octets, ulong value)
    {
        var length = 0;

        for (; value > 0x7F; value >>= 7)
        {
            octets[length++] = (byte)(value | 0x80);
        }

        octets[length] = (byte)value;
        return length + 1;
    }

    private readonly ulong ReadNumber(ref int position)
    {
        var value = 0UL;

        for (var shift = 0; ; shift += 7)
        {
            var octet = _octets![position++];
            value |= (ulong)(octet & 0x7F) << shift;

            if (octet < 0x80)
            {
                return value;
            }
        }
    }

    private static ulong Fold(long value) => unchecked((ulong)((value << 1) ^ (value >> 63)));

    private static long Unfold(ulong value) => unchecked((long)(value >> 1) ^ -(long)(value & 1));

    private void Append(ReadOnlySpan<byte> part)
    {
        _octets ??= new byte[FirstLength];

        if (_length + part.Length > _octets.Length)
        {
            // Half again, not twice: most streams are short, and the last growth is mostly left empty.
            Array.Resize(ref _octets, Math.Max(_length + part.Length, _octets.Length + (_octets.Length / 2)));
        }

        part.CopyTo(_octets.AsSpan(_length));
        _length += part.Length;
    }
}
