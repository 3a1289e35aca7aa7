using System.Text;

namespace VoiceQuality.Monitor.Calls;

/// <summary>Text from the wire as strings: bounded, and without control characters.</summary>
internal static class SipStrings
{
    /// <summary>Octets that are kept of one value.</summary>
    public const int MaxLength = 256;

    public static string Decode(ReadOnlySpan<byte> octets)
    {
        if (octets.Length > MaxLength)
        {
            octets = octets[..MaxLength];
        }

        var text = Encoding.UTF8.GetString(octets);
        return HasControl(text)
            ? string.Create(text.Length, text, static (span, source) =>
            {
                for (var i = 0; i < span.Length; i++)
                {
                    span[i] = char.IsControl(source[i]) ? '\uFFFD' : source[i];
                }
            })
            : text;
    }

    // What char.IsControl says: C0, delete and C1.
    private static bool HasControl(ReadOnlySpan<char> text) =>
        text.ContainsAnyInRange('\0', '\x1F') || text.ContainsAnyInRange('\x7F', '\x9F');

    /// <summary>Whether <paramref name="octets"/> would decode to <paramref name="text"/>.</summary>
    public static bool Equal(string text, ReadOnlySpan<byte> octets)
    {
        if (Ascii.Equals(octets, text))
        {
            return true;
        }

        // Octets that are no plain text are as many as the characters, or more.
        return octets.Length >= text.Length && string.Equals(text, Decode(octets), StringComparison.Ordinal);
    }
}
