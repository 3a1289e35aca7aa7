using VoiceQuality.Quality.Rtp;

namespace VoiceQuality.Storage.Calls;

/// <content>What each field is expected to be, how fields add up, and which counter each one is.</content>
internal static partial class MeasurementEncoding
{
    // Uses fields of the current interval below this one only: those are known when it is read.
    private static long Predict(int field, ReadOnlySpan<long> last, ReadOnlySpan<long> current) => field switch
    {
        Start => last[End],
        End => unchecked(current[Start] + (last[End] - last[Start])),
        Received => current[Expected],
        Audio => current[Received],
        JitterSamples => current[Audio],
        Early or Expected or Payload or JitterSum or JitterMax or MaxDelta or Media or Spaced => last[field],
        Points or SumX or SumY or DriftSteps or >= DelayVariation => last[field],
        SpacedSteps => current[JitterSamples],
        GapPackets => unchecked(current[Expected] - current[BurstPackets]),
        SumXx => unchecked(current[SumX] * current[SumX]),
        SumXy => unchecked(current[SumX] * current[SumY]),
        MediaArrival => current[Media],
        PausedArrival => current[PausedMedia],
        _ => 0,
    };

    private static void Accumulate(ReadOnlySpan<long> interval, Span<long> sum, ref bool hasAny)
    {
        if (!hasAny)
        {
            interval.CopyTo(sum);
            hasAny = true;
            return;
        }

        for (var field = 0; field < AllCount; field++)
        {
            sum[field] = field switch
            {
                Start => Math.Min(sum[field], interval[field]),
                Early => sum[field] & interval[field],
                DriftLeast => OfSteps(sum, interval, Math.Min(sum[field], interval[field]), field),
                DriftGreatest => OfSteps(sum, interval, Math.Max(sum[field], interval[field]), field),
                End or JitterMax or MaxDelta => Math.Max(sum[field], interval[field]),
                _ => unchecked(sum[field] + interval[field]),
            };
        }
    }

    /// <summary>A drift without steps has neither a least nor a greatest one.</summary>
    private static long OfSteps(ReadOnlySpan<long> sum, ReadOnlySpan<long> interval, long ofBoth, int field) =>
        sum[DriftSteps] == 0 ? interval[field] : interval[DriftSteps] == 0 ? sum[field] : ofBoth;

    private static ulong MaskOfBins(ReadOnlySpan<long> current, ReadOnlySpan<long> predicted)
    {
        var mask = 0UL;
        for (var bin = 0; bin < BinCount; bin++)
        {
            mask |= current[FieldCount + bin] == predicted[FieldCount + bin] ? 0UL : 1UL << bin;
        }

        return mask;
    }

    private static void WriteBins(
        OctetWriter writer, ulong mask, ReadOnlySpan<long> current, ReadOnlySpan<long> predicted)
    {
        if (mask == 0)
        {
            return;
        }

        writer.WriteUnsigned(mask);
        for (var bin = 0; bin < BinCount; bin++)
        {
            if ((mask & (1UL << bin)) != 0)
            {
                writer.WriteSigned(current[FieldCount + bin] - predicted[FieldCount + bin]);
            }
        }
    }

    private static void ReadBins(ref OctetReader reader, ulong mask, scoped Span<long> fields)
    {
        var bins = (mask & (1UL << BinsBit)) == 0 ? 0UL : reader.ReadUnsigned();
        for (var bin = 0; bin < BinCount; bin++)
        {
            if ((bins & (1UL << bin)) != 0)
            {
                fields[FieldCount + bin] = unchecked(fields[FieldCount + bin] + reader.ReadSigned());
            }
        }
    }

