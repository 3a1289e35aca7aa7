using System.Collections.Immutable;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Periods;

namespace VoiceQuality.Sla.Usage;

/// <summary>One row of the billing system's file, as text. A null is a column that is not there.</summary>
/// <param name="LineNumber">Line of the file, from 1.</param>
/// <param name="Account">Account id.</param>
/// <param name="Unit">Unit id.</param>
/// <param name="Month">Month of service, yyyy-MM.</param>
/// <param name="Kind">Name of a <see cref="ChargeKind"/>, such as USAGE_DOMESTIC.</param>
/// <param name="Amount">US dollars: optional minus, 1 to 12 digits, optionally a point and 1 to 4 digits.</param>
/// <param name="Number">Toll-free number; empty where the line is for none.</param>
public sealed record UsageRow(
    int LineNumber, string? Account, string? Unit, string? Month, string? Kind, string? Amount, string? Number);

/// <summary>What is wrong with a field of a usage file.</summary>
public enum UsageErrorKind
{
    /// <summary>The field is empty or not there.</summary>
    Missing,

    /// <summary>There is no such account.</summary>
    UnknownAccount,

    /// <summary>There is no such unit, or it is another account's.</summary>
    UnknownUnit,

    /// <summary>Not a month written yyyy-MM.</summary>
    BadMonth,

    /// <summary>Not the name of a charge kind.</summary>
    UnknownKind,

    /// <summary>Not an amount in the strict form.</summary>
    BadAmount,

    /// <summary>Not a telephone number.</summary>
    BadNumber,

    /// <summary>Another line bills the same usage of the same unit, month and number.</summary>
    DuplicateLine,

    /// <summary>More rows than the limit.</summary>
    TooManyRows,
}

/// <summary>One error of a usage file. It never quotes the field.</summary>
/// <param name="LineNumber">Line of the file, from 1.</param>
/// <param name="Field">Name of the column.</param>
/// <param name="Kind">What is wrong.</param>
/// <param name="Message">What is expected, for the operator.</param>
public sealed record UsageError(int LineNumber, string Field, UsageErrorKind Kind, string Message);

/// <summary>A full set of usage lines, or every error of the file.</summary>
/// <param name="Lines">The lines in the order of the file; null when there is an error.</param>
/// <param name="Errors">The errors in the order of the file.</param>
/// <param name="Total">US dollars, sum of all lines, to compare with the billing system's control total.</param>
public sealed record UsageImport(
    IReadOnlyList<UsageLine>? Lines, ImmutableArray<UsageError> Errors, decimal Total);

/// <summary>Checks the billing system's usage file: all of it is taken, or none.</summary>
public static class UsageBilling
{
    /// <summary>Most rows of one file.</summary>
    public const int MaxRows = 1_000_000;

    private const int MaxDecimals = 4;

    /// <summary>Checks every field of every row.</summary>
    /// <remarks>
    /// Usage and its surcharge may occur once per unit, month, kind and number, since they are rounded and posted
    /// once: a second such line is more likely a file that was joined twice than a second bill. Other charges
    /// may repeat.
    /// </remarks>
    public static UsageImport Validate(IEnumerable<UsageRow> rows, AccountBook accounts)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(accounts);
        var lines = new List<UsageLine>();
        var errors = ImmutableArray.CreateBuilder<UsageError>();
        var billed = new Dictionary<(string Unit, ServiceMonth Month, ChargeKind Kind, PhoneNumber? Number), int>();
        var total = 0m;
        var count = 0;

        foreach (var row in rows)
        {
            if (++count > MaxRows)
            {
                errors.Add(new UsageError(
                    row.LineNumber, "", UsageErrorKind.TooManyRows, $"A file has at most {MaxRows} rows."));
                break;
            }

            var line = Read(row, accounts, errors);
            if (line is null)
            {
                continue;
            }

            if (UsageBase.Includes(line.Kind)
                && !billed.TryAdd((line.UnitId, line.Month, line.Kind, line.Number), row.LineNumber))
            {
                errors.Add(new UsageError(row.LineNumber, "kind", UsageErrorKind.DuplicateLine,
                    $"Line {billed[(line.UnitId, line.Month, line.Kind, line.Number)]} bills the same usage."));
            }

            lines.Add(line);
            total += line.Amount;
        }

        return errors.Count > 0
            ? new UsageImport(null, errors.ToImmutable(), 0)
            : new UsageImport(lines, [], total);
    }

    private static UsageLine? Read(UsageRow row, AccountBook accounts, ImmutableArray<UsageError>.Builder errors)
    {
        var before = errors.Count;
        var account = Required(row, "account", row.Account, errors);
        var unit = Required(row, "unit", row.Unit, errors);
        var monthText = Required(row, "month", row.Month, errors);
        var kindText = Required(row, "kind", row.Kind, errors);
        var amountText = Required(row, "amount", row.Amount, errors);
        var month = default(ServiceMonth);
        var kind = default(ChargeKind);
        var amount = 0m;
        PhoneNumber? number = null;

        if (account is not null && accounts.FindAccount(account) is null)
        {
            Report("account", UsageErrorKind.UnknownAccount, "There is no account with this id.");
        }
        else if (account is not null && unit is not null && accounts.FindUnit(unit)?.AccountId != account)
        {
            Report("unit", UsageErrorKind.UnknownUnit, "The account has no unit with this id.");
        }

        if (monthText is not null && !ServiceMonth.TryParse(monthText, out month))
        {
            Report("month", UsageErrorKind.BadMonth, "A month is written yyyy-MM.");
        }

        if (kindText is not null && !WireName.TryParse(kindText, out kind))
        {
            Report("kind", UsageErrorKind.UnknownKind, "A kind is one of "
                + string.Join(", ", Enum.GetValues<ChargeKind>().Select(WireName.Of)) + ".");
        }

        if (amountText is not null && !Money.TryParse(amountText, MaxDecimals, out amount))
        {
            Report("amount", UsageErrorKind.BadAmount,
                "An amount is an optional minus, 1 to 12 digits, and optionally a point with 1 to 4 digits.");
        }

        if (!string.IsNullOrEmpty(row.Number))
        {
            if (PhoneNumber.TryNormalize(row.Number, out var parsed))
            {
                number = parsed;
            }
            else
            {
                Report("number", UsageErrorKind.BadNumber, "A number is 1 to 15 digits, country code first.");
            }
        }

        return errors.Count == before ? new UsageLine(account!, unit!, month, kind, amount, number) : null;

        void Report(string field, UsageErrorKind error, string message) =>
            errors.Add(new UsageError(row.LineNumber, field, error, message));
    }

    private static string? Required(
        UsageRow row, string field, string? text, ImmutableArray<UsageError>.Builder errors)
    {
        if (!string.IsNullOrEmpty(text))
        {
            return text;
        }

        errors.Add(new UsageError(row.LineNumber, field, UsageErrorKind.Missing, "The field is empty."));
        return null;
    }
}
