using System.Runtime.CompilerServices;

namespace VoiceQuality.Monitor.Calls;

/// <summary>Fingerprints of the messages of a call; those of an ordinary call lie in the call itself.</summary>
internal struct SeenMessages
{
    private Few _few;
    private ulong[]? _many;
    private int _count;

    public readonly int Count => _count;

    /// <summary>Notes a message.</summary>
    /// <returns>True when it had been noted before.</returns>
    public bool Note(ulong fingerprint, int limit)
    {
        var seen = _many is null ? (Span<ulong>)_few : _many;
        foreach (var known in seen[.._count])
        {
            if (known == fingerprint)
            {
                return true;
            }
        }

        if (_count < limit)
        {
            if (_count == seen.Length)
            {
                _many = new ulong[2 * _count];
                seen.CopyTo(_many);
                seen = _many;
            }

            seen[_count++] = fingerprint;
        }

        return false;
    }

    /// <summary>Forgets all of them.</summary>
    public void Clear()
    {
        _count = 0;
        _many = null;
    }

    [InlineArray(8)]
    private struct Few
    {
        private ulong _first;
    }
}
