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

public sealed partial class RatingStoreTests : IAsyncLifetime, IDisposable
{
    private const string Account = "A-1";
    private const string Old = "old";
    private const string New = "new";

    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly ServiceMonth October = new(2026, 10);
    private static readonly MonthlyPeriod Period = MonthlyPeriod.Bounds(October, DateTimeZone.Utc);

    private static readonly string[] Recounts =
    [
        """
        SELECT service_month, account_id, unit_id, charge_kind, COALESCE(number_digits, 0), COUNT(*), SUM(billable_seconds),
            SUM(charge_units)
        FROM rated_call WHERE charge_kind IS NOT NULL GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
        """,
        """
        SELECT service_month, account_id, unit_id, state, COALESCE(unrated_reason, ''), leaves_pattern_open, COUNT(*)
        FROM rated_call GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6
        """,
        """
        SELECT service_month, account_id, unit_id, pattern_program, SUM(COALESCE(pattern_tier, '') = 'A'),
            SUM(COALESCE(pattern_tier, '') = 'B'), SUM(COALESCE(pattern_tier, '') = 'C'), SUM(pattern_tier IS NULL),
            SUM(CASE WHEN pattern_tier = 'C' THEN pattern_seconds ELSE 0 END)
        FROM rated_call WHERE pattern_program IS NOT NULL GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
        """,
        """
        SELECT service_month, account_id, answered_at_us - answered_at_us % 3600000000, unit_id,
            COALESCE(number_digits, 0), COUNT(*), SUM(pattern_seconds)
        FROM rated_call WHERE pattern_tier = 'C' AND pattern_program = 'FlatRate'
        GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
        """,
    ];

    private static readonly string[] Sums =
    [
        "SELECT * FROM rated_charge ORDER BY 1, 2, 3, 4, 5",
        "SELECT * FROM rated_state ORDER BY 1, 2, 3, 4, 5, 6",
        "SELECT * FROM rated_pattern ORDER BY 1, 2, 3, 4",
        "SELECT * FROM rated_tier_c_hour ORDER BY 1, 2, 3, 4, 5",
    ];

    private Database _database = null!;
    private MeasurementWriter _writer = null!;
    private RatingRepository _repository = null!;

    public async Task InitializeAsync()
    {
        _database = await Database.OpenAsync(Database.InMemoryPath, None);
        _writer = new MeasurementWriter(_database);
        _repository = new RatingRepository(_database);
    }

    public async Task DisposeAsync() => await _database.DisposeAsync();

    public void Dispose() => _writer.Dispose();

    [Fact]
    public async Task The_sums_are_what_a_recount_gives_in_whatever_order_observations_come()
    {
        // 60 calls, each seen up to three times with more and more packets.
        List<MeasuredCall> observations = [.. Enumerable.Range(0, 60)
            .SelectMany(number => Enumerable.Range(0, 1 + (number % 3)).Select(seen => Rated(number, seen)))];
        await _writer.WriteAsync(observations, [], None);
        var forward = await DumpAsync();
        await AssertRecountAsync();

        foreach (var seed in new[] { 1, 2, 3 })
        {
            await using var other = await Database.OpenAsync(Database.InMemoryPath, None);
            using var writer = new MeasurementWriter(other);
            var shuffled = observations.ToArray();
            new Random(seed).Shuffle(shuffled);
            foreach (var batch in shuffled.Chunk(7))
            {
                await writer.WriteAsync(batch, [], None);
            }

            Assert.Equal(forward, await DumpAsync(other));
        }
    }

    [Fact]
    public async Task The_same_calls_again_change_nothing_not_even_the_revision()
    {
        List<MeasuredCall> calls = [.. Enumerable.Range(0, 20).Select(number => Rated(number))];
        await _writer.WriteAsync(calls, [], None);
        var (before, revision) = (await DumpAsync(), await RevisionAsync());
        await _writer.WriteAsync(calls, [], None);

        Assert.Equal(before, await DumpAsync());
        Assert.Equal(revision, await RevisionAsync());
    }

    [Fact]
    public async Task A_more_complete_observation_moves_the_sums_by_the_difference()
    {
        var first = Rated(0);
        await _writer.WriteAsync([first], [], None);
        var longer = first with
        {
            Call = SampleCalls.Answered(0, received: 900),
            Rating = new MeasuredRating(Result(seconds: 66, rateE4: 200, tier: NetworkTier.C), Old),
        };
        await _writer.WriteAsync([longer], [], None);

        // 66 s × 0.0200 = 13200 units; nothing of the first observation is left.
        var month = (await GetAsync())!;
        Assert.Equal(
            new ChargeSum("U-1", ChargeKind.UsageDomestic, null, 1, 66, 13_200), Assert.Single(month.Sums.Charges));
        Assert.Equal((1L, 66L), (month.Sums.Patterns[0].TierC, month.Sums.Patterns[0].TierCSeconds));
        Assert.Equal(1, Assert.Single(month.Sums.States).Calls);
    }