    private static void ToFields(in IntervalCounters counters, Span<long> fields)
    {
        fields[0] = counters.StartNs;
        fields[1] = counters.EndNs;
        fields[2] = counters.IsEarlyMedia ? 1 : 0;
        fields[3] = counters.Segments;
        fields[4] = counters.Expected;
        fields[5] = counters.Received;
        fields[6] = counters.Discarded;
        fields[7] = counters.BadRuns;
        fields[8] = counters.Duplicates;
        fields[9] = counters.Reordered;
        fields[10] = counters.Strays;
        fields[11] = counters.AudioReceived;
        fields[12] = counters.ComfortNoise;
        fields[13] = counters.TelephoneEvents;
        fields[14] = counters.PayloadOctets;
        fields[15] = counters.JitterSumPs;
        fields[16] = counters.JitterMaxPs;
        fields[17] = counters.JitterSamples;
        fields[18] = counters.MaxDeltaNs;
        fields[Media] = counters.MediaNs;
        fields[MediaArrival] = counters.MediaArrivalNs;
        fields[PausedMedia] = counters.PausedMediaNs;
        fields[PausedArrival] = counters.PausedArrivalNs;
        fields[Pauses] = counters.Pauses;
        fields[Spaced] = counters.SpacedNs;
        fields[SpacedSteps] = counters.SpacedSteps;
        fields[Bursts] = counters.BurstGaps.Bursts;
        fields[Gaps] = counters.BurstGaps.Gaps;
        fields[BurstPackets] = counters.BurstGaps.BurstPackets;
        fields[BurstBad] = counters.BurstGaps.BurstBad;
        fields[GapPackets] = counters.BurstGaps.GapPackets;
        fields[GapBad] = counters.BurstGaps.GapBad;
        fields[Points] = counters.Envelope.Points;
        fields[SumX] = counters.Envelope.SumX;
        fields[SumY] = counters.Envelope.SumY;
        fields[SumXx] = counters.Envelope.SumXx;
        fields[SumXy] = counters.Envelope.SumXy;
        fields[DriftLeast] = counters.Drift.LeastPpm;
        fields[DriftGreatest] = counters.Drift.GreatestPpm;
        fields[DriftSteps] = counters.Drift.Steps;
        for (var bin = 0; bin < LossRunHistogram.BinCount; bin++)
        {
            fields[LossRuns + bin] = counters.LossRuns[bin];
        }

        for (var bin = 0; bin < DelayVariationHistogram.BinCount; bin++)
        {
            fields[DelayVariation + bin] = counters.DelayVariation[bin];
        }
    }

    private static IntervalCounters FromFields(ReadOnlySpan<long> fields) => new()
    {
        StartNs = fields[0],
        EndNs = fields[1],
        IsEarlyMedia = fields[2] != 0,
        Segments = fields[3],
        Expected = fields[4],
        Received = fields[5],
        Discarded = fields[6],
        BadRuns = fields[7],
        Duplicates = fields[8],
        Reordered = fields[9],
        Strays = fields[10],
        AudioReceived = fields[11],
        ComfortNoise = fields[12],
        TelephoneEvents = fields[13],
        PayloadOctets = fields[14],
        JitterSumPs = fields[15],
        JitterMaxPs = fields[16],
        JitterSamples = fields[17],
        MaxDeltaNs = fields[18],
        MediaNs = fields[Media],
        MediaArrivalNs = fields[MediaArrival],
        PausedMediaNs = fields[PausedMedia],
        PausedArrivalNs = fields[PausedArrival],
        Pauses = fields[Pauses],
        SpacedNs = fields[Spaced],
        SpacedSteps = fields[SpacedSteps],
        BurstGaps = new BurstGapCounters
        {
            Bursts = fields[Bursts],
            Gaps = fields[Gaps],
            BurstPackets = fields[BurstPackets],
            BurstBad = fields[BurstBad],
            GapPackets = fields[GapPackets],
            GapBad = fields[GapBad],
        },
        LossRuns = ToLossRuns(fields),
        DelayVariation = ToDelayVariation(fields),
        Envelope = new ClockEnvelope
        {
            Points = fields[Points],
            SumX = fields[SumX],
            SumY = fields[SumY],
            SumXx = fields[SumXx],
            SumXy = fields[SumXy],
        },
        Drift = new ClockDrift
        {
            Steps = fields[DriftSteps],
            LeastPpm = fields[DriftLeast],
            GreatestPpm = fields[DriftGreatest],
        },
    };

    private static LossRunHistogram ToLossRuns(ReadOnlySpan<long> fields)
    {
        var runs = default(LossRunHistogram);
        for (var bin = 0; bin < LossRunHistogram.BinCount; bin++)
        {
            runs[bin] = unchecked((uint)fields[LossRuns + bin]);
        }

        return runs;
    }

    private static DelayVariationHistogram ToDelayVariation(ReadOnlySpan<long> fields)
    {
        var variation = default(DelayVariationHistogram);
        for (var bin = 0; bin < DelayVariationHistogram.BinCount; bin++)
        {
            variation[bin] = unchecked((uint)fields[DelayVariation + bin]);
        }

        return variation;
    }
}
