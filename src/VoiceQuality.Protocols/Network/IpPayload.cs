namespace VoiceQuality.Protocols.Network;

/// <summary>
/// Where the payload of the innermost IP packet lies in its frame. All offsets and lengths are octets of the frame
/// given.
/// </summary>
public readonly record struct IpPayload
{
    /// <summary>Offset of the source address; the destination address follows it at once.</summary>
    public int AddressOffset { get; init; }

    /// <summary>Length of one address: 4 or 16 octets.</summary>
    public int AddressLength { get; init; }

    /// <summary>Protocol number of the payload (IANA): 6 is TCP, 17 is UDP.</summary>
    public byte Protocol { get; init; }

    public int PayloadOffset { get; init; }

    /// <summary>Captured payload, 0 to 65,535 octets, without what follows the IP packet.</summary>
    public int PayloadLength { get; init; }

    /// <summary>Payload by the IP length; more than captured when the capture cut the frame.</summary>
    public int WirePayloadLength { get; init; }

    /// <summary>Identification that the fragments of one packet share; 0 for a whole packet.</summary>
    public uint FragmentId { get; init; }

    /// <summary>Where this fragment begins in the whole payload, octets, 0 to 65,528.</summary>
    public int FragmentOffset { get; init; }

    /// <summary>Whether more of the payload follows in other packets.</summary>
    public bool HasMoreFragments { get; init; }

    /// <summary>Whether this is a part of a packet.</summary>
    public bool IsFragment => FragmentOffset > 0 || HasMoreFragments;
}
