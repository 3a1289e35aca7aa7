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

/// <content>The sums of days and months that calls are counted in.</content>
public abstract partial class MeasurementStoreTests
{
    [Fact]
    public async Task The_same_packets_scored_or_assigned_otherwise_move_no_month()
    {
        await using var database = await OpenAsync();
        using var writer = new MeasurementWriter(database);
        await writer.WriteAsync([SampleCalls.Measured(SampleCalls.Answered(1, mosE4: 4_0000))], [], None);
        var before = await DatabaseDump.OfAsync(database);

        foreach (var mos in new int?[] { 1_2000, 4_4000, null })
        {
            var outcome = await writer.WriteAsync(
                [SampleCalls.Measured(SampleCalls.Answered(1, mos), "U-2")], [], None);
            Assert.Equal(1, outcome.Unchanged);
        }

        Assert.Equal(before, await DatabaseDump.OfAsync(database));
    }

    [Fact]
    public async Task A_call_that_moves_to_another_unit_leaves_the_first_as_if_it_had_never_been_there()
    {
        await using var database = await OpenAsync();
        using var writer = new MeasurementWriter(database);
        var calls = new[] { 1, 2, 3 }.Select(number => SampleCalls.Answered(number)).ToArray();
        await writer.WriteAsync([.. calls.Select(call => SampleCalls.Measured(call))], [], None);

        // The first and the only ones go; the bounds must follow.
        var more = SampleCalls.Answered(1, received: 501);
        await writer.WriteAsync([SampleCalls.Measured(more, "U-2")], [], None);
        var queries = new MonthQueries(database);
        var left = await queries.GetUnitMonthAsync("A-1", "U-1", October, None);
        Assert.Equal(
            (2, calls[1].StartedAtUs, calls[2].StartedAtUs), (left!.Counts.Calls, left.FirstCallAtUs, left.LastCallAtUs));

        await writer.WriteAsync(
            [.. calls[1..].Select(call => SampleCalls.Measured(call with { Streams = [SampleCalls.Stream(9, 900)] }, "U-2"))],
            [], None);
        Assert.Null(await queries.GetUnitMonthAsync("A-1", "U-1", October, None));
        Assert.Empty(await queries.ListDaysAsync("A-1", "U-1", October, None));
        Assert.Equal(3, (await queries.GetUnitMonthAsync("A-1", "U-2", October, None))!.Counts.Calls);
    }

    [Theory]
    [InlineData(9_999, true)]
    [InlineData(10_000, false)]
    [InlineData(50_000, false)]
    [InlineData(50_001, true)]
    [InlineData(0, true)]
    public async Task A_score_outside_1_to_5_is_stored_and_counted_but_in_no_mean(int mosE4, bool isQuarantined)
    {
        await using var database = await OpenAsync();
        using var writer = new MeasurementWriter(database);
        var call = SampleCalls.Answered(1, mosE4);

        var outcome = await writer.WriteAsync(
            [SampleCalls.Measured(call), SampleCalls.Measured(SampleCalls.Answered(2, 4_0000))], [], None);

        Assert.Equal(isQuarantined ? 1 : 0, outcome.Quarantined);
        var counts = (await new MonthQueries(database).GetUnitMonthAsync("A-1", "U-1", October, None))!.Counts;
        Assert.Equal(
            isQuarantined ? (2, 1, 1, 4_0000L) : (2, 2, 0, 4_0000L + mosE4),
            (counts.Answered, counts.Scored, counts.Quarantined, counts.SumMosE4));
        var stored = await new CallQueries(database).GetAsync(CallKey.Of(call), None);
        Assert.Equal((mosE4, isQuarantined), (stored!.Summary.MosLqE4!.Value, stored.Summary.IsQuarantined));
    }

    [Fact]
    public async Task Sums_equal_a_recount_and_do_not_depend_on_the_order_of_arrival()
    {
        // Observations of 25 calls, up to 3 of each, in two orders and different batches.
        async Task<bool> Holds(int seed)
        {
            var sample = new SampleCalls(seed);
            var observations = Enumerable.Range(0, 25)
                .SelectMany(number => Enumerable.Range(0, 1 + (number % 3)).Select(i => sample.Next(number, i)))
                .ToArray();
            var streams = Enumerable.Range(0, 5).SelectMany(i => SameFlow(sample, i)).ToArray();
            var first = await WriteAsync(sample.Shuffle(observations), sample.Shuffle(streams), batch: 4);
            var second = await WriteAsync(sample.Shuffle(observations), sample.Shuffle(streams), batch: 100);
            Assert.Equal(first, second);
            return true;
        }

        Prop.ForAll<int>(seed => Wait(Holds(seed))).Check(Config.QuickThrowOnFailure.WithMaxTest(40));
        await Task.CompletedTask;
    }

    [Fact]
    public async Task What_is_taken_back_leaves_the_sums_as_if_it_had_never_been_there()
    {
        await using var database = await OpenAsync();
        using var writer = new MeasurementWriter(database);
        var sample = new SampleCalls(6);
        var calls = Enumerable.Range(0, 200).Select(number => sample.Next(number)).ToArray();
        var streams = Enumerable.Range(0, 4)
            .Select(number => sample.NextStream(SampleCalls.OctoberUs + (number * 1_000_000))).ToArray();
        await writer.WriteAsync(calls, streams, None);

        var retracted = await writer.RetractAsync(
            [.. calls.Take(150).Select(measured => CallKey.Of(measured.Call))], [CallKey.Of(streams[1])], None);
        var again = await writer.RetractAsync([CallKey.Of(calls[0].Call)], [CallKey.Of(streams[1])], None);

        Assert.Equal(
            calls.Take(150).Select(measured => new RetractedCall(measured.AccountId, measured.Month?.ToString())),
            retracted);
        Assert.Empty(again);
        Assert.Equal(3, (await new CallQueries(database).ListUnannouncedAsync(
            SampleCalls.OctoberUs, SampleCalls.OctoberUs + 1_000_000_000, 500, None)).Count);
        await AssertRecountAsync(database, calls[150..]);
    }

