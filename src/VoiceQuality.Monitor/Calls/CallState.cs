using VoiceQuality.Protocols.Network;
using VoiceQuality.Protocols.Sip;
using VoiceQuality.Quality.Rtp;

namespace VoiceQuality.Monitor.Calls;

/// <summary>
/// A call in progress, as SIP shows it, without text but its Call-ID: strings are made when its record is. The reader
/// owns it, and uses it again for another call.
/// </summary>
internal sealed partial class CallState
{
    private const int MaxTags = 16;

    /// <summary>A ladder above this has no room kept for the next call.</summary>
    private const int MostKept = 32;

    private const long Never = long.MinValue;

    /// <summary>Octets of the state from its first field on.</summary>
    private const int Octets = 640;

    private CallText _text;
    private SeenMessages _seen;
    private LadderRoom? _ladder;
    private TextPlace _callId;
    private TextPlace _toTag;
    private TextPlace _fromTag;
    private List<byte[]>? _moreToTags;
    private List<byte[]>? _moreFromTags;

    // Null when the Call-ID is the key as it stands.
    private byte[]? _longKey;

    private TextPlace _caller;
    private TextPlace _callee;
    private TextPlace _requestUser;
    private TextPlace _assertedIdentities;
    private TextPlace _remotePartyIds;
    private long _ringingAtNs;
    private long _firstResponseAtNs;
    private long _answeredAtNs;
    private long _endedAtNs;
    private long _cancelledAtNs;
    private long _indicatedAtNs;
    private long _byeAtNs;
    private long _byeAnsweredAtNs;

    /// <summary>A state without a call, until it begins one.</summary>
    public CallState() => Begin(0, 0, default, default);

    /// <summary>Where it stands among the calls of the source that began it: see <see cref="SourceCalls"/>.</summary>
    public SourceCalls.Share? Share;
    public CallState? SourceNext;
    public CallState? SourcePrevious;
    public bool IsAmongTalking;

    public int CallRef { get; private set; }

    /// <summary>Under which the tracker finds it: see <see cref="CallTable.HashOf"/>.</summary>
    public ulong KeyHash { get; private set; }

    /// <summary>As much of the Call-ID as is kept.</summary>
    public ReadOnlySpan<byte> CallId => _text[_callId];

    /// <summary>Whether the first INVITE was seen, so that it is known who called whom.</summary>
    public bool HasInvite;

    /// <summary>Whether the first message seen belonged to a dialog that stood already.</summary>
    public bool IsWithinDialog;

    /// <summary>Whether a provisional response was seen.</summary>
    public bool IsProvisional;

    public string? CallerDomain;
    public string? CalleeDomain;
    public string? RequestDomain;
    public Dictionary<string, string>? Headers;
    public IpEndpoint Source;
    public IpEndpoint Destination;

    public long StartedAtNs;
    public long LastMessageAtNs;

    /// <summary>The last INVITE that asked for the call: the first, or the one after a challenge.</summary>
    public long InviteAtNs;

    public uint ByeCSeq;
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

    public long? RingingAtNs
    {
        get => Known(_ringingAtNs);
        set => _ringingAtNs = value ?? Never;
    }

    public long? FirstResponseAtNs
    {
        get => Known(_firstResponseAtNs);
        set => _firstResponseAtNs = value ?? Never;
    }

    public long? AnsweredAtNs
    {
        get => Known(_answeredAtNs);
        set => _answeredAtNs = value ?? Never;
    }

    public long? EndedAtNs
    {
        get => Known(_endedAtNs);
        set => _endedAtNs = value ?? Never;
    }

    public long? CancelledAtNs
    {
        get => Known(_cancelledAtNs);
        set => _cancelledAtNs = value ?? Never;
    }

    /// <summary>First response to the INVITE of <see cref="InviteAtNs"/> that says something.</summary>
    public long? IndicatedAtNs
    {
        get => Known(_indicatedAtNs);
        set => _indicatedAtNs = value ?? Never;
    }

    public long? ByeAtNs
    {
        get => Known(_byeAtNs);
        set => _byeAtNs = value ?? Never;
    }

    public long? ByeAnsweredAtNs
    {
        get => Known(_byeAnsweredAtNs);
        set => _byeAnsweredAtNs = value ?? Never;
    }

    private int Branches => _toTag.IsEmpty ? 0 : 1 + (_moreToTags?.Count ?? 0);

    /// <summary>Octets of text, fingerprints and messages that it keeps.</summary>
    internal (int Octets, int Seen, int Messages) Kept => (_text.Length, _seen.Count, _ladder?.Count ?? 0);

    /// <summary>Whether the set-up failed or the call was released.</summary>
    public bool HasEnded => _endedAtNs != Never;

