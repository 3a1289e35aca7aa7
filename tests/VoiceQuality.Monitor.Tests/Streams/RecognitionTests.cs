using System.Buffers.Binary;
using VoiceQuality.Quality.Scoring;
using VoiceQuality.Testing.Captures;

namespace VoiceQuality.Monitor.Tests.Streams;

public sealed class RecognitionTests
{
    private const string A = "198.18.3.1:20000";
    private const string B = "198.18.3.2:30000";

    private readonly Wire _wire = new();

    [Theory]
    [InlineData(4, 0)]
    [InlineData(5, 5)]
    [InlineData(6, 6)]
    public void Unannounced_RTP_is_believed_after_five_packets_and_counted_from_its_first(int packets, int expected)
    {
        new RtpScript(_wire, A, B).Send(packets, at: 0);

        var measured = Measurement.Of(_wire);

        Assert.Equal(expected, measured.Streams.Sum(static stream => stream.Total.Received));
        Assert.Equal(expected, measured.Counters.RtpPackets);
        Assert.Equal(packets - expected, measured.Rejected("rtp.notRecognised"));
        Assert.All(measured.Streams, static stream => Assert.Null(stream.CallId));
        Assert.All(measured.Streams, static stream => Assert.Null(stream.Direction));
    }

    [Fact]
    public void Unannounced_RTP_that_wraps_loses_and_reorders_is_believed()
    {
        var rtp = new RtpScript(_wire, A, B) { SequenceNumber = 65_530, Timestamp = uint.MaxValue - 300 };
        rtp.Send(100, at: 0, lost: static i => i % 10 == 3);

        var stream = Assert.Single(Measurement.Of(_wire).Streams);

        Assert.Equal(90, stream.Total.Received);
        Assert.Equal(100, stream.Total.Expected);
    }

    [Fact]
    public void Random_octets_with_the_version_of_RTP_are_no_stream()
    {
        var random = new Random(20_260_105);
        for (var i = 0; i < 5_000; i++)
        {
            var octets = new byte[random.Next(12, 200)];
            random.NextBytes(octets);
            octets[0] = (byte)(0x80 | (octets[0] & 0x3F));
            _wire.Udp(i * 0.01, A, B, octets);
        }

        AssertNoStream();
    }

    [Fact]
    public void Packets_whose_SSRC_changes_each_time_are_no_stream()
    {
        var rtp = new RtpScript(_wire, A, B);
        for (var i = 0; i < 3_000; i++)
        {
            rtp.Ssrc = (uint)i * 2_654_435_761;
            rtp.Send(1, at: i * 0.02);
        }

        AssertNoStream();
    }

    [Fact]
    public void Packets_whose_numbers_jump_are_no_stream()
    {
        var rtp = new RtpScript(_wire, A, B);
        for (var i = 0; i < 3_000; i++)
        {
            rtp.SequenceNumber = (ushort)(i * 7_919);
            rtp.Send(1, at: i * 0.02);
        }

        AssertNoStream();
    }

    [Theory]
    [InlineData(0x00)] // STUN binding request (RFC 8489)
    [InlineData(0x16)] // DTLS handshake (RFC 9147)
    [InlineData(0x40)] // QUIC short header (RFC 9000)
    [InlineData(0xC3)] // QUIC long header
    [InlineData(0x40 | 0x0F)] // TURN channel data
    public void Other_protocols_of_RFC_7983_are_no_stream(int first)
    {
        for (var i = 0; i < 100; i++)
        {
            var octets = new byte[60];
            octets[0] = (byte)first;
            BinaryPrimitives.WriteUInt16BigEndian(octets.AsSpan(2), (ushort)i);
            BinaryPrimitives.WriteUInt32BigEndian(octets.AsSpan(4), (uint)i * 160);
            _wire.Udp(i * 0.02, A, B, octets);
        }

        var measured = AssertNoStream();
        Assert.Equal(100, measured.Rejected("udp.otherProtocol"));
    }

