using VoiceQuality.Monitor.Pipeline;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Protocols.Network;
using VoiceQuality.Protocols.Sdp;
using VoiceQuality.Protocols.Sip;
using VoiceQuality.Quality.Rtp;

namespace VoiceQuality.Monitor.Calls;

/// <summary>
/// Reads offers and answers (RFC 3264) and tells the lanes where media of a call is received, and which.
/// </summary>
internal sealed class MediaAnnouncer
{
    /// <summary>Session descriptions that could not be read.</summary>
    public long Malformed { get; private set; }

    /// <param name="call">The call that the message belongs to.</param>
    /// <param name="message">Any SIP message.</param>
    /// <param name="party">Who describes itself; null when unknown.</param>
    /// <param name="source">Where the message came from.</param>
    /// <param name="atNs">When.</param>
    /// <param name="work">Where commands go.</param>
    public void Announce(
        CallState call, in SipMessage message, CallParty? party, IpEndpoint source, long atNs, BlockWork work)
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

        foreach (var media in session.Media)
        {
            if (IsRtp(media) && media.IsAccepted && media.ConnectionAddress is { } address)
            {
                var port = (ushort)media.Port;
                var announcement = new MediaAnnouncement(
                    new IpEndpoint(address, port),
                    new IpEndpoint(source.Address, port),
                    party,
                    Formats(media),
                    media.IsHold);
                work.Broadcast(LaneCommandKind.Announce, atNs, call.CallRef, call.CallId, announcement);
            }
        }
    }

    private static bool IsRtp(in SdpMedia media) =>
        media.Kind is SdpMediaKind.Audio or SdpMediaKind.Video
        && media.Transport is not (SdpTransport.Other or SdpTransport.Udptl);

    private static MediaFormats Formats(in SdpMedia media)
    {
        var formats = new List<KeyValuePair<int, MediaFormat>>(4);
        foreach (var format in media.Formats)
        {
            var name = SipStrings.Decode(format.EncodingName);
            formats.Add(new(format.PayloadType, new MediaFormat(
                name,
                format.ClockRateHz ?? 0,
                KindOf(name, media.Kind),
                media.Kind == SdpMediaKind.Audio,
                SipStrings.Decode(format.Fmtp))));
        }

        var unlisted = media.Kind == SdpMediaKind.Audio ? RtpPacketKind.Audio : RtpPacketKind.Other;
        return new MediaFormats(formats, isAnnounced: true, unlisted);
    }

    private static RtpPacketKind KindOf(string name, SdpMediaKind media)
    {
        if (media != SdpMediaKind.Audio)
        {
            return RtpPacketKind.Other;
        }

        return name.ToUpperInvariant() switch
        {
            "TELEPHONE-EVENT" or "TONE" => RtpPacketKind.TelephoneEvent,
            "CN" => RtpPacketKind.ComfortNoise,
            "ULPFEC" or "PARITYFEC" or "FLEXFEC" or "RTX" => RtpPacketKind.Other,
            _ => RtpPacketKind.Audio,
        };
    }
}
