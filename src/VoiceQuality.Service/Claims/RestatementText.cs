using VoiceQuality.Service.Pages;
using VoiceQuality.Sla.Ledger;
using VoiceQuality.Storage.Claims;

namespace VoiceQuality.Service.Claims;

/// <summary>The words in which pages tell a restatement.</summary>
internal static class RestatementText
{
    public static string Reason(RestatementReason reason) => reason switch
    {
        RestatementReason.CallsChanged => "calls that came late or were completed, or scored again",
        RestatementReason.UsageChanged => "usage that was billed otherwise",
        RestatementReason.BarChanged => "toll-free numbers that bar other usage",
        RestatementReason.PolicyChanged => "another reading of the contract",
        RestatementReason.CalendarChanged => "other bounds of the month",
        _ => "failures, exclusions or charges of a component",
    };

    public static string Reasons(StoredRestatement restatement) =>
        string.Join(", ", restatement.Reasons.Select(Reason));

    public static string Version(StoredRestatement restatement) =>
        restatement.ToVersion is { } to
            ? (restatement.FromVersion is { } from ? $"{from} to {to}" : $"{to}")
            : Figures.Unknown;

    /// <summary>What differs that a reader looks at.</summary>
    public static IEnumerable<string> Differences(StoredRestatement restatement) => restatement.Differences
        .Select(difference => (Words: Words(difference.Figure), difference))
        .Where(one => one.Words is not null)
        .Select(one => $"{one.Words} {one.difference.Before ?? "unknown"} to {one.difference.After ?? "unknown"}");

    /// <summary>What a person does next with a restatement in review.</summary>
    public static string Next(StoredRestatement restatement) => restatement.Recomputed is { } recomputed
        ? $"The rules give {Figures.Dollars(recomputed)} now, but a person decided the claim before. GRANT to go by the "
            + "rules, or DENY to leave what was posted."
        : "What is missing cannot be computed: import the usage billing, or find out what the calls were like and GRANT "
            + "with the percent of a row; DENY leaves what was posted.";

    public static string Outcome(StoredRestatement restatement) => restatement switch
    {
        { Rejection: not null } => "rejected by a second person",
        { Resolution.Decision: Sla.Evidence.ResolutionDecision.Grant } => "decided by a person",
        { Resolution: not null } => "left as it was by a person",
        _ => OfRules(restatement),
    };

    private static string OfRules(StoredRestatement restatement) => restatement.Outcome switch
    {
        RestatementOutcome.NoDecision => "no claim",
        RestatementOutcome.NothingToPost => "nothing to post",
        RestatementOutcome.Posted => "posted",
        RestatementOutcome.PendingSecondApproval => "waits for a second person",
        _ => "a person decides",
    };

    public static string OutcomeTone(StoredRestatement restatement) => restatement switch
    {
        { Rejection: not null } or { Resolution: not null } => "",
        { Outcome: RestatementOutcome.Posted } => Tone.Good,
        { Outcome: RestatementOutcome.PendingSecondApproval or RestatementOutcome.Review } => Tone.Notice,
        _ => "",
    };

    public static string Amount(StoredRestatement restatement) =>
        (restatement.Difference ?? restatement.Resolution?.Difference) is { } difference ? Figures.Dollars(difference) : Figures.Unknown;

    private static string? Words(string figure) => figure switch
    {
        "answered" => "answered calls",
        "scored" => "scored calls",
        "meanMos" => "average",
        "percent" => "percent",
        "base" => "usage billing",
        "barred" => "barred usage",
        "creditIfClaimed" => "credit",
        "outageCredit" => "outage credit",
        _ => null,
    };
}
