namespace VoiceQuality.Monitor.Sources.Synthetic;

/// <summary>Draws the plan of each call of a scenario from the seed and the call's index alone.</summary>
internal sealed class SyntheticPlanner(SyntheticScenario scenario)
{
    private const ulong Salt = 0x706C_616E;
    private const int MediaPortPairs = 24_000;
    private const int MediaHosts = 240;
    private const int Lines = 10_000;
    private const int FirstVlanId = 100;

    private static readonly int[] RejectedStatuses = [404, 486, 603];
    private static readonly int[] FailedStatuses = [500, 503, 504];
    private static readonly int[] UnansweredStatuses = [408, 480];

    private readonly Impairment _everything = scenario.Everything();
    private readonly double _codecWeights = scenario.Codecs.Sum(codec => codec.Weight);
    private readonly long _startNs = (scenario.Start - DateTimeOffset.UnixEpoch).Ticks * 100;
    private readonly double _gapNs =
        (scenario.Stagger ?? scenario.Duration / 2).Ticks * 100.0 / scenario.Calls;

    public SyntheticCallPlan Plan(long index)
    {
        var random = SyntheticRandom.ForItem(scenario.Seed ^ Salt, (ulong)index);
        var unit = random.NextInt32(scenario.Units);
        var ipv6 = random.NextBool(scenario.Ipv6Fraction);
        var tagged = random.NextBool(scenario.VlanFraction);
        var isOutbound = index % 2 == 0;
        var customer = SyntheticAddressPlan.CustomerNumber(unit, random.NextInt32(Lines));
        var outside = SyntheticAddressPlan.OutsideNumber(random.NextInt32(Lines));
        var mediaHost = (int)(index / MediaPortPairs % MediaHosts) + 1;
        var (outcome, finalStatus) = DrawOutcome(ref random);
        var isLate = random.NextBool(scenario.LateCaptureFraction) && outcome == SyntheticOutcome.Answered;
        var variation = 1 + scenario.DurationVariation * (2 * random.NextDouble() - 1);
        var isOneWay = random.NextBool(scenario.OneWayFraction);
        var silentSide = random.NextInt32(2);

        return new SyntheticCallPlan
        {
            StartNs = _startNs + (long)(_gapNs * (index + random.NextDouble())),
            Caller = isOutbound ? customer : outside,
            Callee = isOutbound ? outside : customer,
            TrunkAddress = SyntheticAddressPlan.Trunk(unit, SyntheticAddressPlan.SignallingHost, ipv6),
            SbcAddress = SyntheticAddressPlan.Sbc(SyntheticAddressPlan.SignallingHost, ipv6),
            TrunkMediaAddress = SyntheticAddressPlan.Trunk(unit, mediaHost, ipv6),
            SbcMediaAddress = SyntheticAddressPlan.Sbc(mediaHost, ipv6),
            CallerIsCustomer = isOutbound,
            Duration = TimeSpan.FromTicks((long)(scenario.Duration.Ticks * variation)),
            PostDialDelay = TimeSpan.FromMilliseconds(300 + random.NextInt32(1_200)),
            RingTime = TimeSpan.FromMilliseconds(500 + random.NextInt32(3_000)),
            Codec = DrawCodec(ref random),
            Outcome = outcome,
            FinalStatus = finalStatus,
            ReleasedBy = random.NextBool(0.5) ? SyntheticParty.Caller : SyntheticParty.Callee,
            VlanId = tagged ? FirstVlanId + unit : 0,
            SetupCaptured = !isLate,
            FromCaller = DrawImpairment(ref random, isOneWay && silentSide == 0),
            FromCallee = DrawImpairment(ref random, isOneWay && silentSide == 1),
        };
    }

    private (SyntheticOutcome Outcome, int? FinalStatus) DrawOutcome(ref SyntheticRandom random)
    {
        var drawn = random.NextDouble();
        if ((drawn -= scenario.RejectedFraction) < 0)
        {
            return (SyntheticOutcome.Rejected, Draw(ref random, RejectedStatuses));
        }

        if ((drawn -= scenario.FailedFraction) < 0)
        {
            return (SyntheticOutcome.Failed, Draw(ref random, FailedStatuses));
        }

        if ((drawn -= scenario.CancelledFraction) < 0)
        {
            return (SyntheticOutcome.Cancelled, null);
        }

        return drawn - scenario.UnansweredFraction < 0
            ? (SyntheticOutcome.Unanswered, Draw(ref random, UnansweredStatuses))
            : (SyntheticOutcome.Answered, null);
    }

    private SyntheticCodec DrawCodec(ref SyntheticRandom random)
    {
        var drawn = random.NextDouble() * _codecWeights;
        foreach (var (codec, weight) in scenario.Codecs)
        {
            drawn -= weight;
            if (drawn < 0)
            {
                return codec;
            }
        }

        return scenario.Codecs[^1].Codec;
    }

    private Impairment DrawImpairment(ref SyntheticRandom random, bool noMedia)
    {
        // Drawn one by one in this order, so that changing one fraction does not change who has another impairment.
        var loss = random.NextBool(scenario.LossFraction);
        var burst = random.NextBool(scenario.BurstFraction);
        var jitter = random.NextBool(scenario.JitterFraction);
        var spikes = random.NextBool(scenario.SpikeFraction);
        var late = random.NextBool(scenario.LateFraction);
        var reorder = random.NextBool(scenario.ReorderFraction);
        var duplicates = random.NextBool(scenario.DuplicateFraction);
        var silence = random.NextBool(scenario.SilenceSuppressionFraction);
        var events = random.NextBool(scenario.TelephoneEventFraction);
        var ssrcChange = random.NextBool(scenario.SsrcChangeFraction);

        return _everything with
        {
            LossProbability = loss ? _everything.LossProbability : 0,
            Burst = burst ? _everything.Burst : null,
            JitterMs = jitter ? _everything.JitterMs : scenario.BaseJitterUs / 1_000,
            SpikeProbability = spikes ? _everything.SpikeProbability : 0,
            LateProbability = late ? _everything.LateProbability : 0,
            ReorderProbability = reorder ? _everything.ReorderProbability : 0,
            DuplicateProbability = duplicates ? _everything.DuplicateProbability : 0,
            SilenceSuppression = silence,
            TelephoneEvents = events ? _everything.TelephoneEvents : 0,
            SsrcChange = ssrcChange,
            NoMedia = noMedia,
            SenderDelayMs = 2 + random.NextInt32(400) / 10.0,
        };
    }

    private static int Draw(ref SyntheticRandom random, int[] choices) => choices[random.NextInt32(choices.Length)];
}
