using System.Collections.Immutable;
using VoiceQuality.Monitor.Reassembly.Tls;
using VoiceQuality.Protocols.Network;
using VoiceQuality.Protocols.Sip;

namespace VoiceQuality.Monitor.Pipeline;

/// <content>What was read and what was refused, with its reasons.</content>
internal sealed partial class PacketReader
{
    private PipelineCounters Counters()
    {
        var rejects = ImmutableSortedDictionary.CreateBuilder<string, long>(StringComparer.Ordinal);
        for (var i = 1; i < _frameRejects.Length; i++)
        {
            Add(rejects, "frame.", ((FrameRejectReason)i).ToString(), _frameRejects[i]);
        }

        for (var i = 1; i < _sipRejects.Length; i++)
        {
            Add(rejects, "sip.", ((SipRejectReason)i).ToString(), _sipRejects[i]);
        }

        Add(rejects, "source.", "NotSeen", _notSeen);
        Add(rejects, "frame.", "FirstFragment", _fragments);
        Add(rejects, "frame.", "FragmentAbandoned", _datagrams.Abandoned);
        Add(rejects, "tcp.", "BrokenOff", _connections.Breaks);
        Add(rejects, "tcp.", "TooManyConnections", _connections.Evicted);
        if (_tls is not null)
        {
            Add(rejects, "tls.", "TooManyConnections", _tls.Evicted);
            Add(rejects, "tls.", "Resumed", _tls.Resumed);
            Add(rejects, "tls.", "EarlyData", _tls.EarlyData);
            foreach (var ended in Enum.GetValues<TlsEndReason>())
            {
                Add(rejects, "tls.", ended.ToString(), _tls.Ended(ended));
            }
        }

        Add(rejects, "udp.", "OtherProtocol", _otherUdp);
        Add(rejects, "sdp.", "Malformed", _calls.MalformedSdp);
        Add(rejects, "sip.", "MalformedQualityReport", _qualityReports.Malformed);
        Add(rejects, "call.", "Evicted", _calls.Evicted);
        Add(rejects, "call.", "TooManyOfSource", _calls.EvictedOfSource);
        Add(rejects, "probe.", "TableFull", _probes.Dropped);
        return new PipelineCounters
        {
            Packets = _packets,
            NotSeen = _notSeen,
            ListenedUntilUs = _listenedUntilNs > 0 ? _listenedUntilNs / 1_000 : null,
            Octets = _octets,
            FirstPacketAtUs = _packets > 0 ? _firstNs / 1_000 : null,
            LastPacketAtUs = _packets > 0 ? _lastNs / 1_000 : null,
            SipMessages = _sipMessages,
            ActiveCalls = _calls.Count,
            Rejects = rejects.ToImmutable(),
        };
    }

    private static void Add(
        ImmutableSortedDictionary<string, long>.Builder rejects, string layer, string reason, long count)
    {
        if (count > 0)
        {
            rejects[string.Concat(layer, char.ToLowerInvariant(reason[0]).ToString(), reason.AsSpan(1))] = count;
        }
    }
}
