using System.Text.Json;
using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Quality;
using VoiceQuality.Quality.Scoring;

namespace VoiceQuality.Service.Pages;

/// <summary>The words for members of closed enums: on the wire and on pages.</summary>
internal static class Words
{
    /// <summary>The name in camelCase, as JSON, CSV and query strings have it.</summary>
    public static string Wire<TEnum>(TEnum value)
        where TEnum : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    /// <summary>The direction of a stream for a reader.</summary>
    public static string Of(MediaDirection? direction) => direction switch
    {
        MediaDirection.FromCaller => "From the caller",
        MediaDirection.FromCallee => "From the callee",
        _ => "Direction unknown",
    };

    /// <summary>What is remarkable about the media of a call, for a reader.</summary>
    public static string Of(CallFlag flag) => flag switch
    {
        CallFlag.NoMedia => "no media after the answer",
        CallFlag.OneWay => "media one way only",
        CallFlag.MediaAfterEnd => "media after the end",
        CallFlag.FrozenAudio => "the same sound again and again",
        CallFlag.SilentAudio => "silence",
        CallFlag.RtcpTerminated => "RTCP ends on the way",
        _ => "clipped",
    };

    /// <summary>Why the one-way delay is not known, for a reader; empty when it is.</summary>
    public static string Of(DelayObstacle obstacle) => obstacle switch
    {
        DelayObstacle.None => "",
        DelayObstacle.NoReports => "no RTCP spoke of the stream",
        DelayObstacle.OneSideOnly => "RTCP shows one side of the tap alone",
        _ => "something on the way ends RTCP and hides the far side",
    };

    /// <summary>Why there is no score, for a reader; empty when there is one.</summary>
    public static string Of(UnscoredReason reason) => reason switch
    {
        UnscoredReason.None => "",
        UnscoredReason.NoMedia => "no media seen",
        UnscoredReason.TooFewPackets => "too few packets",
        UnscoredReason.CodecUnknown => "codec unknown",
        UnscoredReason.CodecNotInTable => "codec not in the table",
        UnscoredReason.CodecHasNoLossFactor => "codec has no loss factor",
        UnscoredReason.NotAudio => "not audio",
        UnscoredReason.EarlyMediaOnly => "early media only",
        UnscoredReason.NoAnswer => "not answered",
        UnscoredReason.MixedCodecs => "several codecs",
        UnscoredReason.MediaNotReadable => "media not readable",
        UnscoredReason.CaptureLoss => "capture lost packets",
        UnscoredReason.ClockNotKept => "sender does not keep its clock",
        UnscoredReason.PartlyObserved => "partly observed",
        UnscoredReason.NoScoredStream => "no scored stream",
        UnscoredReason.InvalidCounters => "counters contradict",
        UnscoredReason.ScaleNotCounted => "wideband is not counted",
        UnscoredReason.DelayNotMeasured => "delay not measured",
        _ => Wire(reason),
    };

    /// <summary>Colour family of an outcome.</summary>
    public static string ToneOf(CallOutcome outcome) => outcome switch
    {
        CallOutcome.Answered => Tone.Good,
        CallOutcome.Failed => Tone.Bad,
        CallOutcome.Rejected => Tone.Warn,
        CallOutcome.Incomplete => Tone.Notice,
        _ => "",
    };
}
