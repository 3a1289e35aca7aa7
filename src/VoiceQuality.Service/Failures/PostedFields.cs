using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;
using NodaTime.Text;
using VoiceQuality.Service.Noc;
using VoiceQuality.Service.Pages;

namespace VoiceQuality.Service.Failures;

/// <summary>
/// The fields of a posted object, each read once; what was not asked for is an error, so that a slip of the hand does
/// not vanish.
/// </summary>
internal sealed class PostedFields : IDisposable
{
    private const int LargestBody = 16 * 1024;
    private const int LongestText = 2_000;
    private const int LongestReference = 300;
    private const int MostReferences = 20;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 4, AllowDuplicateProperties = false };

    private readonly JsonDocument? _json;
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);

    private PostedFields(JsonDocument? json) => _json = json;

    /// <summary>What is wrong, by field.</summary>
    public Dictionary<string, string[]> Errors { get; } = [];

    /// <summary>Who acts.</summary>
    public string Actor { get; private init; } = "";

    /// <summary>Reads actor and body of a request.</summary>
    /// <returns>The fields, or the refusal.</returns>
    public static async Task<(PostedFields? Fields, IResult? Refusal)> ReadAsync(
        HttpContext context, CancellationToken cancellationToken)
    {
        if (!RequestActor.TryRead(context, out var actor, out var refusal))
        {
            return (null, refusal);
        }

        if (!context.Request.HasJsonContentType())
        {
            return (null, Refuse(StatusCodes.Status415UnsupportedMediaType, "It is sent as application/json."));
        }

        var buffer = new byte[LargestBody + 1];
        var length = await context.Request.Body.ReadAtLeastAsync(
            buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        if (length > LargestBody)
        {
            return (null, Refuse(StatusCodes.Status413PayloadTooLarge, $"It has at most {LargestBody} octets."));
        }

        JsonDocument? json = null;
        try
        {
            json = JsonDocument.Parse(buffer.AsMemory(0, length), Strict);
            CheckTexts(json.RootElement);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Told below, as for JSON that is no object.
            json?.Dispose();
            json = null;
        }

        var fields = new PostedFields(json) { Actor = actor };
        if (json?.RootElement.ValueKind != JsonValueKind.Object)
        {
            fields.Errors["body"] = ["must be a JSON object"];
        }

        return (fields, null);
    }

    /// <summary>A text of 1 to 2,000 characters.</summary>
    public string Text(string name) => Optional(name, LongestText) ?? Missing(name, "must be a text");

    /// <summary>A text, or null when it is not there.</summary>
    public string? OptionalText(string name) => Optional(name, LongestReference);

    /// <summary>An opaque id.</summary>
    public string Id(string name)
    {
        var text = Optional(name, LongestReference) ?? Missing(name, "must be an id");
        if (text.Length > 0 && !CallSearch.IsId(text))
        {
            Errors[name] = ["must be 1 to 64 of the characters A-Z, a-z, 0-9, '-', '_' and '.'"];
        }

        return text;
    }

    /// <summary>An instant in UTC.</summary>
    public Instant Time(string name) => OptionalTime(name) ?? MissingTime(name);

    /// <summary>An instant in UTC, or null when it is null or not there.</summary>
    public Instant? OptionalTime(string name)
    {
        if (Optional(name, LongestReference) is not { } text)
        {
            return null;
        }

        if (InstantPattern.ExtendedIso.Parse(text) is { Success: true, Value: var at }
            && at >= NodaConstants.UnixEpoch && at < Instant.FromUtc(3000, 1, 1, 0, 0))
        {
            return Instant.FromUnixTimeTicks(at.ToUnixTimeTicks() / 10 * 10);
        }

        Errors[name] = ["must be a time in UTC, such as 2026-10-01T06:00:00Z"];
        return null;
    }

    /// <summary>True or false; false when it is not there.</summary>
    public bool Flag(string name)
    {
        switch (Find(name)?.ValueKind)
        {
            case null or JsonValueKind.False or JsonValueKind.Null:
                return false;
            case JsonValueKind.True:
                return true;
            default:
                Errors[name] = ["must be true or false"];
                return false;
        }
    }

    /// <summary>A member of a closed set, in camel case; null with an error when it is none.</summary>
    public TEnum? Choice<TEnum>(string name)
        where TEnum : struct, Enum
    {
        var text = Optional(name, LongestReference);
        foreach (var value in Enum.GetValues<TEnum>())
        {
            if (Words.Wire(value) == text)
            {
                return value;
            }
        }

        Errors[name] = ["must be one of " + string.Join(", ", Enum.GetValues<TEnum>().Select(Words.Wire))];
        return null;
    }

    /// <summary>References to evidence: 1 to 20 texts of one line.</summary>
    public string[] References(string name)
    {
        var found = Find(name);
        if (found is { ValueKind: JsonValueKind.Array } array && array.GetArrayLength() is >= 1 and <= MostReferences
            && array.EnumerateArray().All(one => one.ValueKind == JsonValueKind.String
                && one.GetString() is { } text && text.Trim().Length is >= 1 and <= LongestReference
                && !text.Any(char.IsControl)))
        {
            return [.. array.EnumerateArray().Select(one => one.GetString()!.Trim())];
        }

        Errors[name] = [$"must be a list of 1 to {MostReferences} texts of one line"];
        return [];
    }

    /// <summary>400 when anything is wrong; null when the request can go on.</summary>
    public ValidationProblem? Problem()
    {
        if (_json?.RootElement.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in _json.RootElement.EnumerateObject().Where(member => !_asked.Contains(member.Name)))
            {
                Errors.TryAdd("body", ["has a member that is not known; see the description of the interface"]);
            }
        }

        return Errors.Count > 0 ? TypedResults.ValidationProblem(Errors) : null;
    }

    public void Dispose() => _json?.Dispose();

    internal static ProblemHttpResult Refuse(int status, string detail) =>
        TypedResults.Problem(title: "The request was not taken.", detail: detail, statusCode: status);

    // Half of a surrogate pair is JSON and no text: reading it throws InvalidOperationException. Names were read by the
    // search for duplicates.
    private static void CheckTexts(JsonElement json)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.String:
                _ = json.GetString();
                break;
            case JsonValueKind.Array:
                foreach (var item in json.EnumerateArray())
                {
                    CheckTexts(item);
                }

                break;
            case JsonValueKind.Object:
                foreach (var member in json.EnumerateObject())
                {
                    CheckTexts(member.Value);
                }

                break;
        }
    }

    private JsonElement? Find(string name)
    {
        _asked.Add(name);
        return _json?.RootElement.ValueKind == JsonValueKind.Object
            && _json.RootElement.TryGetProperty(name, out var value) ? value : null;
    }

    private string? Optional(string name, int longest)
    {
        switch (Find(name))
        {
            case null or { ValueKind: JsonValueKind.Null }:
                return null;
            case { ValueKind: JsonValueKind.String } value when value.GetString() is { } text
                && text.Trim().Length is var length && length >= 1 && length <= longest:
                return text.Trim();
            default:
                Errors[name] = [$"must be a text of 1 to {longest} characters"];
                return "";
        }
    }

    private string Missing(string name, string what)
    {
        Errors.TryAdd(name, [what]);
        return "";
    }

    private Instant MissingTime(string name)
    {
        Errors.TryAdd(name, ["must be a time in UTC, such as 2026-10-01T06:00:00Z"]);
        return default;
    }
}
