using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace VoiceQuality.Quality.Codecs;

/// <summary>Reads and checks the format of codecs.json. Every error is reported, with its row.</summary>
internal sealed class CodecTableReader
{
    private static readonly JsonReaderOptions Options = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        MaxDepth = 8,
    };

    // In the order of their values.
    private static readonly string[] Scales = ["narrowband", "wideband", "fullband"];
    private static readonly string[] Statuses = ["established", "estimated"];

    private static readonly string[] KnownFields =
    [
        "id", "encodingNames", "clockRateHz", "variant", "plc", "vad", "bitRate", "scale", "ie", "bpl", "frameMs",
        "lookAheadMs", "source", "edition", "status",
    ];

    private readonly List<string> _errors = [];
    private readonly HashSet<string> _ids = new(StringComparer.OrdinalIgnoreCase);
    private Dictionary<string, Field> _row = [];
    private string _where = "";

    public static bool TryRead(
        string json, [NotNullWhen(true)] out CodecTable? table, out IReadOnlyList<string> errors)
    {
        ArgumentNullException.ThrowIfNull(json);

        var reader = new CodecTableReader();
        table = reader.Read(json);
        errors = reader._errors;
        return table is not null;
    }

    private CodecTable? Read(string json)
    {
        try
        {
            var (fields, rows) = Fields(Encoding.UTF8.GetBytes(json));
            return ReadTable(fields, rows, json);
        }
        catch (JsonException exception)
        {
            _errors.Add(string.Create(
                CultureInfo.InvariantCulture, $"The table is not JSON: line {exception.LineNumber + 1}."));
            return null;
        }
    }

    /// <summary>The fields of the table, and of its rows; of a row that is no object null.</summary>
    /// <exception cref="JsonException">It is no JSON.</exception>
    private static (Dictionary<string, Field> OfTable, List<Dictionary<string, Field>?>? OfRows) Fields(
        ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, Options);
        var table = new Dictionary<string, Field>(StringComparer.Ordinal);
        List<Dictionary<string, Field>?>? rows = null;
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
        }
        else
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = TextOf(ref reader) ?? "\uFFFD";
                reader.Read();
                if (name == "rows")
                {
                    rows = ReadRows(ref reader);
                }
                else
                {
                    table[name] = Field.Read(ref reader);
                }
            }
        }

        // What follows is looked at too.
        reader.Read();
        return (table, rows);
    }

    private static List<Dictionary<string, Field>?>? ReadRows(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return null;
        }

        var rows = new List<Dictionary<string, Field>?>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                reader.Skip();
                rows.Add(null);
                continue;
            }

            var row = new Dictionary<string, Field>(StringComparer.Ordinal);
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = TextOf(ref reader) ?? "\uFFFD";
                reader.Read();
                row[name] = Field.Read(ref reader);
            }

            rows.Add(row);
        }

        return rows;
    }

    // Escapes may be of half a character, which no text has: then it is as if no text stood there.
    private static string? TextOf(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private CodecTable? ReadTable(
        Dictionary<string, Field> table, List<Dictionary<string, Field>?>? rowFields, string json)
    {
        if (rowFields is null)
        {
            _errors.Add("The table must be an object with \"version\" and an array \"rows\".");
            return null;
        }

        _row = table;
        _where = "table";
        var version = Text("version");
        var rows = new List<CodecRow>();

        foreach (var fields in rowFields)
        {
            _where = string.Create(CultureInfo.InvariantCulture, $"row {rows.Count + 1}");
            rows.Add(ReadRow(fields));
        }

        return _errors.Count == 0 ? new CodecTable(version, rows, json) : null;
    }

    private CodecRow ReadRow(Dictionary<string, Field>? fields)
    {
        if (fields is null)
        {
            Error("must be an object");
        }

        _row = fields ?? [];
        foreach (var name in _row.Keys)
        {
            if (Array.IndexOf(KnownFields, name) < 0)
            {
                Error($"has an unknown field \"{name}\"");
            }
        }

        var id = Text("id");
        _where = id.Length > 0 ? $"{_where} ({id})" : _where;

        if (id.Length > 0 && !_ids.Add(id))
        {
            Error("has the \"id\" of an earlier row");
        }

        var scale = (CodecScale)Choice("scale", Scales);
        return new CodecRow
        {
            Id = id,
            EncodingNames = Names(),
            ClockRateHz = (int)(Number("clockRateHz", 1, 384_000, isWhole: true, isRequired: true) ?? 1),
            Variant = Text("variant"),
            Plc = Flag("plc"),
            Vad = Flag("vad"),
            BitRate = (int?)Number("bitRate", 1, 10_000_000, isWhole: true),
            Scale = scale,
            Ie = Number("ie", 0, scale == CodecScale.Fullband ? 132 : 95, isRequired: true) ?? 0,
            Bpl = Number("bpl", 0.1, 1_000),
            FrameMs = Number("frameMs", 0.1, 1_000),
            LookAheadMs = Number("lookAheadMs", 0, 1_000) ?? 0,
            Source = Text("source"),
            Edition = Text("edition"),
            Status = (CodecRowStatus)Choice("status", Statuses),
        };
    }

    private string Text(string field)
    {
        if (_row.TryGetValue(field, out var value) && !string.IsNullOrWhiteSpace(value.Text))
        {
            return value.Text;
        }

        Error($"needs the text \"{field}\"");
        return "";
    }

    private IReadOnlyList<string> Names()
    {
        if (_row.TryGetValue("encodingNames", out var value) && value.Texts is { Count: > 0 } names)
        {
            return names;
        }

        Error("needs \"encodingNames\", an array of texts");
        return [];
    }

    private double? Number(string field, double lo, double hi, bool isWhole = false, bool isRequired = false)
    {
        if (!_row.TryGetValue(field, out var value) || value.Kind == JsonTokenType.Null)
        {
            if (isRequired)
            {
                Error($"needs the number \"{field}\"");
            }

            return null;
        }

        if (value.Number is { } number
            && number >= lo
            && number <= hi
            && (!isWhole || number == Math.Floor(number)))
        {
            return number;
        }

        Error(string.Create(
            CultureInfo.InvariantCulture, $"needs \"{field}\" from {lo} to {hi}{(isWhole ? ", whole" : "")}"));
        return null;
    }

    private bool? Flag(string field)
    {
        if (!_row.TryGetValue(field, out var value) || value.Kind == JsonTokenType.Null)
        {
            return null;
        }

        if (value.Kind is JsonTokenType.True or JsonTokenType.False)
        {
            return value.Kind == JsonTokenType.True;
        }

        Error($"needs \"{field}\" true, false or null");
        return null;
    }

    /// <summary>Which of the names a field is.</summary>
    private int Choice(string field, string[] names)
    {
        if (_row.TryGetValue(field, out var value) && value.Text is { } text
            && Array.IndexOf(names, text) is >= 0 and var index)
        {
            return index;
        }

        Error($"needs \"{field}\": {string.Join(", ", names)}");
        return 0;
    }

    private void Error(string what) => _errors.Add($"{_where} {what}.");

    /// <summary>The value of a field: as much of it as a row may need.</summary>
    /// <param name="Kind">What it is.</param>
    /// <param name="Text">The text that it is.</param>
    /// <param name="Number">The number that it is.</param>
    /// <param name="Texts">The texts in the array that it is, when it has nothing else and none of them is empty.</param>
    private readonly record struct Field(
        JsonTokenType Kind, string? Text = null, double? Number = null, IReadOnlyList<string>? Texts = null)
    {
        /// <summary>Reads what a reader stands at, to its end.</summary>
        public static Field Read(ref Utf8JsonReader reader)
        {
            var kind = reader.TokenType;
            switch (kind)
            {
                case JsonTokenType.String:
                    return new Field(kind, Text: TextOf(ref reader));
                case JsonTokenType.Number:
                    return new Field(kind, Number: reader.TryGetDouble(out var number) ? number : null);
                case JsonTokenType.StartArray:
                    return new Field(kind, Texts: ReadTexts(ref reader));
                default:
                    reader.Skip();
                    return new Field(kind);
            }
        }

        private static List<string>? ReadTexts(ref Utf8JsonReader reader)
        {
            List<string>? texts = [];
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                if (reader.TokenType == JsonTokenType.String && TextOf(ref reader) is { Length: > 0 } text)
                {
                    texts?.Add(text);
                }
                else
                {
                    reader.Skip();
                    texts = null;
                }
            }

            return texts;
        }
    }
}
