using System.Globalization;
using System.Text;
using NodaTime;
using NodaTime.Text;
using VoiceQuality.Monitor.Calls;
using VoiceQuality.Service.Pages;
using VoiceQuality.Sla.Accounts;

namespace VoiceQuality.Service.Noc;

/// <summary>
/// What calls are asked for, read from a query string. Numbers are no part of it: they would end up in addresses,
/// histories and logs.
/// </summary>
internal sealed record CallSearch
{
    /// <summary>Rows of one answer unless asked otherwise.</summary>
    public const int DefaultLimit = 50;

    /// <summary>Most rows of one answer.</summary>
    public const int LargestLimit = 200;

    /// <summary>Longest time range, days.</summary>
    public const int LargestRangeDays = 400;

    private const int LongestText = 64;

    private static readonly LocalDateTimePattern MinutePattern =
        LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm");

    /// <summary>Calls that began at this instant or later; null for no bound.</summary>
    public Instant? From { get; init; }

    /// <summary>Calls that began before this instant; null for no bound.</summary>
    public Instant? To { get; init; }

    /// <summary>One account; null for all.</summary>
    public string? AccountId { get; init; }

    /// <summary>One unit; null for all.</summary>
    public string? UnitId { get; init; }

    /// <summary>One outcome; null for all.</summary>
    public CallOutcome? Outcome { get; init; }

    /// <summary>Calls with a score below this, ten-thousandths of a MOS point; null for all.</summary>
    public int? MosBelowE4 { get; init; }

    /// <summary>Answered calls without a score alone.</summary>
    public bool IsUnscoredOnly { get; init; }

    /// <summary>Where the answer before this one ended; null for the first.</summary>
    public string? Cursor { get; init; }

    /// <summary>Rows of the answer, 1 to 500.</summary>
    public int Limit { get; init; } = DefaultLimit;

    /// <summary>Reads a query string; every field that cannot be read is named.</summary>
    public static bool TryRead(IQueryCollection query, out CallSearch search, out Dictionary<string, string[]> errors)
    {
        errors = [];
        search = new CallSearch
        {
            From = Time(query, "from", errors),
            To = Time(query, "to", errors),
            AccountId = Id(query, "account", errors),
            UnitId = Id(query, "unit", errors),
            Outcome = OutcomeOf(query, errors),
            MosBelowE4 = Mos(query, errors),
            IsUnscoredOnly = Flag(query, "unscored", errors),
            Cursor = One(query, "cursor", errors),
            Limit = LimitOf(query, "limit", DefaultLimit, LargestLimit, errors),
        };

        if (search is { From: { } from, To: { } to })
        {
            if (to <= from)
            {
                errors["to"] = ["must be later than from"];
            }
            else if (to - from > Duration.FromDays(LargestRangeDays))
            {
                errors["to"] = [$"must be at most {LargestRangeDays} days after from"];
            }
        }

        return errors.Count == 0;
    }

    /// <summary>The same search from another place, as a query string.</summary>
    public string QueryString(string? cursor)
    {
        var text = new StringBuilder();
        Append("from", From is { } from ? MinuteText(from) : null);
        Append("to", To is { } to ? MinuteText(to) : null);
        Append("account", AccountId);
        Append("unit", UnitId);
        Append("outcome", Outcome is { } outcome ? Words.Wire(outcome) : null);
        Append("mosBelow", MosBelowE4 is { } mos ? (mos / 10_000m).ToString("0.0###", CultureInfo.InvariantCulture) : null);
        Append("unscored", IsUnscoredOnly ? "true" : null);
        Append("limit", Limit == DefaultLimit ? null : Limit.ToString(CultureInfo.InvariantCulture));
        Append("cursor", cursor);
        return text.ToString();

        void Append(string name, string? value)
        {
            if (value is not null)
            {
                text.Append(text.Length == 0 ? '?' : '&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
            }
        }
    }

    /// <summary>An instant as a browser's time field writes it, in UTC; seconds only where there are some.</summary>
    public static string MinuteText(Instant instant) =>
        instant.ToUnixTimeTicks() % NodaConstants.TicksPerMinute == 0
            ? MinutePattern.Format(instant.InUtc().LocalDateTime)
            : InstantPattern.ExtendedIso.Format(instant);

    /// <summary>A whole number between 1 and <paramref name="largest"/>.</summary>
    internal static int LimitOf(
        IQueryCollection query, string name, int defaultLimit, int largest, Dictionary<string, string[]> errors)
    {
        if (One(query, name, errors) is not { } text)
        {
            return defaultLimit;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit)
            && limit >= 1 && limit <= largest)
        {
            return limit;
        }

        errors[name] = [$"must be a whole number from 1 to {largest}"];
        return defaultLimit;
    }

