using NodaTime;
using VoiceQuality.Sla.Outages;

namespace VoiceQuality.Sla.Tests.Outages;

/// <summary>A failure keeps its name as long as it is the same one .</summary>
public class FailureReconciliationTests
{
    [Fact]
    public void Failures_that_only_touch_have_nothing_in_common() => Assert.Equal(
        [new FailureChange(null, Failure(40, 50)), new FailureChange("a", null)],
        FailureReconciliation.Of([new KnownFailure("a", Failure(10, 40))], [Failure(40, 50)]));

    [Fact]
    public void What_is_common_begins_with_the_later_of_two()
    {
        // Found is 0 to 40: 30 s in common with "a" (0 to 30), 5 s with "b" (35 to 100), though "b" is the longer one.
        Assert.Equal(
            [new FailureChange("a", Failure(0, 40)), new FailureChange("b", null)],
            FailureReconciliation.Of(
                [new KnownFailure("a", Failure(0, 30)), new KnownFailure("b", Failure(35, 100))], [Failure(0, 40)]));

        // Known is 50 to 100: 20 s in common with 80 on, 10 s with what began at 0.
        Assert.Equal(
            [new FailureChange(null, Failure(0, 60)), new FailureChange("a", Failure(80, 200))],
            FailureReconciliation.Of(
                [new KnownFailure("a", Failure(50, 100))], [Failure(0, 60), Failure(80, 200)]));
    }

    [Fact]
    public void Of_parts_with_as_much_in_common_the_earlier_keeps_the_name() => Assert.Equal(
        [new FailureChange("a", Failure(10, 20)), new FailureChange(null, Failure(30, 40))],
        FailureReconciliation.Of(
            [new KnownFailure("a", Failure(10, 40))], [Failure(30, 40), Failure(10, 20)]));

    [Fact]
    public void Of_failures_with_as_much_in_common_the_earlier_gives_the_name() => Assert.Equal(
        [new FailureChange("a", Failure(10, 40)), new FailureChange("b", null)],
        FailureReconciliation.Of(
            [new KnownFailure("b", Failure(30, 40)), new KnownFailure("a", Failure(10, 20))], [Failure(10, 40)]));

    [Fact]
    public void What_goes_on_has_more_in_common_with_what_goes_on() => Assert.Equal(
        [new FailureChange(null, Failure(0, 1000)), new FailureChange("a", Failure(2000, null))],
        FailureReconciliation.Of(
            [new KnownFailure("a", Failure(0, null))], [Failure(0, 1000), Failure(2000, null)]));

    [Fact]
    public void New_ones_come_first_and_withdrawn_ones_after_them_each_by_start() => Assert.Equal(
        [
            new FailureChange(null, Failure(100, 110)), new FailureChange(null, Failure(120, 130)),
            new FailureChange("a", null), new FailureChange("b", null),
        ],
        FailureReconciliation.Of(
            [new KnownFailure("b", Failure(30, 40)), new KnownFailure("a", Failure(10, 20))],
            [Failure(120, 130), Failure(100, 110)]));

    private static FoundFailure Failure(int start, int? end) => new(At(start), end is { } e ? At(e) : null);

    private static Instant At(int second) => Instant.FromUtc(2025, 5, 5, 0, 0) + Duration.FromSeconds(second);
}
