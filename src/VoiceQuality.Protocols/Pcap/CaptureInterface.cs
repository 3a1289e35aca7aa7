using VoiceQuality.Protocols.Network;

namespace VoiceQuality.Protocols.Pcap;

/// <summary>What a capture says of one of its interfaces.</summary>
internal struct CaptureInterface
{
    private const ulong NanosecondsPerSecond = 1_000_000_000;

    public LinkType LinkType;
    public bool IsSupported;
    public uint SnapLength;

    /// <summary>isb_ifdrop: packets that the interface dropped since the capture began.</summary>
    public ulong InterfaceDrops;

    /// <summary>isb_osdrop: packets that the operating system dropped since the capture began.</summary>
    public ulong SystemDrops;

    // if_tsresol: bit 7 clear means 10^-n seconds, set means 2^-n seconds.
    private byte _exponent;
    private bool _isBinary;
    private ulong _scale;
    private long _offsetSeconds;

    /// <summary>Sets the unit of timestamps from the octet of the if_tsresol option.</summary>
    public void SetResolution(byte option)
    {
        _isBinary = (option & 0x80) != 0;
        _exponent = (byte)(option & 0x7F);
        _scale = 1;
        var steps = _isBinary ? 0 : Math.Min(Math.Abs(_exponent - 9), 20);
        for (var i = 0; i < steps; i++)
        {
            // 10^20 does not fit: every timestamp of that unit is less than a nanosecond.
            _scale = i == 19 ? ulong.MaxValue : _scale * 10;
        }
    }

    /// <summary>Sets the seconds to add to each timestamp from the if_tsoffset option.</summary>
    public void SetOffset(long seconds) => _offsetSeconds = seconds;

    /// <summary>Nanoseconds since 1970; the nearest that can be said, and false, when out of range.</summary>
    public readonly bool TryGetTimestampNs(ulong ticks, out long timestampNs)
    {
        if (!_isBinary && _exponent <= 9 && _offsetSeconds == 0 && ticks <= long.MaxValue / _scale)
        {
            timestampNs = (long)(ticks * _scale);
            return true;
        }

        Int128 total;
        if (_isBinary)
        {
            total = (Int128)((UInt128)ticks * NanosecondsPerSecond >> Math.Min((int)_exponent, 127));
        }
        else
        {
            total = _exponent <= 9 ? (Int128)ticks * _scale : (Int128)(ticks / _scale);
        }

        total += (Int128)_offsetSeconds * (long)NanosecondsPerSecond;
        timestampNs = total < 0 ? 0 : total > long.MaxValue ? long.MaxValue : (long)total;
        return timestampNs == total;
    }
}
