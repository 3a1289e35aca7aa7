namespace VoiceQuality.Service.Hosting;

/// <summary>What a look at a file that is being written tells.</summary>
internal enum TailState
{
    /// <summary>More may come.</summary>
    Growing,

    /// <summary>It has not changed for a while, so what is there is all of it.</summary>
    Complete,

    /// <summary>It has gone, or another file waits to be read; this one is read again later.</summary>
    GivenUp,
}

/// <summary>A file was given up before its end.</summary>
internal sealed class TailGivenUpException : Exception
{
    public TailGivenUpException()
        : base("The file was given up before its end.")
    {
    }
}

/// <summary>Reads a file while another program writes it: at its end it waits for more.</summary>
/// <param name="file">The file; disposed with this.</param>
/// <param name="look">Asked whenever nothing is left to read.</param>
/// <param name="every">Time between two looks.</param>
/// <param name="time">The clock of that time.</param>
/// <param name="giveWay">Gives the file up, also where it grows faster than it is read.</param>
/// <param name="stop">Ends the waiting by an exception.</param>
internal sealed class TailStream(
    FileStream file, Func<TailState> look, TimeSpan every, TimeProvider time, CancellationToken giveWay,
    CancellationToken stop) : Stream
{
    public override bool CanRead => true;

    // What has come is worth looking at, as with a pipe.
    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        while (true)
        {
            if (giveWay.IsCancellationRequested)
            {
                throw new TailGivenUpException();
            }

            var count = file.Read(buffer);
            if (count > 0)
            {
                return count;
            }

            // What was written before the look is read after it.
            var state = look();
            count = file.Read(buffer);
            if (count > 0 || state == TailState.Complete)
            {
                return count;
            }

            if (state == TailState.GivenUp)
            {
                throw new TailGivenUpException();
            }

            Wait();
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            file.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Wait()
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(giveWay, stop);
        try
        {
            Task.Delay(every, time, either.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            // Another file wants its place.
        }
    }
}
