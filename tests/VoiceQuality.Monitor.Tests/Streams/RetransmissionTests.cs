using FsCheck;
using FsCheck.Fluent;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Quality.Rtp;
using VoiceQuality.Quality.Scoring;
using VoiceQuality.Testing.Captures;

namespace VoiceQuality.Monitor.Tests.Streams;

/// <summary>
/// One answered call; the caller sends 500 packets of PCMU (payload type 0) of 20 ms, SSRC 1, from number 1,000 on, and
/// sends some again as payload type 97.
/// </summary>
public class RetransmissionTests
{
    private const int Packets = 500;
    private const uint RtxSsrc = 9;
    private const string Fid = "a=ssrc-group:FID 1 9\r\n";

    [Theory]
    [InlineData(RtxSsrc, Fid)]
    [InlineData(RtxSsrc, "")]
    [InlineData(1u, "")]
    public void What_is_sent_again_in_time_was_lost_by_the_network_and_played(uint ssrc, string group)
    {
        var clean = Media(Measured(_ => false, _ => null, ssrc, group));
        var measured = Measured(EachTenth, i => EachTenth(i) ? 30_000 : null, ssrc, group);
        var stream = Media(measured);

        Assert.Equal((500L, 0L, 50L), (stream.Total.Expected, stream.Total.Lost, stream.Recovered));
        Assert.Equal(new RetransmissionCounters(50, 50), stream.Retransmissions);
        Assert.Equal((0L, 0L, clean.MosLqE4), (stream.Total.Discarded, stream.Total.BadRuns, stream.MosLqE4));

        // What was due long before is nothing of the path's timing.
        Assert.Equal((450L, 0L), (stream.Total.AudioReceived, stream.Total.JitterMaxPs));
        Assert.Equal((0L, 0), (stream.LossRuns!.Value.Runs, (int)stream.BurstGaps!.Value.BurstBad));
        var own = measured.Streams.Where(static other => other.Ssrc == RtxSsrc).ToArray();
        Assert.Equal(ssrc == RtxSsrc ? 1 : 0, own.Length);
        Assert.All(own, static other => Assert.Equal((UnscoredReason.NotAudio, 0L), (other.UnscoredReason, other.Recovered)));
    }

    [Theory]
    [InlineData(60_000, 50)]
    [InlineData(60_001, 0)]
    [InlineData(400_000, 0)]
    public void What_is_sent_again_after_its_play_time_stays_lost(int delayUs, long recovered)
    {
        var stream = Media(Measured(EachTenth, i => EachTenth(i) ? delayUs : null));

        Assert.Equal((recovered, 50 - recovered, 0L), (stream.Recovered, stream.Total.Lost, stream.Total.Discarded));
        Assert.Equal(new RetransmissionCounters(50, recovered), stream.Retransmissions);
    }

    [Fact]
    public void Each_emulated_buffer_has_its_own_play_time()
    {
        // Sent again after 50 ms: in time for 60 ms and for 200 ms, too late for 40 ms.
        var options = new MonitorOptions
        {
            MoreJitterBuffers = [new(JitterBufferKind.Fixed, 40), new(JitterBufferKind.Fixed, 200)],
        };
        var stream = Media(Measured(EachTenth, i => EachTenth(i) ? 50_000 : null, options: options));

        Assert.Equal((50L, 0L), (stream.Recovered, stream.Total.Discarded));
        Assert.Equal([50L, 0L], stream.Emulations.Select(static emulation => emulation.Discarded));
    }

    [Fact]
    public void An_adaptive_buffer_allows_40_ms_beyond_the_spread()
    {
        var options = new MonitorOptions { JitterBuffer = JitterBufferKind.Adaptive, JitterBufferMs = 200 };

        Assert.Equal(50, Media(Measured(EachTenth, i => EachTenth(i) ? 40_000 : null, options: options)).Recovered);
        Assert.Equal(0, Media(Measured(EachTenth, i => EachTenth(i) ? 41_000 : null, options: options)).Recovered);
    }

    [Fact]
    public void In_SRTP_the_original_number_is_encrypted()
    {
        var stream = Media(Measured(
            EachTenth, i => EachTenth(i) ? 30_000 : null,
            sdp: static text => text.Replace("RTP/AVP", "RTP/SAVP", StringComparison.Ordinal)));

        Assert.Equal((50L, 0L), (stream.Total.Lost, stream.Recovered));
        Assert.Equal(new RetransmissionCounters(50, null), stream.Retransmissions);
    }

