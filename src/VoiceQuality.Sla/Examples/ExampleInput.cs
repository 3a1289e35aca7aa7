using System.Globalization;
using System.Text.Json;
using NodaTime;
using NodaTime.Text;
using VoiceQuality.Sla.Periods;

namespace VoiceQuality.Sla.Examples;

/// <summary>The input of an example is not what its operation takes. It never leaves the runner.</summary>
internal sealed class ExampleInputException(string message) : Exception(message);

/// <summary>
/// Reads the fields of an example. Money, scores and rates are strings, never a binary fraction; what is neither may be
/// written as either, and is read exactly.
/// </summary>
internal readonly struct ExampleInput(JsonElement given, JsonElement fixtures)
{
    private const int MaxDecimals = 14;
    private const long MaxCount = 10_000_000;

    private static readonly OffsetDateTimePattern WholeMinutes =
        OffsetDateTimePattern.CreateWithInvariantCulture("uuuu'-'MM'-'dd'T'HH':'mmo<Z+HH:mm>");

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

    /// <summary>A decimal that is neither money nor a score nor a rate: a string or a number, read exactly.</summary>
    public decimal Quantity(string name)
    {
        if (!Has(name) || given.GetProperty(name) is not { ValueKind: JsonValueKind.Number } value)
        {
            return Decimal(name);
        }

        return Money.TryParse(value.GetRawText(), MaxDecimals, out var number)
            ? number
            : throw Bad(name, "not a plain decimal");
    }

    /// <summary>Whether what the field says concerns a month; whatever names no month concerns every one.</summary>
    public bool Concerns(string name, ServiceMonth month) =>
        given.TryGetProperty(name, out var value) && Concerns(value, month);

    public long? OptionalCount(string name) => OptionalWhole(name, MaxCount);

    /// <summary>A whole number from 0 to <paramref name="max"/>, as a number or as a string of digits.</summary>
    public long? OptionalWhole(string name, long max)
    {
        if (!Has(name))
        {
            return null;
        }

        var value = given.GetProperty(name);
        var isWhole = value.ValueKind == JsonValueKind.Number
            ? value.TryGetInt64(out var count)
            : long.TryParse(OptionalText(name), NumberStyles.None, CultureInfo.InvariantCulture, out count);
        return isWhole && count >= 0 && count <= max
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
        var parsed = OffsetDateTimeOf(Text(name));
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

    private static ParseResult<OffsetDateTime> OffsetDateTimeOf(string text) =>
        OffsetDateTimePattern.ExtendedIso.Parse(text) is { Success: true } parsed ? parsed : WholeMinutes.Parse(text);

    // An instant where a date is expected stands for the date that is written in it.
    private static LocalDate DateOf(string name, string text)
    {
        var parsed = LocalDatePattern.Iso.Parse(text);
        LocalDate? date = parsed.Success ? parsed.Value
            : OffsetDateTimeOf(text) is { Success: true } at ? at.Value.Date
            : null;
        return date is { Year: >= 1900 and <= 2199 } known ? known : throw Bad(name, "a date is written yyyy-MM-dd");
    }

    private static bool Concerns(JsonElement value, ServiceMonth month) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.False => false,
        JsonValueKind.String => !ServiceMonth.TryParse(value.GetString(), out var other) || other == month,
        JsonValueKind.Array => value.EnumerateArray().Any(item => Concerns(item, month)),
        JsonValueKind.Object => value.EnumerateObject()
            .Where(member => member.Name is "measured_month" or "month")
            .All(member => Concerns(member.Value, month)),
        _ => true,
    };

    public static ExampleInputException Bad(string name, string why) => new($"Field \"{name}\": {why}.");
}
