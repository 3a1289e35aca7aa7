using VoiceQuality.Sla.Accounts;

namespace VoiceQuality.Sla.Rating;

/// <summary>What a caller's or called number is by its form alone, before any table is asked .</summary>
public enum NumberForm
{
    /// <summary>No number: empty, "anonymous" or "unknown".</summary>
    Blank,

    /// <summary>Something, but no number that can be: wrong length, an N11 code, a letter.</summary>
    Invalid,

    /// <summary>North American form: [2-9]XX-[2-9]XX-XXXX, no N11. Its area code may still be nobody's.</summary>
    NorthAmerican,

    /// <summary>The same form under a toll-free code.</summary>
    TollFree,

    /// <summary>International form under another country code than 1.</summary>
    Foreign,
}

/// <summary>A number of a party to a call, read for rating. The default value is a blank one.</summary>
/// <remarks>It prints its form and never its digits.</remarks>
public readonly record struct PartyNumber
{
    private const ulong CountryCodeOne = 10_000_000_000;
    private const int NationalDigits = 10;

    // Country code and all; no country's shortest numbers are below that.
    private const int LeastForeignDigits = 7;
    private static readonly string[] BlankWords = ["anonymous", "unknown"];

    private PartyNumber(NumberForm form, PhoneNumber number)
    {
        Form = form;
        Number = number;
    }

    /// <summary>What the number is by its form.</summary>
    public NumberForm Form { get; }

    /// <summary>The number in international form; no number when blank or invalid.</summary>
    public PhoneNumber Number { get; }

    /// <summary>Area code, 200 to 999; 0 unless North American or toll free.</summary>
    public int AreaCode => IsNational ? (int)(National / 10_000_000) : 0;

    /// <summary>The ten digits after country code 1; 0 unless North American or toll free.</summary>
    internal ulong National => IsNational ? Number.Digits - CountryCodeOne : 0;

    private bool IsNational => Form is NumberForm.NorthAmerican or NumberForm.TollFree;

    /// <summary>Whether an area code is a toll-free one.</summary>
    public static bool IsTollFreeCode(int areaCode) =>
        areaCode is 800 or 833 or 844 or 855 or 866 or 877 or 888;

    /// <summary>
    /// Reads a number as signalled or typed: 10 digits, 1 and 10, +1 and 10; or a plus, 00 or 011 and another country
    /// code. Separators are dropped; of a SIP or tel URI only the user part is read. Digits in any other shape are
    /// invalid, not foreign: a slip must not be billed as a call abroad.
    /// </summary>
    public static PartyNumber Read(string? text)
    {
        var user = UserPart(text.AsSpan().Trim());
        foreach (var word in BlankWords)
        {
            if (user.Equals(word, StringComparison.OrdinalIgnoreCase))
            {
                return default;
            }
        }

        if (user.IsEmpty)
        {
            return default;
        }

        if (!PhoneNumber.TryNormalize(user, out var number))
        {
            return new PartyNumber(NumberForm.Invalid, default);
        }

        var isInternational = user[0] == '+' || FirstDigitIsZero(user);
        return isInternational || number.Digits / CountryCodeOne == 1
            ? Of(number)
            : new PartyNumber(NumberForm.Invalid, default);
    }

    /// <summary>Reads a number that is already in international form.</summary>
    public static PartyNumber Of(PhoneNumber number)
    {
        if (number.Digits == 0)
        {
            return default;
        }

        var length = number.Length;
        var leading = number.Digits;
        for (var i = 1; i < length; i++)
        {
            leading /= 10;
        }

        if (leading != 1)
        {
            return length < LeastForeignDigits
                ? new PartyNumber(NumberForm.Invalid, default)
                : new PartyNumber(NumberForm.Foreign, number);
        }

        if (length != NationalDigits + 1)
        {
            return new PartyNumber(NumberForm.Invalid, default);
        }

        var area = (int)(number.Digits / 10_000_000 % 1000);
        var exchange = (int)(number.Digits / 10_000 % 1000);
        return !IsCode(area) || !IsCode(exchange) ? new PartyNumber(NumberForm.Invalid, default)
            : new PartyNumber(IsTollFreeCode(area) ? NumberForm.TollFree : NumberForm.NorthAmerican, number);
    }

    private static bool IsCode(int code) => code >= 200 && code % 100 != 11;

    private static ReadOnlySpan<char> UserPart(ReadOnlySpan<char> text)
    {
        foreach (var scheme in (ReadOnlySpan<string>)["sips:", "sip:", "tel:"])
        {
            if (text.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
            {
                text = text[scheme.Length..];
                break;
            }
        }

        var at = text.IndexOf('@');
        return (at < 0 ? text : text[..at]).Trim();
    }

    private static bool FirstDigitIsZero(ReadOnlySpan<char> text)
    {
        var first = text.IndexOfAnyInRange('0', '9');
        return first >= 0 && text[first] == '0';
    }
}
