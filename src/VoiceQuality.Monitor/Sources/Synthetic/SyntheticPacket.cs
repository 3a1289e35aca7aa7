namespace VoiceQuality.Monitor.Sources.Synthetic;

internal enum SyntheticPacketKind : byte
{
    Audio,
    ComfortNoise,
    TelephoneEvent,
}

/// <summary>One RTP packet between sender and capture point.</summary>
internal struct SyntheticPacket
{
    public uint ExtendedSequenceNumber;
    public uint Timestamp;
    public ushort EventDuration;
    public byte Segment;
    public byte EventCode;
    public SyntheticPacketKind Kind;
    public bool Marker;
    public bool EventEnd;
    public bool IsDuplicate;
}

/// <summary>Packets that others overtake, and second copies. Slots are used again.</summary>
internal sealed class HeldPackets
{
    private readonly Stack<int> _free = new();
    private SyntheticPacket[] _packets = new SyntheticPacket[64];
    private int _used;

    public int Add(in SyntheticPacket packet)
    {
        if (!_free.TryPop(out var slot))
        {
            if (_used == _packets.Length)
            {
                Array.Resize(ref _packets, _used * 2);
            }

            slot = _used++;
        }

        _packets[slot] = packet;

        return slot;
    }

    public SyntheticPacket Take(int slot)
    {
        _free.Push(slot);

        return _packets[slot];
    }
}
