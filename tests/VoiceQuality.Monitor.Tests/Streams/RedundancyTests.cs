using VoiceQuality.Monitor.Streams;
using VoiceQuality.Testing.Captures;

namespace VoiceQuality.Monitor.Tests.Streams;

public class RedundancyTests
{
    [Fact]
    public void A_lost_packet_that_the_next_one_brings_is_played()
    {
        var stream = Red(lost: index => index % 10 == 5);

        Assert.Equal(("PCMU", 0L, 50L), (stream.Codec, stream.Total.Lost, stream.Recovered));
        Assert.Equal((500L, 0L, 0L), (stream.Total.Received, stream.Total.Duplicates, stream.Total.Discarded));

        // G.107 for G.711 without loss: R 93.2, MOS 4.41 (clause 7.7).
        Assert.Equal(4.41, stream.MosLqE4!.Value / 1e4, 0.005);
    }

    [Fact]
    public void What_a_packet_brings_counts_when_the_capture_kept_the_headers_of_its_blocks_alone()
    {
        // 14 octets of Ethernet, 20 of IPv4, 8 of UDP, 12 of RTP, 4 of a block and 1 of the primary one.
        var stream = Red(lost: index => index % 10 == 5, snapLength: 59);
        Assert.Equal(("PCMU", 0L, 50L), (stream.Codec, stream.Total.Lost, stream.Recovered));

        // One less, and nothing says what was in it.
        Assert.Equal(0, Red(lost: index => index % 10 == 5, snapLength: 58).Recovered);
    }

    [Fact]
    public void Of_two_lost_in_a_row_one_is_lost_where_a_packet_brings_one()
    {
        var stream = Red(lost: index => index % 10 is 5 or 6);

        Assert.Equal((50L, 50L), (stream.Total.Lost, stream.Recovered));
    }

    [Fact]
    public void A_block_as_old_as_the_buffer_is_deep_is_too_late_beyond_it()
    {
        // 60 ms are 480 ticks of 8 kHz.
        Assert.Equal(50, Red(lost: index => index % 10 == 5, ticks: 480).Recovered);
        Assert.Equal(0, Red(lost: index => index % 10 == 5, ticks: 488).Recovered);
    }

    [Fact]
    public void A_payload_that_is_no_redundant_audio_brings_nothing()
    {
        Assert.Equal(0, Red(lost: index => index % 10 == 5, payload: [0x80, 0x02, 0x80, 0xA0]).Recovered);
        Assert.Equal(0, Red(lost: index => index % 10 == 5, payload: [0x80]).Recovered);
        Assert.Equal(0, Red(lost: index => index % 10 == 5, payload: []).Recovered);
    }

    [Fact]
    public void A_stream_seen_before_and_after_a_border_controller_has_one_vote()
    {
        var one = Measurement.Of(Taps(withSecond: false));
        var both = Measurement.Of(Taps(withSecond: true));

        var call = Assert.Single(both.Calls);
        var copy = Assert.Single(call.Copies);
        var first = call.Streams[copy.Stream];

        // The one after the controller is nearer to the listener: 3 % of it are lost, and that is what counts.
        Assert.Equal("198.18.0.1:4000", first.Source.ToString());
        Assert.Equal(0, first.Total.Lost);
        Assert.Equal(30, call.Streams[copy.Of].Total.Lost);
        Assert.Equal(3, call.Streams.Count);
        Assert.Equal(
            (call.Streams[copy.Of].MosLqE4!.Value + call.Streams.Single(stream => stream.Ssrc == 2).MosLqE4!.Value) / 2.0,
            call.MosLqE4!.Value, 1.0);
        Assert.Empty(Assert.Single(one.Calls).Copies);
    }

    [Fact]
    public void Of_two_streams_at_two_places_one_is_the_copy_whatever_their_packets_seem_to_hold()
    {
        var call = Assert.Single(Measurement.Of(Taps(withSecond: false)).Calls);
        var one = call.Streams.Single(stream => stream.Ssrc == 1);

        // Ten packets and 201 ms later, of packets that seem to hold 20.2 ms: by its own packets it would be the
        // earlier one, by 202 - 201 ms, and by those of the first the later one, by 201 - 200 ms.
        var total = one.Total;
        total.MediaNs = total.MediaNs * 101 / 100;
        var other = one with
        {
            Source = one.Source with { Port = 8000 },
            StartedAtUs = one.StartedAtUs + 201_000,
            EndedAtUs = one.EndedAtUs + 201_000,
            FirstSequenceNumber = (ushort)(one.FirstSequenceNumber!.Value + 10),
            Total = total,
        };

        Assert.Equal([new StreamCopy(0, 1)], StreamCopies.Find([one, other]));
        Assert.Equal([new StreamCopy(1, 0)], StreamCopies.Find([other, one]));
    }

