using FsCheck;
using FsCheck.Fluent;
using NodaTime;
using Interval = NodaTime.Interval;
using VoiceQuality.Sla.Outages;
using VoiceQuality.Sla.Policies;

namespace VoiceQuality.Sla.Tests.Outages;

public class FailureFinderTests
{
    private static readonly Instant Zero = Instant.FromUtc(2026, 10, 1, 0, 0);

    [Fact]
    public void A_failure_lasts_from_the_first_that_failed_to_the_first_that_worked()
    {
        var found = Find("+0 -10 -20 -30 +45 -50 -60 -70 -80", leastFailed: 3);

        Assert.Equal([(10, 45), (50, null)], found);
    }

    [Fact]
    public void Fewer_than_the_least_number_in_a_row_open_no_failure()
    {
        Assert.Empty(Find("+0 -10 -20 +30 -40 +50", leastFailed: 3));
        Assert.Equal([(10, 30), (40, 50)], Find("+0 -10 -20 +30 -40 +50", leastFailed: 1));
    }

    [Fact]
    public void The_least_time_is_between_the_first_and_the_last_that_failed()
    {
        // The evidence spans 20 s; that nothing was tried for the next 80 s is none.
        Assert.Empty(Find("+0 -10 -20 -30 +110", leastFailed: 2, leastSeconds: 21));
        Assert.Equal([(10, 110)], Find("+0 -10 -20 -30 +110", leastFailed: 2, leastSeconds: 20));
    }

    [Fact]
    public void What_failed_and_what_worked_at_one_instant_are_a_partial_loss()
    {
        Assert.Equal([(20, 40)], Find("-10 +10 -20 -30 +40", leastFailed: 2));
    }

    [Fact]
    public void Every_second_attempt_that_fails_is_no_complete_failure() =>
        Assert.Empty(Find(string.Join(' ', Enumerable.Range(0, 200).Select(i => $"{(i % 2 == 0 ? '+' : '-')}{i}")), 2));

    [Fact]
    public void A_window_finds_what_touches_it_in_its_whole_length_and_nothing_else()
    {
        var attempts = "+0 -10 -20 +30 -40 -50 +60 -70 -80 +90";

        Assert.Equal([(40, 60)], Find(attempts, leastFailed: 2, from: 45, until: 48));
        Assert.Equal([(10, 30), (40, 60)], Find(attempts, leastFailed: 2, from: 29, until: 40));
        Assert.Empty(Find(attempts, leastFailed: 2, from: 30, until: 39));
    }

