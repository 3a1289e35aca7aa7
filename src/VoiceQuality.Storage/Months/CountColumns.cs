using System.Data.Common;

namespace VoiceQuality.Storage.Months;

/// <summary>The columns of an aggregate that are sums over its calls, in one order for all who read and write
/// them.</summary>
internal static class CountColumns
{
    public static string[] Names { get; } =
    [
        "calls", "answered", "cancelled", "rejected", "failed", "unanswered", "incomplete", "scored", "quarantined",
        "sum_mos_e4", "read_answered", "scored_cq", "sum_cq_e4", "scored_lq_capped", "sum_lq_capped_e4",
        "scored_cq_capped", "sum_cq_capped_e4", "scored_lq_narrowband", "sum_lq_narrowband_e4", "scored_cq_narrowband",
        "sum_cq_narrowband_e4",
    ];

    public static string List { get; } = string.Join(", ", Names);

    public static string Sums { get; } = string.Join(", ", Names.Select(name => $"SUM({name})"));

    /// <summary>Sets the parameters from <paramref name="index"/> on; the index of the one after them.</summary>
    public static int Set(PreparedStatement statement, int index, in CallCounts counts)
    {
        var i = index;
        statement.Set(i++, counts.Calls);
        statement.Set(i++, counts.Answered);
        statement.Set(i++, counts.Cancelled);
        statement.Set(i++, counts.Rejected);
        statement.Set(i++, counts.Failed);
        statement.Set(i++, counts.Unanswered);
        statement.Set(i++, counts.Incomplete);
        statement.Set(i++, counts.Scored);
        statement.Set(i++, counts.Quarantined);
        statement.Set(i++, counts.SumMosE4);
        statement.Set(i++, counts.ReadAnswered);
        i = Set(statement, i, counts.Cq);
        i = Set(statement, i, counts.LqCapped);
        i = Set(statement, i, counts.CqCapped);
        i = Set(statement, i, counts.LqNarrowband);
        return Set(statement, i, counts.CqNarrowband);
    }

    /// <summary>Reads the columns from <paramref name="index"/> on.</summary>
    public static CallCounts Read(DbDataReader reader, int index) => new()
    {
        Calls = reader.GetInt64(index),
        Answered = reader.GetInt64(index + 1),
        Cancelled = reader.GetInt64(index + 2),
        Rejected = reader.GetInt64(index + 3),
        Failed = reader.GetInt64(index + 4),
        Unanswered = reader.GetInt64(index + 5),
        Incomplete = reader.GetInt64(index + 6),
        Scored = reader.GetInt64(index + 7),
        Quarantined = reader.GetInt64(index + 8),
        SumMosE4 = reader.GetInt64(index + 9),
        ReadAnswered = reader.GetInt64(index + 10),
        Cq = ReadVotes(reader, index + 11),
        LqCapped = ReadVotes(reader, index + 13),
        CqCapped = ReadVotes(reader, index + 15),
        LqNarrowband = ReadVotes(reader, index + 17),
        CqNarrowband = ReadVotes(reader, index + 19),
    };

    private static int Set(PreparedStatement statement, int index, Votes votes)
    {
        statement.Set(index, votes.Scored);
        statement.Set(index + 1, votes.SumE4);
        return index + 2;
    }

    private static Votes ReadVotes(DbDataReader reader, int index) =>
        new(reader.GetInt64(index), reader.GetInt64(index + 1));
}
