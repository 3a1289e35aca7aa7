using System.Collections.Immutable;
using NodaTime;
using VoiceQuality.Sla.Periods;

namespace VoiceQuality.Sla.Accounts;

/// <summary>Turns a JSON document into an account book and collects every error on the way.</summary>
internal sealed class AccountBookReader(List<AccountBookError> errors)
{
    private const int MaxPriority = 1_000_000;
    private const int DefaultPriority = 100;
    private const int MaxHeaderNames = 16;

    private readonly ImmutableArray<Account>.Builder _accounts = ImmutableArray.CreateBuilder<Account>();
    private readonly ImmutableArray<BusinessUnit>.Builder _units = ImmutableArray.CreateBuilder<BusinessUnit>();
    private readonly ImmutableArray<UnitRule>.Builder _rules = ImmutableArray.CreateBuilder<UnitRule>();
    private readonly HashSet<string> _accountIds = new(StringComparer.Ordinal);
    private readonly HashSet<string> _unitIds = new(StringComparer.Ordinal);
    private readonly HashSet<string> _ruleIds = new(StringComparer.Ordinal);
    private readonly HashSet<string> _headerNames = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<(int Priority, RuleSide Side, UnitMatch Match), string> _taken = [];

    public AccountBook? ReadBook(PositionedJson root)
    {
        var fields = new JsonFields(root, errors, "accounts", "rules");
        foreach (var item in fields.Items("accounts", isRequired: true))
        {
            ReadAccount(item);
        }

        // Rules may stand before the accounts in the document, but units must be known before rules are checked.
        foreach (var item in fields.Items("rules", isRequired: false))
        {
            ReadRule(item);
        }

        CheckLimit(fields, "accounts", _accounts.Count, AccountBook.MaxAccounts);
        CheckLimit(fields, "accounts", _units.Count, AccountBook.MaxUnits);
        CheckLimit(fields, "rules", _rules.Count, AccountBook.MaxRules);
        CheckLimit(fields, "rules", _headerNames.Count, MaxHeaderNames);

        return errors.Count > 0
            ? null
            : new AccountBook(_accounts.ToImmutable(), _units.ToImmutable(), _rules.ToImmutable());
    }

    private static void CheckLimit(JsonFields fields, string name, int count, int limit)
    {
        if (count > limit)
        {
            fields.Report(name, AccountBookErrorKind.TooMany, $"{count} are too many; the limit is {limit}.");
        }
    }

    private void ReadAccount(PositionedJson item)
    {
        var fields = new JsonFields(
            item, errors, "accountId", "name", "timeZone", "billingDay", "calendarChanges", "units");
        var id = fields.Id("accountId");
        var name = fields.Text("name");
        var zone = ReadZone(fields);
        var billingDay = fields.Integer("billingDay", 1, 31, fallback: 1);
        var changes = ReadChanges(fields);
        CheckUnique(fields, "accountId", id, _accountIds);

        foreach (var unit in fields.Items("units", isRequired: true))
        {
            ReadUnit(unit, id);
        }

        if (id is not null && name is not null && zone is not null && billingDay is { } day && changes is not null)
        {
            _accounts.Add(new Account(id, name, zone.Id, new AccountCalendar(zone, day, changes)));
        }
    }

    private static DateTimeZone? ReadZone(JsonFields fields)
    {
        var name = fields.Text("timeZone", 64);
        if (name is not null && !TimeZones.TryGet(name, out _))
        {
            fields.Report("timeZone", AccountBookErrorKind.UnknownTimeZone,
                $"Time zone database {TimeZones.DatabaseVersion} has no such zone; use an IANA name such as "
                + "America/Denver.");
        }

        return TimeZones.TryGet(name, out var zone) ? zone : null;
    }

    private List<CalendarChange>? ReadChanges(JsonFields account)
    {
        var changes = new List<CalendarChange>();
        var isSound = true;

        foreach (var item in account.Items("calendarChanges", isRequired: false))
        {
            var fields = new JsonFields(item, errors, "from", "timeZone", "billingDay");
            var from = fields.Text("from", 7);
            var zone = ReadZone(fields);
            var billingDay = fields.Integer("billingDay", 1, 31, fallback: 1);
            var month = default(ServiceMonth);

            if (from is not null && !ServiceMonth.TryParse(from, out month))
            {
                fields.Report("from", AccountBookErrorKind.BadValue, "A month is written yyyy-MM.");
                from = null;
            }
            else if (from is not null && changes.Any(change => change.From == month))
            {
                fields.Report("from", AccountBookErrorKind.BadValue, "Another change begins with the same month.");
                from = null;
            }

            if (from is not null && zone is not null && billingDay is { } day)
            {
                changes.Add(new CalendarChange(month, zone, day));
            }
            else
            {
                isSound = false;
            }
        }

        return isSound ? changes : null;
    }

    private void ReadUnit(PositionedJson item, string? accountId)
    {
        var fields = new JsonFields(item, errors, "unitId", "name");
        var id = fields.Id("unitId");
        var name = fields.Text("name");
        CheckUnique(fields, "unitId", id, _unitIds);

        if (id is not null && name is not null && accountId is not null)
        {
            _units.Add(new BusinessUnit(id, accountId, name));
        }
    }

    private void ReadRule(PositionedJson item)
    {
        var fields = new JsonFields(item, errors, "ruleId", "unitId", "priority", "side", "match");
        var id = fields.Id("ruleId");
        var unitId = fields.Id("unitId");
        var priority = fields.Integer("priority", 0, MaxPriority, DefaultPriority);
        var side = ReadSide(fields);
        CheckUnique(fields, "ruleId", id, _ruleIds);

        if (unitId is not null && !_unitIds.Contains(unitId))
        {
            fields.Report("unitId", AccountBookErrorKind.UnknownUnit, "No account has a unit with this id.");
        }

        var match = fields.Has("match") ? new UnitMatchReader(errors).Read(fields.At("match")) : null;
        if (!fields.Has("match"))
        {
            _ = fields.Text("match");
        }

        if (match is UnitMatch.Header header)
        {
            _headerNames.Add(header.Name);
            if (fields.Has("side"))
            {
                fields.Report("side", AccountBookErrorKind.BadValue, "A header belongs to neither side; leave it out.");
            }
        }

        if (id is null || unitId is null || priority is not { } number || side is not { } knownSide || match is null)
        {
            return;
        }

        if (!_taken.TryAdd((number, knownSide, UnitMatchReader.Canonical(match)), id))
        {
            var other = _taken[(number, knownSide, UnitMatchReader.Canonical(match))];
            fields.Report("match", AccountBookErrorKind.ConflictingRule,
                $"Rule {other} has the same match, side and priority; give one of them another priority.");
        }

        _rules.Add(new UnitRule(id, unitId, number, knownSide, match));
    }

    private static RuleSide? ReadSide(JsonFields fields)
    {
        if (!fields.Has("side"))
        {
            return RuleSide.Either;
        }

        switch (fields.Text("side"))
        {
            case "either":
                return RuleSide.Either;
            case "caller":
                return RuleSide.Caller;
            case "callee":
                return RuleSide.Callee;
            case null:
                return null;
            default:
                fields.Report("side", AccountBookErrorKind.BadValue, "A side is caller, callee or either.");
                return null;
        }
    }

    private static void CheckUnique(JsonFields fields, string name, string? id, HashSet<string> taken)
    {
        if (id is not null && !taken.Add(id))
        {
            fields.Report(name, AccountBookErrorKind.DuplicateId, "The id is taken.");
        }
    }
}
