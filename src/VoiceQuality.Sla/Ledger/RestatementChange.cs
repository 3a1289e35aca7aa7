using System.Collections.Immutable;
using System.Globalization;
using NodaTime;
using NodaTime.Text;
using VoiceQuality.Sla.Credits;
using VoiceQuality.Sla.Usage;

namespace VoiceQuality.Sla.Ledger;

/// <summary>Why a published month has other figures than before .</summary>
public enum RestatementReason
{
    /// <summary>Calls came late, or an observation of a call was completed.</summary>
    CallsChanged,

    /// <summary>The billing system billed other usage.</summary>
    UsageChanged,

    /// <summary>Other toll-free numbers are barred, by reference data or by time .</summary>
    BarChanged,

    /// <summary>Another reading of the contract is in force.</summary>
    PolicyChanged,

    /// <summary>The month has other bounds, or they were found with other time zone data.</summary>
    CalendarChanged,

    /// <summary>Failures, exclusions or the MRC of a component are others.</summary>
    OutageChanged,
}

/// <summary>The figures of a unit's month as they were published in one version.</summary>
/// <param name="Version">The version, 1 or more; 0 where no version has these figures.</param>
/// <param name="Calls">Answered calls with sum and count of those that were scored.</param>
/// <param name="MosStatus">What was known about the average.</param>
/// <param name="MosDisplay">The average cut to three decimals; null when it was not known.</param>
/// <param name="Percent">Percent of the usage billing, 0 to 100.</param>
/// <param name="Base">The usage billing.</param>
/// <param name="CreditIfClaimed">US dollars; null when not known.</param>
/// <param name="PeriodStart">First instant of the month.</param>
/// <param name="PeriodEnd">First instant after it.</param>
/// <param name="PolicyDigest">Digest of the policy.</param>
/// <param name="TimeZoneDatabaseVersion">Version of the time zone database.</param>
public sealed record PublishedFigures(
    int Version,
    UnitMonthCalls Calls,
    MosStatus MosStatus,
    string? MosDisplay,
    int Percent,
    UsageBase Base,
    decimal? CreditIfClaimed,
    Instant PeriodStart,
    Instant PeriodEnd,
    string PolicyDigest,
    string TimeZoneDatabaseVersion)
{
    /// <summary>The figures of a month that was computed.</summary>
    /// <param name="month">What was computed.</param>
    /// <param name="version">The version under which it is published.</param>
    public static PublishedFigures Of(MonthlyEligibility month, int version)
    {
        ArgumentNullException.ThrowIfNull(month);
        return new PublishedFigures(
            version, month.Calls, month.Tier.Status, month.Tier.Display, month.Tier.Percent, month.Base,
            month.CreditIfClaimed, month.Period.Start, month.Period.End, month.PolicyDigest,
            month.TimeZoneDatabaseVersion);
    }
}

/// <summary>One figure before and after.</summary>
/// <param name="Figure">Name of the figure.</param>
/// <param name="Before">Before; null when it was not known.</param>
/// <param name="After">After; null when it is not known.</param>
public sealed record FigureDifference(string Figure, string? Before, string? After);

/// <summary>What is different between two versions of a published month, and why .</summary>
/// <param name="Reasons">In the order of the enum; empty when nothing that is published differs.</param>
/// <param name="Differences">Figure by figure.</param>
public sealed record RestatementChange(
    ImmutableArray<RestatementReason> Reasons, ImmutableArray<FigureDifference> Differences)
{
    /// <summary>Whether anything that is published differs.</summary>
    public bool IsEmpty => Differences.IsEmpty;

    /// <summary>Compares two versions.</summary>
    public static RestatementChange Of(PublishedFigures before, PublishedFigures after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        var differences = ImmutableArray.CreateBuilder<FigureDifference>();
        Add("answered", Count(before.Calls.AnsweredCount), Count(after.Calls.AnsweredCount));
        Add("scored", Count(before.Calls.Mean.CallCount), Count(after.Calls.Mean.CallCount));
        Add("sumMosE4", Count(before.Calls.Mean.SumE4), Count(after.Calls.Mean.SumE4));
        Add("mosStatus", WireName.Of(before.MosStatus), WireName.Of(after.MosStatus));
        Add("meanMos", before.MosDisplay, after.MosDisplay);
        Add("percent", Count(before.Percent), Count(after.Percent));
        Add("usageStatus", WireName.Of(before.Base.Status), WireName.Of(after.Base.Status));
        Add("base", Amount(before.Base.Amount), Amount(after.Base.Amount));
        Add("barred", Amount(before.Base.BarredAmount), Amount(after.Base.BarredAmount));
        Add("creditIfClaimed", Amount(before.CreditIfClaimed), Amount(after.CreditIfClaimed));
        Add("periodStart", Time(before.PeriodStart), Time(after.PeriodStart));
        Add("periodEnd", Time(before.PeriodEnd), Time(after.PeriodEnd));
        Add("policyDigest", before.PolicyDigest, after.PolicyDigest);
        Add("tzdbVersion", before.TimeZoneDatabaseVersion, after.TimeZoneDatabaseVersion);
        return new RestatementChange(ReasonsOf(before, after), differences.ToImmutable());

        void Add(string figure, string? was, string? isNow)
        {
            if (was != isNow)
            {
                differences.Add(new FigureDifference(figure, was, isNow));
            }
        }
    }

    private static ImmutableArray<RestatementReason> ReasonsOf(PublishedFigures before, PublishedFigures after)
    {
        // What is barred moves between two parts of the same billed sum.
        var billedBefore = before.Base.Amount + before.Base.BarredAmount;
        var billedAfter = after.Base.Amount + after.Base.BarredAmount;
        (RestatementReason Reason, bool Holds)[] found =
        [
            (RestatementReason.CallsChanged, before.Calls != after.Calls),
            (RestatementReason.UsageChanged, billedBefore != billedAfter),
            (RestatementReason.BarChanged,
                before.Base.BarredAmount != after.Base.BarredAmount
                || (before.Base.Status != after.Base.Status
                    && (before.Base.Status == UsageBaseStatus.TollFreeNumberMissing
                        || after.Base.Status == UsageBaseStatus.TollFreeNumberMissing))),
            (RestatementReason.PolicyChanged, before.PolicyDigest != after.PolicyDigest),
            (RestatementReason.CalendarChanged,
                before.PeriodStart != after.PeriodStart || before.PeriodEnd != after.PeriodEnd
                || before.TimeZoneDatabaseVersion != after.TimeZoneDatabaseVersion),
        ];
        return [.. found.Where(reason => reason.Holds).Select(reason => reason.Reason)];
    }

    private static string Count(long count) => count.ToString(CultureInfo.InvariantCulture);

    private static string Time(Instant instant) => InstantPattern.ExtendedIso.Format(instant);

    private static string? Amount(decimal? amount) => amount is { } known ? Money.Format(known) : null;
}
