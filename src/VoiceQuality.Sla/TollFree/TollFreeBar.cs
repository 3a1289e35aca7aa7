using System.Collections.Frozen;
using NodaTime;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Policies;

namespace VoiceQuality.Sla.TollFree;

/// <summary>
/// What the toll-free numbers of one account bar: outage credits of their component and usage in the MOS base (R-41,
/// R-42), or every credit of the account where the policy reads so.
/// </summary>
public sealed class TollFreeBar
{
    private readonly FrozenSet<string> _components;

    private TollFreeBar(FrozenSet<PhoneNumber> numbers, FrozenSet<string> components, bool isWholeAccount)
    {
        Numbers = numbers;
        _components = components;
        IsWholeAccount = isWholeAccount;
    }

    /// <summary>The numbers whose usage leaves the MOS base .</summary>
    public IReadOnlySet<PhoneNumber> Numbers { get; }

    /// <summary>Whether no credit of the account stands.</summary>
    public bool IsWholeAccount { get; }

    /// <summary>Whether there is no outage credit for the component.</summary>
    public bool BarsComponent(string componentId) => IsWholeAccount || _components.Contains(componentId);

    /// <summary>The bar of an account.</summary>
    /// <param name="numbers">Toll-free numbers of one account.</param>
    /// <param name="policy">The reading of the contract.</param>
    /// <param name="asOf">What comes later is not looked at; null looks at everything.</param>
    public static TollFreeBar Of(IEnumerable<TollFreeNumber> numbers, ContractPolicy policy, Instant? asOf = null)
    {
        ArgumentNullException.ThrowIfNull(numbers);
        ArgumentNullException.ThrowIfNull(policy);
        var barred = numbers.Where(number => !TollFreeEligibility.Of(number, asOf).IsEligible).ToList();
        return new TollFreeBar(
            barred.Select(number => number.Number).ToFrozenSet(),
            barred.Select(number => number.ComponentId).ToFrozenSet(StringComparer.Ordinal),
            policy.TollFreeBarScope == TollFreeBarScope.WholeAccount && barred.Count > 0);
    }
}
