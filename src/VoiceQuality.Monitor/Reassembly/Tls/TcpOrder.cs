using VoiceQuality.Protocols.Network;

namespace VoiceQuality.Monitor.Reassembly.Tls;

/// <summary>
/// Puts the octets of one direction of a TCP connection in order, from its first segment on. What is missing longer
/// than 64 segments ends it: nothing behind a hole can be decrypted.
/// </summary>
internal sealed class TcpOrder
{
    private const int MaxHeld = 64;

    // By their places in the direction, which do not wrap as sequence numbers do.
    private readonly SortedList<long, byte[]> _held = [];
    private long _taken;
    private uint _next;
    private bool _isOpen;

    /// <summary>Octets that wait for those before them.</summary>
    public int HeldOctets { get; private set; }

    /// <summary>Whether octets are missing for good.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>The first octet has this sequence number.</summary>
    public void Open(uint sequence)
    {
        _isOpen = true;
        _next = sequence;
    }

    /// <summary>Takes a segment; <paramref name="take"/> gets the octets that are next, in order.</summary>
    public void Add(in TcpSegment segment, Action<ReadOnlyMemory<byte>> take)
    {
        if (!_isOpen)
        {
            Open(segment.IsSyn ? segment.Sequence + 1 : segment.Sequence);
        }

        if (segment.IsSyn || segment.WirePayloadLength == 0 || IsBroken)
        {
            return;
        }

        var ahead = (int)(segment.Sequence - _next);
        if (segment.Payload.Length < segment.WirePayloadLength || (ahead > 0 && _held.Count >= MaxHeld))
        {
            IsBroken = true;
            return;
        }

        if (ahead > 0)
        {
            Hold(_taken + ahead, segment.Payload);
            return;
        }

        Take(segment.Payload.ToArray(), -(long)ahead, take);
        while (_held.Count > 0 && _held.GetKeyAtIndex(0) <= _taken)
        {
            var octets = _held.GetValueAtIndex(0);
            var skip = _taken - _held.GetKeyAtIndex(0);
            _held.RemoveAt(0);
            HeldOctets -= octets.Length;
            Take(octets, skip, take);
        }
    }

    private void Hold(long place, ReadOnlySpan<byte> octets)
    {
        if (!_held.TryGetValue(place, out var known) || known.Length < octets.Length)
        {
            HeldOctets += octets.Length - (known?.Length ?? 0);
            _held[place] = octets.ToArray();
        }
    }

    private void Take(byte[] octets, long skip, Action<ReadOnlyMemory<byte>> take)
    {
        if (skip < octets.Length)
        {
            _next += (uint)(octets.Length - skip);
            _taken += octets.Length - skip;
            take(octets.AsMemory((int)skip));
        }
    }
}
