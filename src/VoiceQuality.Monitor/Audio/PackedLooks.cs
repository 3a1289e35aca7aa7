namespace VoiceQuality.Monitor.Audio;

/// <summary>
/// The looks of a stream's intervals in one run of octets, some seven an interval. An interval is an octet that says
/// which fields follow, then these as numbers in groups of seven bits, the lowest first, the eighth bit set in all but
/// the last.
/// </summary>
/// <remarks>
/// Bits: 0 packets, 1 samples, 2 sum of squares, 3 silent, 4 frozen, 5 clipped samples. What is absent is 0. Samples
/// are those beyond 160 for each packet, folded: twice the number, or for one below 0 twice its amount less 1.
/// </remarks>
public static class PackedLooks
{
    /// <summary>Octets that one interval takes at most.</summary>
    public const int MostOctets = 1 + (Fields * 10);

    private const int Fields = 6;
    private const int UsualSamples = 160;

    /// <summary>Writes the looks of one interval.</summary>
    /// <param name="looks">They; default for none.</param>
    /// <param name="octets">Room of <see cref="MostOctets"/>.</param>
    /// <returns>Octets written.</returns>
    public static int Write(in AudioLooks looks, Span<byte> octets)
    {
        Span<long> fields =
        [
            looks.Packets, Fold(looks.Samples - (looks.Packets * UsualSamples)), looks.SumOfSquares,
            looks.SilentSamples, looks.FrozenSamples, looks.ClippedSamples,
        ];
        var length = 1;
        octets[0] = 0;
        for (var field = 0; field < Fields; field++)
        {
            if (fields[field] != 0)
            {
                octets[0] |= (byte)(1 << field);
                length += WriteNumber(octets[length..], (ulong)fields[field]);
            }
        }

        return length;
    }

    /// <summary>Reads the looks of one interval. Never throws.</summary>
    /// <param name="octets">What is left; it moves on.</param>
    /// <param name="looks">They.</param>
    public static bool TryRead(ref ReadOnlySpan<byte> octets, out AudioLooks looks)
    {
        looks = default;
        if (octets.IsEmpty)
        {
            return false;
        }

        var mask = octets[0];
        octets = octets[1..];
        Span<long> fields = stackalloc long[Fields];
        for (var field = 0; field < Fields; field++)
        {
            if ((mask >> field & 1) != 0 && !TryReadNumber(ref octets, out fields[field]))
            {
                return false;
            }
        }

        looks = new AudioLooks
        {
            Packets = fields[0],
            Samples = unchecked((fields[0] * UsualSamples) + ((fields[1] >>> 1) ^ -(fields[1] & 1))),
            SumOfSquares = fields[2],
            SilentSamples = fields[3],
            FrozenSamples = fields[4],
            ClippedSamples = fields[5],
        };
        return true;
    }

    private static long Fold(long value) => (value << 1) ^ (value >> 63);

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

    private static bool TryReadNumber(ref ReadOnlySpan<byte> octets, out long value)
    {
        value = 0;
        for (var shift = 0; shift < 63 && !octets.IsEmpty; shift += 7)
        {
            var octet = octets[0];
            octets = octets[1..];
            value |= (long)(octet & 0x7F) << shift;
            if (octet < 0x80)
            {
                return true;
            }
        }

        return false;
    }
}
