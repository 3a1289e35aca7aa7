using System.Collections.Immutable;
using VoiceQuality.Monitor.CaptureLoss;

namespace VoiceQuality.Monitor;

/// <summary>What a pipeline has counted since it started: an immutable snapshot, replaced whole.</summary>
public sealed record PipelineCounters
{
    /// <summary>Frames read from the sources.</summary>
    public long Packets { get; init; }

    /// <summary>
    /// Packets that passed by unseen because the source had no room for them: they came faster than they were read.
    /// They are in no other counter.
    /// </summary>
    public long NotSeen { get; init; }

    /// <summary>
    /// Up to then every source was listened to, whether packets came or not, µs since 1970-01-01 UTC; null for sources
    /// that cannot say.
    /// </summary>
    public long? ListenedUntilUs { get; init; }

    /// <summary>Octets of those frames on the wire.</summary>
    public long Octets { get; init; }

    /// <summary>Capture time of the earliest frame, microseconds since 1970-01-01 UTC; null before the first.</summary>
    public long? FirstPacketAtUs { get; init; }

    /// <summary>Capture time of the latest frame.</summary>
    public long? LastPacketAtUs { get; init; }

    /// <summary>SIP messages parsed.</summary>
    public long SipMessages { get; init; }

    /// <summary>RTP packets of streams that were recognised, duplicates included.</summary>
    public long RtpPackets { get; init; }

    /// <summary>RTCP packets (parts of a compound count singly).</summary>
    public long RtcpPackets { get; init; }

    /// <summary>
    /// Frames and messages left out, by layer and reason: "frame.notIp", "sip.missingCallId", "rtp.unannounced".
    /// </summary>
    public ImmutableSortedDictionary<string, long> Rejects { get; init; } =
        ImmutableSortedDictionary.Create<string, long>(StringComparer.Ordinal);

    /// <summary>Times in which the tap itself lost packets, as the numbers of many streams tell together.</summary>
    public long CaptureLossSpans { get; init; }

    /// <summary>RTP packets that were sent in those times and not seen; they are not lost.</summary>
    public long UnseenPackets { get; init; }

    /// <summary>The latest time in which the tap lost packets; null before the first.</summary>
    public CaptureLossTime? LatestLoss { get; init; }

    /// <summary>Calls in progress.</summary>
    public int ActiveCalls { get; init; }

    /// <summary>Streams in progress, candidates left out.</summary>
    public int ActiveStreams { get; init; }
}
