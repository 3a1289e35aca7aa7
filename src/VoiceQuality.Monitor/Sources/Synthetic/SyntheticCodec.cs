namespace VoiceQuality.Monitor.Sources.Synthetic;

/// <summary>The codecs that synthetic calls speak, all with 20 ms in a packet.</summary>
public enum SyntheticCodec
{
    Pcmu,
    Pcma,
    G722,
    Gsm,
    G729,
    Opus,
}

/// <summary>What RTP and SDP say about a codec (RFC 3551 table 4; RFC 7587 for Opus).</summary>
/// <param name="Name">Encoding name of the rtpmap.</param>
/// <param name="PayloadType">PT; static but for Opus.</param>
/// <param name="ClockRate">RTP clock, Hz. 8,000 for G.722 too (RFC 3551 §4.5.2).</param>
/// <param name="PayloadLength">Octets in a packet of 20 ms.</param>
/// <param name="RtpmapSuffix">Channels, as the rtpmap writes them.</param>
/// <param name="Fmtp">Format parameters, or empty.</param>
internal sealed record SyntheticCodecFormat(
    string Name, byte PayloadType, int ClockRate, int PayloadLength, string RtpmapSuffix, string Fmtp)
{
    public const byte ComfortNoisePayloadType = 13;
    public const byte TelephoneEventPayloadType = 101;
    public const long PacketNs = 20_000_000;

    private const int SampleOctets = 16_384;
    private const int LongestPayload = 160;

    private static readonly SyntheticCodecFormat[] Formats =
    [
        new("PCMU", 0, 8_000, 160, "", "") { Sound = BuildSound(SyntheticCodec.Pcmu) },
        new("PCMA", 8, 8_000, 160, "", "") { Sound = BuildSound(SyntheticCodec.Pcma) },
        new("G722", 9, 8_000, 160, "", "") { Sound = BuildSound(SyntheticCodec.G722) },
        new("GSM", 3, 8_000, 33, "", "") { Sound = BuildSound(SyntheticCodec.Gsm) },
        new("G729", 18, 8_000, 20, "", "annexb=no") { Sound = BuildSound(SyntheticCodec.G729) },
        new("opus", 111, 48_000, 60, "/2", "useinbandfec=0") { Sound = BuildSound(SyntheticCodec.Opus) },
    ];

    private byte[] Sound { get; init; } = [];

    /// <summary>Media-clock ticks in a packet.</summary>
    public uint TicksPerPacket => (uint)(ClockRate / 50);

    /// <summary>RFC 3389 comfort noise has a static payload type at 8 kHz only.</summary>
    public bool HasComfortNoise => ClockRate == 8_000;

    public static SyntheticCodecFormat Of(SyntheticCodec codec) => Formats[(int)codec];

    /// <summary>Payload octets that change from packet to packet.</summary>
    public ReadOnlySpan<byte> PayloadAt(uint position) =>
        Sound.AsSpan((int)(position * (uint)LongestPayload % SampleOctets), PayloadLength);

    private static byte[] BuildSound(SyntheticCodec codec)
    {
        var samples = new byte[SampleOctets + LongestPayload];
        var random = SyntheticRandom.ForItem(0x766F_6963_65, (ulong)codec);

        for (var i = 0; i < samples.Length; i++)
        {
            // A tone of about 260 Hz that swells and fades four times a second, in integers.
            var tone = Math.Abs(i % 31 - 15) * 2 - 15;
            var swell = Math.Abs(i % 2_000 - 1_000);
            var linear = tone * swell;
            samples[i] = codec switch
            {
                SyntheticCodec.Pcmu => (byte)~CompandedMagnitude(linear),
                SyntheticCodec.Pcma => (byte)(CompandedMagnitude(linear) ^ 0xD5),
                _ => (byte)random.NextUInt64(),
            };
        }

        return samples;
    }

    /// <summary>Sign, segment and step of a sample, as both laws of G.711 code it before they invert bits.</summary>
    private static int CompandedMagnitude(int linear)
    {
        var magnitude = Math.Min(Math.Abs(linear) + 132, 32_635);
        var segment = int.Log2(magnitude) - 7;
        var step = (magnitude >> (segment + 3)) & 0x0F;

        return (linear < 0 ? 0x80 : 0) | (segment << 4) | step;
    }
}
