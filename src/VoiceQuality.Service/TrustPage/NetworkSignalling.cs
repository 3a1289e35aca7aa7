using VoiceQuality.Quality.Signalling;
using VoiceQuality.Sla.Privacy;

namespace VoiceQuality.Service.TrustPage;

/// <summary>
/// How the call attempts of the whole network went, as far as everybody may see it (contract R-119): each figure on its
/// own, by the accounts that are in it.
/// </summary>
/// <param name="AsrPercent">ITU-T E.411; null when withheld or nothing was attempted.</param>
/// <param name="NerPercent">ITU-T E.425; null when withheld or nothing was attempted.</param>
/// <param name="PostDialMs">Mean post-dial delay, ms; null when withheld or none was measured.</param>
internal sealed record NetworkSignalling(double? AsrPercent, double? NerPercent, double? PostDialMs)
{
    /// <summary>No figure.</summary>
    public static NetworkSignalling Nothing { get; } = new(null, null, null);

    /// <summary>Adds up the accounts and applies the rule to each number that a figure is made of.</summary>
    public static NetworkSignalling Of(IReadOnlyCollection<SignallingCounters> accounts, PublicationRule rule)
    {
        var sum = accounts.Aggregate(default(SignallingCounters), static (total, one) => total + one);
        var hasAnswers = Shows(one => one.Attempts) && Shows(one => one.Answered);
        return new NetworkSignalling(
            hasAnswers ? sum.AsrPercent : null,
            hasAnswers && (sum.NotAnsweredByUser == 0 || Shows(one => one.NotAnsweredByUser)) ? sum.NerPercent : null,
            Shows(one => one.PostDial.Count) ? sum.PostDial.MeanUs / 1e3 : null);

        bool Shows(Func<SignallingCounters, long> count) =>
            rule.Decide(accounts.Select(count)) == PublicationDecision.Published;
    }
}
