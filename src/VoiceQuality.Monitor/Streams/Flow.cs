using VoiceQuality.Monitor.Pipeline;
using VoiceQuality.Protocols.Network;
using VoiceQuality.Quality.Rtp;

namespace VoiceQuality.Monitor.Streams;

/// <summary>One direction between two UDP endpoints, and the RTP streams in it.</summary>
internal sealed class Flow
{
    /// <summary>Octets from the first field on that each packet needs.</summary>
    private const int HotOctets = 64;

    private readonly SteadyRuns _runs;
    private readonly int _place;
    private long _lastPacketNs;

    public Flow(in MediaPacket packet, ReadOnlySpan<byte> octets, SteadyRuns runs, int place)
    {
        _runs = runs;
        _place = place;
        Hash = packet.FlowHash;
        (Source, Destination) = EndsOf(packet, octets);
    }

    public ulong Hash { get; }

    public IpEndpoint Source { get; }

    public IpEndpoint Destination { get; }

    /// <summary>The stream that the last packet belonged to.</summary>
    public StreamState? Current;

    /// <summary>The streams in it, in the order they came.</summary>
    public FewList<StreamState> Streams;

    /// <summary>Arrival of the last packet, ns; 0 before the first.</summary>
    public long LastPacketNs
    {
        get => Run.Count > 0 ? Run.LastNs : _lastPacketNs;
        set => _lastPacketNs = value;
    }

    /// <summary>
    /// What the next packet looks like, and those that are not counted yet: all of the current stream.
    /// </summary>
    public ref SteadyRun Run => ref _runs[_place];

    /// <summary>Streams that were given up because they did not look like RTP.</summary>
    public int Rejected;

    /// <summary>Whether nothing more is expected of it: not RTP, not announced.</summary>
    public bool IsIgnored;

    /// <summary>What was announced when it was last looked at, while it is ignored.</summary>
    public long LookedAtVersion;

    /// <summary>Sender and receiver of a packet.</summary>
    public static (IpEndpoint Source, IpEndpoint Destination) EndsOf(in MediaPacket packet, ReadOnlySpan<byte> octets)
    {
        var addresses = octets.Slice(packet.AddressOffset, packet.AddressLength * 2);
        return (
            new(IpAddress128.FromBytes(addresses[..packet.AddressLength]), packet.SourcePort),
            new(IpAddress128.FromBytes(addresses[packet.AddressLength..]), packet.DestinationPort));
    }

    /// <summary>Asks the processor for the memory that a packet of the flow needs.</summary>
    public void Prefetch() => CacheLines.Prefetch(in Current, HotOctets);

    /// <summary>Whether a packet goes the same way.</summary>
    public bool Matches(in MediaPacket packet, ReadOnlySpan<byte> octets) =>
        packet.SourcePort == Source.Port && packet.DestinationPort == Destination.Port
        && EndsOf(packet, octets) == (Source, Destination);
}
