using System.Collections.Immutable;
using System.Data.Common;
using System.Globalization;
using NodaTime;
using VoiceQuality.Sla.Outages;
using VoiceQuality.Storage.Calls;

namespace VoiceQuality.Storage.Failures;

/// <summary>
/// Keeps every version of every failure and what is still to be looked at. Threads and processes may share it.
/// </summary>
public sealed class FailureRepository(Database database)
{
    /// <summary>The most failures of one list.</summary>
    public const int LargestPage = 1_000;

    /// <summary>The most ways that are given as due at a time.</summary>
    public const int MostDue = 10_000;

    private const string Columns = """
        failure_id, version, component_id, account_id, origin, change, is_withdrawn, start_us, end_us, gaps,
        failed_attempts, policy_version, policy_digest, actor, notes, recorded_at_us
        """;

    private const string Select = $"SELECT {Columns} FROM failure_version f";

    private const string IsLatest = """
        NOT EXISTS (
            SELECT 1 FROM failure_version n WHERE n.failure_id = f.failure_id AND n.version = f.version + 1)
        """;

    private const string Stands = $"{IsLatest} AND is_withdrawn = 0";

    private const string Insert = $"""
        INSERT INTO failure_version ({Columns})
        VALUES (@failure_id, @version, @component_id, @account_id, @origin, @change, @is_withdrawn, @start_us, @end_us,
            @gaps, @failed_attempts, @policy_version, @policy_digest, @actor, @notes, @recorded_at_us)
        """;

    private const string OfComponent = $"""
        {Select} WHERE component_id = @component_id AND start_us <= @until_us AND (end_us IS NULL OR end_us > @from_us)
            AND {Stands} ORDER BY start_us, failure_id
        """;

    private const string SelectDue = """
        SELECT d.pair_id, d.from_us, d.until_us, d.revision, p.source, p.destination, p.has_answered
        FROM failure_due d LEFT JOIN signalling_pair p ON p.pair_id = d.pair_id ORDER BY d.pair_id LIMIT 10000
        """;

    /// <summary>What is to be looked at, at most <see cref="MostDue"/> ways at a time.</summary>
    public Task<IReadOnlyList<DueTime>> ListDueAsync(CancellationToken cancellationToken) =>
        database.ReadListAsync(
            SelectDue,
            [],
            reader => new DueTime(
                reader.GetInt64(0),
                reader.IsDBNull(4)
                    ? null
                    : new AttemptPair(
                        reader.GetInt64(0),
                        EndpointEncoding.FromOctets(reader.GetFieldValue<byte[]>(4)),
                        EndpointEncoding.FromOctets(reader.GetFieldValue<byte[]>(5)),
                        reader.GetInt64(6) == 1),
                reader.GetInstant(1),
                reader.GetInstant(2),
                reader.GetInt64(3)),
            cancellationToken);

    /// <summary>Takes off the list what was looked at; what has grown meanwhile stays.</summary>
    public Task ClearDueAsync(IReadOnlyList<DueTime> looked, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async (_, transaction, token) =>
            {
                await using var command = transaction.Command(
                    "DELETE FROM failure_due WHERE pair_id = @pair_id AND revision = @revision");
                command.AddParameter("@pair_id", 0L);
                command.AddParameter("@revision", 0L);
                foreach (var due in looked)
                {
                    command.Parameters[0].Value = due.PairId;
                    command.Parameters[1].Value = due.Revision;
                    await command.ExecuteNonQueryAsync(token);
                }

                return 0;
            },
            cancellationToken);

    /// <summary>By which definition each component was last looked at as a whole.</summary>
    public async Task<IReadOnlyDictionary<string, string>> ListLooksAsync(CancellationToken cancellationToken)
    {
        var rows = await database.ReadListAsync(
            "SELECT component_id, digest FROM failure_look", [], reader => (reader.GetString(0), reader.GetString(1)),
            cancellationToken);
        return rows.ToDictionary(row => row.Item1, row => row.Item2, StringComparer.Ordinal);
    }

    /// <summary>Notes that a component was looked at as a whole.</summary>
    public Task SetLookAsync(string componentId, string digest, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async (_, transaction, token) =>
            {
                await using var command = transaction.Command("""
                    INSERT INTO failure_look (component_id, digest) VALUES (@component_id, @digest)
                    ON CONFLICT (component_id) DO UPDATE SET digest = excluded.digest
                    """);
                command.AddParameter("@component_id", componentId);
                command.AddParameter("@digest", digest);
                return await command.ExecuteNonQueryAsync(token);
            },
            cancellationToken);

