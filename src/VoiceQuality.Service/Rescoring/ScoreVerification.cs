using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.Rescoring;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Quality.Rtp;
using VoiceQuality.Quality.Scoring;
using VoiceQuality.Storage.Calls;
using VoiceQuality.Storage.Rescoring;

namespace VoiceQuality.Service.Rescoring;

/// <summary>A stored call that its counters and policy do not give the stored figures for.</summary>
/// <param name="Key">Its public id.</param>
/// <param name="Fields">What differs, such as "mosLq" or "streams[1].intervals[3].mosLq".</param>
internal sealed record DifferingCall(CallKey Key, IReadOnlyList<string> Fields);

/// <summary>Whether stored scores are what their counters give by the policy that stands with each of them.</summary>
internal sealed class ScoreVerification(ScoringPolicies policies)
{
    /// <summary>Calls that are named; further ones are counted.</summary>
    public const int MostNamed = 100;

    private const int BatchSize = 1000;

    // R is stored as the double that it is, and the last of its digits depends on the machine's logarithm.
    private const double RTolerance = 1e-9;

    private readonly Dictionary<(ScoringPolicyName? Name, string? Buffer), Rescorer?> _rescorers = [];
    private readonly SortedDictionary<string, long> _notPossible = new(StringComparer.Ordinal);
    private readonly List<DifferingCall> _named = [];

    /// <summary>Calls that were looked at.</summary>
    public long Calls { get; private set; }

    /// <summary>Calls whose every figure was made again.</summary>
    public long Reproduced { get; private set; }

    /// <summary>Calls of which a figure differs.</summary>
    public long Differing { get; private set; }

    /// <summary>Calls that cannot be scored again, by why.</summary>
    public IReadOnlyDictionary<string, long> NotPossible => _notPossible;

    /// <summary>The first calls that differ.</summary>
    public IReadOnlyList<DifferingCall> Named => _named;

    public async Task RunAsync(
        ScoreReader reader, RescoreFilter filter, Action<long> progress, CancellationToken cancellationToken)
    {
        await foreach (var call in reader.ReadAllAsync(filter, BatchSize, cancellationToken))
        {
            Add(call);
            progress(Calls);
        }
    }

    private void Add(StoredScore call)
    {
        Calls++;
        if (RescorerOf(call.Streams) is not { } rescorer)
        {
            NotPossibleFor("policyNotOnFile");
            return;
        }

        var again = rescorer.Score(call.Outcome, call.Score, call.Streams);
        if (again.Obstacle != RescoreObstacle.None)
        {
            NotPossibleFor(RescoreText.WireName(again.Obstacle));
            return;
        }

        var fields = new List<string>();
        Compare(fields, "", call.Score, again.Score);
        for (var i = 0; i < call.Streams.Count; i++)
        {
            Compare(fields, i, call.Streams[i], again.Streams[i]);
        }

        if (fields.Count == 0)
        {
            Reproduced++;
            return;
        }

        Differing++;
        if (_named.Count < MostNamed)
        {
            _named.Add(new DifferingCall(call.Key, fields));
        }
    }

    private void NotPossibleFor(string why) => _notPossible[why] = _notPossible.GetValueOrDefault(why) + 1;

    /// <summary>By the policy of the call; of before policies were kept the built-in one with its own buffer.</summary>
    private Rescorer? RescorerOf(IReadOnlyList<StreamRecord> streams)
    {
        var model = streams.Count == 0 ? null : streams[0].Model;
        var key = (model?.Policy, model?.Policy is null ? model?.JitterBuffer : null);
        if (_rescorers.TryGetValue(key, out var known))
        {
            return known;
        }

        var policy = policies.Of(model?.Policy);
        if (policy is not null && key.Item2 is { } buffer && JitterBufferModel.TryParse(buffer, out var own))
        {
            policy = policy with { JitterBuffer = own };
        }

        return _rescorers[key] = policy is null ? null : new Rescorer(policy, policies.TableOf);
    }

    private static void Compare(List<string> fields, int index, StreamRecord stored, StreamRecord again)
    {
        var where = $"streams[{index}].";
        Compare(
            fields, where,
            new CallScore(stored.MosLqE4, stored.RFactor, stored.UnscoredReason),
            new CallScore(again.MosLqE4, again.RFactor, again.UnscoredReason));
        Note(fields, stored.MosCqE4 == again.MosCqE4, where, "mosCq");
        Note(fields, stored.Model.CodecRow == again.Model.CodecRow, where, "model.codecRow");
        Note(fields, stored.Model.Version == again.Model.Version, where, "model.version");
        for (var i = 0; i < stored.Intervals.Count; i++)
        {
            Note(
                fields, stored.Intervals[i].MosLqE4 == again.Intervals[i].MosLqE4, $"{where}intervals[{i}].", "mosLq");
        }
    }

    private static void Compare(List<string> fields, string where, in CallScore stored, in CallScore again)
    {
        Note(fields, stored.MosE4 == again.MosE4, where, "mosLq");
        Note(fields, stored.Reason == again.Reason, where, "unscoredReason");
        Note(
            fields,
            stored.R == again.R || (stored.R is { } r && again.R is { } other && Math.Abs(r - other) <= RTolerance),
            where, "rFactor");
    }

    private static void Note(List<string> fields, bool isSame, string where, string name)
    {
        if (!isSame)
        {
            fields.Add(where + name);
        }
    }
}
