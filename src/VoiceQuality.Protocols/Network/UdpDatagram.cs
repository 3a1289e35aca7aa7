namespace VoiceQuality.Protocols.Network;

/// <summary>Where a UDP datagram lies in its frame. All offsets and lengths are octets of the frame given.</summary>
public readonly record struct UdpDatagram
{
    /// <summary>Offset of the source address; the destination address follows it at once.</summary>
    public int AddressOffset { get; init; }

    /// <summary>Length of one address: 4 or 16 octets.</summary>
    public int AddressLength { get; init; }

    public ushort SourcePort { get; init; }

    public ushort DestinationPort { get; init; }

    public int PayloadOffset { get; init; }

    /// <summary>Captured payload, 0 to 65,527 octets.</summary>
    public int PayloadLength { get; init; }

    /// <summary>Payload on the wire by the UDP length; more than captured when the capture cut the frame.</summary>
    public int WirePayloadLength { get; init; }

    /// <summary>True for the first fragment of a datagram: the rest of the payload is in other packets.</summary>
    public bool IsFragment { get; init; }

    /// <summary>The source endpoint, read from the frame that was decoded.</summary>
    public IpEndpoint Source(ReadOnlySpan<byte> frame) =>
        new(IpAddress128.FromBytes(frame.Slice(AddressOffset, AddressLength)), SourcePort);

    /// <summary>The destination endpoint, read from the frame that was decoded.</summary>
    public IpEndpoint Destination(ReadOnlySpan<byte> frame) =>
        new(IpAddress128.FromBytes(frame.Slice(AddressOffset + AddressLength, AddressLength)), DestinationPort);

    /// <summary>The captured payload, borrowed from the frame that was decoded.</summary>
    public ReadOnlySpan<byte> Payload(ReadOnlySpan<byte> frame) => frame.Slice(PayloadOffset, PayloadLength);
}
