using System.Text.Json;

namespace VoiceQuality.Quality.Scoring;

/// <summary>
/// Why a stream or a call has no score. A closed set; the wire name is the member's name in camelCase.
/// </summary>
public enum UnscoredReason
{
    /// <summary>It has a score.</summary>
    None,

    /// <summary>No RTP packet was seen.</summary>
    NoMedia,

    /// <summary>Fewer packets were expected than the policy asks for (100 by default).</summary>
    TooFewPackets,

    /// <summary>A dynamic payload type that no description announced.</summary>
    CodecUnknown,

    /// <summary>The codec is known, but the table has no row for it that the policy accepts.</summary>
    CodecNotInTable,

    /// <summary>
    /// The table has Ie but no Bpl. Such streams are not scored even without loss: scoring only those would raise
    /// every mean.
    /// </summary>
    CodecHasNoLossFactor,

    /// <summary>Telephone events, comfort noise, redundancy or error correction data, text, video.</summary>
    NotAudio,

    /// <summary>All media came before the answer.</summary>
    EarlyMediaOnly,

    /// <summary>The call was not answered.</summary>
    NoAnswer,

    /// <summary>The streams carry several codecs and no single row describes them.</summary>
    MixedCodecs,

    /// <summary>The media is encrypted or tunnelled in a way that hides its RTP header.</summary>
    MediaNotReadable,

    /// <summary>The measuring point itself lost packets meanwhile, so loss on the path is not known.</summary>
    CaptureLoss,

    /// <summary>
    /// The sender's timestamps advance at another rate than the announced clock, so what the emulated jitter buffer
    /// discarded says nothing about the network; see <see cref="Rtp.SenderClock"/>.
    /// </summary>
    ClockNotKept,

    /// <summary>The monitor was not running for the whole of the call.</summary>
    PartlyObserved,

    /// <summary>No stream of the call has a score, and the streams differ in why.</summary>
    NoScoredStream,

    /// <summary>The counters contradict each other; nothing is computed from them.</summary>
    InvalidCounters,

    /// <summary>The scoring policy does not count wideband and fullband codecs.</summary>
    ScaleNotCounted,

    /// <summary>The scoring policy counts MOS-CQ, and the delay of the path was not measured.</summary>
    DelayNotMeasured,
}

/// <summary>The names of <see cref="UnscoredReason"/> outside the program.</summary>
public static class UnscoredReasonNames
{
    private static readonly string[] Names =
        [.. Enum.GetNames<UnscoredReason>().Select(JsonNamingPolicy.CamelCase.ConvertName)];

    /// <summary>The wire name, or null for <see cref="UnscoredReason.None"/>.</summary>
    public static string? ToWireName(this UnscoredReason reason) =>
        reason == UnscoredReason.None ? null : Names[(int)reason];

    /// <summary>Reads a wire name; null is <see cref="UnscoredReason.None"/>.</summary>
    public static bool TryParse(string? wireName, out UnscoredReason reason)
    {
        var index = wireName is null ? 0 : Array.IndexOf(Names, wireName, 1);
        reason = index > 0 ? (UnscoredReason)index : UnscoredReason.None;
        return index >= 0;
    }
}
