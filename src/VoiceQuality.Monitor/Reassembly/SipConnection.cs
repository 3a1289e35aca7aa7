using System.Buffers;
using VoiceQuality.Protocols.Network;
using VoiceQuality.Protocols.Sip;

namespace VoiceQuality.Monitor.Reassembly;

/// <summary>
/// One direction of a TCP connection that carries SIP (RFC 3261 §18) or SIP in WebSocket frames (RFC 7118): puts
/// segments in order, takes what was sent twice once, and gives out whole messages. Where a segment stays missing it
/// goes on with the next segment that begins a message.
/// </summary>
internal sealed class SipConnection(IpEndpoint source, IpEndpoint destination)
{
    private const int FirstBufferLength = 4_096;

    /// <summary>Segments that wait for one before them; with more it is taken for lost.</summary>
    private const int MaxHeldSegments = 64;

    /// <summary>How long a segment waits for the one before it, ns.</summary>
    private const long MaxHeldNs = 3_000_000_000;

    private readonly List<HeldSegment> _held = [];
    private byte[] _buffer = [];
    private int _start;
    private int _end;
    private int _scanned;
    private uint _next;
    private bool _isOpen;
    private bool _isAligned;
    private bool _isWebSocket;

    // Where octets were passed over, as long as nothing has come behind them but what waited then; and whether a
    // message, in WebSocket frames or not, would have begun there.
    private (uint From, uint To, bool IsAligned, bool IsWebSocket)? _hole;

    public IpEndpoint Source { get; } = source;

    public IpEndpoint Destination { get; } = destination;

    /// <summary>Octets of memory that it holds.</summary>
    public int Octets { get; private set; }

    /// <summary>Places where octets were missing or no message began.</summary>
    public int Breaks { get; private set; }

    /// <summary>Whether segments wait for one before them.</summary>
    public bool IsWaiting => _held.Count > 0;

    /// <summary>The connection was opened: the octet after the SYN is the first.</summary>
    public void Open(uint sequence)
    {
        Clear();
        (_next, _isOpen, _isAligned, _isWebSocket, _hole) = (sequence + 1, true, true, false, null);
    }

    /// <summary>Whether the payload may begin what is read here.</summary>
    public static bool MayBegin(ReadOnlySpan<byte> payload) =>
        SipSniffer.LooksLikeSip(payload) || WebSocketFrame.IsHandshake(payload);

    public void Add(in TcpSegment segment, long atNs)
    {
        if (segment.WirePayloadLength == 0)
        {
            return;
        }

        if (!_isOpen)
        {
            (_next, _isOpen, _isAligned) = (segment.Sequence, true, false);
        }

        if (_held.Count > 0 && (_held.Count >= MaxHeldSegments || atNs - _held[0].AtNs > MaxHeldNs))
        {
            SkipGap();
        }

        GoBackFor(segment);
        var ahead = (int)(segment.Sequence - _next);
        if (ahead > 0)
        {
            Hold(segment, atNs);
            return;
        }

        if (-(long)ahead < segment.WirePayloadLength)
        {
            _hole = null;
            Append(segment.Payload, segment.WirePayloadLength, -ahead);
            TakeHeld();
        }
    }

    /// <summary>Takes octets that are the next ones, out of something that puts them in order by itself.</summary>
    public void AddPlain(ReadOnlySpan<byte> octets)
    {
        _isOpen = true;
        Append(octets, octets.Length, 0);
    }

    /// <summary>Octets are missing in something that puts them in order by itself.</summary>
    public void Miss() => Break();

    /// <summary>The next whole message; valid until the next call of any method.</summary>
    public bool TryTake(out ReadOnlySpan<byte> message)
    {
        message = default;
        while (_end > _start && _isAligned)
        {
            var octets = _buffer.AsSpan(_start, _end - _start);
            if (_isWebSocket || WebSocketFrame.IsHandshake(octets))
            {
                if (!TryTakeFrame(octets, out message))
                {
                    return false;
                }

                if (!message.IsEmpty)
                {
                    return true;
                }

                continue;
            }

            var item = SipStream.Next(octets, ref _scanned, out var skip, out var length);
            if (item == SipStreamItem.NotSip)
            {
                Break();
                return false;
            }

            Consume(skip + length);
            if (item == SipStreamItem.Incomplete)
            {
                return false;
            }

            message = octets.Slice(skip, length);
            return true;
        }

        return false;
    }

    /// <summary>Gives up the memory.</summary>
    public void Clear()
    {
        foreach (var held in _held)
        {
            ArrayPool<byte>.Shared.Return(held.Octets);
        }

        _held.Clear();
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
        }

