using NodaTime;
using VoiceQuality.Sla.Outages;
using VoiceQuality.Sla.Policies;

namespace VoiceQuality.Sla.Tests.Outages;

public class OutageClaimTests
{
    private static readonly Instant Now = Times.At("2025-05-20T12:00:00-06:00");

    [Theory]
    [InlineData("2025-05-05T12:00:00-06:00", "2025-05-05T13:00:00-06:00", true)]    // begins 60 min after the claim ends
    [InlineData("2025-05-05T12:00:00.000000001-06:00", "2025-05-05T13:00:00-06:00", false)]
    [InlineData("2025-05-05T08:00:00-06:00", "2025-05-05T09:00:00-06:00", true)]    // ended 60 min before it begins
    [InlineData("2025-05-05T08:00:00-06:00", "2025-05-05T08:59:59-06:00", false)]
    [InlineData("2025-05-05T10:10:00-06:00", "2025-05-05T10:10:00-06:00", false)]   // nothing failed
    public void Measured_failures_within_sixty_minutes_match(string start, string end, bool isMatch)
    {
        var match = Match(
            new OutageClaim("sip-trunk", Times.Local("2025-05-05T10:00:00"), Times.Local("2025-05-05T11:00:00")),
            Failure(start, end));
        Assert.Equal(isMatch ? OutageRequestDecision.Accepted : OutageRequestDecision.Review, match.Decision);
        Assert.Equal(isMatch ? null : OutageRequestReason.NoMatch, match.Reason);
        Assert.Equal(isMatch ? [] : ["2025-05-05"], Times.Text(match.DatesToReview));
    }

    [Fact]
    public void Another_components_failure_does_not_match_and_a_gap_of_the_monitor_is_named()
    {
        var claim = new OutageClaim("toll-free", Times.Local("2025-05-05T10:00:00"), Times.Local("2025-05-05T11:00:00"));
        var match = OutageClaimMatch.Of(
            claim,
            [Failure("2025-05-05T10:00:00-06:00", "2025-05-05T11:00:00-06:00")],
            [Times.Between("2025-05-05T10:30:00-06:00", "2025-05-05T10:31:00-06:00")],
            Times.Zone("America/Denver"), ContractPolicy.Default, Now);
        Assert.Equal(
            (OutageRequestDecision.Review, OutageRequestReason.MonitorGap), (match.Decision, match.Reason!.Value));
    }

    [Fact]
    public void An_ongoing_failure_matches_an_ongoing_claim()
    {
        var match = Match(
            new OutageClaim("sip-trunk", Times.Local("2025-05-19T10:00:00"), null),
            new ComponentFailure("F1", "sip-trunk", Times.At("2025-05-19T10:20:00-06:00"), null));
        Assert.Equal(OutageRequestDecision.Accepted, match.Decision);
        Assert.Equal("F1", Assert.Single(match.Failures).Id);
    }

    [Fact]
    public void Claimed_dates_without_a_measured_failure_go_to_a_person()
    {
        var match = Match(
            new OutageClaim("sip-trunk", Times.Local("2025-05-05T10:00:00"), Times.Local("2025-05-07T10:00:00")),
            Failure("2025-05-05T10:00:00-06:00", "2025-05-06T01:00:00-06:00"));
        Assert.Equal(OutageRequestDecision.Review, match.Decision);
        Assert.Single(match.Failures);
        Assert.Equal(["2025-05-07"], Times.Text(match.DatesToReview));
    }

    [Fact]
    public void A_local_time_that_comes_twice_is_taken_as_both()
    {
        // Denver, 2025-11-02: 01:30 is 07:30Z and again 08:30Z.
        var zone = Times.Zone("America/Denver");
        var claim = new OutageClaim("sip-trunk", Times.Local("2025-11-02T01:30:00"), Times.Local("2025-11-02T01:30:00"));
        Assert.Equal(Times.Between("2025-11-02T07:30:00Z", "2025-11-02T08:30:00Z"), claim.TimeIn(zone, Now));
    }

