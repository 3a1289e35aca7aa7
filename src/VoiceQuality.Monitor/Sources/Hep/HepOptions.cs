using System.Globalization;
using System.Net;

namespace VoiceQuality.Monitor.Sources.Hep;

/// <summary>How messages of capture agents (HEP) are received, and from whom.</summary>
public sealed record HepOptions
{
    /// <summary>Where to listen, for UDP and TCP.</summary>
    public IPEndPoint Listen { get; init; } = new(IPAddress.Loopback, 9060);

    /// <summary>Who may send; everybody else is refused.</summary>
    public IReadOnlyList<HepSender> Senders { get; init; } =
    [
        new HepSender(new IPNetwork(IPAddress.Loopback, 32), null),
        new HepSender(new IPNetwork(IPAddress.IPv6Loopback, 128), null),
    ];

    /// <summary>The key that every message must carry; empty when none is asked for.</summary>
    public ReadOnlyMemory<byte> Key { get; init; }

    /// <summary>How far the time of a message may be behind our clock.</summary>
    public TimeSpan OldestMessage { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How far the time of a message may be ahead of our clock.</summary>
    public TimeSpan ClockAhead { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Also over TLS; null for not.</summary>
    public HepTlsOptions? Tls { get; init; }

    /// <summary>
    /// TCP and TLS connections at one time; further ones are refused, or take the place of one that has been silent for
    /// a minute. Each holds a message at most, one over TLS 16 KiB beside.
    /// </summary>
    public int MaxConnections { get; init; } = 64;

    /// <summary>How many of them one sender may have.</summary>
    public int MaxConnectionsOfOneSender { get; init; } = 16;

    /// <summary>
    /// Messages remembered so that none counts twice. When there are more within the time that one may be old, that
    /// time becomes shorter.
    /// </summary>
    public int MaxRemembered { get; init; } = 1_048_576;
}

/// <summary>A sender that is allowed.</summary>
/// <param name="Network">Its addresses.</param>
/// <param name="AgentId">The only agent number that it may use; null for any.</param>
public readonly record struct HepSender(IPNetwork Network, uint? AgentId)
{
    /// <summary>Reads "192.0.2.5", "192.0.2.0/24", or either with the number of its agent: "192.0.2.5=2001".</summary>
    public static bool TryParse(string text, out HepSender sender)
    {
        ArgumentNullException.ThrowIfNull(text);
        sender = default;
        var parts = text.Split('=', 2, StringSplitOptions.TrimEntries);
        uint agent = 0;
        if (parts.Length == 2 && !uint.TryParse(
            parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out agent))
        {
            return false;
        }

        IPNetwork network;
        if (IPAddress.TryParse(parts[0], out var address))
        {
            network = new IPNetwork(address, address.GetAddressBytes().Length * 8);
        }
        else if (!IPNetwork.TryParse(parts[0], out network))
        {
            return false;
        }

        sender = new HepSender(network, parts.Length == 2 ? agent : null);
        return true;
    }
}

/// <summary>Why a message of a capture agent was left out.</summary>
public enum HepDropReason
{
    /// <summary>It was taken.</summary>
    None = 0,

    /// <summary>Its sender is on no list.</summary>
    SenderNotAllowed,

    /// <summary>It is no HEP, or broken.</summary>
    Malformed,

    /// <summary>It carries no key, or another one.</summary>
    NotAuthenticated,

    /// <summary>It carries the number of an agent that is not its sender's.</summary>
    WrongAgent,

    /// <summary>Its time is too old or in the future.</summary>
    OutsideClockWindow,

    /// <summary>It was received before.</summary>
    Replayed,

    /// <summary>It carries something else than SIP, RTP and RTCP, or a payload that is not what it says.</summary>
    OtherPayload,

    /// <summary>It came over a connection beyond those that are allowed at one time.</summary>
    TooManyConnections,

    /// <summary>The kernel had no room for it.</summary>
    NoRoom,

    /// <summary>A connection that no TLS came about on: another protocol or version, or no certificate that
    /// counts.</summary>
    TlsFailed,
}
