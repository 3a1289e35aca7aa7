using System.Collections.Frozen;

namespace VoiceQuality.Storage;

/// <summary>
/// The name by which a member of a closed enum is stored, so that reordering the enum changes no row.
/// </summary>
internal static class StoredName<TEnum>
    where TEnum : struct, Enum
{
    private static readonly FrozenDictionary<TEnum, string> ByValue =
        Enum.GetValues<TEnum>().Distinct().ToFrozenDictionary(value => value, value => value.ToString());

    private static readonly FrozenDictionary<string, TEnum> ByName =
        ByValue.ToFrozenDictionary(pair => pair.Value, pair => pair.Key, StringComparer.Ordinal);

    public static string Of(TEnum value) => ByValue.TryGetValue(value, out var name)
        ? name
        : throw new ArgumentOutOfRangeException(nameof(value), $"Not a member of {typeof(TEnum).Name}.");

    public static string? Of(TEnum? value) => value is { } known ? Of(known) : null;

    public static TEnum Parse(string name) => ByName.TryGetValue(name, out var value)
        ? value
        : throw new StoredDataException($"A stored name is not a member of {typeof(TEnum).Name}.");

    public static TEnum? ParseOrNull(string? name) => name is null ? null : Parse(name);
}
