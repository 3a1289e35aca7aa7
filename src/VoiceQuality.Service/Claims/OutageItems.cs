using System.Collections.Immutable;
using System.Text.Json;
using NodaTime;
using NodaTime.Text;
using VoiceQuality.Service.Noc;
using VoiceQuality.Sla.Outages;
using VoiceQuality.Sla.Periods;

namespace VoiceQuality.Service.Claims;

/// <summary>One failure of a request for outage credits as it is told; what is not told is null.</summary>
/// <param name="ComponentId">The component.</param>
/// <param name="Date">yyyy-MM-dd in the account's zone.</param>
/// <param name="Begin">Approximate begin in the account's zone, such as 2026-10-14T09:30.</param>
/// <param name="End">Approximate end; null when it goes on.</param>
/// <param name="Ongoing">Whether it goes on.</param>
internal sealed record OutageItemBody(string? ComponentId, string? Date, string? Begin, string? End, bool Ongoing)
{
    public static OutageItemBody Of(OutageItem item) => new(
        item.ComponentId,
        item.Date is { } date ? LocalDatePattern.Iso.Format(date) : null,
        item.Begin is { } begin ? LocalDateTimePattern.GeneralIso.Format(begin) : null,
        item.End is { } end ? LocalDateTimePattern.GeneralIso.Format(end) : null,
        item.IsOngoing);
}

/// <summary>Reads the failures of a request, strictly, and writes them as they are stored.</summary>
internal static class OutageItems
{
    /// <summary>Failures of one request at most.</summary>
    public const int Most = 100;

    /// <summary>
    /// Days that the told end is after the begin at most. Each date of a failure that was not measured goes to a
    /// person, so what is told decides how many there are.
    /// </summary>
    public const int LongestDays = 366;

    private static readonly Duration Ahead = Duration.FromMinutes(5);

    private static readonly LocalDateTimePattern[] Patterns =
    [
        LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm"),
        LocalDateTimePattern.GeneralIso,
    ];

    private static readonly string[] Members = ["componentId", "date", "begin", "end", "ongoing"];

    /// <summary>The failures; every error is named by its place.</summary>
    public static ImmutableArray<OutageItem> Read(JsonElement body, Dictionary<string, string[]> errors)
    {
        if (!body.TryGetProperty("failures", out var list) || list.ValueKind == JsonValueKind.Null)
        {
            return [];
        }

        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() > Most)
        {
            errors["failures"] = [$"must be a list of at most {Most} failures"];
            return [];
        }

        ImmutableArray<OutageItem> items =
            [.. list.EnumerateArray().Select((item, i) => ReadOne(item, $"failures[{i}]", errors))];
        for (var i = 0; i < items.Length; i++)
        {
            if (ProblemOfSpan(items[i]) is { } problem)
            {
                errors[$"failures[{i}].end"] = [problem];
            }
        }

        return items;
    }

    /// <summary>What is wrong with begin and end together, also where they came one after the other; null if
    /// nothing.</summary>
    /// <remarks>Asked of what is sent, not of what is stored: that stays readable.</remarks>
    public static string? ProblemOfSpan(OutageItem item) => item is not { Begin: { } begin, End: { } end } ? null
        : end < begin ? "must not be before begin"
        : Period.DaysBetween(begin.Date, end.Date) > LongestDays ? $"must be at most {LongestDays} days after begin"
        : null;

    /// <summary>
    /// What is wrong with times that have not come yet; null if nothing. A failure that goes on has no end.
    /// </summary>
    /// <remarks>The customer's clock may be ahead of the service's a little; times are to the minute.</remarks>
    public static string? ProblemOfTime(OutageItem item, AccountCalendar calendar, Instant now)
    {
        var latest = (now + Ahead).InZone(calendar.ZoneOf(calendar.MonthOf(now))).LocalDateTime;
        return (item.Begin ?? item.Date?.AtMidnight()) > latest
                ? (item.Begin is null ? "date" : "begin") + " is in the future; a failure is claimed when it has begun"
            : item.End > latest ? "end is in the future; a failure that goes on is claimed with ongoing in place of end"
            : null;
    }

    public static string Write(ImmutableArray<OutageItem> items) =>
        JsonSerializer.Serialize(items.Select(OutageItemBody.Of), JsonSerializerOptions.Web);

    /// <summary>What was stored by <see cref="Write"/>.</summary>
    public static ImmutableArray<OutageItem> ReadStored(string stored)
    {
        using var json = JsonDocument.Parse(stored);
        var errors = new Dictionary<string, string[]>();
        ImmutableArray<OutageItem> items =
            [.. json.RootElement.EnumerateArray().Select(item => ReadOne(item, "stored", errors))];
        return errors.Count == 0
            ? items
            : throw new Storage.StoredDataException("A stored message of a claim cannot be read.");
    }

    private static OutageItem ReadOne(JsonElement item, string path, Dictionary<string, string[]> errors)
    {
        if (item.ValueKind != JsonValueKind.Object)
        {
            errors[path] = ["must be an object"];
            return new OutageItem(null, null, null, null, false);
        }

        if (item.EnumerateObject().Any(member => !Members.Contains(member.Name, StringComparer.Ordinal)))
        {
            errors[path] = [$"has members other than {string.Join(", ", Members)}"];
        }

        var componentId = TextOf(item, "componentId", path, errors);
        if (componentId is not null && !CallSearch.IsId(componentId))
        {
            errors[$"{path}.componentId"] = ["must be 1 to 64 of the characters A-Z, a-z, 0-9, '-', '_' and '.'"];
        }

        var isOngoing = item.TryGetProperty("ongoing", out var ongoing) && ongoing.ValueKind == JsonValueKind.True;
        if (ongoing.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null or JsonValueKind.True
            or JsonValueKind.False))
        {
            errors[$"{path}.ongoing"] = ["must be true or false"];
        }

        var read = new OutageItem(
            componentId,
            DateOf(item, path, errors),
            TimeOf(item, "begin", path, errors),
            TimeOf(item, "end", path, errors),
            isOngoing);
        if (read is { IsOngoing: true, End: not null })
        {
            errors[$"{path}.ongoing"] = ["cannot be true where there is an end"];
        }

        if (read is { Begin: { } begin, Date: { } date } && begin.Date != date)
        {
            errors[$"{path}.date"] = ["must be the date of begin"];
        }

        return read;
    }

    private static LocalDate? DateOf(JsonElement item, string path, Dictionary<string, string[]> errors)
    {
        if (TextOf(item, "date", path, errors) is not { } text)
        {
            return null;
        }

        if (LocalDatePattern.Iso.Parse(text) is { Success: true } read && read.Value.Year is >= 2000 and <= 2200)
        {
            return read.Value;
        }

        errors[$"{path}.date"] = ["must be written yyyy-MM-dd"];
        return null;
    }

    private static LocalDateTime? TimeOf(
        JsonElement item, string name, string path, Dictionary<string, string[]> errors)
    {
        if (TextOf(item, name, path, errors) is not { } text)
        {
            return null;
        }

        foreach (var pattern in Patterns)
        {
            if (pattern.Parse(text) is { Success: true } read && read.Value.Year is >= 2000 and <= 2200)
            {
                return read.Value;
            }
        }

        errors[$"{path}.{name}"] = ["must be a local time in the account's zone, such as 2026-10-14T09:30"];
        return null;
    }

    private static string? TextOf(JsonElement item, string name, string path, Dictionary<string, string[]> errors)
    {
        if (!item.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.String)
        {
            return value.GetString();
        }

        errors[$"{path}.{name}"] = ["must be a text"];
        return null;
    }
}
