using System.Collections.Immutable;
using System.Globalization;
using NodaTime;
using VoiceQuality.Sla.Clocks;
using VoiceQuality.Sla.Rating;

namespace VoiceQuality.Sla.Reference;

/// <summary>Editions of the tier and area-code tables, and holidays.</summary>
internal sealed class TableRows
{
    // A letter stands for its tier where the file does not tell the category of the company.
    private static readonly Dictionary<string, OcnCategory> Letters = new(StringComparer.Ordinal)
    {
        ["A"] = OcnCategory.Rboc, ["B"] = OcnCategory.Pcs, ["C"] = OcnCategory.General,
    };

    private readonly Dictionary<string, Edition<TierRow>> _tiers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Edition<KeyValuePair<string, string>>> _areaCodes = new(StringComparer.Ordinal);
    private readonly Dictionary<LocalDate, int> _holidays = [];
    private bool _hasHolidays;

    public void ReadTier(RowReader row)
    {
        var edition = EditionOf(_tiers, row);
        var digits = row.Digits("npanxx", 6, 10);
        var category = CategoryOf(row);
        if (!row.IsGood || edition is null)
        {
            return;
        }

        // The length in front keeps leading zeros apart.
        var key = ulong.Parse(digits!, CultureInfo.InvariantCulture) + ((ulong)digits!.Length * 100_000_000_000);
        if (edition.Keys.Add(key))
        {
            edition.Rows.Add(new TierRow(digits, category));
        }
        else
        {
            row.Report("npanxx", ReferenceErrorKind.Duplicate, "The edition has these digits already.");
        }
    }

    public void ReadAreaCode(RowReader row)
    {
        var edition = EditionOf(_areaCodes, row);
        var code = row.Digits("code", 3, 3);
        var place = row.Text("place");
        if (!row.IsGood || edition is null)
        {
            return;
        }

        var entry = KeyValuePair.Create(code!, place!);
        if (!AreaCodeTable.TryCreate("row", [entry], out _, out _))
        {
            row.Report("code", ReferenceErrorKind.BadValue,
                "An assigned area code, not toll free and not N11; its place is the postal code of a state or "
                + "territory in capitals, or the name of a country.");
        }
        else if (!edition.Keys.Add(ulong.Parse(code!, CultureInfo.InvariantCulture)))
        {
            row.Report("code", ReferenceErrorKind.Duplicate, "The edition has this area code already.");
        }
        else
        {
            edition.Rows.Add(entry);
        }
    }

    /// <summary>Notes that there is a list of holidays, be it empty.</summary>
    public void BeginHolidays() => _hasHolidays = true;

    public void ReadHoliday(RowReader row)
    {
        var date = row.Date("date");
        _ = row.Text("name");
        if (row.IsGood && !_holidays.TryAdd(date, row.Line))
        {
            row.Report("date", ReferenceErrorKind.Duplicate, $"Line {_holidays[date]} has this date already.");
        }
    }

    public ReferenceContent AddTo(ReferenceContent content) => content with
    {
        Tiers = Build(_tiers, (name, rows) => TierTable.TryCreate(name, rows, out var table, out _) ? table : null),
        AreaCodes = Build(
            _areaCodes, (name, rows) => AreaCodeTable.TryCreate(name, rows, out var table, out _) ? table : null),
        Holidays = _hasHolidays ? new BusinessCalendar(_holidays.Keys) : null,
    };

    private static OcnCategory CategoryOf(RowReader row)
    {
        if (row.Required("tier") is not { } text)
        {
            return default;
        }

        if (Letters.TryGetValue(text, out var category) || WireName.TryParse(text, out category))
        {
            return category;
        }

        row.Report("tier", ReferenceErrorKind.BadValue, "A, B or C, or a category: "
            + string.Join(", ", Enum.GetValues<OcnCategory>().Select(WireName.Of)) + ".");
        return default;
    }

    // Hundreds of thousands of rows name the same edition and date; the date is read once for each spelling.
    private static Edition<T>? EditionOf<T>(Dictionary<string, Edition<T>> editions, RowReader row)
    {
        if (row.Id("edition") is not { } name)
        {
            return null;
        }

        var text = row.Field("from");
        if (editions.TryGetValue(name, out var edition))
        {
            if (text != edition.FromText && row.Time("from", null) != edition.From && row.IsGood)
            {
                row.Report("from", ReferenceErrorKind.Conflict,
                    $"The edition begins at another instant in line {edition.Line}.");
            }

            return edition;
        }

        var from = row.Time("from", null);
        if (!row.IsGood)
        {
            return null;
        }

        if (editions.Values.FirstOrDefault(other => other.From == from) is { } same)
        {
            row.Report("from", ReferenceErrorKind.Conflict,
                $"Another edition begins at the same instant in line {same.Line}.");
            return null;
        }

        return editions[name] = new Edition<T>(from, text, row.Line);
    }

    private static EffectiveDated<TTable>? Build<TRow, TTable>(
        Dictionary<string, Edition<TRow>> editions, Func<string, List<TRow>, TTable?> build)
        where TTable : class
    {
        var tables = ImmutableArray.CreateBuilder<(Instant, TTable)>();
        foreach (var (name, edition) in editions)
        {
            if (build(name, edition.Rows) is { } table)
            {
                tables.Add((edition.From, table));
            }
        }

        return tables.Count == 0 ? null : new EffectiveDated<TTable>(tables);
    }

    private sealed class Edition<T>(Instant from, string fromText, int line)
    {
        public Instant From => from;

        public string FromText => fromText;

        public int Line => line;

        public List<T> Rows { get; } = [];

        public HashSet<ulong> Keys { get; } = [];
    }
}
