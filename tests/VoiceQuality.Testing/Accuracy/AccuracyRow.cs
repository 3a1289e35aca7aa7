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
        Call(wire, "measured", 0, stream, null);
        if (path.CaptureLoss)
        {
            // A tap that goes blind is known by what it tapped: streams both ways between several places stop at once.
            for (var i = 1; i <= 6; i++)
            {
                Call(wire, $"beside-{i}", i, Beside(seed + i), Beside(seed + i + 100));
            }
        }

        var measured = Measurement.Of(wire);
        var streams = measured.Streams.Where(static record => record.CallId == "measured")
            .OrderBy(static record => record.StartedAtUs).ToArray();
        return new AccuracyRow(path, KnownTruth.Of(stream), streams);
    }

    private static KnownStream Beside(int seed) =>
        new(new ImpairedPath { Name = "beside", CaptureLoss = true }, seed);

    private static void Call(Wire wire, string callId, int place, KnownStream fromCaller, KnownStream? fromCallee)
    {
        var (caller, callee) = ($"198.18.1.{place}", $"198.18.2.{place}");
        var endsAt = StartAt + (KnownStream.Frames * 0.02) + 0.5;
        var sip = new SipScript(wire, callId) { Caller = $"{caller}:5060", Callee = $"{callee}:5060" };
        sip.Answered(
            0.2,
            1,
            Sdp.Audio(caller, 4_000, "0 PCMU/8000", "13 CN/8000"),
            Sdp.Audio(callee, 4_000, "0 PCMU/8000", "13 CN/8000"));
        sip.Released(endsAt);
        fromCaller.WriteTo(wire, $"{caller}:4000", $"{callee}:4000", StartAt);
        fromCallee?.WriteTo(wire, $"{callee}:4000", $"{caller}:4000", StartAt);
    }

    private static void Compare(List<string> differences, string name, long truth, long measured)
    {
        if (truth != measured)
        {
            differences.Add(string.Create(CultureInfo.InvariantCulture, $"{name} {measured}, not {truth}"));
        }
    }
}
