using System.Collections.Immutable;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Usage;

namespace VoiceQuality.Sla.Rating;

/// <summary>The exact sum of charges and the one line that it is billed as .</summary>
public sealed class UsageTotal
{
    /// <summary>US dollars, exact.</summary>
    public Charge Exact { get; private set; }

    /// <summary>US dollars and whole cents: the sum, rounded once.</summary>
    public decimal Line => Exact.RoundToCents();

    /// <summary>Adds one charge.</summary>
    public void Add(Charge charge) => Exact += charge;
}

/// <summary>Sums by business unit, kind of charge and toll-free number, for one account and month.</summary>
internal sealed class UsageTotals
{
    private readonly Dictionary<(string UnitId, ChargeKind Kind, PhoneNumber? Number), UsageTotal> _totals = [];

    public void Add(string unitId, ChargeKind kind, PhoneNumber? number, Charge charge)
    {
        if (!_totals.TryGetValue((unitId, kind, number), out var total))
        {
            _totals.Add((unitId, kind, number), total = new UsageTotal());
        }

        total.Add(charge);
    }

    /// <summary>
    /// The lines of one unit. The sum of a kind is rounded once; where it is told by toll-free number, each number's
    /// line is the difference between two roundings of the running sum, so that the lines add up to it to the cent.
    /// </summary>
    public ImmutableArray<UsageLine> Lines(string accountId, string unitId, ServiceMonth month)
    {
        var lines = ImmutableArray.CreateBuilder<UsageLine>();
        foreach (var kind in _totals
            .Where(pair => pair.Key.UnitId == unitId)
            .GroupBy(pair => pair.Key.Kind)
            .OrderBy(group => group.Key))
        {
            var running = Charge.Zero;
            var billed = 0m;
            foreach (var (key, total) in kind.OrderBy(pair => pair.Key.Number?.Digits ?? 0))
            {
                running += total.Exact;
                var rounded = running.RoundToCents();
                lines.Add(new UsageLine(accountId, unitId, month, kind.Key, rounded - billed, key.Number));
                billed = rounded;
            }
        }

        return lines.ToImmutable();
    }
}
