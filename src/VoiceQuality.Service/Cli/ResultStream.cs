namespace VoiceQuality.Service.Cli;

/// <summary>
/// Where results go. A failure to write them is told as such: it is no failure to read the input that they are made of;
/// that nobody reads them any more is no failure at all.
/// </summary>
internal sealed class ResultStream(Stream output) : Stream
{
    // EPIPE, which the runtime passes on as it is.
    private const int BrokenPipe = 32;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            output.Write(buffer);
        }
        catch (IOException exception)
        {
            throw CannotWrite(exception);
        }
    }

    public override void Flush()
    {
        try
        {
            output.Flush();
        }
        catch (IOException exception)
        {
            throw CannotWrite(exception);
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            output.Dispose();
        }

        base.Dispose(disposing);
    }

    private static Exception CannotWrite(IOException exception) => exception.HResult == BrokenPipe
        ? new OutputClosedException()
        : new CliException($"cannot write the results: {exception.Message}");
}
