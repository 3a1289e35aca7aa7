using System.Globalization;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Testing.Captures;

namespace VoiceQuality.Testing.Accuracy;

/// <summary>One path, the truth about each SSRC on it, and what the pipeline made of the capture.</summary>
/// <param name="Path">What happened.</param>
/// <param name="Truth">Of each SSRC, in the order of sending.</param>
/// <param name="Measured">Of each SSRC, in the same order.</param>
public sealed record AccuracyRow(
    ImpairedPath Path, IReadOnlyList<KnownTruth> Truth, IReadOnlyList<StreamRecord> Measured)
{
    private const string Caller = "198.18.0.1:5060";
    private const double StartAt = 2;

    /// <summary>What differs from the truth, in words; empty when nothing does. MOS may differ by 0.01.</summary>
    public IReadOnlyList<string> Differences
    {
        get
        {
            if (Truth.Count != Measured.Count)
            {
                return [$"{Measured.Count} streams, not {Truth.Count}"];
            }

            var differences = new List<string>();
            for (var i = 0; i < Truth.Count; i++)
            {
                var (truth, total) = (Truth[i], Measured[i].Total);
                Compare(differences, "received", truth.Received, total.Received);
                Compare(differences, "expected", truth.Expected, total.Expected);
                Compare(differences, "lost", truth.Lost, total.Lost);
                Compare(differences, "duplicates", truth.Duplicates, total.Duplicates);
                Compare(differences, "reordered", truth.Reordered, total.Reordered);
                Compare(differences, "discarded", truth.Discarded, total.Discarded);
                Compare(differences, "runs", truth.BadRuns, total.BadRuns);
                if (Measured[i].MosLqE4 is not { } mos)
                {
                    differences.Add($"unscored: {Measured[i].UnscoredReason}");
                }
                else if (Math.Abs((mos / 1e4) - truth.MosLq) > 0.01)
                {
                    differences.Add(string.Create(
                        CultureInfo.InvariantCulture, $"MOS {mos / 1e4:0.0000}, not {truth.MosLq:0.0000}"));
                }
            }

            return differences;
        }
    }

    /// <summary>Sends a stream over a path in an answered call and measures the capture with the pipeline.</summary>
    public static AccuracyRow Of(ImpairedPath path)
    {
        ArgumentNullException.ThrowIfNull(path);

        var seed = path.Name.Aggregate(17, static (hash, letter) => unchecked((hash * 31) + letter));
        var wire = new Wire();
        var stream = new KnownStream(path, seed);
        Call(wire, "measured", 4_000, stream);
        if (path.CaptureLoss)
        {
            // A tap that goes blind is known by all its streams stopping at once.
            for (var i = 0; i < 12; i++)
            {
                Call(wire, $"beside-{i}", 5_000 + (i * 2), new KnownStream(
                    new ImpairedPath { Name = "beside", CaptureLoss = true }, seed + i + 1));
            }
        }

        var measured = Measurement.Of(wire);
        var streams = measured.Streams.Where(static record => record.CallId == "measured")
            .OrderBy(static record => record.StartedAtUs).ToArray();
        return new AccuracyRow(path, KnownTruth.Of(stream), streams);
    }

    private static void Call(Wire wire, string callId, int port, KnownStream stream)
    {
        var endsAt = StartAt + (KnownStream.Frames * 0.02) + 0.5;
        var sip = new SipScript(wire, callId) { Caller = Caller };
        sip.Answered(
            0.2,
            1,
            Sdp.Audio("198.18.0.1", port, "0 PCMU/8000", "13 CN/8000"),
            Sdp.Audio("198.18.0.2", port, "0 PCMU/8000", "13 CN/8000"));
        sip.Released(endsAt);
        stream.WriteTo(wire, $"198.18.0.1:{port}", $"198.18.0.2:{port}", StartAt);
    }

    private static void Compare(List<string> differences, string name, long truth, long measured)
    {
        if (truth != measured)
        {
            differences.Add(string.Create(CultureInfo.InvariantCulture, $"{name} {measured}, not {truth}"));
        }
    }
}
