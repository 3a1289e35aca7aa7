using VoiceQuality.Service.Pages;
using VoiceQuality.Service.TrustPage;

namespace VoiceQuality.Service.Api;

/// <summary>The periods that have something to bill or credit.</summary>
/// <param name="Periods">yyyy-MM, latest first.</param>
internal sealed record BillingPeriodsResponse(IReadOnlyList<string> Periods);

/// <summary>The credits of one period: one line per unit with usage or calls.</summary>
/// <param name="Period">yyyy-MM.</param>
/// <param name="ControlTotals">Totals over all pages.</param>
/// <param name="Lines">Lines of this page, by account and unit.</param>
/// <param name="NextCursor">For the page that follows; null when this is the last.</param>
internal sealed record CreditsResponse(
    string Period, CreditTotals ControlTotals, IReadOnlyList<CreditLine> Lines, string? NextCursor);

/// <summary>Totals over all lines of a period, the same on each of its pages.</summary>
/// <param name="Count">Lines.</param>
/// <param name="CreditSum">Sum of the credits that are known, US dollars.</param>
/// <param name="CreditUnknownCount">Lines whose credit is not known.</param>
/// <param name="ContentDigest">SHA-256 over all lines: pages with the same digest belong together.</param>
internal sealed record CreditTotals(int Count, string CreditSum, int CreditUnknownCount, string ContentDigest);

/// <summary>What one unit's month is worth if it is claimed.</summary>
internal sealed record CreditLine
{
    public required string AccountId { get; init; }

    public required string UnitId { get; init; }

    public required string UnitName { get; init; }

    /// <summary>Month of service, yyyy-MM.</summary>
    public required string Month { get; init; }

    /// <summary>First instant of the month in the account's zone.</summary>
    public required string PeriodStart { get; init; }

    /// <summary>First instant after it.</summary>
    public required string PeriodEnd { get; init; }

    /// <summary>Calls that were answered.</summary>
    public required long Answered { get; init; }

    /// <summary>Those of them with a score.</summary>
    public required long Scored { get; init; }

    /// <summary>Scored in percent of answered, cut to two decimals; null without calls.</summary>
    public required decimal? CoveragePercent { get; init; }

    /// <summary>The average cut to three decimals; null without a score.</summary>
    public required string? MeanMos { get; init; }

    /// <summary>Exact sum of the scores, ten-thousandths of a MOS point.</summary>
    public required long SumMosE4 { get; init; }

    /// <summary>Row of the credit table as the contract prints it, or "none"; null without an average.</summary>
    public required string? Row { get; init; }

    /// <summary>Percent of that row, 0 to 100; null without an average.</summary>
    public required int? Percent { get; init; }

    /// <summary>Usage billing, US dollars; null when it is not known.</summary>
    public required string? UsageBilling { get; init; }

    /// <summary>What a claim in time would be granted, US dollars; null when it is not known.</summary>
    public required string? Credit { get; init; }

    /// <summary>provisional, closed, noCalls, undetermined or invalid.</summary>
    public required string Status { get; init; }

    /// <summary>Why there is no credit, as the contract names it; null when there is one.</summary>
    public required string? Reason { get; init; }

    /// <summary>When the month closes or closed.</summary>
    public required string ClosesAt { get; init; }

    /// <summary>The first instant at which a claim is too late.</summary>
    public required string ClaimBefore { get; init; }

    /// <summary>Version under which exactly these figures are stored; null when not stored yet.</summary>
    public required int? AssessmentVersion { get; init; }

    /// <summary>
    /// Whether an assessment is due: nothing is stored yet, or what is stored differs from what calls, usage and
    /// policies give now. A closed month shows what is stored until then.
    /// </summary>
    public required bool AssessmentDue { get; init; }

    /// <summary>Which MOS of a call counts, as the policy names it: LISTENING or CONVERSATIONAL.</summary>
    public required string ScoreBasis { get; init; }

    /// <summary>How wideband calls count: OWN_SCALE, CAPPED_AT_NARROWBAND or LEFT_OUT.</summary>
    public required string WidebandCalls { get; init; }

    public required string PolicyVersion { get; init; }

    public required string PolicyDigest { get; init; }

    /// <summary>Version of the time zone data that the bounds were found with.</summary>
    public required string TzdbVersion { get; init; }

    public static CreditLine Of(AssessedMonth unit)
    {
        var figures = unit.Figures;
        return new CreditLine
        {
            AccountId = unit.AccountId,
            UnitId = unit.UnitId,
            UnitName = unit.UnitName,
            Month = figures.Month.ToString(),
            PeriodStart = Wire.Time(figures.Period.Start),
            PeriodEnd = Wire.Time(figures.Period.End),
            Answered = figures.Calls.AnsweredCount,
            Scored = figures.Calls.Mean.CallCount,
            CoveragePercent = figures.CoveragePercent,
            MeanMos = figures.Tier.Display,
            SumMosE4 = figures.Calls.Mean.SumE4,
            Row = Wire.Row(figures.Tier),
            Percent = Wire.Percent(figures.Tier),
            UsageBilling = Wire.Money(figures.Base.Amount),
            Credit = Wire.Money(figures.CreditIfClaimed),
            Status = Words.Wire(unit.Status),
            Reason = unit.Reason,
            ClosesAt = Wire.Time(figures.ClosesAt),
            ClaimBefore = Wire.Time(figures.ClaimBefore),
            AssessmentVersion = unit.AssessmentVersion,
            AssessmentDue = unit.IsAssessmentDue,
            ScoreBasis = Sla.WireName.Of(figures.Reading.Basis),
            WidebandCalls = Sla.WireName.Of(figures.Reading.Wideband),
            PolicyVersion = figures.PolicyVersion,
            PolicyDigest = figures.PolicyDigest,
            TzdbVersion = figures.TimeZoneDatabaseVersion,
        };
    }
}