    [Fact]
    public void Audio_that_stops_for_a_fax_is_not_expected_until_it_is_described_again()
    {
        var wire = new Wire();
        var sip = new SipScript(wire, "fax-1");
        sip.Answered(0, 2, Sdp.Audio("198.18.0.1", 4000), Sdp.Audio("198.18.0.2", 6000));
        var audio = new RtpScript(wire, "198.18.0.1:4000", "198.18.0.2:6000").Send(200, 2.1);
        Switch(8, 2, Image("198.18.0.1", 4002), Image("198.18.0.2", 6002));
        Switch(20, 3, Sdp.Audio("198.18.0.1", 4000), Sdp.Audio("198.18.0.2", 6000));

        // The sender has gone on numbering: 700 numbers for 14 s.
        audio.SequenceNumber += 700;
        audio.Timestamp += 700 * 160;
        audio.Send(200, 20.1);
        sip.Released(26);

        var stream = Assert.Single(Measurement.Of(wire).Streams);

        Assert.Equal((400L, 0L, 2L), (stream.Total.Received, stream.Total.Lost, stream.Total.Segments));

        void Switch(double at, uint cseq, string offer, string answer)
        {
            sip.Request(at, "INVITE", offer, inDialog: true, cseq: cseq);
            sip.Response(at + 0.05, 200, "INVITE", answer, cseq: cseq);
            sip.Request(at + 0.06, "ACK", cseq: cseq);
        }

        static string Image(string address, int port) =>
            Sdp.Session(address, $"m=image {port} udptl t38\r\na=T38FaxVersion:0\r\n");
    }

    private static Wire Taps(bool withSecond)
    {
        var wire = new Wire();
        var sip = new SipScript(wire, "call-1");
        sip.Answered(0, 2, Sdp.Audio("198.18.0.1", 4000), Sdp.Audio("198.18.0.2", 6000));
        if (withSecond)
        {
            // The controller passes the call on under the same Call-ID with places of its own.
            sip.Hop = "h2";
            sip.Request(0.02, "INVITE", Sdp.Audio("198.18.0.8", 8000));
            sip.Response(1.9, 200, "INVITE", Sdp.Audio("198.18.0.9", 9000));
            new RtpScript(wire, "198.18.0.8:8000", "198.18.0.9:9000") { Ssrc = 1 }
                .Send(1_000, 2.104, index => index % 100 is 50 or 60 or 70);
        }

        new RtpScript(wire, "198.18.0.1:4000", "198.18.0.2:6000") { Ssrc = 1 }.Send(1_000, 2.1);
        new RtpScript(wire, "198.18.0.2:6000", "198.18.0.1:4000") { Ssrc = 2 }.Send(1_000, 2.1);
        sip.Released(23);
        return wire;
    }

    private static StreamRecord Red(
        Func<int, bool> lost, int ticks = 160, byte[]? payload = null, int snapLength = int.MaxValue)
    {
        var wire = new Wire();
        var sip = new SipScript(wire, "red-1");
        string[] formats = ["97 red/8000", "0 PCMU/8000"];
        sip.Answered(0, 2, Sdp.Audio("198.18.0.1", 4000, formats), Sdp.Audio("198.18.0.2", 6000, formats));

        // A block of PCMU, 160 octets, so many ticks back, then the primary block.
        byte[] octets =
        [
            0x80, (byte)(ticks >> 6), (byte)(((ticks & 0x3F) << 2) | (160 >> 8)), 160, 0,
            .. Enumerable.Repeat((byte)0x55, 320),
        ];
        wire.SnapLength = snapLength;
        new RtpScript(wire, "198.18.0.1:4000", "198.18.0.2:6000")
        {
            PayloadType = 97,
            Payload = _ => payload ?? octets,
        }.Send(500, 2.1, lost);
        wire.SnapLength = int.MaxValue;
        sip.Released(15);
        return Assert.Single(Measurement.Of(wire).Streams);
    }
}
