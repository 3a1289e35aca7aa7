using VoiceQuality.Protocols.Network;

namespace VoiceQuality.Monitor.Rtcp;

/// <summary>
/// The sources that RTCP speaks of, by the place that they send from and their SSRC. A place has few; a table that is
/// full lets go first of those whose other direction was never seen, as forged ones are.
/// </summary>
internal sealed class RtcpSources(int capacity)
{
    /// <summary>Sources of one place: a sender has one, and a few after changes.</summary>
    public const int PerPlace = 16;

    private const long SweepNs = 10_000_000_000;

    /// <summary>How long a source is kept whose stream is final, for reports of a copy of it, ns.</summary>
    private const long TakenIdleNs = 60_000_000_000;

    /// <summary>How long a source without RTCP is kept, ns.</summary>
    private const long IdleNs = 900_000_000_000;

    /// <summary>
    /// How long one without RTCP, whose other direction was never seen, is kept in a full table, ns: RTCP comes every
    /// 5 s as a rule (RFC 3550 §6.2).
    /// </summary>
    private const long IncompleteIdleNs = 20_000_000_000;

    /// <summary>A full table is looked through this often at most, ns.</summary>
    private const long MakeRoomNs = 1_000_000_000;

    private readonly Dictionary<IpEndpoint, RtcpSource> _places = [];
    private readonly Dictionary<AddressKey, Only> _byAddress = [];
    private readonly Dictionary<AddressKey, Only> _heard = [];
    private readonly List<IpEndpoint> _touched = [];
    private SweepClock _sweeps;
    private long _madeRoomNs = long.MinValue / 2;

    /// <summary>Sources in the table.</summary>
    public int Count { get; private set; }

    /// <summary>References to further ones that were left out.</summary>
    public long Refused { get; private set; }

    /// <summary>Up to how many there may be for what is read now; those of calls find room that others do not.</summary>
    public int Most { get; set; } = capacity;

    /// <summary>Lets go of what is over, as time goes on.</summary>
    public void Advance(long nowNs)
    {
        if (_sweeps.IsDue(nowNs, SweepNs))
        {
            Sweep(nowNs, IdleNs);
        }
    }

    /// <summary>The source with an SSRC that sends from a place; made when there is room. Null without.</summary>
    public RtcpSource? Find(IpEndpoint place, uint ssrc, long atNs)
    {
        var rtp = Rtp(place);
        var count = 0;
        for (var source = First(rtp); source is not null; source = source.Next)
        {
            if (source.Ssrc == ssrc)
            {
                source.LastAtNs = atNs;
                return source;
            }

            count++;
        }

        if (count >= PerPlace || !HasRoom(atNs))
        {
            Refused++;
            return null;
        }

        var added = new RtcpSource(rtp, ssrc) { LastAtNs = atNs, Next = First(rtp) };
        _places[rtp] = added;
        Count++;
        Add(_byAddress, new AddressKey(place.Address, ssrc), added);
        return added;
    }

    /// <summary>The source that is known by its place; else the only one with the SSRC at that address.</summary>
    public RtcpSource? FindKnown(IpEndpoint place, uint ssrc)
    {
        for (var source = First(Rtp(place)); source is not null; source = source.Next)
        {
            if (source.Ssrc == ssrc)
            {
                return source;
            }
        }

        return _byAddress.GetValueOrDefault(new AddressKey(place.Address, ssrc)).Source;
    }

    /// <summary>The first of those at a place; the others follow it.</summary>
    public RtcpSource? First(IpEndpoint place) => _places.GetValueOrDefault(Rtp(place));

    /// <summary>The only source with an SSRC whose own reports go to an address; null without, or with several.</summary>
    public RtcpSource? Heard(IpAddress128 at, uint ssrc) =>
        _heard.GetValueOrDefault(new AddressKey(at, ssrc)).Source;

    /// <summary>Notes where a source's own reports go.</summary>
    public void NoteHeard(RtcpSource source, IpAddress128 at)
    {
        if (source.HeardAt is null)
        {
            source.HeardAt = at;
            Add(_heard, new AddressKey(at, source.Ssrc), source);
        }
    }

    private static IpEndpoint Rtp(IpEndpoint endpoint) => endpoint with { Port = (ushort)(endpoint.Port & ~1) };

    private static void Add(Dictionary<AddressKey, Only> table, AddressKey key, RtcpSource source)
    {
        var known = table.GetValueOrDefault(key);
        table[key] = new Only(known.Count == 0 ? source : null, known.Count + 1);
    }

    // Which one remains of several is not known, so it stays nobody until all are gone.
    private static void Remove(Dictionary<AddressKey, Only> table, AddressKey key)
    {
        if (table.TryGetValue(key, out var known) && known.Count > 1)
        {
            table[key] = new Only(null, known.Count - 1);
        }
        else
        {
            table.Remove(key);
        }
    }

    private bool HasRoom(long nowNs)
    {
        if (Count < Most)
        {
            return true;
        }

        if (nowNs - _madeRoomNs < MakeRoomNs && nowNs >= _madeRoomNs)
        {
            return false;
        }

        _madeRoomNs = nowNs;
        Sweep(nowNs, IncompleteIdleNs);
        return Count < Most;
    }

    private void Sweep(long nowNs, long incompleteIdleNs)
    {
        foreach (var (place, first) in _places)
        {
            for (var source = first; source is not null; source = source.Next)
            {
                if (IsOver(source, nowNs, incompleteIdleNs))
                {
                    _touched.Add(place);
                    break;
                }
            }
        }

        foreach (var place in _touched)
        {
            RtcpSource? kept = null;
            for (var source = _places[place]; source is not null;)
            {
                var next = source.Next;
                if (IsOver(source, nowNs, incompleteIdleNs))
                {
                    Forget(source);
                }
                else
                {
                    source.Next = kept;
                    kept = source;
                }

                source = next;
            }

            if (kept is null)
            {
                _places.Remove(place);
            }
            else
            {
                _places[place] = kept;
            }
        }

        _touched.Clear();
    }

    private static bool IsOver(RtcpSource source, long nowNs, long incompleteIdleNs) =>
        nowNs - source.LastAtNs > (source.IsTaken ? TakenIdleNs : source.IsComplete ? IdleNs : incompleteIdleNs);

    private void Forget(RtcpSource source)
    {
        Count--;
        Remove(_byAddress, new AddressKey(source.Place.Address, source.Ssrc));
        if (source.HeardAt is { } at)
        {
            Remove(_heard, new AddressKey(at, source.Ssrc));
        }
    }

    private readonly record struct AddressKey(IpAddress128 Address, uint Ssrc);

    /// <summary>The only one of a key, or null, and how many there are.</summary>
    private readonly record struct Only(RtcpSource? Source, int Count);
}
