using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Periods;

namespace VoiceQuality.Sla.Usage;

/// <summary>Whether the base of a MOS credit is known.</summary>
public enum UsageBaseStatus
{
    /// <summary>Nothing was imported for the unit and month. Unknown is not zero.</summary>
    NotImported,

    /// <summary>The base is known.</summary>
    Known,

    /// <summary>Toll-free usage must be left out, but a line does not say which number it is for .</summary>
    TollFreeNumberMissing,
}

/// <summary>The amount that a MOS credit is a percentage of .</summary>
/// <param name="Status">Whether it is known, and why not.</param>
/// <param name="Amount">US dollars, exact sum of the lines as billed; null unless known.</param>
/// <param name="BarredAmount">US dollars left out because their toll-free number is barred.</param>
public sealed record UsageBase(UsageBaseStatus Status, decimal? Amount, decimal BarredAmount = 0)
{
    /// <summary>Nothing was imported.</summary>
    public static UsageBase Unknown { get; } = new(UsageBaseStatus.NotImported, null);

    /// <summary>A base that is known from elsewhere.</summary>
    public static UsageBase Known(decimal amount) => new(UsageBaseStatus.Known, amount);

    /// <summary>Whether lines of this kind belong to the base: usage and its surcharge, nothing else .</summary>
    public static bool Includes(ChargeKind kind) => kind is ChargeKind.UsageDomestic
        or ChargeKind.UsageInternational
        or ChargeKind.UsageExtended
        or ChargeKind.UsageTollFree
        or ChargeKind.UsageOutboundTollFree
        or ChargeKind.UsageIndeterminate
        or ChargeKind.TierCSurcharge;

    /// <summary>
    /// The base of one unit. Lines of other months are passed over; without any line of the month, of whatever
    /// kind, the base is unknown.
    /// </summary>
    /// <param name="unitLines">Lines of one unit.</param>
    /// <param name="month">The month whose usage is the base.</param>
    /// <param name="barredNumbers">Toll-free numbers without right to credits .</param>
    public static UsageBase Of(
        IEnumerable<UsageLine> unitLines, ServiceMonth month, IReadOnlySet<PhoneNumber> barredNumbers)
    {
        ArgumentNullException.ThrowIfNull(unitLines);
        ArgumentNullException.ThrowIfNull(barredNumbers);
        var ofMonth = unitLines.Where(line => line.Month == month).ToList();
        return ofMonth.Count == 0 ? Unknown : OfComplete(ofMonth, month, barredNumbers);
    }

    /// <summary>As <see cref="Of"/>, where the lines are known to be all there are: none means 0.00.</summary>
    public static UsageBase OfComplete(
        IEnumerable<UsageLine> unitLines, ServiceMonth month, IReadOnlySet<PhoneNumber> barredNumbers)
    {
        ArgumentNullException.ThrowIfNull(unitLines);
        ArgumentNullException.ThrowIfNull(barredNumbers);
        var amount = 0m;
        var barred = 0m;

        foreach (var line in unitLines)
        {
            if (line.Month != month || !Includes(line.Kind))
            {
                continue;
            }

            if (barredNumbers.Count > 0 && line is { Kind: ChargeKind.UsageTollFree, Number: null })
            {
                return new UsageBase(UsageBaseStatus.TollFreeNumberMissing, null);
            }

            if (line.Number is { } number && barredNumbers.Contains(number))
            {
                barred += line.Amount;
            }
            else
            {
                amount += line.Amount;
            }
        }

        return new UsageBase(UsageBaseStatus.Known, amount, barred);
    }
}