    [Fact]
    public void The_runs_are_those_of_the_plain_walk_over_all_attempts() =>
        Prop.ForAll<(byte Second, bool Worked)[]>(attempts =>
        {
            var series = new ListSeries(attempts.Select(one => (At(one.Second), one.Worked)));
            var found = FailureFinder.Find(series, At(-1), At(300), _ => Policy(1, 0))
                .Select(one => new Interval(one.Start, one.End));
            var walked = FailureObservations.FailedTimes(attempts.Select(one => new AttemptObservation(
                At(one.Second), one.Worked ? AttemptOutcome.Succeeded : AttemptOutcome.Failed)));
            return found.SequenceEqual(walked);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_cost_is_in_runs_of_failures_and_not_in_attempts()
    {
        var few = new ListSeries(Enumerable.Range(0, 1_000).Select(i => (At(i), i is < 400 or > 500)));
        var many = new ListSeries(Enumerable.Range(0, 100_000).Select(i => (At(i / 100m), i is < 40_000 or > 50_000)));

        _ = FailureFinder.Find(few, At(0), At(1_000), _ => Policy(5, 0));
        _ = FailureFinder.Find(many, At(0), At(1_000), _ => Policy(5, 0));

        // One run each: where it begins, where it ends, its evidence, that no other follows, and where to begin.
        Assert.Equal(5, few.LookUps);
        Assert.Equal(few.LookUps, many.LookUps);
    }

    [Fact]
    public void How_long_a_failure_lasted_is_seen_in_its_own_attempts() =>
        Assert.Empty(Find("-0 -1 +2 -100 -101 +102", leastFailed: 2, leastSeconds: 50));

    [Fact]
    public void A_failure_that_goes_on_lasted_until_its_last_attempt() =>
        Assert.Equal([(0, null)], Find("-0 -1 -60", leastFailed: 2, leastSeconds: 60));

    [Fact]
    public void What_nobody_watched_before_a_time_or_ever_is_not_known_to_have_failed()
    {
        var failure = new ComponentFailure("f", "c", At(0), At(100));
        Assert.Equal(
            [new Interval(At(30), At(100))],
            (failure with { Unknown = [new Interval(null, At(30))] }).FailedTimes(At(1_000)));
        Assert.Empty((failure with { Unknown = [new Interval(null, null)] }).FailedTimes(At(1_000)));
    }

    [Fact]
    public void A_failure_that_grew_keeps_its_id() =>
        Assert.Equal(
            [new FailureChange("a", Failure(10, 60))], FailureReconciliation.Of([Known("a", 10, 40)], [Failure(10, 60)]));

    [Fact]
    public void What_stays_as_it_is_is_no_change() =>
        Assert.Empty(FailureReconciliation.Of([Known("a", 10, 40)], [Failure(10, 40)]));

    [Fact]
    public void Of_a_split_failure_the_longer_part_keeps_the_id() =>
        Assert.Equal(
            [new FailureChange(null, Failure(10, 20)), new FailureChange("a", Failure(25, 40))],
            FailureReconciliation.Of([Known("a", 10, 40)], [Failure(10, 20), Failure(25, 40)]));

    [Fact]
    public void Of_two_that_became_one_the_longer_gives_the_id_and_the_other_is_none_any_more() =>
        Assert.Equal(
            [new FailureChange("b", Failure(10, 90)), new FailureChange("a", null)],
            FailureReconciliation.Of([Known("a", 10, 20), Known("b", 30, 90)], [Failure(10, 90)]));

    [Fact]
    public void A_failure_that_goes_on_is_the_same_when_it_ends() =>
        Assert.Equal(
            [new FailureChange("a", Failure(10, 70))],
            FailureReconciliation.Of([Known("a", 10, null)], [Failure(10, 70)]));

    [Fact]
    public void What_is_found_no_more_is_withdrawn() =>
        Assert.Equal([new FailureChange("a", null)], FailureReconciliation.Of([Known("a", 10, 40)], []));

    [Fact]
    public void Unknown_time_in_a_failure_neither_counts_nor_ends_it()
    {
        var failure = new ComponentFailure("f", "c", At(0), At(100))
        {
            Unknown = [new Interval(At(20), At(30)), new Interval(At(90), null)],
        };

        Assert.Equal(
            [new Interval(At(0), At(20)), new Interval(At(30), At(90))], failure.FailedTimes(At(1_000)));
    }

    [Fact]
    public void A_failure_that_goes_on_unwatched_is_known_to_have_lasted_until_then_only()
    {
        var failure = new ComponentFailure("f", "c", At(0), null) { Unknown = [new Interval(At(50), null)] };

        Assert.Equal([new Interval(At(0), At(50))], failure.FailedTimes(At(1_000)));
        Assert.Equal([new Interval(At(0), At(40))], failure.FailedTimes(At(40)));
    }

    [Theory]
    [InlineData(0, 10, 20, 25, 40)]
    [InlineData(9, 10, 20, 25, 40)]
    [InlineData(10, 25, 40)]
    [InlineData(15)]
    public void A_pause_of_the_monitor_is_a_gap_only_when_it_is_longer_than_allowed(int pause, params int[] gaps)
    {
        // Pauses of 10 s and 15 s.
        Interval[] watched = [Times(40, 100), Times(0, 10), Times(20, 25)];

        Assert.Equal(
            gaps.Chunk(2).Select(gap => Times(gap[0], gap[1])),
            WatchedTime.GapsIn(watched, Times(5, 60), Duration.FromSeconds(pause)));
    }

    private static Interval Times(int from, int until) => new(At(from), At(until));

    private static Instant At(decimal second) => Zero + Duration.FromTicks((long)(second * NodaConstants.TicksPerSecond));

    private static FoundFailure Failure(int start, int? end) => new(At(start), end is { } e ? At(e) : null);

    private static KnownFailure Known(string id, int start, int? end) => new(id, Failure(start, end));

    private static ContractPolicy Policy(int leastFailed, int leastSeconds) => ContractPolicy.Default with
    {
        OutageLeastFailed = leastFailed,
        OutageLeastSeconds = leastSeconds,
    };

    private static List<(int Start, int? End)> Find(
        string attempts, int leastFailed, int leastSeconds = 0, int from = -1, int until = 100_000)
    {
        var series = new ListSeries(attempts.Split(' ').Select(one => (
            At(int.Parse(one[1..], System.Globalization.CultureInfo.InvariantCulture)), one[0] == '+')));
        return
        [
            .. FailureFinder.Find(series, At(from), At(until), _ => Policy(leastFailed, leastSeconds)).Select(one => (
                (int)(one.Start - Zero).TotalSeconds,
                one.End is { } end ? (int?)(end - Zero).TotalSeconds : null)),
        ];
    }

    private sealed class ListSeries(IEnumerable<(Instant At, bool Worked)> attempts) : IAttemptSeries
    {
        private readonly (Instant At, bool Worked)[] _attempts = [.. attempts.OrderBy(one => one.At)];

        public int LookUps { get; private set; }

        public Instant? FirstFailed(Instant from) => First(from, worked: false);

        public Instant? LastFailed(Instant before) => Last(before, worked: false);

        public Instant? FirstSucceeded(Instant from) => First(from, worked: true);

        public Instant? LastSucceeded(Instant before) => Last(before, worked: true);

        public int CountFailed(Instant from, Instant? before, int most)
        {
            LookUps++;
            return _attempts.Where(one => !one.Worked && one.At >= from && (before is null || one.At < before))
                .Take(most).Count();
        }

        private Instant? First(Instant from, bool worked)
        {
            LookUps++;
            return _attempts.Where(one => one.Worked == worked && one.At >= from).Select(one => (Instant?)one.At)
                .FirstOrDefault();
        }

        private Instant? Last(Instant before, bool worked)
        {
            LookUps++;
            return _attempts.Where(one => one.Worked == worked && one.At < before).Select(one => (Instant?)one.At)
                .LastOrDefault();
        }
    }
}
