using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;

namespace VoiceQuality.Quality.Codecs;

/// <summary>Reads and checks the format of codecs.json. Every error is reported, with its row.</summary>
internal sealed class CodecTableReader
{
    private static readonly JsonDocumentOptions Options = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        MaxDepth = 8,
    };

    private static readonly string[] KnownFields =
    [
        "id", "encodingNames", "clockRateHz", "variant", "plc", "vad", "bitRate", "scale", "ie", "bpl", "frameMs",
        "lookAheadMs", "source", "edition", "status",
    ];

    private readonly List<string> _errors = [];
    private readonly HashSet<string> _ids = new(StringComparer.OrdinalIgnoreCase);
    private JsonElement _row;
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
            using var document = JsonDocument.Parse(json, Options);
            return ReadTable(document.RootElement, json);
        }
        catch (JsonException exception)
        {
            _errors.Add(string.Create(
                CultureInfo.InvariantCulture, $"The table is not JSON: line {exception.LineNumber + 1}."));
            return null;
        }
    }

    private CodecTable? ReadTable(JsonElement root, string json)
    {
        if (root.ValueKind != JsonValueKind.Object
            || !root.TryGetProperty("rows", out var rowElements)
            || rowElements.ValueKind != JsonValueKind.Array)
        {
            _errors.Add("The table must be an object with \"version\" and an array \"rows\".");
            return null;
        }

        _row = root;
        _where = "table";
        var version = Text("version");
        var rows = new List<CodecRow>();

        foreach (var element in rowElements.EnumerateArray())
        {
            _row = element;
            _where = string.Create(CultureInfo.InvariantCulture, $"row {rows.Count + 1}");
            rows.Add(ReadRow());
        }

        return _errors.Count == 0 ? new CodecTable(version, rows, json) : null;
    }

    private CodecRow ReadRow()
    {
        if (_row.ValueKind != JsonValueKind.Object)
        {
            Error("must be an object");
            _row = JsonDocument.Parse("{}").RootElement;
        }

        foreach (var property in _row.EnumerateObject())
        {
            if (!KnownFields.Contains(property.Name, StringComparer.Ordinal))
            {
                Error($"has an unknown field \"{property.Name}\"");
            }
        }

        var id = Text("id");
        _where = id.Length > 0 ? $"{_where} ({id})" : _where;

        if (id.Length > 0 && !_ids.Add(id))
        {
            Error("has the \"id\" of an earlier row");
        }

        var scale = Choice<CodecScale>("scale");
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
            Status = Choice<CodecRowStatus>("status"),
        };
    }

    private string Text(string field)
    {
        if (_row.TryGetProperty(field, out var value)
            && value.ValueKind == JsonValueKind.String
            && !string.IsNullOrWhiteSpace(value.GetString()))
        {
            return value.GetString()!;
        }

        Error($"needs the text \"{field}\"");
        return "";
    }

    private string[] Names()
    {
        if (_row.TryGetProperty("encodingNames", out var value)
            && value.ValueKind == JsonValueKind.Array
            && value.GetArrayLength() > 0
            && value.EnumerateArray().All(n => n.ValueKind == JsonValueKind.String && n.GetString()!.Length > 0))
        {
            return [.. value.EnumerateArray().Select(name => name.GetString()!)];
        }

        Error("needs \"encodingNames\", an array of texts");
        return [];
    }

    private double? Number(string field, double lo, double hi, bool isWhole = false, bool isRequired = false)
    {
        if (!_row.TryGetProperty(field, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            if (isRequired)
            {
                Error($"needs the number \"{field}\"");
            }

            return null;
        }

        if (value.ValueKind == JsonValueKind.Number
            && value.TryGetDouble(out var number)
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
        if (!_row.TryGetProperty(field, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return value.GetBoolean();
        }

        Error($"needs \"{field}\" true, false or null");
        return null;
    }

    private T Choice<T>(string field)
        where T : struct, Enum
    {
        var names = Enum.GetNames<T>().Select(JsonNamingPolicy.CamelCase.ConvertName).ToArray();

        if (_row.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String)
        {
            var index = Array.IndexOf(names, value.GetString());

            if (index >= 0)
            {
                return Enum.GetValues<T>()[index];
            }
        }

        Error($"needs \"{field}\": {string.Join(", ", names)}");
        return default;
    }

    private void Error(string what) => _errors.Add($"{_where} {what}.");
}
