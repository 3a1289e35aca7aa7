using System.Text;
using VoiceQuality.Protocols.Sip;

namespace VoiceQuality.Protocols.Tests.Sip;

public sealed class SipStreamTests
{
    private const string Options =
        "OPTIONS sip:198.18.0.2 SIP/2.0\r\nVia: SIP/2.0/TCP 198.18.0.1;branch=z9hG4bK1\r\nl: 4\r\n\r\nbody";

    [Fact]
    public void A_message_ends_where_its_Content_Length_says()
    {
        var scanned = 0;
        var item = SipStream.Next(Octets(Options + Options), ref scanned, out var skip, out var length);

        Assert.Equal((SipStreamItem.Message, 0, Options.Length), (item, skip, length));
    }

    [Fact]
    public void Line_ends_before_a_message_are_passed_over()
    {
        var scanned = 0;
        var item = SipStream.Next(Octets("\r\n\r\n" + Options), ref scanned, out var skip, out var length);

        Assert.Equal((SipStreamItem.Message, 4, Options.Length), (item, skip, length));
    }

    [Fact]
    public void Every_beginning_of_a_message_is_incomplete_and_only_the_whole_is_given_out()
    {
        var octets = Octets(Options);
        var scanned = 0;
        for (var length = 1; length < octets.Length; length++)
        {
            Assert.Equal(
                SipStreamItem.Incomplete, SipStream.Next(octets.AsSpan(0, length), ref scanned, out _, out _));
        }

        Assert.Equal(SipStreamItem.Message, SipStream.Next(octets, ref scanned, out _, out _));
    }

    [Theory]
    [InlineData("Content-Length: 4", 4)]
    [InlineData("CONTENT-LENGTH :4", 4)]
    [InlineData("L:4", 4)]
    [InlineData("X-Content-Length: 4", 0)]
    [InlineData("Content-Length: four", 0)]
    [InlineData("Subject: none", 0)]
    public void The_body_is_as_long_as_the_header_says(string header, int bodyLength)
    {
        var head = $"SIP/2.0 200 OK\r\n{header}\r\n\r\n";
        var scanned = 0;

        var item = SipStream.Next(Octets(head + "body"), ref scanned, out _, out var length);

        Assert.Equal((SipStreamItem.Message, head.Length + bodyLength), (item, length));
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("\u0016\u0003\u0001 hello\n")]
    [InlineData("SIP/2.0 200 OK\r\nContent-Length: 70000\r\n\r\n")]
    public void What_is_no_SIP_or_too_long_is_refused(string text)
    {
        var scanned = 0;

        Assert.Equal(SipStreamItem.NotSip, SipStream.Next(Octets(text), ref scanned, out _, out _));
    }

    [Fact]
    public void Headers_without_an_end_are_refused_beyond_the_limit()
    {
        var text = "SIP/2.0 200 OK\r\n" + new string('x', SipMessage.MaxHeaderSectionLength);
        var scanned = 0;

        Assert.Equal(SipStreamItem.NotSip, SipStream.Next(Octets(text), ref scanned, out _, out _));
    }

    private static byte[] Octets(string text) => Encoding.ASCII.GetBytes(text);
}
