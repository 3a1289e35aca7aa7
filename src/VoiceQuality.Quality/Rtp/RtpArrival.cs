namespace VoiceQuality.Quality.Rtp;

/// <summary>What a packet carries, as far as counting and timing need to know.</summary>
public enum RtpPacketKind : byte
{
    /// <summary>A frame of speech.</summary>
    Audio,

    /// <summary>Comfort noise (RFC 3389): received, but no speech.</summary>
    ComfortNoise,

    /// <summary>A named telephone event (RFC 4733): its timestamp stands still while the event lasts.</summary>
    TelephoneEvent,

    /// <summary>Anything else in the same sequence number space.</summary>
    Other,
}

/// <summary>One RTP packet as it arrived at the measuring point. All numbers are read, none is derived.</summary>
public struct RtpArrival
{
    /// <summary>Arrival at the measuring point, ns since any fixed instant.</summary>
    public long ArrivalNs { get; set; }

    /// <summary>RTP timestamp, ticks of the media clock modulo 2³².</summary>
    public uint Timestamp { get; set; }

    /// <summary>RTP sequence number, modulo 2¹⁶.</summary>
    public ushort SequenceNumber { get; set; }

    /// <summary>The marker bit; for audio, the first packet of a talkspurt (RFC 3551 clause 4.1).</summary>
    public bool Marker { get; set; }

    /// <summary>
    /// The payload is or ends with the codec's own silence descriptor, so the next audio packet starts a talkspurt; see
    /// <see cref="Codecs.SilenceDescriptor"/>.
    /// </summary>
    public bool EndsTalkspurt { get; set; }

    /// <summary>What the packet carries.</summary>
    public RtpPacketKind Kind { get; set; }

    /// <summary>Media clock in Hz; 0 when no description announced it, and then nothing is timed.</summary>
    public int ClockRateHz { get; set; }

    /// <summary>Payload length in octets, without header, extension and padding.</summary>
    public int PayloadLength { get; set; }
}

/// <summary>What a packet turned out to be.</summary>
public enum ArrivalOutcome : byte
{
    /// <summary>The first packet of the stream.</summary>
    First,

    /// <summary>The next sequence number.</summary>
    InOrder,

    /// <summary>Ahead by more than one: what lies between is missing so far.</summary>
    AfterGap,

    /// <summary>Behind the highest sequence number, and missing until now. It is no loss.</summary>
    Reordered,

    /// <summary>A copy of a packet that was received before. It counts nowhere else.</summary>
    Duplicate,

    /// <summary>
    /// Far outside the sequence: held back, and counted as stray unless the next packet agrees with it.
    /// </summary>
    Stray,

    /// <summary>It agrees with the packet held back: the sender restarted and a new segment began.</summary>
    Restart,

    /// <summary>It came after <see cref="StreamMeter.Finish"/> and was not counted.</summary>
    AfterFinish,
}