    [Fact]
    public void What_names_another_source_or_no_number_repairs_nothing()
    {
        Assert.Equal(50, Media(Measured(EachTenth, i => EachTenth(i) ? 30_000 : null, group: "a=ssrc-group:FID 7 9\r\n")).Total.Lost);
        Assert.Equal(50, Media(Measured(EachTenth, i => EachTenth(i) ? 30_000 : null, payload: static _ => [0x03])).Total.Lost);
        Assert.Equal(50, Media(Measured(EachTenth, i => EachTenth(i) ? 30_000 : null, group: "", parameters: "apt=8")).Total.Lost);
        Assert.Equal(50, Media(Measured(EachTenth, i => EachTenth(i) ? 30_000 : null, parameters: "rtx-time=100")).Total.Lost);
    }

    [Fact]
    public void Any_losses_sent_again_at_any_time_are_recovered_when_in_time_and_copies_change_nothing() =>
        Prop.ForAll<int>(seed =>
        {
            var random = new Random(seed);
            var lost = Enumerable.Range(0, Packets).Select(i => i is > 0 and < Packets - 1 && random.Next(8) == 0).ToArray();
            var delays = Enumerable.Range(0, Packets)
                .Select(i => random.Next(3) == 0 ? (int?)null : random.Next(20_500, 100_000)).ToArray();
            var ssrc = random.Next(2) == 0 ? 1 : RtxSsrc;
            var measured = Measured(i => lost[i], i => delays[i], ssrc, copies: random.Next(1, 3));
            var stream = Media(measured);

            // A number that nothing after it has shown to be missing yet is not looked for: 20 ms for each lost one
            // after it.
            var inTime = Enumerable.Range(0, Packets).Count(i => lost[i] && delays[i] is { } us && us <= 60_000
                && us > 20_000 * Enumerable.Range(i + 1, Packets - i - 1).TakeWhile(next => lost[next]).Count() + 20_000);
            var lanes = Measured(i => lost[i], i => delays[i], ssrc, options: new MonitorOptions { Lanes = 3 });
            return stream.Total.Expected == Packets && stream.Total.Discarded == 0
                && stream.Recovered == inTime && stream.Total.Lost == lost.Count(static gone => gone) - inTime
                && Media(lanes).Total.Lost == stream.Total.Lost;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(40));

    private static bool EachTenth(int index) => index % 10 == 5;

    private static StreamRecord Media(Measurement measured) => measured.Streams.Single(static stream => stream.Ssrc == 1);

    private static Measurement Measured(
        Func<int, bool> lost,
        Func<int, int?> againUs,
        uint ssrc = RtxSsrc,
        string group = Fid,
        string parameters = "apt=0;rtx-time=200",
        Func<string, string>? sdp = null,
        Func<int, byte[]>? payload = null,
        int copies = 1,
        MonitorOptions? options = null)
    {
        sdp ??= static text => text;
        payload ??= static number => [(byte)(number >> 8), (byte)number, .. Enumerable.Repeat((byte)0x55, 160)];
        var wire = new Wire();
        var sip = new SipScript(wire, "rtx-1");
        string[] formats = ["0 PCMU/8000", "97 rtx/8000"];
        var fmtp = $"a=fmtp:97 {parameters}\r\n";
        sip.Answered(
            0, 2, sdp(Sdp.Audio("198.18.0.1", 4000, formats) + fmtp + group),
            sdp(Sdp.Audio("198.18.0.2", 6000, formats) + fmtp));
        var media = new RtpScript(wire, "198.18.0.1:4000", "198.18.0.2:6000") { Ssrc = 1 };
        var timestamp = media.Timestamp;
        media.Send(Packets, 2.1, lost);
        var again = new RtpScript(wire, "198.18.0.1:4000", "198.18.0.2:6000")
        {
            Ssrc = ssrc, PayloadType = 97, Payload = number => payload(number),
        };
        var sent = (ushort)40_000;
        for (var i = 0; i < Packets; i++)
        {
            for (var copy = 0; copy < (againUs(i) is null ? 0 : copies); copy++)
            {
                // The script asks for the payload by the packet's own number.
                var original = (ushort)(1_000 + i);
                again.Payload = _ => payload(original);
                again.Packet(
                    Wire.Us(2.1) + (i * 20_000L) + againUs(i)!.Value + copy, sent++, timestamp + (uint)(i * 160));
            }
        }

        sip.Released(14);
        return Measurement.Of(wire, options ?? new MonitorOptions());
    }
}
