using VoiceQuality.Monitor.Calls;
using VoiceQuality.Quality.Signalling;
using VoiceQuality.Storage.Calls;
using VoiceQuality.Storage.Signalling;

namespace VoiceQuality.Storage.Tests.Signalling;

public sealed class SignallingStoreTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Each_call_adds_its_counters_to_the_hour_that_it_began_in()
    {
        await using var database = await Database.OpenAsync(Database.InMemoryPath, None);
        using var writer = new MeasurementWriter(database);
        var busy = Refused(2, 486);

        // Call 3600 begins exactly one hour after the first of October.
        await writer.WriteAsync(
            [.. new[] { Answered(1), busy, Refused(3, 503), Answered(3_600) }.Select(call => SampleCalls.Measured(call))],
            [], None);

        var hours = await new SignallingQueries(database).ListUnitHoursAsync(0, long.MaxValue, null, null, None);
        Assert.Equal(
            [SampleCalls.OctoberUs, SampleCalls.OctoberUs + 3_600_000_000], hours.Select(hour => hour.FromUs));
        var first = hours[0].Counters;
        Assert.Equal((3, 1, 1, 1, 1), (
            first.Attempts, first.Answered, first.Declined, first.Ineffective, first.NotAnsweredByUser));
        Assert.Equal((1, 6), (first.Completed, first.Challenges));

        // The answered call: INVITE to 180 in 120 ms, 10 s of talk, 30 ms from BYE to 200.
        Assert.Equal(new DelaySum(1, 120_000), first.RequestDelay);
        Assert.Equal(new DelaySum(2, 240_000), first.FailedRequestDelay);
        Assert.Equal(new DelaySum(1, 30_000), first.DisconnectDelay);
        Assert.Equal(new DelaySum(1, 10_000_000), first.Talk);
        Assert.Equal(1, hours[1].Counters.Attempts);
    }

    [Fact]
    public async Task The_same_calls_again_move_nothing()
    {
        await using var database = await Database.OpenAsync(Database.InMemoryPath, None);
        using var writer = new MeasurementWriter(database);
        MeasuredCall[] calls = [SampleCalls.Measured(Answered(1)), SampleCalls.Measured(Refused(2, 486))];
        await writer.WriteAsync(calls, [], None);
        var before = await DatabaseDump.OfAsync(database);

        await writer.WriteAsync(calls, [], None);

        Assert.Equal(before, await DatabaseDump.OfAsync(database));
        await SignallingAssert.RecountAsync(database, calls);
    }

    [Fact]
    public async Task A_fuller_observation_moves_the_sums_by_the_difference()
    {
        await using var database = await Database.OpenAsync(Database.InMemoryPath, None);
        using var writer = new MeasurementWriter(database);
        var whole = Answered(1);
        var cut = whole with { EndedAtUs = null, DisconnectDelayUs = null };
        await writer.WriteAsync([SampleCalls.Measured(cut), SampleCalls.Measured(Answered(2))], [], None);

        await writer.WriteAsync([SampleCalls.Measured(whole)], [], None);
        await writer.WriteAsync([SampleCalls.Measured(cut)], [], None);

        await SignallingAssert.RecountAsync(database, [SampleCalls.Measured(whole), SampleCalls.Measured(Answered(2))]);
        var stored = await new CallQueries(database).GetAsync(CallKey.Of(whole), None);
        Assert.Equal(30_000, stored!.Summary.DisconnectDelayUs);
    }

    [Fact]
    public async Task The_response_to_a_BYE_that_comes_with_the_next_file_is_not_lost()
    {
        var whole = Answered(1);
        var cut = whole with { DisconnectDelayUs = null };
        foreach (var order in (CallRecord[][])[[cut, whole], [whole, cut]])
        {
            await using var database = await Database.OpenAsync(Database.InMemoryPath, None);
            using var writer = new MeasurementWriter(database);
            foreach (var call in order)
            {
                await writer.WriteAsync([SampleCalls.Measured(call)], [], None);
            }

            await SignallingAssert.RecountAsync(database, [SampleCalls.Measured(whole)]);
        }
    }

    [Fact]
    public async Task A_call_that_moves_to_another_unit_takes_its_counters_along()
    {
        await using var database = await Database.OpenAsync(Database.InMemoryPath, None);
        using var writer = new MeasurementWriter(database);
        await writer.WriteAsync([SampleCalls.Measured(Answered(1))], [], None);
        var fuller = SampleCalls.Measured(Answered(1) with { Streams = [SampleCalls.Stream(1, 900)] }, "U-2");

        await writer.WriteAsync([fuller], [], None);

        await SignallingAssert.RecountAsync(database, [fuller]);
    }

    [Fact]
    public async Task A_call_that_is_taken_back_leaves_no_row()
    {
        await using var database = await Database.OpenAsync(Database.InMemoryPath, None);
        using var writer = new MeasurementWriter(database);
        await writer.WriteAsync([SampleCalls.Measured(Answered(1))], [], None);

        await writer.RetractAsync([CallKey.Of(Answered(1))], [], None);

        Assert.Empty(await new SignallingQueries(database).ListUnitHoursAsync(0, long.MaxValue, null, null, None));
    }

    [Fact]
    public async Task A_call_whose_set_up_was_not_seen_is_in_no_sum()
    {
        await using var database = await Database.OpenAsync(Database.InMemoryPath, None);
        using var writer = new MeasurementWriter(database);

        await writer.WriteAsync([SampleCalls.Measured(Answered(1) with { Outcome = CallOutcome.Incomplete })], [], None);

        Assert.Empty(await new SignallingQueries(database).ListUnitHoursAsync(0, long.MaxValue, null, null, None));
    }

    [Fact]
    public async Task A_scan_fills_its_own_hour_and_unit_and_counts_under_the_others()
    {
        await using var database = await Database.OpenAsync(Database.InMemoryPath, None);
        using var writer = new MeasurementWriter(database);
        var scan = Enumerable.Range(0, 300).Select(number => SampleCalls.Measured(
            Refused(number, 404) with { SignallingSource = SampleCalls.Endpoint(1, (ushort)(10_000 + number)) })).ToArray();
        var customer = SampleCalls.Measured(Answered(1_000), "U-2");
        foreach (var batch in scan.Chunk(100))
        {
            await writer.WriteAsync(batch, [], None);
        }

        await writer.WriteAsync([customer, .. scan[..10], .. scan[290..]], [], None);

        var queries = new SignallingQueries(database);
        var pairs = await queries.ListPairHoursAsync(0, long.MaxValue, null, None);

        // 256 pairs of the scan are kept apart and 300 - 256 = 44 calls are together; the customer has a pair of its
        // own.
        Assert.Equal(256 + 1 + 1, pairs.Count);
        Assert.Equal(44, Assert.Single(pairs, pair => pair.Source is null).Counters.Attempts);
        Assert.Equal(
            [("U-1", 300L), ("U-2", 1L)],
            (await queries.ListUnitsAsync(0, long.MaxValue, "A-1", null, None))
                .Select(unit => (unit.UnitId, unit.Counters.Attempts)));

        await writer.RetractAsync([.. scan.Select(one => CallKey.Of(one.Call))], [], None);
        await SignallingAssert.RecountAsync(database, [customer]);
    }

    [Fact]
    public async Task Calls_from_before_the_step_are_unknown_and_in_no_sum_until_a_fuller_observation_comes()
    {
        await using var database = await Database.OpenAsync(Database.InMemoryPath, None);
        using var writer = new MeasurementWriter(database);
        var call = SampleCalls.Answered(1);
        await writer.WriteAsync([SampleCalls.Measured(call)], [], None);
        await ForgetSignallingAsync(database, Completeness.Of(call, new OctetWriter(), withDelays: false).FactsDigest);
        var queries = new SignallingQueries(database);

        var again = await writer.WriteAsync([SampleCalls.Measured(Answered(1) with { EndedAtUs = call.EndedAtUs })], [], None);

        Assert.Equal(1, again.Unchanged);
        Assert.Null((await new CallQueries(database).GetAsync(CallKey.Of(call), None))!.Summary.Challenges);
        Assert.Empty(await queries.ListUnitHoursAsync(0, long.MaxValue, null, null, None));

        var fuller = SampleCalls.Measured(Answered(1) with { Streams = [SampleCalls.Stream(1, 900)] });
        Assert.Equal(1, (await writer.WriteAsync([fuller], [], None)).Replaced);
        await SignallingAssert.RecountAsync(database, [fuller]);
    }

    [Fact]
    public async Task A_time_has_the_hours_that_begin_in_it_and_one_account_alone()
    {
        await using var database = await Database.OpenAsync(Database.InMemoryPath, None);
        using var writer = new MeasurementWriter(database);
        await writer.WriteAsync(
            [
                SampleCalls.Measured(Answered(1)), SampleCalls.Measured(Answered(3_600)),
                SampleCalls.Measured(Answered(7_200)), SampleCalls.Measured(Answered(3_601)) with { AccountId = "A-2" },
            ],
            [], None);
        var queries = new SignallingQueries(database);
        const long HourUs = 3_600_000_000;

        var hours = await queries.ListUnitHoursAsync(
            SampleCalls.OctoberUs + 1, SampleCalls.OctoberUs + (2 * HourUs), "A-1", null, None);
        var pairs = await queries.ListPairHoursAsync(
            SampleCalls.OctoberUs, SampleCalls.OctoberUs + (2 * HourUs), "A-2", None);

        Assert.Equal(SampleCalls.OctoberUs + HourUs, Assert.Single(hours).FromUs);
        Assert.Equal(1, Assert.Single(pairs).Counters.Attempts);
        Assert.Empty(await queries.ListUnitsAsync(0, long.MaxValue, "A-1", "U-9", None));
    }

    [Fact]
    public async Task A_time_is_found_by_the_key_and_an_account_by_its_index()
    {
        await using var database = await Database.OpenAsync(Database.InMemoryPath, None);

        Assert.Contains("PRIMARY KEY (hour_us>? AND hour_us<?)", await PlanAsync(SignallingQueries.SelectUnits(true, null, null)));
        Assert.Contains("PRIMARY KEY (hour_us>? AND hour_us<?)", await PlanAsync(SignallingQueries.SelectPairHours(null)));
        foreach (var query in new[]
        {
            SignallingQueries.SelectUnits(false, "A-1", null), SignallingQueries.SelectUnits(true, "A-1", "U-1"),
            SignallingQueries.SelectPairHours("A-1"),
        })
        {
            Assert.Contains(
                "signalling_hour_by_account (account_id=? AND hour_us>? AND hour_us<?)", await PlanAsync(query));
        }

        async Task<string> PlanAsync(string query) => string.Join(
            '\n', await database.ReadListAsync($"EXPLAIN QUERY PLAN {query}", [], reader => reader.GetString(3), None));
    }

    // What a row looks like that the program before this step wrote.
    private static Task<int> ForgetSignallingAsync(Database database, UInt128 digest) => database.WriteAsync(
        (_, transaction, _) =>
        {
            var octets = new byte[16];
            System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(octets, digest);
            using var command = transaction.Command(
                "UPDATE call SET challenges = NULL, signalling_pair_id = NULL, facts_digest = @digest");
            command.AddParameter("@digest", octets);
            using var hours = transaction.Command("DELETE FROM signalling_hour");
            hours.ExecuteNonQuery();
            return Task.FromResult(command.ExecuteNonQuery());
        },
        None);

    private static CallRecord Answered(int number) => SampleCalls.Answered(number) with
    {
        RequestDelayUs = 120_000,
        RingTimeUs = 380_000,
        DisconnectDelayUs = 30_000,
        Challenges = 2,
        ReleaseReason = new ReleaseReason("Q.850", 16),
    };

    private static CallRecord Refused(int number, int status) => Answered(number) with
    {
        AnsweredAtUs = null,
        EndedAtUs = SampleCalls.OctoberUs + (number * 1_000_000L) + 120_000,
        FinalStatus = status,
        Outcome = status >= 500 ? CallOutcome.Failed : CallOutcome.Rejected,
        DisconnectDelayUs = null,
        RingTimeUs = null,
        MosLqE4 = null,
        Streams = [],
    };
}
