using NodaTime;
using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Protocols.Network;
using VoiceQuality.Quality;
using VoiceQuality.Quality.Codecs;
using VoiceQuality.Quality.Rtp;
using VoiceQuality.Quality.Scoring;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Storage.Calls;

namespace VoiceQuality.Service.Tests.Api;

/// <summary>Calls to seed a database with.</summary>
internal static class SeedCalls
{
    private static readonly IpEndpoint CallerEdge = Endpoint(198, 18, 0, 1, 5060);
    private static readonly IpEndpoint CalleeEdge = Endpoint(198, 18, 0, 2, 5060);

    /// <summary>An answered call of one minute without streams.</summary>
    /// <param name="account">Account id.</param>
    /// <param name="unit">Unit id.</param>
    /// <param name="date">Date in UTC; the call starts at noon and <paramref name="number"/> seconds.</param>
    /// <param name="number">Makes the call one of a kind on its date.</param>
    /// <param name="mosE4">Its score; null for an answered call whose media was not seen.</param>
    public static MeasuredCall Answered(string account, string unit, LocalDate date, int number, int? mosE4)
    {
        var startedAtUs = (date.AtMidnight().InUtc().ToInstant().ToUnixTimeTicks() / 10) + (((12 * 3600L) + number) * 1_000_000);
        var call = new CallRecord
        {
            CallId = $"{unit}-{date:yyyyMMdd}-{number}@198.18.0.1",
            FromTag = "tag",
            Caller = "+15550100001",
            Callee = "+15550100002",
            SignallingSource = CallerEdge,
            SignallingDestination = CalleeEdge,
            StartedAtUs = startedAtUs,
            AnsweredAtUs = startedAtUs + 2_000_000,
            EndedAtUs = startedAtUs + 62_000_000,
            PostDialDelayUs = 850_000,
            Outcome = CallOutcome.Answered,
            FinalStatus = 200,
            ReleasedBy = CallParty.Callee,
            MosLqE4 = mosE4,
            UnscoredReason = mosE4 is null ? UnscoredReason.NoMedia : UnscoredReason.None,
        };
        return Of(call, account, unit, date);
    }

    /// <summary>The call with its unit, and the month of its date.</summary>
    public static MeasuredCall Of(CallRecord call, string account, string unit, LocalDate date) => new(
        call, account, unit, "rule-1", new ServiceMonth(date.Year, date.Month), date, TimeZones.DatabaseVersion);

    /// <summary>The call with two streams of 10 s intervals and a ladder with a retransmission.</summary>
    /// <param name="measured">The call to fill in.</param>
    /// <param name="lostPerInterval">Lost packets of 500, one entry per interval, from the caller's side.</param>
    public static MeasuredCall WithMedia(MeasuredCall measured, params int[] lostPerInterval)
    {
        var call = measured.Call;
        var fromCaller = Stream(call, MediaDirection.FromCaller, lostPerInterval);
        var fromCallee = Stream(call, MediaDirection.FromCallee, [.. lostPerInterval.Select(_ => 0)]);
        return measured with
        {
            Call = call with
            {
                Streams = [fromCaller, fromCallee],
                MosLqE4 = (int)Math.Round((fromCaller.MosLqE4!.Value + fromCallee.MosLqE4!.Value) / 2m, MidpointRounding.AwayFromZero),
                RFactor = (fromCaller.RFactor + fromCallee.RFactor) / 2,
                UnscoredReason = UnscoredReason.None,
                Ladder = Ladder(call.StartedAtUs),
                Retransmissions = 1,
                Branches = 1,
            },
        };
    }

    public static IpEndpoint Endpoint(byte a, byte b, byte c, byte d, ushort port) =>
        new(IpAddress128.FromIPv4(((uint)a << 24) | ((uint)b << 16) | ((uint)c << 8) | d), port);

    private static IReadOnlyList<SignallingEvent> Ladder(long startUs)
    {
        return
        [
            Event(0, CallerEdge, CalleeEdge, "INVITE", hasSdp: true),
            Event(500, CallerEdge, CalleeEdge, "INVITE", hasSdp: true, isAgain: true),
            Event(510, CalleeEdge, CallerEdge, "100 Trying"),
            Event(850, CalleeEdge, CallerEdge, "180 Ringing"),
            Event(2000, CalleeEdge, CallerEdge, "200 OK", hasSdp: true),
            Event(2020, CallerEdge, CalleeEdge, "ACK"),
            Event(62000, CalleeEdge, CallerEdge, "BYE"),
            Event(62010, CallerEdge, CalleeEdge, "481 Call/Transaction Does Not Exist"),
        ];

        SignallingEvent Event(
            long ms, IpEndpoint from, IpEndpoint to, string summary, bool hasSdp = false, bool isAgain = false) =>
            new(startUs + (ms * 1000), from, to, summary, hasSdp, isAgain);
    }

    private static StreamRecord Stream(CallRecord call, MediaDirection direction, int[] lostPerInterval)
    {
        var row = CodecTable.Default.Rows.First(candidate => candidate.Id == "g711-plc");
        var startNs = (call.AnsweredAtUs ?? call.StartedAtUs) * 1000;
        var intervals = lostPerInterval.Select((lost, i) => new IntervalCounters
        {
            StartNs = startNs + (i * 10_000_000_000L),
            EndNs = startNs + ((i + 1) * 10_000_000_000L),
            Segments = i == 0 ? 1 : 0,
            Expected = 500,
            Received = 500 - lost,
            Discarded = lost / 5,
            BadRuns = Math.Min(lost, Math.Max(1, lost / 3)),
            AudioReceived = 500 - lost,
            PayloadOctets = 160L * (500 - lost),
            JitterSumPs = (long)((3.5 + (i % 4)) * 1e9) * 499,
            JitterMaxPs = (long)((6 + (2 * (i % 4))) * 1e9),
            JitterSamples = 499,
            MaxDeltaNs = 21_000_000 + (lost * 1_000_000L),
        }).ToList();
        var total = intervals.Aggregate(default(IntervalCounters), (sum, next) => IntervalCounters.Merge(sum, next));
        var score = StreamScorer.Score(total, row, default);
        return new StreamRecord
        {
            CallId = call.CallId,
            Direction = direction,
            Source = Endpoint(198, 18, 0, (byte)(direction == MediaDirection.FromCaller ? 11 : 12), 40000),
            Destination = Endpoint(198, 18, 0, (byte)(direction == MediaDirection.FromCaller ? 12 : 11), 40002),
            Ssrc = direction == MediaDirection.FromCaller ? 0x1a2b3c4du : 0x00c0ffeeu,
            Codec = "PCMU",
            PayloadType = 0,
            ClockRateHz = 8000,
            StartedAtUs = startNs / 1000,
            EndedAtUs = total.EndNs / 1000,
            Total = total,
            Scored = total,
            RFactor = score.R,
            MosLqE4 = score.MosE4,
            Model = new ScoreModel(score.ModelName!, score.ModelVersion!, score.CodecRowId, score.JitterBuffer!),
            Intervals =
            [
                .. intervals.Select(counters => new IntervalRecord(
                    counters, StreamScorer.Score(counters, row, ScoringPolicy.ForIntervals).MosE4)),
            ],
            ScoredSeconds = 10 * lostPerInterval.Length,
        };
    }
}
