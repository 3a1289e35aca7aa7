namespace VoiceQuality.Protocols.Network;

/// <summary>Link-layer header types as capture files number them. Any other number is unsupported.</summary>
public enum LinkType
{
    /// <summary>BSD loopback: a four-octet address family in the byte order of the capturing host.</summary>
    Null = 0,

    /// <summary>Ethernet II, with or without IEEE 802.1Q tags.</summary>
    Ethernet = 1,

    /// <summary>A raw IP packet, as some BSD systems number it.</summary>
    RawBsd = 12,

    /// <summary>A raw IP packet, as OpenBSD numbers it.</summary>
    RawOpenBsd = 14,

    /// <summary>A raw IPv4 or IPv6 packet.</summary>
    Raw = 101,

    /// <summary>OpenBSD loopback: a four-octet address family in network byte order.</summary>
    Loop = 108,

    /// <summary>Linux "cooked" capture, version 1: a header of 16 octets.</summary>
    LinuxSll = 113,

    /// <summary>A raw IPv4 packet.</summary>
    IPv4 = 228,

    /// <summary>A raw IPv6 packet.</summary>
    IPv6 = 229,

    /// <summary>Linux "cooked" capture, version 2: a header of 20 octets.</summary>
    LinuxSll2 = 276,
}

/// <summary>Which link types <see cref="FrameDecoder"/> reads.</summary>
public static class LinkTypes
{
    /// <summary>True when frames of <paramref name="linkType"/> can be decoded.</summary>
    public static bool IsSupported(LinkType linkType) => linkType is LinkType.Null or LinkType.Ethernet
        or LinkType.RawBsd or LinkType.RawOpenBsd or LinkType.Raw or LinkType.Loop or LinkType.LinuxSll
        or LinkType.IPv4 or LinkType.IPv6 or LinkType.LinuxSll2;
}
