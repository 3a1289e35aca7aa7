using System.Buffers.Binary;

namespace VoiceQuality.Protocols.Rtcp;

/// <summary>
/// What an endpoint says of a call's quality (RFC 3611 §4.7). It is the endpoint's word, not a measurement of ours.
/// A value that the endpoint does not know (127, or 0 where RFC 3611 says so) is null.
/// </summary>
public readonly record struct RtcpVoipMetrics
{
    private const byte BlockType = 7;
    private const int ContentsLength = 32;
    private const byte Unavailable = 127;

    /// <summary>The source that is reported on.</summary>
    public uint Ssrc { get; private init; }

    /// <summary>Packets lost, in 256ths since reception began.</summary>
    public byte LossRate { get; private init; }

    /// <summary>Packets discarded for being early or late, in 256ths since reception began.</summary>
    public byte DiscardRate { get; private init; }

    /// <summary>Share of lost and discarded packets within bursts, in 256ths.</summary>
    public byte BurstDensity { get; private init; }

    /// <summary>Share of lost and discarded packets within gaps, in 256ths.</summary>
    public byte GapDensity { get; private init; }

    /// <summary>Mean length of bursts.</summary>
    public ushort BurstDurationMs { get; private init; }

    /// <summary>Mean length of gaps.</summary>
    public ushort GapDurationMs { get; private init; }

    /// <summary>The latest round trip between the RTP interfaces; null when not measured.</summary>
    public ushort? RoundTripDelayMs { get; private init; }

    /// <summary>Delay inside the reporting endpoint; null when not estimated.</summary>
    public ushort? EndSystemDelayMs { get; private init; }

    /// <summary>R factor of the voice segment in RTP, 0 to 100; null when unavailable or out of range.</summary>
    public byte? RFactor { get; private init; }

    /// <summary>MOS-LQ in tenths, 10 to 50; null when unavailable or out of range.</summary>
    public byte? MosLqTenths { get; private init; }

    /// <summary>MOS-CQ in tenths, 10 to 50; null when unavailable or out of range.</summary>
    public byte? MosCqTenths { get; private init; }

    /// <summary>R factor of a segment outside of this RTP session, 0 to 100; null when unavailable.</summary>
    public byte? ExternalRFactor { get; private init; }

    /// <summary>Level of the voice signal, -127 to 126 dBm0; null when unavailable.</summary>
    public sbyte? SignalLevelDbm { get; private init; }

    /// <summary>Level of the noise in silence, -127 to 126 dBm0; null when unavailable.</summary>
    public sbyte? NoiseLevelDbm { get; private init; }

    /// <summary>Residual echo return loss, 0 to 126 dB or more; null when unavailable.</summary>
    public byte? RerlDb { get; private init; }

    /// <summary>Gmin, the gap threshold, packets, 1 to 255; null for the 0 that the RFC forbids.</summary>
    public byte? Gmin { get; private init; }

    /// <summary>Packet loss concealment: 1 disabled, 2 enhanced, 3 standard; null when unspecified.</summary>
    public byte? PlcKind { get; private init; }

    /// <summary>Whether the jitter buffer adapts; null when unknown or reserved.</summary>
    public bool? IsJitterBufferAdaptive { get; private init; }

    /// <summary>Nominal delay of the jitter buffer; null when it says 0.</summary>
    public ushort? JitterBufferNominalMs { get; private init; }

    /// <summary>Current maximum delay of the jitter buffer; null when it says 0.</summary>
    public ushort? JitterBufferMaximumMs { get; private init; }

    /// <summary>Largest delay that an adaptive jitter buffer can reach; null when it says 0.</summary>
    public ushort? JitterBufferAbsoluteMaximumMs { get; private init; }

    /// <summary>Reads a VoIP metrics block. False for another type or a length that is not its own.</summary>
    public static bool TryRead(RtcpXrBlock block, out RtcpVoipMetrics metrics)
    {
        metrics = default;
        var contents = block.Contents;
        if (block.BlockType != BlockType || contents.Length != ContentsLength)
        {
            return false;
        }

        metrics = new RtcpVoipMetrics
        {
            Ssrc = BinaryPrimitives.ReadUInt32BigEndian(contents),
            LossRate = contents[4],
            DiscardRate = contents[5],
            BurstDensity = contents[6],
            GapDensity = contents[7],
            BurstDurationMs = BinaryPrimitives.ReadUInt16BigEndian(contents[8..]),
            GapDurationMs = BinaryPrimitives.ReadUInt16BigEndian(contents[10..]),
            RoundTripDelayMs = NonZero(BinaryPrimitives.ReadUInt16BigEndian(contents[12..])),
            EndSystemDelayMs = NonZero(BinaryPrimitives.ReadUInt16BigEndian(contents[14..])),
            SignalLevelDbm = Level(contents[16]),
            NoiseLevelDbm = Level(contents[17]),
            RerlDb = contents[18] == Unavailable ? null : contents[18],
            Gmin = contents[19] == 0 ? null : contents[19],
            RFactor = Within(contents[20], 0, 100),
            ExternalRFactor = Within(contents[21], 0, 100),
            MosLqTenths = Within(contents[22], 10, 50),
            MosCqTenths = Within(contents[23], 10, 50),
            PlcKind = contents[24] >> 6 == 0 ? null : (byte)(contents[24] >> 6),
            IsJitterBufferAdaptive = ((contents[24] >> 4) & 3) switch { 2 => false, 3 => true, _ => null },
            JitterBufferNominalMs = NonZero(BinaryPrimitives.ReadUInt16BigEndian(contents[26..])),
            JitterBufferMaximumMs = NonZero(BinaryPrimitives.ReadUInt16BigEndian(contents[28..])),
            JitterBufferAbsoluteMaximumMs = NonZero(BinaryPrimitives.ReadUInt16BigEndian(contents[30..])),
        };
        return true;
    }

    private static sbyte? Level(byte value) => value == Unavailable ? null : unchecked((sbyte)value);

    private static ushort? NonZero(ushort value) => value == 0 ? null : value;

    private static byte? Within(byte value, byte minimum, byte maximum) =>
        value != Unavailable && value >= minimum && value <= maximum ? value : null;
}
