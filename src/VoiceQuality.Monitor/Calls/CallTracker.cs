using VoiceQuality.Monitor.Limits;
using VoiceQuality.Monitor.Pipeline;
using VoiceQuality.Protocols.Network;
using VoiceQuality.Protocols.Sip;

namespace VoiceQuality.Monitor.Calls;

/// <summary>
/// Follows calls through their SIP messages (RFC 3261) in capture order and tells the lanes what they need to know.
/// A call is one Call-ID: hops of a proxied call, forks, authentication and re-INVITEs belong to it.
/// </summary>
internal sealed partial class CallTracker
{
    /// <summary>RFC 3261 §17.1.1.2 timer B: an INVITE without any response has failed after this.</summary>
    private const long NoResponseNs = 32_000_000_000;

    /// <summary>
    /// RFC 3261 §16.6 timer C: a proxy gives an INVITE up that rings for longer. A person who is asked for a password
    /// may take as long.
    /// </summary>
    private const long RingingNs = 180_000_000_000;

    /// <summary>
    /// How long a call is kept whose set-up was not seen: longer than the session timers of RFC 4028 in common use.
    /// </summary>
    private const long UnknownSetUpNs = 3_600_000_000_000;

    /// <summary>Stands for the answer of a call that was answered before the capture.</summary>
    private const long LongAgoNs = 1;

    /// <summary>Calls that are over, kept for those to come: a steady load makes no garbage of them.</summary>
    private const int MaxBlank = 16_384;

    /// <summary>Calls that the processor is asked for before they are given up.</summary>
    private const int Ahead = 4;

    private readonly MonitorOptions _options;
    private readonly MediaAnnouncer _announcer = new();
    private CallHeaderReader _headers;
    private readonly CallTable _calls = new();
    private readonly CallTimers _timers = new();
    private readonly SourceCalls _sources = new();
    private readonly int _maxOfOneSource;
    private readonly int _maxSeen;
    private readonly Stack<CallState> _blank = new();
    private readonly byte[] _key = new byte[CallKey.HashLength];
    private List<CallState>? _closing;
    private int _lastCallRef;

    public CallTracker(MonitorOptions options)
    {
        _options = options;
        _headers = new CallHeaderReader(options.Headers);
        _maxOfOneSource = SourceShares.Of(options.MaxCalls, options.MaxPercentOfOneSource);
        _maxSeen = Math.Max(64, options.LadderLimit * 2);
    }

    private long AnsweredIdleNs => _options.AnsweredIdleSeconds * 1_000_000_000L;

    /// <summary>Calls in progress.</summary>
    public int Count => _calls.Count;

    /// <summary>Calls that wait for their time.</summary>
    public int TimerCount => _timers.Count;

    /// <summary>Calls given up because the table was full.</summary>
    public long Evicted { get; private set; }

    /// <summary>Calls given up because their source had too many.</summary>
    public long EvictedOfSource { get; private set; }

    /// <summary>Session descriptions that could not be read.</summary>
    public long MalformedSdp => _announcer.Malformed;

    public void Read(
        in SipMessage message, IpEndpoint source, IpEndpoint destination, long atNs, BlockWork work)
    {
        var method = message.IsRequest ? message.Method : message.CSeqMethod;
        var key = CallKey.Of(message.CallId, _key);
        var hash = CallTable.HashOf(key);

        // While the fingerprint is made, the memory of the call comes.
        _calls.Prefetch(hash);
        var fingerprint = SipFingerprint.OfHeaders(message, source, destination);
        _calls.PrefetchCall(hash);
        fingerprint = SipFingerprint.WithBody(fingerprint, message.Body);
        if (_calls.Find(hash, key) is { } call)
        {
            if (StartsAnotherCall(call, message, method))
            {
                Close(call, hasExpired: true, work);
                call = Open(hash, key, message, source, destination, atNs, work);
            }
        }
        else if (BelongsToCall(message, method))
        {
            call = Open(hash, key, message, source, destination, atNs, work);
        }
        else
        {
            return;
        }

        call.LastMessageAtNs = atNs;
        var isRepeated = call.IsRepeated(fingerprint, _maxSeen);
        AddToLadder(call, message, method, source, destination, atNs, isRepeated);
        if (isRepeated)
        {
            call.Retransmissions++;
        }
        else if (message.IsRequest)
        {
            ReadRequest(call, message, method, source, destination, atNs, work);
        }
        else
        {
            ReadResponse(call, message, method, source, destination, atNs, work);
        }

        Schedule(call);
    }

