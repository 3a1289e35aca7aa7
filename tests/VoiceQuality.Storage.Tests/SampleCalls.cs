using System.Globalization;
using NodaTime;
using VoiceQuality.Monitor.Audio;
using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Protocols.Network;
using VoiceQuality.Quality;
using VoiceQuality.Quality.Codecs;
using VoiceQuality.Quality.Rtp;
using VoiceQuality.Quality.Scoring;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Storage.Calls;

namespace VoiceQuality.Storage.Tests;

/// <summary>Calls with random contents; the same seed gives the same calls.</summary>
internal sealed class SampleCalls(int seed)
{
    /// <summary>2026-10-01T00:00:00Z.</summary>
    public const long OctoberUs = 1_790_812_800_000_000;

    private static readonly string[] Units = ["U-1", "U-2", "U-3"];

    private readonly Random _random = new(seed);

    /// <summary>A call that is the same but for what the caller changes.</summary>
    public static CallRecord Answered(int number, int? mosE4 = 4_1000, long received = 500) => new()
    {
        CallId = $"call-{number}@198.18.0.1",
        FromTag = "tag",
        Caller = "+15550100001",
        Callee = "+15550100002",
        SignallingSource = Endpoint(1, 5060),
        SignallingDestination = Endpoint(2, 5060),
        StartedAtUs = OctoberUs + (number * 1_000_000L),
        AnsweredAtUs = OctoberUs + (number * 1_000_000L) + 500_000,
        EndedAtUs = OctoberUs + (number * 1_000_000L) + 10_500_000,
        Outcome = CallOutcome.Answered,
        FinalStatus = 200,
        MosLqE4 = mosE4,
        RFactor = mosE4 is null ? null : 88.5,
        UnscoredReason = mosE4 is null ? UnscoredReason.NoMedia : UnscoredReason.None,
        Streams = [Stream(number, received) with { CallId = $"call-{number}@198.18.0.1" }],
    };

    public static MeasuredCall Measured(CallRecord call, string unitId = "U-1") => new(
        call, "A-1", unitId, "rule", new ServiceMonth(2026, 10), new LocalDate(2026, 10, 1), "2026a");

    public static StreamRecord Stream(int number, long received) => new()
    {
        Source = Endpoint(10, 4000),
        Destination = Endpoint(20, 6000),
        Ssrc = (uint)number,
        Codec = "PCMU",
        PayloadType = 0,
        ClockRateHz = 8000,
        StartedAtUs = OctoberUs + (number * 1_000_000L),
        EndedAtUs = OctoberUs + (number * 1_000_000L) + 10_000_000,
        Total = new IntervalCounters { Expected = 500, Received = received },
        Scored = new IntervalCounters { Expected = 500, Received = received },
        Model = new ScoreModel("g107", "1", "G.711", "fixed:60"),
        Intervals = [],
    };

    public static IpEndpoint Endpoint(byte host, ushort port) =>
        new(IpAddress128.FromBytes([198, 18, 0, host]), port);

    /// <summary>A call with everything random, some of it missing.</summary>
    public MeasuredCall Next(int number, int observation = 0)
    {
        // The key must be the same for each observation of one call.
        var start = OctoberUs + (number * 7_919_000_003L % 5_184_000_000_000L);
        var outcome = Pick(Enum.GetValues<CallOutcome>());
        var mos = Maybe(() => _random.Next(5) == 0 ? Pick([0, 9_999, 50_001, 10_000, 50_000]) : _random.Next(1_0000, 4_5001));
        var call = new CallRecord
        {
            CallId = $"{number}@example.com",
            FromTag = number % 3 == 0 ? "" : "t" + number.ToString(CultureInfo.InvariantCulture),
            Caller = MaybeText("+1555010"),
            Callee = MaybeText("+1555020"),
            CallerDomain = MaybeText("a.example.com"),
            CalleeDomain = MaybeText("é.example.com"),
            RequestDomain = MaybeText(""),
            RequestUser = MaybeText("+1555030"),
            AssertedIdentities = [.. Enumerable.Range(0, _random.Next(3)).Select(i => $"+155504{i}")],
            RemotePartyIds = [.. Enumerable.Range(0, _random.Next(2)).Select(i => $"+155505{i}")],
            Headers = _random.Next(2) == 0
                ? new Dictionary<string, string>()
                : new Dictionary<string, string> { ["x-unit"] = "7", ["x-empty"] = "" },
            SignallingSource = RandomEndpoint(),
            SignallingDestination = RandomEndpoint(),
            StartedAtUs = start,
            AnsweredAtUs = MaybeLong(),
            EndedAtUs = MaybeLong(),
            Outcome = outcome,
            FinalStatus = Maybe(() => _random.Next(200, 700)),
            PostDialDelayUs = Maybe<long>(() => _random.Next(2) * 250_000L),
            RequestDelayUs = Maybe<long>(() => _random.Next(2) * 120_000L),
            RingTimeUs = Maybe<long>(() => _random.Next(2) * 4_000_000L),
            DisconnectDelayUs = Maybe<long>(() => _random.Next(2) * 30_000L),
            Challenges = _random.Next(3),
            ReleaseReason = Maybe(() => new ReleaseReason(Pick(["Q.850", "SIP", "other"]), _random.Next(700))),
            ReleasedBy = Maybe(() => Pick(Enum.GetValues<CallParty>())),
            Streams = [.. Enumerable.Range(0, _random.Next(4)).Select(_ => NextStream(start) with { CallId = $"{number}@example.com" })],
            MosLqE4 = mos,
            RFactor = Maybe(() => _random.NextDouble() * 100),
            UnscoredReason = Pick(Enum.GetValues<UnscoredReason>()),
            Ladder = [.. Enumerable.Range(0, _random.Next(4)).Select(_ => NextEvent(start))],
            LadderOmitted = _random.Next(3),
            Retransmissions = observation,
            Branches = _random.Next(3),
        };
        ServiceMonth? month = _random.Next(8) == 0 ? null : new ServiceMonth(2026, _random.Next(10, 12));
        LocalDate? date = month is null ? null : new LocalDate(2026, month.Value.Month, _random.Next(1, 4));
        return new MeasuredCall(
            call, "A-" + _random.Next(1, 3).ToString(CultureInfo.InvariantCulture), Pick(Units), MaybeText("r"), month, date,
            month is null ? null : "2026a");
    }

