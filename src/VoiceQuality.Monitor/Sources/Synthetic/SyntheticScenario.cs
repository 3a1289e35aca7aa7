using System.Collections.Immutable;

namespace VoiceQuality.Monitor.Sources.Synthetic;

/// <summary>How often a codec is spoken, relative to the others.</summary>
public readonly record struct CodecWeight(SyntheticCodec Codec, double Weight);

/// <summary>
/// A random mixture of calls. Fractions are 0 to 1. Those of outcomes, of one-way audio and of late capture are
/// fractions of calls; those of impairments are fractions of streams, drawn independently of each other.
/// </summary>
public sealed record SyntheticScenario
{
    /// <summary>No impairment but 50 µs of jitter; every call is answered.</summary>
    public static SyntheticScenario Clean { get; } = new();

    /// <summary>A bit of everything.</summary>
    public static SyntheticScenario Mixed { get; } = new()
    {
        DurationVariation = 0.4,
        Ipv6Fraction = 0.15,
        VlanFraction = 0.3,
        RejectedFraction = 0.03,
        FailedFraction = 0.02,
        CancelledFraction = 0.02,
        UnansweredFraction = 0.02,
        LateCaptureFraction = 0.02,
        OneWayFraction = 0.01,
        LossFraction = 0.2,
        BurstFraction = 0.1,
        JitterFraction = 0.25,
        SpikeFraction = 0.04,
        LateFraction = 0.04,
        ReorderFraction = 0.05,
        DuplicateFraction = 0.05,
        SilenceSuppressionFraction = 0.08,
        TelephoneEventFraction = 0.1,
        SsrcChangeFraction = 0.03,
    };

    /// <summary>Seed of everything random.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Calls, 1 to 1,000,000,000.</summary>
    public long Calls { get; init; } = 100;

    /// <summary>Mean time from answer to BYE, 0 to 12 h.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Durations are uniform within this fraction below and above the mean, 0 to 1.</summary>
    public double DurationVariation { get; init; }

    /// <summary>Start of the schedule. Fixed, so that the same options give the same octets at any time.</summary>
    public DateTimeOffset Start { get; init; } = new(2026, 1, 5, 8, 0, 0, TimeSpan.Zero);

    /// <summary>
    /// Time over which the calls start, evenly with chance, up to 10 years; null is half the duration.
    /// </summary>
    public TimeSpan? Stagger { get; init; }

    /// <summary>Business units with a trunk each, 1 to 256.</summary>
    public int Units { get; init; } = 8;

    /// <summary>Calls over IPv6.</summary>
    public double Ipv6Fraction { get; init; }

    /// <summary>Calls with an 802.1Q tag.</summary>
    public double VlanFraction { get; init; }

    /// <summary>Codecs and their weights, above 0 in sum.</summary>
    public ImmutableArray<CodecWeight> Codecs { get; init; } =
    [
        new(SyntheticCodec.Pcmu, 0.45), new(SyntheticCodec.Pcma, 0.35), new(SyntheticCodec.G729, 0.2),
    ];

    public double RejectedFraction { get; init; }

    public double FailedFraction { get; init; }

    public double CancelledFraction { get; init; }

    public double UnansweredFraction { get; init; }

    /// <summary>Answered calls whose set-up lies before the capture.</summary>
    public double LateCaptureFraction { get; init; }

    /// <summary>Calls in which one side, drawn by chance, sends no media.</summary>
    public double OneWayFraction { get; init; }

    /// <summary>Streams with independent loss of <see cref="LossProbability"/>.</summary>
    public double LossFraction { get; init; }

    public double LossProbability { get; init; } = 0.01;

    /// <summary>Streams with <see cref="Burst"/> loss.</summary>
    public double BurstFraction { get; init; }

    public BurstLoss Burst { get; init; } = new(0.005, 0.25);

    /// <summary>Streams with <see cref="JitterMs"/> instead of <see cref="BaseJitterUs"/>.</summary>
    public double JitterFraction { get; init; }

    /// <summary>Mean of the exponential delay, ms, 0 to 1,000.</summary>
    public double JitterMs { get; init; } = 6;

    /// <summary>Mean of the exponential delay of all other streams, µs, 0 to 1,000,000.</summary>
    public double BaseJitterUs { get; init; } = 50;

    /// <summary>Streams with delay spikes.</summary>
    public double SpikeFraction { get; init; }

    public double SpikeProbability { get; init; } = 0.002;

    /// <summary>ms, 0 to 5,000.</summary>
    public double SpikeMs { get; init; } = 200;

    /// <summary>Streams with single late packets.</summary>
    public double LateFraction { get; init; }

    public double LateProbability { get; init; } = 0.005;

