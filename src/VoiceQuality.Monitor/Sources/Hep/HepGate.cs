using System.Security.Cryptography;
using VoiceQuality.Protocols.Hep;
using VoiceQuality.Protocols.Network;

namespace VoiceQuality.Monitor.Sources.Hep;

/// <summary>
/// Decides which messages count: from an allowed sender, with the key, of this time, and each once. Addresses in UDP
/// can be forged, so the list alone is no proof.
/// </summary>
internal sealed class HepGate
{
    private readonly HepOptions _options;
    private readonly (IpAddress128 Base, int PrefixLength, uint? AgentId)[] _senders;
    private readonly long _oldestNs;
    private readonly long _aheadNs;
    private readonly HepMemory _memory;

    public HepGate(HepOptions options)
    {
        _options = options;
        _senders = [.. options.Senders.Select(static sender => (
            IpAddress128.FromBytes(sender.Network.BaseAddress.GetAddressBytes()),
            sender.Network.PrefixLength + (sender.Network.BaseAddress.GetAddressBytes().Length == 4 ? 96 : 0),
            sender.AgentId))];
        _oldestNs = options.OldestMessage.Ticks * 100;
        _aheadNs = options.ClockAhead.Ticks * 100;
        _memory = new HepMemory(options.MaxRemembered, _oldestNs, _aheadNs);
    }

    /// <summary>Whether anything is taken from an address.</summary>
    public bool IsAllowed(IpAddress128 sender)
    {
        foreach (var allowed in _senders)
        {
            if (IsIn(sender, allowed.Base, allowed.PrefixLength))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Decides on one message and remembers it when it counts.</summary>
    /// <param name="message">The message.</param>
    /// <param name="sender">Where it came from.</param>
    /// <param name="nowNs">Our clock, ns since 1970-01-01 UTC.</param>
    public HepDropReason Check(in HepMessage message, IpAddress128 sender, long nowNs)
    {
        if (!_options.Key.IsEmpty
            && !CryptographicOperations.FixedTimeEquals(message.AuthenticationKey, _options.Key.Span))
        {
            return HepDropReason.NotAuthenticated;
        }

        if (!MayUse(sender, message.AgentId))
        {
            return HepDropReason.WrongAgent;
        }

        if (message.CapturedAtNs is not { } atNs)
        {
            // Version 1 has no time, so it cannot be told from a replay of yesterday.
            return HepDropReason.OutsideClockWindow;
        }

        _memory.Forget(nowNs);
        if (atNs < nowNs - _oldestNs || atNs > nowNs + _aheadNs || !_memory.Covers(message.AgentId, atNs))
        {
            return HepDropReason.OutsideClockWindow;
        }

        return _memory.TryAdd(Digest(message, atNs), message.AgentId, atNs)
            ? HepDropReason.None
            : HepDropReason.Replayed;
    }

    private bool MayUse(IpAddress128 sender, uint? agentId)
    {
        foreach (var allowed in _senders)
        {
            if (IsIn(sender, allowed.Base, allowed.PrefixLength)
                && (allowed.AgentId is null || allowed.AgentId == agentId))
            {
                return true;
            }
        }

        return false;
    }

    private static ulong Digest(in HepMessage message, long atNs)
    {
        // Seeded anew in each process, so that nobody can make two messages fall together.
        var low = new HashCode();
        var high = new HashCode();
        high.Add(1);
        Add(ref low, message, atNs);
        Add(ref high, message, atNs);
        return ((ulong)(uint)high.ToHashCode() << 32) | (uint)low.ToHashCode();
    }

    private static void Add(ref HashCode hash, in HepMessage message, long atNs)
    {
        hash.Add(atNs);
        hash.Add(message.AgentId);
        hash.Add(message.Source);
        hash.Add(message.Destination);
        hash.AddBytes(message.Payload);
    }

    private static bool IsIn(IpAddress128 address, IpAddress128 network, int prefixLength)
    {
        Span<byte> one = stackalloc byte[16];
        Span<byte> other = stackalloc byte[16];
        Write(address, one);
        Write(network, other);
        var octets = prefixLength / 8;
        var mask = (byte)(0xFF00 >> (prefixLength % 8));
        return one[..octets].SequenceEqual(other[..octets])
            && (prefixLength % 8 == 0 || (one[octets] & mask) == (other[octets] & mask));
    }

    private static void Write(IpAddress128 address, Span<byte> octets)
    {
        if (address.IsIPv4)
        {
            octets[..10].Clear();
            octets[10] = octets[11] = 0xFF;
            address.CopyTo(octets[12..]);
        }
        else
        {
            address.CopyTo(octets);
        }
    }
}