    /// <summary>
    /// The only value of a name; null when there is none or it is empty, as an unused form field sends it.
    /// </summary>
    internal static string? One(IQueryCollection query, string name, Dictionary<string, string[]> errors)
    {
        var values = query[name];
        if (values.Count > 1)
        {
            errors[name] = ["must be given once"];
            return null;
        }

        return values.Count == 0 || string.IsNullOrEmpty(values[0]) ? null : values[0];
    }

    /// <summary>A time in UTC; null when there is none or it cannot be read, which is then an error.</summary>
    internal static Instant? Time(IQueryCollection query, string name, Dictionary<string, string[]> errors)
    {
        if (One(query, name, errors) is not { } text)
        {
            return null;
        }

        if (text.Length <= LongestText && InstantPattern.ExtendedIso.Parse(text) is { Success: true } iso && IsStorable(iso.Value))
        {
            return iso.Value;
        }

        if (MinutePattern.Parse(text) is { Success: true } minute && IsStorable(minute.Value.InUtc().ToInstant()))
        {
            return minute.Value.InUtc().ToInstant();
        }

        errors[name] = ["must be a time in UTC like 2026-10-01T06:00 or 2026-10-01T06:00:00Z"];
        return null;
    }

    private static bool IsStorable(Instant instant) =>
        instant >= NodaConstants.UnixEpoch && instant < Instant.FromUtc(3000, 1, 1, 0, 0);

    /// <summary>An id; null when there is none or it can be none, which is then an error.</summary>
    internal static string? Id(IQueryCollection query, string name, Dictionary<string, string[]> errors)
    {
        var text = One(query, name, errors);
        if (text is null || IsId(text) || text == BusinessUnit.UnassignedId)
        {
            return text;
        }

        errors[name] = ["must be 1 to 64 of the characters A-Z, a-z, 0-9, '-', '_' and '.'"];
        return null;
    }

    /// <summary>Whether a text can be the id of an account or unit.</summary>
    internal static bool IsId(string text) =>
        text.Length is >= 1 and <= LongestText && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');

    private static CallOutcome? OutcomeOf(IQueryCollection query, Dictionary<string, string[]> errors)
    {
        if (One(query, "outcome", errors) is not { } text)
        {
            return null;
        }

        foreach (var outcome in Enum.GetValues<CallOutcome>())
        {
            if (Words.Wire(outcome) == text)
            {
                return outcome;
            }
        }

        errors["outcome"] = [$"must be one of {string.Join(", ", Enum.GetValues<CallOutcome>().Select(Words.Wire))}"];
        return null;
    }

    private static int? Mos(IQueryCollection query, Dictionary<string, string[]> errors)
    {
        if (One(query, "mosBelow", errors) is not { } text)
        {
            return null;
        }

        if (Sla.Money.TryParse(text, maxDecimals: 4, out var mos) && mos is >= 1 and <= 5)
        {
            return (int)(mos * 10_000m);
        }

        errors["mosBelow"] = ["must be a score from 1 to 5 with at most 4 decimals"];
        return null;
    }

    private static bool Flag(IQueryCollection query, string name, Dictionary<string, string[]> errors)
    {
        switch (One(query, name, errors))
        {
            case null or "false":
                return false;
            case "true":
                return true;
            default:
                errors[name] = ["must be true or false"];
                return false;
        }
    }
}
