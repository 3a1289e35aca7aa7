using System.Buffers;

namespace VoiceQuality.Service.Analyze;

/// <summary>Octets on their way to a stream, which gets them in large pieces and when it is told to.</summary>
internal sealed class OutputBuffer(Stream output) : IBufferWriter<byte>
{
    /// <summary>Octets that are written together.</summary>
    private const int PieceLength = 1 << 16;

    private byte[] _octets = new byte[PieceLength + (PieceLength / 4)];
    private int _length;

    public void Advance(int count) => _length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        MakeRoom(sizeHint);
        return _octets.AsMemory(_length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        MakeRoom(sizeHint);
        return _octets.AsSpan(_length);
    }

    /// <summary>Writes a piece when there is one.</summary>
    public void WriteWhenFull()
    {
        if (_length >= PieceLength)
        {
            Write();
        }
    }

    /// <summary>Writes what is there, down to the last reader.</summary>
    public void Flush()
    {
        Write();
        output.Flush();
    }

    private void Write()
    {
        output.Write(_octets, 0, _length);
        _length = 0;
    }

    private void MakeRoom(int octets)
    {
        var needed = _length + Math.Max(octets, 256);
        if (needed > _octets.Length)
        {
            Array.Resize(ref _octets, Math.Max(needed, _octets.Length * 2));
        }
    }
}
