using System.Runtime.InteropServices;
using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.Limits;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Protocols.Network;
using VoiceQuality.Quality;

namespace VoiceQuality.Monitor.Pipeline;

/// <summary>
/// Which call's party receives media where, as SDP announced it, and which flows wait for an announcement.
/// </summary>
internal sealed partial class EndpointDirectory(MonitorOptions options)
{
    /// <summary>Places that one call may announce: an honest one moves a few times at most.</summary>
    public const int MaxEndpointsPerCall = 256;

    /// <summary>Calls that are over, kept for those to come.</summary>
    private const int MaxBlank = 16_384;

    private readonly EndpointTable _places = new();
    private readonly Dictionary<int, LaneCall> _calls = [];
    private readonly List<StreamState> _displaced = [];
    private readonly Stack<LaneCall> _blank = new();
    private int _announced;
    private int _behind;

    /// <summary>Announcements that found the table full, or their call with too many places.</summary>
    public long Refused { get; private set; }

    /// <summary>Announcements so far.</summary>
    public long Version { get; private set; }

    /// <summary>Whether several calls named one place so far: then media of one flow may decide whose another is.</summary>
    public bool IsContested { get; private set; }

    /// <summary>Calls whose slot lies below it are shed.</summary>
    public int ShedLevel { get; set; }

    /// <summary>Calls that are known here.</summary>
    public IEnumerable<LaneCall> Calls => _calls.Values;

    /// <summary>Calls that are known here.</summary>
    public int CallCount => _calls.Count;

    public LaneCall CallOf(int callRef, ReadOnlySpan<byte> callId)
    {
        ref var call = ref CollectionsMarshal.GetValueRefOrAddDefault(_calls, callRef, out _);
        if (call is null)
        {
            call = _blank.TryPop(out var blank) ? blank : new LaneCall();
            call.Begin(callRef, callId);
            call.IsShed = LoadShedder.SlotOf(callRef) < ShedLevel;
        }

        return call;
    }

    /// <summary>Asks the processor for the places of an announcement.</summary>
    public void Prefetch(MediaAnnouncement announcement)
    {
        _places.Prefetch(announcement.Media);
        _places.Prefetch(announcement.Behind);
    }

    /// <summary>Asks the processor for a call; when that has come, for its places.</summary>
    public LaneCall? Prefetch(int callRef)
    {
        _calls.TryGetValue(callRef, out var call);
        call?.Prefetch();
        return call;
    }

    /// <summary>Asks the processor for the places of a call.</summary>
    public void PrefetchPlaces(LaneCall call)
    {
        foreach (var key in call.Endpoints)
        {
            _places.Prefetch(key);
        }
    }

    public void MarkEnded(int callRef)
    {
        if (_calls.TryGetValue(callRef, out var call))
        {
            call.HasEnded = true;
        }
    }

    /// <summary>Forgets a call and its endpoints.</summary>
    /// <returns>The call when it may have streams; null when there is nothing to end.</returns>
    public LaneCall? Forget(int callRef)
    {
        if (!_calls.Remove(callRef, out var call))
        {
            return null;
        }

        foreach (var key in call.Endpoints)
        {
            Leave(key, call);
        }

        if (call.HasBeenFound)
        {
            return call;
        }

        // No stream was ever tied to it, so that nothing but this has it.
        if (_blank.Count < MaxBlank)
        {
            _blank.Push(call);
        }

        return null;
    }

    /// <summary>Enters an announcement.</summary>
    /// <returns>Streams of ended calls that had the endpoint before: what comes now is not theirs.</returns>
    public List<StreamState> Announce(LaneCall call, MediaAnnouncement announcement)
    {
        Version++;
        _displaced.Clear();
        call.NoteAddress(announcement.Party, announcement.Media.Address, MaxEndpointsPerCall, isSignalling: false);
        call.NoteAddress(announcement.Party, announcement.Behind.Address, MaxEndpointsPerCall, isSignalling: true);
        Enter(isBehind: false, announcement.Media, call, announcement);
        if (announcement.Behind != announcement.Media)
        {
            Enter(isBehind: true, announcement.Behind, call, announcement);
        }

        return _displaced;
    }

    /// <summary>
    /// The endpoint of a flow: by the receiver's announced place, by the sender's, and last by the place that the SDP
    /// message came from with the announced port, where an address translator lies between.
    /// </summary>
    public MediaEndpoint? Find(Flow flow, out MediaDirection? direction)
    {
        var to = _places[flow.Destination];
        var from = _places[flow.Source];
        if ((to.Announced ?? (from.Announced is null ? to.Behind : null)) is { } receiver)
        {
            receiver = receiver.Older is null ? receiver : Choose(receiver, flow, from, flow.Source.Address);
            direction = Towards(receiver.Party);
            receiver.Call.HasBeenFound = true;
            return receiver;
        }

        if ((from.Announced ?? from.Behind) is { } sender)
        {
            sender = sender.Older is null ? sender : Choose(sender, flow, to, flow.Destination.Address);
            direction = From(sender.Party);
            sender.Call.HasBeenFound = true;
            return sender;
        }

        direction = null;
        return null;
    }

