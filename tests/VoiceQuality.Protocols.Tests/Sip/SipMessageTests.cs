using System.Text;
using VoiceQuality.Protocols.Sip;

namespace VoiceQuality.Protocols.Tests.Sip;

public sealed class SipMessageTests
{
    private const string Mandatory =
        "Via: SIP/2.0/UDP 192.0.2.1\r\nFrom: <sip:a@192.0.2.1>;tag=1\r\nTo: <sip:b@192.0.2.2>\r\nCall-ID: c\r\n";

    [Fact]
    public void The_tag_is_that_of_the_address_however_it_is_written()
    {
        string[] pieces = ["Bob", "<", "<sip:b@example.com", ">", "sip:c@example.com", ";tag=", ";tag=1", ";TAG=2", ";x",
            "\"", "\"Q>;tag=3\"", ",", " ", "=", "9;"];
        var random = new Random(1);
        var tags = 0;
        for (var i = 0; i < 50_000; i++)
        {
            var from = "x" + string.Concat(Enumerable.Range(0, random.Next(1, 6)).Select(_ => pieces[random.Next(pieces.Length)]));
            var octets = Encoding.UTF8.GetBytes(
                $"BYE sip:d@example.com SIP/2.0\r\nVia: SIP/2.0/UDP h\r\nFrom: {from}\r\nTo: {from}\r\nCall-ID: 1\r\nCSeq: 1 BYE\r\n\r\n");
            Assert.True(SipMessage.TryParse(octets, out var message, out _), from);

            var hasTag = SipNameAddr.TryParse(message.From, out var address)
                & address.Parameters.TryGet("tag"u8, out var tag);
            Assert.True(message.FromTag.SequenceEqual(hasTag ? tag : default), from);
            Assert.True(message.ToTag.SequenceEqual(message.FromTag), from);
            tags += message.FromTag.IsEmpty ? 0 : 1;
        }

        Assert.InRange(tags, 1_000, 49_000);
    }

    [Fact]
    public void A_request_gives_its_facts()
    {
        Assert.True(SipMessage.TryParse(Vectors.Ascii(Vectors.Invite), out var message, out _));

        Assert.True(message.IsRequest);
        Assert.Equal(SipMethod.Invite, message.Method);
        Assert.Equal("sip:+15550100@192.0.2.2;user=phone", Text(message.RequestUri));
        Assert.Equal("1@192.0.2.1", Text(message.CallId));
        Assert.Equal("abc", Text(message.FromTag));
        Assert.True(message.ToTag.IsEmpty);
        Assert.Equal((314_159u, SipMethod.Invite), (message.CSeqNumber, message.CSeqMethod));
        Assert.Equal("z9hG4bK776", Text(message.Branch));
        Assert.Equal("192.0.2.1", Text(message.TopVia.Host));
        Assert.Equal((ushort?)5060, message.TopVia.Port);
        Assert.Equal(Vectors.Sdp, Text(message.Body));
        Assert.False(message.IsTruncated);
    }

    [Theory]
    [InlineData("SIP/2.0 200 OK", 200, "OK")]
    [InlineData("SIP/2.0 100 ", 100, "")]
    [InlineData("SIP/2.0 486", 486, "")]
    [InlineData("sip/2.0 183 Session Progress", 183, "Session Progress")]
    [InlineData("SIP/2.0 200 = 2**3 * 5**2 \u00d0\u00bd\u00d0\u00be", 200, "= 2**3 * 5**2 \u00d0\u00bd\u00d0\u00be")]
    [InlineData("SIP/2.0 699 \0", 699, "\0")]
    public void A_response_gives_its_status(string startLine, int status, string phrase)
    {
        var octets = Vectors.Ascii(startLine + "\r\n" + Mandatory + "CSeq: 1 BYE\r\n\r\n");

        Assert.True(SipMessage.TryParse(octets, out var message, out _));
        Assert.False(message.IsRequest);
        Assert.Equal(status, message.StatusCode);
        Assert.Equal(phrase, Text(message.ReasonPhrase));
        Assert.Equal(SipMethod.Bye, message.CSeqMethod);
    }

    [Fact]
    public void Compact_forms_folds_and_odd_white_space_are_read()
    {
        Assert.True(SipMessage.TryParse(Vectors.Ascii(TortureMessages.Folded), out var message, out _));

        Assert.Equal("0ha0isndaksdj@192.0.2.1", Text(message.CallId));
        Assert.Equal("98asjd8", Text(message.FromTag));
        Assert.Equal("1918181833n", Text(message.ToTag));
        Assert.Equal((9u, SipMethod.Invite), (message.CSeqNumber, message.CSeqMethod));
        Assert.Equal("390skdjuw", Text(message.Branch));
        Assert.Equal("body", Text(message.Body));
        Assert.True(message.Headers.TryGet("newfangledheader"u8, default, out var value));
        Assert.Equal("newfangled value\r\n continued newfangled value", Text(value));
        Assert.True(message.Headers.TryGet("Subject"u8, "s"u8, out var subject));
        Assert.True(subject.IsEmpty);

        Assert.True(SipNameAddr.TryParse(message.From, out var from));
        Assert.Equal("J Rosenberg \\\\\\\"; <x>, y", Text(from.DisplayName));
        Assert.Equal("sip:+15550101@192.0.2.1", Text(from.UriText));
        Assert.True(SipNameAddr.TryParse(message.Contact, out var contact));
        Assert.True(contact.Parameters.TryGet("NEWPARAM"u8, out var parameter));
        Assert.Equal("newvalue", Text(parameter));
    }

