using System.Collections.Immutable;
using VoiceQuality.Protocols.Network;

namespace VoiceQuality.Monitor.Calls;

/// <summary>A call in progress, as SIP shows it. The reader owns it, and uses it again for another call.</summary>
internal sealed class CallState
{
    private const int MaxTags = 16;

    private List<SignallingEvent> _ladder = [];
    private readonly List<ulong> _seen = new(4);
    private string? _toTag;
    private string? _fromTag;
    private List<string>? _moreToTags;
    private List<string>? _moreFromTags;

    public CallState(int callRef, byte[] key, string callId) => Begin(callRef, key, callId);

    /// <summary>Where it stands among the calls of the source that began it.</summary>
    public SourceCalls.Place? Place;

    public int CallRef { get; private set; }

    /// <summary>Under which the tracker finds it: see <see cref="CallKey"/>.</summary>
    public byte[] Key { get; private set; } = [];

    public string CallId { get; private set; } = "";

    /// <summary>Whether the first INVITE was seen, so that it is known who called whom.</summary>
    public bool HasInvite;

    /// <summary>Whether the first message seen belonged to a dialog that stood already.</summary>
    public bool IsWithinDialog;

    public string? Caller;
    public string? Callee;
    public string? CallerDomain;
    public string? CalleeDomain;
    public string? RequestDomain;
    public string? RequestUser;
    public IReadOnlyList<string> AssertedIdentities = [];
    public IReadOnlyList<string> RemotePartyIds = [];
    public Dictionary<string, string>? Headers;
    public IpEndpoint Source;
    public IpEndpoint Destination;

    public long StartedAtNs;
    public long LastMessageAtNs;
    public long? RingingAtNs;
    public long? ProvisionalAtNs;
    public long? FirstResponseAtNs;
    public long? AnsweredAtNs;
    public long? EndedAtNs;
    public long? CancelledAtNs;

    /// <summary>The last INVITE that asked for the call: the first, or the one after a challenge.</summary>
    public long InviteAtNs;

    /// <summary>First response to that INVITE that says something.</summary>
    public long? IndicatedAtNs;

    public long? ByeAtNs;
    public uint ByeCSeq;
    public long? ByeAnsweredAtNs;
    public int Challenges;
    public ReleaseReason? ReleaseReason;

    /// <summary>Final status at the caller; a challenge (401, 407) counts only when nothing follows it.</summary>
    public int? FinalStatus;

    public CallParty? ReleasedBy;

    public int Retransmissions;

    public int LadderOmitted;

    /// <summary>CSeq of the INVITE that <see cref="FinalStatus"/> answers.</summary>
    public uint InviteCSeq;

    /// <summary>When it is given up, ns.</summary>
    public long DeadlineNs;

    /// <summary>The deadline under which the timers hold it, ns.</summary>
    public long QueuedDeadlineNs;

    /// <summary>Its place in the timers, -1 when it does not wait; and its neighbours there.</summary>
    public int TimerPlace = -1;
    public CallState? TimerNext;
    public CallState? TimerPrevious;

    private int Branches => _toTag is null ? 0 : 1 + (_moreToTags?.Count ?? 0);

    /// <summary>Whether the set-up failed or the call was released.</summary>
    public bool HasEnded => EndedAtNs is not null;

    /// <summary>Makes it as good as new, for another call.</summary>
    public void Begin(int callRef, byte[] key, string callId)
    {
        CallRef = callRef;
        Key = key;
        CallId = callId;
        Place = null;
        HasInvite = false;
        IsWithinDialog = false;
        Caller = null;
        Callee = null;
        CallerDomain = null;
        CalleeDomain = null;
        RequestDomain = null;
        RequestUser = null;
        AssertedIdentities = [];
        RemotePartyIds = [];
        Headers = null;
        Source = default;
        Destination = default;
        StartedAtNs = 0;
        LastMessageAtNs = 0;
        RingingAtNs = null;
        ProvisionalAtNs = null;
        FirstResponseAtNs = null;
        AnsweredAtNs = null;
        EndedAtNs = null;
        CancelledAtNs = null;
        InviteAtNs = 0;
        IndicatedAtNs = null;
        ByeAtNs = null;
        ByeCSeq = 0;
        ByeAnsweredAtNs = null;
        Challenges = 0;
        ReleaseReason = null;
        FinalStatus = null;
        ReleasedBy = null;
        Retransmissions = 0;
        LadderOmitted = 0;
        InviteCSeq = 0;
        DeadlineNs = 0;
        QueuedDeadlineNs = 0;
        TimerPlace = -1;
        TimerNext = null;
        TimerPrevious = null;
        _toTag = null;
        _fromTag = null;
        _moreToTags = null;
        _moreFromTags = null;
        _seen.Clear();
        if (_ladder.Count > 0)
        {
            // Its record has it.
            _ladder = [];
        }
    }

    public void AddToTag(ReadOnlySpan<byte> tag) => AddTag(ref _toTag, ref _moreToTags, tag);

    /// <summary>Notes the From tag of an INVITE outside a dialog: a tag of the caller.</summary>
    public void AddFromTag(ReadOnlySpan<byte> tag) => AddTag(ref _fromTag, ref _moreFromTags, tag);