    /// <summary>Whether SDP announced an end of a flow.</summary>
    public bool IsAnnounced(IpEndpoint source, IpEndpoint destination) =>
        _places.Contains(destination) || _places.Contains(source);

    /// <summary>Whether a flow comes from where its call said that the sender is.</summary>
    public bool IsAtHome(IpEndpoint source, IpEndpoint destination)
    {
        if (_places.Contains(source))
        {
            return true;
        }

        var to = _places[destination];
        return IsAnyOtherPartyAt(to.Announced ?? to.Behind, source.Address);
    }

    /// <summary>Whether a call named both ends of a flow.</summary>
    public bool IsBetween(LaneCall call, Flow flow)
    {
        var (to, from) = (_places[flow.Destination], _places[flow.Source]);
        return (OfCall(to.Announced, call) ?? OfCall(to.Behind, call)) is not null
            && (OfCall(from.Announced, call) ?? OfCall(from.Behind, call)) is not null;
    }

    /// <summary>What is known of the ends of RTCP: with RTP on the same port, or on the even one before.</summary>
    public FlowTrust TrustIn(IpEndpoint source, IpEndpoint destination)
    {
        var (from, to) = (Rtp(source), Rtp(destination));
        return IsAtHome(source, destination) || IsAtHome(from, to) ? FlowTrust.AtHome
            : IsAnnounced(source, destination) || IsAnnounced(from, to) ? FlowTrust.Elsewhere
            : FlowTrust.Unannounced;

        static IpEndpoint Rtp(IpEndpoint end) => end with { Port = (ushort)(end.Port & ~1) };
    }

    private static MediaDirection? Towards(CallParty? receiver) => receiver switch
    {
        CallParty.Caller => MediaDirection.FromCallee,
        CallParty.Callee => MediaDirection.FromCaller,
        _ => null,
    };

    private static MediaDirection? From(CallParty? sender) => sender switch
    {
        CallParty.Caller => MediaDirection.FromCaller,
        CallParty.Callee => MediaDirection.FromCallee,
        _ => null,
    };

    /// <summary>Takes away what a call has at a place.</summary>
    private void Leave(IpEndpoint key, LaneCall call)
    {
        ref var place = ref _places.PlaceOf(key);
        if (place.IsEmpty)
        {
            return;
        }

        if (OfCall(place.Announced, call) is { } announced)
        {
            place.Announced = Without(place.Announced, announced);
            _announced -= place.Announced is null ? 1 : 0;
        }

        if (OfCall(place.Behind, call) is { } behind)
        {
            place.Behind = Without(place.Behind, behind);
            _behind -= place.Behind is null ? 1 : 0;
        }

        if (place.IsEmpty)
        {
            _places.Left(ref place);
        }
    }

    private void Enter(
        bool isBehind, IpEndpoint key, LaneCall call, MediaAnnouncement announcement)
    {
        ref var place = ref _places.PlaceOf(key);
        var known = isBehind ? place.Behind : place.Announced;
        var own = OfCall(known, call);
        if (own is not null)
        {
            Describe(own, announcement);
            if (own == known)
            {
                return;
            }
        }
        else if (known is null && (isBehind ? _behind : _announced) >= options.MaxEndpoints)
        {
            Refused++;
            return;
        }

        if (!call.TryNoteEndpoint(key, MaxEndpointsPerCall))
        {
            Refused++;
            return;
        }

        var isNew = place.IsEmpty;
        var older = MakeRoom(own is null ? known : Without(known, own), call);
        var endpoint = own ?? call.NewEndpoint(key, announcement.Party, announcement.Formats);
        endpoint.Older = older;
        IsContested |= older is not null;
        if (isBehind)
        {
            _behind += known is null ? 1 : 0;
            place.Behind = endpoint;
        }
        else
        {
            _announced += known is null ? 1 : 0;
            place.Announced = endpoint;
        }

        if (isNew)
        {
            _places.Entered();
        }
    }

    private static void Describe(MediaEndpoint known, MediaAnnouncement announcement)
    {
        known.Party = announcement.Party;
        known.Formats = announcement.Formats;
        foreach (var stream in known.Call.Streams)
        {
            if (stream.Endpoint == known)
            {
                stream.NoteFormats();
            }
        }
    }

    private void Displace(MediaEndpoint endpoint)
    {
        foreach (var stream in endpoint.Call.Streams)
        {
            if (stream.Endpoint == endpoint && !stream.IsFinished)
            {
                _displaced.Add(stream);
            }
        }
    }
}
