using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace VoiceQuality.Sla.Rating;

/// <summary>One row: the first digits of a ten-digit number and the network's category.</summary>
/// <param name="Digits">6 to 10 digits, area code first.</param>
/// <param name="Category">Category of the operating company number.</param>
public readonly record struct TierRow(string Digits, OcnCategory Category)
{
    /// <summary>Tier of the category.</summary>
    public NetworkTier Tier => NetworkTiers.TierOf(Category);
}

/// <summary>
/// One monthly edition of the LERG-based table: which dialed digits belong to which tier. Ported numbers are looked up
/// as dialed. The table is configuration.
/// </summary>
public sealed class TierTable
{
    private const int ShortestPrefix = 6;
    private const int LongestPrefix = 10;

    private readonly FrozenDictionary<ulong, OcnCategory> _categories;

    private TierTable(string version, FrozenDictionary<ulong, OcnCategory> categories)
    {
        Version = version;
        _categories = categories;
    }

    /// <summary>Name of the edition, stored with each call that was looked up in it.</summary>
    public string Version { get; }

    /// <summary>Digest of the name and all rows.</summary>
    internal string ContentDigest
    {
        get
        {
            if (field is null)
            {
                using var digest = new RatingDigest();
                digest.Add(Version);
                foreach (var (key, category) in _categories.OrderBy(row => row.Key))
                {
                    digest.Add((long)key);
                    digest.Add((long)category);
                }

                field = digest.ToText();
            }

            return field;
        }
    }

    /// <summary>Takes the rows of one edition, or refuses them all.</summary>
    /// <param name="version">Name of the edition.</param>
    /// <param name="rows">The rows. The same digits may not occur twice.</param>
    /// <param name="table">The table.</param>
    /// <param name="badDigits">Digits of the first row that is refused; empty when there is no row at all.</param>
    public static bool TryCreate(
        string version,
        IEnumerable<TierRow> rows,
        [NotNullWhen(true)] out TierTable? table,
        [NotNullWhen(false)] out string? badDigits)
    {
        ArgumentException.ThrowIfNullOrEmpty(version);
        ArgumentNullException.ThrowIfNull(rows);
        table = null;
        var categories = new Dictionary<ulong, OcnCategory>();

        foreach (var row in rows)
        {
            if (row.Digits is not { Length: >= ShortestPrefix and <= LongestPrefix } digits
                || digits.AsSpan().ContainsAnyExceptInRange('0', '9')
                || !Enum.IsDefined(row.Category)
                || !categories.TryAdd(
                    KeyOf(ulong.Parse(digits, CultureInfo.InvariantCulture), digits.Length), row.Category))
            {
                badDigits = row.Digits ?? "";
                return false;
            }
        }

        badDigits = categories.Count == 0 ? "" : null;
        table = categories.Count == 0 ? null : new TierTable(version, categories.ToFrozenDictionary());
        return table is not null;
    }

    /// <summary>The tier of a number, by the longest row that it begins with; null when no row does.</summary>
    public NetworkTier? Find(PartyNumber number)
    {
        if (number.Form != NumberForm.NorthAmerican)
        {
            return null;
        }

        var digits = number.National;
        for (var length = LongestPrefix; length >= ShortestPrefix; length--, digits /= 10)
        {
            if (_categories.TryGetValue(KeyOf(digits, length), out var category))
            {
                return NetworkTiers.TierOf(category);
            }
        }

        return null;
    }

    /// <summary>The tier list by dialed digits, in their order, as a customer may ask for it.</summary>
    public ImmutableArray<TierRow> Export() =>
    [
        .. _categories
            .Select(pair => new TierRow(DigitsOf(pair.Key), pair.Value))
            .OrderBy(row => row.Digits, StringComparer.Ordinal),
    ];

    // A one in front keeps leading zeros and the length apart.
    private static ulong KeyOf(ulong digits, int length)
    {
        var key = 1UL;
        for (var i = 0; i < length; i++)
        {
            key *= 10;
        }

        return key + digits;
    }

    private static string DigitsOf(ulong key) => key.ToString(CultureInfo.InvariantCulture)[1..];
}
