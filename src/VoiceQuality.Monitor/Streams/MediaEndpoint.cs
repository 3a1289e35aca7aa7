using VoiceQuality.Monitor.Calls;
using VoiceQuality.Protocols.Network;
using VoiceQuality.Protocols.Sdp;

namespace VoiceQuality.Monitor.Streams;

/// <summary>A place where a party of a call receives media. One lane owns it.</summary>
internal sealed class MediaEndpoint(LaneCall call, CallParty? party, MediaFormats formats)
{
    public LaneCall Call { get; } = call;

    public CallParty? Party = party;

    /// <summary>Replaced whole when an offer or answer of the same call names other payload types.</summary>
    public MediaFormats Formats = formats;
}

/// <summary>What a lane knows of a call.</summary>
internal sealed class LaneCall(int callRef, string callId)
{
    public int CallRef { get; } = callRef;

    public string CallId { get; } = callId;

    /// <summary>When it was answered, ns; 0 before.</summary>
    public long AnsweredAtNs;

    public bool HasEnded;

    /// <summary>Whether its media are shed: there is no time to measure them.</summary>
    public bool IsShed;

    public List<StreamState> Streams { get; } = [];

    /// <summary>The keys under which its endpoints are found, each once; hardly ever more than four.</summary>
    public List<IpEndpoint> Endpoints { get; } = new(2);

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
    private readonly List<(CallParty Party, IpAddress128 Address)> _addresses = new(2);

    /// <summary>Who put the call on hold, a bit each: the caller, the callee, somebody unknown.</summary>
    private byte _heldBy;

    /// <summary>Notes where a party is.</summary>
    public void NoteAddress(CallParty? party, IpAddress128 address, int limit)
    {
        if (party is { } known && _addresses.Count < limit && !_addresses.Contains((known, address)))
        {
            _addresses.Add((known, address));
        }
    }

    /// <summary>Whether a party that said where it is has named other addresses only.</summary>
    public bool IsElsewhere(CallParty party, IpAddress128 address)
    {
        var isKnown = false;
        foreach (var (known, place) in _addresses)
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
    public bool IsAt(CallParty party, IpAddress128 address) => _addresses.Contains((party, address));

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
}
