using System.Collections.Immutable;
using System.Globalization;
using NodaTime;
using NodaTime.Text;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Outages;
using VoiceQuality.Sla.Periods;

namespace VoiceQuality.Sla.Reference;

/// <summary>
/// Reads the fields of one row after the other into values, and reports what cannot be read. What is wrong comes back
/// as null or default; whoever builds something of it asks <see cref="IsGood"/> first.
/// </summary>
internal sealed class RowReader
{
    /// <summary>Stands for every account.</summary>
    public const string Everyone = "*";

    private const int MaxId = 64;
    private const int MaxText = 200;
    private const int MaxDecimals = 10;
    private const int FirstYear = 1900;
    private const int LastYear = 2199;
    private static readonly char[] ListSeparators = [' ', ';', ','];
    private static readonly LocalDatePattern DatePattern = LocalDatePattern.Iso;
    private static readonly OffsetDateTimePattern InstantPattern = OffsetDateTimePattern.ExtendedIso;

    private readonly Dictionary<string, int> _fieldOfColumn;
    private readonly ReferenceErrors _errors;
    private readonly AccountBook _accounts;
    private IReadOnlyList<string> _fields = [];
    private long _errorsBefore;

    public RowReader(
        string name, Dictionary<string, int> fieldOfColumn, ReferenceErrors errors, AccountBook accounts)
    {
        Name = name;
        _fieldOfColumn = fieldOfColumn;
        _errors = errors;
        _accounts = accounts;
    }

    /// <summary>Name of the file.</summary>
    public string Name { get; }

    public int Line { get; private set; }

    /// <summary>Whether nothing is wrong with the row so far.</summary>
    public bool IsGood => _errors.Count == _errorsBefore;

    public void Take(in ReferenceRow row)
    {
        Line = row.Line;
        _fields = row.Fields;
        _errorsBefore = _errors.Count;
    }

    public void Report(string column, ReferenceErrorKind kind, string message) =>
        _errors.Add(Name, Line, column, kind, message);

    /// <summary>The field without blanks around it; "" when it is empty or not there.</summary>
    public string Field(string column) =>
        _fieldOfColumn.TryGetValue(column, out var index) ? ReferenceText.Plain(_fields[index]) : "";

    /// <summary>The field; reported when it is empty.</summary>
    public string? Required(string column)
    {
        var text = Field(column);
        if (text.Length > 0)
        {
            return text;
        }

        Report(column, ReferenceErrorKind.Missing, "The field is empty.");
        return null;
    }

    public string? Id(string column) => Required(column) is { } text ? CheckId(column, text) : null;

    public string? OptionalId(string column) => Field(column) is { Length: > 0 } text ? CheckId(column, text) : null;

    public string? Text(string column) => Required(column) is { } text ? CheckText(column, text) : null;

    public string? OptionalText(string column) =>
        Field(column) is { Length: > 0 } text ? CheckText(column, text) : null;

    public Account? Account(string column = "account") => Required(column) is { } id ? FindAccount(column, id) : null;

    /// <summary>An account; null with <paramref name="isEveryone"/> when the field is empty or "*".</summary>
    public Account? AccountOrEveryone(out bool isEveryone, string column = "account")
    {
        var text = Field(column);
        isEveryone = text is "" or Everyone;
        return isEveryone ? null : FindAccount(column, text);
    }

    /// <summary>A unit of the account; null when the field is empty.</summary>
    public string? OptionalUnit(Account? account, string column = "unit")
    {
        var unit = Field(column);
        if (unit.Length == 0)
        {
            return null;
        }

        if (account is not null && _accounts.FindUnit(unit)?.AccountId != account.AccountId)
        {
            Report(column, ReferenceErrorKind.UnknownUnit,
                "The account has no unit with this id; import the accounts first.");
        }

        return unit;
    }

    public TEnum OneOf<TEnum>(string column, params ReadOnlySpan<TEnum> allowed)
        where TEnum : struct, Enum
    {
        if (Required(column) is not { } text)
        {
            return default;
        }

        if (WireName.TryParse(text, out TEnum value) && (allowed.IsEmpty || allowed.Contains(value)))
        {
            return value;
        }

        var names = allowed.IsEmpty ? Enum.GetValues<TEnum>() : allowed.ToArray();
        Report(column, ReferenceErrorKind.BadValue, $"One of {string.Join(", ", names.Select(WireName.Of))}.");
        return default;
    }

    public bool YesOrNo(string column)
    {
        switch (Required(column)?.ToLowerInvariant())
        {
            case "yes" or "true" or "1":
                return true;
            case "no" or "false" or "0" or null:
                return false;
            default:
                Report(column, ReferenceErrorKind.BadValue, "Either yes or no.");
                return false;
        }
    }

    /// <summary>US dollars, 0 or more.</summary>
    public decimal Amount(string column)
    {
        if (Required(column) is not { } text)
        {
            return 0;
        }

        if (Money.TryParse(text, MaxDecimals, out var amount) && amount >= 0)
        {
            return amount;
        }

        Report(column, ReferenceErrorKind.BadValue,
            "US dollars: 1 to 12 digits, and optionally a point with 1 to 10 digits; not negative.");
        return 0;
    }

