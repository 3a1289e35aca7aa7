using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace VoiceQuality.Sla.Rating;

/// <summary>What kind of place an area code is assigned to.</summary>
public enum RegionKind
{
    /// <summary>One of the 48 states or the District of Columbia, where the contract's rates hold.</summary>
    Domestic,

    /// <summary>Alaska, Hawaii or a territory of the United States: rates on request.</summary>
    Extended,

    /// <summary>Another country under country code 1, such as Canada: international.</summary>
    Foreign,
}

/// <summary>Where an area code is.</summary>
/// <param name="Kind">What kind of place.</param>
/// <param name="Code">Postal code of the state or territory, or the name of the country, in capitals.</param>
public sealed record Region(RegionKind Kind, string Code);

/// <summary>
/// Which area code is where. The table is configuration; a code that it does not list is assigned to nobody.
/// </summary>
public sealed class AreaCodeTable
{
    /// <summary>The 48 states and the District of Columbia.</summary>
    private static readonly FrozenSet<string> Continental =
        ("AL AZ AR CA CO CT DE DC FL GA ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR "
        + "PA RI SC SD TN TX UT VT VA WA WV WI WY").Split(' ').ToFrozenSet(StringComparer.Ordinal);

    /// <summary>R-67.</summary>
    private static readonly FrozenSet<string> Territories =
        "AK HI PR GU VI AS MP".Split(' ').ToFrozenSet(StringComparer.Ordinal);

    private readonly FrozenDictionary<int, Region> _regions;

    private AreaCodeTable(string version, FrozenDictionary<int, Region> regions)
    {
        Version = version;
        _regions = regions;
    }

    /// <summary>Name of this edition of the table, for the record of a decision.</summary>
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
                foreach (var (code, region) in _regions.OrderBy(row => row.Key))
                {
                    digest.Add(code);
                    digest.Add((long)region.Kind);
                    digest.Add(region.Code);
                }

                field = digest.ToText();
            }

            return field;
        }
    }

    /// <summary>Number of area codes, 1 to 792.</summary>
    public int Count => _regions.Count;

    /// <summary>
    /// Takes a table of area codes and places. A place of two letters is the postal code of a state or territory;
    /// a longer one is the name of another country.
    /// </summary>
    /// <param name="version">Name of this edition.</param>
    /// <param name="rows">Three digits, and the place.</param>
    /// <param name="table">The table.</param>
    /// <param name="badCode">The area code of the first row that is refused; empty when there is no row at all.</param>
    public static bool TryCreate(
        string version,
        IEnumerable<KeyValuePair<string, string>> rows,
        [NotNullWhen(true)] out AreaCodeTable? table,
        [NotNullWhen(false)] out string? badCode)
    {
        ArgumentException.ThrowIfNullOrEmpty(version);
        ArgumentNullException.ThrowIfNull(rows);
        table = null;
        var regions = new Dictionary<int, Region>();

        foreach (var (code, place) in rows)
        {
            if (!TryReadCode(code, out var areaCode)
                || RegionOf(place) is not { } region
                || !regions.TryAdd(areaCode, region))
            {
                badCode = code ?? "";
                return false;
            }
        }

        badCode = regions.Count == 0 ? "" : null;
        table = regions.Count == 0 ? null : new AreaCodeTable(version, regions.ToFrozenDictionary());
        return table is not null;
    }

    /// <summary>Where a number is; null when it is not North American or its area code is nobody's.</summary>
    public Region? Find(PartyNumber number) =>
        number.Form == NumberForm.NorthAmerican ? _regions.GetValueOrDefault(number.AreaCode) : null;

    private static bool TryReadCode(string? code, out int areaCode)
    {
        areaCode = 0;
        if (code is not { Length: 3 } || code.AsSpan().ContainsAnyExceptInRange('0', '9') || code[0] < '2')
        {
            return false;
        }

        areaCode = ((code[0] - '0') * 100) + ((code[1] - '0') * 10) + (code[2] - '0');
        return areaCode % 100 != 11 && !PartyNumber.IsTollFreeCode(areaCode);
    }

    private static Region? RegionOf(string? place) => place switch
    {
        null or "" or { Length: < 2 } => null,
        { Length: 2 } when Continental.Contains(place) => new Region(RegionKind.Domestic, place),
        { Length: 2 } when Territories.Contains(place) => new Region(RegionKind.Extended, place),
        { Length: 2 } => null,
        _ => new Region(RegionKind.Foreign, place),
    };
}