    [Fact]
    public void A_local_time_that_is_left_out_is_the_instant_of_the_change()
    {
        // Denver, 2025-03-09: clocks went from 02:00 to 03:00 at 09:00Z.
        var (first, last) = OutageClaim.Readings(Times.Local("2025-03-09T02:30:00"), Times.Zone("America/Denver"));
        Assert.Equal((Times.At("2025-03-09T09:00:00Z"), Times.At("2025-03-09T09:00:00Z")), (first, last));
    }

    [Fact]
    public void A_claim_that_goes_on_lasts_until_it_is_decided_and_a_moment_is_a_claim_too()
    {
        var zone = Times.Zone("America/Denver");
        var ongoing = new OutageClaim("sip-trunk", Times.Local("2025-05-20T10:00:00"), null);
        Assert.Equal(Times.Between("2025-05-20T10:00:00-06:00", "2025-05-20T12:00:00-06:00"), ongoing.TimeIn(zone, Now));
        var early = Times.At("2025-05-20T09:00:00-06:00");
        Assert.Equal(Times.Between("2025-05-20T10:00:00-06:00", "2025-05-20T10:00:00-06:00"), ongoing.TimeIn(zone, early));
        Assert.Equal(ongoing.TimeIn(zone, early), (ongoing with { End = ongoing.Begin }).TimeIn(zone, Now));
        Assert.Throws<ArgumentNullException>("zone", () => ongoing.TimeIn(null!, Now));
    }

    [Theory]
    [InlineData("2025-05-05T23:30:00", "2025-05-06T12:00:00", "2025-05-06T00:20:00-06:00", "2025-05-06T12:00:00-06:00")]
    [InlineData("2025-05-06T12:00:00", "2025-05-07T00:30:00", "2025-05-06T12:00:00-06:00", "2025-05-06T23:40:00-06:00")]
    public void A_date_within_sixty_minutes_of_an_end_of_the_claim_needs_no_failure_of_its_own(
        string begin, string end, string failed, string over)
    {
        var match = Match(new OutageClaim("sip-trunk", Times.Local(begin), Times.Local(end)), Failure(failed, over));
        Assert.Equal(OutageRequestDecision.Accepted, match.Decision);
        Assert.Empty(match.DatesToReview);
    }

    [Fact]
    public void Over_several_dates_a_claim_of_one_failure_means_the_one_that_began_when_it_says()
    {
        // What begins 60 minutes after the end of the first is still taken for it; the one of 7 May is another, and its
        // date is for a person, with 6 May, on which nothing failed.
        var claim = new OutageClaim("sip-trunk", Times.Local("2025-05-05T10:00:00"), Times.Local("2025-05-07T10:00:00"));
        ComponentFailure[] measured =
        [
            Failure("2025-05-07T09:00:00-06:00", "2025-05-07T09:30:00-06:00"),
            Failure("2025-05-05T13:00:00-06:00", "2025-05-05T13:10:00-06:00"),
            Failure("2025-05-05T10:00:00-06:00", "2025-05-05T12:00:00-06:00"),
        ];
        var match = MatchOne(claim, measured);
        Assert.Equal(
            (OutageRequestDecision.Review, OutageRequestReason.NoMatch), (match.Decision, match.Reason!.Value));
        Assert.Equal([measured[2], measured[1]], match.Failures.AsEnumerable());
        Assert.Equal(["2025-05-06", "2025-05-07"], Times.Text(match.DatesToReview));

        measured[1] = Failure("2025-05-05T13:00:00.000000001-06:00", "2025-05-05T13:10:00-06:00");
        Assert.Equal([measured[2]], MatchOne(claim, measured).Failures.AsEnumerable());

        // A claim that means whatever failed in its time.
        Assert.Equal([measured[2], measured[1], measured[0]], Match(claim, measured).Failures.AsEnumerable());
        Assert.Equal(["2025-05-06"], Times.Text(Match(claim, measured).DatesToReview));
    }

