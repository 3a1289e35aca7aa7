using System.Globalization;
using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.Signalling;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Quality;
using VoiceQuality.Storage.Calls;

namespace VoiceQuality.Service.Telemetry.Influx;

/// <summary>
/// One call as points: <c>vq_call</c> at its end and <c>vq_interval</c> at the start of each interval of each
/// direction. Tags come from closed sets and from the ids of accounts and units; no number, address or Call-ID is
/// written.
/// </summary>
/// <remarks>
/// InfluxDB identifies a point by its measurement, tags and time. Times here are whole microseconds, so that the last
/// three digits of the nanoseconds are free: they are taken from a hash of the call. Two calls that end in the same
/// microsecond therefore keep apart, and a call that is written again overwrites itself.
/// </remarks>
internal static class InfluxPoints
{
    public const string CallMeasurement = "vq_call";

    public const string IntervalMeasurement = "vq_interval";

    private const int OffsetsNs = 1_000;

    // Names come from SDP, so whoever sends traffic could make up as many as a database has room for.
    private static readonly Dictionary<string, string> KnownCodecs = new[]
    {
        "PCMU", "PCMA", "G722", "G7221", "G723", "G726-16", "G726-24", "G726-32", "G726-40", "G728", "G729", "GSM",
        "GSM-EFR", "iLBC", "AMR", "AMR-WB", "EVS", "opus", "speex", "SILK", "L16",
    }.ToDictionary(name => name, StringComparer.OrdinalIgnoreCase);

    /// <summary>Appends the points of one call.</summary>
    public static void Write(LineProtocol lines, CallRecord call, CallKey key, string? accountId, string unitId)
    {
        var hash = HashOf(key);
        WriteCall(lines, call, hash, accountId, unitId);

        foreach (var stream in call.Streams)
        {
            foreach (var interval in stream.Intervals)
            {
                WriteInterval(lines, stream, interval, hash, accountId, unitId);
            }
        }
    }

    private static void WriteCall(LineProtocol lines, CallRecord call, uint hash, string? accountId, string unitId)
    {
        lines.Begin(CallMeasurement);
        lines.Tag("account", accountId);
        lines.Tag("codec", CodecOf(call));
        lines.Tag("outcome", MetricNames.Of(call.Outcome));
        lines.Tag("reason", IsUnscored(call) ? MetricNames.Of(call.UnscoredReason) : null);
        lines.Tag("unit", unitId);

        lines.Field("count", 1);
        lines.Field("mos", call.MosLqE4 / 1e4);
        lines.Field("r", call.RFactor);
        lines.Field("scored", call.MosLqE4 is null ? 0L : 1L);
        lines.Field("status", (long?)call.FinalStatus);
        lines.Field("pdd_s", call.PostDialDelayUs / 1e6);
        lines.Field("duration_s", (call.EndedAtUs - call.AnsweredAtUs) / 1e6);
        lines.Field("loss_percent", PercentOf(call.Streams, s => s.Total.Lost));
        lines.Field(
            "discarded_percent", PercentOf([.. call.Streams.Where(s => s.IsClockKept)], s => s.Total.Discarded));
        lines.Field("jitter_ms", call.Streams.Max(s => s.Total.JitterMeanMs));
        WriteSignalling(lines, call);

        lines.End(((call.EndedAtUs ?? call.StartedAtUs) * 1_000) + (hash % OffsetsNs));
    }

    // Delays and ends by RFC 6076, and of an attempt what each ratio is made of, as 0 or 1.
    private static void WriteSignalling(LineProtocol lines, CallRecord call)
    {
        lines.Field("srd_s", call.RequestDelayUs / 1e6);
        lines.Field("ring_s", call.RingTimeUs / 1e6);
        lines.Field("sdd_s", call.DisconnectDelayUs / 1e6);
        lines.Field("challenges", (long?)call.Challenges);
        lines.Field("retransmissions", (long?)call.Retransmissions);
        lines.Field("q850_cause", call.ReleaseReason is { Protocol: "Q.850", Cause: var cause } ? cause : (long?)null);
        var sums = SignallingRules.Of(call);
        if (sums.Attempts == 0)
        {
            return;
        }

        lines.Field("attempts", (long?)sums.Attempts);
        lines.Field("answered", (long?)sums.Answered);
        lines.Field("redirected", (long?)sums.Redirected);
        lines.Field("declined", (long?)sums.Declined);
        lines.Field("ineffective", (long?)sums.Ineffective);
        lines.Field("not_answered_by_user", (long?)sums.NotAnsweredByUser);
        lines.Field("completed", (long?)sums.Completed);
    }

    private static void WriteInterval(
        LineProtocol lines, StreamRecord stream, IntervalRecord interval, uint hash, string? accountId, string unitId)
    {
        var counters = interval.Counters;
        lines.Begin(IntervalMeasurement);
        lines.Tag("account", accountId);
        lines.Tag("codec", CodecOf(stream));
        lines.Tag("direction", DirectionOf(stream.Direction));
        lines.Tag("unit", unitId);

        lines.Field("mos", interval.MosLqE4 / 1e4);
        lines.Field("expected", counters.Expected);
        lines.Field("lost", counters.Lost);
        lines.Field("discarded", stream.DiscardedOf(counters));
        lines.Field("loss_percent", counters.LossPercent);
        lines.Field("jitter_ms", counters.JitterMeanMs);
        lines.Field("burst_ratio", counters.Expected > 0 ? stream.BurstROf(counters) : null);

        var offset = (hash ^ (stream.Ssrc * 0x9E37_79B9)) % OffsetsNs;
        lines.End((counters.StartNs / OffsetsNs * OffsetsNs) + offset);
    }

    /// <summary>Codec of a stream: one of a closed set, "other", or null when nothing announced it.</summary>
    public static string? CodecOf(StreamRecord stream) =>
        stream.Codec is { } codec ? KnownCodecs.GetValueOrDefault(codec, "other") : null;

    private static bool IsUnscored(CallRecord call) => call is { Outcome: CallOutcome.Answered, MosLqE4: null };

    private static string? CodecOf(CallRecord call)
    {
        var codecs = call.Streams.Select(CodecOf).OfType<string>().Distinct().ToArray();
        return codecs.Length switch
        {
            0 => null,
            1 => codecs[0],
            _ => "mixed",
        };
    }

    private static string DirectionOf(MediaDirection? direction) => direction switch
    {
        MediaDirection.FromCaller => "fromCaller",
        MediaDirection.FromCallee => "fromCallee",
        _ => "unknown",
    };

    private static double? PercentOf(IReadOnlyList<StreamRecord> streams, Func<StreamRecord, long> part)
    {
        var expected = streams.Sum(s => s.Total.Expected);
        return expected > 0 ? 100.0 * streams.Sum(part) / expected : null;
    }

    // The last octets of a key are hash, the first are time.
    private static uint HashOf(CallKey key) => uint.Parse(
        key.ToString().AsSpan(24), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
