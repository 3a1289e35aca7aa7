using VoiceQuality.Monitor.Calls;
using VoiceQuality.Quality;
using VoiceQuality.Quality.Scoring;
using VoiceQuality.Testing.Captures;

namespace VoiceQuality.Monitor.Tests.Calls;

public sealed class CallScoreTests
{
    private const string Caller = "198.18.0.1:4000";
    private const string Callee = "198.18.0.2:6000";

    /// <summary>PCMU with concealment: Ie 0, Bpl 25.1 (G.113 Appendix I, Tables I.1 and I.4).</summary>
    private const double Bpl = 25.1;

    private readonly Wire _wire = new();

    [Fact]
    public void Five_percent_of_single_losses_score_as_equation_7_29_says()
    {
        Call();

        // 1,000 packets, every twentieth lost: 50 lost in 50 runs, Ppl 5 %, BurstR (50/50)(1 - 0.05) < 1, so 1.
        new RtpScript(_wire, Caller, Callee).Send(1_000, at: 2, lost: static i => i % 20 == 10);

        var measured = Measurement.Of(_wire);
        var stream = Assert.Single(measured.Streams);

        // Ie,eff = 95 * 5 / (5 + 25.1) = 15.780731; R = 93.206208 - 15.780731 = 77.425477.
        Assert.Equal(50, stream.Total.Lost);
        Assert.Equal(1.0, stream.Total.BurstR, 9);
        Assert.Equal(77.425477, stream.RFactor!.Value, 5);
        Assert.Equal(ScoreArithmetic.MosE4(77.425477), stream.MosLqE4);
        Assert.Equal("g711-plc", stream.Model.CodecRow);

        // One direction was measured: it is the call's score.
        var call = Assert.Single(measured.Calls);
        Assert.Equal(stream.MosLqE4, call.MosLqE4);
        Assert.Equal(stream.RFactor!.Value, call.RFactor!.Value, 9);
        Assert.Equal(UnscoredReason.None, call.UnscoredReason);
    }

    [Fact]
    public void Losses_in_runs_raise_the_burst_ratio()
    {
        Call();

        // 5 runs of 10 lost packets in 1,000: BurstR = (50 / 5) * (1 - 0.05) = 9.5.
        new RtpScript(_wire, Caller, Callee).Send(1_000, at: 2, lost: static i => i % 200 is >= 100 and < 110);

        var stream = Assert.Single(Measurement.Of(_wire).Streams);

        Assert.Equal(9.5, stream.Total.BurstR, 9);
        var r = ScoreArithmetic.DefaultR - ScoreArithmetic.IeEff(0, Bpl, 5, 9.5);
        Assert.Equal(r, stream.RFactor!.Value, 5);
        Assert.Equal(ScoreArithmetic.MosE4(r), stream.MosLqE4);
    }

    [Fact]
    public void The_score_of_a_call_is_the_mean_of_its_directions()
    {
        Call();
        new RtpScript(_wire, Caller, Callee).Send(1_000, at: 2);
        new RtpScript(_wire, Callee, Caller).Send(1_000, at: 2, lost: static i => i % 20 == 10);

        var call = Assert.Single(Measurement.Of(_wire).Calls);

        var clean = ScoreArithmetic.MosE4(ScoreArithmetic.DefaultR);
        var lossy = ScoreArithmetic.MosE4(ScoreArithmetic.DefaultR - ScoreArithmetic.IeEff(0, Bpl, 5, 1));
        Assert.Equal((int)Math.Round((clean + lossy) / 2m, MidpointRounding.AwayFromZero), call.MosLqE4);
        Assert.Equal(ScoreArithmetic.DefaultR - (15.780731 / 2), call.RFactor!.Value, 5);
    }