        _buffer = [];
        (_start, _end, _scanned, Octets) = (0, 0, 0, 0);
    }

    // Returns true with an empty message for what carries none: the handshake, a ping, a part of a message.
    private bool TryTakeFrame(Span<byte> octets, out ReadOnlySpan<byte> message)
    {
        message = default;
        if (!_isWebSocket)
        {
            var end = octets.IndexOf("\r\n\r\n"u8);
            if (end < 0)
            {
                if (octets.Length > SipMessage.MaxHeaderSectionLength)
                {
                    Break();
                }

                return false;
            }

            _isWebSocket = true;
            Consume(end + 4);
            return true;
        }

        switch (WebSocketFrame.TryRead(octets, out var frame))
        {
            case SipStreamItem.NotSip:
                Break();
                return false;
            case SipStreamItem.Incomplete:
                return false;
            default:
                Consume(frame.Length);
                message = frame.Unmask(octets);
                return true;
        }
    }

    private void Append(ReadOnlySpan<byte> payload, int wireLength, int skip)
    {
        _next += (uint)(wireLength - skip);
        if (payload.Length < wireLength)
        {
            // The capture cut it: what follows is not the next octet.
            Break();
            return;
        }

        if (!_isAligned)
        {
            if (skip > 0 || !MayBegin(payload))
            {
                return;
            }

            _isAligned = true;
        }

        var octets = payload[skip..];
        if (_end - _start + octets.Length > SipStream.MaxMessageLength * 2)
        {
            Break();
            return;
        }

        Reserve(octets.Length);
        octets.CopyTo(_buffer.AsSpan(_end));
        _end += octets.Length;
    }

    private void Hold(in TcpSegment segment, long atNs)
    {
        var at = _held.Count;
        while (at > 0 && (int)(_held[at - 1].Sequence - segment.Sequence) > 0)
        {
            at--;
        }

        if (at > 0 && _held[at - 1].Sequence == segment.Sequence && _held[at - 1].Length >= segment.WirePayloadLength)
        {
            return;
        }

        var copy = ArrayPool<byte>.Shared.Rent(Math.Max(segment.Payload.Length, 1));
        segment.Payload.CopyTo(copy);
        Octets += copy.Length;
        _held.Insert(at, new HeldSegment(
            segment.Sequence, copy, segment.Payload.Length, segment.WirePayloadLength, atNs));
    }

    private void TakeHeld()
    {
        while (_held.Count > 0 && (int)(_held[0].Sequence - _next) <= 0)
        {
            var held = _held[0];
            _held.RemoveAt(0);
            var skip = (int)(_next - held.Sequence);
            if (skip < held.Length)
            {
                Append(held.Octets.AsSpan(0, held.Captured), held.Length, skip);
            }

            Octets -= held.Octets.Length;
            ArrayPool<byte>.Shared.Return(held.Octets);
        }
    }

    /// <summary>
    /// One segment that somebody forged far ahead must not end the connection: when nothing goes on behind what was
    /// passed over, and what was passed over comes after all, that was the place.
    /// </summary>
    private void GoBackFor(in TcpSegment segment)
    {
        if (_hole is { } hole && (int)(segment.Sequence - hole.From) >= 0 && (int)(segment.Sequence - hole.To) < 0)
        {
            Break();
            var isThere = segment.Sequence == hole.From && hole.IsAligned;
            (_next, _isAligned, _isWebSocket, _hole) = (segment.Sequence, isThere, isThere && hole.IsWebSocket, null);
        }
    }

    private void SkipGap()
    {
        var isAligned = _isAligned && _start == _end;
        _hole = (_next, _held[0].Sequence, isAligned, _isWebSocket);
        Break();
        _next = _held[0].Sequence;
        TakeHeld();
    }

    // What is buffered cannot be completed; a later segment that begins a message is where reading goes on. In
    // WebSocket frames nothing tells a beginning, so only a new handshake does.
    private void Break()
    {
        Breaks++;
        (_start, _end, _scanned, _isAligned, _isWebSocket) = (0, 0, 0, false, false);
    }

    private void Consume(int count)
    {
        _start += count;
        _scanned = Math.Max(0, _scanned - count);
    }

    private void Reserve(int count)
    {
        if (_start == _end)
        {
            (_start, _end) = (0, 0);
        }

        if (_buffer.Length - _end >= count)
        {
            return;
        }

        var used = _end - _start;
        if (_buffer.Length - used < count)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(FirstBufferLength, (used + count) * 2));
            _buffer.AsSpan(_start, used).CopyTo(larger);
            Octets += larger.Length - _buffer.Length;
            if (_buffer.Length > 0)
            {
                ArrayPool<byte>.Shared.Return(_buffer);
            }

            _buffer = larger;
        }
        else
        {
            _buffer.AsSpan(_start, used).CopyTo(_buffer);
        }

        (_start, _end) = (0, used);
    }

    private readonly record struct HeldSegment(uint Sequence, byte[] Octets, int Captured, int Length, long AtNs);
}
