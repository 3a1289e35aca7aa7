using VoiceQuality.Monitor.Streams;
using VoiceQuality.Protocols.Rtp;

namespace VoiceQuality.Monitor.Pipeline;

/// <content>What few packets tell beside being counted: gaps, and what is sent again.</content>
internal sealed partial class MediaLane
{
    private void TakeNews(Flow flow, StreamState stream, in RtpPacket rtp, in MediaPacket packet)
    {
        TellGap(packet);
        if (stream.IsRetransmission && MediaOf(flow, stream, rtp.PayloadType) is { IsShed: false } media)
        {
            media.Retransmit(rtp, stream.Formats, packet.CapturedAtNs);
            TellGap(packet);
        }
    }

    private void TellGap(in MediaPacket packet)
    {
        if (_gapNews.IsThere)
        {
            _gapNews.IsThere = false;
            _batch.Gaps.Add(_gapNews.Gap with { Tick = _tick, Place = packet.PayloadOffset, Link = packet.Link });
        }
    }

    /// <summary>
    /// The stream whose packets another one of the same flow sends again: the one that SDP names, else the only one
    /// there of the payload type that is sent again.
    /// </summary>
    private static StreamState? MediaOf(Flow flow, StreamState retransmission, int payloadType)
    {
        var named = retransmission.Endpoint?.Call.SentAgainBy(retransmission.Ssrc);
        StreamState? found = null;
        foreach (var stream in flow.Streams)
        {
            if (stream.IsRetransmission || (named is { } ssrc
                ? stream.Ssrc != ssrc
                : stream.MainPayloadType != retransmission.Formats.SentAgainBy(payloadType)))
            {
                continue;
            }

            if (found is not null)
            {
                return null;
            }

            found = stream;
        }

        return found;
    }
}
