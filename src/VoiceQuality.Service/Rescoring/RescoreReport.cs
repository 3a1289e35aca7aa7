using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.Rescoring;
using VoiceQuality.Quality.Scoring;
using VoiceQuality.Sla.Credits;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Storage;
using VoiceQuality.Storage.Calls;
using VoiceQuality.Storage.Rescoring;

namespace VoiceQuality.Service.Rescoring;

/// <summary>What scoring stored calls by a policy comes to. It grows with units and months, not with calls.</summary>
/// <param name="Policy">The policy.</param>
internal sealed record RescoreReport(ScoringPolicyDocument Policy)
{
    private const int BatchSize = 1000;

    private readonly Dictionary<(string Account, string Unit, string Month), RescoreSums> _sums = [];
    private readonly SortedDictionary<RescoreObstacle, long> _kept = [];

    private Func<string, ServiceMonth, MosReading> ReadingOf { get; init; } = (_, _) => MosReading.Default;

    /// <summary>Calls that were looked at, answered or not.</summary>
    public long Calls { get; private set; }

    /// <summary>Calls with another score or another reason for none.</summary>
    public long Changed { get; private set; }

    /// <summary>Calls that were scored by a buffer beside the one that their intervals were measured with.</summary>
    public long ByEmulation { get; private set; }

    /// <summary>Calls that cannot be scored again, by why.</summary>
    public IReadOnlyDictionary<RescoreObstacle, long> Kept => _kept;

    /// <summary>Units and months, by month, account and unit.</summary>
    public IReadOnlyList<UnitRescore> Units { get; private set; } = [];

    /// <summary>US dollars over the units whose difference is known.</summary>
    public decimal CreditDifference => Units.Sum(static unit => unit.CreditDifference ?? 0m);

    /// <summary>Units of an account that are in no sum, because a credit is not known.</summary>
    public int UnknownCount => Units.Count(static unit => unit.Before is not null && unit.CreditDifference is null);

    /// <summary>Scores what is stored and changes nothing.</summary>
    public static async Task<RescoreReport> OfAsync(
        ScoreReader reader,
        RescoreFilter filter,
        ScoringPolicyDocument policy,
        Rescorer rescorer,
        UnitRescores units,
        Action<long> progress,
        CancellationToken cancellationToken)
    {
        var report = new RescoreReport(policy) { ReadingOf = await units.ReadingsAsync(cancellationToken) };
        await foreach (var call in reader.ReadAllAsync(filter, BatchSize, cancellationToken))
        {
            report.Add(call, rescorer.Score(call.Outcome, call.Score, call.Streams));
            progress(report.Calls);
        }

        await report.CompleteAsync(units, cancellationToken);
        return report;
    }

    private async Task CompleteAsync(UnitRescores units, CancellationToken cancellationToken)
    {
        var lines = new List<UnitRescore>(_sums.Count);
        foreach (var (key, sums) in _sums.OrderBy(static entry => entry.Key.Month, StringComparer.Ordinal)
            .ThenBy(static entry => entry.Key.Account, StringComparer.Ordinal)
            .ThenBy(static entry => entry.Key.Unit, StringComparer.Ordinal))
        {
            if (!ServiceMonth.TryParse(key.Month, out var month))
            {
                throw new StoredDataException($"'{key.Month}' is no month of service; it must be yyyy-MM.");
            }

            lines.Add(await units.OfAsync(key.Account, key.Unit, month, sums, cancellationToken));
        }

        Units = lines;
    }

    private void Add(StoredScore stored, in RescoredCall rescored)
    {
        Calls++;
        var (scoreBefore, scoreAfter) = Scores(stored, rescored);
        var isChanged = scoreBefore.MosE4 != scoreAfter.MosE4 || scoreBefore.Reason != scoreAfter.Reason;
        Changed += isChanged ? 1 : 0;
        ByEmulation += rescored.IsByEmulation ? 1 : 0;
        if (rescored.Obstacle != RescoreObstacle.None)
        {
            _kept[rescored.Obstacle] = _kept.GetValueOrDefault(rescored.Obstacle) + 1;
        }

        if (stored.Month is not { } month || stored.Outcome != CallOutcome.Answered)
        {
            return;
        }

        var key = (stored.AccountId, stored.UnitId, month);
        if (!_sums.TryGetValue(key, out var sums))
        {
            _sums[key] = sums = new RescoreSums();
        }

        sums.Calls++;
        sums.Changed += isChanged ? 1 : 0;
        sums.Kept += rescored.Obstacle == RescoreObstacle.None ? 0 : 1;
        if (Vote(scoreBefore) is { } before)
        {
            sums.ScoredBefore++;
            sums.SumBeforeE4 += before;
        }

        if (Vote(scoreAfter) is { } after)
        {
            sums.ScoredAfter++;
            sums.SumAfterE4 += after;
        }
    }

    // What the contract counts: the score of the call, or that by another reading, which follows from its streams.
    private (CallScore Before, CallScore After) Scores(StoredScore stored, in RescoredCall rescored)
    {
        if (stored.Outcome != CallOutcome.Answered
            || !ServiceMonth.TryParse(stored.Month, out var month)
            || ReadingOf(stored.AccountId, month) is var reading && reading == MosReading.Default)
        {
            return (stored.Score, rescored.Score);
        }

        return (
            ScoreReading.Of(reading, stored.Outcome, stored.Streams),
            ScoreReading.Of(reading, stored.Outcome, rescored.Streams));
    }

    // A score outside the scale is in no mean.
    private static int? Vote(in CallScore score) =>
        score.MosE4 is >= MeanMos.LowestE4 and <= MeanMos.HighestE4 ? score.MosE4 : null;
}
