namespace VoiceQuality.Sla.Privacy;

/// <summary>Whether figures over several accounts may be shown to everybody, and why not.</summary>
public enum PublicationDecision
{
    /// <summary>They may.</summary>
    Published,

    /// <summary>Nothing was measured, so there is nothing to show.</summary>
    NothingMeasured,

    /// <summary>Too few accounts are in them.</summary>
    TooFewAccounts,

    /// <summary>One account is most of them, so they would tell its figures.</summary>
    OneAccountDominates,
}

/// <summary>
/// Aggregate data may be published when no single customer can be derived from them: enough accounts, and none
/// that is nearly all of the volume.
/// </summary>
public sealed record PublicationRule
{
    /// <summary>The rule in force unless an owner decides otherwise: 5 accounts, none above 80 %.</summary>
    public static PublicationRule Default { get; } = new();

    /// <summary>Accounts that must have had calls, 2 or more.</summary>
    public int SmallestAccountCount
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 2);
            field = value;
        }
    } = 5;

    /// <summary>Percent of the calls that no account may exceed, 1 to 99.</summary>
    public int LargestSharePercent
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 99);
            field = value;
        }
    } = 80;

    /// <summary>Decides for one figure.</summary>
    /// <param name="callsByAccount">
    /// Calls of each account in the figure, 0 or more; accounts with 0 do not count.
    /// </param>
    public PublicationDecision Decide(IEnumerable<long> callsByAccount)
    {
        ArgumentNullException.ThrowIfNull(callsByAccount);
        var accounts = 0;
        var total = 0L;
        var largest = 0L;
        foreach (var calls in callsByAccount)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(calls, nameof(callsByAccount));
            accounts += calls > 0 ? 1 : 0;
            total += calls;
            largest = Math.Max(largest, calls);
        }

        return total == 0 ? PublicationDecision.NothingMeasured
            : accounts < SmallestAccountCount ? PublicationDecision.TooFewAccounts
            : (Int128)largest * 100 > (Int128)total * LargestSharePercent ? PublicationDecision.OneAccountDominates
            : PublicationDecision.Published;
    }
}
