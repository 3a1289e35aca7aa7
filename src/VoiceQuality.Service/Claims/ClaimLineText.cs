using NodaTime;
using VoiceQuality.Service.Failures;
using VoiceQuality.Service.Pages;
using VoiceQuality.Sla;
using VoiceQuality.Sla.Credits;
using VoiceQuality.Sla.Evidence;
using VoiceQuality.Sla.Outages;
using VoiceQuality.Storage.Claims;

namespace VoiceQuality.Service.Claims;

/// <summary>The words in which pages tell claims of both kinds, and what a person does with one in review.</summary>
internal static class ClaimLineText
{
    public static string Decision(ClaimLine line) => line switch
    {
        { Resolution.Decision: ResolutionDecision.Grant } => "Granted by a person",
        { Resolution: not null } => "Denied by a person",
        { Decision: CreditDecision.Granted } => "Granted",
        { Decision: CreditDecision.Denied } => "Denied",
        { Decision: CreditDecision.Review } => "In review",
        _ => "Incomplete",
    };

    public static string DecisionTone(ClaimLine line) => line switch
    {
        { Resolution.Decision: ResolutionDecision.Grant } or { Decision: CreditDecision.Granted } => Tone.Good,
        { Resolution: not null } or { Decision: CreditDecision.Denied } => "",
        _ => Tone.Notice,
    };

    /// <summary>Why the rules decided so.</summary>
    public static string Explain(ClaimLine line) => line switch
    {
        { Mos: { } mos } => ClaimText.Explain(mos),
        { Decided.Reason: { } reason } => Of(reason),
        { Decided: not null } => "a failure was measured at the claimed time",
        _ => Missing(line.Outage!),
    };

    /// <summary>What was posted; what is not decided is told as such and not as zero.</summary>
    public static string Credit(ClaimLine line) => line switch
    {
        { Resolution: { } resolution } => Figures.Dollars(line.Credit + resolution.Credit + resolution.Goodwill),
        { Decision: null } => "not decided yet",
        { Decision: CreditDecision.Review, Credit: 0 } => "a person decides",
        { Decision: CreditDecision.Review } => Figures.Dollars(line.Credit) + " so far",
        _ => Figures.Dollars(line.Credit),
    };

    /// <summary>Each failure of an outage claim that was not accepted, and dates that wait for a person.</summary>
    public static IEnumerable<string> Failures(ClaimLine line) => line.Outage is null
        ? []
        : line.Outage.Results
            .Where(result => result.Reason is not null && (line.Outage.Results.Count > 1 || result.DatesToReview.Count > 0))
            .Select(result => $"{line.NameOf(result.ComponentId)}: {Of(result.Reason!)}"
                + (result.DatesToReview.Count > 0 ? ", " + string.Join(", ", result.DatesToReview) : ""));

    /// <summary>Dates that count, component by component.</summary>
    public static IEnumerable<string> Dates(ClaimLine line) => line.Outage is null
        ? []
        : line.Outage.Credits.Where(credit => credit.Dates.Count > 0 && credit.Review is null)
            .Select(credit => $"{string.Join(", ", credit.Dates)} ({line.NameOf(credit.ComponentId)}"
                + (credit.IsCapped ? ", at most the charge billed)" : ")"));

    /// <summary>What was left out, when, and on what evidence.</summary>
    public static string Excluded(AppliedExclusion exclusion) =>
        $"{CauseOf(exclusion.Cause)}, {Figures.Utc(exclusion.Time.Start)} to {Figures.Utc(exclusion.Time.End)}";

    /// <summary>What a person does next with a claim in review.</summary>
    public static string Next(ClaimLine line) => line switch
    {
        { Mos.Reason: MosCreditReason.UsageUnknown } =>
            "Import the unit's usage billing, then GRANT; the amount follows from the average.",
        { Mos: not null } =>
            "Find out what the calls were like, then GRANT with the percent of a row of the credit table, or DENY.",
        { Decided.Reason: OutageClaimReason.ComponentUnknown } =>
            "Import the component and its recurring charge if the customer has it, then GRANT with the dates; otherwise DENY.",
        { Decided.Reason: OutageClaimReason.MrcUnknown or OutageClaimReason.MrcBilledUnknown } =>
            "Import the recurring charge of the component and what was billed of it, then GRANT.",
        { Decided.Reason: OutageClaimReason.BundleWithoutSplit } =>
            "Settle which part of the bundle's charge the component has, import it, then GRANT.",
        _ => "Look for proof of the dates, then GRANT with those that are proven, or DENY.",
    };

    private static string Missing(OutageClaimResponse claim) =>
        $"missing: {string.Join(", ", claim.Missing.Select(ElementOf))}"
        + (claim.CompleteBefore is { } before ? $"; to be complete before {FailureText.Short(before)} UTC" : "");

    private static string ElementOf(string element) => element switch
    {
        "DATES" => "dates",
        "BEGIN_END_TIMES" => "begin and end",
        _ => "components",
    };

    private static string Of(string wireName) =>
        WireName.TryParse<OutageClaimReason>(wireName, out var reason) ? Of(reason) : wireName;

    private static string Of(OutageClaimReason reason) => reason switch
    {
        OutageClaimReason.MissingFields => "something is missing",
        OutageClaimReason.Late => "the time for claims was over",
        OutageClaimReason.NoMatch => "no failure was measured at the claimed time",
        OutageClaimReason.MonitorGap => "the claimed time was not watched",
        OutageClaimReason.ComponentUnknown => "the component is not known",
        OutageClaimReason.MrcUnknown => "the recurring charge is not known",
        OutageClaimReason.BundleWithoutSplit => "the component is in a bundle that is not split",
        OutageClaimReason.MrcBilledUnknown => "what was billed of the recurring charge is not known",
        OutageClaimReason.TollFreeBarred => "a toll-free number takes the component's credits away",
        OutageClaimReason.Excluded => "nothing is left when what is excluded is taken out",
        OutageClaimReason.AlreadyCredited => "the days were credited before",
        _ => "there was no recurring charge to take a part of",
    };

    private static string CauseOf(ExclusionCause? cause) => cause switch
    {
        ExclusionCause.CustomerEquipment => "customer's equipment",
        ExclusionCause.CustomerInternet => "customer's Internet connection",
        ExclusionCause.ThirdPartyTelephony => "third party's telephony",
        ExclusionCause.NotifiedSoftwareMaintenance => "software maintenance with notice",
        ExclusionCause.ForceMajeure => "force majeure",
        _ => "cause unknown",
    };
}
