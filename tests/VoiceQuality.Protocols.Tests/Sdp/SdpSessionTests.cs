using System.Text;
using VoiceQuality.Protocols.Sdp;

namespace VoiceQuality.Protocols.Tests.Sdp;

public sealed class SdpSessionTests
{
    [Fact]
    public void An_offer_gives_its_media()
    {
        var media = Only(Vectors.Sdp);

        Assert.Equal((SdpMediaKind.Audio, 4000, 1, SdpTransport.RtpAvp),
            (media.Kind, media.Port, media.PortCount, media.Transport));
        Assert.Equal("192.0.2.1", media.ConnectionAddress.ToString());
        Assert.Equal((SdpDirection.SendRecv, 20, null, 4001),
            (media.Direction, media.PtimeMs, media.MaxPtimeMs, media.RtcpPort));
        Assert.Equal(["0 PCMU/8000/1 ", "96 opus/48000/2 useinbandfec=1", "101 telephone-event/8000/1 0-16"],
            Formats(media));
    }

    [Theory]
    [InlineData("", SdpRejectReason.Empty)]
    [InlineData("\r\n", SdpRejectReason.Empty)]
    [InlineData("v=1\r\n", SdpRejectReason.VersionIsNotFirst)]
    [InlineData("o=- 1 1 IN IP4 a\r\nv=0\r\n", SdpRejectReason.VersionIsNotFirst)]
    [InlineData("v=0", SdpRejectReason.None)]
    [InlineData("v=0\nm=audio 1 RTP/AVP 0", SdpRejectReason.None)]
    public void A_description_starts_with_its_version(string text, SdpRejectReason expected)
    {
        _ = SdpSession.TryParse(Vectors.Ascii(text), out _, out var reason);

        Assert.Equal(expected, reason);
    }

    [Theory]
    [InlineData("c=IN IP4 192.0.2.1", "", "192.0.2.1", false)]
    [InlineData("c=IN IP4 192.0.2.1", "c=IN IP4 192.0.2.9", "192.0.2.9", false)]
    [InlineData("c=IN IP4 192.0.2.1", "c=IN IP4 host.example", null, false)]
    [InlineData("", "c=IN IP6 2001:2::1", "2001:2::1", false)]
    [InlineData("", "c=IN IP4 224.2.1.1/127/3", "224.2.1.1", false)]
    [InlineData("", "c=IN IP4 0.0.0.0", "0.0.0.0", true)]
    [InlineData("c=IN IP6 ::", "", "::", true)]
    [InlineData("", "", null, false)]
    [InlineData("a=inactive", "", null, true)]
    [InlineData("a=inactive", "a=sendrecv", null, false)]
    [InlineData("", "a=sendonly", null, true)]
    [InlineData("", "a=recvonly", null, false)]
    public void The_media_level_goes_before_the_session_level(
        string session, string media, string? address, bool isHold)
    {
        var found = Only($"v=0\r\n{session}\r\nm=audio 4000 RTP/AVP 0\r\n{media}\r\n");

        Assert.Equal(address, found.ConnectionAddress?.ToString());
        Assert.Equal(isHold, found.IsHold);
    }

    [Theory]
    [InlineData("audio 0 RTP/AVP 0", 0, false)]
    [InlineData("audio 65535 RTP/AVP 0", 65_535, false)]
    [InlineData("audio 65536 RTP/AVP 0", 0, true)]
    [InlineData("audio -1 RTP/AVP 0", 0, true)]
    [InlineData("audio x RTP/AVP 0", 0, true)]
    [InlineData("audio 99999999999999999999 RTP/AVP 0", 0, true)]
    [InlineData("audio", 0, true)]
    [InlineData("", 0, true)]
    [InlineData("audio 49170/2 RTP/AVP 31", 49_170, false)]
    public void A_port_outside_of_its_range_is_told(string line, int port, bool isInvalid)
    {
        var media = Only($"v=0\r\nm={line}\r\n");

        Assert.Equal((port, isInvalid, port != 0), (media.Port, media.IsPortInvalid, media.IsAccepted));
    }

    [Theory]
    [InlineData("a=rtcp:53020", 53_020, "192.0.2.1", false)]
    [InlineData("a=rtcp:53020 IN IP4 192.0.2.7", 53_020, "192.0.2.7", false)]
    [InlineData("a=rtcp:53020 IN IP6 2001:2::1", 53_020, "2001:2::1", false)]
    [InlineData("a=rtcp:0", 4_001, "192.0.2.1", false)]
    [InlineData("a=rtcp:x", 4_001, "192.0.2.1", false)]
    [InlineData("a=rtcp-mux", 4_001, "192.0.2.1", true)]
    public void RTCP_goes_where_the_attribute_says(string attribute, int port, string address, bool mux)
    {
        var media = Only($"v=0\r\nc=IN IP4 192.0.2.1\r\nm=audio 4000 RTP/AVP 0\r\n{attribute}\r\n");

        Assert.Equal((port, address, mux), (media.RtcpPort, media.RtcpAddress.ToString(), media.RtcpMux));
    }

