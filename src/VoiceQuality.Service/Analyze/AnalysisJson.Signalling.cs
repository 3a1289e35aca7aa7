using System.Text.Json;
using VoiceQuality.Quality.Signalling;
using VoiceQuality.Service.Signalling;

namespace VoiceQuality.Service.Analyze;

/// <content>How call attempts went.</content>
internal static partial class AnalysisJson
{
    /// <summary>
    /// How the call attempts of the capture went, with the fields of the API. Field by field: a serializer takes longer
    /// to get ready than a small capture takes.
    /// </summary>
    public static void WriteSignalling(Utf8JsonWriter json, in SignallingCounters sums)
    {
        var all = SignallingResponse.Of(sums);
        json.WriteStartObject("signalling");
        json.WriteNumber("attempts", all.Attempts);
        json.WriteNumber("answered", all.Answered);
        json.WriteNumber("redirected", all.Redirected);
        json.WriteNumber("declined", all.Declined);
        json.WriteNumber("ineffective", all.Ineffective);
        json.WriteNumber("notAnsweredByUser", all.NotAnsweredByUser);
        json.WriteNumber("completed", all.Completed);
        json.WriteNumber("retransmissions", all.Retransmissions);
        json.WriteNumber("challenges", all.Challenges);
        json.WriteNumber("partlyKnown", all.PartlyKnown);
        WriteShare(json, "asr", all.Asr);
        WriteShare(json, "ner", all.Ner);
        WriteShare(json, "ser", all.Ser);
        WriteShare(json, "seer", all.Seer);
        WriteShare(json, "isa", all.Isa);
        WriteShare(json, "scr", all.Scr);
        WriteWhole(json, "acdSeconds", all.AcdSeconds);
        WriteDelay(json, "talk", all.Talk);
        WriteDelay(json, "pdd", all.Pdd);
        WriteDelay(json, "ringTime", all.RingTime);
        WriteDelay(json, "srd", all.Srd);
        WriteDelay(json, "failedSrd", all.FailedSrd);
        WriteDelay(json, "sdd", all.Sdd);
        json.WriteEndObject();
    }

    private static void WriteShare(Utf8JsonWriter json, string name, SignallingShare share)
    {
        json.WriteStartObject(name);
        WriteWhole(json, "percent", share.Percent);
        json.WriteNumber("numerator", share.Numerator);
        json.WriteNumber("denominator", share.Denominator);
        json.WriteEndObject();
    }

    private static void WriteDelay(Utf8JsonWriter json, string name, SignallingDelay delay)
    {
        json.WriteStartObject(name);
        WriteWhole(json, "meanMs", delay.MeanMs);
        json.WriteNumber("count", delay.Count);
        json.WriteNumber("sumUs", delay.SumUs);
        json.WriteEndObject();
    }

    /// <summary>With all its digits, as the API writes it.</summary>
    private static void WriteWhole(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