    public bool HasFromTag(ReadOnlySpan<byte> tag) => Contains(_fromTag, _moreFromTags, tag);

    /// <summary>Who sent a request with this From tag; null when the set-up was not seen.</summary>
    public CallParty? PartyOf(ReadOnlySpan<byte> fromTag)
    {
        if (!HasInvite)
        {
            return null;
        }

        return HasFromTag(fromTag) ? CallParty.Caller : CallParty.Callee;
    }

    /// <summary>Remembers a message by its fingerprint.</summary>
    /// <returns>True when it had been seen before.</returns>
    public bool IsRepeated(ulong fingerprint, int limit)
    {
        if (_seen.Contains(fingerprint))
        {
            return true;
        }

        if (_seen.Count < limit)
        {
            _seen.Add(fingerprint);
        }

        return false;
    }

    public void AddToLadder(SignallingEvent message, int limit)
    {
        if (_ladder.Count < limit)
        {
            _ladder.Add(message);
        }
        else
        {
            LadderOmitted++;
        }
    }

    /// <summary>What is known, without media.</summary>
    /// <param name="hasExpired">Whether a timer gave it up, rather than the end of the capture.</param>
    public CallRecord ToRecord(bool hasExpired) => new()
    {
        CallId = CallId,
        FromTag = _fromTag ?? "",
        Caller = Caller,
        Callee = Callee,
        CallerDomain = CallerDomain,
        CalleeDomain = CalleeDomain,
        RequestDomain = RequestDomain,
        RequestUser = RequestUser,
        AssertedIdentities = AssertedIdentities,
        RemotePartyIds = RemotePartyIds,
        Headers = (IReadOnlyDictionary<string, string>?)Headers ?? ImmutableDictionary<string, string>.Empty,
        SignallingSource = Source,
        SignallingDestination = Destination,
        StartedAtUs = StartedAtNs / 1_000,
        FirstResponseAtUs = HasInvite ? NotBefore(FirstResponseAtNs, StartedAtNs) / 1_000 : null,
        CancelledAtUs = HasInvite ? NotBefore(CancelledAtNs, StartedAtNs) / 1_000 : null,
        AnsweredAtUs = NotBefore(AnsweredAtNs, StartedAtNs) / 1_000,
        EndedAtUs = NotBefore(EndedAtNs, NotBefore(AnsweredAtNs, StartedAtNs) ?? StartedAtNs) / 1_000,
        Outcome = Outcome(hasExpired),
        FinalStatus = FinalStatus,
        PostDialDelayUs = HasInvite && RingingAtNs >= StartedAtNs ? (RingingAtNs - StartedAtNs) / 1_000 : null,
        RequestDelayUs = HasInvite && IndicatedAtNs >= InviteAtNs ? (IndicatedAtNs - InviteAtNs) / 1_000 : null,
        RingTimeUs = HasInvite && (AnsweredAtNs ?? EndedAtNs) is { } until && until >= RingingAtNs
            ? (until - RingingAtNs) / 1_000
            : null,
        DisconnectDelayUs = ByeAnsweredAtNs >= ByeAtNs ? (ByeAnsweredAtNs - ByeAtNs) / 1_000 : null,
        Challenges = Challenges,
        ReleaseReason = ReleaseReason,
        ReleasedBy = ReleasedBy,
        Ladder = _ladder,
        LadderOmitted = LadderOmitted,
        Retransmissions = Retransmissions,
        Branches = Branches,
    };

    private CallOutcome Outcome(bool hasExpired)
    {
        if (!HasInvite)
        {
            return CallOutcome.Incomplete;
        }

        if (AnsweredAtNs is not null)
        {
            return CallOutcome.Answered;
        }

        var hasRung = RingingAtNs is not null;
        return FinalStatus switch
        {
            487 => CallOutcome.Cancelled,
            null when CancelledAtNs is not null => CallOutcome.Cancelled,
            408 or 480 when hasRung => CallOutcome.Unanswered,
            408 or (>= 500 and < 600) => CallOutcome.Failed,
            not null => CallOutcome.Rejected,
            null when !hasExpired => CallOutcome.Incomplete,
            null => hasRung ? CallOutcome.Unanswered : CallOutcome.Failed,
        };
    }

    /// <summary>A capture clock that was set back must not make a time negative.</summary>
    private static long? NotBefore(long? atNs, long earliestNs) =>
        atNs is { } time ? Math.Max(time, earliestNs) : null;

    private static bool Contains(string? first, List<string>? more, ReadOnlySpan<byte> tag)
    {
        if (first is not null && SipStrings.Equal(first, tag))
        {
            return true;
        }

        foreach (var known in more ?? [])
        {
            if (SipStrings.Equal(known, tag))
            {
                return true;
            }
        }

        return false;
    }

    private static void AddTag(ref string? first, ref List<string>? more, ReadOnlySpan<byte> tag)
    {
        if (tag.IsEmpty || Contains(first, more, tag))
        {
            return;
        }

        if (first is null)
        {
            first = SipStrings.Decode(tag);
        }
        else if ((more?.Count ?? 0) < MaxTags - 1)
        {
            more ??= [];
            more.Add(SipStrings.Decode(tag));
        }
    }
}
