using System.Runtime.ExceptionServices;
using System.Threading.Channels;
using VoiceQuality.Monitor;
using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.Streams;

namespace VoiceQuality.Service.Analyze;

/// <summary>
/// Writes on a thread of its own, in the order of what it is given. When that is behind, whoever gives waits. A failure
/// comes out at the next piece, or at the end.
/// </summary>
internal sealed class BackgroundWriter : AnalysisWriter
{
    /// <summary>Calls, streams and intervals of streams that are handed over together.</summary>
    private const int PieceLength = 64;

    /// <summary>Pieces that wait at most.</summary>
    private const int PiecesAhead = 4;

    private readonly AnalysisWriter _inner;
    private readonly Channel<Piece> _pieces = Channel.CreateBounded<Piece>(new BoundedChannelOptions(PiecesAhead)
    {
        FullMode = BoundedChannelFullMode.Wait,
        SingleReader = true,
        SingleWriter = true,

        // Threads wait here, which are woken at once.
        AllowSynchronousContinuations = true,
    });

    private readonly Thread _thread;
    private List<object> _records = new(PieceLength);
    private int _length;
    private ExceptionDispatchInfo? _failure;

    /// <param name="inner">What writes; disposed with this.</param>
    public BackgroundWriter(AnalysisWriter inner)
    {
        _inner = inner;
        _thread = new Thread(Write) { Name = "results", IsBackground = true };
        _thread.Start();
    }

    public override void OnStream(StreamRecord stream) => Add(stream, 1 + stream.Intervals.Count);

    public override void OnCall(CallRecord call) => Add(call, 1);

    public override void OnTick(long packetTimeUs, PipelineCounters counters)
    {
        base.OnTick(packetTimeUs, counters);
        if (_records.Count > 0)
        {
            HandOver(counters, packetTimeUs);
        }
    }

    public override void Finish(CaptureSummary capture)
    {
        HandOver(null, 0);
        Stop();
        _failure?.Throw();
        _inner.Finish(capture);
    }

    public override void Dispose()
    {
        Stop();
        _inner.Dispose();
        base.Dispose();
    }

    private void Add(object record, int length)
    {
        _records.Add(record);
        _length += length;
        if (_length >= PieceLength)
        {
            HandOver(null, 0);
        }
    }

    private void HandOver(PipelineCounters? counters, long packetTimeUs)
    {
        var piece = new Piece(_records, counters, packetTimeUs);
        _records = new List<object>(PieceLength);
        _length = 0;
        while (!_pieces.Writer.TryWrite(piece))
        {
            if (!_pieces.Writer.WaitToWriteAsync().AsTask().GetAwaiter().GetResult())
            {
                _failure?.Throw();
                throw new InvalidOperationException("The results are written; there is nothing to add.");
            }
        }
    }

    private void Stop()
    {
        _pieces.Writer.TryComplete();
        _thread.Join();
    }

    private void Write()
    {
        try
        {
            while (_pieces.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
            {
                while (_pieces.Reader.TryRead(out var piece))
                {
                    Write(piece);
                }
            }
        }
        catch (Exception exception)
        {
            // It belongs to whoever gives.
            _failure = ExceptionDispatchInfo.Capture(exception);
            _pieces.Writer.TryComplete();
        }
    }

    private void Write(Piece piece)
    {
        foreach (var record in piece.Records)
        {
            if (record is CallRecord call)
            {
                _inner.OnCall(call);
            }
            else
            {
                _inner.OnStream((StreamRecord)record);
            }
        }

        if (piece.Counters is { } counters)
        {
            _inner.OnTick(piece.PacketTimeUs, counters);
        }
    }

    private sealed record Piece(List<object> Records, PipelineCounters? Counters, long PacketTimeUs);
}
