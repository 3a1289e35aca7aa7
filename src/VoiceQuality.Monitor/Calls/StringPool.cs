namespace VoiceQuality.Monitor.Calls;

/// <summary>
/// Text that many calls share, such as host names, as one string each: the last that was seen at each of its places.
/// Its size never changes; a sender of ever new names only makes it useless. Not safe for two threads at once.
/// </summary>
internal sealed class StringPool
{
    private const int Places = 4_096;

    /// <summary>Octets of a text that is looked up; a longer one is made anew each time.</summary>
    private const int MaxLength = 64;

    private readonly string?[] _texts = new string?[Places];

    /// <summary>The text of <paramref name="octets"/>, as <see cref="SipStrings.Decode"/> gives it.</summary>
    public string Decode(ReadOnlySpan<byte> octets)
    {
        if (octets.Length > MaxLength)
        {
            return SipStrings.Decode(octets);
        }

        ref var known = ref _texts[(int)OctetHash.Add(OctetHash.Start, octets) & (Places - 1)];
        if (known is null || !SipStrings.Equal(known, octets))
        {
            known = SipStrings.Decode(octets);
        }

        return known;
    }
}
