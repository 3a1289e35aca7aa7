using System.Net;
using System.Net.Sockets;
using System.Text;

namespace VoiceQuality.Monitor.Sources.Synthetic;

/// <summary>Writes the SIP messages of a call (RFC 3261) with their SDP (RFC 8866, RFC 3264).</summary>
internal sealed class SipMessageWriter
{
    private readonly StringBuilder _head = new();
    private readonly StringBuilder _body = new();

    /// <summary>Writes the message of the call's current step; returns its length in octets.</summary>
    public int Write(Span<byte> destination, SyntheticCall call)
    {
        _head.Clear();
        _body.Clear();

        var step = call.Step;
        if (step is SipStep.Invite or SipStep.Ok)
        {
            AppendSdp(call, isOffer: step == SipStep.Invite);
        }

        if (IsRequest(step))
        {
            AppendRequest(call, step);
        }
        else
        {
            AppendResponse(call, step);
        }

        if (_body.Length > 0)
        {
            _head.Append("Content-Type: application/sdp\r\n");
        }

        _head.Append($"Content-Length: {_body.Length}\r\n\r\n");

        return Copy(_body, destination, Copy(_head, destination, 0));
    }

    /// <summary>Whether the caller's side sends this message.</summary>
    public static bool IsFromCaller(SyntheticCall call, SipStep step) => step switch
    {
        SipStep.Bye => call.Plan.ReleasedBy == SyntheticParty.Caller,
        SipStep.ByeOk => call.Plan.ReleasedBy == SyntheticParty.Callee,
        _ => IsRequest(step),
    };

    private static bool IsRequest(SipStep step) =>
        step is SipStep.Invite or SipStep.Ack or SipStep.RefusalAck or SipStep.Bye or SipStep.Cancel;

    private void AppendRequest(SyntheticCall call, SipStep step)
    {
        var toCallee = IsFromCaller(call, step);
        var user = toCallee ? call.Plan.Callee : call.Plan.Caller;
        var host = Host(toCallee ? call.CalleeAddress : call.CallerAddress);
        if (step is SipStep.Invite or SipStep.Cancel or SipStep.RefusalAck)
        {
            host = Domain(call, SyntheticParty.Callee);
        }

        _head.Append($"{Method(step)} sip:{user}@{host} SIP/2.0\r\n");
        AppendVia(call, step, isRequest: true);
        _head.Append("Max-Forwards: 70\r\n");
        AppendDialog(call, step);
        AppendContact(call, step);

        switch (step)
        {
            case SipStep.Invite:
                _head.Append("Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE\r\nSupported: timer, replaces\r\n");
                foreach (var header in call.Plan.ExtraHeaders)
                {
                    _head.Append(header).Append("\r\n");
                }

                break;
            case SipStep.Bye:
                _head.Append("Reason: Q.850;cause=16;text=\"Normal call clearing\"\r\n");
                break;
        }

        _head.Append("User-Agent: VoiceQuality synthetic\r\n");
    }

    private void AppendResponse(SyntheticCall call, SipStep step)
    {
        var status = step switch
        {
            SipStep.Trying => 100,
            SipStep.Ringing => 180,
            SipStep.Refusal => call.FinalStatus,
            _ => 200,
        };

        _head.Append($"SIP/2.0 {status} {ReasonPhrase(status)}\r\n");
        AppendVia(call, step, isRequest: false);
        AppendDialog(call, step);
        AppendContact(call, step);
        _head.Append("Server: VoiceQuality synthetic\r\n");
    }

    private void AppendVia(SyntheticCall call, SipStep step, bool isRequest)
    {
        // A CANCEL and the ACK of a refusal belong to the INVITE's transaction (§9.1, §17.1.1.3).
        var transaction = step switch
        {
            SipStep.Ack => 'a',
            SipStep.Bye or SipStep.ByeOk => 'b',
            _ => 'i',
        };
        var requestFromCaller = IsFromCaller(call, step) == isRequest;
        var sentBy = Host(requestFromCaller ? call.CallerAddress : call.CalleeAddress);
        var rport = isRequest ? ";rport" : ";rport=5060";

        _head.Append(
            $"Via: SIP/2.0/UDP {sentBy}:{SyntheticCall.SipPort};branch=z9hG4bK{transaction}{call.Random:x16}{rport}\r\n");
    }