    [Fact]
    public async Task A_call_without_month_is_in_no_sum()
    {
        await using var database = await OpenAsync();
        using var writer = new MeasurementWriter(database);
        var measured = SampleCalls.Measured(SampleCalls.Answered(1)) with { Month = null, Date = null };

        await writer.WriteAsync([measured], [], None);

        Assert.Empty(await new MonthQueries(database).ListMonthsAsync(None));
        Assert.Single((await new CallQueries(database).ListAsync(new CallFilter(), None)).Calls);
    }

    private async Task<string> WriteAsync(MeasuredCall[] calls, StreamRecord[] streams, int batch)
    {
        await using var database = await OpenAsync();
        using var writer = new MeasurementWriter(database);
        foreach (var chunk in calls.Chunk(batch))
        {
            await writer.WriteAsync(chunk, [], None);
        }

        await writer.WriteAsync([], streams, None);
        await AssertRecountAsync(database, calls);
        return await DatabaseDump.OfAsync(database);
    }

    // Takes which observation was kept from the store and recounts everything else from the records themselves.
    private static async Task AssertRecountAsync(Database database, MeasuredCall[] observations)
    {
        var kept = new List<MeasuredCall>();
        foreach (var group in observations.GroupBy(measured => CallKey.Of(measured.Call)))
        {
            var stored = await new CallQueries(database).GetAsync(group.Key, None);
            var mostComplete = group
                .OrderByDescending(measured => measured.Call.EndedAtUs is not null)
                .ThenByDescending(measured => measured.Call.Streams.Sum(stream => stream.Total.Received)).First();
            var match = group.Single(measured => measured.Call.Retransmissions == stored!.Record!.Retransmissions);
            Assert.Equal(mostComplete.Call.EndedAtUs is null, match.Call.EndedAtUs is null);
            Assert.Equal(
                mostComplete.Call.Streams.Sum(stream => stream.Total.Received),
                match.Call.Streams.Sum(stream => stream.Total.Received));
            kept.Add(match);
        }

        var expected = kept.Where(measured => measured.Month is not null)
            .GroupBy(measured => (measured.AccountId, measured.UnitId, Month: measured.Month!.Value))
            .OrderBy(group => group.Key.Month).ThenBy(group => group.Key.AccountId).ThenBy(group => group.Key.UnitId)
            .Select(group => new UnitMonth(
                group.Key.AccountId, group.Key.UnitId, group.Key.Month, Count(group),
                group.Min(measured => measured.Call.StartedAtUs), group.Max(measured => measured.Call.StartedAtUs)))
            .ToList();
        var queries = new MonthQueries(database);
        var actual = new List<UnitMonth>();
        foreach (var month in (await queries.ListMonthsAsync(None)).Reverse())
        {
            actual.AddRange(await queries.ListUnitMonthsAsync(month, None));
        }

        Assert.Equal(expected, actual);
        foreach (var unit in expected)
        {
            var days = await queries.ListDaysAsync(unit.AccountId, unit.UnitId, unit.Month, None);
            Assert.Equal(unit.Counts, days.Aggregate(default(CallCounts), (sum, day) => sum + day.Counts));
            Assert.Equal(unit.FirstCallAtUs, days.Min(day => day.FirstCallAtUs));
            Assert.Equal(unit.LastCallAtUs, days.Max(day => day.LastCallAtUs));
        }

        await SignallingAssert.RecountAsync(database, kept);
    }

    private static CallCounts Count(IEnumerable<MeasuredCall> calls)
    {
        var all = calls.Select(measured => measured.Call).ToList();
        bool IsValid(int? mos) => mos is >= 10_000 and <= 50_000;
        var scored = all.Where(call => call.Outcome == CallOutcome.Answered && IsValid(call.MosLqE4)).ToList();
        return new CallCounts
        {
            Calls = all.Count,
            Answered = all.Count(call => call.Outcome == CallOutcome.Answered),
            Cancelled = all.Count(call => call.Outcome == CallOutcome.Cancelled),
            Rejected = all.Count(call => call.Outcome == CallOutcome.Rejected),
            Failed = all.Count(call => call.Outcome == CallOutcome.Failed),
            Unanswered = all.Count(call => call.Outcome == CallOutcome.Unanswered),
            Incomplete = all.Count(call => call.Outcome == CallOutcome.Incomplete),
            Scored = scored.Count,
            Quarantined = all.Count(call => call.MosLqE4 is not null && !IsValid(call.MosLqE4)),
            SumMosE4 = scored.Sum(call => (long)call.MosLqE4!),
            ReadAnswered = all.Count(call => call.Outcome == CallOutcome.Answered),
            Cq = VotesOf(all, static readings => readings.CqE4),
            LqCapped = VotesOf(all, static readings => readings.LqCappedE4),
            CqCapped = VotesOf(all, static readings => readings.CqCappedE4),
            LqNarrowband = VotesOf(all, static readings => readings.LqNarrowbandE4),
            CqNarrowband = VotesOf(all, static readings => readings.CqNarrowbandE4),
        };
    }

    private static Votes VotesOf(IEnumerable<CallRecord> calls, Func<CallReadings, int?> score)
    {
        var scores = calls.Select(call => score(CallReadings.Of(call.Outcome, call.Streams)))
            .Where(static mos => mos is not null).ToList();
        return new Votes(scores.Count, scores.Sum(static mos => (long)mos!));
    }
}
