using VoiceQuality.Service.Pages;
using VoiceQuality.Sla.Credits;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Privacy;
using VoiceQuality.Storage.Months;

namespace VoiceQuality.Service.TrustPage;

/// <summary>A month of the whole network, as far as everybody may see it (contract R-119).</summary>
/// <param name="Month">The month.</param>
/// <param name="Publication">Whether the figures are shown; nothing else is filled when they are not.</param>
/// <param name="Calls">Answered and scored calls; null when withheld.</param>
internal sealed record NetworkMonth(ServiceMonth Month, PublicationDecision Publication, UnitMonthCalls? Calls)
{
    /// <summary>How call attempts went, as far as everybody may see it.</summary>
    public NetworkSignalling Signalling { get; init; } = NetworkSignalling.Nothing;

    /// <summary>The average as shown; null when withheld or without a score.</summary>
    public string? MosDisplay => Calls is { } calls ? MosTier.ForMonth(calls.AnsweredCount, calls.Mean).Display : null;

    /// <summary>Scored in percent of answered, cut to two decimals; null when withheld.</summary>
    public decimal? CoveragePercent => Calls is { AnsweredCount: > 0 } calls
        ? decimal.Truncate(calls.Mean.CallCount * 10_000m / calls.AnsweredCount) / 100m
        : null;

    /// <summary>Why the figures are not shown, for readers; null when they are.</summary>
    public string? WithheldBecause => Publication switch
    {
        PublicationDecision.Published => null,
        PublicationDecision.NothingMeasured => "No call has been measured in this month.",
        PublicationDecision.TooFewAccounts =>
            $"Fewer than {PublicationRule.Default.SmallestAccountCount} customers had calls, so the figure could tell "
            + "one customer's traffic.",
        _ => $"One customer has more than {PublicationRule.Default.LargestSharePercent} % of the calls, so the figure "
            + "would tell that customer's traffic.",
    };

    /// <summary>Adds up the accounts and applies the rule.</summary>
    public static NetworkMonth Of(ServiceMonth month, IReadOnlyCollection<AccountVolume> volumes, PublicationRule rule)
    {
        // Both shares are looked at: an account can have few of the calls and nearly all of the scored ones.
        var decision = rule.Decide(volumes.Select(volume => volume.Counts.Answered));
        if (decision == PublicationDecision.Published && volumes.Any(volume => volume.Counts.Scored > 0))
        {
            decision = rule.Decide(volumes.Select(volume => volume.Counts.Scored));
        }

        if (decision != PublicationDecision.Published)
        {
            return new NetworkMonth(month, decision, null);
        }

        var counts = volumes.Aggregate(default(CallCounts), static (sum, volume) => sum + volume.Counts);
        return new NetworkMonth(month, decision, counts.ToUnitMonthCalls());
    }
}

/// <summary>What the public page shows.</summary>
/// <param name="Status">The service at this instant.</param>
/// <param name="Current">The month that is under way in UTC.</param>
/// <param name="Previous">The month before it.</param>
/// <param name="FiguresAt">As of when the two months were added up.</param>
/// <param name="PolicyVersion">Version of the contract policy.</param>
/// <param name="CodecTableVersion">Version of the codec table.</param>
internal sealed record TrustView(
    ServiceStatus Status,
    NetworkMonth Current,
    NetworkMonth Previous,
    NodaTime.Instant FiguresAt,
    string PolicyVersion,
    string CodecTableVersion);
