using System.Text;
using VoiceQuality.Protocols.Sdp;

namespace VoiceQuality.Protocols.Tests.Sdp;

/// <summary>Descriptions whose format lines copy alike have the same formats.</summary>
public sealed class SdpFormatLinesTests
{
    private static readonly string[] Lines =
    [
        "a=rtpmap:0 PCMU/8000", "a=rtpmap:96 opus/48000/2", "a=RTPMAP:8 PCMA/8000", "a=fmtp:96 useinbandfec=1", "a=ptime:20",
        "a=sendonly", "a=rtcp:4001", "a=rtcp-mux", "c=IN IP4 192.0.2.7", "a=crypto:1 AES", "a=fingerprint:sha-256 00", "b=AS:64",
        "a=ssrc-group:FID 1 2", "a=maxptime:40", "", "a=rtpmap:96 L16/16000 ",
    ];

    [Fact]
    public void Equal_copies_have_equal_formats_whatever_stands_between_the_lines()
    {
        var random = new Random(1);
        var formatsOf = new Dictionary<string, string>();
        var alike = 0;
        for (var round = 0; round < 20_000; round++)
        {
            var end = random.Next(2) == 0 ? "\r\n" : "\n";
            var text = new StringBuilder($"v=0{end}c=IN IP4 192.0.2.1{end}m=audio 4000 RTP/AVP 0 8 96{end}");
            for (var i = random.Next(6); i > 0; i--)
            {
                text.Append(Lines[random.Next(Lines.Length)]).Append(end);
            }

            text.Append($"m=video 5000 RTP/AVP 97{end}a=rtpmap:97 VP8/90000{end}");
            var (copy, formats) = Read(text.ToString());
            if (!formatsOf.TryAdd(copy, formats))
            {
                alike++;
                Assert.Equal(formatsOf[copy], formats);
            }
        }

        Assert.InRange(alike, 1_000, 19_999);
    }

    [Theory]
    [InlineData("a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x", true)]
    [InlineData("a=FINGERPRINT:sha-256 00", true)]
    [InlineData("a=cryptox:1", false)]
    [InlineData("a=fmtp:0 crypto", false)]
    public void Keys_beside_a_plain_transport_make_a_medium_secure(string line, bool isSecure)
    {
        var octets = Encoding.ASCII.GetBytes($"v=0\r\nm=audio 4000 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n{line}\r\na=ptime:20\r\n");
        Assert.True(SdpSession.TryParse(octets, out var session, out _));
        foreach (var media in session.Media)
        {
            Assert.Equal(isSecure, media.IsSecure);
            Assert.Equal(20, media.PtimeMs);
        }
    }

    private static (string Copy, string Formats) Read(string text)
    {
        Assert.True(SdpSession.TryParse(Encoding.ASCII.GetBytes(text), out var session, out _));
        var copied = new byte[2_048];
        foreach (var media in session.Media)
        {
            Assert.True(media.TryCopyFormatLines(copied, out var length));
            var formats = new StringBuilder();
            foreach (var format in media.Formats)
            {
                formats.Append(format.PayloadType).Append(' ').Append(Encoding.ASCII.GetString(format.EncodingName))
                    .Append(' ').Append(format.ClockRateHz).Append(' ').Append(Encoding.ASCII.GetString(format.Fmtp)).Append('|');
            }

            return (Encoding.ASCII.GetString(copied, 0, length), formats.ToString());
        }

        throw new InvalidOperationException("There is a medium.");
    }
}