    /// <summary>A telephone number with its country code.</summary>
    public PhoneNumber Number(string column)
    {
        if (Required(column) is not { } text)
        {
            return default;
        }

        if (PhoneNumber.TryNormalize(text, out var number) && number.Length >= 7)
        {
            return number;
        }

        Report(column, ReferenceErrorKind.BadValue, "A number is written +, country code, and 7 to 15 digits in all.");
        return default;
    }

    /// <summary>Digits alone, so many; a plus in front is dropped.</summary>
    public string? Digits(string column, int least, int most)
    {
        if (Required(column) is not { } text)
        {
            return null;
        }

        var digits = text[0] == '+' ? text[1..] : text;
        if (digits.Length >= least && digits.Length <= most && !digits.AsSpan().ContainsAnyExceptInRange('0', '9'))
        {
            return digits;
        }

        Report(column, ReferenceErrorKind.BadValue, $"{least} to {most} digits.");
        return null;
    }

    public int Whole(string column, int least, int most)
    {
        if (Required(column) is not { } text)
        {
            return least;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            && value >= least && value <= most)
        {
            return value;
        }

        Report(column, ReferenceErrorKind.BadValue, $"A whole number from {least} to {most}.");
        return least;
    }

    public ImmutableArray<SignallingRange> Ranges(string column, bool isRequired)
    {
        var text = isRequired ? Required(column) ?? "" : Field(column);
        var ranges = ImmutableArray.CreateBuilder<SignallingRange>();
        foreach (var part in text.Split(ListSeparators, StringSplitOptions.RemoveEmptyEntries))
        {
            if (!SignallingRange.TryParse(part, out var range))
            {
                Report(column, ReferenceErrorKind.BadValue,
                    "Addresses as 198.18.4.0/24, 198.18.4.1:5060 or [2001:2::1]:5060, separated by blanks; no bits after "
                    + "the prefix.");
                return [];
            }

            if (ranges.Contains(range))
            {
                Report(column, ReferenceErrorKind.Duplicate, "An address occurs twice.");
                return [];
            }

            ranges.Add(range);
        }

        return ranges.ToImmutable();
    }

    public LocalDate Date(string column)
    {
        if (Required(column) is not { } text)
        {
            return default;
        }

        if (TryDate(text, out var date))
        {
            return date;
        }

        Report(column, ReferenceErrorKind.BadValue, "A date is written yyyy-MM-dd.");
        return default;
    }

    public ServiceMonth Month(string column)
    {
        var month = default(ServiceMonth);
        if (Required(column) is { } text && !ServiceMonth.TryParse(text, out month))
        {
            Report(column, ReferenceErrorKind.BadValue, "A month is written yyyy-MM.");
        }

        return month;
    }

    /// <summary>
    /// An instant, or a date: its first instant in the account's zone; without an account 00:00 UTC.
    /// </summary>
    public Instant Time(string column, Account? account) =>
        Required(column) is { } text ? ReadTime(column, text, account) : default;

    public Instant? OptionalTime(string column, Account? account) =>
        Field(column) is { Length: > 0 } text ? ReadTime(column, text, account) : null;

    /// <summary>The first instant no more in force; null for none. It must come after the first one.</summary>
    public Instant? End(string column, Instant from, Account? account)
    {
        var to = OptionalTime(column, account);
        if (IsGood && to <= from)
        {
            Report(column, ReferenceErrorKind.BadValue,
                "It must come after the beginning: it is the first day that no longer counts.");
        }

        return to;
    }

    private Account? FindAccount(string column, string id)
    {
        var account = _accounts.FindAccount(id);
        if (account is null)
        {
            Report(column, ReferenceErrorKind.UnknownAccount,
                "There is no account with this id; import the accounts first.");
        }

        return account;
    }

    private Instant ReadTime(string column, string text, Account? account)
    {
        if (TryDate(text, out var date))
        {
            return account is null
                ? date.AtMidnight().InUtc().ToInstant()
                : TimeZones.StartOfDay(
                    date, account.Calendar.ZoneOf(OutageDays.MonthOf(date, account.Calendar)));
        }

        if (InstantPattern.Parse(text) is { Success: true, Value: var time } && IsYear(time.Year))
        {
            return time.ToInstant();
        }

        Report(column, ReferenceErrorKind.BadValue,
            "A date yyyy-MM-dd, or an instant such as 2026-10-01T06:00:00Z or 2026-10-01T00:00:00-06:00.");
        return default;
    }

    private string? CheckId(string column, string text)
    {
        if (text.Length <= MaxId && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
        {
            return text;
        }

        Report(column, ReferenceErrorKind.BadValue, $"1 to {MaxId} of A-Z, a-z, 0-9, '-', '_' and '.'.");
        return null;
    }

    private string? CheckText(string column, string text)
    {
        if (text.Length <= MaxText && !text.Any(char.IsControl))
        {
            return text;
        }

        Report(column, ReferenceErrorKind.BadValue, $"At most {MaxText} characters, none of them a control character.");
        return null;
    }

    private static bool TryDate(string text, out LocalDate date)
    {
        date = default;
        if (text.Length != 10 || DatePattern.Parse(text) is not { Success: true } parsed || !IsYear(parsed.Value.Year))
        {
            return false;
        }

        date = parsed.Value;
        return true;
    }

    private static bool IsYear(int year) => year is >= FirstYear and <= LastYear;
}
