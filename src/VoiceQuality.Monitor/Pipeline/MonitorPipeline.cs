using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.Sources;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Quality.Rtp;

namespace VoiceQuality.Monitor.Pipeline;

/// <summary>
/// From captured packets to scored calls. One thread gives it blocks; it reads signalling in order, hands media to
/// lanes and passes what is final to the sink. The same packets give the same results whatever the number of lanes.
/// </summary>
public sealed class MonitorPipeline : IDisposable
{
    private readonly PacketReader _reader;
    private readonly LaneGroup _lanes;
    private bool _isCompleted;
    private bool _hasFailed;

    /// <param name="options">Limits and policies.</param>
    /// <param name="sink">Receives what is final, on the calling thread or on one of the pipeline's own.</param>
    public MonitorPipeline(MonitorOptions options, IMeasurementSink sink)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(sink);

        var meterPolicy = new MeterPolicy
        {
            JitterBuffer = options.JitterBuffer,
            JitterBufferMs = options.JitterBufferMs,
            MoreJitterBuffers = [.. options.MoreJitterBuffers],
            WithoutSkewCorrection = !options.SkewCorrection,
            IntervalMs = options.IntervalSeconds * 1_000,
        };
        var assembler = new Assembler(sink, new StreamCompletion(options));
        _reader = new PacketReader(options);
        _lanes = options is { Lanes: 1, ReadsAhead: false }
            ? new InlineLane(CreateLane(), assembler)
            : new LaneThreads(options, CreateLane, assembler);

        MediaLane CreateLane() => new(options, meterPolicy, new StreamRecordBuilder(options));
    }

    /// <summary>
    /// Works on the packets of a block. The block may be released at once; the lanes hold their own. An exception of
    /// the sink comes out here or from <see cref="Complete"/>, and ends the pipeline.
    /// </summary>
    public void Process(PacketBlock block)
    {
        ArgumentNullException.ThrowIfNull(block);
        ObjectDisposedException.ThrowIf(_isCompleted, this);

        if (_hasFailed)
        {
            throw new InvalidOperationException("The pipeline has failed; give it no further packets.");
        }

        // Whatever throws leaves things half done, and nothing may go on from there.
        _hasFailed = true;
        var work = _lanes.Begin(block);
        _reader.Read(block, work);
        _lanes.Submit(work);
        _hasFailed = false;
    }

    /// <summary>Looks for other SIP header fields in calls that begin from now on.</summary>
    /// <param name="headers">Their names, at most 16, as in <see cref="MonitorOptions.Headers"/>.</param>
    public void LookAt(IReadOnlyList<string> headers)
    {
        ArgumentNullException.ThrowIfNull(headers);
        _reader.LookAt(headers);
    }

    /// <summary>
    /// Hands over what is final and reports what goes on as it stands, and returns when the sink has received all of
    /// it. The pipeline goes on as if nothing had been asked.
    /// </summary>
    public void Checkpoint()
    {
        ObjectDisposedException.ThrowIf(_isCompleted, this);

        if (_hasFailed)
        {
            throw new InvalidOperationException("The pipeline has failed; there is nothing to report.");
        }

        _hasFailed = true;
        var work = _lanes.Begin(null);
        _reader.Checkpoint(work, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        _lanes.SubmitAndWait(work);
        _hasFailed = false;
    }

    /// <summary>Ends it without handing over what is not final yet.</summary>
    public void Abandon()
    {
        if (!_isCompleted)
        {
            _isCompleted = true;
            if (!_hasFailed)
            {
                _lanes.Complete();
            }
        }
    }

    /// <summary>Ends every call and stream, and returns when the sink has received everything.</summary>
    public void Complete()
    {
        if (_isCompleted)
        {
            return;
        }

        _isCompleted = true;
        if (_hasFailed)
        {
            return;
        }

        bool hasMore;
        do
        {
            var work = _lanes.Begin(null);
            hasMore = _reader.FinishSome(work);
            _lanes.Submit(work);
        }
        while (hasMore);

        _lanes.Complete();
    }

    /// <summary>Completes it, unless it has failed.</summary>
    public void Dispose()
    {
        try
        {
            Complete();
        }
        finally
        {
            _lanes.Dispose();
        }
    }
}
