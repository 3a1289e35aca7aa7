using System.Buffers.Binary;
using System.IO.Compression;

namespace VoiceQuality.Testing.Captures;

/// <summary>Capture files as octets: whole, compressed, damaged, and delivered in pieces.</summary>
public static class CaptureOctets
{
    /// <summary>The file in gzip.</summary>
    public static byte[] Gzip(byte[] octets)
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Fastest))
        {
            gzip.Write(octets);
        }

        return output.ToArray();
    }

    /// <summary>One section of a pcapng file: section header, Ethernet interface, enhanced packets in µs.</summary>
    public static byte[] PcapNgSection(IEnumerable<WireFrame> frames)
    {
        using var file = new MemoryStream();
        Block(file, 0x0A0D_0D0A, [.. U32(0x1A2B_3C4D), 1, 0, 0, 0, .. U32(uint.MaxValue), .. U32(uint.MaxValue)]);
        Block(file, 1, [1, 0, 0, 0, .. U32(262_144)]);
        foreach (var frame in frames)
        {
            var us = (ulong)(frame.AtNs / 1_000);
            Block(file, 6, [
                .. U32(0), .. U32((uint)(us >> 32)), .. U32((uint)us), .. U32((uint)frame.Octets.Length),
                .. U32((uint)frame.OriginalLength), .. frame.Octets, .. new byte[-frame.Octets.Length & 3],
            ]);
        }

        return file.ToArray();
    }

    private static byte[] U32(uint value)
    {
        var octets = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(octets, value);
        return octets;
    }

    private static void Block(MemoryStream file, uint type, byte[] body)
    {
        var length = U32((uint)body.Length + 12);
        file.Write(U32(type));
        file.Write(length);
        file.Write(body);
        file.Write(length);
    }
}

/// <summary>A pipe that gives a few octets at a time, and may fail.</summary>
/// <param name="octets">What comes through it.</param>
/// <param name="piece">Octets of a reading.</param>
/// <param name="failsAt">Octets after which reading throws; null for never.</param>
public sealed class DrippingStream(byte[] octets, int piece, int? failsAt = null) : Stream
{
    private int _position;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        if (_position >= failsAt)
        {
            throw new IOException("The device has gone.");
        }

        var count = Math.Min(Math.Min(piece, buffer.Length), octets.Length - _position);
        octets.AsSpan(_position, count).CopyTo(buffer);
        _position += count;
        return count;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
