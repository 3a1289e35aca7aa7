using System.Collections.Immutable;
using System.Data.Common;
using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Quality.Scoring;
using VoiceQuality.Storage.Months;

namespace VoiceQuality.Storage.Calls;

/// <summary>Reads calls. Threads may share it.</summary>
public sealed class CallQueries(Database database)
{
    private static readonly string SelectOne = $"""
        SELECT {CallColumns.Summary}, {CallColumns.Readings}, {CallColumns.Detail} FROM call
        WHERE call_key = @call_key
        """;

    private static readonly string SelectStreams = $"""
        SELECT {StreamColumns.Selected} FROM stream s JOIN score_model m ON m.model_id = s.model_id
        WHERE s.call_key = @call_key ORDER BY s.ordinal
        """;

    private static readonly string SelectUnannounced = $"""
        SELECT s.stream_key, {StreamColumns.Selected}
        FROM unannounced_stream s JOIN score_model m ON m.model_id = s.model_id
        WHERE s.stream_key >= @from AND s.stream_key < @to ORDER BY s.stream_key DESC LIMIT @limit
        """;

    /// <summary>Whether the filter's cursor was made for this filter; a filter without a cursor is fine too.</summary>
    public static bool HasValidCursor(CallFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return filter.Cursor is null || CallCursor.TryRead(filter.Cursor, filter, out _);
    }

    /// <summary>
    /// One page of calls, newest first. Calls that are written meanwhile neither repeat nor hide one that was there
    /// before the first page.
    /// </summary>
    /// <exception cref="ArgumentException">The cursor was made for another filter, or the limit is out of
    /// range.</exception>
    public async Task<CallPage> ListAsync(CallFilter filter, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentOutOfRangeException.ThrowIfLessThan(filter.Limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(filter.Limit, CallFilter.MaxLimit);
        CallKey? before = null;
        if (filter.Cursor is not null)
        {
            before = CallCursor.TryRead(filter.Cursor, filter, out var last)
                ? last
                : throw new ArgumentException("The cursor does not belong to this filter.", nameof(filter));
        }

        await using var connection = await database.OpenReaderAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        if (!TryBuild(command, filter, before))
        {
            return new CallPage([], null);
        }

        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var calls = new List<CallSummary>(filter.Limit);
        var hasMore = false;
        while (await reader.ReadAsync(cancellationToken))
        {
            if (calls.Count == filter.Limit)
            {
                hasMore = true;
                break;
            }

            calls.Add(ReadSummary(reader));
        }

        return new CallPage(calls, hasMore ? CallCursor.Write(calls[^1].Key, filter) : null);
    }

    /// <summary>One call with its streams, intervals and signalling; null when there is none with this key.</summary>
    public Task<StoredCall?> GetAsync(CallKey key, CancellationToken cancellationToken) => database.ReadAsync(
        async (connection, transaction, token) =>
        {
            CallSummary summary;
            CallRecord? record;
            await using (var command = Command(connection, transaction, SelectOne, key))
            await using (var reader = await command.ExecuteReaderAsync(token))
            {
                if (!await reader.ReadAsync(token))
                {
                    return null;
                }

                summary = ReadSummary(reader);
                record = ReadRecord(reader, summary);
            }

            if (record is null)
            {
                return new StoredCall(summary, null);
            }

            var streams = ImmutableArray.CreateBuilder<StreamRecord>();
            await using (var command = Command(connection, transaction, SelectStreams, key))
            await using (var reader = await command.ExecuteReaderAsync(token))
            {
                while (await reader.ReadAsync(token))
                {
                    streams.Add(StreamColumns.Read(reader, 0, record.CallId));
                }
            }

            return new StoredCall(summary, CallRestoration.Of(record, streams.ToImmutable()));
        },
        cancellationToken);

    /// <summary>The newest streams without a call that start in a span of time.</summary>
    /// <param name="fromUs">Inclusive, microseconds since 1970-01-01 UTC.</param>
    /// <param name="toUs">Exclusive, microseconds since 1970-01-01 UTC.</param>
    /// <param name="limit">1 to 500.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<IReadOnlyList<StoredStream>> ListUnannouncedAsync(
        long fromUs, long toUs, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, CallFilter.MaxLimit);
        if (CallKey.FirstFrom(fromUs) is not { } from)
        {
            return [];
        }

        await using var connection = await database.OpenReaderAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = SelectUnannounced;
        command.AddParameter("@from", from.ToOctets());
        command.AddParameter("@to", (CallKey.FirstFrom(toUs) ?? CallKey.Highest).ToOctets());
        command.AddParameter("@limit", limit);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var streams = new List<StoredStream>();
        while (await reader.ReadAsync(cancellationToken))
        {
            streams.Add(new StoredStream(
                CallKey.FromOctets(reader.GetFieldValue<byte[]>(0)), StreamColumns.Read(reader, 1, callId: null)));
        }

