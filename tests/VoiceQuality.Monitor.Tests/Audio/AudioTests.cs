using VoiceQuality.Monitor.Audio;
using VoiceQuality.Monitor.Calls;
using VoiceQuality.Testing.Captures;

namespace VoiceQuality.Monitor.Tests.Audio;

/// <summary>One answered call of 20 s; what both parties send is what the test is about.</summary>
public class AudioTests
{
    [Theory]
    [InlineData(0, 0x80, 32_124)]
    [InlineData(0, 0x00, 32_124)]
    [InlineData(0, 0xFF, 0)]
    [InlineData(0, 0x7F, 0)]
    [InlineData(0, 0xFE, 8)]
    [InlineData(8, 0xAA, 32_256)]
    [InlineData(8, 0x2A, 32_256)]
    [InlineData(8, 0xD5, 8)]
    [InlineData(8, 0x55, 8)]
    public void Octets_have_the_magnitudes_of_the_tables_of_G711(byte payloadType, byte octet, long magnitude)
    {
        // The outermost value is 8,031 in table 2a and 4,032 in table 1a; the scale of 16 bits has four and eight times
        // it.
        var audio = Measurement.Of(Call(payloadType, _ => octet)).Streams[0].Audio!;

        Assert.Equal(magnitude * magnitude * audio.Samples, audio.SumOfSquares);
        Assert.Equal(magnitude > 32_000 ? 100 : 0, audio.ClippedPercent);
    }

    [Theory]
    [InlineData(0, new byte[] { 0x1E, 0x0B, 0x0B, 0x1E, 0x9E, 0x8B, 0x8B, 0x9E })]
    [InlineData(8, new byte[] { 0x34, 0x21, 0x21, 0x34, 0xB4, 0xA1, 0xA1, 0xB4 })]
    public void The_octets_of_the_digital_milliwatt_have_0_dBm0(byte payloadType, byte[] octets)
    {
        // G.711 tables 5 and 6.
        var audio = Measurement.Of(Call(payloadType, index => octets[index % 8])).Streams[0].Audio!;

        Assert.Equal(0, audio.LevelDbm0!.Value, 0.01);
    }

    [Fact]
    public void One_packet_in_sixteen_is_looked_at()
    {
        var audio = Measurement.Of(Call(0, _ => 0xFF)).Streams[0].Audio!;

        // 900 packets: the 1st, 17th, … 897th. The last is 896 packets of 20 ms after the first.
        Assert.Equal((57L, 57L * 160), (audio.Packets, audio.Samples));
        Assert.Equal((57L, 100.0, 17_920L), (audio.Silent, audio.SilentPercent!.Value, audio.LongestSilenceMs));
        Assert.Null(audio.LevelDbm0);
        Assert.Equal(0, audio.Frozen);
    }

    [Fact]
    public void Silence_sound_again_and_again_and_clipping_are_flagged()
    {
        Assert.Equal([CallFlag.SilentAudio], Flags(Call(0, _ => 0xFF)));
        Assert.Equal([CallFlag.FrozenAudio], Flags(Call(0, index => (byte)(0x20 + (index % 16)))));
        Assert.Equal([CallFlag.FrozenAudio, CallFlag.ClippedAudio], Flags(Call(0, _ => 0x80)));
        Assert.Equal([], Flags(Call(0, Noise)));
        Assert.Equal([], Flags(Call(3, _ => 0x80)));
    }

    [Fact]
    public void Media_of_one_party_none_and_too_late_are_flagged()
    {
        Assert.Equal([CallFlag.OneWay], Flags(Call(0, Noise, callee: false)));
        Assert.Equal([CallFlag.NoMedia], Flags(Call(0, Noise, caller: false, callee: false)));
        Assert.Equal([CallFlag.MediaAfterEnd], Flags(Call(0, Noise, packets: 1_200)));
    }

    private static CallFlag[] Flags(Wire wire) => [.. Assert.Single(Measurement.Of(wire).Calls).Flags];

    // Another octet for each sample of the stream, all of them of the middle of the scale.
    private static byte Noise(int index) => (byte)(0x20 + ((((index * 2_654_435_761L) >> 7) + (index >> 4)) & 0x1F));

    private static Wire Call(
        byte payloadType, Func<int, byte> octetOf, bool caller = true, bool callee = true, int packets = 900)
    {
        var wire = new Wire();
        var sip = new SipScript(wire, "call-1");
        var name = payloadType switch { 0 => "0 PCMU/8000", 8 => "8 PCMA/8000", _ => "3 GSM/8000" };
        sip.Answered(0, 2, Sdp.Audio("198.18.0.1", 4000, name), Sdp.Audio("198.18.0.2", 6000, name));
        sip.Released(21);
        if (caller)
        {
            Send("198.18.0.1:4000", "198.18.0.2:6000", 1);
        }

        if (callee)
        {
            Send("198.18.0.2:6000", "198.18.0.1:4000", 2);
        }

        return wire;

        void Send(string source, string destination, uint ssrc) => new RtpScript(wire, source, destination)
        {
            Ssrc = ssrc,
            PayloadType = payloadType,
            Payload = number => [.. Enumerable.Range(0, 160).Select(i => octetOf((number * 160) + i))],
        }.Send(packets, 2.1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_octets_of_full_scale_are_those_with_the_largest_sample(bool isALaw)
    {
        var law = isALaw ? G711Law.A : G711Law.Mu;
        var (up, down) = G711.FullScaleOctets(law);
        var samples = G711.SamplesOf(law);

        Assert.Equal(G711.FullScale(law), samples[up]);
        Assert.Equal(-G711.FullScale(law), samples[down]);
        for (var octet = 0; octet < 256; octet++)
        {
            Assert.Equal(octet == up || octet == down, Math.Abs(samples[octet]) == G711.FullScale(law));
            Assert.Equal(samples[octet] * samples[octet], G711.SquaresOf(law)[octet]);
        }
    }
}