    /// <summary>Calls that begin from now on are read for other header fields.</summary>
    public void LookAt(IReadOnlyList<string> headers) => _headers = new CallHeaderReader(headers);

    /// <summary>Gives up the calls whose time has come.</summary>
    public void Expire(long nowNs, BlockWork work)
    {
        var due = _timers.TakeDue(nowNs);
        for (var i = 0; i < due.Count; i++)
        {
            // Nobody has looked at them for half a minute: two steps ahead, one after the other.
            if (i + (2 * Ahead) < due.Count)
            {
                due[i + (2 * Ahead)].Prefetch();
                _calls.Prefetch(due[i + Ahead].KeyHash);
            }

            Close(due[i], hasExpired: true, work);
        }
    }

    /// <summary>Reports every call as it would be recorded if the capture ended now.</summary>
    public void ReportOpen(BlockReport report)
    {
        var calls = _calls.ToList();
        calls.Sort(static (a, b) => a.CallRef.CompareTo(b.CallRef));
        foreach (var call in calls)
        {
            report.Open.Add((call.CallRef, call.ToRecord(hasExpired: false)));
        }
    }

    /// <summary>
    /// Ends calls, the first ones first: nothing more will be seen. Some at a time, so that the records of all of them
    /// are never in memory together.
    /// </summary>
    /// <returns>Whether calls are left.</returns>
    public bool CloseSome(int count, BlockWork work)
    {
        if (_closing is null)
        {
            _closing = _calls.ToList();
            _closing.Sort(static (a, b) => b.CallRef.CompareTo(a.CallRef));
        }

        for (; count > 0 && _closing.Count > 0; count--)
        {
            Close(_closing[^1], hasExpired: false, work);
            _closing.RemoveAt(_closing.Count - 1);
        }

        return _closing.Count > 0;
    }

    /// <summary>
    /// Only an INVITE opens a call; what belongs to a dialog that began before is shown as incomplete.
    /// </summary>
    private static bool BelongsToCall(in SipMessage message, SipMethod method) => method switch
    {
        SipMethod.Invite or SipMethod.Bye or SipMethod.Cancel or SipMethod.Ack => true,
        SipMethod.Prack or SipMethod.Update or SipMethod.Info => !message.ToTag.IsEmpty,
        _ => false,
    };

    /// <summary>
    /// Some senders use a Call-ID again: an INVITE outside a dialog with another From tag, after the end.
    /// </summary>
    private static bool StartsAnotherCall(CallState call, in SipMessage message, SipMethod method) =>
        message.IsRequest && method == SipMethod.Invite && call.HasEnded && message.ToTag.IsEmpty
        && !call.HasFromTag(message.FromTag);

    private CallState Open(
        ulong hash,
        ReadOnlySpan<byte> key,
        in SipMessage message,
        IpEndpoint source,
        IpEndpoint destination,
        long atNs,
        BlockWork work)
    {
        EvictWhenFull(source, work);
        var call = _blank.TryPop(out var blank) ? blank : new CallState();
        call.Begin(++_lastCallRef, hash, key, message.CallId);
        call.Source = source;
        call.Destination = destination;
        call.StartedAtNs = atNs;
        _sources.Add(call);
        call.IsWithinDialog = message.IsRequest && !message.ToTag.IsEmpty;
        _calls.Add(call);
        if (call.IsWithinDialog)
        {
            // Its answer lies before the capture, so nothing of its media is early.
            work.Broadcast(LaneCommandKind.Answered, LongAgoNs, call.CallRef, call.CallId);
        }

        return call;
    }

    /// <summary>
    /// Gives up the call that would be given up first: one without an answer long before one that was answered. A
    /// source that has too many gives up its own.
    /// </summary>
    private void EvictWhenFull(IpEndpoint source, BlockWork work)
    {
        while (_sources.CountOf(source.Address) >= _maxOfOneSource
            && _sources.FirstToGo(source.Address) is { } ofSource)
        {
            EvictedOfSource++;
            Close(ofSource, hasExpired: false, work);
        }

        while (_calls.Count >= _options.MaxCalls && _timers.TakeNearest() is { } first)
        {
            Evicted++;
            Close(first, hasExpired: false, work);
        }
    }

