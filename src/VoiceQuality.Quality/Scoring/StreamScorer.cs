using VoiceQuality.Quality.Codecs;
using VoiceQuality.Quality.EModel;
using VoiceQuality.Quality.Rtp;

namespace VoiceQuality.Quality.Scoring;

/// <summary>Turns counters and a codec row into a score.</summary>
/// <remarks>
/// MOS-LQ has no delay terms: Ta = T = Tr = 0, and every other parameter of the E-model is at its default. A measured
/// Ppl and BurstR enter unclamped, beyond Table 3 too: the equations hold there, and the MOS ends at 1.
/// </remarks>
public static class StreamScorer
{
    /// <summary>R of a narrowband connection with every parameter at its default: 93.2 (G.107 clause 7.7).</summary>
    public static double BestNarrowbandR { get; } =
        Narrowband.TryCalculate(NarrowbandParameters.Default, ParameterPolicy.Strict, out var best, out _)
            ? best.R
            : throw new InvalidOperationException("The defaults of G.107 do not have an R.");

    /// <summary>Scores a stream or an interval. Never throws for any counters.</summary>
    /// <param name="counters">What was counted: of the answered part, for a score that goes into an average.</param>
    /// <param name="row">The codec's row; null when it has none.</param>
    /// <param name="policy">Least number of packets, and the jitter buffer's name.</param>
    public static StreamScore Score(in IntervalCounters counters, CodecRow? row, in ScoringPolicy policy)
    {
        if (row is null)
        {
            return StreamScore.Unscored(UnscoredReason.CodecNotInTable);
        }

        if (row.Bpl is not { } bpl)
        {
            return StreamScore.Unscored(UnscoredReason.CodecHasNoLossFactor);
        }

        if (policy.Wideband == WidebandRule.Unscored && row.Scale != CodecScale.Narrowband)
        {
            return StreamScore.Unscored(UnscoredReason.ScaleNotCounted);
        }

        if (counters.Expected <= 0)
        {
            return StreamScore.Unscored(UnscoredReason.NoMedia);
        }

        if (counters.Expected < policy.MinExpectedPackets)
        {
            return StreamScore.Unscored(UnscoredReason.TooFewPackets);
        }

        if (counters.Ppl is not (>= 0 and <= 100) || counters.Received < 0 || counters.Discarded < 0)
        {
            return StreamScore.Unscored(UnscoredReason.InvalidCounters);
        }

        if (!SenderClock.IsKept(counters))
        {
            return StreamScore.Unscored(UnscoredReason.ClockNotKept);
        }

        var inputs = new Inputs(row.Scale, row.Ie, bpl, counters.Ppl.Value, counters.BurstR, Ta: 0);

        if (!TryEvaluate(inputs, out var rating))
        {
            return StreamScore.Unscored(UnscoredReason.InvalidCounters);
        }

        var isCapped = policy.Wideband == WidebandRule.CappedAtNarrowband && row.Scale != CodecScale.Narrowband;
        if (isCapped)
        {
            rating = rating with { Rx = Math.Min(rating.Rx, BestNarrowbandR) };
        }

        var mos = Mos.FromRClamped(rating.Rx);
        return new StreamScore
        {
            R = rating.R,
            Rx = rating.Rx,
            MosLq = mos,
            MosE4 = ToE4(mos),
            IeEff = rating.IeEff,
            Ppl = inputs.Ppl,
            BurstR = inputs.BurstR,
            ModelName = rating.ModelName,
            ModelVersion = rating.ModelVersion,
            CodecRowId = row.Id,
            JitterBuffer = new JitterBufferModel(policy.JitterBuffer, policy.JitterBufferMs).ToString(),
            IsCapped = isCapped,
            IsEstimated = rating.IsEstimated || row.Status == CodecRowStatus.Estimated,
        };
    }

