using System.Collections.Immutable;

namespace VoiceQuality.Sla.Accounts;

/// <summary>What is wrong with an account document.</summary>
public enum AccountBookErrorKind
{
    /// <summary>Not JSON, or nested too deeply.</summary>
    BrokenJson,

    /// <summary>A value of another type was expected.</summary>
    WrongType,

    /// <summary>A field that must be there is not.</summary>
    MissingField,

    /// <summary>A field that the format does not know.</summary>
    UnknownField,

    /// <summary>A field occurs twice in one object.</summary>
    RepeatedField,

    /// <summary>A value outside what the field takes.</summary>
    BadValue,

    /// <summary>A time zone that the database does not know.</summary>
    UnknownTimeZone,

    /// <summary>An id that is taken.</summary>
    DuplicateId,

    /// <summary>A rule for a unit that does not exist.</summary>
    UnknownUnit,

    /// <summary>A rule with the same match, side and priority as another one.</summary>
    ConflictingRule,

    /// <summary>More accounts, units or rules than the limit.</summary>
    TooMany,
}

/// <summary>One error of an account document. The message never quotes a number, a domain or a name.</summary>
/// <param name="Line">Line of the document, from 1.</param>
/// <param name="Path">JSON path.</param>
/// <param name="Kind">What is wrong.</param>
/// <param name="Message">What is wrong and what to do, for the operator.</param>
public sealed record AccountBookError(int Line, string Path, AccountBookErrorKind Kind, string Message);

/// <summary>An account book, or every error that its document has.</summary>
/// <param name="Book">The book; null when there is an error.</param>
/// <param name="Errors">The errors in the order of the document.</param>
public sealed record AccountBookResult(AccountBook? Book, ImmutableArray<AccountBookError> Errors);

public sealed partial class AccountBook
{
    /// <summary>Most accounts that one document may hold.</summary>
    public const int MaxAccounts = 100_000;

    /// <summary>Most units that one document may hold.</summary>
    public const int MaxUnits = 200_000;

    /// <summary>Most rules that one document may hold.</summary>
    public const int MaxRules = 500_000;

    /// <summary>
    /// Reads accounts, units and rules from one JSON document. Either the whole document is right, or there is no
    /// book and every error is told with its line and path.
    /// </summary>
    /// <remarks>
    /// <code>
    /// {
    ///   "accounts": [
    ///     { "accountId": "A-1001", "name": "Example Ltd", "timeZone": "America/Denver", "billingDay": 1,
    ///       "calendarChanges": [ { "from": "2026-01", "timeZone": "America/New_York", "billingDay": 15 } ],
    ///       "units": [ { "unitId": "A-1001-SUPPORT", "name": "Support" } ] }
    ///   ],
    ///   "rules": [
    ///     { "ruleId": "trunk", "unitId": "A-1001-SUPPORT", "priority": 100, "side": "either",
    ///       "match": { "trunk": "198.18.4.0/24" } },
    ///     { "ruleId": "prefix", "unitId": "A-1001-SUPPORT", "side": "callee",
    ///       "match": { "numberPrefix": "+1555010" } },
    ///     { "ruleId": "range", "unitId": "A-1001-SUPPORT",
    ///       "match": { "numberFrom": "+15550110000", "numberTo": "+15550110999" } },
    ///     { "ruleId": "domain", "unitId": "A-1001-SUPPORT", "match": { "domain": "support.example.com" } },
    ///     { "ruleId": "header", "unitId": "A-1001-SUPPORT", "match": { "headerName": "X-Unit", "headerValue": "7" } }
    ///   ]
    /// }
    /// </code>
    /// Optional: billingDay (1), calendarChanges (none), priority (100), side ("either"). A header rule has no side.
    /// Comments and trailing commas are allowed. Which rule decides is told at <see cref="UnitResolver"/>; two rules
    /// with the same match, side and priority are an error.
    /// </remarks>
    public static AccountBookResult Parse(ReadOnlySpan<byte> json)
    {
        var errors = new List<AccountBookError>();
        var root = PositionedJson.Read(json, errors);
        var book = root is null ? null : new AccountBookReader(errors).ReadBook(root);
        return new AccountBookResult(
            errors.Count == 0 ? book : null,
            [.. errors.OrderBy(error => error.Line).ThenBy(error => error.Path, StringComparer.Ordinal)]);
    }
}