    private void ReadRequest(
        CallState call,
        in SipMessage message,
        SipMethod method,
        IpEndpoint source,
        IpEndpoint destination,
        long atNs,
        BlockWork work)
    {
        switch (method)
        {
            case SipMethod.Invite when message.ToTag.IsEmpty:
                ReadInvite(call, message, source, destination, atNs);
                break;
            case SipMethod.Cancel when call.AnsweredAtNs is null:
                call.CancelledAtNs ??= atNs;
                call.ReleasedBy ??= CallParty.Caller;
                NoteReason(call, message);
                break;
            case SipMethod.Bye when call.EndedAtNs is null || call.AnsweredAtNs is null:
                call.EndedAtNs = atNs;
                call.ByeAtNs = atNs;
                call.ByeCSeq = message.CSeqNumber;
                NoteReason(call, message);
                call.ReleasedBy ??= call.PartyOf(message.FromTag);
                work.Broadcast(LaneCommandKind.Ended, atNs, call.CallRef);
                break;
        }

        if (method is SipMethod.Invite or SipMethod.Ack or SipMethod.Update or SipMethod.Prack)
        {
            _announcer.Announce(call, message, isOfSender: true, source, atNs, work);
        }
    }

    private static void NoteReason(CallState call, in SipMessage message)
    {
        if (call.ReleaseReason is null && SipReason.TryParse(message.Reason, out var reason)
            && reason.Cause is { } cause and <= 999)
        {
            var protocol = reason.Protocol.SequenceEqual("Q.850"u8) ? "Q.850"
                : reason.Protocol.SequenceEqual("SIP"u8) ? "SIP"
                : "other";
            call.ReleaseReason = new ReleaseReason(protocol, (int)cause);
        }
    }

    private void ReadInvite(
        CallState call, in SipMessage message, IpEndpoint source, IpEndpoint destination, long atNs)
    {
        if (!call.HasInvite)
        {
            call.HasInvite = true;
            call.InviteAtNs = atNs;
            call.IsWithinDialog = false;
            call.Source = source;
            call.Destination = destination;
            _headers.Read(call, message);
        }
        else if (call.FinalStatus >= 300 && message.CSeqNumber != call.InviteCSeq)
        {
            // Another try after a challenge, a redirection or a failure: the same call.
            call.FinalStatus = null;
            call.EndedAtNs = null;
            call.InviteAtNs = atNs;
            call.IndicatedAtNs = null;
        }

        call.AddFromTag(message.FromTag);
        call.InviteCSeq = message.CSeqNumber;
    }

    private void AddToLadder(
        CallState call,
        in SipMessage message,
        SipMethod method,
        IpEndpoint source,
        IpEndpoint destination,
        long atNs,
        bool isRepeated)
    {
        if (call.Ladder(_options.LadderLimit) is { } ladder)
        {
            var hasSdp = !message.Body.IsEmpty && SipBody.TryFindSdp(message, out _);
            ladder.Add(
                message, method, source, destination, atNs / 1_000,
                (hasSdp ? LadderFlags.HasSdp : LadderFlags.None)
                    | (isRepeated ? LadderFlags.IsRetransmission : LadderFlags.None));
        }
    }

    private void Schedule(CallState call)
    {
        call.DeadlineNs = call switch
        {
            { HasEnded: true } => call.LastMessageAtNs + (_options.LingerSeconds * 1_000_000_000L),
            { AnsweredAtNs: not null } => call.LastMessageAtNs + AnsweredIdleNs,
            { HasInvite: false } => call.LastMessageAtNs + Math.Min(AnsweredIdleNs, UnknownSetUpNs),
            { IsProvisional: true } or { FinalStatus: 401 or 407 } => call.LastMessageAtNs + RingingNs,
            _ => call.LastMessageAtNs + NoResponseNs,
        };
        _timers.Set(call);
        SourceCalls.Note(call);
    }

    private void Close(CallState call, bool hasExpired, BlockWork work)
    {
        _timers.Remove(call);
        _sources.Remove(call);
        _calls.Remove(call);
        work.Broadcast(LaneCommandKind.Close, call.LastMessageAtNs, call.CallRef);
        work.Report.Closed.Add((work.Report.Ticks, call.CallRef, call.ToRecord(hasExpired)));
        if (_blank.Count < MaxBlank)
        {
            _blank.Push(call);
        }
    }
}
