using VoiceQuality.Monitor.Streams;
using VoiceQuality.Quality.Codecs;
using VoiceQuality.Quality.EModel;
using VoiceQuality.Quality.Rtp;
using VoiceQuality.Quality.Scoring;

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
/// <param name="Row">Row of the codec table that the score was made with; null when this program has none such.</param>
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
    /// <summary>Whether the stored score can be made again, to the last of its digits.</summary>
    public bool IsReproduced => RecomputedMosE4 == StoredMosE4;

    /// <summary>Evaluates the model for a stream.</summary>
    public static ScoreExplanation Of(StreamRecord stream, CodecTable codecs)
    {
        var row = codecs.Rows.FirstOrDefault(candidate => candidate.Id == stream.Model.CodecRow);
        var buffer = JitterBufferModel.TryParse(stream.Model.JitterBuffer, out var named)
            ? named
            : JitterBufferModel.Default;
        var policy = new ScoringPolicy { JitterBuffer = buffer.Kind, JitterBufferMs = buffer.DepthMs };
        var score = StreamScorer.Score(stream.Scored, row, policy);
        if (stream.UnscoredReason == UnscoredReason.CaptureLoss)
        {
            // The counters could be scored, but too little of the stream was seen.
            return new ScoreExplanation(row, [], [], null, stream.MosLqE4, null, null);
        }

        if (row?.Bpl is not { } bpl || score is not { Ppl: { } ppl, BurstR: { } burstR, R: { } r, IeEff: { } ieEff })
        {
            return new ScoreExplanation(row, [], [], score.MosE4, stream.MosLqE4, null, null);
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
        return new ScoreExplanation(row, inputs, terms, score.MosE4, stream.MosLqE4, row.Ie, ieEff - row.Ie);
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
