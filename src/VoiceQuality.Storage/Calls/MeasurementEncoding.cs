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
/// Version 2: an octet of 2; an octet of 1 for a stream from elsewhere, else 0; number of intervals; one block per
/// interval; a block for Total; a block for Scored. Version 1 begins with an octet of 1 and the number of intervals and
/// has the bits up to 19; what it lacks is 0.
/// <code>
/// block    = mask, then for each field whose bit is set, lowest first: the value minus its prediction (signed, modulo
///            2^64); then, with bit 19, MosLqE4: the value minus the last present one, or minus 0; absent: null
/// bit      0 StartNs  1 EndNs  2 IsEarlyMedia  3 Segments  4 Expected  5 Received  6 Discarded  7 BadRuns
///          8 Duplicates  9 Reordered  10 Strays  11 AudioReceived  12 ComfortNoise  13 TelephoneEvents
///          14 PayloadOctets  15 JitterSumPs  16 JitterMaxPs  17 JitterSamples  18 MaxDeltaNs  19 MosLqE4
///          20 MediaNs  21 MediaArrivalNs  22 PausedMediaNs  23 PausedArrivalNs  24 Pauses
/// </code>
/// Prediction in an interval: StartNs is the last interval's EndNs, the first time the stream's start; EndNs keeps
/// the last duration; IsEarlyMedia, Expected, PayloadOctets, JitterSumPs, JitterMaxPs, MaxDeltaNs and MediaNs are as in
/// the last interval; Received is Expected; AudioReceived is Received; JitterSamples is AudioReceived; MediaArrivalNs
/// is MediaNs, PausedArrivalNs is PausedMediaNs; the rest is 0.
/// Prediction of Total is the sum of all intervals, of Scored that of those without early media: sums, but the least
/// StartNs, the greatest EndNs, JitterMaxPs and MaxDeltaNs, and early media only if all are; all 0 without any.
/// These rules belong to the version; a change of the counters needs version 3.
/// </remarks>
internal static class MeasurementEncoding
{
    private const byte Version = 2;
    private const int FieldCount = 24;
    private const int FieldsOfVersion1 = 19;

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

    public static void Write(OctetWriter writer, StreamRecord stream)
    {
        Span<long> current = stackalloc long[FieldCount];
        Span<long> predicted = stackalloc long[FieldCount];
        Span<long> last = stackalloc long[FieldCount];
        Span<long> all = stackalloc long[FieldCount];
        Span<long> scored = stackalloc long[FieldCount];
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
            for (var field = 0; field < FieldCount; field++)
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
        var fields = reader.ReadOctet() switch
        {
            1 => FieldsOfVersion1,
            Version => FieldCount,
            _ => throw new StoredDataException("A stored measurement has a version that this program does not know."),
        };

        var isFromElsewhere = fields == FieldCount && reader.ReadFlag();
        Span<long> current = stackalloc long[FieldCount];
        Span<long> last = stackalloc long[FieldCount];
        Span<long> all = stackalloc long[FieldCount];
        Span<long> scored = stackalloc long[FieldCount];
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
    }

    private static void ReadSum(ref OctetReader reader, scoped Span<long> predicted, int fields)
    {
        var mask = reader.ReadUnsigned();
        for (var field = 0; field < fields; field++)
        {
            predicted[field] = unchecked(predicted[field] + ReadDifference(ref reader, mask, field));
        }
    }

    private static long ReadDifference(ref OctetReader reader, ulong mask, int field) =>
        (mask & BitOf(field)) == 0 ? 0 : reader.ReadSigned();

    private static ulong BitOf(int field) => 1UL << (field < MosBit ? field : field + 1);

    // Uses fields of the current interval below this one only: those are known when it is read.
    private static long Predict(int field, ReadOnlySpan<long> last, ReadOnlySpan<long> current) => field switch
    {
        Start => last[End],
        End => unchecked(current[Start] + (last[End] - last[Start])),
        Received => current[Expected],
        Audio => current[Received],
        JitterSamples => current[Audio],
        Early or Expected or Payload or JitterSum or JitterMax or MaxDelta or Media => last[field],
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

        for (var field = 0; field < FieldCount; field++)
        {
            sum[field] = field switch
            {
                Start => Math.Min(sum[field], interval[field]),
                Early => sum[field] & interval[field],
                End or JitterMax or MaxDelta => Math.Max(sum[field], interval[field]),
                _ => unchecked(sum[field] + interval[field]),
            };
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
    };
}
