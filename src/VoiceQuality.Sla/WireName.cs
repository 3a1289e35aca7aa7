using System.Collections.Frozen;
using System.Text;

namespace VoiceQuality.Sla;

/// <summary>
/// The contract's spelling of a closed enum: <c>MonthNotClosed</c> is written <c>MONTH_NOT_CLOSED</c>.
/// </summary>
public static class WireName
{
    /// <summary>The name in capitals with underscores.</summary>
    public static string Of<TEnum>(TEnum value)
        where TEnum : struct, Enum =>
        Names<TEnum>.ByValue.TryGetValue(value, out var name)
            ? name
            : throw new ArgumentOutOfRangeException(nameof(value), value, "Not a member of the closed enum.");

    /// <summary>The name, or null for null.</summary>
    public static string? Of<TEnum>(TEnum? value)
        where TEnum : struct, Enum => value is { } known ? Of(known) : null;

    /// <summary>Reads a name exactly; false when the enum has no such member.</summary>
    public static bool TryParse<TEnum>(string? name, out TEnum value)
        where TEnum : struct, Enum
    {
        value = default;
        return name is not null && Names<TEnum>.ByName.TryGetValue(name, out value);
    }

    private static string ToUpperSnake(string pascal)
    {
        var text = new StringBuilder(pascal.Length + 8);
        for (var i = 0; i < pascal.Length; i++)
        {
            if (i > 0 && char.IsUpper(pascal[i]))
            {
                text.Append('_');
            }

            text.Append(char.ToUpperInvariant(pascal[i]));
        }

        return text.ToString();
    }

    private static class Names<TEnum>
        where TEnum : struct, Enum
    {
        public static readonly FrozenDictionary<TEnum, string> ByValue =
            Enum.GetValues<TEnum>().ToFrozenDictionary(value => value, value => ToUpperSnake(value.ToString()));

        public static readonly FrozenDictionary<string, TEnum> ByName =
            ByValue.ToFrozenDictionary(pair => pair.Value, pair => pair.Key, StringComparer.Ordinal);
    }
}
