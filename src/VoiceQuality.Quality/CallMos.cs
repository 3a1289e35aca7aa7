using System.Numerics;

namespace VoiceQuality.Quality;

/// <summary>Which party of the call sent the media.</summary>
public enum MediaDirection
{
    /// <summary>Sent by the party that placed the call.</summary>
    FromCaller,

    /// <summary>Sent by the party that was called.</summary>
    FromCallee,
}

/// <summary>The score of one stream of a call.</summary>
/// <param name="Direction">Who sent the stream.</param>
/// <param name="Mos">Mean opinion score, 1 to 5 (ITU-T P.800.1).</param>
/// <param name="Seconds">How long the stream was measured, in seconds, 0 or more. It is the stream's weight.</param>
public readonly record struct StreamMos(MediaDirection Direction, decimal Mos, decimal Seconds);

/// <summary>What came of combining the streams of a call.</summary>
public enum CallMosStatus
{
    /// <summary>No stream was measured: the call is unscored, which is not a score of 0.</summary>
    NoStreams,

    /// <summary>The call has a score.</summary>
    Scored,

    /// <summary>A stream carries a score outside 1 to 5, a negative weight or an unknown direction.</summary>
    Invalid,
}

/// <summary>The score of a call, or why there is none.</summary>
/// <param name="Status">Whether there is a score.</param>
/// <param name="ScoreE4">Ten-thousandths of a MOS point, 10000 to 50000; 0 without a score.</param>
public readonly record struct CallMosResult(CallMosStatus Status, int ScoreE4)
{
    /// <summary>The score with 4 decimals, 1 to 5; null without a score.</summary>
    public decimal? Mos => Status == CallMosStatus.Scored ? ScoreE4 / 10_000m : null;
}

/// <summary>
/// One score for one call, out of the scores of its streams: within a direction the seconds-weighted mean, then the
/// mean of the directions that were measured (contract rules ).
/// </summary>
/// <remarks>
/// The arithmetic is exact: one fraction over a common denominator, rounded once, half away from zero, to 4 decimals
/// . The order of the streams therefore cannot matter. A direction all of whose streams lasted 0 seconds was
/// measured all the same, so it counts with the plain mean of its streams; next to longer streams of its direction a
/// stream of 0 seconds weighs nothing.
/// </remarks>
public static class CallMos
{
    /// <summary>The lowest score there is.</summary>
    public const decimal Lowest = 1m;

    /// <summary>The highest score there is.</summary>
    public const decimal Highest = 5m;

    private const int DecimalPlaces = 28;
    private static readonly BigInteger[] PowersOfTen = Powers();

    /// <summary>The call's score with 4 decimals; null when there is none or a stream is invalid.</summary>
    public static decimal? Combine(ReadOnlySpan<StreamMos> streams) => Evaluate(streams).Mos;

    /// <summary>The call's score, or why there is none. Never throws on data.</summary>
    public static CallMosResult Evaluate(ReadOnlySpan<StreamMos> streams)
    {
        if (streams.IsEmpty)
        {
            return new CallMosResult(CallMosStatus.NoStreams, 0);
        }

        foreach (var stream in streams)
        {
            if (stream.Mos is < Lowest or > Highest
                || stream.Seconds < 0
                || stream.Direction is not (MediaDirection.FromCaller or MediaDirection.FromCallee))
            {
                return new CallMosResult(CallMosStatus.Invalid, 0);
            }
        }

        var caller = SumOf(MediaDirection.FromCaller, streams);
        var callee = SumOf(MediaDirection.FromCallee, streams);

        var numerator = caller.Weight.IsZero ? callee.Weighted
            : callee.Weight.IsZero ? caller.Weighted
            : (caller.Weighted * callee.Weight) + (callee.Weighted * caller.Weight);
        var denominator = caller.Weight.IsZero ? callee.Weight
            : callee.Weight.IsZero ? caller.Weight
            : 2 * caller.Weight * callee.Weight;

        // Scores are scaled by 10^28 and the result by 10^4: 10^24 of the scale remains in the denominator.
        return new CallMosResult(CallMosStatus.Scored, RoundedQuotient(numerator, denominator * PowersOfTen[24]));
    }

    /// <summary>A score in ten-thousandths, half away from zero; null when it is outside 1 to 5 .</summary>
    public static int? ToE4(decimal mos) => mos is < Lowest or > Highest
        ? null
        : (int)decimal.Round(mos * 10_000m, 0, MidpointRounding.AwayFromZero);

    private static (BigInteger Weighted, BigInteger Weight) SumOf(
        MediaDirection direction, ReadOnlySpan<StreamMos> streams)
    {
        var weighted = BigInteger.Zero;
        var weight = BigInteger.Zero;
        var plain = BigInteger.Zero;
        var count = 0;

        foreach (var stream in streams)
        {
            if (stream.Direction != direction)
            {
                continue;
            }

            var mos = Scaled(stream.Mos);
            var seconds = Scaled(stream.Seconds);
            weighted += mos * seconds;
            weight += seconds;
            plain += mos;
            count++;
        }

        return weight.IsZero ? (plain, count) : (weighted, weight);
    }

    /// <summary>The value times 10^28, exactly.</summary>
    private static BigInteger Scaled(decimal value)
    {
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(value, bits);
        var mantissa = ((BigInteger)(uint)bits[2] << 64) | ((BigInteger)(uint)bits[1] << 32) | (uint)bits[0];
        return mantissa * PowersOfTen[DecimalPlaces - value.Scale];
    }

    private static BigInteger[] Powers()
    {
        var powers = new BigInteger[DecimalPlaces + 1];
        powers[0] = BigInteger.One;
        for (var exponent = 1; exponent < powers.Length; exponent++)
        {
            powers[exponent] = powers[exponent - 1] * 10;
        }

        return powers;
    }

    private static int RoundedQuotient(BigInteger numerator, BigInteger denominator) =>
        (int)(((2 * numerator) + denominator) / (2 * denominator));
}
