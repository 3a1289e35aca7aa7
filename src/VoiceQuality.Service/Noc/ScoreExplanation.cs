using System.Globalization;
using VoiceQuality.Monitor.Rescoring;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Quality.Codecs;
using VoiceQuality.Quality.EModel;
using VoiceQuality.Quality.Rtp;
using VoiceQuality.Quality.Scoring;
using VoiceQuality.Service.Rescoring;

namespace VoiceQuality.Service.Noc;

/// <summary>One symbol of the E-model with its value for one stream.</summary>
/// <param name="Symbol">As the Recommendation writes it.</param>
/// <param name="Meaning">In words.</param>
/// <param name="Value">The number, unrounded.</param>
/// <param name="Decimals">Decimals to show.</param>
internal sealed record ModelTerm(string Symbol, string Meaning, double Value, int Decimals = 3);

/// <summary>
/// Why a stream scored as it did: the E-model evaluated again from the stored counters, term by term, and compared
/// with the score that was stored when it was measured.
/// </summary>
/// <param name="Row">Row of the codec table that the score was made with; null when it is not on file.</param>
/// <param name="Inputs">What went in.</param>
/// <param name="Terms">What the equations made of it.</param>
/// <param name="RecomputedMosE4">The score made again; null when it cannot be made.</param>
/// <param name="StoredMosE4">The score that was stored.</param>
/// <param name="CodecCost">Points of R that the codec alone takes away.</param>
/// <param name="LossCost">Points of R that lost and late packets take away on top.</param>
internal sealed record ScoreExplanation(
    CodecRow? Row,
    IReadOnlyList<ModelTerm> Inputs,
    IReadOnlyList<ModelTerm> Terms,
    int? RecomputedMosE4,
    int? StoredMosE4,
    double? CodecCost,
    double? LossCost)
{
    /// <summary>The policy that stands with the score; null in what was stored before policies were kept.</summary>
    public ScoringPolicyName? Policy { get; init; }

    /// <summary>Whether that policy is on file; the built-in one always is, and it was in force before.</summary>
    public bool IsPolicyOnFile { get; init; }

    /// <summary>Version of the policy's codec table; null when it is not on file.</summary>
    public string? CodecTableVersion { get; init; }

    /// <summary>Expected packets below which there is no score; null when the policy is not on file.</summary>
    public int? MinExpectedPackets { get; init; }

    /// <summary>Counters of the part of the stream that is scored.</summary>
    public IntervalCounters Counters { get; init; }

    /// <summary>Packets of that part that the tap lost itself: neither expected nor lost.</summary>
    public long Unseen { get; init; }

    /// <summary>
    /// The buffer of the score and the further ones that were emulated, each with what it makes of the stream.
    /// </summary>
    public IReadOnlyList<EmulatedScore> Buffers { get; init; } = [];

    /// <summary>Whether the row's values have no established source.</summary>
    public bool IsEstimated => Row?.Status == CodecRowStatus.Estimated;

    /// <summary>Whether the stored score can be made again, to the last of its digits.</summary>
    public bool IsReproduced => RecomputedMosE4 == StoredMosE4;

    /// <summary>
    /// Makes the score again by the policy that stands with it, and evaluates the model term by term.
    /// </summary>
    public static ScoreExplanation Of(StreamRecord stream, ScoringPolicies policies)
    {
        var policy = policies.Of(stream.Model.Policy);
        if (policy is not null && stream.Model.Policy is null
            && JitterBufferModel.TryParse(stream.Model.JitterBuffer, out var buffer))
        {
            policy = policy with { JitterBuffer = buffer };
        }

        var row = policy?.Codecs.Rows.FirstOrDefault(candidate => candidate.Id == stream.Model.CodecRow);
        return Explain(stream, row, policy, policies) with
        {
            Policy = stream.Model.Policy,
            IsPolicyOnFile = policy is not null,
            CodecTableVersion = policy?.Codecs.Version,
            MinExpectedPackets = policy?.MinExpectedPackets,
            Counters = stream.Scored,
            Buffers =
            [
                new EmulatedScore(
                    stream.Model.JitterBuffer, stream.DiscardedOf(stream.Total), stream.BurstROf(stream.Total),
                    stream.MosLqE4),
                .. EmulatedScores.Of(stream, row, policy?.ToScoringPolicy() ?? default),
            ],
            Unseen = stream.Intervals.Where(static interval => !interval.Counters.IsEarlyMedia)
                .Sum(static interval => interval.Unseen),
        };
    }

    /// <summary>The provenance in words: policy, row with its source, buffer, counters.</summary>
    public string Sentence(StreamRecord stream)
    {
        var policy = Policy is not { } name ? "the policy in force before policies were kept"
            : $"policy {name.Id} ({name.Digest[..12]}…{(IsPolicyOnFile ? "" : ", not on file")})";
        var row = Row is null
            ? "no codec row"
            : $"codec row {Row.Id} ({Row.Source}, {Row.Edition}{(IsEstimated ? ", estimated" : "")})";
        var late = stream.DiscardedOf(Counters);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"By {policy}; {row}; buffer {stream.Model.JitterBuffer}"
            + $"{(stream.Model.SkewCorrection ? " with skew corrected" : "")}; {Counters.Expected} packets expected, "
            + $"{Counters.Lost} lost, {(late is null ? "unknown" : late)} too late, in {Counters.BadRuns} runs"
            + $"{(Unseen > 0 ? $"; {Unseen} not seen by the tap" : "")}.");
    }

    private static ScoreExplanation Explain(
        StreamRecord stream, CodecRow? row, ScoringPolicyDocument? policy, ScoringPolicies policies)
    {
        int? again = null;
        if (policy is not null
            && new Rescorer(policy, policies.TableOf).Score(stream, out var rescored, out _) == RescoreObstacle.None)
        {
            again = rescored.MosLqE4;
        }

        var score = policy is null ? default : StreamScorer.Score(stream.Scored, row, policy.ToScoringPolicy());
        if (again is null || row?.Bpl is not { } bpl
            || score is not { Ppl: { } ppl, BurstR: { } burstR, R: { } r, IeEff: { } ieEff })
        {
            return new ScoreExplanation(row, [], [], again, stream.MosLqE4, null, null);
        }

        List<ModelTerm> inputs =
        [
            new("Ie", "equipment impairment of the codec", row.Ie, 2),
            new("Bpl", "robustness of the codec against loss", bpl, 2),
            new("Ppl", "lost and late packets, percent", ppl),
            new("BurstR", "burst ratio: 1 for single losses, more for bursts", burstR),
        ];
        var terms = BaseTerms(row, bpl, ppl, burstR);
        terms.Add(new ModelTerm("Ie,eff", "the codec and the loss together", ieEff));
        terms.Add(new ModelTerm("R", "transmission rating", r));
        return new ScoreExplanation(row, inputs, terms, again, stream.MosLqE4, row.Ie, ieEff - row.Ie);
    }

    private static List<ModelTerm> BaseTerms(CodecRow row, double bpl, double ppl, double burstR)
    {
        if (row.Scale == CodecScale.Narrowband)
        {
            var parameters = NarrowbandParameters.Default with { Ie = row.Ie, Bpl = bpl, Ppl = ppl, BurstR = burstR };
            Narrowband.TryCalculate(parameters, ParameterPolicy.Extended, out var narrow, out _);
            return
            [
                new("Ro", "basic signal-to-noise ratio", narrow.Ro),
                new("Is", "impairments simultaneous with the voice", narrow.Is),
                new("Id", "delay and echo; delay is not part of listening quality", narrow.Id),
            ];
        }

        var wide = new WidebandParameters { Ie = row.Ie, Bpl = bpl, Ppl = ppl };
        WidebandResult result;
        if (row.Scale == CodecScale.Wideband)
        {
            Wideband.TryCalculate(wide, out result, out _);
        }
        else
        {
            Fullband.TryCalculate(wide, out result, out _);
        }

        return
        [
            new("Ro", "rating of an undistorted connection", result.Ro),
            new("Id", "delay and echo; delay is not part of listening quality", result.Id),
        ];
    }
}
