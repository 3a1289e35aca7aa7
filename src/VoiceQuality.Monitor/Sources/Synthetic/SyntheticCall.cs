using System.Net;
using VoiceQuality.Protocols.Network;

namespace VoiceQuality.Monitor.Sources.Synthetic;

internal enum SipStep
{
    Invite,
    Trying,
    Ringing,
    Ok,
    Ack,
    Bye,
    ByeOk,
    Refusal,
    RefusalAck,
    Cancel,
    CancelOk,
}

/// <summary>A call in progress: its plan, its schedule, its headers and its two streams.</summary>
internal sealed class SyntheticCall
{
    public const int SipPort = 5_060;

    private const int FirstMediaPort = 16_384;
    private const int MediaPortPairs = 24_000;
    private const long NsPerMs = 1_000_000;
    private const byte VoiceDscp = 46;
    private const byte SignallingDscp = 24;

    private static readonly SipStep[] AnsweredScript =
        [SipStep.Invite, SipStep.Trying, SipStep.Ringing, SipStep.Ok, SipStep.Ack, SipStep.Bye, SipStep.ByeOk];

    private static readonly SipStep[] RefusedScript =
        [SipStep.Invite, SipStep.Trying, SipStep.Refusal, SipStep.RefusalAck];

    private static readonly SipStep[] UnansweredScript =
        [SipStep.Invite, SipStep.Trying, SipStep.Ringing, SipStep.Refusal, SipStep.RefusalAck];

    private static readonly SipStep[] CancelledScript =
    [
        SipStep.Invite, SipStep.Trying, SipStep.Ringing,
        SipStep.Cancel, SipStep.CancelOk, SipStep.Refusal, SipStep.RefusalAck,
    ];

    private readonly SipStep[] _script;
    private readonly long _answerNs;
    private readonly long _byeNs;
    private int _scriptIndex;
    private int _scriptEnd;

    public SyntheticCall(SyntheticCallPlan plan, ulong seed, long index)
    {
        Plan = plan;
        Index = index;
        Format = SyntheticCodecFormat.Of(plan.Codec);
        FinalStatus = plan.Outcome switch
        {
            SyntheticOutcome.Answered => 200,
            SyntheticOutcome.Rejected => plan.FinalStatus ?? 486,
            SyntheticOutcome.Cancelled => plan.FinalStatus ?? 487,
            SyntheticOutcome.Unanswered => plan.FinalStatus ?? 480,
            _ => plan.FinalStatus ?? 503,
        };

        var random = SyntheticRandom.ForItem(seed, (ulong)index);
        Random = random.NextUInt64();
        CallId = $"{Random:x16}{index:x8}@synthetic.example";
        CallerTag = $"f{random.NextUInt32():x8}";
        CalleeTag = $"t{random.NextUInt32():x8}";

        var delayNs = plan.PostDialDelay.Ticks * 100;
        var ringNs = plan.RingTime.Ticks * 100;
        _answerNs = plan.SetupCaptured ? plan.StartNs + delayNs + ringNs : plan.StartNs;
        MediaEndNs = _answerNs + plan.Duration.Ticks * 100;
        _byeNs = Math.Max(MediaEndNs, _answerNs + 20 * NsPerMs);
        _script = plan.Outcome switch
        {
            SyntheticOutcome.Answered => AnsweredScript,
            SyntheticOutcome.Cancelled => CancelledScript,
            SyntheticOutcome.Unanswered => UnansweredScript,
            _ => RefusedScript,
        };
        _scriptIndex = plan.SetupCaptured ? 0 : Array.IndexOf(_script, SipStep.Bye);
        _scriptEnd = plan.ReleaseCaptured || plan.Outcome != SyntheticOutcome.Answered
            ? _script.Length
            : Array.IndexOf(_script, SipStep.Bye);

        MediaPort = FirstMediaPort + 2 * (int)(index % MediaPortPairs);
        var callerSide = plan.CallerIsCustomer;
        CallerAddress = callerSide ? plan.TrunkAddress : plan.SbcAddress;
        CalleeAddress = callerSide ? plan.SbcAddress : plan.TrunkAddress;
        var trunkMedia = plan.TrunkMediaAddress ?? plan.TrunkAddress;
        var sbcMedia = plan.SbcMediaAddress ?? plan.SbcAddress;
        CallerMediaAddress = callerSide ? trunkMedia : sbcMedia;
        CalleeMediaAddress = callerSide ? sbcMedia : trunkMedia;

        var mediaNs = plan.SetupCaptured ? _answerNs + 25 * NsPerMs : _answerNs;
        Streams =
        [
            NewStream(plan.FromCaller, new SyntheticRandom(random.NextUInt64()), mediaNs, MediaEndNs),
            NewStream(plan.FromCallee, new SyntheticRandom(random.NextUInt64()), mediaNs, MediaEndNs),
        ];
        SignallingHeaders = Headers(CallerAddress, CalleeAddress, SipPort, SipPort, SignallingDscp);
        MediaHeaders = Headers(CallerMediaAddress, CalleeMediaAddress, MediaPort, MediaPort, VoiceDscp);
        ReportHeaders = Headers(CallerMediaAddress, CalleeMediaAddress, MediaPort + 1, MediaPort + 1, VoiceDscp);
        Reporters = [new SyntheticReporter(this, 0), new SyntheticReporter(this, 1)];
    }

