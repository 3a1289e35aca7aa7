using System.Collections.Immutable;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Quality.Rtp;

namespace VoiceQuality.Storage.Calls;

/// <summary>The counters of a stream as they are stored.</summary>
/// <param name="Total">Sum of all intervals.</param>
/// <param name="Scored">Sum of the scored ones.</param>
/// <param name="Intervals">The intervals in order.</param>
/// <param name="IsFromElsewhere">See <see cref="StreamRecord.IsFromElsewhere"/>; false in what version 1 wrote.</param>
internal readonly record struct StreamMeasurement(
    IntervalCounters Total, IntervalCounters Scored, ImmutableArray<IntervalRecord> Intervals, bool IsFromElsewhere);

/// <summary>
/// All counters of a stream as one BLOB, exactly. A call of a minute has some 14 blocks of 19 counters; as rows they
/// would be ten times the octets and the inserts, and nobody asks for one interval without its stream.
/// </summary>
/// <remarks>
/// Version 3: an octet of 3; an octet of 1 for a stream from elsewhere, else 0; number of intervals; one block per
/// interval; a block for Total; a block for Scored. Version 2 has the bits up to 24. Version 1 begins with an octet of
/// 1 and the number of intervals and has the bits up to 19. What they lack is 0, and that bursts, gaps and runs do not
/// cover the expected packets then says that they are unknown.
/// <code>
/// block    = mask, then for each field whose bit is set, lowest first: the value minus its prediction (signed, modulo
///            2^64); then, with bit 19, MosLqE4: the value minus the last present one, or minus 0; absent: null; then,
///            with bit 41, a mask of the bins and for each whose bit is set the value minus its prediction (signed)
/// bit      0 StartNs  1 EndNs  2 IsEarlyMedia  3 Segments  4 Expected  5 Received  6 Discarded  7 BadRuns
///          8 Duplicates  9 Reordered  10 Strays  11 AudioReceived  12 ComfortNoise  13 TelephoneEvents
///          14 PayloadOctets  15 JitterSumPs  16 JitterMaxPs  17 JitterSamples  18 MaxDeltaNs  19 MosLqE4
///          20 MediaNs  21 MediaArrivalNs  22 PausedMediaNs  23 PausedArrivalNs  24 Pauses
///          25 SpacedNs  26 SpacedSteps  27 Bursts  28 Gaps  29 BurstPackets  30 BurstBad  31 GapPackets  32 GapBad
///          33 Envelope.Points  34 SumX  35 SumY  36 SumXx  37 SumXy  38 Drift.LeastPpm  39 GreatestPpm  40 Steps
/// bins     0 to 9 LossRuns  10 to 30 DelayVariation
/// </code>
/// Prediction in an interval: StartNs is the last interval's EndNs, the first time the stream's start; EndNs keeps
/// the last duration; IsEarlyMedia, Expected, PayloadOctets, JitterSumPs, JitterMaxPs, MaxDeltaNs, MediaNs, SpacedNs,
/// Points, SumX, SumY, Steps and DelayVariation are as in the last interval; Received is Expected; AudioReceived is
/// Received; JitterSamples is AudioReceived; MediaArrivalNs is MediaNs, PausedArrivalNs is PausedMediaNs; SpacedSteps
/// is JitterSamples; GapPackets is Expected minus BurstPackets; SumXx is SumX squared, SumXy is SumX times SumY; the
/// rest is 0. Prediction of Total is the sum of all intervals, of Scored that of those without early media: sums, but
/// the least StartNs, the greatest EndNs, JitterMaxPs and MaxDeltaNs, the least LeastPpm and greatest GreatestPpm of
/// those with Steps, and early media only if all are; all 0 without any.
/// These rules belong to the version; a change of the counters needs version 4.
/// </remarks>
internal static partial class MeasurementEncoding
{
    private const byte Version = 3;
    private const int FieldsOfVersion1 = 19;
    private const int FieldsOfVersion2 = 24;

    /// <summary>Fields with a bit of their own.</summary>
    private const int FieldCount = 40;

    /// <summary>Those and the bins behind them.</summary>
    private const int AllCount = FieldCount + BinCount;

    private const int BinCount = LossRunHistogram.BinCount + DelayVariationHistogram.BinCount;
    private const int BinsBit = 41;

    /// <summary>Fields from this one on have the bit after their number.</summary>
    private const int MosBit = FieldsOfVersion1;

    private const int Start = 0;
    private const int End = 1;
    private const int Early = 2;
    private const int Expected = 4;
    private const int Received = 5;
    private const int Audio = 11;
    private const int Payload = 14;
    private const int JitterSum = 15;
    private const int JitterMax = 16;
    private const int JitterSamples = 17;
    private const int MaxDelta = 18;
    private const int Media = 19;
    private const int MediaArrival = 20;
    private const int PausedMedia = 21;
    private const int PausedArrival = 22;
    private const int Pauses = 23;
    private const int Spaced = 24;
    private const int SpacedSteps = 25;
    private const int Bursts = 26;
    private const int Gaps = 27;
    private const int BurstPackets = 28;
    private const int BurstBad = 29;
    private const int GapPackets = 30;
    private const int GapBad = 31;
    private const int Points = 32;
    private const int SumX = 33;
    private const int SumY = 34;
    private const int SumXx = 35;
    private const int SumXy = 36;
    private const int DriftLeast = 37;
    private const int DriftGreatest = 38;
    private const int DriftSteps = 39;
    private const int LossRuns = FieldCount;
    private const int DelayVariation = LossRuns + LossRunHistogram.BinCount;

