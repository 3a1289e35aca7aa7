using System.Text;
using VoiceQuality.Protocols.Sip;

namespace VoiceQuality.Protocols.Tests.Sip;

/// <summary>The one pass over the headers finds what walking them header by header finds.</summary>
public sealed class SipHeaderIndexTests
{
    private static readonly string[] Names =
    [
        "Via", "via", "VIA", "v", "V", "Via ", "From", "from", "f", "FROM\t", "To", "tO", "t", "To ", "Call-ID",
        "call-id", "i", "Call-ID ", "CSeq", "CSEQ", "cseq ", "Contact", "m", "Content-Type", "c", "content-type",
        "Content-Length", "l", "CONTENT-LENGTH", "User-Agent", "user-agent", "Server", "Reason", "reason ",
        "P-Asserted-Identity", "p-asserted-identity", "Remote-Party-ID", "Allow", "Date", "X-Via", "Viax", "Fro",
        "Expires", " Via", "", "s", "Call\rID",
    ];

    private static readonly string[] Values =
    [
        "", " ", "SIP/2.0/UDP 192.0.2.1;branch=z9", " SIP/2.0/UDP h:5060;rport;branch=a;branch=b",
        "SIP / 2.0 / TCP [2001:2::1];Branch=q , SIP/2.0/UDP x;branch=y", "SIP/2.0/UDP h;branch=\"a,b;c\"",
        "SIP/2.0/UDP h", "SIP/2.0/UDP :5060;branch=x", "SIP/2.0/UDP <h;branch=x", "SIP/2.0/UDP h;branch= x ;y",
        "SIP/2.0/UDP [;branch=x", "<sip:a@192.0.2.1>;tag=1", "\"A, B\" <sip:a@192.0.2.1>;tag=2", "1 INVITE", "7 BYE",
        "0", "12", "text \r\n folded", "x:y", ":", "\r\n\tfolded at once", "application/sdp",
        "\"unended <sip:x>;tag=3", "\"q\\\"<\" <sip:a>;x;tag=4",
    ];

    private const string Start =
        "BYE sip:a SIP/2.0\r\nVia: SIP/2.0/UDP h\r\nFrom: a\r\nTo: b\r\nCall-ID: c\r\nCSeq: 1 BYE\r\n";

    private static readonly string[] LineEnds = ["\r\n", "\r\n", "\r\n", "\n", "\r\r\n"];

    [Fact]
    public void Any_header_section_is_read_as_header_by_header()
    {
        var random = new Random(1);
        var read = 0;
        for (var round = 0; round < 60_000; round++)
        {
            var text = new StringBuilder("OPTIONS sip:a SIP/2.0\r\n");
            if (random.Next(4) > 0)
            {
                text.Append("Via: SIP/2.0/UDP 192.0.2.9;branch=z\r\nCall-ID: c\r\n");
            }

            for (var i = random.Next(14); i > 0; i--)
            {
                text.Append(Names[random.Next(Names.Length)]).Append(random.Next(20) == 0 ? "" : ":")
                    .Append(Values[random.Next(Values.Length)]).Append(LineEnds[random.Next(LineEnds.Length)]);
            }

            text.Append("From: a\r\nTo: b\r\nCSeq: 3 OPTIONS\r\n")
                .Append(random.Next(5) == 0 ? "" : "\r\n").Append("body");
            read += Compare(text.ToString()) ? 1 : 0;
        }

        Assert.InRange(read, 10_000, 60_000);
    }

    [Fact]
    public void As_many_headers_as_may_be_are_read_and_one_more_is_refused_also_when_it_does_not_matter()
    {
        var allowed = string.Concat(Enumerable.Repeat("Allow: x\r\n", SipMessage.MaxHeaderLines - 5));

        Assert.True(SipMessage.TryParse(Encoding.ASCII.GetBytes(Start + allowed + "\r\n"), out _, out _));
        Assert.False(SipMessage.TryParse(
            Encoding.ASCII.GetBytes(Start + allowed + "Allow: x\r\n\r\n"), out _, out var reason));
        Assert.Equal(SipRejectReason.TooManyHeaders, reason);
        Assert.True(SipMessage.TryParse(Encoding.ASCII.GetBytes(Start + allowed + "no header\r\n\r\n"), out _, out _));
    }

    [Fact]
    public void Identities_that_are_there_twice_are_said_to_be()
    {
        const string asserted = "P-Asserted-Identity: <sip:a@h>\r\n";
        const string remote = "Remote-Party-ID: <sip:a@h>\r\n";

        Assert.False(HasMore(Start));
        Assert.False(HasMore(Start + asserted + remote));
        Assert.True(HasMore(Start + asserted + asserted));
        Assert.True(HasMore(Start + remote + remote));

        static bool HasMore(string text) =>
            SipMessage.TryParse(Encoding.ASCII.GetBytes(text + "\r\n"), out var message, out _)
                && message.HasMoreIdentities;
    }

    private static bool Compare(string text)
    {
        var octets = Encoding.ASCII.GetBytes(text);
        if (!SipMessage.TryParse(octets, out var message, out var reason))
        {
            Assert.NotEqual(SipRejectReason.None, reason);
            return false;
        }

        Equal(First(message, "Call-ID", "i"), message.CallId, text);
        Equal(First(message, "From", "f"), message.From, text);
        Equal(First(message, "To", "t"), message.To, text);
        Equal(First(message, "Contact", "m"), message.Contact, text);
        Equal(First(message, "Content-Type", "c"), message.ContentType, text);
        Equal(First(message, "User-Agent", null), message.UserAgent, text);
        Equal(First(message, "Server", null), message.Server, text);
        Equal(First(message, "Reason", null), message.Reason, text);
        Equal(First(message, "P-Asserted-Identity", null), message.PAssertedIdentity, text);
        Equal(First(message, "Remote-Party-ID", null), message.RemotePartyId, text);
        var via = First(message, "Via", "v");
        Equal(SipVia.TryParse(Encoding.ASCII.GetBytes(via), out var top) ? Encoding.ASCII.GetString(top.Branch) : "",
            message.Branch, text);
        Equal(TagOf(First(message, "From", "f")), message.FromTag, text);
        Equal(TagOf(First(message, "To", "t")), message.ToTag, text);
        var hasEnd = text.Contains("\n\r\n", StringComparison.Ordinal) || text.Contains("\n\n", StringComparison.Ordinal);
        Assert.Equal(hasEnd, message.HasHeaderEnd);
        return true;
    }

    private static string TagOf(string value) =>
        SipNameAddr.TryParse(Encoding.ASCII.GetBytes(value), out var address)
            && address.Parameters.TryGet("tag"u8, out var tag)
                ? Encoding.ASCII.GetString(tag)
                : "";

    private static string First(in SipMessage message, string name, string? compact)
    {
        foreach (var header in message.Headers)
        {
            if (header.Is(Encoding.ASCII.GetBytes(name), compact is null ? default : Encoding.ASCII.GetBytes(compact))
                && !header.Value.IsEmpty)
            {
                return Encoding.ASCII.GetString(header.Value);
            }
        }

        return "";
    }

    private static void Equal(string expected, ReadOnlySpan<byte> actual, string text) =>
        Assert.True(expected == Encoding.ASCII.GetString(actual), text);
}
