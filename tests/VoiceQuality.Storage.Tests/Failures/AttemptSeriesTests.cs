using NodaTime;
using VoiceQuality.Sla.Outages;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Storage.Failures;

namespace VoiceQuality.Storage.Tests.Failures;

public sealed class AttemptSeriesTests : IAsyncLifetime
{
    private const long StartUs = 1_790_000_000_000_000;
    private static readonly CancellationToken None = CancellationToken.None;
    private Database _database = null!;

    public async Task InitializeAsync()
    {
        _database = await Database.OpenAsync(Database.InMemoryPath, None);
        await ExecuteAsync("""
            INSERT INTO signalling_pair (pair_id, source, destination, has_answered)
            VALUES (1, x'C6120001C350', x'C6120401C350', 1), (2, x'C6120401C350', x'C6120001C350', 1)
            """);
    }

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Fact]
    public async Task A_month_of_a_million_attempts_costs_no_more_than_one_of_ten_thousand()
    {
        // One attempt each 2.6 s for 30 days, all answered, but for 100 in the middle: one run of failures.
        await FillAsync(count: 1_000_000, everyUs: 2_592_000, failedFrom: 500_000, failed: 100);
        var (found, many) = await FindAsync();
        var failure = Assert.Single(found);
        Assert.Equal(At(500_000 * 2_592_000L), failure.Start);
        Assert.Equal(At(500_100 * 2_592_000L), failure.End);

        await ExecuteAsync("DELETE FROM attempt");
        await FillAsync(count: 10_000, everyUs: 259_200_000, failedFrom: 5_000, failed: 100);
        var (_, few) = await FindAsync();

        // The same questions, whatever the number of attempts; each is answered by one look-up in the index.
        Assert.Equal(few, many);
        Assert.InRange(many, 1, 100);
    }

    [Theory]
    [InlineData(AttemptSeries.SelectFirst)]
    [InlineData(AttemptSeries.SelectLast)]
    [InlineData(AttemptSeries.SelectCount)]
    public async Task Every_question_is_answered_from_the_index_alone(string sql)
    {
        var plan = await _database.ReadListAsync(
            "EXPLAIN QUERY PLAN " + sql,
            [("@pair_id", 1L), ("@class", 3L), ("@at_us", 0L), ("@least", 0L), ("@most", 0L), ("@before_us", 0L), ("@limit", 1L)],
            reader => reader.GetString(3),
            None);

        Assert.Contains(plan, step => step.Contains(
            "SEARCH attempt USING COVERING INDEX attempt_by_pair (pair_id=? AND class=? AND at_us", StringComparison.Ordinal));
        Assert.DoesNotContain(plan, step => step.Contains("TEMP B-TREE", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_lasted_too_short_is_no_failure()
    {
        // Cancelled after 7.999 s and after 8 s without a response; the built-in reading wants 8 s.
        await AddAsync(1, AttemptClass.NoResponse, 10, 7_999);
        await AddAsync(1, AttemptClass.NoResponse, 20, 8_000);

        Assert.Equal(At(20), await AskAsync(series => series.FirstFailed(At(0))));
        Assert.Equal(1, await AskAsync(series => series.CountFailed(At(0), null, 10)));
    }

    [Fact]
    public async Task Silent_calls_count_for_seven_days_after_media()
    {
        const long Day = 86_400_000_000;
        await AddAsync(1, AttemptClass.Media, 0, 0);
        await AddAsync(2, AttemptClass.NoMedia, 1, 20_000);
        await AddAsync(2, AttemptClass.NoMedia, 2, 19_999);
        await AddAsync(2, AttemptClass.NoMedia, 7 * Day, 30_000);
        await AddAsync(2, AttemptClass.NoMedia, (7 * Day) + 1, 30_000);

        Assert.Equal(At(1), await AskAsync(series => series.FirstFailed(At(0))));
        Assert.Equal(At(2), await AskAsync(series => series.FirstSucceeded(At(1))));
        Assert.Equal(At(7 * Day), await AskAsync(series => series.FirstFailed(At(2))));
        Assert.Equal(At((7 * Day) + 1), await AskAsync(series => series.FirstSucceeded(At(3))));
        Assert.Null(await AskAsync(series => series.FirstFailed(At((7 * Day) + 1))));
        Assert.Equal(At(7 * Day), await AskAsync(series => series.LastFailed(At(30 * Day))));
        Assert.Equal(At((7 * Day) + 1), await AskAsync(series => series.LastSucceeded(At(30 * Day))));
        Assert.Equal(2, await AskAsync(series => series.CountFailed(At(1), null, 10)));
    }

    [Fact]
    public async Task Out_of_service_nothing_fails()
    {
        await AddAsync(1, AttemptClass.ServerFailure, 10, 0);
        await AddAsync(1, AttemptClass.ServerFailure, 30, 0);

        Assert.Equal(At(30), await AskAsync(series => series.FirstFailed(At(0)), from: At(20)));
        Assert.Null(await AskAsync(series => series.FirstFailed(At(20)), to: At(30)));
    }

    private static Instant At(long us) => (StartUs + us).FromMicroseconds();

    private Task<int> FillAsync(int count, long everyUs, int failedFrom, int failed) => ExecuteAsync($"""
        WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {count})
        INSERT INTO attempt (attempt_key, pair_id, class, at_us, lasted_ms)
        SELECT CAST(printf('%016d', i) AS BLOB), 1 + i % 2, iif(i BETWEEN {failedFrom} AND {failedFrom + failed - 1}, 3, 2),
            {StartUs} + i * {everyUs}, 0
        FROM n
        """);

    private async Task<(IReadOnlyList<FoundFailure> Found, long LookUps)> FindAsync()
    {
        var lookUps = 0L;
        var found = await AskAsync(series =>
        {
            var runs = FailureFinder.Find(
                series, At(0), At(31L * 86_400_000_000), _ => ContractPolicy.Default);
            lookUps = series.LookUps;
            return runs;
        });
        return (found, lookUps);
    }

    private Task<T> AskAsync<T>(Func<AttemptSeries, T> ask, Instant? from = null, Instant? to = null) =>
        _database.ReadAsync(
            (_, transaction, _) =>
            {
                using var series = new AttemptSeries(
                    transaction,
                    [new AttemptPair(1, default, default, true), new AttemptPair(2, default, default, true)],
                    from ?? At(0), to, ContractPolicy.Default);
                return Task.FromResult(ask(series));
            },
            None);

    private Task<int> AddAsync(long pair, AttemptClass shows, long us, long lastedMs) => ExecuteAsync($"""
        INSERT INTO attempt (attempt_key, pair_id, class, at_us, lasted_ms)
        VALUES (randomblob(16), {pair}, {(int)shows}, {StartUs + us}, {lastedMs})
        """);

    private Task<int> ExecuteAsync(string sql) => _database.WriteAsync(
        async (_, transaction, token) =>
        {
            await using var command = transaction.Command(sql);
            return await command.ExecuteNonQueryAsync(token);
        },
        None);
}