    /// <summary>A stream with everything random.</summary>
    public StreamRecord NextStream(long startUs)
    {
        var stream = NextCounted(startUs);
        stream = _random.Next(2) == 0 ? stream : stream with
        {
            FirstSequenceNumber = (ushort)_random.Next(65_536),
            Recovered = _random.Next(3),
            Retransmissions = Maybe(() => new RetransmissionCounters(Any(), Maybe(Any))),
            SpeechCodecs =
            [
                new("G729", 8000) { Vad = Maybe<bool>(() => _random.Next(2) == 0) },
                new("AMR-WB", 16_000) { BitRate = Maybe(() => 12_650) },
            ],
            Emulations =
            [
                new(new JitterBufferModel(JitterBufferKind.Adaptive, 200), Any(), Any(), Any(), Any()),
                new(new JitterBufferModel(JitterBufferKind.Fixed, 40), 1, 2, 3, 4),
            ],
            IsRtcpTerminated = _random.Next(2) == 0,
            MosCqE4 = 41_234,
            TaMs = _random.NextDouble() * 300,
            Delay = new PathDelay(Maybe<long>(() => 1_234), MaybeLong(), MaybeLong(), Maybe(() => RoundTripSource.RtcpXr)),
            Audio = new AudioCounters(1, 160, Any(), 3, 4, 5, 6, 7, _random.Next(2) == 0),
            Intervals = [.. stream.Intervals.Select(interval => interval with { Audio = Maybe(NextLooks) })],
            Remote =
            [
                .. Enum.GetValues<RemoteSource>().Select(source => new RemoteReport(
                    source, Maybe(() => 4_000_000_000u), 3, startUs, startUs + 5,
                    [new("lossPercent", 1.25m), new("jitterMs", null), new("cumulativeLost", -7)])),
            ],
        };

        // The sum is what the intervals say; before periods were corrected there were no doubts.
        var arePeriodsCorrected = stream.Intervals.Count > 0 && _random.Next(2) == 0;
        StreamRecord unseen = stream with
        {
            ArePeriodsCorrected = arePeriodsCorrected,
            Intervals = [.. stream.Intervals.Select(interval => interval with
            {
                Unseen = _random.Next(1, 3), Doubts = arePeriodsCorrected ? (PeriodDoubts)_random.Next(4) : default,
            })],
        };
        return unseen with { Unseen = unseen.Intervals.Sum(interval => interval.Unseen) };
    }

    private StreamRecord NextCounted(long startUs) => new()
    {
        Direction = Maybe(() => Pick(Enum.GetValues<MediaDirection>())),
        Source = RandomEndpoint(),
        Destination = RandomEndpoint(),
        Ssrc = (uint)_random.NextInt64(1L << 32),
        Codec = MaybeText("PCMU"),
        PayloadType = _random.Next(128),
        ClockRateHz = Pick([0, 8000, 48000]),
        StartedAtUs = startUs + _random.Next(1000),
        EndedAtUs = startUs + _random.NextInt64(100_000_000),
        IsFromElsewhere = _random.Next(2) == 0,
        Total = NextCounters(),
        Scored = NextCounters(),
        RFactor = Maybe(() => _random.NextDouble() * 100),
        MosLqE4 = Maybe(() => _random.Next(1_0000, 4_5001)),
        UnscoredReason = Pick(Enum.GetValues<UnscoredReason>()),
        Model = new ScoreModel("g107", Pick(["1", "2"]), MaybeText("G.711"), Pick(["fixed:60", "fixed:40"]))
        {
            SkewCorrection = _random.Next(2) == 0,
            Policy = _random.Next(2) == 0 ? null : new ScoringPolicyName(Pick(["p-1", "p-2"]), new string('b', 64)),
        },
        Intervals = [.. Enumerable.Range(0, _random.Next(5)).Select(_ =>
            new IntervalRecord(NextCounters(), Maybe(() => _random.Next(1_0000, 4_5001))))],
        ScoredSeconds = _random.NextInt64(1_000_000_000) / 1_000_000m,
    };

