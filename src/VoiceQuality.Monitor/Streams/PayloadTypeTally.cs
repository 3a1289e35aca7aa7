using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using VoiceQuality.Quality.Rtp;

namespace VoiceQuality.Monitor.Streams;

/// <summary>Counts packets by payload type; eight different ones at most, which SDP hardly ever exceeds.</summary>
internal struct PayloadTypeTally
{
    private const int Capacity = 8;

    /// <summary>Most streams have one type of speech, and perhaps events.</summary>
    private const int FirstCapacity = 2;

    private FewEntries _few;
    private Entry[]? _many;
    private int _count;

    /// <summary>Payload type of most speech packets, or of most packets when there was no speech.</summary>
    public int Main
    {
        get
        {
            var best = default(Entry);
            foreach (ref readonly var entry in Entries)
            {
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
            foreach (ref readonly var entry in Entries)
            {
                packets += entry.Kind == RtpPacketKind.Audio ? entry.Packets : 0;
            }

            return packets;
        }
    }

    public bool HasSpeech
    {
        get
        {
            foreach (ref readonly var entry in Entries)
            {
                if (entry.Kind == RtpPacketKind.Audio)
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
            var entry = Entries[i];
            if (entry.Kind == RtpPacketKind.Audio && entry.PayloadType != main && entry.Packets >= leastPackets)
            {
                yield return entry.PayloadType;
            }
        }
    }

    public void Count(int payloadType, RtpPacketKind kind, int packets = 1)
    {
        foreach (ref var entry in Entries)
        {
            if (entry.PayloadType == payloadType && entry.Kind == kind)
            {
                entry.Packets += packets;
                return;
            }
        }

        if (_count < Capacity)
        {
            if (_count == FirstCapacity && _many is null)
            {
                var many = new Entry[Capacity];
                Entries.CopyTo(many);
                _many = many;
            }

            _count++;
            Entries[^1] = new Entry { PayloadType = (byte)payloadType, Kind = kind, Packets = packets };
        }
    }

    [UnscopedRef]
    private Span<Entry> Entries => (_many is null ? (Span<Entry>)_few : _many)[.._count];

    [InlineArray(FirstCapacity)]
    private struct FewEntries
    {
        private Entry _first;
    }

    private struct Entry
    {
        public byte PayloadType;
        public RtpPacketKind Kind;
        public int Packets;
    }
}
