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

    // Of the interval that packets come to; those before it are packed, in order, none left out.
    private AudioLooks _open;
    private int _openInterval;
    private byte[] _packed = [];
    private int _packedLength;

    public G711Law Law => law;

    /// <summary>Looks at a packet.</summary>
    /// <param name="rtp">The packet.</param>
    /// <param name="atNs">Its arrival, ns.</param>
    /// <param name="interval">Index of the interval that it came to; it never goes back.</param>
    public void Look(in RtpPacket rtp, long atNs, int interval)
    {
        for (; _openInterval < interval; _openInterval++)
        {
            Pack();
        }

        var payload = rtp.Payload;
        if (payload.IsEmpty)
        {
            return;
        }

        var sum = SumOfSquares(payload, G711.SquaresOf(law));
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
        _open = AudioLooks.Merge(_open, new AudioLooks
        {
            Packets = 1,
            Samples = payload.Length,
            SumOfSquares = sum,
            SilentSamples = isSilent ? payload.Length : 0,
            FrozenSamples = isFrozen ? payload.Length : 0,
            ClippedSamples = clipped,
        });
        Follow(isFrozen, isFrozen && _frozenSinceNs == 0 ? _lastAtNs : atNs, ref _frozenSinceNs, ref _longestFrozenNs);
        _lastOctets = octets;
        _lastAtNs = atNs;
    }

    public AudioCounters? ToCounters() => _packets == 0
        ? null
        : new AudioCounters(
            _packets, _samples, _sumOfSquares, _clipped, _silent, _frozen, _longestSilenceNs / 1_000_000,
            _longestFrozenNs / 1_000_000, law == G711Law.A);

    /// <summary>The looks of an interval each; null where nothing was looked at.</summary>
    /// <param name="intervals">How many intervals the stream has.</param>
    public AudioLooks?[] ToIntervals(int intervals)
    {
        var looks = new AudioLooks?[intervals];
        ReadOnlySpan<byte> octets = _packed.AsSpan(0, _packedLength);
        for (var i = 0; i < intervals && i <= _openInterval; i++)
        {
            var one = _open;
            if (i < _openInterval && !PackedLooks.TryRead(ref octets, out one))
            {
                break;
            }

            looks[i] = one.Packets > 0 ? one : null;
        }

        return looks;
    }

    private void Pack()
    {
        Span<byte> octets = stackalloc byte[PackedLooks.MostOctets];
        var length = PackedLooks.Write(_open, octets);
        if (_packedLength + length > _packed.Length)
        {
            Array.Resize(ref _packed, Math.Max(64, _packed.Length + (_packed.Length / 2)) + length);
        }

        octets[..length].CopyTo(_packed.AsSpan(_packedLength));
        _packedLength += length;
        _open = default;
    }

    /// <summary>Sums by fours, none of which waits for another.</summary>
    private static long SumOfSquares(ReadOnlySpan<byte> payload, ReadOnlySpan<int> squares)
    {
        var (a, b, c, d) = (0L, 0L, 0L, 0L);
        for (; payload.Length >= 4; payload = payload[4..])
        {
            a += squares[payload[0]];
            b += squares[payload[1]];
            c += squares[payload[2]];
            d += squares[payload[3]];
        }

        foreach (var octet in payload)
        {
            a += squares[octet];
        }

        return a + b + c + d;
    }

    /// <summary>
    /// Tells payloads apart; eight octets at a time, in four chains that do not wait for one another.
    /// </summary>
    private static ulong Hash(ReadOnlySpan<byte> payload)
    {
        var hash = (ulong)payload.Length;
        if (payload.Length >= 4 * sizeof(ulong))
        {
            var (a, b, c) = (~hash, hash + 1, ~hash - 1);
            for (; payload.Length >= 4 * sizeof(ulong); payload = payload[(4 * sizeof(ulong))..])
            {
                hash = Mix(hash, BinaryPrimitives.ReadUInt64LittleEndian(payload));
                a = Mix(a, BinaryPrimitives.ReadUInt64LittleEndian(payload[8..]));
                b = Mix(b, BinaryPrimitives.ReadUInt64LittleEndian(payload[16..]));
                c = Mix(c, BinaryPrimitives.ReadUInt64LittleEndian(payload[24..]));
            }

            hash = Mix(Mix(Mix(hash, a), b), c);
        }

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
