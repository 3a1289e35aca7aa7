using System.Buffers.Binary;

namespace VoiceQuality.Monitor.Sources;

/// <summary>
/// Passes compressed octets on and remembers the last eight: a member of a gzip file ends with its CRC-32 and its
/// length (RFC 1952 §2.3.1). The framework takes a file that was cut inside a member for a whole one.
/// </summary>
internal sealed class GzipTail(Stream compressed) : Stream
{
    private const int TrailerLength = 8;

    private readonly byte[] _tail = new byte[TrailerLength];
    private int _tailLength;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>
    /// Whether the trailer fits what was decompressed. Of several members only the last one's length is known, so a
    /// smaller one fits too.
    /// </summary>
    /// <param name="decompressed">Octets that came out, up to the end.</param>
    public bool Fits(long decompressed)
    {
        if (_tailLength < TrailerLength)
        {
            return false;
        }

        var length = BinaryPrimitives.ReadUInt32LittleEndian(_tail.AsSpan(4));
        return length <= decompressed;
    }

    public override int Read(Span<byte> buffer)
    {
        var count = compressed.Read(buffer);
        Remember(buffer[..count]);
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private void Remember(ReadOnlySpan<byte> octets)
    {
        if (octets.Length > TrailerLength)
        {
            octets = octets[^TrailerLength..];
        }

        var kept = Math.Min(_tailLength, TrailerLength - octets.Length);
        _tail.AsSpan(_tailLength - kept, kept).CopyTo(_tail);
        octets.CopyTo(_tail.AsSpan(kept));
        _tailLength = kept + octets.Length;
    }
}
