using System.Data.Common;
using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.Signalling;
using VoiceQuality.Quality.Signalling;
using VoiceQuality.Storage.Calls;

namespace VoiceQuality.Storage.Signalling;

/// <summary>What a stored call has added to an hour of signalling.</summary>
/// <param name="Key">The hour.</param>
/// <param name="Counters">Its share.</param>
internal readonly record struct StoredSignalling(SignallingKey Key, SignallingCounters Counters)
{
    /// <summary>The columns of a call that it follows from, in the order in which they are read.</summary>
    public const string Columns = """
        account_id, unit_id, started_at_us, outcome, ended_at_us, answered_at_us, final_status, post_dial_delay_us,
        retransmissions, challenges, request_delay_us, ring_time_us, disconnect_delay_us, signalling_pair_id
        """;

    private const int ChallengesColumn = 9;
    private const int FirstDelayColumn = 10;
    private const int PairColumn = 13;

    /// <summary>Delays that are known of a call; null when it was stored before they were kept.</summary>
    public static int? KnownDelays(DbDataReader reader, int index) => reader.IsDBNull(index + ChallengesColumn)
        ? null
        : Completeness.DelaysOf(
            reader.GetNullableInt64(index + FirstDelayColumn), reader.GetNullableInt64(index + FirstDelayColumn + 1),
            reader.GetNullableInt64(index + FirstDelayColumn + 2));

    /// <summary>What it added; null for a call that is in no sum.</summary>
    public static StoredSignalling? Read(DbDataReader reader, int index)
    {
        return reader.GetNullableInt64(index + PairColumn) is { } pairId ? Read(reader, index, pairId) : null;
    }

    /// <summary>What it adds, between two endpoints.</summary>
    public static StoredSignalling Read(DbDataReader reader, int index, long pairId)
    {
        var startedAtUs = reader.GetInt64(index + 2);
        var counters = SignallingRules.Of(new CallRecord
        {
            CallId = "",
            FromTag = "",
            SignallingSource = default,
            SignallingDestination = default,
            StartedAtUs = startedAtUs,
            Outcome = StoredName<CallOutcome>.Parse(reader.GetString(index + 3)),
            EndedAtUs = reader.GetNullableInt64(index + 4),
            AnsweredAtUs = reader.GetNullableInt64(index + 5),
            FinalStatus = reader.GetNullableInt32(index + 6),
            PostDialDelayUs = reader.GetNullableInt64(index + 7),
            Retransmissions = reader.GetInt32(index + 8),
            Challenges = reader.GetNullableInt32(index + ChallengesColumn) ?? 0,
            RequestDelayUs = reader.GetNullableInt64(index + FirstDelayColumn),
            RingTimeUs = reader.GetNullableInt64(index + FirstDelayColumn + 1),
            DisconnectDelayUs = reader.GetNullableInt64(index + FirstDelayColumn + 2),
        });
        if (reader.IsDBNull(index + ChallengesColumn))
        {
            counters = counters with { Partial = counters.Attempts };
        }

        return new StoredSignalling(
            new SignallingKey(
                SignallingKey.HourOf(startedAtUs), reader.GetString(index), reader.GetString(index + 1), pairId),
            counters);
    }
}
