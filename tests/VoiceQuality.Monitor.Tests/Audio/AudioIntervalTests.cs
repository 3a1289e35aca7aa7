using FsCheck;
using FsCheck.Fluent;
using VoiceQuality.Monitor.Audio;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Testing.Captures;

namespace VoiceQuality.Monitor.Tests.Audio;

/// <summary>What the samples of a stream of 18 s were like, interval by interval.</summary>
public class AudioIntervalTests
{
    private const int Packets = 900;

    // Numbers begin with 1,000 in the scripts.
    private const int FirstNumber = 1_000;

    [Fact]
    public void Silence_and_clipping_stand_in_the_interval_that_they_were_in()
    {
        // The first 500 packets are silent: of the numbers 0, 16, 32 ... 496 that are looked at 32, of 20 ms each,
        // which stand for 32 x 16 x 20 ms = 10.24 s. Then sound, of which each packet has two samples at full scale.
        var stream = Measured(number => number - FirstNumber < 500
            ? [.. Enumerable.Repeat((byte)0xFF, 160)]
            : [0x80, 0x00, .. Enumerable.Range(0, 158).Select(i => (byte)(0x20 + ((number + i) & 0x1F)))]);

        var (first, second) = (stream.Intervals[0].Audio!.Value, stream.Intervals[1].Audio!.Value);
        Assert.Equal((32L, 10.24, 0L, 0.0), (first.Packets, first.SilentSeconds, first.ClippedSamples, first.FrozenSeconds));
        Assert.Equal((25L, 0.0, 50L, 0.0), (second.Packets, second.SilentSeconds, second.ClippedSamples, second.FrozenSeconds));
        Assert.Equal((57L, 10.24), (stream.AudioLooks!.Value.Packets, stream.AudioLooks.Value.SilentSeconds));
    }

    [Fact]
    public void Sound_that_repeats_itself_is_frozen_from_the_second_look_on()
    {
        // Looks 2 to 57 of 57: 56 x 16 x 20 ms.
        var stream = Measured(_ => [.. Enumerable.Range(0, 160).Select(i => (byte)(0x20 + (i & 0x1F)))]);

        Assert.Equal(17.92, stream.AudioLooks!.Value.FrozenSeconds, 9);
        Assert.Equal(0, stream.AudioLooks.Value.SilentSeconds);
    }

    [Fact]
    public void Intervals_add_up_to_the_stream_whatever_their_length_and_copies_change_nothing() =>
        Prop.ForAll<int>(seed =>
        {
            var random = new Random(seed);
            var level = random.Next(1, 128);
            var payloads = Enumerable.Range(0, Packets).Select(_ => Enumerable.Range(0, 160)
                .Select(_ => random.Next(8) == 0 ? (byte)0xFF : (byte)random.Next(level, 256)).ToArray()).ToArray();
            var lost = Enumerable.Range(0, Packets).Select(i => i > 0 && random.Next(20) == 0).ToArray();
            byte[] PayloadOf(int number) => payloads[number - FirstNumber];
            var seconds = random.Next(1, 12);
            var once = Measured(PayloadOf, lost, seconds: seconds);
            var twice = Measured(PayloadOf, lost, copies: 2, seconds: seconds);
            var audio = once.Audio!;
            return once.AudioLooks is { } sum
                && (sum.Packets, sum.Samples, sum.SumOfSquares, sum.ClippedSamples)
                    == (audio.Packets, audio.Samples, audio.SumOfSquares, audio.Clipped)
                && sum.SilentSamples == audio.Silent * 160 && sum.FrozenSamples == audio.Frozen * 160
                && twice.Total.Duplicates > 0 && once.Audio == twice.Audio
                && once.Intervals.Select(interval => interval.Audio)
                    .SequenceEqual(twice.Intervals.Select(interval => interval.Audio));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(15));

    [Theory]
    [InlineData("RTP/AVP", "RTP/SAVP")]
    [InlineData("a=rtpmap:0", "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:AAAA\r\na=rtpmap:0")]
    public void Of_encrypted_payloads_nothing_is_said(string what, string with)
    {
        var stream = Measured(_ => new byte[160], sdp: text => text.Replace(what, with, StringComparison.Ordinal));

        Assert.Null(stream.Audio);
        Assert.Null(stream.AudioLooks);
        Assert.All(stream.Intervals, static interval => Assert.Null(interval.Audio));
        Assert.NotNull(stream.MosLqE4);
    }

    [Fact]
    public void Comfort_noise_has_its_share_in_each_interval()
    {
        // Payload type 13 for 100 of the 500 packets of the first interval and none of the 400 of the second.
        var wire = new Wire();
        var sip = new SipScript(wire, "call-1");
        sip.Answered(0, 2, Sdp.Audio("198.18.0.1", 4000), Sdp.Audio("198.18.0.2", 6000));
        sip.Released(21);
        var script = new RtpScript(wire, "198.18.0.1:4000", "198.18.0.2:6000") { Ssrc = 1 };
        script.Send(400, 2.1);
        script.PayloadType = 13;
        script.Send(100);
        script.PayloadType = 0;
        script.Send(400);
        var stream = Assert.Single(Measurement.Of(wire).Streams);

        Assert.Equal([20.0, 0.0], stream.Intervals.Select(static interval => interval.ComfortNoisePercent!.Value));
        Assert.Equal(100.0 * 100 / 900, StreamRecord.ComfortNoisePercentOf(stream.Total)!.Value, 9);
    }

    [Fact]
    public void Looks_go_out_and_in_and_any_octets_are_read_or_refused() =>
        Prop.ForAll<int, byte[]>((seed, noise) =>
        {
            var random = new Random(seed);
            var looks = new AudioLooks
            {
                Packets = random.Next(50), Samples = random.Next(3) * 160L, SumOfSquares = random.NextInt64(),
                SilentSamples = random.Next(2) * random.NextInt64(), FrozenSamples = random.Next(400), ClippedSamples = random.Next(2),
            };
            var octets = new byte[PackedLooks.MostOctets];
            ReadOnlySpan<byte> written = octets.AsSpan(0, PackedLooks.Write(looks, octets));
            var isSame = PackedLooks.TryRead(ref written, out var read) && read == looks && written.IsEmpty;
            ReadOnlySpan<byte> any = noise;
            while (PackedLooks.TryRead(ref any, out _))
            {
            }

            return isSame;
        }).QuickCheckThrowOnFailure();

    private static StreamRecord Measured(
        Func<int, byte[]> payloadOf, bool[]? lost = null, int copies = 1, int seconds = 10, Func<string, string>? sdp = null)
    {
        var wire = new Wire();
        var sip = new SipScript(wire, "call-1");
        sdp ??= static text => text;
        sip.Answered(
            0, 2, sdp(Sdp.Audio("198.18.0.1", 4000, "0 PCMU/8000")), sdp(Sdp.Audio("198.18.0.2", 6000, "0 PCMU/8000")));
        sip.Released(21);
        for (var copy = 0; copy < copies; copy++)
        {
            new RtpScript(wire, "198.18.0.1:4000", "198.18.0.2:6000") { Ssrc = 1, Payload = number => payloadOf(number) }
                .Send(Packets, 2.1 + (copy * 0.001), index => lost?[index] == true);
        }

        return Assert.Single(Measurement.Of(wire, new MonitorOptions { IntervalSeconds = seconds }).Streams);
    }
}
