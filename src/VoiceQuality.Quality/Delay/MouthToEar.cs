using VoiceQuality.Quality.Codecs;
using VoiceQuality.Quality.Rtp;
using VoiceQuality.Quality.Scoring;

namespace VoiceQuality.Quality.Delay;

/// <summary>
/// Delay from mouth to ear and the conversational score that follows from it: G.107 with Ta, T = Ta and Tr = 2 Ta. All
/// of it is a function of the round trip that was measured and of the counters that are stored.
/// </summary>
public static class MouthToEar
{
    /// <summary>Duration of the speech in one packet, ms: media time by the packets that it lies between.</summary>
    /// <remarks>
    /// Pauses, comfort noise and events are left out of both, so that a sender with VAD is off by a few percent at
    /// most; Ta takes it as an addend of 10 to 60 ms.
    /// </remarks>
    /// <param name="counters">Those of a stream.</param>
    /// <returns>Above 0 and at most 200 ms, in whole tenths; null when the counters do not show it.</returns>
    public static double? PacketizationMs(in IntervalCounters counters)
    {
        var steps = counters.Expected - counters.Segments - counters.Pauses - counters.ComfortNoise
            - counters.TelephoneEvents;
        if (steps <= 0 || counters.MediaNs <= 0)
        {
            return null;
        }

        var ms = Math.Round(counters.MediaNs / 1e6 / steps, 1, MidpointRounding.AwayFromZero);
        return ms is > 0 and <= 200 ? ms : null;
    }

    /// <summary>
    /// Ta, ms: half the round trip of the network, packetization, look-ahead of the codec, nominal depth of the jitter
    /// buffer. What the devices add is not known and not counted.
    /// </summary>
    /// <param name="roundTripUs">Round trip between the RTP endpoints, µs, above 0.</param>
    /// <param name="counters">Those of the stream.</param>
    /// <param name="row">Row of the codec.</param>
    /// <param name="buffer">The emulated jitter buffer.</param>
    /// <returns>Null when packetization is unknown, and for an adaptive buffer, whose mean depth is not kept.</returns>
    public static double? TaMs(
        long roundTripUs, in IntervalCounters counters, CodecRow? row, JitterBufferModel buffer) =>
        row is not null && roundTripUs > 0 && buffer.Kind == JitterBufferKind.Fixed
            && PacketizationMs(counters) is { } packetizationMs
            ? StreamScorer.TaMs(roundTripUs / 2e3, packetizationMs, row.LookAheadMs, buffer.DepthMs)
            : null;

    /// <summary>MOS-CQ in ten-thousandths; null for a stream without a listening score or without Ta.</summary>
    /// <param name="scored">Counters that the listening score was made of.</param>
    /// <param name="row">Row of the codec.</param>
    /// <param name="policy">How the listening score was made.</param>
    /// <param name="taMs">See <see cref="TaMs"/>.</param>
    public static int? MosCqE4(in IntervalCounters scored, CodecRow? row, in ScoringPolicy policy, double? taMs)
    {
        var score = StreamScorer.Score(scored, row, policy);
        return StreamScorer.ConversationalMos(score, row, taMs) is { } mos ? StreamScorer.ToE4(mos) : null;
    }
}
