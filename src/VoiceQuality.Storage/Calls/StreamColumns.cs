using System.Data.Common;
using System.Globalization;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Quality;
using VoiceQuality.Quality.Scoring;

namespace VoiceQuality.Storage.Calls;

/// <summary>
/// The columns that a call's streams and streams without a call share, and how they are read and written.
/// </summary>
internal static class StreamColumns
{
    public const string List = """
        direction, source, destination, ssrc, codec, payload_type, clock_rate_hz, started_at_us, ended_at_us,
        mos_e4, r_factor, unscored_reason, scored_us, model_id, measurement
        """;

    private const decimal MicrosecondsPerSecond = 1_000_000m;

    public static string[] Names { get; } =
        List.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    public static string Parameters { get; } = string.Join(", ", Names.Select(name => "@" + name));

    /// <summary>Columns for reading, with the score model's last.</summary>
    public static string Selected { get; } = string.Join(", ", Names[..^2].Select(name => "s." + name))
        + ", s.measurement, m.name, m.version, m.codec_row, m.jitter_buffer, m.policy_id, m.policy_digest, m.skew_correction";

    /// <summary>
    /// Sets the shared columns of an insert, beginning with the parameter at <paramref name="index"/>.
    /// </summary>
    public static void Set(
        PreparedStatement statement, int index, StreamRecord stream, long modelId, OctetWriter measurement)
    {
        measurement.Clear();
        BesideEncoding.Write(measurement, stream);
        MeasurementEncoding.Write(measurement, stream);
        statement.Set(index++, StoredName<MediaDirection>.Of(stream.Direction));
        statement.Set(index++, EndpointEncoding.ToOctets(stream.Source));
        statement.Set(index++, EndpointEncoding.ToOctets(stream.Destination));
        statement.Set(index++, (long)stream.Ssrc);
        statement.Set(index++, stream.Codec);
        statement.Set(index++, stream.PayloadType);
        statement.Set(index++, stream.ClockRateHz);
        statement.Set(index++, stream.StartedAtUs);
        statement.Set(index++, stream.EndedAtUs);
        statement.Set(index++, stream.MosLqE4);
        statement.Set(index++, stream.RFactor?.ToString("R", CultureInfo.InvariantCulture));
        statement.Set(index++, StoredName<UnscoredReason>.Of(stream.UnscoredReason));
        statement.Set(index++, ToMicroseconds(stream.ScoredSeconds));
        statement.Set(index++, modelId);
        statement.Set(index, measurement.ToArray());
    }

    /// <summary>Reads <see cref="Selected"/>, beginning with the column at <paramref name="index"/>.</summary>
    public static StreamRecord Read(DbDataReader reader, int index, string? callId)
    {
        var startedAtUs = reader.GetInt64(index + 7);
        ReadOnlyMemory<byte> octets = reader.GetFieldValue<byte[]>(index + 13);
        var counters = BesideEncoding.Skip(octets);
        var measurement = MeasurementEncoding.Read(counters.Span, startedAtUs);
        return BesideEncoding.Read(octets, new StreamRecord
        {
            CallId = callId,
            Direction = StoredName<MediaDirection>.ParseOrNull(reader.GetNullableString(index)),
            Source = EndpointEncoding.FromOctets(reader.GetFieldValue<byte[]>(index + 1)),
            Destination = EndpointEncoding.FromOctets(reader.GetFieldValue<byte[]>(index + 2)),
            Ssrc = checked((uint)reader.GetInt64(index + 3)),
            Codec = reader.GetNullableString(index + 4),
            PayloadType = reader.GetInt32(index + 5),
            ClockRateHz = reader.GetInt32(index + 6),
            StartedAtUs = startedAtUs,
            EndedAtUs = reader.GetInt64(index + 8),
            MosLqE4 = reader.GetNullableInt32(index + 9),
            RFactor = reader.GetNullableDoubleText(index + 10),
            UnscoredReason = StoredName<UnscoredReason>.Parse(reader.GetString(index + 11)),
            ScoredSeconds = reader.GetInt64(index + 12) / MicrosecondsPerSecond,
            Total = measurement.Total,
            Scored = measurement.Scored,
            Intervals = measurement.Intervals,
            IsFromElsewhere = measurement.IsFromElsewhere,
            Model = ScoreModelIds.Read(reader, index + 14),
        });
    }

    private static long ToMicroseconds(decimal seconds)
    {
        var scaled = seconds * MicrosecondsPerSecond;
        return decimal.Truncate(scaled) == scaled
            ? (long)scaled
            : throw new ArgumentException("The length of a stream's scored part has more than six decimals.");
    }
}
