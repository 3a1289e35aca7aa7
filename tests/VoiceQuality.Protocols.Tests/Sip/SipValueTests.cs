using System.Text;
using VoiceQuality.Protocols.Sip;

namespace VoiceQuality.Protocols.Tests.Sip;

public sealed class SipValueTests
{
    [Theory]
    [InlineData("<sip:a@192.0.2.1>;tag=1", "", "sip:a@192.0.2.1", "1")]
    [InlineData("sip:a@192.0.2.1;tag=1", "", "sip:a@192.0.2.1", "1")]
    [InlineData("sip:a@192.0.2.1", "", "sip:a@192.0.2.1", "")]
    [InlineData("Al B <sip:a@192.0.2.1;lr>;x=y;TAG=1", "Al B", "sip:a@192.0.2.1;lr", "1")]
    [InlineData("\"A <sip:evil@x>;tag=9\" <sip:a@192.0.2.1> ; tag = 1", "A <sip:evil@x>;tag=9", "sip:a@192.0.2.1", "1")]
    [InlineData("\"a\\\"b\" <sip:a>;tag=1", "a\\\"b", "sip:a", "1")]
    [InlineData("<sip:a;tag=inside>", "", "sip:a;tag=inside", "")]
    [InlineData("<sip:a>;x=\"p;tag=2\";tag=1", "", "sip:a", "1")]
    [InlineData("<sip:a", "", "sip:a", "")]
    [InlineData("<sip:a>;tag", "", "sip:a", "")]
    [InlineData("<sip:a>;tag=1, <sip:b>;tag=2", "", "sip:a", "1")]
    [InlineData("sip:a;tag=1, <sip:b>;tag=2", "", "sip:a", "1")]
    [InlineData("Doe, John <sip:a>;tag=1", "Doe, John", "sip:a", "1")]
    [InlineData("<sip:a,b@h>;tag=1", "", "sip:a,b@h", "1")]
    [InlineData("<sip:a>;x=\"1,2\";tag=1", "", "sip:a", "1")]
    public void An_address_is_taken_apart(string value, string displayName, string uri, string tag)
    {
        Assert.True(SipNameAddr.TryParse(Vectors.Ascii(value), out var address));
        address.Parameters.TryGet("tag"u8, out var found);
        Assert.Equal((displayName, uri, tag), (Text(address.DisplayName), Text(address.UriText), Text(found)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"only a name\"")]
    [InlineData("<>;tag=1")]
    public void An_address_without_a_URI_is_refused(string value) =>
        Assert.False(SipNameAddr.TryParse(Vectors.Ascii(value), out _));

    [Theory]
    [InlineData("sip:+15550100@192.0.2.1:5070;transport=udp?x=y", "sip", "+15550100", "192.0.2.1", 5070)]
    [InlineData("SIPS:a:secret@h.example", "SIPS", "a", "h.example", null)]
    [InlineData("sip:1;phone-context=x@h", "sip", "1", "h", null)]
    [InlineData("sip:[2001:2::1]:5061", "sip", "", "2001:2::1", 5061)]
    [InlineData("sip:a@[2001:2::1]", "sip", "a", "2001:2::1", null)]
    [InlineData("sip:sip%3Auser%40x@h", "sip", "sip%3Auser%40x", "h", null)]
    [InlineData("sip:a@h:65536", "sip", "a", "h", null)]
    [InlineData("sip:a@h:", "sip", "a", "h", null)]
    [InlineData("tel:+1-555-0100;ext=1", "tel", "+1-555-0100", "", null)]
    [InlineData("urn:service:sos", "urn", "service:sos", "", null)]
    public void A_URI_is_taken_apart(string text, string scheme, string user, string host, int? port)
    {
        Assert.True(SipUri.TryParse(Vectors.Ascii(text), out var uri));
        Assert.Equal((scheme, user, host), (Text(uri.Scheme), Text(uri.User), Text(uri.Host)));
        Assert.Equal(port, uri.Port);
    }

    [Theory]
    [InlineData("")]
    [InlineData(":a")]
    [InlineData("192.0.2.1")]
    [InlineData("s ip:a")]
    [InlineData("1sip:a")]
    public void A_URI_without_a_scheme_is_refused(string text) =>
        Assert.False(SipUri.TryParse(Vectors.Ascii(text), out _));

    [Theory]
    [InlineData("Q.850;cause=16;text=\"Normal; clearing\"", "Q.850", 16, "Normal; clearing")]
    [InlineData("SIP ;cause=200 ;text=\"Call, elsewhere\", Q.850;cause=1", "SIP", 200, "Call, elsewhere")]
    [InlineData("Q.850;cause=x", "Q.850", null, "")]
    [InlineData("Q.850", "Q.850", null, "")]
    public void A_reason_is_taken_apart(string value, string protocol, int? cause, string text)
    {
        Assert.True(SipReason.TryParse(Vectors.Ascii(value), out var reason));
        Assert.Equal((protocol, text), (Text(reason.Protocol), Text(reason.Text)));
        Assert.Equal((uint?)cause, reason.Cause);
    }

    [Fact]
    public void The_description_is_found_in_nested_parts()
    {
        Assert.True(SipMessage.TryParse(Vectors.Ascii(TortureMessages.Multipart), out var message, out _));

        Assert.True(SipBody.TryFindSdp(message, out var sdp));
        Assert.Equal(Vectors.Sdp, Text(sdp));
    }

    [Theory]
    [InlineData("application/sdp", "x", "x")]
    [InlineData("Application/SDP ; charset=utf-8", "x", "x")]
    [InlineData("", "v=0\r\n", "v=0\r\n")]
    [InlineData("", "x", null)]
    [InlineData("text/plain", "v=0\r\n", null)]
    [InlineData("multipart/mixed", "--b\r\n\r\nv=0\r\n--b--", null)]
    [InlineData("multipart/mixed;boundary=b", "--b\r\n\r\nv=0\r\n--b--", "v=0")]
    [InlineData("multipart/mixed;boundary=b", "--b\r\nContent-Type:application/sdp\r\n\r\ncut", "cut")]
    [InlineData("multipart/mixed;boundary=b", "--b--\r\nContent-Type:application/sdp\r\n\r\nx\r\n--b--", null)]
    [InlineData("multipart/mixed;boundary=b", "no delimiter", null)]
    [InlineData("application/sdp", "", null)]
    public void A_part_is_found_by_its_type(string contentType, string body, string? expected)
    {
        var found = SipBody.TryFindPart(
            Vectors.Ascii(contentType), Vectors.Ascii(body), "application/sdp"u8, out var part);

        Assert.Equal(expected, found ? Text(part) : null);
    }

    private static string Text(ReadOnlySpan<byte> octets) => Encoding.Latin1.GetString(octets);
}
