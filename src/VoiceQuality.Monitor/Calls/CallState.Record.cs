using System.Collections.Immutable;

namespace VoiceQuality.Monitor.Calls;

/// <content>What a call leaves: its record, with text.</content>
internal sealed partial class CallState
{
    /// <summary>What is known, without media.</summary>
    /// <param name="hasExpired">Whether a timer gave it up, rather than the end of the capture.</param>
    public CallRecord ToRecord(bool hasExpired)
    {
        var outcome = Outcome(hasExpired);
        var caller = Text(_caller);
        var callee = Text(_callee);
        return new CallRecord
        {
            CallId = SipStrings.Decode(CallId),
            FromTag = Text(_fromTag) ?? "",
            Caller = caller,
            Callee = callee,
            CallerDomain = CallerDomain,
            CalleeDomain = CalleeDomain,
            RequestDomain = RequestDomain,
            RequestUser = _requestUser == _callee ? callee : Text(_requestUser),
            AssertedIdentities = Texts(_assertedIdentities, caller),
            RemotePartyIds = Texts(_remotePartyIds, caller),
            Headers = (IReadOnlyDictionary<string, string>?)Headers ?? ImmutableDictionary<string, string>.Empty,
            SignallingSource = Source,
            SignallingDestination = Destination,
            StartedAtUs = StartedAtNs / 1_000,
            FirstResponseAtUs = HasInvite ? NotBefore(FirstResponseAtNs, StartedAtNs) / 1_000 : null,
            CancelledAtUs = HasInvite ? NotBefore(CancelledAtNs, StartedAtNs) / 1_000 : null,
            AnsweredAtUs = NotBefore(AnsweredAtNs, StartedAtNs) / 1_000,
            EndedAtUs = NotBefore(EndedAtNs, NotBefore(AnsweredAtNs, StartedAtNs) ?? StartedAtNs) / 1_000,
            Outcome = outcome,
            UnscoredReason = CallScorer.ReasonWithoutStreams(outcome),
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
            Ladder = _ladder is { Count: > 0 } ? _ladder.ToLadder() : [],
            LadderOmitted = LadderOmitted,
            Retransmissions = Retransmissions,
            Branches = Branches,
        };
    }

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

    private string? Text(TextPlace place) => place.IsEmpty ? null : SipStrings.Decode(_text[place]);

    /// <summary>The values of a list; often it names the caller again.</summary>
    private string[] Texts(TextPlace place, string? caller)
    {
        if (place.IsEmpty)
        {
            return [];
        }

        var list = _text[place];
        var values = new string[CallText.CountOf(list)];
        for (var i = 0; i < values.Length; i++)
        {
            var value = CallText.TakeFrom(ref list);
            values[i] = caller is not null && SipStrings.Equal(caller, value) ? caller : SipStrings.Decode(value);
        }

        return values;
    }
}
