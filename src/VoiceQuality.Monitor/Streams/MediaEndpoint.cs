using System.Runtime.CompilerServices;
using VoiceQuality.Monitor.Calls;
using VoiceQuality.Protocols.Network;
using VoiceQuality.Protocols.Sdp;
using VoiceQuality.Quality.Rtp;

namespace VoiceQuality.Monitor.Streams;

/// <summary>A place where a party of a call receives media. One lane owns it.</summary>
internal sealed class MediaEndpoint(LaneCall call)
{
    public LaneCall Call { get; } = call;

    /// <summary>Where it is: as SDP names it, or where such SDP came from.</summary>
    public IpEndpoint Key;

    public CallParty? Party;

    /// <summary>Who announced the place before, in another call.</summary>
    public MediaEndpoint? Older;

    /// <summary>Replaced whole when an offer or answer of the same call names other payload types.</summary>
    public MediaFormats Formats = MediaFormats.Unannounced;
}

/// <summary>
/// What a lane knows of a call. One that no stream was tied to serves the next call, with its endpoints.
/// </summary>
internal sealed class LaneCall
{
    /// <summary>Octets of it from its first field on.</summary>
    private const int Octets = 368;

    private FewList<StreamState> _streams;
    private CallIdOctets _idOctets;
    private byte[]? _longId;
    private int _idLength;
    private string? _id;
    private MediaEndpoint? _first;
    private MediaEndpoint? _second;
    private int _usedCount;
    private FewEndpoints _fewEndpoints;
    private IpEndpoint[]? _manyEndpoints;
    private int _endpointCount;

    public int CallRef { get; private set; }

    /// <summary>Its Call-ID: hardly any call of a flood has a stream that asks for it.</summary>
    public string CallId => _id ??= SipStrings.Decode(
        _longId is null ? ((ReadOnlySpan<byte>)_idOctets)[.._idLength] : _longId.AsSpan(0, _idLength));

    /// <summary>When it was answered, ns; 0 before.</summary>
    public long AnsweredAtNs;

    public bool HasEnded;

    /// <summary>Whether its media are shed: there is no time to measure them.</summary>
    public bool IsShed;

    /// <summary>Whether an endpoint of it was found for a flow, so that streams may have it.</summary>
    public bool HasBeenFound;

    /// <summary>Its streams; <see cref="AddStream"/> adds one.</summary>
    public FewList<StreamState> Streams => _streams;

    /// <summary>The keys under which its endpoints are found, each once; hardly ever more than four.</summary>
    public ReadOnlySpan<IpEndpoint> Endpoints =>
        (_manyEndpoints is null ? (ReadOnlySpan<IpEndpoint>)_fewEndpoints : _manyEndpoints)[.._endpointCount];

    /// <summary>Asks the processor for its memory.</summary>
    public void Prefetch() => CacheLines.PrefetchObject(this, Octets);

    /// <summary>Makes it as good as new, for another call.</summary>
    public void Begin(int callRef, ReadOnlySpan<byte> callId)
    {
        CallRef = callRef;
        _id = null;
        _idLength = callId.Length;
        _longId = callId.Length > CallIdOctets.Length ? callId.ToArray() : null;
        if (_longId is null)
        {
            callId.CopyTo(_idOctets);
        }

        AnsweredAtNs = 0;
        HasEnded = false;
        IsShed = false;
        HasBeenFound = false;
        _streams = default;
        _usedCount = 0;
        _endpointCount = 0;
        _manyEndpoints = null;
        _addressCount = 0;
        _manyAddresses = null;
        _sentAgain = null;
        _heldBy = 0;
    }

    public void AddStream(StreamState stream) => _streams.Add(stream);

    public void RemoveStream(StreamState stream) => _streams.Remove(stream);

    /// <summary>Notes a key of an endpoint, once.</summary>
    /// <returns>False when there are as many as may be.</returns>
    public bool TryNoteEndpoint(IpEndpoint key, int limit)
    {
        if (Endpoints.Contains(key))
        {
            return true;
        }

        if (_endpointCount >= limit)
        {
            return false;
        }

        Add(ref _manyEndpoints, _fewEndpoints, _endpointCount);
        if (_manyEndpoints is null)
        {
            _fewEndpoints[_endpointCount++] = key;
        }
        else
        {
            _manyEndpoints[_endpointCount++] = key;
        }

        return true;
    }

    /// <summary>An endpoint of it that nobody knows yet.</summary>
    public MediaEndpoint NewEndpoint(IpEndpoint key, CallParty? party, MediaFormats formats)
    {
        // An honest call has two; more are not kept for the next call.
        var endpoint = _usedCount switch
        {
            0 => _first ??= new MediaEndpoint(this),
            1 => _second ??= new MediaEndpoint(this),
            _ => new MediaEndpoint(this),
        };
        _usedCount = Math.Min(_usedCount + 1, 2);
        endpoint.Older = null;
        endpoint.Key = key;
        endpoint.Party = party;
        endpoint.Formats = formats;
        return endpoint;
    }

