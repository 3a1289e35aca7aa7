using VoiceQuality.Monitor.Pipeline;
using VoiceQuality.Protocols.Network;
using VoiceQuality.Protocols.Sip;

namespace VoiceQuality.Monitor.Calls;

/// <content>What responses say of a call.</content>
internal sealed partial class CallTracker
{
    private void ReadResponse(
        CallState call,
        in SipMessage message,
        SipMethod method,
        IpEndpoint source,
        IpEndpoint destination,
        long atNs,
        BlockWork work)
    {
        if (method == SipMethod.Invite)
        {
            call.AddToTag(message.ToTag);
            call.FirstResponseAtNs ??= atNs;
            ReadInviteResponse(call, message, destination, atNs, work);
        }
        else if (method == SipMethod.Bye)
        {
            if (call.ByeAtNs is not null && message.CSeqNumber == call.ByeCSeq && message.StatusCode >= 200)
            {
                call.ByeAnsweredAtNs ??= atNs;
            }

            if (!call.HasInvite)
            {
                call.EndedAtNs ??= atNs;
            }
        }

        if (method is SipMethod.Invite or SipMethod.Update or SipMethod.Prack && message.StatusCode is > 100 and < 300)
        {
            _announcer.Announce(call, message, isOfSender: false, source, atNs, work);
        }
    }

    private static void ReadInviteResponse(
        CallState call, in SipMessage message, IpEndpoint destination, long atNs, BlockWork work)
    {
        var status = message.StatusCode;

        // Of a dialog that stood before the capture these answer a re-INVITE.
        if (call.AnsweredAtNs is not null || call.IsWithinDialog)
        {
            return;
        }

        if (status > 100 && (status < 300 || !call.HasInvite || destination.Address == call.Source.Address))
        {
            if (status is 401 or 407)
            {
                call.Challenges++;
            }
            else
            {
                call.IndicatedAtNs ??= atNs;
            }
        }

        switch (status)
        {
            case < 200:
                call.IsProvisional = true;
                if (status is >= 180 and < 190)
                {
                    call.RingingAtNs ??= atNs;
                }

                break;
            case < 300:
                call.AnsweredAtNs = atNs;
                call.FinalStatus = status;
                call.EndedAtNs = null;

                // A CANCEL that the answer crossed has released nothing (RFC 3261 §9.1).
                call.ReleasedBy = null;
                work.Broadcast(LaneCommandKind.Answered, atNs, call.CallRef, call.CallId);
                break;
            default:
                // Of a forked or proxied call only what reaches the caller is final.
                if (!call.HasInvite || destination.Address == call.Source.Address)
                {
                    call.FinalStatus = status;
                    call.EndedAtNs = status is 401 or 407 ? null : atNs;
                    if (call.HasEnded)
                    {
                        NoteReason(call, message);
                        work.Broadcast(LaneCommandKind.Ended, atNs, call.CallRef);
                    }
                }

                break;
        }
    }
}