    /// <summary>Makes it as good as new, for another call.</summary>
    /// <param name="callRef">Number of the call.</param>
    /// <param name="keyHash">Hash of <paramref name="key"/>.</param>
    /// <param name="key">See <see cref="CallKey"/>.</param>
    /// <param name="callId">Value of the header field.</param>
    public void Begin(int callRef, ulong keyHash, ReadOnlySpan<byte> key, ReadOnlySpan<byte> callId)
    {
        CallRef = callRef;
        KeyHash = keyHash;
        Share = null;
        SourceNext = null;
        SourcePrevious = null;
        IsAmongTalking = false;
        HasInvite = false;
        IsWithinDialog = false;
        IsProvisional = false;
        _caller = default;
        _callee = default;
        CallerDomain = null;
        CalleeDomain = null;
        RequestDomain = null;
        _requestUser = default;
        _assertedIdentities = default;
        _remotePartyIds = default;
        Headers = null;
        Source = default;
        Destination = default;
        StartedAtNs = 0;
        LastMessageAtNs = 0;
        BeginTimes();
        InviteAtNs = 0;
        ByeCSeq = 0;
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
        BeginText();
        _callId = _text.Add(callId);
        _longKey = key.SequenceEqual(CallId) ? null : key.ToArray();
    }

    private void BeginTimes()
    {
        _ringingAtNs = Never;
        _firstResponseAtNs = Never;
        _answeredAtNs = Never;
        _endedAtNs = Never;
        _cancelledAtNs = Never;
        _indicatedAtNs = Never;
        _byeAtNs = Never;
        _byeAnsweredAtNs = Never;
    }

    private void BeginText()
    {
        _text.Clear();
        _toTag = default;
        _fromTag = default;
        _moreToTags = null;
        _moreFromTags = null;
        _seen.Clear();
        if (_ladder is { Count: > MostKept })
        {
            _ladder = null;
        }

        _ladder?.Clear();
    }

    /// <summary>Asks the processor for the memory that a message or the end of the call needs.</summary>
    public void Prefetch() => CacheLines.Prefetch(in _ladder, Octets);

    /// <summary>Whether the tracker finds it under <paramref name="key"/>.</summary>
    public bool IsKey(ReadOnlySpan<byte> key) =>
        key.SequenceEqual(_longKey is null ? CallId : _longKey);

    /// <summary>Keeps the user parts of From, To and the request URI.</summary>
    public void SetUsers(ReadOnlySpan<byte> caller, ReadOnlySpan<byte> callee, ReadOnlySpan<byte> requestUser)
    {
        _caller = _text.Add(caller);
        _callee = _text.Add(callee);
        _requestUser = requestUser.SequenceEqual(callee) ? _callee : _text.Add(requestUser);
    }

    /// <summary>Keeps the values of P-Asserted-Identity and Remote-Party-ID.</summary>
    public void SetIdentities(in SipMessage message)
    {
        if (!message.PAssertedIdentity.IsEmpty)
        {
            _assertedIdentities = IdentityList.Read(
                message, message.PAssertedIdentity, "P-Asserted-Identity"u8, ref _text);
        }

        if (!message.RemotePartyId.IsEmpty)
        {
            _remotePartyIds = IdentityList.Read(message, message.RemotePartyId, "Remote-Party-ID"u8, ref _text);
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
    public bool IsRepeated(ulong fingerprint, int limit) => _seen.Note(fingerprint, limit);

    /// <summary>The ladder, when it has room for one more message; else the message is counted.</summary>
    public LadderRoom? Ladder(int limit)
    {
        if (limit == 0 || _ladder?.Count >= limit)
        {
            LadderOmitted++;
            return null;
        }

        return _ladder ??= new LadderRoom();
    }

    private static long? Known(long atNs) => atNs == Never ? null : atNs;

    private bool Contains(TextPlace first, List<byte[]>? more, ReadOnlySpan<byte> tag)
    {
        tag = CallText.Kept(tag);
        if (!first.IsEmpty && tag.SequenceEqual(_text[first]))
        {
            return true;
        }

        if (more is not null)
        {
            foreach (var known in more)
            {
                if (tag.SequenceEqual(known))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private void AddTag(ref TextPlace first, ref List<byte[]>? more, ReadOnlySpan<byte> tag)
    {
        if (tag.IsEmpty || Contains(first, more, tag))
        {
            return;
        }

        if (first.IsEmpty)
        {
            first = _text.Add(tag);
        }
        else if ((more?.Count ?? 0) < MaxTags - 1)
        {
            more ??= [];
            more.Add(CallText.Kept(tag).ToArray());
        }
    }
}
