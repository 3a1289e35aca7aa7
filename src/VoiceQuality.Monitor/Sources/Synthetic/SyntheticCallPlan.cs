using System.Net;

namespace VoiceQuality.Monitor.Sources.Synthetic;

/// <summary>How a synthetic call ends.</summary>
public enum SyntheticOutcome
{
    /// <summary>200 to the INVITE, media, BYE.</summary>
    Answered,

    /// <summary>The far end refuses: busy, declined, no such number; 486, 603 or 404 for example.</summary>
    Rejected,

    /// <summary>The network cannot: 500, 503 or 504 for example.</summary>
    Failed,

    /// <summary>The caller gives up while it rings: CANCEL and 487.</summary>
    Cancelled,

    /// <summary>It rings until the network gives up: 408 or 480.</summary>
    Unanswered,

    /// <summary>The capture does not hold the call's set-up. Only <see cref="SyntheticCallTruth"/> uses it.</summary>
    Incomplete,
}

/// <summary>One end of a call.</summary>
public enum SyntheticParty
{
    Caller,
    Callee,
}

/// <summary>One call to generate: who, when, over which trunk, how it ends and how it sounds.</summary>
public sealed record SyntheticCallPlan
{
    internal const int MaxExtraHeaderLength = 2_000;
    internal const int MaxNameLength = 128;

    /// <summary>Instant of the INVITE, nanoseconds since 1970-01-01 UTC.</summary>
    public required long StartNs { get; init; }

    /// <summary>User part of the caller's SIP URI, at most 128 characters of printable ASCII.</summary>
    public required string Caller { get; init; }

    /// <summary>User part of the called SIP URI, at most 128 characters of printable ASCII.</summary>
    public required string Callee { get; init; }

    /// <summary>Signalling address of the customer's trunk, IPv4 or IPv6.</summary>
    public required IPAddress TrunkAddress { get; init; }

    /// <summary>Signalling address of the session border controller, of the same family.</summary>
    public required IPAddress SbcAddress { get; init; }

    /// <summary>Where the customer's media comes from; the trunk address when it is null.</summary>
    public IPAddress? TrunkMediaAddress { get; init; }

    /// <summary>Where the SBC's media comes from; its signalling address when it is null.</summary>
    public IPAddress? SbcMediaAddress { get; init; }

    /// <summary>True when the customer calls out, false when the customer is called.</summary>
    public bool CallerIsCustomer { get; init; } = true;

    /// <summary>Host part of the caller's URI; the address of its side when it is null.</summary>
    public string? CallerDomain { get; init; }

    /// <summary>Host part of the called URI; the address of its side when it is null.</summary>
    public string? CalleeDomain { get; init; }

    /// <summary>Time from answer to BYE; media lasts as long. 0 to 24 h.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Time from INVITE to 180, or to the final response that refuses; 5 ms to 30 s.</summary>
    public TimeSpan PostDialDelay { get; init; } = TimeSpan.FromMilliseconds(800);

    /// <summary>Time from 180 to answer, CANCEL or the network's giving up; 0 to 5 min.</summary>
    public TimeSpan RingTime { get; init; } = TimeSpan.FromSeconds(2);

    public SyntheticCodec Codec { get; init; } = SyntheticCodec.Pcmu;

    /// <summary>What happens to the caller's voice.</summary>
    public Impairment FromCaller { get; init; } = Impairment.None;

    /// <summary>What happens to the called party's voice.</summary>
    public Impairment FromCallee { get; init; } = Impairment.None;

    /// <summary>Not <see cref="SyntheticOutcome.Incomplete"/>.</summary>
    public SyntheticOutcome Outcome { get; init; } = SyntheticOutcome.Answered;

    /// <summary>Final status, 400 to 699, of a call that is refused; null takes the outcome's usual one.</summary>
    public int? FinalStatus { get; init; }

    /// <summary>Who sends the BYE.</summary>
    public SyntheticParty ReleasedBy { get; init; } = SyntheticParty.Caller;

    /// <summary>
    /// Header lines that the INVITE carries besides its own, without line ends; 2,000 characters in all.
    /// </summary>
    public IReadOnlyList<string> ExtraHeaders { get; init; } = [];

    /// <summary>VLAN identifier, 1 to 4,094; 0 for none.</summary>
    public int VlanId { get; init; }

    /// <summary>False when the capture starts during the call: media, RTCP, BYE and its 200 are all there is.</summary>
    public bool SetupCaptured { get; init; } = true;

    /// <summary>False when the capture misses the BYE and its 200.</summary>
    public bool ReleaseCaptured { get; init; } = true;

    /// <summary>Says what is out of range, or returns <see langword="null"/>. It quotes no number and no URI.</summary>
    public string? FindProblem()
    {
        if (!IsText(Caller, MaxNameLength) || !IsText(Callee, MaxNameLength)
            || (CallerDomain is not null && !IsText(CallerDomain, MaxNameLength))
            || (CalleeDomain is not null && !IsText(CalleeDomain, MaxNameLength)))
        {
            return "caller, callee and domains must be 1 to 128 characters of printable ASCII without spaces";
        }

        var family = TrunkAddress.AddressFamily;
        if (SbcAddress.AddressFamily != family
            || (TrunkMediaAddress ?? TrunkAddress).AddressFamily != family
            || (SbcMediaAddress ?? SbcAddress).AddressFamily != family)
        {
            return "all addresses of a call must be IPv4, or all IPv6";
        }

        if (StartNs < 0 || Duration < TimeSpan.Zero || Duration > TimeSpan.FromHours(24)
            || PostDialDelay < TimeSpan.FromMilliseconds(5) || PostDialDelay > TimeSpan.FromSeconds(30)
            || RingTime < TimeSpan.Zero || RingTime > TimeSpan.FromMinutes(5))
        {
            return "start must be from 1970 on, duration 0 to 24 h, post-dial delay 5 ms to 30 s, ringing 0 to 5 min";
        }

        if (Outcome is < SyntheticOutcome.Answered or > SyntheticOutcome.Unanswered
            || FinalStatus is < 400 or > 699 || VlanId is < 0 or > 4_094 || !Enum.IsDefined(Codec)
            || !Enum.IsDefined(ReleasedBy))
        {
            return "outcome, codec and release must be defined, final status 400 to 699, VLAN 0 to 4,094";
        }

        if (!SetupCaptured && Outcome != SyntheticOutcome.Answered)
        {
            return "only an answered call can be captured without its set-up";
        }

        return FindHeaderProblem() ?? FromCaller.FindProblem() ?? FromCallee.FindProblem();
    }

    private string? FindHeaderProblem()
    {
        var length = 0;
        foreach (var header in ExtraHeaders)
        {
            length += header.Length + 2;
            if (header.Any(character => character is < ' ' or > '~') || header.IndexOf(':', StringComparison.Ordinal) < 1)
            {
                return "an extra header must be one line of printable ASCII with a name and a colon";
            }
        }

        return length > MaxExtraHeaderLength ? "extra headers must be 2,000 characters at most" : null;
    }

    private static bool IsText(string text, int maxLength) =>
        text.Length >= 1 && text.Length <= maxLength && text.All(character => character is > ' ' and <= '~');
}