    [Fact]
    public void RTCP_is_counted_as_RTCP_and_what_only_looks_like_it_is_counted_as_malformed()
    {
        for (var i = 0; i < 20; i++)
        {
            // A receiver report without blocks (RFC 3550 §6.4.2): length 1, 8 octets.
            _wire.Udp(i, A, B, [0x80, 201, 0, 1, 0, 0, 0, 9]);

            // The same claiming 65,535 words.
            _wire.Udp(i + 0.5, A, B, [0x80, 201, 0xFF, 0xFF, 0, 0, 0, 9]);
        }

        var measured = AssertNoStream();
        Assert.Equal(20, measured.Counters.RtcpPackets);
        Assert.Equal(20, measured.Rejected("rtcp.malformed"));
    }

    [Fact]
    public void Payload_types_that_RFC_3551_leaves_unassigned_are_no_stream_until_SDP_names_them()
    {
        new RtpScript(_wire, A, B) { PayloadType = 50 }.Send(100, at: 0);
        AssertNoStream();

        var sip = new SipScript(_wire, "named");
        sip.Request(5, "INVITE", Sdp.Audio("198.18.3.2", 30_000, "50 PCMU/8000"));
        new RtpScript(_wire, A, B) { PayloadType = 50 }.Send(100, at: 6);

        var stream = Assert.Single(Measurement.Of(_wire).Streams);
        Assert.Equal("named", stream.CallId);
        Assert.Equal(100, stream.Total.Received);
    }

    [Fact]
    public void An_unannounced_stream_ends_after_its_idle_time_of_packet_time()
    {
        var rtp = new RtpScript(_wire, A, B).Send(50, at: 0);
        for (var at = 1; at < 80; at++)
        {
            _wire.Udp(at, "198.18.9.1:9", "198.18.9.2:9", "time passes"u8);
        }

        rtp.Send(50, at: 80);

        var streams = Measurement.Of(_wire).Streams;

        Assert.Equal([50L, 50L], streams.Select(static stream => stream.Total.Received));
        Assert.Equal(Wire.Us(80), streams[1].StartedAtUs);
    }

    [Fact]
    public void A_stream_of_a_call_outlives_a_pause_of_minutes()
    {
        var sip = new SipScript(_wire, "paused")
            .Answered(0, 1, Sdp.Audio("198.18.3.1", 20_000), Sdp.Audio("198.18.3.2", 30_000));
        var rtp = new RtpScript(_wire, A, B).Send(50, at: 2);
        for (var at = 3; at < 600; at++)
        {
            _wire.Udp(at, "198.18.9.1:9", "198.18.9.2:9", "time passes"u8);
        }

        rtp.Send(50, at: 600);
        sip.Released(700);

        Assert.Equal(100, Assert.Single(Measurement.Of(_wire).Streams).Total.Received);
    }

    [Theory]
    [InlineData(99, UnscoredReason.TooFewPackets)]
    [InlineData(100, UnscoredReason.None)]
    public void A_score_needs_a_hundred_expected_packets(int expected, UnscoredReason reason)
    {
        // One is lost in the middle: expected counts, not received.
        new RtpScript(_wire, A, B).Send(expected, at: 0, lost: static i => i == 50);

        var stream = Assert.Single(Measurement.Of(_wire).Streams);

        Assert.Equal(expected, stream.Total.Expected);
        Assert.Equal(reason, stream.UnscoredReason);
        Assert.Equal(reason == UnscoredReason.None, stream.MosLqE4 is not null);
        Assert.Equal(stream.MosLqE4 is not null, stream.RFactor is not null);
    }

    private Measurement AssertNoStream()
    {
        var measured = Measurement.Of(_wire);
        Assert.Empty(measured.Streams);
        Assert.Equal(0, measured.Counters.RtpPackets);
        Assert.Equal(0, measured.Counters.ActiveStreams);

        // Every frame is accounted for.
        Assert.Equal(
            _wire.Frames.Count,
            measured.Counters.RtcpPackets + measured.Counters.Rejects.Values.Sum());
        return measured;
    }
}
