using System.Buffers;
using System.Globalization;
using System.Text;
using NodaTime;

namespace VoiceQuality.Sla.Audit;

/// <summary>What kind of thing was done.</summary>
public enum AuditCategory
{
    /// <summary>Something was changed, or was to be.</summary>
    Change,

    /// <summary>Data of a customer, or the audit trail itself, were looked at .</summary>
    Access,
}

/// <summary>
/// Who did what, from where, with what outcome. It holds ids, digests and small words, and no telephone
/// number, name, address or amount: whoever reads the trail learns nothing of a customer's use.
/// </summary>
public sealed record AuditEvent
{
    /// <summary>Account id that stands for every account.</summary>
    public const string AllAccounts = "*";

    /// <summary>Most characters of an actor, an action, an account, an outcome or a purpose.</summary>
    public const int MaxWord = 64;

    /// <summary>Most characters of any other text.</summary>
    public const int MaxText = 300;

    // A telephone number has seven digits or more in a row; a digest has letters between.
    private const int ForbiddenDigits = 7;
    private const int DigestLength = 64;

    internal static readonly SearchValues<char> LowerHex = SearchValues.Create("0123456789abcdef");

    /// <summary>Change or access.</summary>
    public required AuditCategory Category { get; init; }

    /// <summary>Opaque id of who did it.</summary>
    public required string Actor { get; init; }

    /// <summary>What was done, a name in capitals such as REFERENCE_IMPORTED.</summary>
    public required string Action { get; init; }

    /// <summary>What it was done to, such as "reference/rates".</summary>
    public required string Subject { get; init; }

    /// <summary>From where, such as "http 127.0.0.1" or "command".</summary>
    public required string Origin { get; init; }

    /// <summary>What came of it, such as "201" or "APPLIED".</summary>
    public required string Outcome { get; init; }

    /// <summary>The account; <see cref="AllAccounts"/> for every one; null for none.</summary>
    public string? AccountId { get; init; }

    /// <summary>Digest or small value before; null where there was none.</summary>
    public string? Before { get; init; }

    /// <summary>Digest or small value after; null where there is none.</summary>
    public string? After { get; init; }

    /// <summary>Version of the contract policy that it went by; null where none did.</summary>
    public string? PolicyVersion { get; init; }

    /// <summary>What for, as whoever looked said; null where nothing was said.</summary>
    public string? Purpose { get; init; }

    /// <summary>Why the trail does not take it; null when it does. The text quotes no value.</summary>
    public string? FindFault()
    {
        if (!Enum.IsDefined(Category))
        {
            return "the category is none";
        }

        return FaultOf("action", Action, MaxWord, isRequired: true)
            ?? FaultOf("subject", Subject, MaxText, isRequired: true)
            ?? FaultOf("origin", Origin, MaxText, isRequired: true)
            ?? FaultOf("outcome", Outcome, MaxWord, isRequired: true)
            ?? FaultOf("before", Before, MaxText, isRequired: false)
            ?? FaultOf("after", After, MaxText, isRequired: false)
            ?? FaultOf("policy version", PolicyVersion, MaxText, isRequired: false)
            ?? FaultOf("purpose", Purpose, MaxWord, isRequired: false)

            // Ids of people and accounts are opaque, and may be digits alone.
            ?? FormFaultOf("actor", Actor, MaxWord, isRequired: true)
            ?? FormFaultOf("account", AccountId, MaxWord, isRequired: false);
    }

    /// <summary>
    /// Whether a text has a run of digits that could be a telephone number. Digests and other hexadecimal ids of 32
    /// digits and more do not count.
    /// </summary>
    public static bool LooksLikeNumber(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var start = 0;
        while (start < text.Length)
        {
            if (!char.IsAsciiLetterOrDigit(text[start]))
            {
                start++;
                continue;
            }

            var end = start;
            while (end < text.Length && char.IsAsciiLetterOrDigit(text[end]))
            {
                end++;
            }

            var word = text.AsSpan(start, end - start);
            if (!IsHexId(word) && HasLongRun(word))
            {
                return true;
            }

            start = end;
        }

        return false;
    }

    private static bool IsHexId(ReadOnlySpan<char> word) =>
        word.Length is DigestLength or DigestLength / 2 && !word.ContainsAnyExcept(LowerHex);

    private static bool HasLongRun(ReadOnlySpan<char> word)
    {
        var run = 0;
        foreach (var character in word)
        {
            run = char.IsAsciiDigit(character) ? run + 1 : 0;
            if (run >= ForbiddenDigits)
            {
                return true;
            }
        }

        return false;
    }

    private static string? FaultOf(string name, string? text, int most, bool isRequired) =>
        FormFaultOf(name, text, most, isRequired)
        ?? (text is not null && LooksLikeNumber(text) ? $"the {name} looks like a telephone number" : null);

    private static string? FormFaultOf(string name, string? text, int most, bool isRequired) =>
        string.IsNullOrEmpty(text) ? (isRequired ? $"there is no {name}" : null)
        : text.Length > most ? $"the {name} has more than {most} characters"
        : text.Any(char.IsControl) ? $"the {name} has a control character"
        : null;

    internal void AppendTo(StringBuilder text)
    {
        Append(text, "category", WireName.Of(Category));
        Append(text, "actor", Actor);
        Append(text, "action", Action);
        Append(text, "subject", Subject);
        Append(text, "origin", Origin);
        Append(text, "outcome", Outcome);
        Append(text, "account", AccountId);
        Append(text, "before", Before);
        Append(text, "after", After);
        Append(text, "policy", PolicyVersion);
        Append(text, "purpose", Purpose);
    }

    // The length in front keeps two fields from being read as one with another boundary; nothing is not an empty text.
    private static void Append(StringBuilder text, string name, string? value) => text
        .Append(name).Append('=')
        .Append(value is null ? "-" : value.Length.ToString(CultureInfo.InvariantCulture) + ":" + value).Append('\n');
}

/// <summary>An event in its place in the chain.</summary>
/// <param name="Sequence">1 for the first, without gaps.</param>
/// <param name="RecordedAt">When, to the microsecond.</param>
/// <param name="Event">The event.</param>
/// <param name="PreviousHash">Hash of the entry before it.</param>
/// <param name="Hash">SHA-256 over place, time, previous hash and event, 64 lower-case hexadecimal digits.</param>
public sealed record AuditEntry(
    long Sequence, Instant RecordedAt, AuditEvent Event, string PreviousHash, string Hash);
