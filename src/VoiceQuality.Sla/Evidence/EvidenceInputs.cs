using System.Collections.Immutable;
using NodaTime;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Sla.TollFree;
using VoiceQuality.Sla.Usage;

namespace VoiceQuality.Sla.Evidence;

/// <summary>What was measured of a unit on one date of the account's calendar.</summary>
/// <param name="Date">The date.</param>
/// <param name="Answered">Answered calls, 0 or more .</param>
/// <param name="Scored">Those of them with a score, 0 to <paramref name="Answered"/>.</param>
/// <param name="SumE4">Sum of the scores, ten-thousandths of a MOS point.</param>
/// <param name="CallsOnFile">Answered calls whose counters are kept; null before format version 2.</param>
/// <param name="CounterDigest">
/// SHA-256 over the scores and interval counters of those calls in the order of time; null before format version 2.
/// </param>
public readonly record struct EvidenceDay(
    LocalDate Date, long Answered, long Scored, long SumE4, long? CallsOnFile = null, string? CounterDigest = null);

/// <summary>One billed line. The bundle names a number by its place among the numbers, never by its digits.</summary>
/// <param name="Kind">What it is for.</param>
/// <param name="Amount">US dollars as billed.</param>
/// <param name="Number">The toll-free number it is for; null where it is for none.</param>
public readonly record struct EvidenceLine(ChargeKind Kind, decimal Amount, PhoneNumber? Number = null);

/// <summary>The usage that was imported for the unit and the month of the base.</summary>
/// <param name="SourceDigest">Digest of the file or message that it came with.</param>
/// <param name="Lines">The lines in the order of the source.</param>
public sealed record EvidenceUsage(string SourceDigest, ImmutableArray<EvidenceLine> Lines);

/// <summary>Everything that a decision on a claim for a MOS credit depends on, and nothing else.</summary>
public sealed record EvidenceInputs
{
    private const long TicksPerMicrosecond = NodaConstants.TicksPerSecond / 1_000_000;

    /// <summary>The format in which it is laid down, 1 or 2; 2 has barred numbers and digests of counters.</summary>
    public int FormatVersion { get; init; } = EvidenceBundle.FormatVersion;

    /// <summary>Name of the claim.</summary>
    public required string ClaimId { get; init; }

    /// <summary>The account.</summary>
    public required string AccountId { get; init; }

    /// <summary>The business unit.</summary>
    public required string UnitId { get; init; }

    /// <summary>The month whose average is complained of.</summary>
    public required ServiceMonth Month { get; init; }

    /// <summary>When the claim was received; cut to the microsecond, which is what the bundle says.</summary>
    public required Instant ReceivedAt { get; init => field = Cut(value); }

    /// <summary>The decision already made for the unit and month; null when there is none .</summary>
    public string? EarlierDecisionId { get; init; }

    /// <summary>The reading of the contract.</summary>
    public required ContractPolicy Policy { get; init; }

    /// <summary>The account's months.</summary>
    public required AccountCalendar Calendar { get; init; }

    /// <summary>Version of the time zone database by which the bounds were found.</summary>
    public string TimeZoneDatabaseVersion { get; init; } = TimeZones.DatabaseVersion;

    /// <summary>Version under which the month's figures were stored then; null when they were not.</summary>
    public int? AssessmentVersion { get; init; }

    /// <summary>The days of the month with calls, in order.</summary>
    public required ImmutableArray<EvidenceDay> Days { get; init; }

    /// <summary>The usage of the base's month; null when none was imported.</summary>
    public EvidenceUsage? Usage { get; init; }

    /// <summary>Toll-free numbers of the account with what was done about them; none in format 1.</summary>
    public ImmutableArray<TollFreeNumber> TollFree { get; init; } = [];

    /// <summary>Digest of the reference data in force; null before format version 2 and where there are none.</summary>
    public string? ReferenceDigest { get; init; }

    private static Instant Cut(Instant instant)
    {
        var ticks = instant.ToUnixTimeTicks();
        var rest = ticks % TicksPerMicrosecond;
        return Instant.FromUnixTimeTicks(ticks - (rest < 0 ? rest + TicksPerMicrosecond : rest));
    }
}
