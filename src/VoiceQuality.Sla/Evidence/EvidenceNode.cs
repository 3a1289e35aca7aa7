using System.Globalization;
using System.Text.Json;
using NodaTime;
using NodaTime.Text;
using VoiceQuality.Sla.Periods;

namespace VoiceQuality.Sla.Evidence;

/// <summary>A value of a bundle cannot be read. It never leaves this folder.</summary>
internal sealed class EvidenceFormatException(string path, string expected)
    : Exception($"{path}: {expected} is expected.")
{
    public string Path => path;
}

/// <summary>A value of a bundle and where it is.</summary>
internal readonly struct EvidenceNode(JsonElement element, string path)
{
    private const int MaxDecimals = 28;

    public EvidenceNode Member(string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member)
            ? new EvidenceNode(member, path.Length == 0 ? name : $"{path}.{name}")
            : throw new EvidenceFormatException(path.Length == 0 ? name : $"{path}.{name}", "a value");

    /// <summary>A member that older documents do not have; null without it.</summary>
    public EvidenceNode? Find(string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out _) ? Member(name) : null;

    public bool IsNull => element.ValueKind == JsonValueKind.Null;

    public string Text() => element.ValueKind == JsonValueKind.String ? element.GetString()! : throw Fault("a text");

    public string? OptionalText() => IsNull ? null : Text();

    public long Number() =>
        element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out var value) && value >= 0
            ? value
            : throw Fault("a whole number, 0 or more,");

    public int Integer() => Number() is <= int.MaxValue and var value ? (int)value : throw Fault("a smaller number");

    public int? OptionalInteger() => IsNull ? null : Integer();

    public ServiceMonth Month() =>
        ServiceMonth.TryParse(Text(), out var month) ? month : throw Fault("a month yyyy-MM");

    public Instant Time() => Parse(EvidenceJson.TimePattern, "a time in UTC with microseconds");

    public LocalDate Date() => Parse(EvidenceJson.DatePattern, "a date yyyy-MM-dd");

    public DateTimeZone Zone() => TimeZones.TryGet(Text(), out var zone) ? zone : throw Fault("a known IANA time zone");

    public decimal Amount() =>
        Money.TryParse(Text(), MaxDecimals, out var amount) ? amount : throw Fault("an amount in US dollars");

    public decimal? OptionalAmount() => IsNull ? null : Amount();

    public Instant? OptionalTime() => IsNull ? null : Time();

    public bool Flag() => element.ValueKind is JsonValueKind.True or JsonValueKind.False
        ? element.ValueKind == JsonValueKind.True
        : throw Fault("true or false");

    public LocalDateTime LocalTime() => Parse(EvidenceJson.LocalTimePattern, "a local time");

    public TEnum Name<TEnum>()
        where TEnum : struct, Enum =>
        WireName.TryParse<TEnum>(Text(), out var value) ? value : throw Fault("a name of the contract");

    public IEnumerable<EvidenceNode> Items()
    {
        if (element.ValueKind != JsonValueKind.Array)
        {
            throw Fault("a list");
        }

        var ownPath = path;
        return element.EnumerateArray().Select((item, index) => new EvidenceNode(
            item, string.Create(CultureInfo.InvariantCulture, $"{ownPath}[{index}]")));
    }

    public EvidenceFormatException Fault(string expected) => new(path, expected);

    private T Parse<T>(IPattern<T> pattern, string expected) =>
        pattern.Parse(Text()) is { Success: true } result ? result.Value : throw Fault(expected);
}