    private void AppendDialog(SyntheticCall call, SipStep step)
    {
        var caller = $"<sip:{call.Plan.Caller}@{Domain(call, SyntheticParty.Caller)}>;tag={call.CallerTag}";
        var callee = $"<sip:{call.Plan.Callee}@{Domain(call, SyntheticParty.Callee)}>";
        if (step is not (SipStep.Invite or SipStep.Trying or SipStep.Cancel))
        {
            callee += $";tag={call.CalleeTag}";
        }

        var isBye = step is SipStep.Bye or SipStep.ByeOk;
        var isReversed = isBye && call.Plan.ReleasedBy == SyntheticParty.Callee;
        var method = step switch
        {
            SipStep.Ack or SipStep.RefusalAck => "ACK",
            SipStep.Cancel or SipStep.CancelOk => "CANCEL",
            _ => isBye ? "BYE" : "INVITE",
        };

        _head.Append($"From: {(isReversed ? callee : caller)}\r\nTo: {(isReversed ? caller : callee)}\r\n");
        _head.Append($"Call-ID: {call.CallId}\r\nCSeq: {(isBye ? 2 : 1)} {method}\r\n");
    }

    private void AppendContact(SyntheticCall call, SipStep step)
    {
        if (step is SipStep.Invite)
        {
            _head.Append($"Contact: <sip:{call.Plan.Caller}@{Host(call.CallerAddress)}:5060>\r\n");
        }
        else if (step is SipStep.Ringing or SipStep.Ok)
        {
            _head.Append($"Contact: <sip:{call.Plan.Callee}@{Host(call.CalleeAddress)}:5060>\r\n");
        }
    }

    private void AppendSdp(SyntheticCall call, bool isOffer)
    {
        var address = isOffer ? call.CallerMediaAddress : call.CalleeMediaAddress;
        var family = address.AddressFamily == AddressFamily.InterNetworkV6 ? "IP6" : "IP4";
        var format = call.Format;

        // An offer names more than the codec that is then used; the answer picks that one.
        var others = isOffer
            ? Enum.GetValues<SyntheticCodec>()
                .Where(codec => codec != call.Plan.Codec && codec is SyntheticCodec.Pcmu or SyntheticCodec.G729)
                .Select(SyntheticCodecFormat.Of)
                .ToArray()
            : [];

        _body.Append($"v=0\r\no=- {1_000 + call.Index} {(isOffer ? 1 : 2)} IN {family} {address}\r\ns=-\r\n");
        _body.Append($"c=IN {family} {address}\r\nt=0 0\r\nm=audio {call.MediaPort} RTP/AVP {format.PayloadType}");
        foreach (var other in others)
        {
            _body.Append($" {other.PayloadType}");
        }

        _body.Append(format.HasComfortNoise ? " 13 101\r\n" : " 101\r\n");
        AppendRtpmap(format);
        foreach (var other in others)
        {
            AppendRtpmap(other);
        }

        if (format.HasComfortNoise)
        {
            _body.Append("a=rtpmap:13 CN/8000\r\n");
        }

        _body.Append($"a=rtpmap:101 telephone-event/{format.ClockRate}\r\na=fmtp:101 0-15\r\n");
        _body.Append("a=ptime:20\r\na=sendrecv\r\n");
    }

    private void AppendRtpmap(SyntheticCodecFormat format)
    {
        _body.Append($"a=rtpmap:{format.PayloadType} {format.Name}/{format.ClockRate}{format.RtpmapSuffix}\r\n");
        if (format.Fmtp.Length > 0)
        {
            _body.Append($"a=fmtp:{format.PayloadType} {format.Fmtp}\r\n");
        }
    }

    private static string Method(SipStep step) => step switch
    {
        SipStep.Invite => "INVITE",
        SipStep.Bye => "BYE",
        SipStep.Cancel => "CANCEL",
        _ => "ACK",
    };

    private static string Domain(SyntheticCall call, SyntheticParty party) => party == SyntheticParty.Caller
        ? call.Plan.CallerDomain ?? Host(call.CallerAddress)
        : call.Plan.CalleeDomain ?? Host(call.CalleeAddress);

    private static string Host(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString();

    private static string ReasonPhrase(int status) => status switch
    {
        100 => "Trying",
        180 => "Ringing",
        200 => "OK",
        404 => "Not Found",
        408 => "Request Timeout",
        480 => "Temporarily Unavailable",
        486 => "Busy Here",
        487 => "Request Terminated",
        500 => "Server Internal Error",
        503 => "Service Unavailable",
        600 => "Busy Everywhere",
        603 => "Decline",
        _ => "Refused",
    };

    private static int Copy(StringBuilder text, Span<byte> destination, int at)
    {
        foreach (var chunk in text.GetChunks())
        {
            at += Encoding.ASCII.GetBytes(chunk.Span, destination[at..]);
        }

        return at;
    }
}
