using System.Globalization;
using VoiceQuality.Monitor;
using VoiceQuality.Monitor.Pipeline;
using VoiceQuality.Monitor.Sources;
using VoiceQuality.Protocols.Pcap;
using VoiceQuality.Service.Cli;

namespace VoiceQuality.Service.Analyze;

/// <summary>Runs capture files through the pipeline, as one capture in the order of their first packets.</summary>
internal sealed class CaptureAnalysis(MonitorOptions options, CliConsole console)
{
    /// <summary>The name of the standard input.</summary>
    public const string StandardInput = "-";

    private readonly PacketBlockPool _pool = new();
    private readonly List<InputProblem> _problems = [];
    private long _unsupportedLinkType;
    private long _unusableRecords;
    private long? _droppedByCapture;
    private readonly ProgressLine _progress = new(console);
    private bool _hasUsable;

    /// <summary>Analyses <paramref name="files"/>.</summary>
    /// <returns>Exit status: 0 done, 1 partly unusable, 2 nothing usable (and nothing written).</returns>
    public int Run(IReadOnlyList<string> files, AnalysisWriter writer, CancellationToken cancellationToken)
    {
        using var pipeline = new MonitorPipeline(options, writer);
        foreach (var file in files.Count > 1 && !files.Contains(StandardInput) ? InCaptureOrder(files) : files)
        {
            using var source = TryOpen(file);
            if (source is null)
            {
                continue;
            }

            var length = file == StandardInput ? 0 : new FileInfo(file).Length;
            using var guarded = new GuardedSource(source);
            PipelineRunner.Run(guarded, pipeline, _pool, () => Show(source, length), cancellationToken);
            Note(source);
            if (guarded.Failure is { } failure)
            {
                NoteUnreadable(file, failure);
            }
        }

        pipeline.Complete();
        _progress.Clear();
        if (!_hasUsable)
        {
            return 2;
        }

        writer.Finish(new CaptureSummary
        {
            Files = files,
            Counters = writer.Counters,
            UnsupportedLinkType = _unsupportedLinkType,
            UnusableRecords = _unusableRecords,
            DroppedByCapture = _droppedByCapture,
            Problems = _problems,
        });
        return _problems.Count > 0 ? 1 : 0;
    }

    private CaptureFileSource? TryOpen(string file)
    {
        try
        {
            return file == StandardInput
                ? new CaptureFileSource("stdin", console.OpenInput())
                : CaptureFileSource.Open(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            NoteUnreadable(file, exception);
            return null;
        }
    }

    private void NoteUnreadable(string file, Exception exception)
    {
        console.Error.WriteLine($"voicequality: {file}: {OpenProblem(exception)}");
        _problems.Add(new InputProblem(file, null, CaptureAnomalyReason.None, null, Stops: true));
    }

    private static string OpenProblem(Exception exception) => exception switch
    {
        FileNotFoundException or DirectoryNotFoundException => "no such file; check the name",
        UnauthorizedAccessException => "not readable as this user, or a folder; give a file that can be read",
        _ => $"cannot be read: {exception.Message}",
    };

    private void Show(CaptureFileSource source, long length)
    {
        if (console.ErrorIsTerminal)
        {
            var share = length > 0 ? string.Create(CultureInfo.InvariantCulture, $" {100 * source.OctetsRead / length}%") : "";
            _progress.Show(string.Create(
                CultureInfo.InvariantCulture,
                $"{Path.GetFileName(source.Name)}:{share} {source.PacketsRead} packets"));
        }
    }

    private List<string> InCaptureOrder(IReadOnlyList<string> files)
    {
        var starts = new List<(long StartNs, int Index, string File)>();
        for (var i = 0; i < files.Count; i++)
        {
            starts.Add((FirstPacketNs(files[i]), i, files[i]));
        }

        starts.Sort();
        return starts.ConvertAll(static start => start.File);
    }

    private long FirstPacketNs(string file)
    {
        var block = _pool.Rent();
        try
        {
            using var source = CaptureFileSource.Open(file);
            return source.TryFill(block) ? block.Records[0].TimestampNs : long.MaxValue;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return long.MaxValue;
        }
        finally
        {
            block.Release();
        }
    }

    private void Note(CaptureFileSource source)
    {
        _unsupportedLinkType += source.UnsupportedLinkTypePackets;
        _unusableRecords += source.SkippedRecords;
        _droppedByCapture = source.DroppedByCapture is { } dropped
            ? (_droppedByCapture ?? 0) + dropped
            : _droppedByCapture;
        foreach (var anomaly in source.Anomalies)
        {
            // Where compressed data breaks off, so does a record: that is one problem, not two.
            if (source.DamagedAtOffset is not null
                && anomaly.Reason is CaptureAnomalyReason.RecordCut or CaptureAnomalyReason.FileHeaderCut)
            {
                continue;
            }

            Report(new InputProblem(source.Name, anomaly.Offset, anomaly.Reason, anomaly.Value, anomaly.Stops));
        }

        if (source.AnomalyCount > source.Anomalies.Count)
        {
            console.Error.WriteLine(
                $"voicequality: {source.Name}: {source.AnomalyCount - source.Anomalies.Count} more problems like these");
        }

        if (source.DamagedAtOffset is { } offset)
        {
            Report(new InputProblem(source.Name, offset, CaptureAnomalyReason.None, null, Stops: true));
        }

        var isCapture = !source.Anomalies.Any(static anomaly => anomaly.Reason
            is CaptureAnomalyReason.NotACaptureFile or CaptureAnomalyReason.FileHeaderCut);
        _hasUsable |= isCapture && (source.UnsupportedLinkTypePackets == 0 || source.PacketsRead > 0);
    }

    private void Report(InputProblem problem)
    {
        _problems.Add(problem);
        console.Error.WriteLine($"voicequality: {InputProblemText.Of(problem)}");
    }
}
