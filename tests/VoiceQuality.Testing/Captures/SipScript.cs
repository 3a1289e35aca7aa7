using System.Globalization;
using System.Text;

namespace VoiceQuality.Testing.Captures;

/// <summary>
/// Writes the messages of one SIP call on a wire: by default caller 198.18.0.1, callee 198.18.0.2. What a test does not
/// name has the value that a plain call would have.
/// </summary>
public sealed class SipScript(Wire wire, string callId)
{
    /// <summary>Sender of the caller's requests.</summary>
    public string Caller { get; set; } = "198.18.0.1:5060";

    /// <summary>Sender of the callee's requests.</summary>
    public string Callee { get; set; } = "198.18.0.2:5060";

    /// <summary>Tag of the caller.</summary>
    public string CallerTag { get; set; } = "caller-1";

    /// <summary>Tag of the callee.</summary>
    public string CalleeTag { get; set; } = "callee-1";

    /// <summary>User of the caller's address.</summary>
    public string CallerUser { get; set; } = "+15550100";

    /// <summary>User of the callee's address.</summary>
    public string CalleeUser { get; set; } = "+15550199";

    /// <summary>CSeq of the caller's INVITE.</summary>
    public uint CSeq { get; set; } = 1;

    /// <summary>Prefix of branches: another one for another hop or another try.</summary>
    public string Hop { get; set; } = "h1";

    /// <summary>A request of the caller, or of the callee.</summary>
    /// <param name="at">Seconds.</param>
    /// <param name="method">Method.</param>
    /// <param name="sdp">Session description; null for none.</param>
    /// <param name="byCallee">Whether the callee sends it.</param>
    /// <param name="inDialog">Whether it has both tags; null for all but INVITE and CANCEL.</param>
    /// <param name="cseq">Number; null for <see cref="CSeq"/> with ACK and CANCEL and INVITE, else the next.</param>
    /// <param name="extra">Header lines, each with its line end.</param>
    public void Request(
        double at,
        string method,
        string? sdp = null,
        bool byCallee = false,
        bool? inDialog = null,
        uint? cseq = null,
        string extra = "")
    {
        var number = cseq ?? (method is "INVITE" or "ACK" or "CANCEL" ? CSeq : CSeq + 1);
        var hasBoth = inDialog ?? method is not ("INVITE" or "CANCEL");
        var (from, to) = Addresses(byCallee, withToTag: hasBoth);
        var text = new StringBuilder();
        var user = byCallee ? CallerUser : CalleeUser;
        text.Append(CultureInfo.InvariantCulture, $"{method} sip:{user}@sip.example SIP/2.0\r\n");
        Common(text, byCallee, Branch(method, number), from, to, $"{number} {method}", extra);
        Body(text, sdp);
        wire.Udp(at, byCallee ? Callee : Caller, byCallee ? Caller : Callee, text.ToString());
    }