    [Fact]
    public void Via_values_are_walked_over_lines_and_commas()
    {
        Assert.True(SipMessage.TryParse(Vectors.Ascii(TortureMessages.Folded), out var message, out _));

        var vias = new List<string>();
        foreach (var via in message.Vias)
        {
            vias.Add($"{Text(via.Transport)} {Text(via.Host)} {via.Port} {Text(via.Branch)}");
        }

        Assert.Equal(
            ["UDP 192.0.2.2  390skdjuw", "TCP 2001:2::9 5062 z9hG4bK9", "TCP 192.0.2.3  z9hG4bK30239"], vias);
    }

    [Theory]
    [InlineData("INVITE sip:a SIP/2.0\n")]
    [InlineData("\r\n\r\nINVITE sip:a SIP/2.0\r\n")]
    [InlineData("INVITE  sip:a  SIP/2.0 \r\n")]
    public void Tolerable_first_lines_are_read(string start)
    {
        var headers = Mandatory.Replace("\r\n", "\n", StringComparison.Ordinal) + "CSeq: 1 INVITE\n\n";
        var octets = Vectors.Ascii(start + headers + "xy");

        Assert.True(SipMessage.TryParse(octets, out var message, out _));
        Assert.Equal("sip:a", Text(message.RequestUri));
        Assert.Equal("xy", Text(message.Body));
    }

    [Theory]
    [InlineData("\r\n\r\n", SipRejectReason.Empty)]
    [InlineData("INVITE sip:a SIP/2.0", SipRejectReason.StartLineCut)]
    [InlineData("GET / HTTP/1.1\r\n", SipRejectReason.NotSip)]
    [InlineData("SIP/7.0 200 OK\r\n", SipRejectReason.BadVersion)]
    [InlineData("INVITE sip:a SIP/3.0\r\n", SipRejectReason.BadVersion)]
    [InlineData("INV{TE sip:a SIP/2.0\r\n", SipRejectReason.BadMethod)]
    [InlineData("INVITE SIP/2.0\r\n", SipRejectReason.MissingRequestUri)]
    [InlineData("SIP/2.0 99 x\r\n", SipRejectReason.BadStatusCode)]
    [InlineData("SIP/2.0 700 x\r\n", SipRejectReason.BadStatusCode)]
    [InlineData("SIP/2.0 4294967301 x\r\n", SipRejectReason.BadStatusCode)]
    [InlineData("SIP/2.0 2oo x\r\n", SipRejectReason.BadStatusCode)]
    public void A_wrong_first_line_has_its_reason(string start, SipRejectReason expected) =>
        Assert.Equal(expected, Reject(start));

    [Theory]
    [InlineData("Call-ID", SipRejectReason.MissingCallId)]
    [InlineData("From", SipRejectReason.MissingFrom)]
    [InlineData("To", SipRejectReason.MissingTo)]
    [InlineData("CSeq", SipRejectReason.MissingCSeq)]
    [InlineData("Via", SipRejectReason.MissingVia)]
    public void A_missing_or_empty_mandatory_header_has_its_reason(string name, SipRejectReason expected)
    {
        var whole = "BYE sip:a SIP/2.0\r\n" + Mandatory + "CSeq: 1 BYE\r\n\r\n";

        Assert.Equal(expected, Reject(whole.Replace($"\n{name}:", "\nX:", StringComparison.Ordinal)));
        Assert.Equal(SipRejectReason.None, Reject(whole));
    }

    [Theory]
    [InlineData("1BYE", SipRejectReason.BadCSeq)]
    [InlineData("BYE", SipRejectReason.BadCSeq)]
    [InlineData("1", SipRejectReason.BadCSeq)]
    [InlineData("-1 BYE", SipRejectReason.BadCSeq)]
    [InlineData("4294967296 BYE", SipRejectReason.BadCSeq)]
    [InlineData("36893488147419103232 BYE", SipRejectReason.BadCSeq)]
    [InlineData("1 BYE BYE", SipRejectReason.BadCSeq)]
    [InlineData("4294967295 BYE", SipRejectReason.None)]
    [InlineData("1\t NEWMETHOD", SipRejectReason.None)]
    public void A_CSeq_is_a_number_and_a_method(string cSeq, SipRejectReason expected) =>
        Assert.Equal(expected, Reject("BYE sip:a SIP/2.0\r\n" + Mandatory + $"CSeq: {cSeq}\r\n\r\n"));

    [Theory]
    [InlineData(251, SipRejectReason.None)]
    [InlineData(252, SipRejectReason.TooManyHeaders)]
    public void At_most_256_header_lines_are_read(int others, SipRejectReason expected)
    {
        var more = string.Concat(Enumerable.Repeat("X: y\r\n", others));

        Assert.Equal(expected, Reject("BYE sip:a SIP/2.0\r\n" + Mandatory + "CSeq: 1 BYE\r\n" + more + "\r\n"));
    }

