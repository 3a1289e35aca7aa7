using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.Limits;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Protocols.Rtp;

namespace VoiceQuality.Monitor.Pipeline;

/// <content>Who finds room when strangers flood the tables.</content>
internal sealed partial class MediaLane
{
    /// <summary>Where a flow has too many streams: so few packets, and so long a silence, ns, make room.</summary>
    private const int StrayPackets = 2;
    private const long StrayIdleNs = 200_000_000;
    private const int FewPackets = 50;
    private const long FewIdleNs = 5_000_000_000;

    /// <summary>Streams that were given up are forgotten so many at a time at least.</summary>
    private const int ForgottenTogether = 1_024;

    private KnockTable? _knocks;
    private int _givenUp;

    /// <summary>Sheds the media of more calls, or measures those of calls to come again.</summary>
    private void SetShedLevel(int level)
    {
        var isMore = level > _directory.ShedLevel;
        _directory.ShedLevel = level;
        if (!isMore)
        {
            return;
        }

        foreach (var call in _directory.Calls)
        {
            if (!call.IsShed && LoadShedder.SlotOf(call.CallRef) < level)
            {
                call.IsShed = true;
                foreach (var stream in call.Streams)
                {
                    stream.IsShed = true;
                }
            }
        }

        foreach (var stream in _streams)
        {
            stream.IsShed |= stream is { IsConfirmed: true, Endpoint: null } && IsShed(stream.Flow);
        }
    }

    private bool IsShed(Flow flow) =>
        _directory.ShedLevel > 0 && LoadShedder.SlotOf(flow.Source, flow.Destination) < _directory.ShedLevel;

    private Flow? AddFlow(in MediaPacket packet, ReadOnlySpan<byte> octets)
    {
        // What nobody announced may fill half of the table, and what comes from elsewhere than its call said three
        // quarters, so that a flood leaves room for calls.
        if (_flows.Count >= _options.MaxFlowsPerLane / 2)
        {
            var (source, destination) = Flow.EndsOf(packet, octets);
            if (_flows.Count >= _options.MaxFlowsPerLane || !_directory.IsAnnounced(source, destination)
                || (_flows.Count >= _options.MaxFlowsPerLane / 4 * 3 && !_directory.IsAtHome(source, destination)))
            {
                return null;
            }
        }

        var flow = _flows.TryAdd(packet, octets);
        if (flow is not null)
        {
            _directory.Watch(flow);
        }

        return flow;
    }

    /// <summary>
    /// Whether a call takes a further stream: a flood of forged ones from elsewhere must not keep those out that come
    /// from where a party said it was, nor one from there those between two places that the call named.
    /// </summary>
    private bool HasRoom(LaneCall call, Flow flow, Quality.MediaDirection? direction)
    {
        var count = call.Streams.Count;
        return count < _options.MaxStreamsPerCall
            || (count < _options.MaxStreamsPerCall * 2 && direction is { } known && call.IsAt(
                known == Quality.MediaDirection.FromCaller ? CallParty.Caller : CallParty.Callee, flow.Source.Address))
            || (count < _options.MaxStreamsPerCall * 3 && _directory.IsBetween(call, flow));
    }

    /// <summary>Whether an end of a flow that was left alone has been announced since it was looked at.</summary>
    private bool IsAnnouncedSince(Flow flow)
    {
        if (flow.LookedAtVersion == _directory.Version)
        {
            return false;
        }

        flow.LookedAtVersion = _directory.Version;
        flow.IsIgnored = !_directory.IsAnnounced(flow.Source, flow.Destination);
        return !flow.IsIgnored;
    }

    /// <summary>Gives up the stream of a flow that had hardly any packets and none of late; false for none.</summary>
    private bool MakeRoom(Flow flow)
    {
        StreamState? flimsy = null;
        foreach (var stream in flow.Streams)
        {
            var idleNs = flow.LastPacketNs - stream.LastPacketNs;
            if ((stream.Packets <= StrayPackets ? idleNs >= StrayIdleNs : stream.Packets < FewPackets && idleNs >= FewIdleNs)
                && (flimsy is null || stream.LastPacketNs < flimsy.LastPacketNs))
            {
                flimsy = stream;
            }
        }

        return TryGiveUp(flimsy);
    }

    /// <summary>
    /// Makes room in a full flow for a source that goes on counting, in the place of one that said hardly anything.
    /// Else its packet is kept until the next one.
    /// </summary>
    /// <returns>Where the packet before is kept; null when there is no room.</returns>
    private int? Replace(Flow flow, in RtpPacket rtp, in MediaPacket packet, ReadOnlySpan<byte> payload)
    {
        _knocks ??= new KnockTable();
        if (_knocks.Take(flow, rtp, packet.CapturedAtNs) is { } before)
        {
            StreamState? flimsy = null;
            foreach (var stream in flow.Streams)
            {
                var saidLittle = stream.Packets <= StrayPackets
                    || (stream.Packets < FewPackets && packet.CapturedAtNs - stream.LastPacketNs >= StrayIdleNs);
                flimsy = saidLittle && (flimsy is null || stream.LastPacketNs < flimsy.LastPacketNs) ? stream : flimsy;
            }

            if (TryGiveUp(flimsy))
            {
                return before;
            }
        }

        _knocks.Keep(flow, rtp, packet, payload);
        return null;
    }

    /// <summary>Counts the packet that came before its source had a place.</summary>
    private void AddKnocked(StreamState stream, int place)
    {
        if (!_knocks!.TryRead(place, out var before, out var beforeNs))
        {
            return;
        }

        _counters.TooManyStreams--;
        stream.Add(before, beforeNs, before.PayloadLength);
        if (stream.IsConfirmed)
        {
            _counters.RtpPackets++;
        }
        else
        {
            Recognise(stream, before);
        }
    }

    private bool TryGiveUp(StreamState? flimsy)
    {
        if (flimsy is null)
        {
            return false;
        }

        _counters.TooManyStreams += flimsy.Packets;
        if (flimsy.IsConfirmed)
        {
            _counters.RtpPackets -= flimsy.Packets;
            _counters.ActiveStreams--;
        }
        else
        {
            _candidates--;
        }

        flimsy.Endpoint?.Call.RemoveStream(flimsy);
        Detach(flimsy);

        // The next sweep would do it too late: a flood gives up more in its time than there is memory for.
        if (++_givenUp >= ForgottenTogether && _givenUp * 2 >= _streams.Count)
        {
            _streams.RemoveAll(static stream => stream.IsFinished);
            _givenUp = 0;
        }

        return true;
    }
}
