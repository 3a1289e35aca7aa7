using System.Text.Json;

namespace VoiceQuality.Sla.Accounts;

/// <summary>A JSON value that remembers its line and path, so that an error can say where it is.</summary>
internal sealed class PositionedJson
{
    private const int MaxDepth = 16;

    private PositionedJson(JsonTokenType kind, int line, string path)
    {
        Kind = kind;
        Line = line;
        Path = path;
    }

    /// <summary>StartObject, StartArray, String, Number, True, False or Null.</summary>
    public JsonTokenType Kind { get; }

    /// <summary>Line of the document, from 1.</summary>
    public int Line { get; }

    /// <summary>JSON path, such as "$.rules[3].match".</summary>
    public string Path { get; }

    /// <summary>Text of a string, digits of a number.</summary>
    public string? Text { get; private init; }

    /// <summary>Members of an object in the order of the document, repeated names included.</summary>
    public List<(string Name, PositionedJson Value)> Members { get; } = [];

    /// <summary>Items of an array.</summary>
    public List<PositionedJson> Items { get; } = [];

    /// <summary>Reads a document; on broken JSON, null and one error.</summary>
    public static PositionedJson? Read(ReadOnlySpan<byte> json, List<AccountBookError> errors)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions
        {
            MaxDepth = MaxDepth,
            AllowTrailingCommas = true,
            CommentHandling = JsonCommentHandling.Skip,
        });
        var lines = new LineCounter(json);

        try
        {
            reader.Read();
            var root = ReadValue(ref reader, ref lines, "$");
            reader.Read();
            return root;
        }
        catch (JsonException broken)
        {
            // The message of the reader may quote the document, which may hold a number.
            errors.Add(new AccountBookError(
                (int)(broken.LineNumber ?? 0) + 1, "$", AccountBookErrorKind.BrokenJson,
                "This is not JSON, or it is nested too deeply."));
            return null;
        }
    }

    private static PositionedJson ReadValue(ref Utf8JsonReader reader, ref LineCounter lines, string path)
    {
        var line = lines.LineOf(reader.TokenStartIndex);

        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var parent = new PositionedJson(reader.TokenType, line, path);
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    var name = TextOf(ref reader);
                    reader.Read();
                    parent.Members.Add((name, ReadValue(ref reader, ref lines, $"{path}.{name}")));
                }

                return parent;

            case JsonTokenType.StartArray:
                var list = new PositionedJson(reader.TokenType, line, path);
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    list.Items.Add(ReadValue(ref reader, ref lines, $"{path}[{list.Items.Count}]"));
                }

                return list;

            case JsonTokenType.String:
                return new PositionedJson(reader.TokenType, line, path) { Text = TextOf(ref reader) };

            case JsonTokenType.Number:
                return new PositionedJson(reader.TokenType, line, path)
                {
                    Text = System.Text.Encoding.UTF8.GetString(reader.ValueSpan),
                };

            default:
                return new PositionedJson(reader.TokenType, line, path);
        }
    }

    private static string TextOf(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString() ?? "";
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, or octets that are not UTF-8: no id, name or zone can be that.
            return "\uFFFD";
        }
    }

    /// <summary>Counts lines up to an offset; the offsets asked for must ascend.</summary>
    private ref struct LineCounter(ReadOnlySpan<byte> json)
    {
        private readonly ReadOnlySpan<byte> _json = json;
        private int _counted;
        private int _line = 1;

        public int LineOf(long offset)
        {
            _line += _json[_counted..(int)offset].Count((byte)'\n');
            _counted = (int)offset;
            return _line;
        }
    }
}
