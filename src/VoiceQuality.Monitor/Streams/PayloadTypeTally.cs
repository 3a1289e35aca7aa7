using VoiceQuality.Quality.Rtp;

namespace VoiceQuality.Monitor.Streams;

/// <summary>Counts packets by payload type; eight different ones at most, which SDP hardly ever exceeds.</summary>
internal sealed class PayloadTypeTally
{
    private const int Capacity = 8;

    /// <summary>Most streams have one type of speech, and perhaps events.</summary>
    private const int FirstCapacity = 2;

    private Entry[] _entries = new Entry[FirstCapacity];
    private int _count;

    /// <summary>Payload type of most speech packets, or of most packets when there was no speech.</summary>
    public int Main
    {
        get
        {
            var best = default(Entry);
            for (var i = 0; i < _count; i++)
            {
                var entry = _entries[i];
                var isBetter = entry.Kind == best.Kind || best.Packets == 0
                    ? entry.Packets > best.Packets
                    : entry.Kind == RtpPacketKind.Audio;
                if (isBetter)
                {
                    best = entry;
                }
            }

            return best.PayloadType;
        }
    }

    /// <summary>Speech packets in all.</summary>
    public long SpeechPackets
    {
        get
        {
            var packets = 0L;
            for (var i = 0; i < _count; i++)
            {
                packets += _entries[i].Kind == RtpPacketKind.Audio ? _entries[i].Packets : 0;
            }

            return packets;
        }
    }

    public bool HasSpeech
    {
        get
        {
            for (var i = 0; i < _count; i++)
            {
                if (_entries[i].Kind == RtpPacketKind.Audio)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Payload types of speech that have at least so many packets, the main one left out.</summary>
    public IEnumerable<int> OtherSpeech(long leastPackets)
    {
        var main = Main;
        for (var i = 0; i < _count; i++)
        {
            var entry = _entries[i];
            if (entry.Kind == RtpPacketKind.Audio && entry.PayloadType != main && entry.Packets >= leastPackets)
            {
                yield return entry.PayloadType;
            }
        }
    }

    public void Count(int payloadType, RtpPacketKind kind, int packets = 1)
    {
        for (var i = 0; i < _count; i++)
        {
            if (_entries[i].PayloadType == payloadType && _entries[i].Kind == kind)
            {
                _entries[i].Packets += packets;
                return;
            }
        }

        if (_count < Capacity)
        {
            if (_count == _entries.Length)
            {
                Array.Resize(ref _entries, _count * 2);
            }

            _entries[_count++] = new Entry { PayloadType = (byte)payloadType, Kind = kind, Packets = packets };
        }
    }

    private struct Entry
    {
        public byte PayloadType;
        public RtpPacketKind Kind;
        public int Packets;
    }
}
