using System.Globalization;
using System.Text.Json;

namespace VoiceQuality.Monitor.Tests;

/// <summary>
/// One stream as the reference sees it: an independent parser before the one that follows a dissector.
/// </summary>
/// <param name="Key">"source destination ssrc".</param>
/// <param name="Figures">What is compared, by name; only what the reference knows.</param>
internal sealed record ReferenceStream(string Key, IReadOnlyDictionary<string, double> Figures);

/// <summary>One call as the reference sees it.</summary>
internal sealed record ReferenceCall(string CallId, bool IsAnswered, int? FinalStatus, double? PostDialDelayMs);

/// <summary>What the reference says of one capture file.</summary>
internal sealed class SharedCaptureTruth(string file, JsonElement facts)
{
    public string File { get; } = file;

    public long Packets => facts.TryGetProperty("capinfos", out var infos)
        && infos.TryGetProperty("Number of packets", out var number)
        ? long.Parse(number.ToString(), CultureInfo.InvariantCulture)
        : 0;

    public IEnumerable<ReferenceCall> Calls()
    {
        if (!facts.TryGetProperty("sip", out var sip) || sip.ValueKind != JsonValueKind.Object
            || !sip.TryGetProperty("dialogs", out var dialogs))
        {
            yield break;
        }

        foreach (var dialog in dialogs.EnumerateArray())
        {
            if (dialog.TryGetProperty("methods", out var methods) && methods.TryGetProperty("INVITE", out _))
            {
                yield return new ReferenceCall(
                    dialog.GetProperty("call_id").GetString()!,
                    Number(dialog, "answer_200") is not null,
                    FinalStatusOfInvite(dialog),
                    Number(dialog, "pdd_s") * 1_000);
            }
        }
    }

    public IEnumerable<ReferenceStream> Streams()
    {
        var streams = new Dictionary<string, Dictionary<string, double>>(StringComparer.Ordinal);
        foreach (var raw in Array("rtp_raw"))
        {
            var figures = new Dictionary<string, double>();
            Take(figures, raw, "received", "unique");
            Take(figures, raw, "lost", "lost");
            Take(figures, raw, "duplicates", "duplicates");
            Take(figures, raw, "reordered", "reordered");
            streams[Key(raw)] = figures;
        }

        foreach (var reference in Array("rtp_reference"))
        {
            var key = Key(reference);
            if (!streams.TryGetValue(key, out var figures))
            {
                figures = [];
                Take(figures, reference, "received", "unique");
                Take(figures, reference, "lost", "lost");
                Take(figures, reference, "duplicates", "duplicates");
                Take(figures, reference, "reordered", "reordered");
                streams.Add(key, figures);
            }

            Take(figures, reference, "jitterMeanMs", "jitter_mean_ms");
            Take(figures, reference, "jitterMaxMs", "jitter_max_ms");
            Take(figures, reference, "maxDeltaMs", "max_delta_ms");
        }

        return streams.Select(static pair => new ReferenceStream(pair.Key, pair.Value));
    }

    private static void Take(Dictionary<string, double> figures, JsonElement item, string name, string property)
    {
        if (Number(item, property) is { } number)
        {
            figures[name] = number;
        }
    }

    private static double? Number(JsonElement item, string name) =>
        item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;

    private static string Key(JsonElement item) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Endpoint(item, "src", "sport")} {Endpoint(item, "dst", "dport")} {item.GetProperty("ssrc").GetString()}");

    private static string Endpoint(JsonElement item, string address, string port)
    {
        var text = item.GetProperty(address).GetString()!;
        var number = item.GetProperty(port).GetInt32();
        return text.Contains(':', StringComparison.Ordinal)
            ? string.Create(CultureInfo.InvariantCulture, $"[{text}]:{number}")
            : string.Create(CultureInfo.InvariantCulture, $"{text}:{number}");
    }

    private JsonElement.ArrayEnumerator Array(string name) =>
        facts.TryGetProperty(name, out var items) && items.ValueKind == JsonValueKind.Array
            ? items.EnumerateArray()
            : default;

    /// <summary>A 2xx counts when the reference saw it answer the INVITE: it lists that of REGISTER and BYE here
    /// too.</summary>
    private static int? FinalStatusOfInvite(JsonElement dialog)
    {
        var status = (int?)Number(dialog, "final_status");
        return status is >= 200 and < 300 && Number(dialog, "answer_200") is null ? null : status;
    }
}