    [Fact]
    public void A_date_on_which_only_another_failure_was_measured_is_for_a_person_however_near_the_end()
    {
        var match = MatchOne(
            new OutageClaim("sip-trunk", Times.Local("2025-05-05T10:00:00"), Times.Local("2025-05-06T00:30:00")),
            Failure("2025-05-05T10:00:00-06:00", "2025-05-05T12:00:00-06:00"),
            Failure("2025-05-06T00:40:00-06:00", "2025-05-06T01:00:00-06:00"));
        Assert.Equal(OutageRequestDecision.Review, match.Decision);
        Assert.Equal(["2025-05-06"], Times.Text(match.DatesToReview));
    }

    [Fact]
    public void On_one_date_a_claim_means_every_failure_of_its_time() => Assert.Equal(
        2,
        MatchOne(
            new OutageClaim("sip-trunk", Times.Local("2025-05-05T10:00:00"), Times.Local("2025-05-05T20:00:00")),
            Failure("2025-05-05T10:00:00-06:00", "2025-05-05T10:30:00-06:00"),
            Failure("2025-05-05T18:00:00-06:00", "2025-05-05T18:30:00-06:00")).Failures.Length);

    [Fact]
    public void Measured_failures_are_told_by_their_start()
    {
        var match = Match(
            new OutageClaim("sip-trunk", Times.Local("2025-05-05T10:00:00"), Times.Local("2025-05-05T12:00:00")),
            Failure("2025-05-05T11:00:00-06:00", "2025-05-05T11:10:00-06:00"),
            Failure("2025-05-05T10:00:00-06:00", "2025-05-05T10:10:00-06:00"));
        Assert.Equal(
            [Times.At("2025-05-05T10:00:00-06:00"), Times.At("2025-05-05T11:00:00-06:00")],
            match.Failures.Select(failure => failure.Start));
    }

    [Fact]
    public void A_claim_that_ends_before_it_begins_goes_to_a_person()
    {
        var match = Match(
            new OutageClaim("sip-trunk", Times.Local("2025-05-05T10:00:00"), Times.Local("2025-05-05T09:00:00")),
            Failure("2025-05-05T09:00:00-06:00", "2025-05-05T11:00:00-06:00"));
        Assert.Equal(OutageRequestDecision.Review, match.Decision);
    }

    [Fact]
    public void A_failure_lasts_from_the_first_failed_attempt_to_the_next_success_and_a_block_is_neither()
    {
        static AttemptObservation Seen(int second, AttemptOutcome outcome) =>
            new(Instant.FromUnixTimeSeconds(second), outcome);

        static Interval Seconds(int start, int? end) => new(
            Instant.FromUnixTimeSeconds(start), end is { } known ? Instant.FromUnixTimeSeconds(known) : null);

        Assert.Equal(
            [Seconds(2, 5), Seconds(9, null)],
            FailureObservations.FailedTimes(
            [
                Seen(5, AttemptOutcome.Succeeded), Seen(2, AttemptOutcome.Failed), Seen(1, AttemptOutcome.Blocked),
                Seen(3, AttemptOutcome.Failed), Seen(4, AttemptOutcome.Blocked), Seen(7, AttemptOutcome.Failed),
                Seen(7, AttemptOutcome.Succeeded), Seen(9, AttemptOutcome.Failed), Seen(11, AttemptOutcome.Blocked),
            ]));
    }

    private static ComponentFailure Failure(string start, string end) =>
        new("F1", "sip-trunk", Times.At(start), Times.At(end));

    private static OutageClaimMatch MatchOne(OutageClaim claim, params ComponentFailure[] measured) =>
        OutageClaimMatch.Of(
            claim, measured, [], Times.Zone("America/Denver"), ContractPolicy.Default, Now, isOneFailure: true);

    private static OutageClaimMatch Match(OutageClaim claim, params ComponentFailure[] measured) => OutageClaimMatch.Of(
        claim, measured, [], Times.Zone("America/Denver"), ContractPolicy.Default, Now);
}
