using System.Globalization;
using NodaTime;
using VoiceQuality.Monitor.Calls;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Sla.Rating;
using VoiceQuality.Sla.Usage;
using VoiceQuality.Sla.TollFree;
using VoiceQuality.Storage.Calls;
using VoiceQuality.Storage.Migrations;
using VoiceQuality.Storage.Rating;

namespace VoiceQuality.Storage.Tests.Rating;

/// <content>Calls that are rated again, or for the first time after an upgrade.</content>
public sealed partial class RatingStoreTests
{
    [Fact]
    public async Task Rating_again_in_steps_equals_rating_from_scratch_and_goes_on_where_it_stood()
    {
        await _writer.WriteAsync([.. Enumerable.Range(0, 25).Select(number => Rated(number))], [], None);
        var first = await StepAsync(New, 10);
        Assert.Equal((10, false), (first.Read, first.IsDone));
        Assert.Null((await GetAsync())!.Fingerprint);

        // As after a restart: another repository, the same place.
        _repository = new RatingRepository(_database);
        var read = 0;
        RatingStep step;
        do
        {
            step = await StepAsync(New, 10);
            read += step.Read;
        }
        while (!step.IsDone);

        Assert.Equal(15, read);
        Assert.Equal(New, (await GetAsync())!.Fingerprint);
        await AssertRecountAsync();

        await using var other = await Database.OpenAsync(Database.InMemoryPath, None);
        using var writer = new MeasurementWriter(other);
        await writer.WriteAsync(
            [.. Enumerable.Range(0, 25).Select(number => Rated(number) is var call
                ? call with { Rating = new MeasuredRating(NewRate(number), New) } : null!)],
            [], None);
        Assert.Equal(await DumpAsync(other), await DumpAsync());
    }

    [Fact]
    public async Task Rating_again_by_the_same_data_changes_no_row()
    {
        await _writer.WriteAsync([.. Enumerable.Range(0, 5).Select(number => Rated(number))], [], None);
        await StepAsync(New, 100);
        var before = await DumpAsync();
        var again = await StepAsync("new-digest-same-rates", 100);

        Assert.Equal((5, 0, true), (again.Read, again.Changed, again.IsDone));
        Assert.Equal(before.Replace(New, "new-digest-same-rates", StringComparison.Ordinal), await DumpAsync());
    }

    [Fact]
    public async Task A_call_that_was_rated_by_other_data_than_its_month_makes_the_month_due()
    {
        await _writer.WriteAsync([Rated(0)], [], None);
        Assert.Equal(Old, (await GetAsync())!.Fingerprint);
        await _writer.WriteAsync([Rated(1) with { Rating = new MeasuredRating(NewRate(1), New) }], [], None);
        Assert.Null((await GetAsync())!.Fingerprint);

        await StepAsync(New, 100);
        Assert.Equal(New, (await GetAsync())!.Fingerprint);
    }

    [Fact]
    public async Task Calls_that_nobody_rated_are_missed_and_then_rated()
    {
        await _writer.WriteAsync([Rated(0), Rated(1) with { Rating = null }], [], None);
        Assert.Equal(1, (await GetAsync())!.MissingCalls);
        Assert.Equal(1, Assert.Single(await _repository.ListStandingsAsync(None)).MissingCalls);

        await StepAsync(Old, 100);
        Assert.Equal(0, (await GetAsync())!.MissingCalls);
        await AssertRecountAsync();
    }

    [Fact]
    public async Task A_call_whose_numbers_were_deleted_keeps_its_rating_or_is_unrated_for_that_reason()
    {
        await _writer.WriteAsync([Rated(0), Rated(1) with { Rating = null }], [], None);
        await new CallRetention(_database).DeleteDetailAsync(Period.End.ToUnixTimeTicks() / 10, None);
        var step = await StepAsync(New, 100);

        Assert.Equal((2, 1, 1), (step.Read, step.Changed, step.Kept));
        Assert.Equal(
            [(RatingState.Rated, null), (RatingState.Unrated, (UnratedReason?)UnratedReason.NumbersForgotten)],
            (await GetAsync())!.Usage.States.OrderBy(sum => sum.State).Select(sum => (sum.State, sum.Unrated)));
    }

    [Fact]
    public async Task Months_from_before_calls_were_rated_are_due_after_the_upgrade()
    {
        using var folder = new TestFolder();
        var path = folder.File("old.db");
        const int Before = 7;
        await using (var old = await Database.OpenAsync(path, new DatabaseOptions(), [.. Migration.BuiltIn.Take(Before)], None))
        {
            await old.WriteAsync(
                async (_, transaction, token) =>
                {
                    await using var command = transaction.Command(
                        """
                        INSERT INTO unit_month VALUES ('A-1', 'U-1', '2026-10', 3, 2, 0, 1, 0, 0, 0, 0, 0, 0, 1, 2)
                        """);
                    return await command.ExecuteNonQueryAsync(token);
                },
                None);
        }

        await using var upgraded = await Database.OpenAsync(path, None);
        Assert.Equal(
            new RatedMonthStanding(Account, October, null, 2),
            Assert.Single(await new RatingRepository(upgraded).ListStandingsAsync(None)));
    }
}
