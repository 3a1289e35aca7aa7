using NodaTime;
using VoiceQuality.Sla.Periods;

namespace VoiceQuality.Storage.Months;

/// <summary>What was measured of a unit in a month of service.</summary>
/// <param name="AccountId">The account.</param>
/// <param name="UnitId">The business unit.</param>
/// <param name="Month">The month.</param>
/// <param name="Counts">Its sums.</param>
/// <param name="FirstCallAtUs">Earliest start of a call, microseconds since 1970-01-01 UTC.</param>
/// <param name="LastCallAtUs">Latest start of a call, microseconds since 1970-01-01 UTC.</param>
public sealed record UnitMonth(
    string AccountId, string UnitId, ServiceMonth Month, CallCounts Counts, long FirstCallAtUs, long LastCallAtUs);

/// <summary>What was measured of a unit on one date in the account's zone.</summary>
/// <param name="AccountId">The account.</param>
/// <param name="UnitId">The business unit.</param>
/// <param name="Month">The month of service that the date belongs to.</param>
/// <param name="Date">The date.</param>
/// <param name="Counts">Its sums.</param>
/// <param name="FirstCallAtUs">Earliest start of a call, microseconds since 1970-01-01 UTC.</param>
/// <param name="LastCallAtUs">Latest start of a call, microseconds since 1970-01-01 UTC.</param>
public sealed record UnitDay(
    string AccountId,
    string UnitId,
    ServiceMonth Month,
    LocalDate Date,
    CallCounts Counts,
    long FirstCallAtUs,
    long LastCallAtUs);

/// <summary>The sums of all units on one date, each by its own account's zone.</summary>
/// <param name="Date">The date.</param>
/// <param name="Counts">The sums.</param>
public sealed record NetworkDay(LocalDate Date, CallCounts Counts);

/// <summary>The sums of one account in a month: whether a network-wide figure would give one away .</summary>
/// <param name="AccountId">The account.</param>
/// <param name="Counts">The sums.</param>
public sealed record AccountVolume(string AccountId, CallCounts Counts);
