using VoiceQuality.Protocols.Network;

namespace VoiceQuality.Monitor.Calls;

/// <summary>
/// The calls of each source in the order they came to where they stand: those that are set up or over, and those that
/// talk. Who has too many loses its own, and of these one that talks last.
/// </summary>
internal sealed class SourceCalls
{
    /// <summary>Places that are free, kept for calls to come.</summary>
    private const int MaxFree = 16_384;

    private readonly Dictionary<IpAddress128, Share> _shares = [];
    private readonly Stack<Place> _free = new();

    /// <summary>How many calls a source has.</summary>
    public int CountOf(IpAddress128 source) => _shares.TryGetValue(source.Site, out var share) ? share.Count : 0;

    /// <summary>The call that a source loses first.</summary>
    public CallState? FirstToGo(IpAddress128 source) =>
        _shares.TryGetValue(source.Site, out var share) ? (share.Others.First ?? share.Talking.First)?.Value : null;

    /// <summary>Enters a call that has begun.</summary>
    public void Add(CallState call)
    {
        var site = call.Source.Address.Site;
        if (!_shares.TryGetValue(site, out var share))
        {
            share = new Share(site);
            _shares.Add(site, share);
        }

        var place = _free.TryPop(out var free) ? free : new Place();
        place.Share = share;
        place.Node.Value = call;
        share.Others.AddLast(place.Node);
        call.Place = place;
    }

    /// <summary>A message has come for it: it may talk now, or no more.</summary>
    public static void Note(CallState call)
    {
        var node = call.Place!.Node;
        var share = call.Place.Share!;
        var list = call is { AnsweredAtNs: not null, EndedAtNs: null } ? share.Talking : share.Others;
        if (node.List != list)
        {
            node.List!.Remove(node);
            list.AddLast(node);
        }
    }

    /// <summary>It is over.</summary>
    public void Remove(CallState call)
    {
        var place = call.Place!;
        var share = place.Share!;
        place.Node.List!.Remove(place.Node);
        place.Node.Value = null!;
        place.Share = null;
        call.Place = null;
        if (_free.Count < MaxFree)
        {
            _free.Push(place);
        }

        if (share.Count == 0)
        {
            _shares.Remove(share.Site);
        }
    }

    /// <summary>Where a call stands.</summary>
    internal sealed class Place
    {
        public LinkedListNode<CallState> Node { get; } = new(null!);

        public Share? Share;
    }

    /// <summary>The calls of one source.</summary>
    internal sealed class Share(IpAddress128 site)
    {
        public IpAddress128 Site => site;

        public LinkedList<CallState> Talking { get; } = new();

        public LinkedList<CallState> Others { get; } = new();

        public int Count => Talking.Count + Others.Count;
    }
}
