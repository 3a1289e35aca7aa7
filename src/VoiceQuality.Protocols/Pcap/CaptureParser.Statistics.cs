using System.Buffers.Binary;

namespace VoiceQuality.Protocols.Pcap;

/// <content>Interface statistics of pcapng: what the capturing program says it lost.</content>
public sealed partial class CaptureParser
{
    private const uint InterfaceStatisticsBlock = 5;
    private const int OptionInterfaceDrops = 5;
    private const int OptionSystemDrops = 7;

    private bool _hasStatistics;
    private ulong _droppedInSections;

    /// <summary>
    /// Packets that the capture says the interfaces or the operating system dropped (isb_ifdrop, isb_osdrop), over all
    /// interfaces read so far; null when it says nothing. Which packets they were it does not say.
    /// </summary>
    public long? DroppedByCapture
    {
        get
        {
            var sum = _droppedInSections;
            foreach (ref readonly var known in _interfaces.AsSpan(0, _interfaceCount))
            {
                sum += known.InterfaceDrops + known.SystemDrops;
            }

            return _hasStatistics ? (long)Math.Min(sum, long.MaxValue) : null;
        }
    }

    /// <summary>A new section counts from 0 again.</summary>
    private void KeepStatistics()
    {
        foreach (ref readonly var known in _interfaces.AsSpan(0, _interfaceCount))
        {
            _droppedInSections += known.InterfaceDrops + known.SystemDrops;
        }
    }

    private void ReadStatistics(ReadOnlySpan<byte> body)
    {
        if (body.Length < 12 || ReadUInt32(body) >= (uint)_interfaceCount)
        {
            return;
        }

        ref var target = ref _interfaces[ReadUInt32(body)];
        for (var options = body[12..]; options.Length >= 4;)
        {
            var code = ReadUInt16(options);
            int length = ReadUInt16(options[2..]);
            var padded = 4 + ((length + 3) & ~3);
            if (code == OptionEnd || padded > options.Length)
            {
                return;
            }

            if (length == 8 && code is (OptionInterfaceDrops or OptionSystemDrops))
            {
                var count = BinaryPrimitives.ReadUInt64LittleEndian(options[4..]);
                count = _isSwapped ? BinaryPrimitives.ReverseEndianness(count) : count;

                // 2^48 packets are more than any capture has; beyond is damage.
                if (count < 1UL << 48)
                {
                    _hasStatistics = true;
                    ref var drops = ref (code == OptionInterfaceDrops
                        ? ref target.InterfaceDrops
                        : ref target.SystemDrops);
                    drops = Math.Max(drops, count);
                }
            }

            options = options[padded..];
        }
    }
}
