using VoiceQuality.Protocols.Network;

namespace VoiceQuality.Monitor.Reassembly.Tls;

/// <summary>
/// Puts the octets of one direction of a TCP connection in order, from its first segment on. What is missing longer than
/// 64 segments ends it: nothing behind a hole can be decrypted.
/// </summary>
internal sealed class TcpOrder
{
    private const int MaxHeld = 64;

    private readonly SortedList<int, byte[]> _held = [];
    private uint _first;
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
        _first = _next = sequence;
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

        if (segment.Payload.Length < segment.WirePayloadLength || _held.Count >= MaxHeld)
        {
            IsBroken = true;
            return;
        }

        var ahead = (int)(segment.Sequence - _next);
        var place = (int)(segment.Sequence - _first);
        if (ahead > 0)
        {
            if (!_held.TryGetValue(place, out var known) || known.Length < segment.Payload.Length)
            {
                HeldOctets += segment.Payload.Length - (known?.Length ?? 0);
                _held[place] = segment.Payload.ToArray();
            }

            return;
        }

        Take(segment.Payload.ToArray(), -ahead, take);
        while (_held.Count > 0 && _held.GetKeyAtIndex(0) <= (int)(_next - _first))
        {
            var octets = _held.GetValueAtIndex(0);
            var skip = (int)(_next - _first) - _held.GetKeyAtIndex(0);
            _held.RemoveAt(0);
            HeldOctets -= octets.Length;
            Take(octets, skip, take);
        }
    }

    private void Take(byte[] octets, int skip, Action<ReadOnlyMemory<byte>> take)
    {
        if (skip < octets.Length)
        {
            _next += (uint)(octets.Length - skip);
            take(octets.AsMemory(skip));
        }
    }
}
