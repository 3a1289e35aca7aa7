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
        "signalling_pair_id",
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

    /// <summary>What a single call has beyond its summary.</summary>
    public const string Detail =
        "signalling_source, signalling_destination, retransmissions, branches, ladder_omitted, ladder";
}
