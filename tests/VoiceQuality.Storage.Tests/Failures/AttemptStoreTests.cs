using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.Probes;
using VoiceQuality.Sla.Outages;
using VoiceQuality.Storage.Calls;
using VoiceQuality.Storage.Failures;

namespace VoiceQuality.Storage.Tests.Failures;

public sealed class AttemptStoreTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;
    private Database _database = null!;

    public async Task InitializeAsync() => _database = await Database.OpenAsync(Database.InMemoryPath, None);

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Fact]
    public async Task A_call_leaves_one_attempt_however_often_it_is_stored()
    {
        await WriteAsync(Rejected(503));
        await WriteAsync(Rejected(503));

        Assert.Equal([(int)AttemptClass.ServerFailure], await ClassesAsync());
    }

    [Fact]
    public async Task A_more_complete_observation_replaces_what_the_call_said()
    {
        await WriteAsync(Rejected(503) with { EndedAtUs = null, FinalStatus = null, Outcome = CallOutcome.Failed });
        Assert.Equal([(int)AttemptClass.NoResponse], await ClassesAsync());
        await WriteAsync(Rejected(404));

        Assert.Equal([(int)AttemptClass.Responded], await ClassesAsync());
    }

    [Fact]
    public async Task A_blocked_call_says_nothing()
    {
        await WriteAsync(Rejected(503), isBlocked: true);

        Assert.Empty(await ClassesAsync());
    }

    [Fact]
    public async Task A_call_that_is_taken_back_takes_its_attempt_with_it_and_makes_its_time_due()
    {
        var call = Rejected(503);
        await WriteAsync(call);
        var failures = new FailureRepository(_database);
        await failures.ClearDueAsync(await failures.ListDueAsync(None), None);
        using (var writer = new MeasurementWriter(_database))
        {
            await writer.RetractAsync([CallKey.Of(call)], [], None);
        }

        Assert.Empty(await ClassesAsync());
        Assert.Equal(call.StartedAtUs.FromMicroseconds(), Assert.Single(await failures.ListDueAsync(None)).From);
    }

    [Fact]
    public async Task Calls_of_a_database_from_before_say_the_same_when_they_are_caught_up_with()
    {
        var calls = Enumerable.Range(0, 2_500).Select(i => Rejected(i % 2 == 0 ? 503 : 404, i)).ToArray();
        using (var writer = new MeasurementWriter(_database))
        {
            await writer.WriteAsync([.. calls.Select(call => SampleCalls.Measured(call))], [], None);
        }

        var expected = await ClassesAsync();
        await ExecuteAsync("DELETE FROM attempt");
        await ExecuteAsync("UPDATE attempt_backfill SET next_key = (SELECT min(call_key) FROM call)");
        await new AttemptBackfill(_database).RunAsync(None);

        Assert.Equal(2_500, expected.Count);
        Assert.Equal(expected, await ClassesAsync());
    }

    [Fact]
    public async Task A_probe_is_stored_once_and_an_answer_replaces_none()
    {
        using var probes = new ProbeRepository(_database);
        var silent = new ProbeRecord(
            UInt128.MaxValue, SampleCalls.Endpoint(1, 5060), SampleCalls.Endpoint(2, 5060), SampleCalls.OctoberUs, null, null, 6);
        Assert.Equal(1, await probes.WriteAsync([silent, silent], None));
        Assert.Equal([(int)AttemptClass.NoResponse], await ClassesAsync());

        var answered = silent with { EndedAtUs = silent.StartedAtUs + 20_000, FinalStatus = 200 };
        Assert.Equal(1, await probes.WriteAsync([answered], None));
        Assert.Equal(0, await probes.WriteAsync([silent, answered], None));
        Assert.Equal([(int)AttemptClass.Responded], await ClassesAsync());
    }

    [Fact]
    public async Task The_versions_of_a_failure_are_never_changed_removed_or_replaced()
    {
        const string Columns = """
            failure_id, version, component_id, account_id, origin, change, is_withdrawn, start_us, end_us, gaps,
            failed_attempts, policy_version, policy_digest, recorded_at_us
            """;
        await ExecuteAsync($"""
            INSERT INTO failure_version ({Columns})
            VALUES ('F-1', 1, 'C', 'A', 'Detected', 'Found', 0, 10, NULL, '', 5, 'v', 'd', 20)
            """);
        foreach (var sql in (string[])
            [
                "UPDATE failure_version SET end_us = 11",
                "DELETE FROM failure_version",
                $"""
                INSERT OR REPLACE INTO failure_version ({Columns})
                VALUES ('F-1', 1, 'C', 'A', 'Detected', 'Found', 0, 11, NULL, '', 5, 'v', 'd', 20)
                """,
                $"""
                INSERT INTO failure_version ({Columns})
                VALUES ('F-1', 2, 'OTHER', 'A', 'Detected', 'Moved', 0, 11, NULL, '', 5, 'v', 'd', 20)
                """,
            ])
        {
            await Assert.ThrowsAsync<Microsoft.Data.Sqlite.SqliteException>(() => ExecuteAsync(sql));
        }
    }

    private static CallRecord Rejected(int status, int number = 1)
    {
        var call = SampleCalls.Answered(number);
        return call with
        {
            Streams = [],
            AnsweredAtUs = null,
            EndedAtUs = call.StartedAtUs + 50_000,
            FirstResponseAtUs = call.StartedAtUs,
            PostDialDelayUs = null,
            FinalStatus = status,
            Outcome = status >= 500 ? CallOutcome.Failed : CallOutcome.Rejected,
            MosLqE4 = null,
            RFactor = null,
        };
    }

    private async Task WriteAsync(CallRecord call, bool isBlocked = false)
    {
        using var writer = new MeasurementWriter(_database);
        await writer.WriteAsync([SampleCalls.Measured(call) with { IsBlocked = isBlocked }], [], None);
    }

    private Task<IReadOnlyList<int>> ClassesAsync() => _database.ReadListAsync(
        "SELECT class FROM attempt ORDER BY attempt_key", [], reader => reader.GetInt32(0), None);

    private Task<int> ExecuteAsync(string sql) => _database.WriteAsync(
        async (_, transaction, token) =>
        {
            await using var command = transaction.Command(sql);
            return await command.ExecuteNonQueryAsync(token);
        },
        None);
}