    private AudioLooks NextLooks() => new()
    {
        Packets = _random.Next(1, 40),
        Samples = _random.Next(10_000),
        SumOfSquares = _random.NextInt64(),
        SilentSamples = Pick([0, 160]),
        FrozenSamples = Pick([0, 320]),
        ClippedSamples = Pick([0, 1]),
    };

    /// <summary>Counters of any size up to the limits of their type.</summary>
    public IntervalCounters NextCounters() => new()
    {
        StartNs = Any(),
        EndNs = Any(),
        IsEarlyMedia = _random.Next(2) == 0,
        Segments = Any(),
        Expected = Any(),
        Received = Any() & 0xFFFF_FFFF,
        Discarded = Any(),
        BadRuns = Any(),
        Duplicates = Any(),
        Reordered = Any(),
        Strays = Any(),
        AudioReceived = Any(),
        ComfortNoise = Any(),
        TelephoneEvents = Any(),
        PayloadOctets = Any(),
        JitterSumPs = Any(),
        JitterMaxPs = Any(),
        JitterSamples = Any(),
        MaxDeltaNs = Any(),
        MediaNs = Any(),
        MediaArrivalNs = Any(),
        PausedMediaNs = Any(),
        PausedArrivalNs = Any(),
        Pauses = Any(),
        SpacedNs = Any(),
        SpacedSteps = Any(),
        BurstGaps = new BurstGapCounters
        {
            Bursts = Any(), Gaps = Any(), BurstPackets = Any(), BurstBad = Any(), GapPackets = Any(), GapBad = Any(),
        },
        LossRuns = new LossRunHistogram { [0] = (uint)Any(), [9] = (uint)Any() },
        DelayVariation = new DelayVariationHistogram { [0] = (uint)Any(), [7] = (uint)Any(), [20] = (uint)Any() },
        Envelope = new ClockEnvelope { Points = Any(), SumX = Any(), SumY = Any(), SumXx = Any(), SumXy = Any() },
        Drift = new ClockDrift { Steps = Any(), LeastPpm = Any(), GreatestPpm = Any() },
    };

    /// <summary>Up to two minutes of packets of 20 ms with jitter, loss and copies.</summary>
    public static IEnumerable<RtpArrival> Arrivals(Random random)
    {
        var (jitterNs, lossPercent) = (random.Next(1, 100_000_000), random.Next(8));
        return Enumerable.Range(0, random.Next(1, 6_000))
            .Where(_ => random.Next(100) >= lossPercent)
            .SelectMany(i => Enumerable.Repeat(i, random.Next(50) == 0 ? 2 : 1))
            .Select(i => new RtpArrival
            {
                ArrivalNs = (OctoberUs * 1_000) + (i * 20_000_000L) + random.Next(jitterNs),
                SequenceNumber = (ushort)i,
                Timestamp = (uint)(i * 160),
                ClockRateHz = 8_000,
                PayloadLength = 160,
            })
            .OrderBy(arrival => arrival.ArrivalNs);
    }

    public T Pick<T>(T[] values) => values[_random.Next(values.Length)];

    public T[] Shuffle<T>(IEnumerable<T> values)
    {
        var shuffled = values.ToArray();
        _random.Shuffle(shuffled);
        return shuffled;
    }

    private SignallingEvent NextEvent(long startUs) => new(
        startUs + _random.NextInt64(-1000, 60_000_000), RandomEndpoint(), RandomEndpoint(), Pick(["INVITE", "200 OK"]),
        _random.Next(2) == 0, _random.Next(2) == 0);

    private IpEndpoint RandomEndpoint() => _random.Next(2) == 0
        ? Endpoint((byte)_random.Next(256), (ushort)_random.Next(65536))
        : new IpEndpoint(
            IpAddress128.FromBytes([0x20, 0x01, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte)_random.Next(256)]),
            (ushort)_random.Next(65536));

    private long Any() => _random.Next(6) switch
    {
        0 => 0,
        1 => long.MaxValue,
        2 => long.MinValue,
        3 => _random.Next(600),
        4 => _random.NextInt64(long.MinValue, long.MaxValue),
        _ => 10_000_000_000,
    };

    private T? Maybe<T>(Func<T> value)
        where T : struct => _random.Next(3) == 0 ? null : value();

    private long? MaybeLong() => Maybe(() => OctoberUs + _random.NextInt64(1_000_000_000));

    private string? MaybeText(string text) => _random.Next(3) == 0 ? null : text;
}
