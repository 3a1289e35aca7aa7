using System.Globalization;
using System.Text;
using System.Text.Json;
using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.Sources;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Testing.Captures;
using Xunit.Abstractions;

namespace VoiceQuality.Monitor.Tests;

/// <summary>
/// Compares every figure of every shared capture with its reference. A difference must be in
/// <see cref="ExplainedDifferences"/>, with its reason in plain words, or the test fails.
/// </summary>
public sealed class SharedCaptureAgreementTests(ITestOutputHelper output)
{
    [SharedCapturesFact]
    public void Every_difference_from_the_reference_is_explained()
    {
        var folder = SharedCapturesFactAttribute.Folder!;
        using var truth = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "truth.json")));
        var tally = new Dictionary<string, (int Same, int Explained)>(StringComparer.Ordinal);
        var unexplained = new List<Difference>();
        var used = new HashSet<ExplainedDifference>();
        var files = truth.RootElement.EnumerateObject().OrderBy(static item => item.Name, StringComparer.Ordinal);
        foreach (var facts in files)
        {
            foreach (var (figure, difference) in Compare(folder, new SharedCaptureTruth(facts.Name, facts.Value)))
            {
                var (same, explained) = tally.GetValueOrDefault(figure);
                var reason = difference is null ? null : ExplainedDifferences.Find(difference);
                if (difference is null)
                {
                    tally[figure] = (same + 1, explained);
                }
                else if (reason is null)
                {
                    unexplained.Add(difference);
                }
                else
                {
                    used.Add(reason);
                    tally[figure] = (same, explained + 1);
                    output.WriteLine($"{difference}: {reason.Reason}");
                }
            }
        }

        Print(tally, unexplained);
        Assert.Empty(unexplained);
        Assert.Empty(ExplainedDifferences.All.Except(used));
    }

    private static IEnumerable<(string Figure, Difference? Difference)> Compare(string folder, SharedCaptureTruth truth)
    {
        var (measured, source) = Measure(Path.Combine(folder, truth.File));
        var packets = source.PacketsRead + source.UnsupportedLinkTypePackets + source.SkippedRecords;
        yield return Check(truth.File, "capture", "packets", truth.Packets, packets);

        var calls = measured.Calls.GroupBy(static call => call.CallId)
            .ToDictionary(static group => group.Key, static group => group.First());
        foreach (var expected in truth.Calls())
        {
            calls.Remove(expected.CallId, out var call);
            yield return Check(truth.File, expected.CallId, "call", 1, call is null ? 0 : 1);
            if (call is not null)
            {
                yield return Check(
                    truth.File, call.CallId, "answered", expected.IsAnswered ? 1 : 0,
                    call.Outcome == CallOutcome.Answered ? 1 : 0);
                yield return Check(truth.File, call.CallId, "finalStatus", expected.FinalStatus, call.FinalStatus);
                yield return Check(
                    truth.File, call.CallId, "postDialDelayMs",
                    expected.PostDialDelayMs, call.PostDialDelayUs / 1e3, tolerance: 0.01);
            }
        }

        foreach (var call in calls.Values.Where(static call => call.Outcome != CallOutcome.Incomplete))
        {
            yield return Check(truth.File, call.CallId, "call", 0, 1);
        }

        var streams = measured.Streams.ToLookup(Key, StringComparer.Ordinal);
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var expected in truth.Streams())
        {
            known.Add(expected.Key);
            var found = streams[expected.Key].ToArray();
            yield return Check(truth.File, expected.Key, "stream", 1, found.Length > 0 ? 1 : 0);
            foreach (var (name, figure) in expected.Figures)
            {
                if (found.Length > 0)
                {
                    yield return Check(
                        truth.File, expected.Key, name, figure, Figure(found, name), Tolerance(name, figure));
                }
            }
        }

        foreach (var stream in measured.Streams.Where(stream => !known.Contains(Key(stream))))
        {
            yield return Check(truth.File, Key(stream), "stream", 0, 1);
        }
    }

    private static (Measurement Measured, CaptureFileSource Source) Measure(string file)
    {
        using var source = CaptureFileSource.Open(file);
        return (Measurement.Of(source), source);
    }

    private static string Key(StreamRecord stream) => string.Create(
        CultureInfo.InvariantCulture, $"{stream.Source} {stream.Destination} 0x{stream.Ssrc:x8}");

    private static double? Figure(StreamRecord[] streams, string name) => name switch
    {
        "received" => streams.Sum(static stream => stream.Total.Received),
        "lost" => streams.Sum(static stream => stream.Total.Lost),
        "duplicates" => streams.Sum(static stream => stream.Total.Duplicates),
        "reordered" => streams.Sum(static stream => stream.Total.Reordered),
        "jitterMeanMs" => streams[0].Total.JitterMeanMs,
        "jitterMaxMs" => streams[0].Total.JitterMaxMs,
        _ => streams[0].Total.MaxDeltaMs,
    };

    /// <summary>Counters are exact. The reference rounds to 0.1 µs and works in binary fractions of a second.</summary>
    private static double Tolerance(string name, double expected) => name switch
    {
        "jitterMeanMs" or "jitterMaxMs" => 0.001 + (0.0005 * Math.Abs(expected)),
        "maxDeltaMs" => 0.002,
        _ => 0,
    };

    private static (string Figure, Difference? Difference) Check(
        string file, string subject, string figure, double? expected, double? actual, double tolerance = 0)
    {
        var isSame = expected.HasValue == actual.HasValue
            && Math.Abs((expected ?? 0) - (actual ?? 0)) <= tolerance;
        return (figure, isSame ? null : new Difference(file, subject, figure, expected, actual));
    }

    private void Print(Dictionary<string, (int Same, int Explained)> tally, List<Difference> unexplained)
    {
        var text = new StringBuilder("figure            agrees  explained  unexplained\n");
        var figures = tally.Keys.Union(unexplained.Select(static item => item.Figure));
        foreach (var figure in figures.Order(StringComparer.Ordinal))
        {
            var (same, explained) = tally.GetValueOrDefault(figure);
            text.Append(
                CultureInfo.InvariantCulture,
                $"{figure,-16}{same,8}{explained,11}{unexplained.Count(item => item.Figure == figure),13}\n");
        }

        foreach (var difference in unexplained)
        {
            text.Append(CultureInfo.InvariantCulture, $"UNEXPLAINED {difference}\n");
        }

        output.WriteLine(text.ToString());
        File.WriteAllText(Path.Combine(AppContext.BaseDirectory, "shared-capture-agreement.txt"), text.ToString());
    }
}

/// <summary>A figure that differs from its reference; null stands for unknown.</summary>
internal sealed record Difference(string File, string Subject, string Figure, double? Expected, double? Actual)
{
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{File} | {Subject} | {Figure} | {Actual}, not {Expected}");
}
