using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using VoiceQuality.Quality.Codecs;
using VoiceQuality.Quality.Rtp;

namespace VoiceQuality.Quality.Scoring;

/// <summary>Reads and checks a scoring policy. Every error is reported.</summary>
internal sealed class ScoringPolicyReader
{
    private const int MaxIdLength = 64;

    private static readonly JsonDocumentOptions Options = new()
    {
        CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = 4,
    };

    private static readonly string[] Fields =
    [
        "$schema", "id", "codecs", "g711", "estimatedRows", "jitterBuffer", "skewCorrection", "minExpectedPackets",
        "score", "wideband",
    ];

    private static readonly string[] CodecFields = ["file", "version", "sha256"];

    private readonly List<string> _errors = [];
    private readonly CodecTable? _codecs;

    private ScoringPolicyReader(CodecTable? codecs) => _codecs = codecs;

    public static bool TryRead(
        string json,
        Func<string, string?> codecsOf,
        [NotNullWhen(true)] out ScoringPolicyDocument? policy,
        out IReadOnlyList<string> errors)
    {
        ArgumentNullException.ThrowIfNull(codecsOf);
        return TryRead(json, codecsOf, new ScoringPolicyReader(null), out policy, out errors);
    }

    public static bool TryRead(
        string json, CodecTable codecs, [NotNullWhen(true)] out ScoringPolicyDocument? policy) =>
        TryRead(json, static _ => null, new ScoringPolicyReader(codecs), out policy, out _);

    private static bool TryRead(
        string json,
        Func<string, string?> codecsOf,
        ScoringPolicyReader reader,
        [NotNullWhen(true)] out ScoringPolicyDocument? policy,
        out IReadOnlyList<string> errors)
    {
        ArgumentNullException.ThrowIfNull(json);

        errors = reader._errors;
        policy = null;
        try
        {
            using var document = JsonDocument.Parse(json, Options);
            var read = reader.Read(document.RootElement, codecsOf);
            policy = reader._errors.Count == 0 ? read : null;
        }
        catch (JsonException exception)
        {
            reader._errors.Add($"The policy is not JSON: line {exception.LineNumber + 1}.");
        }

        return policy is not null;
    }

    private ScoringPolicyDocument? Read(JsonElement root, Func<string, string?> codecsOf)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            _errors.Add("The policy must be an object.");
            return null;
        }

        Refuse(root, Fields, "");
        var (table, file) = Codecs(root, codecsOf);
        return new ScoringPolicyDocument
        {
            Id = Id(root),
            Codecs = table,
            CodecsFile = file,
            WithoutPlc = Choice(root, "g711", "plc", "noPlc") == 1,
            AllowEstimated = Flag(root, "estimatedRows"),
            JitterBuffer = Buffer(root),
            CorrectsSkew = root.TryGetProperty("skewCorrection", out _) && Flag(root, "skewCorrection"),
            MinExpectedPackets = Packets(root),
            Score = (ScoreBasis)Choice(root, "score", "mosLq", "mosCq"),
            Wideband = (WidebandRule)Choice(root, "wideband", "ownScale", "cappedAtNarrowband", "unscored"),
        };
    }

    private (CodecTable Table, string? File) Codecs(JsonElement root, Func<string, string?> codecsOf)
    {
        if (!root.TryGetProperty("codecs", out var codecs) || codecs.ValueKind != JsonValueKind.Object)
        {
            _errors.Add("codecs must be an object with file (null for the built-in table), version and sha256.");
            return (CodecTable.Default, null);
        }

        Refuse(codecs, CodecFields, "codecs.");
        var file = TextOf(codecs, "file");
        var table = _codecs ?? CodecTable.Default;
        if (file is not null && _codecs is null)
        {
            if (codecsOf(file) is not { } text)
            {
                _errors.Add("codecs.file cannot be read.");
                return (table, file);
            }

            if (!CodecTable.TryParse(text, out var read, out var errors))
            {
                _errors.AddRange(errors.Select(static error => $"codecs.file: {error}"));
                return (table, file);
            }

            table = read;
        }

        if (TextOf(codecs, "version") != table.Version)
        {
            _errors.Add($"codecs.version must be {table.Version}, the version of that table.");
        }

        if (TextOf(codecs, "sha256") != table.Digest)
        {
            _errors.Add($"codecs.sha256 must be {table.Digest}, the digest of that table.");
        }

        return (table, file);
    }

    private string Id(JsonElement root)
    {
        var id = TextOf(root, "id");
        if (id is { Length: > 0 and <= MaxIdLength }
            && id.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
        {
            return id;
        }

        _errors.Add("id must be 1 to 64 of the characters A-Z, a-z, 0-9, '-', '_' and '.'.");
        return "";
    }

    private JitterBufferModel Buffer(JsonElement root)
    {
        if (JitterBufferModel.TryParse(TextOf(root, "jitterBuffer"), out var buffer))
        {
            return buffer;
        }

        _errors.Add("jitterBuffer must be such as \"fixed:60\" or \"adaptive:200\".");
        return JitterBufferModel.Default;
    }

    private int Packets(JsonElement root)
    {
        if (root.TryGetProperty("minExpectedPackets", out var value)
            && value.ValueKind == JsonValueKind.Number
            && value.TryGetInt32(out var packets)
            && packets is >= ScoringPolicyDocument.LeastPackets and <= ScoringPolicyDocument.MostPackets)
        {
            return packets;
        }

        _errors.Add("minExpectedPackets must be a whole number from 1 to 100000.");
        return ScoringPolicyDocument.LeastPackets;
    }

    private bool Flag(JsonElement root, string field)
    {
        if (root.TryGetProperty(field, out var value) && value.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return value.GetBoolean();
        }

        _errors.Add($"{field} must be true or false.");
        return false;
    }

    private int Choice(JsonElement root, string field, params string[] names)
    {
        var index = Array.IndexOf(names, TextOf(root, field));
        if (index < 0)
        {
            _errors.Add($"{field} must be one of {string.Join(", ", names)}.");
        }

        return Math.Max(index, 0);
    }

    private void Refuse(JsonElement element, string[] known, string where)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var property in element.EnumerateObject())
        {
            if (!known.Contains(property.Name, StringComparer.Ordinal))
            {
                _errors.Add($"{where}{property.Name} is no field of a scoring policy.");
            }
            else if (!seen.Add(property.Name))
            {
                _errors.Add($"{where}{property.Name} is there twice.");
            }
        }
    }

    private static string? TextOf(JsonElement element, string field) =>
        element.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
