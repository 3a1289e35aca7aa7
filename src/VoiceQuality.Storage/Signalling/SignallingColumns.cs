using System.Data.Common;
using VoiceQuality.Quality.Signalling;

namespace VoiceQuality.Storage.Signalling;

/// <summary>The counters of signalling in the order of their columns.</summary>
internal static class SignallingColumns
{
    public static string[] Names { get; } =
    [
        "attempts", "answered", "redirected", "declined", "ineffective", "not_answered_by_user", "completed",
        "retransmissions", "challenges", "post_dial_count", "post_dial_sum_us", "ringing_count", "ringing_sum_us",
        "request_delay_count", "request_delay_sum_us", "failed_request_delay_count", "failed_request_delay_sum_us",
        "disconnect_delay_count", "disconnect_delay_sum_us", "talk_count", "talk_sum_us", "partial_attempts",
    ];

    /// <summary>"SUM(attempts), …".</summary>
    public static string Sums { get; } = string.Join(", ", Names.Select(name => $"SUM({name})"));

    /// <summary>"attempts, …".</summary>
    public static string List { get; } = string.Join(", ", Names);

    public static long[] ValuesOf(in SignallingCounters counters) =>
    [
        counters.Attempts, counters.Answered, counters.Redirected, counters.Declined, counters.Ineffective,
        counters.NotAnsweredByUser, counters.Completed, counters.Retransmissions, counters.Challenges,
        counters.PostDial.Count, counters.PostDial.SumUs, counters.Ringing.Count, counters.Ringing.SumUs,
        counters.RequestDelay.Count, counters.RequestDelay.SumUs, counters.FailedRequestDelay.Count,
        counters.FailedRequestDelay.SumUs, counters.DisconnectDelay.Count, counters.DisconnectDelay.SumUs,
        counters.Talk.Count, counters.Talk.SumUs, counters.Partial,
    ];

    public static SignallingCounters Read(DbDataReader reader, int index) => new()
    {
        Attempts = reader.GetInt64(index),
        Answered = reader.GetInt64(index + 1),
        Redirected = reader.GetInt64(index + 2),
        Declined = reader.GetInt64(index + 3),
        Ineffective = reader.GetInt64(index + 4),
        NotAnsweredByUser = reader.GetInt64(index + 5),
        Completed = reader.GetInt64(index + 6),
        Retransmissions = reader.GetInt64(index + 7),
        Challenges = reader.GetInt64(index + 8),
        PostDial = ReadDelay(reader, index + 9),
        Ringing = ReadDelay(reader, index + 11),
        RequestDelay = ReadDelay(reader, index + 13),
        FailedRequestDelay = ReadDelay(reader, index + 15),
        DisconnectDelay = ReadDelay(reader, index + 17),
        Talk = ReadDelay(reader, index + 19),
        Partial = reader.GetInt64(index + 21),
    };

    private static DelaySum ReadDelay(DbDataReader reader, int index) =>
        new(reader.GetInt64(index), reader.GetInt64(index + 1));
}