    /// <summary>A response of the callee to the caller, or of the caller when the callee had asked.</summary>
    /// <param name="at">Seconds.</param>
    /// <param name="status">Status.</param>
    /// <param name="method">Method of the request.</param>
    /// <param name="sdp">Session description; null for none.</param>
    /// <param name="toCallee">Whether the callee sent the request.</param>
    /// <param name="cseq">As in the request.</param>
    /// <param name="extra">Header lines, each with its line end.</param>
    public void Response(
        double at,
        int status,
        string method = "INVITE",
        string? sdp = null,
        bool toCallee = false,
        uint? cseq = null,
        string extra = "")
    {
        var number = cseq ?? (method is "INVITE" or "ACK" or "CANCEL" ? CSeq : CSeq + 1);
        var (from, to) = Addresses(toCallee, withToTag: status != 100);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"SIP/2.0 {status} Reason\r\n");
        Common(text, toCallee, Branch(method, number), from, to, $"{number} {method}", extra);
        Body(text, sdp);
        wire.Udp(at, toCallee ? Caller : Callee, toCallee ? Callee : Caller, text.ToString());
    }

    /// <summary>INVITE, 180, 200 and ACK.</summary>
    public SipScript Answered(double at, double answerAt, string? offer = null, string? answer = null)
    {
        Request(at, "INVITE", offer);
        Response(at + 0.05, 100);
        Response(at + 0.5, 180);
        Response(answerAt, 200, "INVITE", answer);
        Request(answerAt + 0.01, "ACK");
        return this;
    }

    /// <summary>BYE and its 200.</summary>
    public SipScript Released(double at, bool byCallee = false)
    {
        Request(at, "BYE", byCallee: byCallee);
        Response(at + 0.01, 200, "BYE", toCallee: byCallee);
        return this;
    }

    private static void Body(StringBuilder text, string? sdp)
    {
        if (sdp is null)
        {
            text.Append("Content-Length: 0\r\n\r\n");
        }
        else
        {
            text.Append("Content-Type: application/sdp\r\n")
                .Append(CultureInfo.InvariantCulture, $"Content-Length: {Encoding.UTF8.GetByteCount(sdp)}\r\n\r\n")
                .Append(sdp);
        }
    }

    /// <summary>CANCEL has the branch of the request that it cancels (RFC 3261 §9.1).</summary>
    private string Branch(string method, uint number)
    {
        var transaction = method == "CANCEL" ? "INVITE" : method;
        return string.Create(CultureInfo.InvariantCulture, $"z9hG4bK-{Hop}-{transaction}-{number}");
    }

    private (string From, string To) Addresses(bool byCallee, bool withToTag)
    {
        var caller = $"<sip:{CallerUser}@caller.example>";
        var callee = $"<sip:{CalleeUser}@callee.example>";
        return byCallee
            ? ($"{callee};tag={CalleeTag}", withToTag ? $"{caller};tag={CallerTag}" : caller)
            : ($"{caller};tag={CallerTag}", withToTag ? $"{callee};tag={CalleeTag}" : callee);
    }

    private void Common(
        StringBuilder text, bool byCallee, string branch, string from, string to, string cseq, string extra) => text
        .Append(CultureInfo.InvariantCulture, $"Via: SIP/2.0/UDP {(byCallee ? Callee : Caller)};branch={branch}\r\n")
        .Append(CultureInfo.InvariantCulture, $"From: {from}\r\nTo: {to}\r\n")
        .Append(CultureInfo.InvariantCulture, $"Call-ID: {callId}\r\nCSeq: {cseq}\r\n")
        .Append(extra);
}

/// <summary>Session descriptions.</summary>
public static class Sdp
{
    /// <summary>One audio medium.</summary>
    /// <param name="address">Address of the c= line, IPv4 or IPv6.</param>
    /// <param name="port">Port of the m= line.</param>
    /// <param name="formats">"0 PCMU/8000": payload type and rtpmap.</param>
    public static string Audio(string address, int port, params string[] formats) =>
        Session(address, Media("audio", port, formats));

    /// <summary>A session with a c= line of its own and any media.</summary>
    public static string Session(string address, params string[] media)
    {
        var family = address.Contains(':', StringComparison.Ordinal) ? "IP6" : "IP4";
        return $"v=0\r\no=- 1 1 IN {family} {address}\r\ns=-\r\nc=IN {family} {address}\r\nt=0 0\r\n"
            + string.Concat(media);
    }

    /// <summary>An m= line with its rtpmap lines.</summary>
    public static string Media(string kind, int port, params string[] formats)
    {
        var lines = formats.Length == 0 ? ["0 PCMU/8000"] : formats;
        var types = string.Join(' ', lines.Select(static line => line.Split(' ')[0]));
        return $"m={kind} {port} RTP/AVP {types}\r\n"
            + string.Concat(lines.Select(static line => $"a=rtpmap:{line}\r\n"));
    }
}
