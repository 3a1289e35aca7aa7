using VoiceQuality.Monitor;
using VoiceQuality.Quality.Codecs;
using VoiceQuality.Quality.Rtp;
using VoiceQuality.Quality.Scoring;
using VoiceQuality.Service.Rescoring;

namespace VoiceQuality.Service.Hosting;

/// <summary>Puts the codec table and the scoring policy of the settings into those of the monitor.</summary>
internal static class ScoringSettings
{
    /// <summary>So many does a meter emulate beside the one that scores.</summary>
    private const int MostBuffersBeside = 8;

    /// <summary>The settings of the monitor with what the files say; everything that is wrong with them is
    /// told.</summary>
    public static MonitorOptions Apply(
        MonitorOptions monitor, CodecsOptions codecs, ScoringOptions scoring, ICollection<string> errors)
    {
        monitor = WithBuffers(monitor, errors);
        if (codecs.File is { Length: > 0 } && scoring.File is { Length: > 0 })
        {
            errors.Add("Codecs:File goes without Scoring:File: a scoring policy names its codec table itself");
            return monitor;
        }

        return codecs.File is { Length: > 0 } table ? WithTable(monitor, table, errors)
            : scoring.File is { Length: > 0 } policy ? WithPolicy(monitor, policy, errors)
            : monitor;
    }

    private static MonitorOptions WithBuffers(MonitorOptions monitor, ICollection<string> errors)
    {
        if (monitor.JitterBuffersBeside.Count > MostBuffersBeside)
        {
            errors.Add($"Monitor:JitterBuffersBeside has more than {MostBuffersBeside}");
            return monitor;
        }

        var buffers = new List<JitterBufferModel>();
        foreach (var text in monitor.JitterBuffersBeside)
        {
            if (JitterBufferModel.TryParse(text, out var buffer) && buffer.DepthMs is >= 10 and <= 1_000)
            {
                buffers.Add(buffer);
            }
            else
            {
                errors.Add("Monitor:JitterBuffersBeside takes fixed:MS or adaptive:MS, 10 to 1000 ms");
            }
        }

        return buffers.Count == 0 ? monitor : monitor with { MoreJitterBuffers = buffers };
    }

    private static MonitorOptions WithTable(MonitorOptions monitor, string path, ICollection<string> errors)
    {
        if (ScoringPolicies.ReadText(path) is not { } text)
        {
            errors.Add("Codecs:File: the file cannot be read");
            return monitor;
        }

        if (CodecTable.TryParse(text, out var table, out var wrong))
        {
            return monitor with { Codecs = table };
        }

        foreach (var error in wrong)
        {
            errors.Add($"Codecs:File: {error}");
        }

        return monitor;
    }

    private static MonitorOptions WithPolicy(MonitorOptions monitor, string path, ICollection<string> errors)
    {
        var policy = ScoringPolicies.Read(path, out var wrong);
        foreach (var error in wrong)
        {
            errors.Add($"Scoring:File: {error}");
        }

        if (policy is null)
        {
            return monitor;
        }

        if (policy.Score == ScoreBasis.MosLq)
        {
            return monitor.With(policy);
        }

        errors.Add("Scoring:File: a policy that counts MOS-CQ is for looking; to count it, the contract policy says "
            + "mos_score_basis CONVERSATIONAL");
        return monitor;
    }
}
