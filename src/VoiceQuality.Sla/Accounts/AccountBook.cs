using System.Collections.Immutable;

namespace VoiceQuality.Sla.Accounts;

/// <summary>All accounts, units and rules of one configuration, checked as a whole.</summary>
public sealed partial class AccountBook
{
    private readonly Dictionary<string, Account> _accounts;
    private readonly Dictionary<string, BusinessUnit> _units;

    internal AccountBook(
        ImmutableArray<Account> accounts, ImmutableArray<BusinessUnit> units, ImmutableArray<UnitRule> rules)
    {
        Accounts = accounts;
        Units = units;
        Rules = rules;
        _accounts = accounts.ToDictionary(account => account.AccountId, StringComparer.Ordinal);
        _units = units.ToDictionary(unit => unit.UnitId, StringComparer.Ordinal);
    }

    /// <summary>No account at all: every call is unassigned.</summary>
    public static AccountBook Empty { get; } = new([], [], []);

    /// <summary>The accounts, in the order of the document.</summary>
    public ImmutableArray<Account> Accounts { get; }

    /// <summary>The units, in the order of the document, without <see cref="BusinessUnit.Unassigned"/>.</summary>
    public ImmutableArray<BusinessUnit> Units { get; }

    /// <summary>The rules, in the order of the document.</summary>
    public ImmutableArray<UnitRule> Rules { get; }

    /// <summary>The account with this id, or null.</summary>
    public Account? FindAccount(string accountId) => _accounts.GetValueOrDefault(accountId);

    /// <summary>The unit with this id, also the unassigned one, or null.</summary>
    public BusinessUnit? FindUnit(string unitId) =>
        unitId == BusinessUnit.UnassignedId ? BusinessUnit.Unassigned : _units.GetValueOrDefault(unitId);
}
