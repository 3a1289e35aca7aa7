using System.Buffers.Binary;
using System.Numerics;
using VoiceQuality.Protocols.Rtp;

namespace VoiceQuality.Monitor.Audio;

/// <summary>Looks at the samples of some of the packets of one stream. Allocates nothing.</summary>
internal sealed class AudioMeter(G711Law law)
{
    /// <summary>Mean square of <see cref="AudioCounters.SilenceDbm0"/>.</summary>
    private readonly long _silence =
        (long)(G711.ReferenceSquare(law) * Math.Pow(10, AudioCounters.SilenceDbm0 / 10));

    private long _packets;
    private long _samples;
    private long _sumOfSquares;
    private long _clipped;
    private long _silent;
    private long _frozen;
    private long _longestSilenceNs;
    private long _longestFrozenNs;
    private long _silentSinceNs;
    private long _frozenSinceNs;
    private long _lastAtNs;
    private ulong _lastOctets;

    public G711Law Law => law;

    public void Look(in RtpPacket rtp, long atNs)
    {
        var payload = rtp.Payload;
        if (payload.IsEmpty)
        {
            return;
        }

        var squares = G711.SquaresOf(law);
        var sum = 0L;
        foreach (var octet in payload)
        {
            sum += squares[octet];
        }

        var (up, down) = G711.FullScaleOctets(law);
        var clipped = payload.Count(up) + payload.Count(down);
        var octets = Hash(payload);
        _packets++;
        _samples += payload.Length;
        _sumOfSquares += sum;
        _clipped += clipped;
        var isSilent = sum < _silence * payload.Length;
        _silent += isSilent ? 1 : 0;
        Follow(isSilent, atNs, ref _silentSinceNs, ref _longestSilenceNs);
        var isFrozen = !isSilent && _packets > 1 && octets == _lastOctets;
        _frozen += isFrozen ? 1 : 0;
        Follow(isFrozen, isFrozen && _frozenSinceNs == 0 ? _lastAtNs : atNs, ref _frozenSinceNs, ref _longestFrozenNs);
        _lastOctets = octets;
        _lastAtNs = atNs;
    }

    public AudioCounters? ToCounters() => _packets == 0
        ? null
        : new AudioCounters(
            _packets, _samples, _sumOfSquares, _clipped, _silent, _frozen, _longestSilenceNs / 1_000_000,
            _longestFrozenNs / 1_000_000, law == G711Law.A);

    /// <summary>Tells payloads apart; eight octets at a time.</summary>
    private static ulong Hash(ReadOnlySpan<byte> payload)
    {
        var hash = (ulong)payload.Length;
        for (; payload.Length >= sizeof(ulong); payload = payload[sizeof(ulong)..])
        {
            hash = Mix(hash, BinaryPrimitives.ReadUInt64LittleEndian(payload));
        }

        foreach (var octet in payload)
        {
            hash = Mix(hash, octet);
        }

        return hash;
    }

    private static ulong Mix(ulong hash, ulong value)
    {
        hash = (BitOperations.RotateLeft(hash, 27) ^ value) * 0x9FB2_1C65_1E98_DF25;
        return hash ^ (hash >> 32);
    }

    private static void Follow(bool isSo, long atNs, ref long sinceNs, ref long longestNs)
    {
        if (!isSo)
        {
            sinceNs = 0;
            return;
        }

        sinceNs = sinceNs == 0 ? atNs : sinceNs;
        longestNs = Math.Max(longestNs, atNs - sinceNs);
    }
}