    /// <summary>ms, 0 to 5,000.</summary>
    public double LateMs { get; init; } = 100;

    /// <summary>Streams with packets that others overtake.</summary>
    public double ReorderFraction { get; init; }

    public double ReorderProbability { get; init; } = 0.005;

    /// <summary>Streams with duplicates.</summary>
    public double DuplicateFraction { get; init; }

    public double DuplicateProbability { get; init; } = 0.01;

    /// <summary>Streams with voice activity detection and comfort noise.</summary>
    public double SilenceSuppressionFraction { get; init; }

    /// <summary>Streams with <see cref="TelephoneEvents"/> events.</summary>
    public double TelephoneEventFraction { get; init; }

    /// <summary>0 to 8.</summary>
    public int TelephoneEvents { get; init; } = 2;

    /// <summary>Streams whose sender restarts once with a new SSRC.</summary>
    public double SsrcChangeFraction { get; init; }

    /// <inheritdoc cref="SyntheticTrafficOptions.RtcpInterval"/>
    public TimeSpan RtcpInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <inheritdoc cref="SyntheticTrafficOptions.NanosecondStamps"/>
    public bool NanosecondStamps { get; init; }

    /// <summary>The options that <see cref="SyntheticTraffic"/> needs for this scenario.</summary>
    public SyntheticTrafficOptions ToOptions(Action<SyntheticCallTruth>? onCallFinished = null) => new()
    {
        Seed = Seed,
        RtcpInterval = RtcpInterval,
        NanosecondStamps = NanosecondStamps,
        OnCallFinished = onCallFinished,
    };

    /// <summary>The calls of this scenario by start instant, one at a time.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public IEnumerable<SyntheticCallPlan> ToPlans()
    {
        if (FindProblem() is { } problem)
        {
            throw new ArgumentException($"Synthetic scenario: {problem}.");
        }

        var planner = new SyntheticPlanner(this);

        return LongRange(Calls).Select(planner.Plan);
    }

    /// <summary>Says what is out of range, or returns <see langword="null"/>.</summary>
    public string? FindProblem()
    {
        if (Calls is < 1 or > 1_000_000_000 || Units is < 1 or > SyntheticAddressPlan.MaxUnits)
        {
            return "calls must be 1 to 1,000,000,000 and units 1 to 256";
        }

        if (Duration < TimeSpan.Zero || Duration > TimeSpan.FromHours(12)
            || Stagger is { } stagger && (stagger < TimeSpan.Zero || stagger > TimeSpan.FromDays(3_653))
            || Start < DateTimeOffset.UnixEpoch || Start.Year > 2100)
        {
            return "duration must be 0 to 12 h, stagger 0 to 10 years, start 1970 to 2100";
        }

        double[] fractions =
        [
            DurationVariation, Ipv6Fraction, VlanFraction, LateCaptureFraction, OneWayFraction, LossFraction,
            BurstFraction, JitterFraction, SpikeFraction, LateFraction, ReorderFraction, DuplicateFraction,
            SilenceSuppressionFraction, TelephoneEventFraction, SsrcChangeFraction,
            RejectedFraction, FailedFraction, CancelledFraction, UnansweredFraction,
        ];
        if (!fractions.All(Impairment.IsProbability)
            || RejectedFraction + FailedFraction + CancelledFraction + UnansweredFraction > 1 + 1e-9)
        {
            return "every fraction must be 0 to 1, and those of unsuccessful outcomes at most 1 together";
        }

        if (Codecs.IsDefaultOrEmpty
            || !Codecs.All(codec => Enum.IsDefined(codec.Codec) && Impairment.IsWithin(codec.Weight, 0, 1e6))
            || Codecs.Sum(codec => codec.Weight) <= 0)
        {
            return "codec weights must be 0 to 1,000,000 and above 0 in sum";
        }

        if (!Impairment.IsWithin(BaseJitterUs, 0, 1_000_000))
        {
            return "base jitter must be 0 to 1,000,000 us";
        }

        return Everything().FindProblem() ?? ToOptions().FindProblem();
    }

    /// <summary>All impairments at once, to check their ranges and to take single ones from.</summary>
    internal Impairment Everything() => new()
    {
        LossProbability = LossProbability,
        Burst = Burst,
        JitterMs = JitterMs,
        SpikeProbability = SpikeProbability,
        SpikeMs = SpikeMs,
        LateProbability = LateProbability,
        LateMs = LateMs,
        ReorderProbability = ReorderProbability,
        DuplicateProbability = DuplicateProbability,
        TelephoneEvents = TelephoneEvents,
    };

    private static IEnumerable<long> LongRange(long count)
    {
        for (var i = 0L; i < count; i++)
        {
            yield return i;
        }
    }
}
