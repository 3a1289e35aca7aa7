namespace VoiceQuality.Quality.Rtp;

/// <summary>
/// Packets of one stream as a sender in good order sends them: speech, each with the next number, a frame later by its
/// timestamp, as long as the one before, without the marker. Nearly all voice is like this, so it is worth counting
/// several at once.
/// </summary>
public readonly ref struct SteadyPackets
{
    /// <summary>The most packets of one run.</summary>
    public const int Capacity = 16;

    /// <summary>Sequence number of the first one, modulo 2¹⁶.</summary>
    public required ushort FirstSequenceNumber { get; init; }

    /// <summary>RTP timestamp of the first one, ticks modulo 2³².</summary>
    public required uint FirstTimestamp { get; init; }

    /// <summary>Ticks from one packet to the next.</summary>
    public required uint FrameTicks { get; init; }

    /// <summary>Media clock, Hz.</summary>
    public required int ClockRateHz { get; init; }

    /// <summary>Payload of each packet, octets.</summary>
    public required int PayloadLength { get; init; }

    /// <summary>What the arrivals are counted from, ns on the clock of <see cref="RtpArrival.ArrivalNs"/>.</summary>
    public required long BaseNs { get; init; }

    /// <summary>
    /// Arrival of each packet after <see cref="BaseNs"/>, ns; none is less than the one before. At most
    /// <see cref="Capacity"/>.
    /// </summary>
    public required ReadOnlySpan<uint> OffsetsNs { get; init; }

    /// <summary>One of the packets by itself.</summary>
    /// <param name="index">0 to the number of arrivals, exclusive.</param>
    public RtpArrival this[int index] => new()
    {
        ArrivalNs = BaseNs + OffsetsNs[index],
        Timestamp = unchecked(FirstTimestamp + ((uint)index * FrameTicks)),
        SequenceNumber = unchecked((ushort)(FirstSequenceNumber + index)),
        Kind = RtpPacketKind.Audio,
        ClockRateHz = ClockRateHz,
        PayloadLength = PayloadLength,
    };
}
