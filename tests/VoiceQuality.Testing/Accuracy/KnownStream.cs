using VoiceQuality.Testing.Captures;

namespace VoiceQuality.Testing.Accuracy;

/// <summary>One packet of a stream whose fate is known.</summary>
internal sealed class KnownPacket
{
    public required uint Ssrc { get; init; }

    /// <summary>Extended sequence number.</summary>
    public required long Sequence { get; init; }

    public required uint Timestamp { get; init; }

    public required bool IsComfortNoise { get; init; }

    /// <summary>Where a talkspurt begins, a buffer begins anew.</summary>
    public required bool StartsTalkspurt { get; init; }

    /// <summary>Media time since the first packet, µs.</summary>
    public required long MediaUs { get; init; }

    /// <summary>How long it was on its way because of skew alone, µs.</summary>
    public required long SkewUs { get; init; }

    public bool IsLost { get; set; }

    /// <summary>The tap was blind.</summary>
    public bool IsUnseen { get; set; }

    public long ArrivalUs { get; set; }
}

/// <summary>
/// A stream of PCMU over an impaired path, written packet by packet, so that the truth about it is what was done and
/// not what somebody measured. The same seed makes the same stream.
/// </summary>
internal sealed class KnownStream
{
    /// <summary>Packets that a stream would have without silence.</summary>
    public const int Frames = 3_000;

    private const int FrameUs = 20_000;
    private const int FrameTicks = 160;

    /// <summary>Packets at the start, the end and at each start of talk to which nothing happens but jitter.</summary>
    private const int Sheltered = 8;

    private readonly ImpairedPath _path;
    private readonly Random _random;

    public KnownStream(ImpairedPath path, int seed)
    {
        _path = path;
        _random = new Random(seed);
        Send();
        Lose();
        Delay();
    }

    /// <summary>Sent packets in the order of sending.</summary>
    public List<KnownPacket> Sent { get; } = [];

    /// <summary>Copies: the packet and when its copy comes, µs after the stream's start.</summary>
    public List<(KnownPacket Packet, long ArrivalUs)> Copies { get; } = [];

    /// <summary>When the tap sees nothing, µs after the stream's start.</summary>
    public static IReadOnlyList<(long From, long To)> BlindSpans { get; } =
        [(20_003_000, 20_503_000), (41_003_000, 42_003_000)];

    public static bool IsBlindAt(long us) => BlindSpans.Any(span => us >= span.From && us < span.To);

    private void Send()
    {
        var ssrc = 0x1000_0000u + (uint)_random.Next(1 << 20);
        long sequence = _path.Wrap ? 65_000 : 10_000;
        var timestamp = _path.Wrap ? uint.MaxValue - 50_000 : 500_000u;
        var spoke = false;
        for (var frame = 0; frame < Frames; frame++)
        {
            if (_path.SsrcChange && frame == Frames / 2)
            {
                ssrc ^= 0x0FF0_0000;
                sequence = 40_000;
                timestamp = 7_000_000;
                spoke = false;
            }

            var mediaUs = (long)frame * FrameUs;
            var isTalk = !_path.Dtx || frame % 100 < 60;
            var isNoise = _path.Dtx && frame % 100 == 60;
            if (isTalk || isNoise)
            {
                Sent.Add(new KnownPacket
                {
                    Ssrc = ssrc,
                    Sequence = sequence++,
                    Timestamp = unchecked(timestamp + (uint)(frame * FrameTicks)),
                    IsComfortNoise = isNoise,
                    StartsTalkspurt = isTalk && !spoke,
                    MediaUs = mediaUs,
                    SkewUs = (long)Math.Round(mediaUs * _path.SkewPpm / 1e6),
                });
                spoke = isTalk;
            }
        }
    }

    private void Lose()
    {
        var isBad = false;
        const double leaveBad = 0.25;
        var enterBad = _path.BurstLoss > 0 ? leaveBad * _path.BurstLoss / (1 - _path.BurstLoss) : 0;
        for (var i = 0; i < Sent.Count; i++)
        {
            isBad = _random.NextDouble() < (isBad ? 1 - leaveBad : enterBad);
            var isHit = isBad || _random.NextDouble() < _path.RandomLoss;
            Sent[i].IsLost = isHit && !IsSheltered(i);
        }
    }

    private void Delay()
    {
        for (var i = 0; i < Sent.Count; i++)
        {
            var packet = Sent[i];
            var delayUs = 5_000 + packet.SkewUs + JitterUs();
            var choice = _random.NextDouble();
            if (!IsSheltered(i) && choice < _path.Late)
            {
                delayUs += 100_000;
            }
            else if (!IsSheltered(i) && choice > 1 - _path.Reordered)
            {
                delayUs += 30_000;
            }

            packet.ArrivalUs = packet.MediaUs + delayUs;
            packet.IsUnseen = _path.CaptureLoss && IsBlindAt(packet.ArrivalUs);
            if (_random.NextDouble() < _path.Duplicated && !packet.IsLost)
            {
                var copyUs = packet.ArrivalUs + 300 + _random.Next(4_000);
                if (!packet.IsUnseen && !(_path.CaptureLoss && IsBlindAt(copyUs)))
                {
                    Copies.Add((packet, copyUs));
                }
            }
        }
    }

    private long JitterUs() => _path.Jitter switch
    {
        DelayVariation.Uniform => (long)(_random.NextDouble() * 30_000),
        DelayVariation.Normal => (long)Math.Max(0, 20_000 + (12_000 * Gauss())),
        DelayVariation.Exponential => (long)(-10_000 * Math.Log(1 - _random.NextDouble())),
        _ => 0,
    };

    private double Gauss() =>
        Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());

    private bool IsSheltered(int index)
    {
        if (index < Sheltered || index >= Sent.Count - Sheltered || Sent[index].IsComfortNoise)
        {
            return true;
        }

        for (var i = Math.Max(0, index - Sheltered); i < Math.Min(Sent.Count, index + Sheltered); i++)
        {
            if (Sent[i].StartsTalkspurt || Sent[i].IsComfortNoise)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Writes what the tap saw, in a call that begins one second before.</summary>
    public void WriteTo(Wire wire, string source, string destination, double startAt)
    {
        var arrivals = Sent.Where(static packet => packet is { IsLost: false, IsUnseen: false })
            .Select(static packet => (Packet: packet, packet.ArrivalUs))
            .Concat(Copies)
            .OrderBy(static arrival => arrival.ArrivalUs);
        foreach (var (packet, arrivalUs) in arrivals)
        {
            var script = new RtpScript(wire, source, destination)
            {
                Ssrc = packet.Ssrc,
                PayloadType = packet.IsComfortNoise ? (byte)13 : (byte)0,
                PayloadLength = packet.IsComfortNoise ? 1 : FrameTicks,
            };
            script.Packet(
                Wire.Us(startAt) + arrivalUs, (ushort)packet.Sequence, packet.Timestamp, packet.StartsTalkspurt);
        }
    }
}
