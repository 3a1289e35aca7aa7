using VoiceQuality.Monitor.Streams;
using VoiceQuality.Protocols.Rtcp;

namespace VoiceQuality.Monitor.Rtcp;

/// <summary>What the receiver of one stream said of it in XR packets (RFC 3611).</summary>
internal sealed class RtcpExtendedFacts(long firstNs)
{
    private readonly long _firstNs = firstNs;
    private long _packets;
    private long _lastNs = firstNs;
    private RtcpVoipMetrics? _voip;
    private RtcpXrStatistics? _statistics;
    private RoundTripSamples _roundTrips;
    private long _lossReported;
    private long _lossLost;
    private long _duplicatesReported;
    private long _duplicatesFound;
    private long _receiptTimes;

    /// <summary>Median of the round trips told, µs; null without any.</summary>
    public long? RoundTripUs => _roundTrips.MedianUs;

    public void Note(in RtcpVoipMetrics metrics)
    {
        _voip = metrics;
        _roundTrips.Add((metrics.RoundTripDelayMs ?? 0) * 1_000L);
    }

    public void Note(in RtcpXrRunLengths lengths)
    {
        if (lengths.IsLoss)
        {
            _lossReported += lengths.Reported;
            _lossLost += lengths.Zeros;
        }
        else
        {
            _duplicatesReported += lengths.Reported;
            _duplicatesFound += lengths.Zeros;
        }
    }

    public void Note(in RtcpXrReceiptTimes times) => _receiptTimes += times.TimeCount;

    public void Note(in RtcpXrStatistics statistics) => _statistics = statistics;

    /// <summary>Counts a packet that said something.</summary>
    public void NotePacket(long atNs)
    {
        _packets++;
        _lastNs = atNs;
    }

    public RemoteReport ToReport(uint? reporterSsrc, int clockRateHz)
    {
        var voip = _voip;
        var summary = _statistics;
        return new RemoteReport(
            RemoteSource.RtcpExtendedReport,
            reporterSsrc,
            _packets,
            _firstNs / 1_000,
            _lastNs / 1_000,
            [
                new("lossPercent", voip is { } a ? Figure.Of256ths(a.LossRate) : null),
                new("discardPercent", voip is { } b ? Figure.Of256ths(b.DiscardRate) : null),
                new("burstDensityPercent", voip is { } c ? Figure.Of256ths(c.BurstDensity) : null),
                new("gapDensityPercent", voip is { } d ? Figure.Of256ths(d.GapDensity) : null),
                new("burstDurationMs", voip?.BurstDurationMs),
                new("gapDurationMs", voip?.GapDurationMs),
                new("roundTripMs", voip?.RoundTripDelayMs),
                new("endSystemDelayMs", voip?.EndSystemDelayMs),
                new("signalLevelDbm", voip?.SignalLevelDbm),
                new("noiseLevelDbm", voip?.NoiseLevelDbm),
                new("residualEchoReturnLossDb", voip?.RerlDb),
                new("gmin", voip?.Gmin),
                new("rFactor", voip?.RFactor),
                new("externalRFactor", voip?.ExternalRFactor),
                new("mosLq", voip?.MosLqTenths / 10m),
                new("mosCq", voip?.MosCqTenths / 10m),
                new("jitterBufferNominalMs", voip?.JitterBufferNominalMs),
                new("jitterBufferMaximumMs", voip?.JitterBufferMaximumMs),
                new("jitterBufferAbsoluteMaximumMs", voip?.JitterBufferAbsoluteMaximumMs),
                new("lossRunsReported", Known(_lossReported, _lossReported)),
                new("lossRunsLost", Known(_lossLost, _lossReported)),
                new("duplicateRunsReported", Known(_duplicatesReported, _duplicatesReported)),
                new("duplicateRunsFound", Known(_duplicatesFound, _duplicatesReported)),
                new("receiptTimes", Known(_receiptTimes, _receiptTimes)),
                new("summaryLost", summary?.Lost),
                new("summaryDuplicates", summary?.Duplicates),
                new("summaryJitterMeanMs", Figure.MsOfTicks(summary?.JitterMeanTicks, clockRateHz)),
                new("summaryJitterMaxMs", Figure.MsOfTicks(summary?.JitterMaxTicks, clockRateHz)),
                new("summaryJitterDeviationMs", Figure.MsOfTicks(summary?.JitterDeviationTicks, clockRateHz)),
            ]);
    }

    private static decimal? Known(long value, long reported) => reported > 0 ? value : null;
}