    /// <summary>
    /// Records the next versions of failures, in one transaction that sees what stands: all of them or none. They are
    /// on the disk when this returns.
    /// </summary>
    /// <param name="componentId">The component.</param>
    /// <param name="from">First instant of the time that was looked at.</param>
    /// <param name="until">Last instant of it.</param>
    /// <param name="next">
    /// Given what stands in that time, says what comes next; versions are numbered by the caller.
    /// </param>
    /// <param name="cancellationToken">Stops the writing; nothing is then changed.</param>
    /// <returns>What was recorded.</returns>
    public Task<IReadOnlyList<StoredFailure>> RecordAsync(
        string componentId,
        Instant from,
        Instant until,
        Func<IReadOnlyList<StoredFailure>, IReadOnlyList<StoredFailure>> next,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(next);
        return database.WriteDurablyAsync(
            async (_, transaction, token) =>
            {
                var standing = await ReadAsync(transaction, componentId, from, until, token);
                var versions = next(standing);
                foreach (var version in versions)
                {
                    await InsertAsync(transaction, version, token);
                }

                return versions;
            },
            cancellationToken);
    }

    /// <summary>The components with a failure that stands and touches [from, until].</summary>
    public Task<IReadOnlyList<string>> ListTouchedAsync(
        Instant from, Instant until, CancellationToken cancellationToken) =>
        database.ReadListAsync(
            $"""
            SELECT DISTINCT component_id FROM failure_version f
            WHERE start_us <= @until_us AND (end_us IS NULL OR end_us > @from_us) AND {Stands}
            """,
            [("@from_us", from.ToMicroseconds()), ("@until_us", until.ToMicroseconds())],
            reader => reader.GetString(0),
            cancellationToken);

    /// <summary>Records one version. It is on the disk when this returns.</summary>
    public Task AddAsync(StoredFailure version, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(version);
        return database.WriteDurablyAsync(
            async (_, transaction, token) =>
            {
                await InsertAsync(transaction, version, token);
                return 0;
            },
            cancellationToken);
    }

    /// <summary>The failures of a component that stand and touch [from, until], by start.</summary>
    public Task<IReadOnlyList<StoredFailure>> ListAsync(
        string componentId, Instant from, Instant until, CancellationToken cancellationToken) =>
        database.ReadListAsync(
            OfComponent,
            [
                ("@component_id", componentId),
                ("@from_us", from.ToMicroseconds()),
                ("@until_us", until.ToMicroseconds()),
            ],
            Read,
            cancellationToken);

