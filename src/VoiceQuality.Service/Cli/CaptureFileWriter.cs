using VoiceQuality.Protocols.Pcap;

namespace VoiceQuality.Service.Cli;

/// <summary>Writes a classic pcap file of Ethernet frames in large blocks.</summary>
internal sealed class CaptureFileWriter
{
    private const int BlockLength = 1 << 20;

    private readonly Stream _stream;
    private readonly bool _nanoseconds;
    private readonly byte[] _block = new byte[BlockLength];
    private int _length;

    public CaptureFileWriter(Stream stream, bool nanoseconds)
    {
        _stream = stream;
        _nanoseconds = nanoseconds;
        _length = PcapWriter.WriteFileHeader(_block, nanoseconds);
    }

    public void Write(ReadOnlySpan<byte> frame, long timestampNs)
    {
        if (_length + PcapWriter.RecordHeaderLength + frame.Length > _block.Length)
        {
            Flush();
        }

        _length += PcapWriter.WriteRecordHeader(
            _block.AsSpan(_length), timestampNs, frame.Length, frame.Length, _nanoseconds);
        frame.CopyTo(_block.AsSpan(_length));
        _length += frame.Length;
    }

    public void Flush()
    {
        _stream.Write(_block, 0, _length);
        _length = 0;
    }
}