    [Fact]
    public void A_header_section_beyond_64_KiB_is_refused() =>
        Assert.Equal(
            SipRejectReason.HeaderSectionTooLong,
            Reject("BYE sip:a SIP/2.0\r\n" + Mandatory + "CSeq: 1 BYE\r\nX: " + new string('y', 65_536) + "\r\n\r\n"));

    [Theory]
    [InlineData("Content-Length: 3\r\n", "abc", false, false)]
    [InlineData("l: 3\r\n", "abc", false, false)]
    [InlineData("", "abcdef", false, false)]
    [InlineData("Content-Length: 7\r\n", "abcdef", true, false)]
    [InlineData("Content-Length: 99999999999\r\n", "abcdef", false, true)]
    [InlineData("Content-Length: -3\r\n", "abcdef", false, true)]
    [InlineData("Content-Length: many\r\n", "abcdef", false, true)]
    [InlineData("Content-Length:\r\n", "abcdef", false, true)]
    public void The_body_is_as_long_as_Content_Length_or_the_datagram_lets_it(
        string header, string body, bool isTruncated, bool isInvalid)
    {
        var octets = Vectors.Ascii("BYE sip:a SIP/2.0\r\n" + Mandatory + "CSeq: 1 BYE\r\n" + header + "\r\nabcdef");

        Assert.True(SipMessage.TryParse(octets, out var message, out _));
        Assert.Equal(body, Text(message.Body));
        Assert.Equal((isTruncated, isInvalid), (message.IsTruncated, message.IsContentLengthInvalid));
    }

    [Fact]
    public void A_datagram_cut_in_its_headers_gives_the_whole_lines_before()
    {
        var octets = Vectors.Ascii("BYE sip:a SIP/2.0\r\n" + Mandatory + "CSeq: 1 BYE\r\nUser-Agent: hal");

        Assert.True(SipMessage.TryParse(octets, out var message, out _));
        Assert.True(message.IsTruncated);
        Assert.False(message.HasHeaderEnd);
        Assert.True(message.UserAgent.IsEmpty && message.Body.IsEmpty);
    }

    [Fact]
    public void A_Call_ID_that_is_cut_is_not_taken_for_another()
    {
        var text = "BYE sip:a SIP/2.0\r\nCSeq: 1 BYE\r\n" + Mandatory.TrimEnd();

        Assert.Equal(SipRejectReason.MissingCallId, Reject(text));
    }

    [Theory]
    [InlineData("INVITE sip:a SIP/2.0\r\n", true)]
    [InlineData("NEWMETHOD tel:+15550100 SIP/2.0\r\n", true)]
    [InlineData("\r\n\r\nSIP/2.0 200 OK\r\n", true)]
    [InlineData("OPTIONS sips:a SIP/7.0\r\n", true)]
    [InlineData("INVITE sip:averylonguri", true)]
    [InlineData("\r\n\r\n", false)]
    [InlineData("", false)]
    [InlineData("GET / HTTP/1.1\r\n", false)]
    [InlineData("NOTIFY * HTTP/1.1\r\n", false)]
    [InlineData("DESCRIBE rtsp://192.0.2.1/ RTSP/1.0\r\n", false)]
    [InlineData("hello world\r\n", false)]
    [InlineData("\u0080INVITE sip:a SIP/2.0\r\n", false)]
    public void SIP_is_told_by_its_first_line(string text, bool expected) =>
        Assert.Equal(expected, SipSniffer.LooksLikeSip(Vectors.Ascii(text)));

    [Theory]
    [InlineData("ACK", SipMethod.Ack)]
    [InlineData("BYE", SipMethod.Bye)]
    [InlineData("CANCEL", SipMethod.Cancel)]
    [InlineData("INFO", SipMethod.Info)]
    [InlineData("INVITE", SipMethod.Invite)]
    [InlineData("MESSAGE", SipMethod.Message)]
    [InlineData("NOTIFY", SipMethod.Notify)]
    [InlineData("OPTIONS", SipMethod.Options)]
    [InlineData("PRACK", SipMethod.Prack)]
    [InlineData("PUBLISH", SipMethod.Publish)]
    [InlineData("REFER", SipMethod.Refer)]
    [InlineData("REGISTER", SipMethod.Register)]
    [InlineData("SUBSCRIBE", SipMethod.Subscribe)]
    [InlineData("UPDATE", SipMethod.Update)]
    [InlineData("invite", SipMethod.Unknown)]
    public void Methods_are_known_by_their_exact_names(string name, SipMethod expected) =>
        Assert.Equal(expected, SipMethods.Find(Vectors.Ascii(name)));

    private static string Text(ReadOnlySpan<byte> octets) => Encoding.Latin1.GetString(octets);

    private static SipRejectReason Reject(string text)
    {
        _ = SipMessage.TryParse(Vectors.Ascii(text), out _, out var reason);
        return reason;
    }
}
