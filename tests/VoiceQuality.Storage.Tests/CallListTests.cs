using VoiceQuality.Monitor.Calls;
using VoiceQuality.Storage.Calls;

namespace VoiceQuality.Storage.Tests;

public sealed class CallListTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;
    private Database _database = null!;
    private CallQueries _queries = null!;

    public async Task InitializeAsync()
    {
        _database = await Database.OpenAsync(Database.InMemoryPath, None);
        _queries = new CallQueries(_database);
    }

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100)]
    [InlineData(101)]
    public async Task Pages_hold_every_call_once_newest_first(int limit)
    {
        await WriteAsync(Enumerable.Range(0, 100).Select(n => SampleCalls.Answered(n)));

        var calls = await AllAsync(new CallFilter { Limit = limit });

        Assert.Equal(
            Enumerable.Range(0, 100).Reverse().Select(n => SampleCalls.Answered(n).StartedAtUs),
            calls.Select(call => call.StartedAtUs));
    }

    [Fact]
    public async Task Calls_written_between_pages_neither_repeat_nor_hide_one()
    {
        var before = Enumerable.Range(0, 60).Select(n => SampleCalls.Answered(n * 2)).ToList();
        await WriteAsync(before);
        var seen = new List<CallKey>();
        var filter = new CallFilter { Limit = 7 };
        var next = 1;
        do
        {
            var page = await _queries.ListAsync(filter, None);
            seen.AddRange(page.Calls.Select(call => call.Key));
            filter = filter with { Cursor = page.NextCursor };

            // Odd seconds: between the others, so before and after the place where the page ended, and newer ones.
            await WriteAsync([SampleCalls.Answered(next), SampleCalls.Answered(121 - next), SampleCalls.Answered(500 + next)]);
            next += 2;
        }
        while (filter.Cursor is not null);

        Assert.Equal(seen.Count, seen.Distinct().Count());
        Assert.Superset(before.Select(CallKey.Of).ToHashSet(), seen.ToHashSet());
        Assert.Equal(seen.OrderDescending(), seen);
    }

    [Fact]
    public async Task Calls_that_start_in_the_same_microsecond_are_all_listed()
    {
        var calls = Enumerable.Range(0, 20)
            .Select(n => SampleCalls.Answered(n) with { StartedAtUs = SampleCalls.OctoberUs }).ToList();
        await WriteAsync(calls);

        var listed = await AllAsync(new CallFilter { Limit = 3 });

        Assert.Equal(calls.Select(CallKey.Of).OrderDescending(), listed.Select(call => call.Key));
    }

    [Fact]
    public async Task Each_condition_narrows_the_list()
    {
        var sample = new SampleCalls(11);
        var all = Enumerable.Range(0, 300).Select(n => sample.Next(n)).ToList();
        await WriteAsync(all);
        var from = SampleCalls.OctoberUs + 1_000_000_000_000;
        var to = SampleCalls.OctoberUs + 4_000_000_000_000;
        (CallFilter Filter, Func<MeasuredCall, bool> Matches)[] cases =
        [
            (new() { FromUs = from }, m => m.Call.StartedAtUs >= from),
            (new() { ToUs = to }, m => m.Call.StartedAtUs < to),
            (new() { FromUs = all[5].Call.StartedAtUs, ToUs = all[5].Call.StartedAtUs + 1 }, m => m == all[5]),
            (new() { FromUs = all[5].Call.StartedAtUs + 1, ToUs = all[5].Call.StartedAtUs }, _ => false),
            (new() { AccountId = "A-1" }, m => m.AccountId == "A-1"),
            (new() { UnitId = "U-2" }, m => m.UnitId == "U-2"),
            (new() { Outcome = CallOutcome.Failed }, m => m.Call.Outcome == CallOutcome.Failed),
            (new() { UnscoredOnly = true }, m => m.Call is { MosLqE4: null, Outcome: CallOutcome.Answered }),
            (new() { QuarantinedOnly = true }, m => m.Call.MosLqE4 is < 10_000 or > 50_000),
            (new() { MinMosE4 = 10_000, MaxMosE4 = 35_000 }, m => m.Call.MosLqE4 is >= 10_000 and <= 35_000),
            (new() { AccountId = "A-2", UnitId = "U-1", FromUs = from, ToUs = to },
                m => m.AccountId == "A-2" && m.UnitId == "U-1" && m.Call.StartedAtUs >= from && m.Call.StartedAtUs < to),
            (new() { FromUs = long.MaxValue }, _ => false),
            (new() { FromUs = long.MinValue, ToUs = long.MaxValue }, _ => true),
            (new() { AccountId = "' OR 1=1 --" }, _ => false),
        ];

        foreach (var (filter, matches) in cases)
        {
            var expected = all.Where(matches).Select(m => CallKey.Of(m.Call)).OrderDescending();
            Assert.Equal(expected, (await AllAsync(filter with { Limit = 17 })).Select(call => call.Key));
        }
    }

    [Fact]
    public async Task A_cursor_of_another_filter_or_altered_is_refused()
    {
        await WriteAsync(Enumerable.Range(0, 10).Select(n => SampleCalls.Answered(n)));
        var filter = new CallFilter { AccountId = "A-1", Limit = 3 };
        var cursor = (await _queries.ListAsync(filter, None)).NextCursor!;
        var other = (cursor[0] == 'B' ? 'C' : 'B') + cursor[1..];

        Assert.True(CallQueries.HasValidCursor(filter with { Cursor = cursor, Limit = 5 }));
        foreach (var bad in new[]
        {
            filter with { AccountId = "A-2", Cursor = cursor },
            filter with { Cursor = other },
            filter with { Cursor = cursor[..^1] },
            filter with { Cursor = "" },
            filter with { Cursor = "+15550100001" },
        })
        {
            Assert.False(CallQueries.HasValidCursor(bad));
            await Assert.ThrowsAsync<ArgumentException>(() => _queries.ListAsync(bad, None));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(501)]
    public async Task A_limit_outside_its_range_is_refused(int limit) =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => _queries.ListAsync(new CallFilter { Limit = limit }, None));

    [Fact]
    public async Task A_list_reads_an_index_and_sorts_nothing()
    {
        var plans = new List<string>();
        foreach (var condition in new[] { "", "account_id = 'A-1' AND " })
        {
            plans.AddRange(await _database.ReadListAsync(
                $"EXPLAIN QUERY PLAN SELECT {CallColumns.Summary} FROM call WHERE {condition}call_key >= x'00' "
                + "AND call_key < x'FF' ORDER BY call_key DESC LIMIT 50",
                [],
                reader => reader.GetString(3),
                None));
        }

        Assert.Equal(2, plans.Count);
        Assert.All(plans, plan => Assert.StartsWith("SEARCH call USING INDEX", plan, StringComparison.Ordinal));
    }

    [Fact]
    public void A_key_is_32_lower_case_hexadecimal_digits_and_reads_back()
    {
        var key = CallKey.Of("id", "tag", SampleCalls.OctoberUs);

        Assert.Matches("^[0-9a-f]{32}$", key.ToString());
        Assert.True(CallKey.TryParse(key.ToString(), out var parsed));
        Assert.Equal((key, SampleCalls.OctoberUs), (parsed, parsed.StartedAtUs));
        Assert.All(
            ["", key.ToString()[1..], key.ToString() + "0", new string('A', 32), new string(' ', 32)],
            text => Assert.False(CallKey.TryParse(text, out _)));
    }

    [Fact]
    public void Each_part_of_a_key_counts_and_parts_do_not_run_together()
    {
        CallKey[] keys =
        [
            CallKey.Of("ab", "c", 1), CallKey.Of("a", "bc", 1), CallKey.Of("abc", "", 1), CallKey.Of("ab", "c", 2),
            CallKey.Of("ab", "d", 1),
        ];

        Assert.Equal(keys.Length, keys.Distinct().Count());
        Assert.Equal(CallKey.Of("ab", "c", 1), keys[0]);
    }

    private Task WriteAsync(IEnumerable<CallRecord> calls) =>
        WriteAsync([.. calls.Select(call => SampleCalls.Measured(call))]);

    private async Task WriteAsync(IReadOnlyList<MeasuredCall> calls)
    {
        using var writer = new MeasurementWriter(_database);
        await writer.WriteAsync(calls, [], None);
    }

    private async Task<List<CallSummary>> AllAsync(CallFilter filter)
    {
        var calls = new List<CallSummary>();
        do
        {
            var page = await _queries.ListAsync(filter, None);
            Assert.InRange(page.Calls.Count, page.NextCursor is null ? 0 : filter.Limit, filter.Limit);
            calls.AddRange(page.Calls);
            filter = filter with { Cursor = page.NextCursor };
        }
        while (filter.Cursor is not null);

        return calls;
    }
}
