using System.Collections.Immutable;
using VoiceQuality.Sla.Periods;

namespace VoiceQuality.Sla.Policies;

/// <summary>A policy and the month of service from which it is in force.</summary>
/// <param name="AccountId">The account; null for every account without a policy of its own.</param>
/// <param name="From">The first month of service that it decides.</param>
/// <param name="Policy">The policy.</param>
public sealed record PolicyEntry(string? AccountId, ServiceMonth From, ContractPolicy Policy)
{
    /// <summary>Digest of the policy.</summary>
    public string Digest { get; } = Policy.Digest;
}

/// <summary>The months that an entry decides.</summary>
/// <param name="Entry">The entry.</param>
/// <param name="To">The last month; null while no later entry of the same account follows.</param>
public sealed record PolicySpan(PolicyEntry Entry, ServiceMonth? To);

/// <summary>
/// Which policy is in force for an account and a month of service. The account's own latest entry decides; before its
/// first one the latest entry for all accounts; before that <see cref="ContractPolicy.Default"/>. So exactly one policy
/// is in force for each account and month, and which one depends on nothing else.
/// </summary>
public sealed class PolicyBook
{
    private readonly ImmutableArray<PolicyEntry> _forAll;
    private readonly Dictionary<string, ImmutableArray<PolicyEntry>> _byAccount;

    /// <summary>A book of entries.</summary>
    /// <exception cref="ArgumentException">
    /// Two entries of the same account begin with the same month, or a version names two readings.
    /// </exception>
    public PolicyBook(IEnumerable<PolicyEntry> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        Entries =
        [
            .. entries.OrderBy(entry => entry.AccountId is not null)
                .ThenBy(entry => entry.AccountId, StringComparer.Ordinal).ThenBy(entry => entry.From),
        ];

        for (var i = 1; i < Entries.Length; i++)
        {
            if (Entries[i].AccountId == Entries[i - 1].AccountId && Entries[i].From == Entries[i - 1].From)
            {
                throw new ArgumentException(
                    "Two policies of the same account begin with the same month.", nameof(entries));
            }
        }

        var names = Entries.Select(entry => (entry.Policy.Version, entry.Digest))
            .Append((ContractPolicy.Default.Version, ContractPolicy.Default.Digest)).Distinct();
        if (names.GroupBy(name => name.Version, StringComparer.Ordinal).Any(group => group.Count() > 1))
        {
            throw new ArgumentException("A version names two readings.", nameof(entries));
        }

        _forAll = [.. Entries.Where(entry => entry.AccountId is null)];
        _byAccount = Entries.Where(entry => entry.AccountId is not null)
            .GroupBy(entry => entry.AccountId!, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.ToImmutableArray(), StringComparer.Ordinal);
    }

    /// <summary>No entry: <see cref="ContractPolicy.Default"/> decides everything.</summary>
    public static PolicyBook Empty { get; } = new([]);

    /// <summary>The entries: those for all accounts, then by account; each by month.</summary>
    public ImmutableArray<PolicyEntry> Entries { get; }

    /// <summary>The entries with the months that they decide, in the same order.</summary>
    public IEnumerable<PolicySpan> Spans
    {
        get
        {
            for (var i = 0; i < Entries.Length; i++)
            {
                var isLast = i + 1 == Entries.Length || Entries[i + 1].AccountId != Entries[i].AccountId;
                yield return new PolicySpan(Entries[i], isLast ? null : Entries[i + 1].From.Previous);
            }
        }
    }

    /// <summary>The policy in force for an account and a month.</summary>
    public ContractPolicy InForce(string accountId, ServiceMonth month) =>
        FindEntry(accountId, month)?.Policy ?? ContractPolicy.Default;

    /// <summary>The policy in force in a month for every account without one of its own.</summary>
    public ContractPolicy InForceForAll(ServiceMonth month) =>
        Latest(_forAll, month)?.Policy ?? ContractPolicy.Default;

    /// <summary>The entry in force; null where <see cref="ContractPolicy.Default"/> is.</summary>
    public PolicyEntry? FindEntry(string accountId, ServiceMonth month)
    {
        ArgumentNullException.ThrowIfNull(accountId);
        return (_byAccount.TryGetValue(accountId, out var own) ? Latest(own, month) : null) ?? Latest(_forAll, month);
    }

    /// <summary>This book with one more entry, in place of the one of the same account and month.</summary>
    /// <exception cref="ArgumentException">The version names another reading already.</exception>
    public PolicyBook With(PolicyEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return new PolicyBook(
            Entries.Where(old => old.AccountId != entry.AccountId || old.From != entry.From).Append(entry));
    }

    private static PolicyEntry? Latest(ImmutableArray<PolicyEntry> entries, ServiceMonth month)
    {
        for (var i = entries.Length - 1; i >= 0; i--)
        {
            if (entries[i].From <= month)
            {
                return entries[i];
            }
        }

        return null;
    }
}
