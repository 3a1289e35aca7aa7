using FsCheck;
using FsCheck.Fluent;
using NodaTime;
using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Quality.Rtp;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Storage.Calls;
using VoiceQuality.Storage.Months;

namespace VoiceQuality.Storage.Tests;

/// <summary>What a store of measurements does, whatever database it stands on.</summary>
public abstract partial class MeasurementStoreTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly ServiceMonth October = new(2026, 10);

    /// <summary>An empty database, deleted when it is disposed.</summary>
    private protected abstract Task<Database> OpenAsync();

    [Fact]
    public async Task Every_field_of_a_call_is_read_back_as_it_was_written()
    {
        await using var database = await OpenAsync();
        using var writer = new MeasurementWriter(database);
        var sample = new SampleCalls(1);
        var calls = Enumerable.Range(0, 300).Select(number => sample.Next(number)).ToList();

        await writer.WriteAsync(calls, [], None);

        var queries = new CallQueries(database);
        foreach (var measured in calls)
        {
            var stored = await queries.GetAsync(CallKey.Of(measured.Call), None);
            CallAssert.Same(measured.Call, stored!.Record!);
            Assert.Equal(
                (measured.AccountId, measured.UnitId, measured.RuleId, measured.Month, measured.Date, measured.TzdbVersion),
                (stored.Summary.AccountId, stored.Summary.UnitId, stored.Summary.RuleId, stored.Summary.Month,
                    stored.Summary.Date, stored.Summary.TzdbVersion));
        }
    }

    [Fact]
    public async Task Every_field_of_a_stream_without_a_call_is_read_back()
    {
        await using var database = await OpenAsync();
        using var writer = new MeasurementWriter(database);
        var sample = new SampleCalls(2);
        var streams = Enumerable.Range(0, 100)
            .Select(number => sample.NextStream(SampleCalls.OctoberUs + (number * 1_000_000))).ToList();

        var outcome = await writer.WriteAsync([], streams, None);

        Assert.Equal(new WriteOutcome(0, 0, 0, 0, 100, 0, 0), outcome);
        var stored = await new CallQueries(database).ListUnannouncedAsync(
            SampleCalls.OctoberUs, SampleCalls.OctoberUs + 1_000_000_000, 500, None);
        Assert.Equal(100, stored.Count);
        foreach (var (expected, actual) in streams.Zip(stored.Reverse()))
        {
            CallAssert.Same(expected, actual.Stream);
        }
    }

    [Fact]
    public async Task Unknown_and_zero_stay_apart()
    {
        await using var database = await OpenAsync();
        using var writer = new MeasurementWriter(database);
        var zero = SampleCalls.Answered(1) with { PostDialDelayUs = 0, MosLqE4 = null, RFactor = 0, FinalStatus = null };
        var unknown = SampleCalls.Answered(2) with { PostDialDelayUs = null, MosLqE4 = null, RFactor = null };
        await writer.WriteAsync([SampleCalls.Measured(zero), SampleCalls.Measured(unknown)], [], None);

        var queries = new CallQueries(database);
        var first = (await queries.GetAsync(CallKey.Of(zero), None))!.Summary;
        var second = (await queries.GetAsync(CallKey.Of(unknown), None))!.Summary;
        Assert.Equal((0L, 0.0, (int?)null), (first.PostDialDelayUs!.Value, first.RFactor!.Value, first.FinalStatus));
        Assert.Equal((null, (double?)null, 200), (second.PostDialDelayUs, second.RFactor, second.FinalStatus!.Value));
    }

    [Fact]
    public async Task Models_that_a_failed_commit_took_away_are_stored_again_with_the_next_batch()
    {
        await using var database = await OpenAsync();
        using var writer = new MeasurementWriter(database);
        var sample = new SampleCalls(3);
        var calls = Enumerable.Range(0, 50).Select(number => sample.Next(number)).ToList();
        await writer.WriteAsync(calls, [], None);

        // What the database looks like when the commit of the batch failed and the writer never heard of it.
        await database.WriteAsync(
            (connection, transaction, _) =>
            {
                foreach (var table in new[] { "stream", "call", "unit_day", "unit_month", "score_model" })
                {
                    using var command = connection.CreateCommand();
                    command.Transaction = transaction;
                    command.CommandText = $"DELETE FROM {table}";
                    command.ExecuteNonQuery();
                }

                return Task.FromResult(0);
            },
            None);
        var outcome = await writer.WriteAsync(calls, [], None);

        Assert.Equal(50, outcome.Inserted);
        Assert.Empty(outcome.UnchangedCalls);
    }

    [Fact]
    public async Task The_same_batch_again_changes_nothing()
    {
        await using var database = await OpenAsync();
        using var writer = new MeasurementWriter(database);
        var sample = new SampleCalls(3);
        var calls = Enumerable.Range(0, 50).Select(number => sample.Next(number)).ToList();
        var streams = Enumerable.Range(0, 10).Select(_ => sample.NextStream(SampleCalls.OctoberUs)).ToList();
        await writer.WriteAsync(calls, streams, None);
        var before = await DatabaseDump.OfAsync(database);

        var outcome = await writer.WriteAsync(calls, streams, None);

        Assert.Equal(Enumerable.Range(0, 50), outcome.UnchangedCalls);
        Assert.Equal(new WriteOutcome(0, 0, 50, 0, 0, 0, 10), outcome with { UnchangedCalls = [] });
        Assert.Equal(before, await DatabaseDump.OfAsync(database));
    }

    [Fact]
    public async Task An_observation_that_saw_the_end_replaces_one_that_did_not_and_moves_the_sums_by_the_difference()
    {
        await using var database = await OpenAsync();
        using var writer = new MeasurementWriter(database);
        var partial = SampleCalls.Answered(1, mosE4: 4_0000, received: 400) with { EndedAtUs = null };
        var whole = SampleCalls.Answered(1, mosE4: 3_0000, received: 300);
        var other = SampleCalls.Answered(2, mosE4: 4_4000);
        await writer.WriteAsync([SampleCalls.Measured(partial), SampleCalls.Measured(other)], [], None);

        var outcome = await writer.WriteAsync([SampleCalls.Measured(whole)], [], None);
        var back = await writer.WriteAsync([SampleCalls.Measured(partial)], [], None);

        Assert.Equal((1, 0, 0, 1), (outcome.Replaced, outcome.Inserted, back.Replaced, back.Unchanged));
        var month = await new MonthQueries(database).GetUnitMonthAsync("A-1", "U-1", October, None);
        Assert.Equal((2, 2, 2, 7_4000), (month!.Counts.Calls, month.Counts.Answered, month.Counts.Scored, month.Counts.SumMosE4));
    }

    [Fact]
    public async Task An_observation_with_more_packets_replaces_one_with_fewer_and_never_the_other_way()
    {
        await using var database = await OpenAsync();
        using var writer = new MeasurementWriter(database);
        await writer.WriteAsync([SampleCalls.Measured(SampleCalls.Answered(1, 4_0000, received: 400))], [], None);

        var more = await writer.WriteAsync(
            [SampleCalls.Measured(SampleCalls.Answered(1, 4_3000, received: 401))], [], None);
        var fewer = await writer.WriteAsync(
            [SampleCalls.Measured(SampleCalls.Answered(1, 1_5000, received: 399))], [], None);

        Assert.Equal((1, 1), (more.Replaced, fewer.Unchanged));
        var stored = await new CallQueries(database).GetAsync(CallKey.Of(SampleCalls.Answered(1)), None);
        Assert.Equal((4_3000, 401), (stored!.Summary.MosLqE4!.Value, stored.Record!.Streams[0].Total.Received));
    }

    [Fact]
    public async Task An_observation_that_knows_the_outcome_replaces_one_that_does_not_and_never_the_other_way()
    {
        var open = SampleCalls.Answered(1, mosE4: null) with
        {
            AnsweredAtUs = null, EndedAtUs = null, FinalStatus = null, Outcome = CallOutcome.Incomplete, Streams = [],
        };
        var over = open with { Outcome = CallOutcome.Unanswered };
        foreach (var order in (CallRecord[][])[[open, over], [over, open]])
        {
            await using var database = await OpenAsync();
            using var writer = new MeasurementWriter(database);
            foreach (var call in order)
            {
                await writer.WriteAsync([SampleCalls.Measured(call)], [], None);
            }

            var stored = await new CallQueries(database).GetAsync(CallKey.Of(open), None);
            Assert.Equal(CallOutcome.Unanswered, stored!.Record!.Outcome);
        }
    }

    [Fact]
    public async Task A_batch_that_fails_leaves_no_trace_and_the_next_one_works()
    {
        await using var database = await OpenAsync();
        using var writer = new MeasurementWriter(database);
        await writer.WriteAsync([SampleCalls.Measured(SampleCalls.Answered(1))], [], None);
        var before = await DatabaseDump.OfAsync(database);

        // A seventh decimal of a second is no microsecond. Its score model is new, and must not be remembered.
        var model = new ScoreModel("g107", "2", null, "fixed:80");
        var good = SampleCalls.Answered(2) with { Streams = [SampleCalls.Stream(2, 500) with { Model = model }] };
        var bad = SampleCalls.Answered(3) with { Streams = [SampleCalls.Stream(3, 1) with { ScoredSeconds = 0.0000001m }] };
        await Assert.ThrowsAsync<ArgumentException>(() => writer.WriteAsync(
            [SampleCalls.Measured(good), SampleCalls.Measured(bad)], [], None));
        Assert.Equal(before, await DatabaseDump.OfAsync(database));

        Assert.Equal(1, (await writer.WriteAsync([SampleCalls.Measured(good)], [], None)).Inserted);
        var stored = await new CallQueries(database).GetAsync(CallKey.Of(good), None);
        Assert.Equal(model, stored!.Record!.Streams[0].Model);
        Assert.Equal(2, (await new MonthQueries(database).GetUnitMonthAsync("A-1", "U-1", October, None))!.Counts.Calls);
    }

    [Fact]
    public async Task A_cancelled_batch_leaves_no_trace()
    {
        await using var database = await OpenAsync();
        using var writer = new MeasurementWriter(database);
        using var cancellation = new CancellationTokenSource();
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writer.WriteAsync(
            [SampleCalls.Measured(SampleCalls.Answered(1))], [], cancellation.Token));

        Assert.Empty((await new CallQueries(database).ListAsync(new CallFilter(), None)).Calls);
    }

    [Fact]
    public async Task Readers_see_whole_batches_while_one_is_written()
    {
        await using var database = await OpenAsync();
        using var writer = new MeasurementWriter(database);
        var done = new TaskCompletionSource();
        var writing = Task.Run(async () =>
        {
            for (var batch = 0; batch < 60; batch++)
            {
                var calls = Enumerable.Range(batch * 20, 20).Select(n => SampleCalls.Measured(SampleCalls.Answered(n)));
                await writer.WriteAsync([.. calls], [], None);
            }

            done.SetResult();
        });
        var reading = Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
        {
            var reads = 0;
            for (; !done.Task.IsCompleted || reads == 0; reads++)
            {
                var (calls, counted) = await CountAsync(database);
                Assert.Equal(calls, counted);
                Assert.Equal(0, calls % 20);
            }
        })).ToArray();

        await writing;
        await Task.WhenAll(reading);
        Assert.Equal((1200, 1200), await CountAsync(database));
    }

    [Fact]
    public async Task Deleted_detail_is_gone_while_sums_stay_and_the_capture_can_be_read_again()
    {
        await using var database = await OpenAsync();
        using var writer = new MeasurementWriter(database);
        var calls = Enumerable.Range(0, 3).Select(n => SampleCalls.Measured(SampleCalls.Answered(n))).ToArray();
        await writer.WriteAsync(calls, [SampleCalls.Stream(0, 5), SampleCalls.Stream(9, 5)], None);

        var outcome = await new CallRetention(database).DeleteDetailAsync(calls[2].Call.StartedAtUs, None);
        var again = await writer.WriteAsync(calls, [], None);

        Assert.Equal((new RetentionOutcome(2, 1), 3), (outcome, again.Unchanged));
        var queries = new CallQueries(database);
        var deleted = await queries.GetAsync(CallKey.Of(calls[0].Call), None);
        Assert.Null(deleted!.Record);
        Assert.Null(deleted.Summary.Identity);
        Assert.NotNull((await queries.GetAsync(CallKey.Of(calls[2].Call), None))!.Record);
        Assert.Equal(3, (await new MonthQueries(database).GetNetworkTotalAsync(October, None)).Calls);
    }

    private static IEnumerable<StreamRecord> SameFlow(SampleCalls sample, int number)
    {
        var stream = sample.NextStream(SampleCalls.OctoberUs + (number * 10_000));
        return [stream, stream with { Total = sample.NextCounters() }, stream with { EndedAtUs = stream.EndedAtUs + 1 }];
    }

    private static Task<(long Calls, long Counted)> CountAsync(Database database) => database.ReadAsync(
        async (_, transaction, token) =>
        {
            await using var calls = transaction.Command("SELECT COUNT(*) FROM call");
            await using var sums = transaction.Command("SELECT COALESCE(SUM(calls), 0) FROM unit_month");
            return ((long)(await calls.ExecuteScalarAsync(token))!, (long)(await sums.ExecuteScalarAsync(token))!);
        },
        None);

    private static T Wait<T>(Task<T> task) => task.GetAwaiter().GetResult();
}

/// <summary>The behaviour on SQLite.</summary>
public sealed class SqliteMeasurementStoreTests : MeasurementStoreTests
{
    private protected override Task<Database> OpenAsync() =>
        Database.OpenAsync(Database.InMemoryPath, CancellationToken.None);
}
