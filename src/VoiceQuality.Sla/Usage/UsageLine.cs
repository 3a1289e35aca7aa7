using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Periods;

namespace VoiceQuality.Sla.Usage;

/// <summary>
/// What a billed line is for. Usage and the Tier C surcharge make up the base of a MOS credit.
/// </summary>
public enum ChargeKind
{
    /// <summary>Per-minute domestic usage.</summary>
    UsageDomestic,

    /// <summary>Per-minute international usage.</summary>
    UsageInternational,

    /// <summary>Per-minute usage of the extended territories.</summary>
    UsageExtended,

    /// <summary>Per-minute usage of inbound toll-free numbers.</summary>
    UsageTollFree,

    /// <summary>Per-minute usage of calls to toll-free numbers.</summary>
    UsageOutboundTollFree,

    /// <summary>Per-minute usage whose distance could not be determined.</summary>
    UsageIndeterminate,

    /// <summary>The surcharge on calls in excess of 30 % Tier C.</summary>
    TierCSurcharge,

    /// <summary>Monthly recurring charge.</summary>
    Mrc,

    /// <summary>Non-recurring charge.</summary>
    Nrc,

    /// <summary>Tax.</summary>
    Tax,

    /// <summary>Fee.</summary>
    Fee,

    /// <summary>An earlier credit.</summary>
    Credit,
}

/// <summary>One line of what the billing system billed for a unit and month.</summary>
/// <param name="AccountId">The account.</param>
/// <param name="UnitId">The business unit.</param>
/// <param name="Month">The month of service.</param>
/// <param name="Kind">What it is for.</param>
/// <param name="Amount">US dollars as billed; negative for a correction.</param>
/// <param name="Number">The toll-free number it is for; null where it is for none.</param>
public sealed record UsageLine(
    string AccountId, string UnitId, ServiceMonth Month, ChargeKind Kind, decimal Amount, PhoneNumber? Number);
