using VoiceQuality.Monitor.Pipeline;
using VoiceQuality.Protocols.Network;

namespace VoiceQuality.Monitor.Rtcp;

/// <summary>
/// The sources that RTCP speaks of, by the place that they send from and their SSRC. A table that is full lets go first
/// of those whose other direction was never seen, as forged ones are.
/// </summary>
internal sealed class RtcpSources(int capacity)
{
    /// <summary>Sources of one place that can be listed: a sender has one, and a few after changes.</summary>
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

    private readonly EntryIndex<Key, ByPlaceAndSsrc> _sources = new();
    private readonly EntryIndex<IpEndpoint, ByPlace> _places = new();
    private readonly EntryIndex<AddressKey, ByAddress> _byAddress = new();
    private readonly EntryIndex<AddressKey, ByHeard> _heard = new();
    private readonly List<RtcpSource> _over = [];
    private SweepClock _sweeps;
    private long _madeRoomNs = long.MinValue / 2;

    /// <summary>Sources in the table.</summary>
    public int Count => _sources.Count;

    /// <summary>References to further ones that were left out.</summary>
    public long Refused { get; private set; }

    /// <summary>Up to how many there may be for what is read now; those of calls find room that others do
    /// not.</summary>
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
        var key = new Key(Rtp(place), ssrc);
        if (_sources.Find(key) is not RtcpSource source)
        {
            if (!HasRoom(atNs))
            {
                Refused++;
                return null;
            }

            source = new RtcpSource(key.Place, ssrc);
            _sources.Set(key, source);
            AddToPlace(source);
            Add(_byAddress, new AddressKey(place.Address, ssrc), source);
        }

        source.LastAtNs = atNs;
        return source;
    }

    /// <summary>The source that is known by its place; else the only one with the SSRC at that address.</summary>
    public RtcpSource? FindKnown(IpEndpoint place, uint ssrc) =>
        _sources.Find(new Key(Rtp(place), ssrc)) as RtcpSource
        ?? _byAddress.Find(new AddressKey(place.Address, ssrc)) as RtcpSource;

    /// <summary>The last of those at a place; up to 15 others follow it.</summary>
    public RtcpSource? First(IpEndpoint place) => _places.Find(Rtp(place)) as RtcpSource;

    /// <summary>The only source with an SSRC whose own reports go to an address; null without, or with
    /// several.</summary>
    public RtcpSource? Heard(IpAddress128 at, uint ssrc) =>
        _heard.Find(new AddressKey(at, ssrc)) as RtcpSource;

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

    private static void Add<TReader>(EntryIndex<AddressKey, TReader> table, AddressKey key, RtcpSource source)
        where TReader : struct, IKeyReader<AddressKey>
    {
        switch (table.Find(key))
        {
            case null:
                table.Set(key, source);
                break;
            case Several several:
                several.Count++;
                break;
            default:
                table.Set(key, new Several(key) { Count = 2 });
                break;
        }
    }

    // Which one remains of several is not known, so it stays nobody until all are gone.
    private static void Remove<TReader>(EntryIndex<AddressKey, TReader> table, AddressKey key)
        where TReader : struct, IKeyReader<AddressKey>
    {
        if (table.Find(key) is not Several several || --several.Count == 0)
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
        foreach (RtcpSource source in _sources.Entries)
        {
            if (IsOver(source, nowNs, incompleteIdleNs))
            {
                _over.Add(source);
            }
        }

        _over.ForEach(Forget);
        _over.Clear();
    }

    private static bool IsOver(RtcpSource source, long nowNs, long incompleteIdleNs) =>
        nowNs - source.LastAtNs > (source.IsTaken ? TakenIdleNs : source.IsComplete ? IdleNs : incompleteIdleNs);

    private void Forget(RtcpSource source)
    {
        _sources.Remove(new Key(source.Place, source.Ssrc));
        RemoveFromPlace(source);
        Remove(_byAddress, new AddressKey(source.Place.Address, source.Ssrc));
        if (source.HeardAt is { } at)
        {
            Remove(_heard, new AddressKey(at, source.Ssrc));
        }
    }

    private void AddToPlace(RtcpSource source)
    {
        var first = First(source.Place);
        var count = 0;
        for (var other = first; other is not null; other = other.Next)
        {
            count++;
        }

        if (count < PerPlace)
        {
            source.Next = first;
            _places.Set(source.Place, source);
        }
    }

    private void RemoveFromPlace(RtcpSource source)
    {
        RtcpSource? before = null;
        for (var other = First(source.Place); other is not null; before = other, other = other.Next)
        {
            if (other != source)
            {
                continue;
            }

            if (before is not null)
            {
                before.Next = source.Next;
            }
            else if (source.Next is not null)
            {
                _places.Set(source.Place, source.Next);
            }
            else
            {
                _places.Remove(source.Place);
            }

            return;
        }
    }

    private readonly record struct Key(IpEndpoint Place, uint Ssrc)
    {
        public override int GetHashCode() => HashCode.Combine(Place, Ssrc);
    }

    private readonly record struct AddressKey(IpAddress128 Address, uint Ssrc)
    {
        public override int GetHashCode() => HashCode.Combine(Address, Ssrc);
    }

    /// <summary>In the place of the source of a key, when there are or were several.</summary>
    private sealed class Several(AddressKey key)
    {
        public AddressKey Key { get; } = key;

        public int Count { get; set; }
    }

    private readonly struct ByPlaceAndSsrc : IKeyReader<Key>
    {
        public static Key KeyOf(object entry) => entry is RtcpSource source ? new(source.Place, source.Ssrc) : default;
    }

    private readonly struct ByPlace : IKeyReader<IpEndpoint>
    {
        public static IpEndpoint KeyOf(object entry) => entry is RtcpSource source ? source.Place : default;
    }

    private readonly struct ByAddress : IKeyReader<AddressKey>
    {
        public static AddressKey KeyOf(object entry) => entry is RtcpSource source
            ? new(source.Place.Address, source.Ssrc)
            : ((Several)entry).Key;
    }

    private readonly struct ByHeard : IKeyReader<AddressKey>
    {
        public static AddressKey KeyOf(object entry) => entry is RtcpSource source
            ? new(source.HeardAt.GetValueOrDefault(), source.Ssrc)
            : ((Several)entry).Key;
    }
}
