using NodaTime;
using VoiceQuality.Service.Pages;

namespace VoiceQuality.Service.Signalling;

/// <summary>How signalling is told on pages.</summary>
internal static class SignallingText
{
    /// <summary>What the abbreviations are.</summary>
    public const string Legend =
        "ASR: answered of all attempts (ITU-T E.411). NER: answered, or not for a reason of caller or callee (E.425). "
        + "RFC 6076: SER, answered of those not redirected; SEER, answered or declined by the callee; ISA, ineffective "
        + "(408, 500, 503, 504, no response); SCR, answered and ended with a confirmed BYE; SRD, request delay of "
        + "attempts that did not fail; SDD, disconnect delay. ACD: mean length of calls whose end was seen. PDD: "
        + "INVITE to ringing. A dash: nothing to measure it by.";

    /// <summary>"83.4 s".</summary>
    public static string Seconds(SignallingDelay delay) =>
        delay.MeanMs is { } ms ? Figures.Number(ms / 1e3, 1) + " s" : Figures.Unknown;

    /// <summary>"120 ms".</summary>
    public static string Milliseconds(SignallingDelay delay) =>
        delay.MeanMs is { } ms ? Figures.Number(ms, 0) + " ms" : Figures.Unknown;

    /// <summary>"of 1,234".</summary>
    public static string Of(SignallingDelay delay) => delay.Count > 0 ? "of " + Figures.Count(delay.Count) : "";

    /// <summary>ASR of each piece of the time, percent; null where nothing was attempted.</summary>
    public static IReadOnlyList<double?> Trend(SignallingLine line, SignallingSearch search)
    {
        var known = line.Series.ToDictionary(point => point.From, point => point.Sums.AsrPercent);
        var step = search.Step == SignallingStep.Hour ? Duration.FromHours(1) : Duration.FromDays(1);
        var points = new List<double?>();
        for (var at = SignallingSearch.PieceOf(search.From, search.Step); at < search.To; at += step)
        {
            points.Add(known.GetValueOrDefault(at));
        }

        return points;
    }
}
