using System.Collections;
using VoiceQuality.Protocols.Network;
using VoiceQuality.Protocols.Sip;

namespace VoiceQuality.Monitor.Calls;

/// <summary>One message in 16 octets: what <see cref="SignallingEvent"/> is made of when somebody looks.</summary>
/// <param name="AtUs">Capture time, µs.</param>
/// <param name="Hop">Which of the hops it went over.</param>
/// <param name="Status">Status of a response; 0 for a request.</param>
/// <param name="Method">Of the request, or of the CSeq of the response.</param>
/// <param name="Flags">What else is known.</param>
/// <param name="Token">Place of the method's name among the names, and one; 0 for a method that is known.</param>
internal readonly record struct LadderEntry(
    long AtUs, ushort Hop, ushort Status, byte Method, LadderFlags Flags, ushort Token);

[Flags]
internal enum LadderFlags : byte
{
    None = 0,
    HasSdp = 1,
    IsRetransmission = 2,

    /// <summary>It went the other way over its hop.</summary>
    IsBack = 4,
}

/// <summary>The messages of a call in progress. Its room is used again for the next call.</summary>
internal sealed class LadderRoom
{
    private LadderEntry[] _entries = new LadderEntry[8];
    private (IpEndpoint One, IpEndpoint Other)[] _hops = new (IpEndpoint, IpEndpoint)[1];
    private List<string>? _names;
    private int _count;
    private int _hopCount;

    public int Count => _count;

    /// <param name="message">The message.</param>
    /// <param name="method">Its method, or that of its CSeq.</param>
    /// <param name="source">Where it came from.</param>
    /// <param name="destination">Where it went.</param>
    /// <param name="atUs">When, µs.</param>
    /// <param name="flags">What else is known.</param>
    public void Add(
        in SipMessage message,
        SipMethod method,
        IpEndpoint source,
        IpEndpoint destination,
        long atUs,
        LadderFlags flags)
    {
        if (_count == _entries.Length)
        {
            Array.Resize(ref _entries, _count * 2);
        }

        var hop = HopOf(source, destination, ref flags);
        _entries[_count++] = new LadderEntry(
            atUs, hop, (ushort)message.StatusCode, (byte)method, flags,
            message.IsRequest && method == SipMethod.Unknown ? NameOf(message) : (ushort)0);
    }

    /// <summary>All of them, for a record that outlives the call.</summary>
    public CallLadder ToLadder() => new(
        _entries.AsSpan(0, _count).ToArray(), _hops.AsSpan(0, _hopCount).ToArray(), _names?.ToArray() ?? []);

    public void Clear()
    {
        _count = 0;
        _hopCount = 0;
        _names = null;
    }

    private ushort HopOf(IpEndpoint source, IpEndpoint destination, ref LadderFlags flags)
    {
        for (var i = 0; i < _hopCount; i++)
        {
            if (_hops[i].One == source && _hops[i].Other == destination)
            {
                return (ushort)i;
            }

            if (_hops[i].One == destination && _hops[i].Other == source)
            {
                flags |= LadderFlags.IsBack;
                return (ushort)i;
            }
        }

        if (_hopCount == _hops.Length)
        {
            Array.Resize(ref _hops, _hopCount * 2);
        }

        _hops[_hopCount] = (source, destination);
        return (ushort)_hopCount++;
    }

    private ushort NameOf(in SipMessage message)
    {
        var name = SipSummary.OfRequest(SipMethod.Unknown, message.MethodSpan);
        _names ??= [];
        var known = _names.IndexOf(name);
        if (known < 0)
        {
            known = _names.Count;
            _names.Add(name);
        }

        return (ushort)(known + 1);
    }
}

/// <summary>The messages of a call that is over, in capture order.</summary>
internal sealed class CallLadder(LadderEntry[] entries, (IpEndpoint One, IpEndpoint Other)[] hops, string[] names)
    : IReadOnlyList<SignallingEvent>
{
    public int Count => entries.Length;

    public SignallingEvent this[int index]
    {
        get
        {
            var entry = entries[index];
            var (one, other) = hops[entry.Hop];
            var isBack = (entry.Flags & LadderFlags.IsBack) != 0;
            var summary = entry.Token > 0 ? names[entry.Token - 1]
                : entry.Status > 0 ? SipSummary.OfResponse(entry.Status, (SipMethod)entry.Method)
                : SipSummary.OfRequest((SipMethod)entry.Method, default);
            return new SignallingEvent(
                entry.AtUs,
                isBack ? other : one,
                isBack ? one : other,
                summary,
                (entry.Flags & LadderFlags.HasSdp) != 0,
                (entry.Flags & LadderFlags.IsRetransmission) != 0);
        }
    }

    public IEnumerator<SignallingEvent> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
        {
            yield return this[i];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
