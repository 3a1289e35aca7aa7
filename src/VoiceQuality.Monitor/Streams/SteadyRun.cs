using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using VoiceQuality.Monitor.Audio;
using VoiceQuality.Monitor.Pipeline;
using VoiceQuality.Quality.Rtp;

namespace VoiceQuality.Monitor.Streams;

/// <summary>
/// What the next packet of a flow looks like when its stream goes on in good order, and the arrivals of those that
/// looked like it and are not counted yet. A packet that fits touches these two lines of the cache and nothing else of
/// its stream: the counters, which take twenty, are fetched once for up to sixteen packets.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = Octets)]
internal struct SteadyRun
{
    /// <summary>Two lines of the cache.</summary>
    public const int Octets = 128;

    private ulong _shortAddresses;
    private long _baseNs;
    private uint _ports;

    /// <summary>Version, payload type and number of the next packet as on the wire; 0 when none fits.</summary>
    private uint _word;
    private uint _ssrc;
    private uint _timestamp;
    private uint _lastOffsetNs;

    /// <summary>Payload of each packet, octets; its complement while packets wait, so that none fits.</summary>
    private int _length;
    private int _frameTicks;
    private int _clockRateHz;
    private byte _addressLength;
    private byte _count;

    /// <summary>Packets after which they are counted: the next may have to be looked at.</summary>
    private byte _most;

    /// <summary>How the samples of the last of <see cref="_most"/> are to be read.</summary>
    private G711Law _law;
    private OffsetsNs _offsetsNs;

    /// <summary>Packets that are not counted yet.</summary>
    public readonly int Count => _count;

    /// <summary>The stream of the packets, and of the next one; only while one is expected.</summary>
    public readonly uint Ssrc => _ssrc;

    /// <summary>Arrival of the last packet, ns.</summary>
    public readonly long LastNs => _baseNs + _lastOffsetNs;

    /// <summary>Number of the last packet.</summary>
    public readonly ushort LastNumber => unchecked((ushort)(_word - 1));

    /// <summary>Timestamp of the last packet.</summary>
    public readonly uint LastTimestamp => unchecked(_timestamp - (uint)_frameTicks);

    /// <summary>How the last packet is to be looked at when it fills the run; none when it is not.</summary>
    public readonly G711Law Law => _law;

    /// <summary>Whether the packets have to be counted before another can come.</summary>
    public readonly bool IsFull => _count == _most;

    /// <summary>The packets, to be counted.</summary>
    [UnscopedRef]
    public readonly SteadyPackets Packets => new()
    {
        FirstSequenceNumber = unchecked((ushort)(_word - _count)),
        FirstTimestamp = unchecked(_timestamp - (uint)(_count * _frameTicks)),
        FrameTicks = (uint)_frameTicks,
        ClockRateHz = _clockRateHz,
        PayloadLength = _length,
        BaseNs = _baseNs,
        OffsetsNs = ((ReadOnlySpan<uint>)_offsetsNs)[.._count],
    };

    /// <summary>Begins with a flow that has had no packet.</summary>
    public void Begin(in MediaPacket packet)
    {
        this = default;
        _shortAddresses = packet.ShortAddresses;
        _ports = packet.Ports;
        _addressLength = packet.AddressLength;
    }

    /// <summary>Whether the packet goes where the flow does; of IPv6 addresses it knows nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool MayHave(in MediaPacket packet) => packet.Ports == _ports
        && packet.ShortAddresses == _shortAddresses && packet.AddressLength == _addressLength;

    /// <summary>Whether the packet is of the stream that the next one is expected of.</summary>
    public readonly bool IsOfStream(in MediaPacket packet) => _word != 0 && packet.Ssrc == _ssrc;

    /// <summary>Lets no packet pass another one of the flow that waits for its turn, until <see cref="Release"/>.</summary>
    public void Hold() => _length = _length < 0 ? _length : ~_length;

    /// <summary>The flow's packet that waited has its turn.</summary>
    public void Release() => _length = _length < 0 ? ~_length : _length;

    /// <summary>No packet fits any more.</summary>
    public void Close()
    {
        _word = 0;
        _count = 0;
        _most = 0;
    }

    /// <summary>The packets were counted, and the next may come.</summary>
    /// <param name="most">How many may come before they are counted, 1 to the capacity.</param>
    public void GoOn(int most)
    {
        _baseNs = LastNs;
        _lastOffsetNs = 0;
        _count = 0;
        _most = (byte)most;
    }

    /// <summary>Tells what the next packet looks like.</summary>
    public void Open(in Expected next, int most)
    {
        _word = 0x8000_0000 | ((uint)next.PayloadType << 16) | next.SequenceNumber;
        _ssrc = next.Ssrc;
        _timestamp = next.Timestamp;
        _lastOffsetNs = 0;
        _baseNs = next.AfterNs;
        _length = next.PayloadLength;
        _frameTicks = next.FrameTicks;
        _clockRateHz = next.ClockRateHz;
        _law = next.Law;
        _count = 0;
        _most = (byte)most;
    }

    /// <summary>Takes a packet when it is the next one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryAdd(in MediaPacket packet)
    {
        var offsetNs = unchecked((ulong)(packet.CapturedAtNs - _baseNs));
        if (packet.HeaderWord != _word || packet.Timestamp != _timestamp || packet.Ssrc != _ssrc
            || packet.RtpPayloadLength != _length || offsetNs < _lastOffsetNs || offsetNs > uint.MaxValue)
        {
            return false;
        }

        _lastOffsetNs = (uint)offsetNs;
        _offsetsNs[_count++ & (SteadyPackets.Capacity - 1)] = (uint)offsetNs;
        _word = (_word & 0xFFFF_0000) | unchecked((ushort)(_word + 1));
        _timestamp = unchecked(_timestamp + (uint)_frameTicks);
        return true;
    }

    /// <summary>What the next packet of a stream looks like when it goes on as it did.</summary>
    public ref struct Expected
    {
        public uint Ssrc;
        public ushort SequenceNumber;
        public byte PayloadType;
        public uint Timestamp;
        public int PayloadLength;
        public int FrameTicks;
        public int ClockRateHz;
        public long AfterNs;
        public G711Law Law;
    }

    [InlineArray(SteadyPackets.Capacity)]
    private struct OffsetsNs
    {
        private uint _first;
    }
}
