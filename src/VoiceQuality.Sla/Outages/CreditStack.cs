namespace VoiceQuality.Sla.Outages;

/// <summary>
/// Outage and MOS credits of one month. Both stand: their bases are different (MRC and usage), each has its own cap,
/// and a failed call has no MOS, so nothing is counted twice.
/// </summary>
public static class CreditStack
{
    /// <summary>The sum of credits in US dollars.</summary>
    /// <param name="credits">Whole cents each, as posted.</param>
    /// <exception cref="ArgumentException">A credit is not whole cents.</exception>
    public static decimal TotalOf(IEnumerable<decimal> credits)
    {
        ArgumentNullException.ThrowIfNull(credits);
        var total = 0m;

        foreach (var credit in credits)
        {
            if (credit != Money.RoundToCents(credit))
            {
                throw new ArgumentException("A credit is whole cents.", nameof(credits));
            }

            total += credit;
        }

        return total;
    }
}
