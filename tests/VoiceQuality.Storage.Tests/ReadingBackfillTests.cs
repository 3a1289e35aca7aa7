using NodaTime;
using VoiceQuality.Monitor.Calls;
using VoiceQuality.Quality;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Storage.Calls;
using VoiceQuality.Storage.Months;
using VoiceQuality.Storage.Policies;

namespace VoiceQuality.Storage.Tests;

public sealed class ReadingBackfillTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly ServiceMonth October = new(2026, 10);
    private static readonly MosReading Conversational = new(MosScoreBasis.Conversational, MosWideband.OwnScale);
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_calls_of_an_older_version_count_is_found_out_as_if_they_were_stored_now()
    {
        await using var database = await Database.OpenAsync(_folder.File("store.db"), None);
        var before = await SeedAsync(database);
        await MakeOldAsync(database);
        Assert.NotEqual(before, await DatabaseDump.OfAsync(database));

        // Stopped after its first transaction, it goes on.
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => new ReadingBackfill(database).RunAsync(_ => stop.Cancel(), stop.Token));
        Assert.NotEqual(before, await DatabaseDump.OfAsync(database));
        Assert.Equal(100, await new ReadingBackfill(database).RunAsync(static _ => { }, None));

        Assert.Equal(before, await DatabaseDump.OfAsync(database));
        Assert.Equal(0, await new ReadingBackfill(database).RunAsync(static _ => { }, None));
        Assert.Equal(before, await DatabaseDump.OfAsync(database));
    }

    [Fact]
    public async Task A_reading_that_is_not_known_of_every_call_scores_none_and_no_policy_can_choose_it()
    {
        await using var database = await Database.OpenAsync(_folder.File("store.db"), None);
        await SeedAsync(database);
        var queries = new MonthQueries(database);
        var policies = new PolicyRepository(database);
        var entry = new PolicyEntry(
            "A-1", October, ContractPolicy.Default with { Version = "cq", MosScoreBasis = MosScoreBasis.Conversational });

        // 300 of 600 calls have a MOS-CQ of 3.9.
        var known = (await queries.GetUnitMonthAsync("A-1", "U-1", October, None))!.Counts;
        var read = known.By(Conversational);
        Assert.Equal((600, 300, 300 * 39_000L), (read.Answered, read.Scored, read.SumMosE4));
        Assert.Equal(known, known.By(MosReading.Default));

        // One call of an older version is enough.
        await database.WriteAsync(
            async (_, transaction, token) =>
            {
                await using var command = transaction.Command("""
                    UPDATE call SET is_read = 0, cq_e4 = NULL WHERE call_key = (SELECT min(call_key) FROM call);
                    UPDATE unit_month SET read_answered = read_answered - 1
                    """);
                return await command.ExecuteNonQueryAsync(token);
            },
            None);
        read = (await queries.GetUnitMonthAsync("A-1", "U-1", October, None))!.Counts.By(Conversational);
        Assert.Equal((600, 0, 0L), (read.Answered, read.Scored, read.SumMosE4));
        Assert.Equal(PolicyRecordStatus.CallsUnread, await policies.RecordAsync(entry, Instant.FromUtc(2026, 11, 2, 0, 0), None));
        Assert.Empty(await policies.ListAsync(None));

        await new ReadingBackfill(database).RunAsync(static _ => { }, None);
        Assert.Equal(PolicyRecordStatus.Recorded, await policies.RecordAsync(entry, Instant.FromUtc(2026, 11, 2, 0, 0), None));
    }

    // Every second call has a measured delay.
    private static async Task<string> SeedAsync(Database database)
    {
        using var writer = new MeasurementWriter(database);
        await writer.WriteAsync([.. Enumerable.Range(0, 600).Select(Call)], [], None);
        return await DatabaseDump.OfAsync(database);

        static MeasuredCall Call(int number)
        {
            var call = SampleCalls.Answered(number);
            var stream = call.Streams[0] with
            {
                Direction = MediaDirection.FromCaller,
                MosLqE4 = 41_000,
                RFactor = 88.5,
                MosCqE4 = number % 2 == 0 ? 39_000 : null,
                TaMs = number % 2 == 0 ? 150 : null,
                ScoredSeconds = 10,
            };
            return SampleCalls.Measured(call with { Streams = [stream] });
        }
    }

    // As the step that added the columns leaves what was stored before it.
    private static Task<int> MakeOldAsync(Database database) => database.WriteAsync(
        async (_, transaction, token) =>
        {
            await using var command = transaction.Command("""
                UPDATE call SET is_read = 0, cq_e4 = NULL, lq_capped_e4 = NULL, cq_capped_e4 = NULL,
                    lq_narrowband_e4 = NULL, cq_narrowband_e4 = NULL;
                UPDATE unit_day SET read_answered = 0, scored_cq = 0, sum_cq_e4 = 0, scored_lq_capped = 0,
                    sum_lq_capped_e4 = 0, scored_cq_capped = 0, sum_cq_capped_e4 = 0, scored_lq_narrowband = 0,
                    sum_lq_narrowband_e4 = 0, scored_cq_narrowband = 0, sum_cq_narrowband_e4 = 0;
                UPDATE unit_month SET read_answered = 0, scored_cq = 0, sum_cq_e4 = 0, scored_lq_capped = 0,
                    sum_lq_capped_e4 = 0, scored_cq_capped = 0, sum_cq_capped_e4 = 0, scored_lq_narrowband = 0,
                    sum_lq_narrowband_e4 = 0, scored_cq_narrowband = 0, sum_cq_narrowband_e4 = 0
                """);
            return await command.ExecuteNonQueryAsync(token);
        },
        None);
}