    public SyntheticCallPlan Plan { get; }

    public long Index { get; }

    public SyntheticCodecFormat Format { get; }

    public int FinalStatus { get; }

    public ulong Random { get; }

    public string CallId { get; }

    public string CallerTag { get; }

    public string CalleeTag { get; }

    public IPAddress CallerAddress { get; }

    public IPAddress CalleeAddress { get; }

    public IPAddress CallerMediaAddress { get; }

    public IPAddress CalleeMediaAddress { get; }

    public int MediaPort { get; }

    /// <summary>No sender fills a slot from here on.</summary>
    public long MediaEndNs { get; }

    /// <summary>From the caller, from the callee.</summary>
    public SyntheticStream[] Streams { get; }

    /// <inheritdoc cref="Streams"/>
    public SyntheticReporter[] Reporters { get; }

    /// <summary>Header templates: from the caller, from the callee.</summary>
    public byte[][] SignallingHeaders { get; }

    /// <inheritdoc cref="SignallingHeaders"/>
    public byte[][] MediaHeaders { get; }

    /// <inheritdoc cref="SignallingHeaders"/>
    public byte[][] ReportHeaders { get; }

    /// <summary>Events of this call that are due at some time. At 0 the call is over.</summary>
    public int PendingEvents { get; set; }

    /// <summary>IPv4 Identification of the next datagram.</summary>
    public ushort NextIdentification { get; set; }

    public bool IsScriptOver => _scriptIndex >= _scriptEnd;

    public SipStep Step => _script[_scriptIndex];

    public int SipMessages { get; private set; }

    public long? InviteAtNs { get; private set; }

    public long? RingingAtNs { get; private set; }

    public long? FinalResponseAtNs { get; private set; }

    public long? ByeAtNs { get; private set; }

    public long? LastSipAtNs { get; private set; }

    /// <summary>When the next message passes the capture point.</summary>
    public long StepNs => Step switch
    {
        SipStep.Invite => Plan.StartNs,
        SipStep.Trying => Plan.StartNs + 3 * NsPerMs,
        SipStep.Ringing => RingingNs,
        SipStep.Ok or SipStep.Cancel => _answerNs,
        SipStep.Ack => _answerNs + 18 * NsPerMs,
        SipStep.Bye => _byeNs,
        SipStep.ByeOk => _byeNs + 15 * NsPerMs,
        SipStep.CancelOk => _answerNs + 5 * NsPerMs,
        SipStep.Refusal => RefusalNs,
        _ => RefusalNs + 15 * NsPerMs,
    };

    private long RingingNs => Plan.StartNs + Plan.PostDialDelay.Ticks * 100;