    [Fact]
    public void Streams_of_one_direction_weigh_by_their_seconds()
    {
        Call();

        // 30 s clean and 10 s with 5 % loss, one direction, another SSRC: (30 a + 10 b) / 40.
        new RtpScript(_wire, Caller, Callee) { Ssrc = 1 }.Send(1_501, at: 2);
        new RtpScript(_wire, Caller, Callee) { Ssrc = 2 }.Send(501, at: 40, lost: static i => i % 20 == 10);

        var measured = Measurement.Of(_wire);
        var call = Assert.Single(measured.Calls);

        Assert.Equal([30m, 10m], measured.Streams.Select(static stream => stream.ScoredSeconds));
        Assert.Equal(25, measured.Streams[1].Total.Lost);
        var clean = ScoreArithmetic.MosE4(ScoreArithmetic.DefaultR);
        var lossy = ScoreArithmetic.MosE4(
            ScoreArithmetic.DefaultR - ScoreArithmetic.IeEff(0, Bpl, 100.0 * 25 / 501, 1));
        Assert.Equal(
            (int)Math.Round(((30m * clean) + (10m * lossy)) / 40m, MidpointRounding.AwayFromZero), call.MosLqE4);
    }

    [Fact]
    public void A_stream_too_short_to_score_does_not_change_the_score_of_its_call()
    {
        Call();
        new RtpScript(_wire, Caller, Callee) { Ssrc = 1 }.Send(1_000, at: 2);
        new RtpScript(_wire, Caller, Callee) { Ssrc = 2 }.Send(99, at: 30, lost: static i => i % 2 == 1);

        var call = Assert.Single(Measurement.Of(_wire).Calls);

        Assert.Equal(ScoreArithmetic.MosE4(ScoreArithmetic.DefaultR), call.MosLqE4);
    }

    [Fact]
    public void A_stranger_who_sends_to_a_party_does_not_move_the_score_of_its_call()
    {
        Call();
        new RtpScript(_wire, Caller, Callee) { Ssrc = 1 }.Send(1_000, at: 2);
        new RtpScript(_wire, "192.0.2.66:4000", Callee) { Ssrc = 2 }.Send(1_000, at: 2, lost: static i => i % 3 == 1);

        var measured = Measurement.Of(_wire);
        var call = Assert.Single(measured.Calls);

        Assert.Equal(2, call.Streams.Count);
        Assert.Equal(ScoreArithmetic.MosE4(ScoreArithmetic.DefaultR), call.MosLqE4);
        Assert.Equal(ScoreArithmetic.DefaultR, call.RFactor!.Value, 5);
    }

    [Fact]
    public void Media_from_elsewhere_counts_when_nothing_comes_from_the_announced_address()
    {
        Call();
        new RtpScript(_wire, "192.0.2.66:4000", Callee) { Ssrc = 2 }.Send(1_000, at: 2, lost: static i => i % 20 == 10);

        var call = Assert.Single(Measurement.Of(_wire).Calls);

        Assert.Equal(MediaDirection.FromCaller, call.Streams[0].Direction);
        Assert.Equal(77.425477, call.RFactor!.Value, 5);
    }

    [Fact]
    public void Packets_later_than_the_jitter_buffer_count_in_Ppl()
    {
        Call();
        var rtp = new RtpScript(_wire, Caller, Callee);
        for (var i = 0; i < 1_000; i++)
        {
            // Every hundredth packet, from the fiftieth on, comes 61 ms late: ten discarded, in runs of one, 1 %.
            var lateUs = i % 100 == 50 ? 61_000 : 0;
            rtp.Packet(Wire.Us(2) + (i * 20_000) + lateUs, (ushort)i, (uint)i * 160);
        }

        var stream = Assert.Single(Measurement.Of(_wire).Streams);

        Assert.Equal(0, stream.Total.Lost);
        Assert.Equal(10, stream.Total.Reordered);
        Assert.Equal(10, stream.Total.Discarded);
        Assert.Equal(ScoreArithmetic.DefaultR - (95.0 / 26.1), stream.RFactor!.Value, 5);
    }

    private void Call() => new SipScript(_wire, "scored")
        .Answered(0, 1, Sdp.Audio("198.18.0.1", 4000), Sdp.Audio("198.18.0.2", 6000)).Released(90);
}
