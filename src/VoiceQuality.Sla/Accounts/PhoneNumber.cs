namespace VoiceQuality.Sla.Accounts;

/// <summary>
/// A telephone number in international form (ITU-T E.164): country code first, 1 to 15 digits, no leading zero. It is
/// held as an integer so that two spellings of one number are equal; the default value is no number.
/// </summary>
/// <remarks><see cref="ToString"/> hides the digits: a number must not reach a log by accident.</remarks>
public readonly record struct PhoneNumber
{
    private const int MaxDigits = 15;

    private PhoneNumber(ulong digits) => Digits = digits;

    /// <summary>The digits as one integer; 0 for no number.</summary>
    public ulong Digits { get; }

    /// <summary>How many digits there are, 0 to 15.</summary>
    public int Length => CountDigits(Digits);

    /// <summary>The number with its plus sign.</summary>
    public string ToE164() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"+{Digits}");

    /// <inheritdoc/>
    public override string ToString() => "(number)";

    /// <summary>
    /// Reads the user part of a SIP or tel URI, or what a person typed. Visual separators and parameters after a
    /// semicolon are dropped; a leading plus, 00 or 011 marks an international number; ten digits, or 1 and ten
    /// digits, in the North American form are one number. Anything else with digits alone is taken as it stands
    /// (an extension, say).
    /// </summary>
    public static bool TryNormalize(ReadOnlySpan<char> text, out PhoneNumber number)
    {
        number = default;
        var parameters = text.IndexOf(';');
        text = (parameters < 0 ? text : text[..parameters]).Trim();
        var isInternational = text.StartsWith("+");
        if (isInternational)
        {
            text = text[1..];
        }

        Span<char> digits = stackalloc char[MaxDigits + 3];
        var length = 0;
        foreach (var character in text)
        {
            if (character is '-' or '.' or '(' or ')' or ' ')
            {
                continue;
            }

            if (!char.IsAsciiDigit(character) || length == digits.Length)
            {
                return false;
            }

            digits[length++] = character;
        }

        ReadOnlySpan<char> rest = digits[..length];
        if (!isInternational)
        {
            var prefix = rest.StartsWith("011") && length > 10 ? 3 : rest.StartsWith("00") && length > 8 ? 2 : 0;
            isInternational = prefix > 0;
            rest = rest[prefix..];
        }

        if (rest.Length is < 1 or > MaxDigits || rest[0] == '0')
        {
            return false;
        }

        var value = ulong.Parse(rest, System.Globalization.CultureInfo.InvariantCulture);
        number = new PhoneNumber(!isInternational && IsNorthAmerican(rest) ? 10_000_000_000UL + value : value);
        return true;
    }

    internal static int CountDigits(ulong value)
    {
        var count = 0;
        for (; value > 0; value /= 10)
        {
            count++;
        }

        return count;
    }

    // The exchange code is not looked at: test and internal numbers do not keep to [2-9]XX there.
    private static bool IsNorthAmerican(ReadOnlySpan<char> digits) =>
        digits.Length == 10 && digits[0] >= '2';
}
