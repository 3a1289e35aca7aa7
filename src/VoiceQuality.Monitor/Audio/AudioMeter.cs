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

        var samples = G711.SamplesOf(law);
        var full = G711.FullScale(law);
        var sum = 0L;
        var clipped = 0;
        ulong octets = 14_695_981_039_346_656_037;
        foreach (var octet in payload)
        {
            int sample = samples[octet];
            sum += sample * sample;
            clipped += Math.Abs(sample) == full ? 1 : 0;
            octets = (octets ^ octet) * 1_099_511_628_211;
        }

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
