using System.Text.Json;
using NodaTime;
using NodaTime.Text;
using VoiceQuality.Sla.Periods;

namespace VoiceQuality.Sla.Examples;

/// <summary>The input of an example is not what its operation takes. It never leaves the runner.</summary>
internal sealed class ExampleInputException(string message) : Exception(message);

/// <summary>
/// Reads the fields of an example strictly: a number that is money is a string, never a binary fraction.
/// </summary>
internal readonly struct ExampleInput(JsonElement given, JsonElement fixtures)
{
    private const int MaxDecimals = 14;
    private const long MaxCount = 10_000_000;

    /// <summary>Tables that all examples of a document share; undefined when it has none.</summary>
    public JsonElement Fixtures => fixtures;

    /// <summary>The names of the fields.</summary>
    public IEnumerable<string> Names => given.EnumerateObject().Select(member => member.Name);

    public bool Has(string name) =>
        given.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null;

    public bool IsGiven(string name) => given.TryGetProperty(name, out _);

    /// <summary>Whether the field says something: it is not null, false, empty or an empty array or object.</summary>
    public bool Says(string name) => given.TryGetProperty(name, out var value) && value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.False or JsonValueKind.Undefined => false,
        JsonValueKind.String => value.GetString() is { Length: > 0 },
        JsonValueKind.Array => value.GetArrayLength() > 0,
        JsonValueKind.Object => value.EnumerateObject().Any(),
        _ => true,
    };

    public bool IsText(string name) =>
        given.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String;

    public string Text(string name) => OptionalText(name) ?? throw Bad(name, "a string is expected");

    public string? OptionalText(string name) => !Has(name) ? null
        : given.GetProperty(name) is { ValueKind: JsonValueKind.String } value ? value.GetString()
        : throw Bad(name, "a string is expected");

    public decimal Decimal(string name) => OptionalDecimal(name) ?? throw Bad(name, "a decimal string is expected");

    public decimal? OptionalDecimal(string name)
    {
        if (OptionalText(name) is not { } text)
        {
            return null;
        }

        return Money.TryParse(text, MaxDecimals, out var value) ? value : throw Bad(name, "not a plain decimal");
    }

    public long? OptionalCount(string name) => OptionalWhole(name, MaxCount);

    /// <summary>A whole number from 0 to <paramref name="max"/>.</summary>
    public long? OptionalWhole(string name, long max)
    {
        if (!Has(name))
        {
            return null;
        }

        return given.GetProperty(name) is { ValueKind: JsonValueKind.Number } value
            && value.TryGetInt64(out var count)
            && count >= 0
            && count <= max
                ? count
                : throw Bad(name, "a whole number of 0 or more is expected");
    }

    public bool Flag(string name, bool fallback) => !Has(name) ? fallback : given.GetProperty(name).ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Bad(name, "true or false is expected"),
    };

    public ServiceMonth Month(string name) =>
        ServiceMonth.TryParse(Text(name), out var month) ? month : throw Bad(name, "a month is written yyyy-MM");

    public Instant Instant(string name)
    {
        var parsed = OffsetDateTimePattern.ExtendedIso.Parse(Text(name));
        return parsed.Success && parsed.Value.Year is >= 1900 and <= 2199
            ? parsed.Value.ToInstant()
            : throw Bad(name, "an ISO 8601 instant with offset is expected");
    }

    public Instant? OptionalInstant(string name) => Has(name) ? Instant(name) : null;

    public LocalDate Date(string name) => DateOf(name, Text(name));

    /// <summary>The civil dates of an array; none when it is absent.</summary>
    public IReadOnlyList<LocalDate> Dates(string name) => [.. Texts(name).Select(text => DateOf(name, text))];

    /// <summary>The fields of an object; null when it is absent.</summary>
    public ExampleInput? Fields(string name) => !Has(name) ? null
        : given.GetProperty(name) is { ValueKind: JsonValueKind.Object } value ? new ExampleInput(value, fixtures)
        : throw Bad(name, "an object is expected");

    /// <summary>The account's months: "time_zone" and, when it is not the first, "billing_day".</summary>
    public AccountCalendar Calendar()
    {
        var zone = TimeZones.TryGet(Text("time_zone"), out var found) ? found : throw Bad("time_zone", "no such zone");
        var billingDay = OptionalCount("billing_day") ?? 1;
        return billingDay is >= 1 and <= 31
            ? new AccountCalendar(zone, (int)billingDay)
            : throw Bad("billing_day", "1 to 31 is expected");
    }

    /// <summary>The objects of an array; none when it is absent.</summary>
    public IReadOnlyList<ExampleInput> Items(string name)
    {
        if (!Has(name))
        {
            return [];
        }

        var shared = fixtures;
        var array = given.GetProperty(name);
        return array.ValueKind == JsonValueKind.Array
            && array.EnumerateArray().All(item => item.ValueKind == JsonValueKind.Object)
                ? [.. array.EnumerateArray().Select(item => new ExampleInput(item, shared))]
                : throw Bad(name, "an array of objects is expected");
    }

    /// <summary>The strings of an array; none when it is absent.</summary>
    public IReadOnlyList<string> Texts(string name)
    {
        if (!Has(name))
        {
            return [];
        }

        var array = given.GetProperty(name);
        return array.ValueKind == JsonValueKind.Array
            && array.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
                ? [.. array.EnumerateArray().Select(item => item.GetString()!)]
                : throw Bad(name, "an array of strings is expected");
    }

    private static LocalDate DateOf(string name, string text)
    {
        var parsed = LocalDatePattern.Iso.Parse(text);
        return parsed.Success && parsed.Value.Year is >= 1900 and <= 2199
            ? parsed.Value
            : throw Bad(name, "a date is written yyyy-MM-dd");
    }

    public static ExampleInputException Bad(string name, string why) => new($"Field \"{name}\": {why}.");
}
