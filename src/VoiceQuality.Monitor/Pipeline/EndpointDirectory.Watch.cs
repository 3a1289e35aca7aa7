using VoiceQuality.Monitor.Streams;
using VoiceQuality.Protocols.Network;

namespace VoiceQuality.Monitor.Pipeline;

/// <content>Flows that wait for an announcement of one of their ends.</content>
internal sealed partial class EndpointDirectory
{
    /// <summary>
    /// Flows that may wait for one place to be announced. Whoever floods a place from many ports makes neither an
    /// announcement nor the end of a flow expensive.
    /// </summary>
    public const int MaxWatchersPerPlace = 256;

    private readonly EntryIndex<IpEndpoint, WatchedPlace.Reader> _watched = new();
    private readonly List<Flow> _matching = [];

    /// <summary>Ends of flows that an announcement to come will not find: too many already wait at their
    /// place.</summary>
    public long Unwatched { get; private set; }

    /// <summary>Places that flows come from or go to.</summary>
    public int WatchedPlaces => _watched.Count;

    public void Watch(Flow flow)
    {
        WatchAt(flow.Source, flow);
        WatchAt(flow.Destination, flow);
    }

    public void Unwatch(Flow flow)
    {
        UnwatchAt(flow.Source, flow);
        UnwatchAt(flow.Destination, flow);
    }

    /// <summary>Flows to or from an announced place.</summary>
    public List<Flow> WatchedAt(MediaAnnouncement announcement)
    {
        _matching.Clear();
        if (_watched.Count == 0)
        {
            return _matching;
        }

        AddWatchedAt(announcement.Media);
        if (announcement.Behind != announcement.Media)
        {
            AddWatchedAt(announcement.Behind);
        }

        return _matching;
    }

    private void AddWatchedAt(IpEndpoint place)
    {
        if (_watched.Find(place) is WatchedPlace watched)
        {
            foreach (var flow in watched.Flows)
            {
                _matching.Add(flow);
            }
        }
    }

    private void WatchAt(IpEndpoint endpoint, Flow flow)
    {
        if (_watched.Find(endpoint) is not WatchedPlace place)
        {
            place = new WatchedPlace(endpoint);
            _watched.Set(endpoint, place);
        }

        if (place.Flows.Count < MaxWatchersPerPlace)
        {
            place.Flows.Add(flow);
        }
        else
        {
            Unwatched++;
        }
    }

    private void UnwatchAt(IpEndpoint endpoint, Flow flow)
    {
        if (_watched.Find(endpoint) is WatchedPlace place && place.Flows.Remove(flow) && place.Flows.Count == 0)
        {
            _watched.Remove(endpoint);
        }
    }

    /// <summary>A place that flows come from or go to.</summary>
    private sealed class WatchedPlace(IpEndpoint place)
    {
        public FewList<Flow> Flows;

        public IpEndpoint Place => place;

        public readonly struct Reader : IKeyReader<IpEndpoint>
        {
            public static IpEndpoint KeyOf(object entry) => ((WatchedPlace)entry).Place;
        }
    }
}