        return streams;
    }

    // False when no call can match. Every value is a parameter; the text is put together from constants.
    private static bool TryBuild(DbCommand command, CallFilter filter, CallKey? before)
    {
        if (CallKey.FirstFrom(filter.FromUs ?? 0) is not { } from)
        {
            return false;
        }

        var to = filter.ToUs is { } toUs ? CallKey.FirstFrom(toUs) ?? CallKey.Highest : CallKey.Highest;
        to = before < to ? before.Value : to;
        var conditions = new List<string> { "call_key >= @from", "call_key < @to" };
        command.AddParameter("@from", from.ToOctets());
        command.AddParameter("@to", to.ToOctets());
        Add("account_id = @account_id", "@account_id", filter.AccountId);
        Add("unit_id = @unit_id", "@unit_id", filter.UnitId);
        Add("outcome = @outcome", "@outcome", StoredName<CallOutcome>.Of(filter.Outcome));
        Add("mos_e4 >= @min_mos_e4", "@min_mos_e4", filter.MinMosE4);
        Add("mos_e4 <= @max_mos_e4", "@max_mos_e4", filter.MaxMosE4);
        if (filter.UnscoredOnly)
        {
            Add("mos_e4 IS NULL AND outcome = @answered", "@answered",
                StoredName<CallOutcome>.Of(CallOutcome.Answered));
        }

        if (filter.QuarantinedOnly)
        {
            conditions.Add("is_quarantined = 1");
        }

        command.CommandText =
            $"SELECT {CallColumns.Summary}, {CallColumns.Readings} FROM call WHERE {string.Join(" AND ", conditions)} "
            + "ORDER BY call_key DESC LIMIT @limit";
        command.AddParameter("@limit", filter.Limit + 1);
        return true;

        void Add(string condition, string name, object? value)
        {
            if (value is not null)
            {
                conditions.Add(condition);
                command.AddParameter(name, value);
            }
        }
    }

    private static DbCommand Command(DbConnection connection, DbTransaction transaction, string sql, CallKey key)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Transaction = transaction;
        command.AddParameter("@call_key", key.ToOctets());
        return command;
    }

    private CallSummary ReadSummary(DbDataReader reader)
    {
        var key = reader.GetFieldValue<byte[]>(0);
        return new CallSummary
        {
            Key = CallKey.FromOctets(key),
            StartedAtUs = reader.GetInt64(1),
            AnsweredAtUs = reader.GetNullableInt64(2),
            EndedAtUs = reader.GetNullableInt64(3),
            AccountId = reader.GetString(4),
            UnitId = reader.GetString(5),
            RuleId = reader.GetNullableString(6),
            Month = reader.IsDBNull(7) ? null : reader.GetMonth(7),
            Date = reader.IsDBNull(8) ? null : reader.GetDate(8),
            TzdbVersion = reader.GetNullableString(9),
            Outcome = StoredName<CallOutcome>.Parse(reader.GetString(10)),
            FinalStatus = reader.GetNullableInt32(11),
            PostDialDelayUs = reader.GetNullableInt64(12),
            ReleasedBy = StoredName<CallParty>.ParseOrNull(reader.GetNullableString(13)),
            MosLqE4 = reader.GetNullableInt32(14),
            RFactor = reader.GetNullableDoubleText(15),
            UnscoredReason = StoredName<UnscoredReason>.Parse(reader.GetString(16)),
            IsQuarantined = reader.GetInt64(17) != 0,
            ReceivedPackets = reader.GetInt64(18),
            Identity = reader.GetNullableBytes(19) is { } identity ? database.Identities.Decode(identity, key) : null,
            Challenges = reader.GetNullableInt32(20),
            RequestDelayUs = reader.GetNullableInt64(21),
            RingTimeUs = reader.GetNullableInt64(22),
            DisconnectDelayUs = reader.GetNullableInt64(23),
            ReleaseReason = reader.GetNullableString(24) is { } protocol
                ? new ReleaseReason(protocol, reader.GetInt32(25))
                : null,
            Readings = CallColumns.ReadReadings(reader, 26),
        };
    }

    private static CallRecord? ReadRecord(DbDataReader reader, CallSummary summary)
    {
        const int Detail = 32;
        if (summary.Identity is not { } identity || reader.GetNullableBytes(Detail + 5) is not { } ladder)
        {
            return null;
        }

        return new CallRecord
        {
            CallId = identity.CallId,
            FromTag = identity.FromTag,
            Caller = identity.Caller,
            Callee = identity.Callee,
            CallerDomain = identity.CallerDomain,
            CalleeDomain = identity.CalleeDomain,
            RequestDomain = identity.RequestDomain,
            RequestUser = identity.RequestUser,
            AssertedIdentities = identity.AssertedIdentities,
            RemotePartyIds = identity.RemotePartyIds,
            Headers = identity.Headers,
            SignallingSource = EndpointEncoding.FromOctets(reader.GetFieldValue<byte[]>(Detail)),
            SignallingDestination = EndpointEncoding.FromOctets(reader.GetFieldValue<byte[]>(Detail + 1)),
            StartedAtUs = summary.StartedAtUs,
            AnsweredAtUs = summary.AnsweredAtUs,
            EndedAtUs = summary.EndedAtUs,
            Outcome = summary.Outcome,
            FinalStatus = summary.FinalStatus,
            PostDialDelayUs = summary.PostDialDelayUs,
            RequestDelayUs = summary.RequestDelayUs,
            RingTimeUs = summary.RingTimeUs,
            DisconnectDelayUs = summary.DisconnectDelayUs,
            Challenges = summary.Challenges ?? 0,
            ReleaseReason = summary.ReleaseReason,
            ReleasedBy = summary.ReleasedBy,
            MosLqE4 = summary.MosLqE4,
            RFactor = summary.RFactor,
            UnscoredReason = summary.UnscoredReason,
            Ladder = LadderEncoding.Read(ladder, summary.StartedAtUs),
            LadderOmitted = reader.GetInt32(Detail + 4),
            Retransmissions = reader.GetInt32(Detail + 2),
            Branches = reader.GetInt32(Detail + 3),
        };
    }
}
