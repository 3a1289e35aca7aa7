using VoiceQuality.Monitor.Pipeline;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Protocols.Network;
using VoiceQuality.Protocols.Sdp;
using VoiceQuality.Protocols.Sip;

namespace VoiceQuality.Monitor.Calls;

/// <summary>
/// Reads offers and answers (RFC 3264) and tells the lanes where media of a call is received, and which.
/// </summary>
internal sealed class MediaAnnouncer
{
    private readonly MediaFormatCache _formats = new();

    /// <summary>Session descriptions that could not be read.</summary>
    public long Malformed { get; private set; }

    /// <param name="call">The call that the message belongs to.</param>
    /// <param name="message">Any SIP message.</param>
    /// <param name="isOfSender">Whether who has the From tag describes itself, and not the other party.</param>
    /// <param name="source">Where the message came from.</param>
    /// <param name="atNs">When.</param>
    /// <param name="work">Where commands go.</param>
    public void Announce(
        CallState call, in SipMessage message, bool isOfSender, IpEndpoint source, long atNs, BlockWork work)
    {
        if (message.Body.IsEmpty || !SipBody.TryFindSdp(message, out var body))
        {
            return;
        }

        if (!SdpSession.TryParse(body, out var session, out _))
        {
            Malformed++;
            return;
        }

        var party = PartyOf(call, message, isOfSender);
        var (hasAudio, hasFax) = (false, false);
        foreach (var media in session.Media)
        {
            hasAudio |= media.Kind == SdpMediaKind.Audio && media.IsAccepted;
            hasFax |= media.Kind == SdpMediaKind.Image && media.IsAccepted;
            if (IsRtp(media) && media.IsAccepted && media.ConnectionAddress is { } address)
            {
                var port = (ushort)media.Port;
                var announcement = new MediaAnnouncement(
                    new IpEndpoint(address, port),
                    new IpEndpoint(source.Address, port),
                    party,
                    _formats.Of(media),
                    media.IsHold)
                {
                    SentAgain = SentAgainIn(media),
                };
                work.Broadcast(LaneCommandKind.Announce, atNs, call.CallRef, call.CallId, announcement);
            }
        }

        if (hasFax && !hasAudio)
        {
            // T.38 in place of the audio (T.38 annex D): until audio is described again, none is due.
            var nowhere = new IpEndpoint(IpAddress128.FromIPv4(0), 0);
            work.Broadcast(LaneCommandKind.Announce, atNs, call.CallRef, call.CallId, new MediaAnnouncement(
                nowhere, nowhere, party, MediaFormats.Unannounced, IsHold: true));
        }
    }

    /// <summary>Who describes itself; null when unknown.</summary>
    private static CallParty? PartyOf(CallState call, in SipMessage message, bool isOfSender)
    {
        if (message.Method == SipMethod.Invite && message.ToTag.IsEmpty)
        {
            return CallParty.Caller;
        }

        var sender = call.PartyOf(message.FromTag);
        return isOfSender || sender is null
            ? sender
            : sender == CallParty.Caller ? CallParty.Callee : CallParty.Caller;
    }

    private static SdpRetransmissionGroup[] SentAgainIn(in SdpMedia media)
    {
        Span<SdpRetransmissionGroup> groups = stackalloc SdpRetransmissionGroup[LaneCall.MaxSentAgain];
        var count = media.ReadRetransmissionGroups(groups);
        return count == 0 ? [] : groups[..count].ToArray();
    }

    private static bool IsRtp(in SdpMedia media) =>
        media.Kind is SdpMediaKind.Audio or SdpMediaKind.Video
        && media.Transport is not (SdpTransport.Other or SdpTransport.Udptl);
}