    public static void Write(OctetWriter writer, StreamRecord stream)
    {
        Span<long> current = stackalloc long[AllCount];
        Span<long> predicted = stackalloc long[AllCount];
        Span<long> last = stackalloc long[AllCount];
        Span<long> all = stackalloc long[AllCount];
        Span<long> scored = stackalloc long[AllCount];
        var hasAny = false;
        var hasScored = false;
        var lastMos = 0;
        last.Clear();
        last[Start] = last[End] = unchecked(stream.StartedAtUs * 1000);
        all.Clear();
        scored.Clear();

        writer.WriteOctet(Version);
        writer.WriteOctet(stream.IsFromElsewhere ? (byte)1 : (byte)0);
        writer.WriteUnsigned((ulong)stream.Intervals.Count);
        for (var i = 0; i < stream.Intervals.Count; i++)
        {
            var interval = stream.Intervals[i];
            ToFields(interval.Counters, current);
            for (var field = 0; field < AllCount; field++)
            {
                predicted[field] = Predict(field, last, current);
            }

            WriteBlock(writer, current, predicted, interval.MosLqE4, lastMos);
            lastMos = interval.MosLqE4 ?? lastMos;
            Accumulate(current, all, ref hasAny);
            if (current[Early] == 0)
            {
                Accumulate(current, scored, ref hasScored);
            }

            current.CopyTo(last);
        }

        ToFields(stream.Total, current);
        WriteBlock(writer, current, all, null, 0);
        ToFields(stream.Scored, current);
        WriteBlock(writer, current, scored, null, 0);
    }

    public static StreamMeasurement Read(ReadOnlySpan<byte> octets, long startedAtUs)
    {
        var reader = new OctetReader(octets);
        var version = reader.ReadOctet();
        var fields = version switch
        {
            1 => FieldsOfVersion1,
            2 => FieldsOfVersion2,
            Version => FieldCount,
            _ => throw new StoredDataException("A stored measurement has a version that this program does not know."),
        };

        var isFromElsewhere = version > 1 && reader.ReadFlag();
        Span<long> current = stackalloc long[AllCount];
        Span<long> last = stackalloc long[AllCount];
        Span<long> all = stackalloc long[AllCount];
        Span<long> scored = stackalloc long[AllCount];
        var hasAny = false;
        var hasScored = false;
        var lastMos = 0;
        last.Clear();
        last[Start] = last[End] = unchecked(startedAtUs * 1000);
        current.Clear();
        all.Clear();
        scored.Clear();

        var count = reader.ReadCount();
        var intervals = ImmutableArray.CreateBuilder<IntervalRecord>(count);
        for (var i = 0; i < count; i++)
        {
            var mask = reader.ReadUnsigned();
            for (var field = 0; field < fields; field++)
            {
                current[field] = Predict(field, last, current) + ReadDifference(ref reader, mask, field);
            }

            int? mos = (mask & (1UL << MosBit)) == 0 ? null : unchecked((int)(lastMos + reader.ReadSigned()));
            lastMos = mos ?? lastMos;
            if (version == Version)
            {
                for (var field = FieldCount; field < AllCount; field++)
                {
                    current[field] = Predict(field, last, current);
                }

                ReadBins(ref reader, mask, current);
            }

            intervals.Add(new IntervalRecord(FromFields(current), mos));
            Accumulate(current, all, ref hasAny);
            if (current[Early] == 0)
            {
                Accumulate(current, scored, ref hasScored);
            }

            current.CopyTo(last);
        }

        ReadSum(ref reader, all, fields);
        ReadSum(ref reader, scored, fields);
        reader.ThrowIfNotAtEnd();
        return new StreamMeasurement(
            FromFields(all), FromFields(scored), intervals.MoveToImmutable(), isFromElsewhere);
    }

    private static void WriteBlock(
        OctetWriter writer, ReadOnlySpan<long> current, ReadOnlySpan<long> predicted, int? mosE4, int lastMosE4)
    {
        var mask = mosE4 is null ? 0UL : 1UL << MosBit;
        for (var field = 0; field < FieldCount; field++)
        {
            mask |= current[field] == predicted[field] ? 0UL : BitOf(field);
        }

        var bins = MaskOfBins(current, predicted);
        mask |= bins == 0 ? 0UL : 1UL << BinsBit;
        writer.WriteUnsigned(mask);
        for (var field = 0; field < FieldCount; field++)
        {
            if (current[field] != predicted[field])
            {
                writer.WriteSigned(unchecked(current[field] - predicted[field]));
            }
        }

        if (mosE4 is { } mos)
        {
            writer.WriteSigned((long)mos - lastMosE4);
        }

        WriteBins(writer, bins, current, predicted);
    }

    private static void ReadSum(ref OctetReader reader, scoped Span<long> predicted, int fields)
    {
        var mask = reader.ReadUnsigned();
        for (var field = 0; field < fields; field++)
        {
            predicted[field] = unchecked(predicted[field] + ReadDifference(ref reader, mask, field));
        }

        if (fields == FieldCount)
        {
            ReadBins(ref reader, mask, predicted);
        }
    }

    private static long ReadDifference(ref OctetReader reader, ulong mask, int field) =>
        (mask & BitOf(field)) == 0 ? 0 : reader.ReadSigned();

    private static ulong BitOf(int field) => 1UL << (field < MosBit ? field : field + 1);
}
