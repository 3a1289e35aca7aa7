using System.Data.Common;
using NodaTime;
using VoiceQuality.Monitor.Calls;
using VoiceQuality.Protocols.Network;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Rating;
using VoiceQuality.Sla.TollFree;
using VoiceQuality.Storage.Calls;

namespace VoiceQuality.Storage.Rating;

/// <summary>How a month stands.</summary>
/// <param name="AccountId">The account.</param>
/// <param name="Month">The month.</param>
/// <param name="Fingerprint">That every call is rated by; null when some are to be rated.</param>
/// <param name="MissingCalls">Answered calls without a row.</param>
public sealed record RatedMonthStanding(
    string AccountId, ServiceMonth Month, string? Fingerprint, long MissingCalls);

/// <summary>A stored call as it is rated again.</summary>
/// <param name="Key">Its key.</param>
/// <param name="UnitId">The business unit that it was put into.</param>
/// <param name="AnsweredAtUs">Instant of answer.</param>
/// <param name="EndedAtUs">Instant of the end; null when it was not seen.</param>
/// <param name="Source">Who sent the first INVITE.</param>
/// <param name="Destination">Whom it was sent to.</param>
/// <param name="Identity">Who called whom.</param>
public sealed record CallToRate(
    CallKey Key,
    string UnitId,
    long AnsweredAtUs,
    long? EndedAtUs,
    IpEndpoint Source,
    IpEndpoint Destination,
    CallIdentity Identity);

/// <summary>What one step of rating a month again did.</summary>
/// <param name="Read">Calls that were looked at.</param>
/// <param name="Changed">Calls whose rating is another now.</param>
/// <param name="Kept">Calls whose numbers were deleted on schedule, so that their rating stays.</param>
/// <param name="IsDone">Whether the month is done.</param>
public readonly record struct RatingStep(int Read, int Changed, int Kept, bool IsDone)
{
    /// <summary>New alarms on uses of a Local Number that the contract does not know .</summary>
    public int Alarms { get; init; }
}

/// <summary>
/// Rates the calls of a month again, some at a time: each step is one transaction that moves rows, sums and the place
/// that was reached, so that it can stop anywhere, also without being asked. Threads may share it.
/// </summary>
public sealed class RatingRepository(Database database)
{
    /// <summary>
    /// A set-up takes minutes at most; a call that was answered in a month began at most this before it.
    /// </summary>
    private static readonly Duration LongestSetUp = Duration.FromDays(7);

    private const string Match = "account_id = @account_id AND service_month = @service_month";

    private static readonly string SelectCalls = $"""
        SELECT c.call_key, c.unit_id, c.answered_at_us, c.ended_at_us, c.signalling_source, c.signalling_destination,
            c.identity, {string.Join(", ", RatedCallRow.Names.Select(name => "r." + name))}
        FROM call c LEFT JOIN rated_call r ON r.call_key = c.call_key
        WHERE c.account_id = @account_id AND c.call_key > @after AND c.call_key <= @last
            AND c.service_month = @service_month AND c.outcome = '{StoredName<CallOutcome>.Of(CallOutcome.Answered)}'
        ORDER BY c.call_key LIMIT @limit
        """;

    // Sums by account and month on both sides; neither table is longer than units times months.
    private const string SelectStandings = """
        SELECT u.account_id, u.service_month, m.fingerprint, u.answered - COALESCE(s.calls, 0)
        FROM (SELECT account_id, service_month, SUM(answered) AS answered FROM unit_month
            GROUP BY account_id, service_month HAVING SUM(answered) > 0) u
        LEFT JOIN (SELECT account_id, service_month, SUM(calls) AS calls FROM rated_state
            GROUP BY account_id, service_month) s
            ON s.account_id = u.account_id AND s.service_month = u.service_month
        LEFT JOIN rated_month m ON m.account_id = u.account_id AND m.service_month = u.service_month
        ORDER BY u.service_month DESC, u.account_id
        """;

