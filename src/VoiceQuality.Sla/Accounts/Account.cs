using VoiceQuality.Sla.Periods;

namespace VoiceQuality.Sla.Accounts;

/// <summary>A customer with its contract.</summary>
/// <param name="AccountId">Opaque id, such as "A-1001"; 1 to 64 of A–Z, a–z, 0–9, '-', '_' and '.'.</param>
/// <param name="Name">Name as shown to the customer and to staff.</param>
/// <param name="TimeZone">IANA zone at the account's beginning.</param>
/// <param name="Calendar">The account's months of service.</param>
public sealed record Account(string AccountId, string Name, string TimeZone, AccountCalendar Calendar);

/// <summary>A part of an account whose calls are averaged and credited on their own .</summary>
/// <param name="UnitId">Opaque id, one of a kind over all accounts; the same characters as an account's.</param>
/// <param name="AccountId">The account; null for <see cref="Unassigned"/>.</param>
/// <param name="Name">Name as shown.</param>
public sealed record BusinessUnit(string UnitId, string? AccountId, string Name)
{
    /// <summary>Id of the unit that takes the calls which no rule knows.</summary>
    public const string UnassignedId = "_unassigned";

    /// <summary>Calls that no rule knows. It belongs to no account, and the operations centre sees it.</summary>
    public static BusinessUnit Unassigned { get; } = new(UnassignedId, null, "Unassigned");
}