    /// <summary>Failures that stand, latest start first.</summary>
    /// <param name="accountId">Of this account; null for all.</param>
    /// <param name="componentId">Of this component; null for all.</param>
    /// <param name="openOnly">Only those that go on.</param>
    /// <param name="before">Only those after this one in the list; null for the first.</param>
    /// <param name="limit">At most so many, up to <see cref="LargestPage"/> and one.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public Task<IReadOnlyList<StoredFailure>> ListLatestAsync(
        string? accountId, string? componentId, bool openOnly, StoredFailure? before, int limit,
        CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, LargestPage + 1);
        return database.ReadListAsync(
            $"""
            {Select} WHERE {Stands}
                AND (@account_id IS NULL OR account_id = @account_id)
                AND (@component_id IS NULL OR component_id = @component_id)
                AND (@open_only = 0 OR end_us IS NULL)
                AND (start_us < @before_us OR (start_us = @before_us AND failure_id < @before_id))
            ORDER BY start_us DESC, failure_id DESC LIMIT @limit
            """,
            [
                ("@account_id", accountId),
                ("@component_id", componentId),
                ("@open_only", openOnly ? 1 : 0),
                ("@before_us", before?.Start.ToMicroseconds() ?? long.MaxValue),
                ("@before_id", before?.FailureId ?? ""),
                ("@limit", limit),
            ],
            Read,
            cancellationToken);
    }

    /// <summary>All versions of a failure, first to last; empty for none.</summary>
    public Task<IReadOnlyList<StoredFailure>> GetVersionsAsync(
        string failureId, CancellationToken cancellationToken) =>
        database.ReadListAsync(
            $"{Select} WHERE failure_id = @failure_id ORDER BY version", [("@failure_id", failureId)], Read,
            cancellationToken);

    /// <summary>Adds what the operations centre found out. It is on the disk when this returns.</summary>
    public Task<FailureConfirmation> ConfirmAsync(
        string failureId, int version, FailureCause cause, string notes, string actor, Instant now,
        CancellationToken cancellationToken) =>
        database.WriteDurablyAsync(
            async (_, transaction, token) =>
            {
                await using var command = transaction.Command("""
                    INSERT INTO failure_confirmation (failure_id, sequence, version, cause, notes, actor, recorded_at_us)
                    SELECT @failure_id, coalesce(max(sequence), 0) + 1, @version, @cause, @notes, @actor, @recorded_at_us
                    FROM failure_confirmation WHERE failure_id = @failure_id
                    RETURNING sequence
                    """);
                command.AddParameter("@failure_id", failureId);
                command.AddParameter("@version", version);
                command.AddParameter("@cause", StoredName<FailureCause>.Of(cause));
                command.AddParameter("@notes", notes);
                command.AddParameter("@actor", actor);
                command.AddParameter("@recorded_at_us", now.ToMicroseconds());
                var sequence = (long)(await command.ExecuteScalarAsync(token))!;
                return new FailureConfirmation(failureId, (int)sequence, version, cause, notes, actor, now);
            },
            cancellationToken);

    /// <summary>What was found out about a failure, last first.</summary>
    public Task<IReadOnlyList<FailureConfirmation>> ListConfirmationsAsync(
        string failureId, CancellationToken cancellationToken) =>
        database.ReadListAsync(
            """
            SELECT failure_id, sequence, version, cause, notes, actor, recorded_at_us FROM failure_confirmation
            WHERE failure_id = @failure_id ORDER BY sequence DESC
            """,
            [("@failure_id", failureId)],
            reader => new FailureConfirmation(
                reader.GetString(0),
                reader.GetInt32(1),
                reader.GetInt32(2),
                StoredName<FailureCause>.Parse(reader.GetString(3)),
                reader.GetString(4),
                reader.GetString(5),
                reader.GetInstant(6)),
            cancellationToken);

    private static async Task<List<StoredFailure>> ReadAsync(
        DbTransaction transaction, string componentId, Instant from, Instant until, CancellationToken cancellationToken)
    {
        await using var command = transaction.Command(OfComponent);
        command.AddParameter("@component_id", componentId);
        command.AddParameter("@from_us", from.ToMicroseconds());
        command.AddParameter("@until_us", until.ToMicroseconds());
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<StoredFailure>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(Read(reader));
        }

        return rows;
    }

    private static async Task InsertAsync(
        DbTransaction transaction, StoredFailure version, CancellationToken cancellationToken)
    {
        await using var command = transaction.Command(Insert);
        command.AddParameter("@failure_id", version.FailureId);
        command.AddParameter("@version", version.Version);
        command.AddParameter("@component_id", version.ComponentId);
        command.AddParameter("@account_id", version.AccountId);
        command.AddParameter("@origin", StoredName<FailureOrigin>.Of(version.Origin));
        command.AddParameter("@change", StoredName<FailureChangeKind>.Of(version.Change));
        command.AddParameter("@is_withdrawn", version.IsWithdrawn ? 1 : 0);
        command.AddParameter("@start_us", version.Start.ToMicroseconds());
        command.AddParameter("@end_us", version.End?.ToMicroseconds());
        command.AddParameter("@gaps", GapsText(version.Gaps));
        command.AddParameter("@failed_attempts", version.FailedAttempts);
        command.AddParameter("@policy_version", version.PolicyVersion);
        command.AddParameter("@policy_digest", version.PolicyDigest);
        command.AddParameter("@actor", version.Actor);
        command.AddParameter("@notes", version.Notes);
        command.AddParameter("@recorded_at_us", version.RecordedAt.ToMicroseconds());
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static string GapsText(ImmutableArray<Interval> gaps) => string.Join(' ', gaps.Select(gap =>
        string.Create(
            CultureInfo.InvariantCulture, $"{gap.Start.ToMicroseconds()}-{gap.End.ToMicroseconds()}")));

    private static ImmutableArray<Interval> GapsOf(string text) =>
    [
        .. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(gap =>
        {
            // A time before 1970 has a sign of its own.
            var dash = gap.IndexOf('-', 1);
            return new Interval(
                long.Parse(gap.AsSpan(0, dash), CultureInfo.InvariantCulture).FromMicroseconds(),
                long.Parse(gap.AsSpan(dash + 1), CultureInfo.InvariantCulture).FromMicroseconds());
        }),
    ];

    private static StoredFailure Read(DbDataReader reader) => new()
    {
        FailureId = reader.GetString(0),
        Version = reader.GetInt32(1),
        ComponentId = reader.GetString(2),
        AccountId = reader.GetString(3),
        Origin = StoredName<FailureOrigin>.Parse(reader.GetString(4)),
        Change = StoredName<FailureChangeKind>.Parse(reader.GetString(5)),
        IsWithdrawn = reader.GetInt64(6) == 1,
        Start = reader.GetInstant(7),
        End = reader.IsDBNull(8) ? null : reader.GetInstant(8),
        Gaps = GapsOf(reader.GetString(9)),
        FailedAttempts = reader.GetInt32(10),
        PolicyVersion = reader.GetString(11),
        PolicyDigest = reader.GetString(12),
        Actor = reader.GetNullableString(13),
        Notes = reader.GetNullableString(14),
        RecordedAt = reader.GetInstant(15),
    };
}
