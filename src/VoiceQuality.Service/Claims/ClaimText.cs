using VoiceQuality.Service.Pages;
using VoiceQuality.Sla.Credits;
using VoiceQuality.Sla.Evidence;
using VoiceQuality.Storage.Claims;

namespace VoiceQuality.Service.Claims;

/// <summary>The words in which pages tell a decision.</summary>
internal static class ClaimText
{
    public static string Decision(StoredClaim claim, StoredResolution? resolution) => claim.Decision switch
    {
        CreditDecision.Review when resolution is { Decision: ResolutionDecision.Grant } => "Granted by a person",
        CreditDecision.Review when resolution is not null => "Denied by a person",
        CreditDecision.Granted => "Granted",
        CreditDecision.Denied => "Denied",
        _ => "In review",
    };

    public static string Tone(StoredClaim claim, StoredResolution? resolution) => claim.Decision switch
    {
        CreditDecision.Review when resolution is { Decision: ResolutionDecision.Grant } => Pages.Tone.Good,
        CreditDecision.Review when resolution is not null => "",
        CreditDecision.Granted => Pages.Tone.Good,
        CreditDecision.Review => Pages.Tone.Notice,
        _ => "",
    };

    public static string Credit(StoredClaim claim, StoredResolution? resolution) =>
        resolution is not null ? Figures.Dollars(resolution.Credit + resolution.Goodwill)
        : claim.Decision == CreditDecision.Review ? "a person decides"
        : Figures.Dollars(claim.Credit);

    public static string Explain(StoredClaim claim) => claim.Reason switch
    {
        null => $"{claim.Percent} % of {Figures.Dollars(claim.Base)}",
        MosCreditReason.Duplicate => "the month was decided before",
        MosCreditReason.MonthNotClosed => "the month was not over yet; it can be claimed again when it is",
        MosCreditReason.NotPrecedingMonth => "the time for claims was over",
        MosCreditReason.NoCalls => "no call was answered",
        MosCreditReason.Undetermined => "calls were answered and none was scored",
        MosCreditReason.Invalid => "the average is outside the scale",
        MosCreditReason.MosNotBelowThreshold => "the average is not below the threshold",
        MosCreditReason.TollFreeBarred => "a toll-free number takes the account's credits away",
        MosCreditReason.UsageUnknown => "the usage billing is not known yet",
        _ => "there was no usage billing to take a percentage of",
    };
}