    /// <summary>All months with answered calls, latest first.</summary>
    public Task<IReadOnlyList<RatedMonthStanding>> ListStandingsAsync(CancellationToken cancellationToken) =>
        database.ReadListAsync(
            SelectStandings,
            [],
            reader => new RatedMonthStanding(
                reader.GetString(0), reader.GetMonth(1), reader.GetNullableString(2), reader.GetInt64(3)),
            cancellationToken);

    /// <summary>
    /// Rates the next calls of a month; the first step of a new target begins at the month's beginning.
    /// </summary>
    /// <param name="accountId">The account.</param>
    /// <param name="period">The month.</param>
    /// <param name="target">Fingerprint of what <paramref name="rate"/> rates by.</param>
    /// <param name="limit">Most calls of this step, 1 to 100,000.</param>
    /// <param name="rate">Rates one call. It is called while the writer waits.</param>
    /// <param name="alarmOf">What the operations centre is told of one.</param>
    /// <param name="cancellationToken">Stops before the step.</param>
    public Task<RatingStep> StepAsync(
        string accountId,
        MonthlyPeriod period,
        string target,
        int limit,
        Func<CallToRate, CallRatingResult> rate,
        Func<CallToRate, LocalNumberAlarm> alarmOf,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(alarmOf);
        ArgumentException.ThrowIfNullOrEmpty(accountId);
        ArgumentException.ThrowIfNullOrEmpty(target);
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 100_000);
        ArgumentNullException.ThrowIfNull(rate);
        return database.WriteAsync(
            (connection, transaction, _) => Task.FromResult(
                Step(connection, transaction, new Place(accountId, period, target, limit), rate, alarmOf)),
            cancellationToken);
    }

    private RatingStep Step(
        DbConnection connection, DbTransaction transaction, Place place, Func<CallToRate, CallRatingResult> rate,
        Func<CallToRate, LocalNumberAlarm> alarmOf)
    {
        var after = Begin(transaction, place);
        var calls = ReadCalls(transaction, place, after);
        var (changed, kept, alarms) = (0, 0, 0);
        using var statements = new RatedCallStatements(connection);
        statements.Begin(transaction);
        foreach (var call in calls)
        {
            if (call.Call is null && call.Stored is not null)
            {
                kept++;
                continue;
            }

            if (call.Call is { } seen && alarmOf(seen) is not LocalNumberAlarm.None and var alarm)
            {
                alarms += Raise(transaction, call.Key, alarm);
            }

            var result = call.Call is { } known
                ? rate(known)
                : CallRatingResult.NotRated(call.UnitId, CallerIdSource.None, UnratedReason.NumbersForgotten);
            var row = new RatedCallRow(
                call.Key, place.AccountId, place.Period.Month.ToString(), call.AnsweredAtUs, result);
            if (call.Stored is { } stored && IsSame(stored, row.Values))
            {
                continue;
            }

            statements.Remove(call.Key);
            statements.Add(row);
            changed++;
        }

        statements.End(transaction);
        var isDone = calls.Count < place.Limit;
        Execute(
            transaction,
            isDone
                ? $"""
                    UPDATE rated_month SET fingerprint = target, target = NULL, rated_up_to = NULL,
                        revision = revision + 1
                    WHERE {Match}
                    """
                : $"UPDATE rated_month SET rated_up_to = @up_to WHERE {Match}",
            place,
            isDone ? null : ("@up_to", calls[^1].Key));
        return new RatingStep(calls.Count, changed, kept, isDone) { Alarms = alarms };
    }

    // Raised once, and stays: the number may have become a local one after the call was stored.
    private static int Raise(DbTransaction transaction, byte[] key, LocalNumberAlarm alarm)
    {
        using var command = transaction.Command("""
            INSERT INTO local_number_alarm (call_key, kind, account_id, unit_id, at_us)
            SELECT call_key, @kind, account_id, unit_id, started_at_us FROM call WHERE call_key = @call_key
            ON CONFLICT (call_key) DO NOTHING
            """);
        command.AddParameter("@kind", StoredName<LocalNumberAlarm>.Of(alarm));
        command.AddParameter("@call_key", key);
        return command.ExecuteNonQuery();
    }

    // Where the step before ended, or before the first call when it rated by other data.
    private static byte[] Begin(DbTransaction transaction, Place place)
    {
        Execute(
            transaction,
            """
            INSERT INTO rated_month (account_id, service_month) VALUES (@account_id, @service_month)
            ON CONFLICT (account_id, service_month) DO NOTHING
            """,
            place);
        Execute(
            transaction,
            $"""
            UPDATE rated_month SET fingerprint = NULL, target = @target, rated_up_to = NULL,
                revision = revision + 1
            WHERE {Match} AND COALESCE(target, '') <> @target
            """,
            place,
            ("@target", place.Target));
        using var select = place.Command(transaction, $"SELECT rated_up_to FROM rated_month WHERE {Match}");
        return select.ExecuteScalar() as byte[] ?? place.BeforeFirst;
    }

    private List<StoredRating> ReadCalls(DbTransaction transaction, Place place, byte[] after)
    {
        using var select = place.Command(transaction, SelectCalls);
        select.AddParameter("@after", after);
        select.AddParameter("@last", CallKey.LastAt(place.Period.End.ToMicroseconds()).ToOctets());
        select.AddParameter("@limit", place.Limit);
        using var reader = select.ExecuteReader();
        var calls = new List<StoredRating>();
        while (reader.Read())
        {
            calls.Add(ReadCall(reader));
        }

        return calls;
    }

    private StoredRating ReadCall(DbDataReader reader)
    {
        const int Rated = 7;
        var key = reader.GetFieldValue<byte[]>(0);
        var unitId = reader.GetString(1);
        var answeredAtUs = reader.GetInt64(2);
        object?[]? stored = null;
        if (!reader.IsDBNull(Rated))
        {
            stored = new object?[RatedCallRow.Names.Length];
            for (var i = 0; i < stored.Length; i++)
            {
                stored[i] = reader.IsDBNull(Rated + i) ? null : reader.GetValue(Rated + i);
            }
        }

        var call = reader.GetNullableBytes(6) is { } identity
            ? new CallToRate(
                CallKey.FromOctets(key),
                unitId,
                answeredAtUs,
                reader.GetNullableInt64(3),
                EndpointEncoding.FromOctets(reader.GetFieldValue<byte[]>(4)),
                EndpointEncoding.FromOctets(reader.GetFieldValue<byte[]>(5)),
                database.Identities.Decode(identity, key))
            : null;
        return new StoredRating(key, unitId, answeredAtUs, call, stored);
    }

    private static bool IsSame(object?[] stored, object?[] values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            var isSame = (stored[i], values[i]) switch
            {
                (byte[] left, byte[] right) => left.AsSpan().SequenceEqual(right),
                var (left, right) => Equals(left, right),
            };
            if (!isSame)
            {
                return false;
            }
        }

        return true;
    }

    private static void Execute(
        DbTransaction transaction, string sql, Place place, (string Name, object Value)? more = null)
    {
        using var command = place.Command(transaction, sql);
        if (more is var (name, value))
        {
            command.AddParameter(name, value);
        }

        command.ExecuteNonQuery();
    }

    private sealed record StoredRating(
        byte[] Key, string UnitId, long AnsweredAtUs, CallToRate? Call, object?[]? Stored);

    private sealed record Place(string AccountId, MonthlyPeriod Period, string Target, int Limit)
    {
        public byte[] BeforeFirst => (CallKey.FirstFrom((Period.Start - LongestSetUp).ToMicroseconds())
            ?? CallKey.Highest).ToOctets();

        public DbCommand Command(DbTransaction transaction, string sql)
        {
            var command = transaction.Command(sql);
            command.AddParameter("@account_id", AccountId);
            command.AddParameter("@service_month", Period.Month.ToString());
            return command;
        }
    }
}