    [Fact]
    public async Task A_call_that_is_taken_back_leaves_the_sums()
    {
        var (kept, gone) = (Rated(0), Rated(1));
        await _writer.WriteAsync([kept], [], None);
        var before = await DumpAsync();
        await _writer.WriteAsync([gone], [], None);
        await _writer.RetractAsync([CallKey.Of(gone.Call)], [], None);

        Assert.Equal(before, await DumpAsync());
    }

    [Fact]
    public async Task A_month_is_read_from_its_sums_and_from_one_hour_of_calls()
    {
        // 1000 Tier C calls over ten hours, none other: allowance 300, excess 700 = hours 3 to 9 whole. One more call
        // makes 1001: allowance 300, excess 701, so the hour 2 is split and its 100 calls are read.
        await _writer.WriteAsync(
            [.. Enumerable.Range(0, 1000).Select(i => TierC(i, (i / 100 * 3600L) + (i % 100)))], [], None);
        var whole = (await GetAsync())!;
        Assert.Equal((0, 700L), (whole.CallsRead, whole.Usage.Patterns[""]!.ExcessCalls));

        await _writer.WriteAsync([TierC(1000, 200)], [], None);
        var split = (await GetAsync())!;
        Assert.Equal((100, 701L), (split.CallsRead, split.Usage.Patterns[""]!.ExcessCalls));

        // 701 calls × 1 min × 0.03 = 21.03, and 1001 min × 0.02 = 20.02.
        Assert.Equal(
            [(ChargeKind.UsageDomestic, 20.02m), (ChargeKind.TierCSurcharge, 21.03m)],
            split.Usage.Unit("U-1")!.Lines.Select(line => (line.Kind, line.Amount)));

        // One charge, one state, one pattern, ten hours, one month of calls, one standing, and the calls of the hour.
        Assert.Equal(1 + 1 + 1 + 10 + 1 + 1 + 100, split.RowsRead);
        foreach (var plan in await PlansAsync())
        {
            Assert.DoesNotContain("SCAN", plan, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_number_that_is_held_as_local_by_now_raises_its_alarms_once()
    {
        await _writer.WriteAsync([.. Enumerable.Range(0, 25).Select(number => Rated(number))], [], None);
        static LocalNumberAlarm AlarmOf(CallToRate call) => (call.AnsweredAtUs - SampleCalls.OctoberUs) / 600_000_000 < 3
            ? LocalNumberAlarm.UseNotSupported
            : LocalNumberAlarm.None;
        Task<RatingStep> RateAsync(string target) =>
            _repository.StepAsync(Account, Period, target, 100, NewRate, AlarmOf, None);

        Assert.Equal(3, (await RateAsync(New)).Alarms);
        Assert.Equal(0, (await RateAsync("another")).Alarms);
        var alarms = await new AlarmRepository(_database).ListAsync(Account, null, 100, None);
        Assert.Equal(3, alarms.Count);
        Assert.All(alarms, static alarm => Assert.Equal(LocalNumberAlarm.UseNotSupported, alarm.Kind));
    }

    private static MeasuredCall Rated(int number, int seen = 0)
    {
        var units = new[] { "U-1", "U-2" };
        NetworkTier?[] tiers = [NetworkTier.A, NetworkTier.C, NetworkTier.C, null, NetworkTier.B];
        var result = number % 7 == 6
            ? CallRatingResult.NotRated(units[number % 2], CallerIdSource.None, UnratedReason.DirectionUnknown)
            : Result(60 + (6 * seen), 200, tiers[number % 5], units[number % 2], number % 4 == 0 ? 18885550123UL : null);
        return SampleCalls.Measured(
            SampleCalls.Answered(number, received: 500 + seen) with
            {
                AnsweredAtUs = SampleCalls.OctoberUs + (number * 600_000_000L),
                EndedAtUs = SampleCalls.OctoberUs + (number * 600_000_000L) + 60_000_000,
            },
            units[number % 2]) with { Rating = new MeasuredRating(result, Old) };
    }

    private static MeasuredCall TierC(int number, long answeredAfterSeconds)
    {
        var call = SampleCalls.Answered(number) with
        {
            AnsweredAtUs = SampleCalls.OctoberUs + (answeredAfterSeconds * 1_000_000),
            EndedAtUs = SampleCalls.OctoberUs + (answeredAfterSeconds * 1_000_000) + 60_000_000,
            Streams = [],
        };
        return SampleCalls.Measured(call) with
        {
            Rating = new MeasuredRating(Result(60, 200, NetworkTier.C), Old),
        };
    }

    private static CallRatingResult Result(
        long seconds, long rateE4, NetworkTier? tier, string unitId = "U-1", ulong? number = null) => new()
    {
        UnitId = unitId,
        CallerIdSource = CallerIdSource.From,
        CalledNumberSource = CalledNumberSource.RequestUri,
        Direction = CallDirection.Outbound,
        Service = VoiceService.Termination,
        Jurisdiction = new JurisdictionDecision(
            Jurisdiction.Interstate, JurisdictionBasis.AniDnis, JurisdictionReason.CallerIdValid, RateClass.Termination),
        State = RatingState.Rated,
        Kind = number is null ? ChargeKind.UsageDomestic : ChargeKind.UsageTollFree,
        BillableSeconds = seconds,
        RateE4 = rateE4,
        Pattern = new PatternShare(PricingProgram.FlatRate, tier, seconds),
        TollFreeNumber = number is { } digits && PhoneNumber.TryNormalize($"+{digits}", out var held) ? held : null,
        TierTableVersion = "2026-10",
        AreaCodeTableVersion = "2026-10",
    };

    // What the tests rate by the second time: another rate, and every seventh call is known now.
    private static CallRatingResult NewRate(int number) =>
        Result(60, 300, number % 2 == 0 ? NetworkTier.C : NetworkTier.A, number % 2 == 0 ? "U-1" : "U-2");

    private static CallRatingResult NewRate(CallToRate call) =>
        NewRate((int)((call.AnsweredAtUs - SampleCalls.OctoberUs) / 600_000_000));

    private Task<RatingStep> StepAsync(string target, int limit) =>
        _repository.StepAsync(Account, Period, target, limit, NewRate, _ => LocalNumberAlarm.None, None);

    private Task<StoredRatedMonth?> GetAsync() =>
        new RatingQueries(_database).GetAsync(Account, October, ContractPolicy.Default, None);

    private async Task<long?> RevisionAsync() =>
        await new RatingQueries(_database).GetRevisionAsync(Account, October, None);

    private async Task AssertRecountAsync()
    {
        foreach (var (recount, sums) in Recounts.Zip(Sums))
        {
            var expected = await RowsAsync(_database, recount);
            Assert.NotEmpty(expected);
            Assert.Equal(expected, await RowsAsync(_database, sums));
        }
    }

    private Task<string> DumpAsync() => DumpAsync(_database);

    private static async Task<string> DumpAsync(Database database)
    {
        var rows = new List<string>();
        foreach (var query in Sums.Prepend("SELECT * FROM rated_call ORDER BY call_key")
            .Append("SELECT account_id, service_month, fingerprint, target, rated_up_to FROM rated_month ORDER BY 1, 2"))
        {
            rows.AddRange(await RowsAsync(database, query));
            rows.Add("--");
        }

        return string.Join('\n', rows);
    }

    private static Task<IReadOnlyList<string>> RowsAsync(Database database, string query) => database.ReadListAsync(
        query,
        [],
        reader => string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => reader.GetValue(i) switch
        {
            byte[] octets => Convert.ToHexString(octets),
            var value => Convert.ToString(value, CultureInfo.InvariantCulture),
        })),
        None);

    private async Task<IReadOnlyList<string>> PlansAsync()
    {
        const string Match = "service_month = '2026-10' AND account_id = 'A-1'";
        var plans = new List<string>();
        foreach (var query in new[]
        {
            $"SELECT * FROM rated_charge WHERE {Match}", $"SELECT * FROM rated_state WHERE {Match}",
            $"SELECT * FROM rated_pattern WHERE {Match}", $"SELECT * FROM rated_tier_c_hour WHERE {Match}",
            $"SELECT * FROM rated_month WHERE {Match}",
            $"""
            SELECT call_key FROM rated_call WHERE {Match} AND answered_at_us >= 1 AND answered_at_us < 2
                AND pattern_tier = 'C' AND pattern_program = 'FlatRate'
            """,
        })
        {
            plans.AddRange(await _database.ReadListAsync(
                $"EXPLAIN QUERY PLAN {query}", [], reader => reader.GetString(3), None));
        }

        return plans;
    }
}
