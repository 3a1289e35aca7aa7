using System.IO.Compression;
using VoiceQuality.Protocols.Pcap;

namespace VoiceQuality.Monitor.Sources;

/// <summary>
/// Reads a pcap or pcapng file, plain or gzip, from a file or a pipe, in bounded memory. What is wrong with the file
/// is collected in <see cref="Anomalies"/>; everything before it is delivered.
/// </summary>
public sealed class CaptureFileSource : IPacketSource
{
    private readonly Stream _input;
    private readonly Stream _octets;
    private readonly GzipTail? _gzipTail;
    private readonly CaptureParser _parser = new();
    private byte[] _carry = [];
    private int _carried;
    private bool _endOfInput;
    private bool _finished;
    private long _read;

    /// <summary>Takes over <paramref name="input"/>, which need not be seekable.</summary>
    /// <param name="name">What messages call it.</param>
    /// <param name="input">The octets of the file; disposed with the source.</param>
    public CaptureFileSource(string name, Stream input)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(input);

        Name = name;
        _input = input;
        var start = new byte[CaptureFormatSniffer.RequiredLength];
        var length = input.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        var whole = new PrefixedStream(start.AsMemory(0, length), input);
        IsCompressed = CaptureFormatSniffer.IsGzip(start.AsSpan(0, length));
        _gzipTail = IsCompressed ? new GzipTail(whole) : null;
        _octets = _gzipTail is null ? whole : new GZipStream(_gzipTail, CompressionMode.Decompress);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>Whether the input is gzip; offsets then count decompressed octets.</summary>
    public bool IsCompressed { get; }

    /// <summary>What was wrong with the file, in its order; at most <see cref="CaptureParser.MaxAnomalies"/>.</summary>
    public IReadOnlyList<CaptureAnomaly> Anomalies => _parser.Anomalies;

    /// <summary>All anomalies, also those not kept.</summary>
    public long AnomalyCount => _parser.AnomalyCount;

    /// <summary>
    /// Where the compressed data turned out to be damaged, in decompressed octets; null when they are not.
    /// </summary>
    public long? DamagedAtOffset { get; private set; }

    /// <summary>Frames whose link type is not read.</summary>
    public long UnsupportedLinkTypePackets => _parser.UnsupportedLinkTypePackets;

    /// <summary>Records that were passed over for another reason than their link type.</summary>
    public long SkippedRecords => _parser.SkippedPackets - _parser.UnsupportedLinkTypePackets;

    /// <inheritdoc cref="CaptureParser.DroppedByCapture"/>
    public long? DroppedByCapture => _parser.DroppedByCapture;

    /// <summary>Frames delivered so far.</summary>
    public long PacketsRead { get; private set; }

    /// <summary>Octets read so far, of the file as it lies on disk where that can be told.</summary>
    public long OctetsRead => _input.CanSeek ? _input.Position : _read;

    /// <summary>Opens a file for reading alongside a writer.</summary>
    public static CaptureFileSource Open(string path)
    {
        var stream = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.Open,
            Access = FileAccess.Read,
            Share = FileShare.ReadWrite | FileShare.Delete,
            Options = FileOptions.SequentialScan,
            BufferSize = 0,
        });
        try
        {
            return new CaptureFileSource(path, stream);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public bool TryFill(PacketBlock block)
    {
        ArgumentNullException.ThrowIfNull(block);

        block.RecordCount = 0;
        while (!_finished && block.RecordCount == 0)
        {
            block.EnsureLength(Math.Max(_carried, _parser.RequiredBufferLength));
            _carry.AsSpan(0, _carried).CopyTo(block.Octets);
            var filled = Read(block.Octets, _carried);
            var status = _parser.Parse(
                block.Octets.AsSpan(0, filled), _endOfInput, block.Records, out var records, out var consumed);
            block.RecordCount = records;
            PacketsRead += records;
            Carry(block.Octets.AsSpan(consumed, filled - consumed));
            _finished = status is CaptureParseStatus.EndOfInput or CaptureParseStatus.Stopped;
        }

        return block.RecordCount > 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _octets.Dispose();
        _input.Dispose();
    }

    private int Read(byte[] buffer, int filled)
    {
        while (filled < buffer.Length && !_endOfInput)
        {
            var count = ReadSome(buffer.AsSpan(filled));
            _endOfInput = count == 0;
            filled += count;
            _read += count;

            // A pipe delivers in pieces; what is there is worth looking at.
            if (!_input.CanSeek && filled > _carried)
            {
                break;
            }
        }

        return filled;
    }

    private int ReadSome(Span<byte> buffer)
    {
        try
        {
            var count = _octets.Read(buffer);
            if (count == 0 && _gzipTail?.Fits(_read) == false)
            {
                DamagedAtOffset = _read;
            }

            return count;
        }
        catch (InvalidDataException) when (IsCompressed)
        {
            DamagedAtOffset = _read;
            return 0;
        }
    }

    private void Carry(ReadOnlySpan<byte> rest)
    {
        if (_carry.Length < rest.Length)
        {
            _carry = new byte[Math.Max(rest.Length, 4_096)];
        }

        rest.CopyTo(_carry);
        _carried = rest.Length;
    }
}
