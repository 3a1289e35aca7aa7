using VoiceQuality.Service.Pages;
using VoiceQuality.Sla.Credits;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Sla.Usage;

namespace VoiceQuality.Service.TrustPage;

/// <summary>The words in which pages tell a unit's month.</summary>
internal static class MonthText
{
    /// <summary>The average as shown, or what stands for it.</summary>
    public static string Mos(AssessedMonth month) => month.Status switch
    {
        MonthStatus.NoCalls => "no calls",
        MonthStatus.Undetermined => "unscored",
        MonthStatus.Invalid => "in review",
        _ => month.Figures.Tier.Display ?? Figures.Unknown,
    };

    /// <summary>Which score of the calls the contract counts.</summary>
    public static string Basis(MosReading reading) =>
        (reading.Basis == MosScoreBasis.Conversational
            ? "MOS-CQ, with the measured delay"
            : "MOS-LQ, without the delay")
        + reading.Wideband switch
        {
            MosWideband.CappedAtNarrowband => "; wideband calls at most as the best narrowband one",
            MosWideband.LeftOut => "; wideband calls left out",
            _ => "",
        };

    /// <summary>The state in few words.</summary>
    public static string Status(AssessedMonth month) => month.Status switch
    {
        MonthStatus.Provisional => "Provisional",
        MonthStatus.Closed => "Closed",
        MonthStatus.NoCalls => "No calls",
        MonthStatus.Undetermined => "Undetermined",
        _ => "In review",
    };

    /// <summary>What the state means.</summary>
    public static string Explain(AssessedMonth month) => month.Status switch
    {
        MonthStatus.Provisional =>
            $"until {Figures.InZone(month.Figures.ClosesAt, month.Zone)}; late measurements can still change it",
        MonthStatus.Closed => $"since {Figures.InZone(month.Figures.ClosesAt, month.Zone)}",
        MonthStatus.NoCalls => "no call was answered in this month",
        MonthStatus.Undetermined => "calls were answered but none could be scored; a person decides on a claim",
        _ => "the average is outside the scale; a person looks into it",
    };

    /// <summary>Colour family of the state.</summary>
    public static string StatusTone(AssessedMonth month) => month.Status switch
    {
        MonthStatus.Provisional => "info",
        MonthStatus.Undetermined or MonthStatus.Invalid => Tone.Notice,
        _ => "",
    };

    /// <summary>What <see cref="Credit"/> is.</summary>
    public static string CreditName(AssessedMonth month) => month.Paid is null ? "Credit if claimed" : "Credit paid";

    /// <summary>Under which version the figures are stored.</summary>
    public static string Assessment(AssessedMonth month) => month switch
    {
        { AssessmentVersion: null } => "not stored yet; it follows soon",
        { IsAssessmentDue: true } => $"version {month.AssessmentVersion}; data changed since, the next one is due",
        _ => $"version {month.AssessmentVersion}",
    };

    /// <summary>The credit in a table that has paid months too.</summary>
    public static string PaidOrCredit(AssessedMonth month) =>
        month.Paid is null ? Credit(month) : Credit(month) + " paid";

    /// <summary>
    /// The credit in words: what was paid, or else what a claim is worth: an amount, nothing, or why it is not known.
    /// </summary>
    public static string Credit(AssessedMonth month) => (month.Paid ?? month.Figures.CreditIfClaimed) switch
    {
        { } amount => Figures.Dollars(amount),
        null when month.Figures.Tier.Status == MosStatus.Scored => "waits for usage",
        null => "a person decides",
    };

    /// <summary>The base in words.</summary>
    public static string UsageBase(UsageBase usage) => usage.Status switch
    {
        UsageBaseStatus.Known => Figures.Dollars(usage.Amount),
        UsageBaseStatus.TollFreeNumberMissing => "toll-free number missing",
        _ => "not imported yet",
    };

    /// <summary>Whether and until when a claim can be made.</summary>
    public static string Claim(AssessedMonth month)
    {
        var figures = month.Figures;
        return figures.ClaimWindow switch
        {
            ClaimWindow.NotYetOpen =>
                $"Claims open when the month ends, {Figures.InZone(figures.Period.End, month.Zone)}, and must be "
                + $"received before {Figures.InZone(figures.ClaimBefore, month.Zone)}.",
            ClaimWindow.Open => $"A claim must be received before {Figures.InZone(figures.ClaimBefore, month.Zone)}.",
            _ => $"The time for claims ended {Figures.InZone(figures.ClaimBefore, month.Zone)}.",
        };
    }
}
