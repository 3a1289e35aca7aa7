using VoiceQuality.Service.Pages;
using VoiceQuality.Sla.Ledger;
using VoiceQuality.Storage.Claims;

namespace VoiceQuality.Service.Claims;

/// <summary>The words in which pages tell a restatement.</summary>
internal static class RestatementText
{
    public static string Reason(RestatementReason reason) => reason switch
    {
        RestatementReason.CallsChanged => "calls that came late or were completed",
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

    public static string Outcome(StoredRestatement restatement) => restatement.Outcome switch
    {
        RestatementOutcome.NoDecision => "no claim",
        RestatementOutcome.NothingToPost => "nothing to post",
        RestatementOutcome.Posted => "posted",
        RestatementOutcome.PendingSecondApproval => "waits for a second person",
        _ => "a person decides",
    };

    public static string OutcomeTone(StoredRestatement restatement) => restatement.Outcome switch
    {
        RestatementOutcome.Posted => Tone.Good,
        RestatementOutcome.PendingSecondApproval or RestatementOutcome.Review => Tone.Notice,
        _ => "",
    };

    public static string Amount(StoredRestatement restatement) =>
        restatement.Difference is { } difference ? Figures.Dollars(difference) : Figures.Unknown;

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
