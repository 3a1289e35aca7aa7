using System.Globalization;
using VoiceQuality.Monitor;
using VoiceQuality.Monitor.Pipeline;
using VoiceQuality.Monitor.Sources;
using VoiceQuality.Monitor.Sources.Live;
using VoiceQuality.Service.Cli;

namespace VoiceQuality.Service.Analyze;

/// <summary>Runs what passes on interfaces through the pipeline, for a while or until it is asked to stop.</summary>
internal sealed class LiveAnalysis(MonitorOptions options, CliConsole console)
{
    private readonly ProgressLine _progress = new(console);

    /// <summary>Called once when packets are received from then on.</summary>
    public Action OnListening { get; init; } = static () => { };

    /// <summary>Captures and analyses.</summary>
    /// <param name="interfaces">Names of the interfaces; one capture together.</param>
    /// <param name="capture">How they are captured.</param>
    /// <param name="duration">How long; null until <paramref name="cancellationToken"/> says so.</param>
    /// <param name="writer">Takes the results.</param>
    /// <param name="cancellationToken">Ends the capture; what was received until then is worked on.</param>
    /// <returns>Exit status: 0 done, 1 some packets were not seen, 2 an interface cannot be captured.</returns>
    public int Run(
        IReadOnlyList<string> interfaces, LiveCaptureOptions capture, TimeSpan? duration, AnalysisWriter writer,
        CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            using var source = new LiveCapture(interfaces, capture, TimeProvider.System, stop.Token);
            OnListening();
            if (duration is { } time)
            {
                stop.CancelAfter(time);
            }

            return Run(source, interfaces, capture, writer);
        }
        catch (LiveCaptureException e)
        {
            console.Error.WriteLine($"voicequality: {e.Message}");
            return ExitStatus.Unusable;
        }
    }

    private int Run(
        LiveCapture source, IReadOnlyList<string> interfaces, LiveCaptureOptions capture, AnalysisWriter writer)
    {
        using var pipeline = new MonitorPipeline(options, writer);
        PipelineRunner.Run(source, pipeline, new PacketBlockPool(), () => Show(source), CancellationToken.None);
        pipeline.Complete();
        _progress.Clear();
        writer.Finish(new CaptureSummary
        {
            Files = interfaces,
            Counters = writer.Counters,
            DroppedByCapture = source.NotSeen,
            LeftOutByCapture = capture.LeaveOutOtherUdp ? source.LeftOut : null,
        });
        if (source.NotSeen == 0)
        {
            return ExitStatus.Done;
        }

        console.Error.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"voicequality: {source.NotSeen} of {source.Received} packets came faster than they were read and count as "
                + $"lost in their streams; make the ring larger with --ring"));
        return ExitStatus.PartlyUnusable;
    }

    private void Show(LiveCapture source)
    {
        if (console.ErrorIsTerminal)
        {
            _progress.Show(string.Create(
                CultureInfo.InvariantCulture, $"{source.Name}: {source.PacketsRead} packets, {source.NotSeen} not seen"));
        }
    }
}
