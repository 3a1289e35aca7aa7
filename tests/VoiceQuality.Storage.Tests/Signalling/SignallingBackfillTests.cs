using VoiceQuality.Monitor.Calls;
using VoiceQuality.Quality.Signalling;
using VoiceQuality.Storage.Calls;
using VoiceQuality.Storage.Signalling;

namespace VoiceQuality.Storage.Tests.Signalling;

public sealed class SignallingBackfillTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Calls_of_an_older_version_are_counted_once_as_far_as_they_are_known()
    {
        await using var database = await Database.OpenAsync(Database.InMemoryPath, None);
        using var writer = new MeasurementWriter(database);
        var calls = Enumerable.Range(0, 2_500).Select(static i => SampleCalls.Measured(Call(i))).ToArray();
        await writer.WriteAsync(calls, [], None);
        var queries = new SignallingQueries(database);
        var before = await SumAsync(queries);
        await MakeOldAsync(database);
        Assert.Empty(await queries.ListUnitsAsync(0, long.MaxValue, null, null, None));

        // Stopped after the first transaction of 1,000 it goes on.
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => new SignallingBackfill(database).RunAsync(_ => stop.Cancel(), stop.Token));
        Assert.Equal(1_000, (await SumAsync(queries)).Attempts);
        Assert.Equal(1_500, await new SignallingBackfill(database).RunAsync(static _ => { }, None));
        Assert.Equal(0, await new SignallingBackfill(database).RunAsync(static _ => { }, None));

        var after = await SumAsync(queries);
        Assert.Equal(
            before with
            {
                Challenges = 0, Ringing = default, RequestDelay = default, FailedRequestDelay = default,
                DisconnectDelay = default, Completed = 0, Partial = 2_500,
            },
            after);
        Assert.Null(after.ScrPercent);

        // 2,500 seconds from the hour on: one hour, and the pair of each call is known again.
        var pair = Assert.Single(await queries.ListPairHoursAsync(0, long.MaxValue, null, None));
        Assert.NotNull(pair.Source);
    }

    [Fact]
    public async Task A_call_that_was_counted_so_is_taken_back_and_replaced_as_any_other()
    {
        await using var database = await Database.OpenAsync(Database.InMemoryPath, None);
        using var writer = new MeasurementWriter(database);
        await writer.WriteAsync([SampleCalls.Measured(Call(0)), SampleCalls.Measured(Call(2))], [], None);
        await MakeOldAsync(database);
        await new SignallingBackfill(database).RunAsync(static _ => { }, None);

        await writer.RetractAsync([CallKey.Of(Call(2))], [], None);
        var fuller = Call(0) with { Streams = [SampleCalls.Stream(0, 501)] };
        await writer.WriteAsync([SampleCalls.Measured(fuller)], [], None);

        await SignallingAssert.RecountAsync(database, [SampleCalls.Measured(fuller)]);
        Assert.Equal(0, (await SumAsync(new SignallingQueries(database))).Partial);
    }

    private static CallRecord Call(int number) => number % 2 == 0
        ? SampleCalls.Answered(number) with { PostDialDelayUs = 850_000, DisconnectDelayUs = 30_000, Challenges = 1 }
        : SampleCalls.Answered(number) with
        {
            Outcome = CallOutcome.Rejected, AnsweredAtUs = null, FinalStatus = 486, RequestDelayUs = 120_000, Streams = [],
        };

    private static async Task<SignallingCounters> SumAsync(SignallingQueries queries) =>
        (await queries.ListUnitsAsync(0, long.MaxValue, null, null, None))
            .Aggregate(default(SignallingCounters), static (sum, unit) => sum + unit.Counters);

    // As the steps leave what was stored before step 13.
    private static Task<int> MakeOldAsync(Database database) => database.WriteAsync(
        async (_, transaction, token) =>
        {
            await using var command = transaction.Command("""
                UPDATE call SET challenges = NULL, request_delay_us = NULL, ring_time_us = NULL,
                    disconnect_delay_us = NULL, release_protocol = NULL, release_cause = NULL, signalling_pair_id = NULL;
                DELETE FROM signalling_hour;
                UPDATE signalling_backfill SET next_key = (SELECT min(call_key) FROM call WHERE challenges IS NULL)
                """);
            return await command.ExecuteNonQueryAsync(token);
        },
        None);
}
