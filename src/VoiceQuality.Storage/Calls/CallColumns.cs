using System.Data.Common;
using VoiceQuality.Monitor.Calls;

namespace VoiceQuality.Storage.Calls;

/// <summary>The columns of a call in the order of its table.</summary>
internal static class CallColumns
{
    public static string[] Names { get; } =
    [
        "call_key", "started_at_us", "answered_at_us", "ended_at_us", "account_id", "unit_id", "rule_id",
        "service_month", "local_date", "tzdb_version", "outcome", "final_status", "post_dial_delay_us", "released_by",
        "mos_e4", "r_factor", "unscored_reason", "is_quarantined", "signalling_source", "signalling_destination",
        "retransmissions", "branches", "ladder_omitted", "received_packets", "facts_digest", "identity", "ladder",
        "challenges", "request_delay_us", "ring_time_us", "disconnect_delay_us", "release_protocol", "release_cause",
        "signalling_pair_id", "is_read", "cq_e4", "lq_capped_e4", "cq_capped_e4", "lq_narrowband_e4", "cq_narrowband_e4",
    ];

    public static string List { get; } = string.Join(", ", Names);

    public static string Parameters { get; } = string.Join(", ", Names.Select(name => "@" + name));

    /// <summary>What a list shows: all but what only the writer and a single call need.</summary>
    public const string Summary = """
        call_key, started_at_us, answered_at_us, ended_at_us, account_id, unit_id, rule_id, service_month, local_date,
        tzdb_version, outcome, final_status, post_dial_delay_us, released_by, mos_e4, r_factor, unscored_reason,
        is_quarantined, received_packets, identity, challenges, request_delay_us, ring_time_us, disconnect_delay_us,
        release_protocol, release_cause
        """;

    /// <summary>What a call counts by the readings that are not the built-in one.</summary>
    public const string Readings = "is_read, cq_e4, lq_capped_e4, cq_capped_e4, lq_narrowband_e4, cq_narrowband_e4";

    /// <summary>What a single call has beyond its summary.</summary>
    public const string Detail =
        "signalling_source, signalling_destination, retransmissions, branches, ladder_omitted, ladder";

    /// <summary>Reads <see cref="Readings"/> from <paramref name="index"/> on; null when they are not known.</summary>
    public static CallReadings? ReadReadings(DbDataReader reader, int index) => reader.GetInt64(index) == 0
        ? null
        : new CallReadings
        {
            CqE4 = reader.GetNullableInt32(index + 1),
            LqCappedE4 = reader.GetNullableInt32(index + 2),
            CqCappedE4 = reader.GetNullableInt32(index + 3),
            LqNarrowbandE4 = reader.GetNullableInt32(index + 4),
            CqNarrowbandE4 = reader.GetNullableInt32(index + 5),
        };

    /// <summary>Sets the parameters of <see cref="Readings"/> but the first; the index of the one after them.</summary>
    public static int SetReadings(PreparedStatement statement, int index, in CallReadings readings)
    {
        statement.Set(index, readings.CqE4);
        statement.Set(index + 1, readings.LqCappedE4);
        statement.Set(index + 2, readings.CqCappedE4);
        statement.Set(index + 3, readings.LqNarrowbandE4);
        statement.Set(index + 4, readings.CqNarrowbandE4);
        return index + 5;
    }
}
