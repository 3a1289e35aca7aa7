using System.Collections.Frozen;
using System.Collections.Immutable;
using NodaTime;
using VoiceQuality.Sla.Accounts;

namespace VoiceQuality.Sla.Rating;

/// <summary>Which numbers an account held, and when .</summary>
/// <param name="holdings">Numbers with the first instant and the first instant no more; they may recur.</param>
public sealed class NumberHoldings(IEnumerable<(PhoneNumber Number, Instant From, Instant? To)> holdings)
{
    private readonly FrozenDictionary<PhoneNumber, ImmutableArray<(Instant From, Instant? To)>> _spans = holdings
        .GroupBy(holding => holding.Number)
        .ToFrozenDictionary(
            group => group.Key, group => group.Select(holding => (holding.From, holding.To)).ToImmutableArray());

    /// <summary>Whether the account held the number at an instant.</summary>
    public bool Holds(PhoneNumber number, Instant at)
    {
        if (_spans.TryGetValue(number, out var spans))
        {
            foreach (var (from, to) in spans)
            {
                if (from <= at && (to is not { } end || at < end))
                {
                    return true;
                }
            }
        }

        return false;
    }
}