    [Theory]
    [InlineData("RTP/AVP", SdpTransport.RtpAvp)]
    [InlineData("rtp/savp", SdpTransport.RtpSavp)]
    [InlineData("RTP/AVPF", SdpTransport.RtpAvpf)]
    [InlineData("RTP/SAVPF", SdpTransport.RtpSavpf)]
    [InlineData("UDP/TLS/RTP/SAVP", SdpTransport.UdpTlsRtpSavp)]
    [InlineData("UDP/TLS/RTP/SAVPF", SdpTransport.UdpTlsRtpSavpf)]
    [InlineData("udptl", SdpTransport.Udptl)]
    [InlineData("TCP/MSRP", SdpTransport.Other)]
    public void Transports_are_known_by_their_names(string name, SdpTransport expected) =>
        Assert.Equal(expected, Only($"v=0\r\nm=audio 4000 {name} 0\r\n").Transport);

    [Theory]
    [InlineData("audio", SdpMediaKind.Audio)]
    [InlineData("video", SdpMediaKind.Video)]
    [InlineData("image", SdpMediaKind.Image)]
    [InlineData("text", SdpMediaKind.Text)]
    [InlineData("application", SdpMediaKind.Application)]
    [InlineData("message", SdpMediaKind.Message)]
    [InlineData("x", SdpMediaKind.Other)]
    public void Media_types_are_known_by_their_names(string name, SdpMediaKind expected) =>
        Assert.Equal(expected, Only($"v=0\r\nm={name} 4000 RTP/AVP 0\r\n").Kind);

    [Theory]
    [InlineData("a=ptime:30", 30)]
    [InlineData("a=ptime: 30.0", 30)]
    [InlineData("a=ptime:0", null)]
    [InlineData("a=ptime:-20", null)]
    [InlineData("a=ptime:100000", null)]
    [InlineData("a=ptime", null)]
    public void A_packet_time_that_is_not_said_is_unknown(string attribute, int? expected) =>
        Assert.Equal(expected, Only($"v=0\r\nm=audio 4000 RTP/AVP 0\r\n{attribute}\r\n").PtimeMs);

    [Fact]
    public void Formats_take_their_facts_from_rtpmap_then_from_RFC_3551_then_from_nowhere()
    {
        var media = Only(
            "v=0\nm=audio 4000 RTP/AVP 9 18 0 97 128 t38 -1 98 99\na=rtpmap:0 L16/16000/2\na=rtpmap:98 G729\n"
            + "a=rtpmap:99 x/0/0\na=rtpmap:0 PCMU/8000\na=rtpmap:\na=rtpmap:300 y/1\na=fmtp:18 annexb=no\n");

        Assert.Equal(
            ["9 G722/8000/1 ", "18 G729/8000/1 annexb=no", "0 L16/16000/2 ", "97 // ", "98 G729//1 ", "99 x//1 "],
            Formats(media));
    }

    [Fact]
    public void At_most_64_media_descriptions_are_walked()
    {
        var text = "v=0\r\n" + string.Concat(Enumerable.Repeat("m=audio 4000 RTP/AVP 0\r\na=sendonly\r\n", 1_000));

        Assert.True(SdpSession.TryParse(Vectors.Ascii(text), out var session, out _));
        var count = 0;
        foreach (var media in session.Media)
        {
            Assert.True(media.IsHold);
            count++;
        }

        Assert.Equal(SdpSession.MaxMedia, count);
    }

    [Theory]
    [InlineData(0, "PCMU", 8_000)]
    [InlineData(3, "GSM", 8_000)]
    [InlineData(8, "PCMA", 8_000)]
    [InlineData(9, "G722", 8_000)]
    [InlineData(10, "L16", 44_100)]
    [InlineData(13, "CN", 8_000)]
    [InlineData(18, "G729", 8_000)]
    [InlineData(34, "H263", 90_000)]
    public void Static_payload_types_are_those_of_RFC_3551(int payloadType, string name, int clockRateHz)
    {
        var row = StaticPayloadTypes.Find(payloadType);

        Assert.Equal((name, clockRateHz), (row!.EncodingName, row.ClockRateHz));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(19)]
    [InlineData(35)]
    [InlineData(96)]
    [InlineData(-1)]
    public void Reserved_and_dynamic_payload_types_have_no_row(int payloadType) =>
        Assert.Null(StaticPayloadTypes.Find(payloadType));

    private static SdpMedia Only(string text)
    {
        Assert.True(SdpSession.TryParse(Vectors.Ascii(text), out var session, out _));
        var media = session.Media.GetEnumerator();
        Assert.True(media.MoveNext());
        var first = media.Current;
        Assert.False(media.MoveNext());
        return first;
    }

    private static List<string> Formats(SdpMedia media)
    {
        var formats = new List<string>();
        foreach (var format in media.Formats)
        {
            formats.Add($"{format.PayloadType} {Encoding.Latin1.GetString(format.EncodingName)}/{format.ClockRateHz}/"
                + $"{format.Channels} {Encoding.Latin1.GetString(format.Fmtp)}");
        }

        return formats;
    }
}