    private long RefusalNs => Plan.Outcome switch
    {
        SyntheticOutcome.Cancelled => _answerNs + 12 * NsPerMs,
        SyntheticOutcome.Unanswered => _answerNs,
        _ => RingingNs,
    };

    /// <summary>Records that the message of this step was emitted and goes on to the next.</summary>
    public void NoteStep(long atNs)
    {
        switch (Step)
        {
            case SipStep.Invite:
                InviteAtNs = atNs;
                break;
            case SipStep.Ringing:
                RingingAtNs = atNs;
                break;
            case SipStep.Ok or SipStep.Refusal:
                FinalResponseAtNs = atNs;
                break;
            case SipStep.Bye:
                ByeAtNs = atNs;
                break;
        }

        LastSipAtNs = atNs;
        SipMessages++;
        _scriptIndex++;
    }

    public SyntheticCallTruth ToTruth() => new()
    {
        CallId = CallId,
        Index = Index,
        Plan = Plan,
        Outcome = Plan.SetupCaptured ? Plan.Outcome : SyntheticOutcome.Incomplete,
        FinalStatus = FinalResponseAtNs is null ? null : FinalStatus,
        InviteAtNs = InviteAtNs,
        RingingAtNs = RingingAtNs,
        FinalResponseAtNs = FinalResponseAtNs,
        ByeAtNs = ByeAtNs,
        LastSipAtNs = LastSipAtNs,
        SipMessages = SipMessages,
        Streams =
        [
            .. Streams[0].ToTruth(
                this, SyntheticParty.Caller, CallerMedia, CalleeMedia, 2 * Plan.FromCallee.SenderDelayMs),
            .. Streams[1].ToTruth(
                this, SyntheticParty.Callee, CalleeMedia, CallerMedia, 2 * Plan.FromCaller.SenderDelayMs),
        ],
    };

    private IPEndPoint CallerMedia => new(CallerMediaAddress, MediaPort);

    private IPEndPoint CalleeMedia => new(CalleeMediaAddress, MediaPort);

    private SyntheticStream NewStream(Impairment impairment, SyntheticRandom random, long startNs, long endNs)
    {
        startNs += random.NextBetweenNs(0, SyntheticCodecFormat.PacketNs);

        return new SyntheticStream(random, impairment, Format, startNs, endNs, Plan.SetupCaptured);
    }

    private byte[][] Headers(IPAddress caller, IPAddress callee, int callerPort, int calleePort, byte dscp) =>
    [
        Header(caller, callee, callerPort, calleePort, dscp, Plan.CallerIsCustomer),
        Header(callee, caller, calleePort, callerPort, dscp, !Plan.CallerIsCustomer),
    ];

    private byte[] Header(
        IPAddress from, IPAddress to, int fromPort, int toPort, byte dscp, bool fromCustomer)
    {
        // Locally administered addresses: one for the SBC, one for each trunk subnet.
        var trunk = Plan.TrunkAddress.GetAddressBytes();
        var subnet = trunk.Length == 4 ? trunk.AsSpan(1, 2) : trunk.AsSpan(6, 2);
        ReadOnlySpan<byte> sbcMac = [0x02, 0, 0, 0, 0xFF, 0x01];
        ReadOnlySpan<byte> trunkMac = [0x02, 0, 0, 0x01, subnet[0], subnet[1]];

        var header = new byte[FrameWriter.MaxHeaderLength];
        var length = FrameWriter.WriteUdpHeaders(header, new UdpFrameHeader
        {
            SourceMac = fromCustomer ? trunkMac : sbcMac,
            DestinationMac = fromCustomer ? sbcMac : trunkMac,
            SourceAddress = from.GetAddressBytes(),
            DestinationAddress = to.GetAddressBytes(),
            SourcePort = (ushort)fromPort,
            DestinationPort = (ushort)toPort,
            VlanId = (ushort)Plan.VlanId,
            Dscp = dscp,
        });

        return header[..length];
    }
}
