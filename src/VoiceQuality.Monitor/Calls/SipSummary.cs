using System.Collections.Frozen;
using System.Globalization;
using VoiceQuality.Protocols.Sip;

namespace VoiceQuality.Monitor.Calls;

/// <summary>
/// One line for the ladder: the method or the status with the phrase of RFC 3261 §21, never the sender's.
/// </summary>
internal static class SipSummary
{
    private static readonly FrozenDictionary<int, string> Responses = new Dictionary<int, string>
    {
        [100] = "Trying",
        [180] = "Ringing",
        [181] = "Call Is Being Forwarded",
        [182] = "Queued",
        [183] = "Session Progress",
        [199] = "Early Dialog Terminated",
        [200] = "OK",
        [202] = "Accepted",
        [300] = "Multiple Choices",
        [301] = "Moved Permanently",
        [302] = "Moved Temporarily",
        [305] = "Use Proxy",
        [380] = "Alternative Service",
        [400] = "Bad Request",
        [401] = "Unauthorized",
        [402] = "Payment Required",
        [403] = "Forbidden",
        [404] = "Not Found",
        [405] = "Method Not Allowed",
        [406] = "Not Acceptable",
        [407] = "Proxy Authentication Required",
        [408] = "Request Timeout",
        [410] = "Gone",
        [415] = "Unsupported Media Type",
        [420] = "Bad Extension",
        [422] = "Session Interval Too Small",
        [480] = "Temporarily Unavailable",
        [481] = "Call/Transaction Does Not Exist",
        [482] = "Loop Detected",
        [483] = "Too Many Hops",
        [484] = "Address Incomplete",
        [486] = "Busy Here",
        [487] = "Request Terminated",
        [488] = "Not Acceptable Here",
        [491] = "Request Pending",
        [500] = "Server Internal Error",
        [501] = "Not Implemented",
        [502] = "Bad Gateway",
        [503] = "Service Unavailable",
        [504] = "Server Time-out",
        [600] = "Busy Everywhere",
        [603] = "Decline",
        [604] = "Does Not Exist Anywhere",
        [606] = "Not Acceptable",
    }.ToFrozenDictionary(
        static pair => pair.Key,
        static pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key} {pair.Value}"));

    private const int Statuses = 700;

    // What was made once; two threads that make the same text at once do no harm.
    private static readonly string?[] Made = new string?[Enum.GetValues<SipMethod>().Length * Statuses];

    public static string OfRequest(SipMethod method, ReadOnlySpan<byte> written) => method switch
    {
        SipMethod.Invite => "INVITE",
        SipMethod.Ack => "ACK",
        SipMethod.Bye => "BYE",
        SipMethod.Cancel => "CANCEL",
        SipMethod.Unknown => Token(written),
        _ => method.ToString().ToUpperInvariant(),
    };

    public static string OfResponse(int status, SipMethod method)
    {
        ref var made = ref Made[((int)method * Statuses) + status];
        return made ??= Make(status, method);
    }

    private static string Make(int status, SipMethod method)
    {
        var text = Responses.TryGetValue(status, out var known)
            ? known
            : status.ToString(CultureInfo.InvariantCulture);
        return method == SipMethod.Invite ? text : $"{text} ({OfRequest(method, "?"u8)})";
    }

    private static string Token(ReadOnlySpan<byte> written)
    {
        Span<char> text = stackalloc char[Math.Min(written.Length, 24)];
        for (var i = 0; i < text.Length; i++)
        {
            text[i] = written[i] is > 0x20 and < 0x7F ? (char)written[i] : '?';
        }

        return new string(text);
    }
}
