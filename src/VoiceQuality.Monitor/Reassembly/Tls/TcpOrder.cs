using VoiceQuality.Protocols.Network;

namespace VoiceQuality.Monitor.Reassembly.Tls;

/// <summary>
/// Puts the octets of one direction of a TCP connection in order, from its first segment on. What is missing is passed
/// over when its receiver has acknowledged it and what follows: then the capture lost it, and it does not come again.
/// </summary>
internal sealed class TcpOrder(Action<ReadOnlyMemory<byte>> take, Action<long> passOver)
{
    private const int MaxHeld = 64;

    /// <summary>So long, ns, what a receiver has acknowledged may still come: taps are not in perfect order.</summary>
    private const long MaxLateNs = 1_000_000_000;

    // By their places in the direction, which do not wrap as sequence numbers do.
    private readonly SortedList<long, byte[]> _held = [];
    private long _taken;
    private long _acknowledged;
    private long _waitsSinceNs;
    private uint _next;
    private bool _isOpen;

    /// <summary>Octets that wait for those before them.</summary>
    public int HeldOctets { get; private set; }

    /// <summary>Whether too much waits for octets that nobody has acknowledged.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>The first octet has this sequence number.</summary>
    public void Open(uint sequence)
    {
        _isOpen = true;
        _next = sequence;
    }

    /// <summary>The other end has received everything before a sequence number.</summary>
    public void Acknowledge(uint sequence)
    {
        if (_isOpen)
        {
            _acknowledged = Math.Max(_acknowledged, _taken + (int)(sequence - _next));
        }
    }

    /// <summary>Goes on behind what is missing for good.</summary>
    public void PassOver(long atNs)
    {
        if (_held.Count > 0 && _acknowledged >= _held.GetKeyAtIndex(0)
            && (atNs - _waitsSinceNs > MaxLateNs || _held.Count >= MaxHeld))
        {
            Miss(_held.GetKeyAtIndex(0) - _taken);
            TakeHeld(atNs);
        }
    }

    /// <summary>Takes a segment and gives out the octets that are next, in order.</summary>
    public void Add(in TcpSegment segment, long atNs)
    {
        if (!_isOpen)
        {
            Open(segment.IsSyn ? segment.Sequence + 1 : segment.Sequence);
        }

        if (segment.IsSyn || segment.WirePayloadLength == 0 || IsBroken)
        {
            return;
        }

        PassOver(atNs);
        var ahead = (int)(segment.Sequence - _next);
        if (ahead > 0 && _held.Count >= MaxHeld)
        {
            IsBroken = true;
        }
        else if (ahead > 0)
        {
            Hold(_taken + ahead, segment.Payload, atNs);
        }
        else
        {
            Take(segment.Payload.ToArray(), -(long)ahead);
            if (segment.Payload.Length < segment.WirePayloadLength && ahead + segment.WirePayloadLength > 0)
            {
                // The capture cut the rest of it.
                Miss(segment.WirePayloadLength - Math.Max(segment.Payload.Length, -(long)ahead));
            }

            TakeHeld(atNs);
        }
    }

    // Of a segment that was cut and came too soon the rest is missing like any other.
    private void Hold(long place, ReadOnlySpan<byte> octets, long atNs)
    {
        if (_held.Count == 0)
        {
            _waitsSinceNs = atNs;
        }

        if (!_held.TryGetValue(place, out var known) || known.Length < octets.Length)
        {
            HeldOctets += octets.Length - (known?.Length ?? 0);
            _held[place] = octets.ToArray();
        }
    }

    private void TakeHeld(long atNs)
    {
        while (_held.Count > 0 && _held.GetKeyAtIndex(0) <= _taken)
        {
            var octets = _held.GetValueAtIndex(0);
            var skip = _taken - _held.GetKeyAtIndex(0);
            _held.RemoveAt(0);
            HeldOctets -= octets.Length;
            Take(octets, skip);
            _waitsSinceNs = atNs;
        }
    }

    private void Take(byte[] octets, long skip)
    {
        if (skip < octets.Length)
        {
            _next += (uint)(octets.Length - skip);
            _taken += octets.Length - skip;
            take(octets.AsMemory((int)skip));
        }
    }

    private void Miss(long octets)
    {
        _next += (uint)octets;
        _taken += octets;
        passOver(octets);
    }
}