    /// <summary>
    /// MOS-CQ: the same stream with T = Ta and Tr = 2 Ta (a symmetric path). Null for a stream without a score and
    /// for a delay that is not a finite number of 0 or more; a delay is measured, never assumed.
    /// </summary>
    /// <param name="score">The listening-quality score.</param>
    /// <param name="row">The row it was computed with.</param>
    /// <param name="taMs">Ta, mouth to ear, ms: see <see cref="TaMs"/>.</param>
    public static double? ConversationalMos(in StreamScore score, CodecRow? row, double? taMs)
    {
        if (row?.Bpl is not { } bpl || score is not { Ppl: { } ppl, BurstR: { } burstR } || taMs is not { } ta)
        {
            return null;
        }

        if (!TryEvaluate(new Inputs(row.Scale, row.Ie, bpl, ppl, burstR, ta), out var rating))
        {
            return null;
        }

        return Mos.FromRClamped(score.IsCapped ? Math.Min(rating.Rx, BestNarrowbandR) : rating.Rx);
    }

    /// <summary>Ta from its parts, ms: network, packetization, look-ahead of the codec, jitter buffer.</summary>
    /// <param name="networkOneWayMs">Measured one-way delay of the network.</param>
    /// <param name="packetizationMs">Duration of speech in one packet; it contains the codec's frame.</param>
    /// <param name="lookAheadMs">Look-ahead of the codec.</param>
    /// <param name="jitterBufferMs">Nominal depth of the jitter buffer.</param>
    public static double TaMs(
        double networkOneWayMs, double packetizationMs, double lookAheadMs, double jitterBufferMs) =>
        networkOneWayMs + packetizationMs + lookAheadMs + jitterBufferMs;

    /// <summary>A MOS in ten-thousandths, rounded half away from zero.</summary>
    public static int ToE4(double mos) => (int)Math.Round(mos * 10_000, MidpointRounding.AwayFromZero);

    private static bool TryEvaluate(in Inputs inputs, out Rating rating) => inputs.Scale switch
    {
        CodecScale.Narrowband => TryNarrowband(inputs, out rating),
        CodecScale.Wideband => TryWideband(inputs, out rating),
        _ => TryFullband(inputs, out rating),
    };

    private static bool TryNarrowband(in Inputs inputs, out Rating rating)
    {
        var parameters = NarrowbandParameters.Default with
        {
            Ie = inputs.Ie,
            Bpl = inputs.Bpl,
            Ppl = inputs.Ppl,
            BurstR = inputs.BurstR,
            Ta = inputs.Ta,
            T = inputs.Ta,
            Tr = 2 * inputs.Ta,
        };
        var isOk = Narrowband.TryCalculate(parameters, ParameterPolicy.Extended, out var result, out _);
        rating = new Rating(
            result.R, result.R, result.IeEff, Narrowband.ModelName, Narrowband.ModelVersion, IsEstimated: false);
        return isOk;
    }

    private static bool TryWideband(in Inputs inputs, out Rating rating)
    {
        var isOk = Wideband.TryCalculate(ToWideband(inputs), out var result, out _);
        rating = new Rating(
            result.R, result.Rx, result.IeEff, Wideband.ModelName, Wideband.ModelVersion, result.IsEstimated);
        return isOk;
    }

    private static bool TryFullband(in Inputs inputs, out Rating rating)
    {
        var isOk = Fullband.TryCalculate(ToWideband(inputs), out var result, out _);
        rating = new Rating(
            result.R, result.Rx, result.IeEff, Fullband.ModelName, Fullband.ModelVersion, result.IsEstimated);
        return isOk;
    }

    /// <summary>G.107.1 and G.107.2 have no burst ratio; a score that goes into money stays with the text.</summary>
    private static WidebandParameters ToWideband(in Inputs inputs) => new()
    {
        Ie = inputs.Ie,
        Bpl = inputs.Bpl,
        Ppl = inputs.Ppl,
        Ta = inputs.Ta,
        T = inputs.Ta,
        Tr = 2 * inputs.Ta,
    };

    private readonly record struct Inputs(
        CodecScale Scale, double Ie, double Bpl, double Ppl, double BurstR, double Ta);

    private readonly record struct Rating(
        double R, double Rx, double IeEff, string ModelName, string ModelVersion, bool IsEstimated);
}
