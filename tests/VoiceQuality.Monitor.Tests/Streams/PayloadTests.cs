using VoiceQuality.Monitor.Streams;
using VoiceQuality.Quality.Scoring;
using VoiceQuality.Testing.Captures;

namespace VoiceQuality.Monitor.Tests.Streams;

public sealed class PayloadTests
{
    private const string Caller = "198.18.0.1:4000";
    private const string Callee = "198.18.0.2:6000";

    private readonly Wire _wire = new();

    [Fact]
    public void Video_is_counted_and_not_scored()
    {
        Call("video", Sdp.Session("198.18.0.2", Sdp.Media("video", 6000, "96 H264/90000")));
        new RtpScript(_wire, Caller, Callee) { PayloadType = 96, Ticks = 3_000 }
            .Send(300, at: 2, lost: static i => i == 7);

        var measured = Measurement.Of(_wire);
        var stream = Assert.Single(measured.Streams);

        Assert.Equal("H264", stream.Codec);
        Assert.Equal(1, stream.Total.Lost);
        Assert.Equal(UnscoredReason.NotAudio, stream.UnscoredReason);
        Assert.Equal(UnscoredReason.NotAudio, Assert.Single(measured.Calls).UnscoredReason);
    }

    [Fact]
    public void Telephone_events_and_comfort_noise_share_the_numbers_and_are_no_speech()
    {
        Call("dtmf", Sdp.Audio("198.18.0.2", 6000, "0 PCMU/8000", "101 telephone-event/8000", "13 CN/8000"));
        var rtp = new RtpScript(_wire, Caller, Callee).Send(150, at: 2);
        rtp.PayloadType = 101;
        rtp.PayloadLength = 4;
        rtp.Ticks = 0;
        rtp.Send(10);
        rtp.PayloadType = 13;
        rtp.PayloadLength = 1;
        rtp.Send(1);
        rtp.PayloadType = 0;
        rtp.PayloadLength = 160;
        rtp.Ticks = 160;
        rtp.Timestamp += 11 * 160;
        rtp.Send(150);

        var stream = Only();

        Assert.Equal("PCMU", stream.Codec);
        Assert.Equal(311, stream.Total.Received);
        Assert.Equal(10, stream.Total.TelephoneEvents);
        Assert.Equal(1, stream.Total.ComfortNoise);
        Assert.Equal(300, stream.Total.AudioReceived);
        Assert.Equal(0, stream.Total.Lost);
        Assert.Equal(0, stream.Total.Discarded);

        // Every packet came 20 ms and 160 ticks of 8 kHz after the one before: no jitter at all.
        Assert.Equal(0.0, stream.Total.JitterMaxMs!.Value, 6);
        Assert.NotNull(stream.MosLqE4);
    }

    [Fact]
    public void A_stream_of_events_alone_is_no_audio()
    {
        Call("events", Sdp.Audio("198.18.0.2", 6000, "0 PCMU/8000", "101 telephone-event/8000"));
        new RtpScript(_wire, Caller, Callee) { PayloadType = 101, PayloadLength = 4 }.Send(120, at: 2);

        Assert.Equal(UnscoredReason.NotAudio, Only().UnscoredReason);
    }

    [Fact]
    public void A_codec_without_a_row_is_measured_and_not_scored()
    {
        Call("exotic", Sdp.Audio("198.18.0.2", 6000, "97 x-exotic/16000"));
        new RtpScript(_wire, Caller, Callee) { PayloadType = 97, Ticks = 320 }
            .Send(200, at: 2, lost: static i => i == 9);

        var stream = Only();

        Assert.Equal("x-exotic", stream.Codec);
        Assert.Equal(16_000, stream.ClockRateHz);
        Assert.Equal(1, stream.Total.Lost);
        Assert.Equal(0.0, stream.Total.JitterMaxMs!.Value, 6);
        Assert.Equal(UnscoredReason.CodecNotInTable, stream.UnscoredReason);
        Assert.Null(stream.MosLqE4);
        Assert.Null(stream.Model.CodecRow);
    }

    [Fact]
    public void A_dynamic_payload_type_that_nothing_announced_is_measured_and_its_codec_unknown()
    {
        new RtpScript(_wire, Caller, Callee) { PayloadType = 111 }.Send(200, at: 2);

        var stream = Only();

        Assert.Null(stream.Codec);
        Assert.Equal(UnscoredReason.CodecUnknown, stream.UnscoredReason);
        Assert.Equal(200, stream.Total.Received);

        // Without a clock nothing can be timed: unknown, not zero.
        Assert.Null(stream.Total.JitterMeanMs);
    }

    [Theory]
    [InlineData(60)] // Ethernet 14, IPv4 20, UDP 8, RTP 12: six octets of payload
    [InlineData(54)] // the RTP header alone
    public void RTP_that_the_snap_length_cuts_is_measured_all_the_same(int snapLength)
    {
        _wire.SnapLength = snapLength;
        new RtpScript(_wire, Caller, Callee).Send(200, at: 0, lost: static i => i == 3);

        var stream = Only();

        Assert.Equal(199, stream.Total.Received);
        Assert.Equal(1, stream.Total.Lost);
        Assert.NotNull(stream.MosLqE4);
    }

    [Fact]
    public void Padding_an_extension_and_contributing_sources_change_nothing()
    {
        for (var i = 0; i < 120; i++)
        {
            // V=2, P, X, CC=2; 8 octets of CSRC, 4+4 of extension, 4 of payload, 4 of padding.
            byte[] octets =
            [
                0xB2, 0, (byte)(i >> 8), (byte)i, 0, 0, (byte)((i * 160) >> 8), (byte)(i * 160), 0, 0, 0, 5,
                0, 0, 0, 1, 0, 0, 0, 2, 0xBE, 0xDE, 0, 1, 0x10, 0xFF, 0, 0, 1, 2, 3, 4, 0, 0, 0, 4,
            ];
            _wire.Udp(i * 0.02, Caller, Callee, octets);
        }

        var stream = Only();

        Assert.Equal(120, stream.Total.Received);
        Assert.Equal(120 * 4, stream.Total.PayloadOctets);
        Assert.Equal(5u, stream.Ssrc);
    }

    [Fact]
    public void RTP_whose_lengths_lie_is_counted_as_malformed()
    {
        // Padding longer than the packet, and an extension of 65,535 words.
        for (var i = 0; i < 50; i++)
        {
            _wire.Udp(i * 0.02, Caller, Callee, [0xA0, 0, 0, (byte)i, 0, 0, 0, 0, 0, 0, 0, 5, 1, 2, 3, 200]);
            _wire.Udp(i * 0.02, Caller, Callee, [0x90, 0, 0, (byte)i, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0xFF, 0xFF]);
        }

        var measured = Measurement.Of(_wire);

        Assert.Empty(measured.Streams);
        Assert.Equal(100, measured.Rejected("rtp.malformed"));
    }

    private void Call(string callId, string answer) =>
        new SipScript(_wire, callId).Answered(0, 1, Sdp.Audio("198.18.0.1", 4000), answer).Released(60);

    private StreamRecord Only() => Assert.Single(Measurement.Of(_wire).Streams);
}