    /// <summary>Sources that send another one's packets again, which are kept; an honest call has two.</summary>
    public const int MaxSentAgain = 8;

    private List<SdpRetransmissionGroup>? _sentAgain;

    /// <summary>Notes which source sends another one's packets again.</summary>
    public void NoteSentAgain(IReadOnlyList<SdpRetransmissionGroup> groups)
    {
        foreach (var group in groups)
        {
            _sentAgain ??= [];
            _sentAgain.RemoveAll(known => known.Retransmission == group.Retransmission);
            if (_sentAgain.Count == MaxSentAgain)
            {
                _sentAgain.RemoveAt(0);
            }

            _sentAgain.Add(group);
        }
    }

    /// <summary>The source whose packets this one sends again, as SDP says; null when it does not.</summary>
    public uint? SentAgainBy(uint ssrc)
    {
        foreach (var group in _sentAgain ?? [])
        {
            if (group.Retransmission == ssrc)
            {
                return group.Media;
            }
        }

        return null;
    }

    /// <summary>Addresses that the parties described themselves with, or signalled from.</summary>
    private FewAddresses _fewAddresses;
    private (CallParty Party, IpAddress128 Address, bool IsSignalling)[]? _manyAddresses;
    private int _addressCount;

    /// <summary>Who put the call on hold, a bit each: the caller, the callee, somebody unknown.</summary>
    private byte _heldBy;

    /// <summary>Notes where a party is.</summary>
    /// <param name="party">Who; null when that is not known.</param>
    /// <param name="address">Where.</param>
    /// <param name="limit">So many places are noted.</param>
    /// <param name="isSignalling">Whether its SDP came from there.</param>
    public void NoteAddress(CallParty? party, IpAddress128 address, int limit, bool isSignalling)
    {
        if (party is not { } known)
        {
            return;
        }

        foreach (ref var noted in Addresses)
        {
            if (noted.Party == known && noted.Address == address)
            {
                noted.IsSignalling |= isSignalling;
                return;
            }
        }

        if (_addressCount < limit)
        {
            Add(ref _manyAddresses, _fewAddresses, _addressCount);
            _addressCount++;
            Addresses[^1] = (known, address, isSignalling);
        }
    }

    /// <summary>Whether SDP of it came from an address.</summary>
    public bool IsSignalledFrom(IpAddress128 address)
    {
        foreach (var (_, place, isSignalling) in Addresses)
        {
            if (isSignalling && place == address)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether SDP of both calls came from one address.</summary>
    public bool SharesSignalling(LaneCall other)
    {
        foreach (var (_, address, isSignalling) in Addresses)
        {
            foreach (var (_, otherAddress, isOthers) in other.Addresses)
            {
                if (isSignalling && isOthers && address == otherAddress)
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>Whether a party that said where it is has named other addresses only.</summary>
    public bool IsElsewhere(CallParty party, IpAddress128 address)
    {
        var isKnown = false;
        foreach (var (known, place, _) in Addresses)
        {
            if (known == party)
            {
                isKnown = true;
                if (place == address)
                {
                    return false;
                }
            }
        }

        return isKnown;
    }

    /// <summary>Whether a party has said that it is at an address.</summary>
    public bool IsAt(CallParty party, IpAddress128 address)
    {
        foreach (var (known, place, _) in Addresses)
        {
            if (known == party && place == address)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether media should flow: the call is answered, and nobody holds it.</summary>
    public bool IsMediaDue => AnsweredAtNs != 0 && _heldBy == 0;

    /// <summary>Notes whether a party wants media.</summary>
    /// <returns>True when it had not wanted any, and now does.</returns>
    public bool Resumes(CallParty? party, bool isHold)
    {
        var bit = (byte)(1 << (party is { } known ? (int)known : 2));
        var wasHeld = (_heldBy & bit) != 0;
        _heldBy = (byte)(isHold ? _heldBy | bit : _heldBy & ~bit);
        return wasHeld && !isHold;
    }

    private Span<(CallParty Party, IpAddress128 Address, bool IsSignalling)> Addresses =>
        (_manyAddresses is null ? (Span<(CallParty, IpAddress128, bool)>)_fewAddresses : _manyAddresses)
            [.._addressCount];

    /// <summary>Makes room for one more where what lies in the call itself does not reach.</summary>
    private static void Add<T>(ref T[]? many, ReadOnlySpan<T> few, int count)
    {
        if (many is null && count == few.Length)
        {
            many = new T[2 * few.Length];
            few.CopyTo(many);
        }
        else if (many is not null && count == many.Length)
        {
            Array.Resize(ref many, 2 * count);
        }
    }

    [InlineArray(Length)]
    private struct CallIdOctets
    {
        public const int Length = 64;

        private byte _first;
    }

    // A party names its media and signals from elsewhere: four places for two of them.
    [InlineArray(4)]
    private struct FewEndpoints
    {
        private IpEndpoint _first;
    }

    [InlineArray(4)]
    private struct FewAddresses
    {
        private (CallParty Party, IpAddress128 Address, bool IsSignalling) _first;
    }
}
