using FsCheck;
using FsCheck.Fluent;
using NodaTime;
using VoiceQuality.Sla.Outages;
using VoiceQuality.Sla.Policies;

namespace VoiceQuality.Sla.Tests.Outages;

public class OutageRequestTests
{
    private static readonly RequestElement[] All = Enum.GetValues<RequestElement>();

    [Theory]
    [InlineData("2025-03-01T10:00:00-07:00", "2025-03-31T23:59:59.999999999-06:00", "ACCEPTED", "2025-03-31")]
    [InlineData("2025-03-01T10:00:00-07:00", "2025-04-01T00:00:00-06:00", "DENIED", "2025-03-31")]
    [InlineData("2025-03-01T00:00:00-07:00", "2025-03-31T23:30:00-06:00", "ACCEPTED", "2025-03-31")]  // 742.5 hours
    [InlineData("2025-10-10T23:59:00-06:00", "2025-11-09T23:59:59-07:00", "ACCEPTED", "2025-11-09")]  // a Sunday
    [InlineData("2025-10-10T23:59:00-06:00", "2025-11-10T00:00:00-07:00", "DENIED", "2025-11-09")]    // 721 hours
    [InlineData("2024-01-31T12:00:00-07:00", "2024-03-01T23:00:00-07:00", "ACCEPTED", "2024-03-01")]  // leap year
    [InlineData("2025-06-10T05:00:00Z", "2025-07-10T05:59:59Z", "ACCEPTED", "2025-07-09")]            // June 9 in Denver
    public void The_last_day_is_thirty_dates_after_the_date_it_first_arose(
        string arose, string received, string decision, string lastDate)
    {
        var outcome = Decide([new RequestedFailure("F1", Times.At(arose))], new RequestArrival(Times.At(received), All));
        var failure = Assert.Single(outcome.Failures);
        Assert.Equal((decision, Times.Date(lastDate)), (WireName.Of(failure.Decision), failure.LastDate));
        Assert.Equal(failure.Decision == OutageRequestDecision.Denied ? OutageRequestReason.Late : null, failure.Reason);
    }

    [Fact]
    public void Each_failure_of_a_request_has_its_own_clock()
    {
        var outcome = Decide(
            [
                new RequestedFailure("A", Times.At("2025-03-01T10:00:00-07:00")),
                new RequestedFailure("B", Times.At("2025-03-10T10:00:00-06:00")),
            ],
            new RequestArrival(Times.At("2025-04-05T10:00:00-06:00"), All));
        Assert.Equal(
            [("A", OutageRequestDecision.Denied), ("B", OutageRequestDecision.Accepted)],
            outcome.Failures.Select(failure => (failure.FailureId, failure.Decision)));
    }

    [Fact]
    public void It_is_submitted_when_the_last_element_arrives_and_says_what_is_missing_until_then()
    {
        var failure = new RequestedFailure("F1", Times.At("2025-03-01T10:00:00-07:00"));
        var first = new RequestArrival(
            Times.At("2025-03-30T10:00:00-06:00"), [RequestElement.Components, RequestElement.Dates]);
        var open = Decide([failure], first);
        Assert.Null(open.SubmittedAt);
        Assert.Equal(
            [RequestElement.CustomerName, RequestElement.AccountNumber, RequestElement.BeginEndTimes],
            open.Missing.ToArray());
        Assert.Equal(
            (OutageRequestDecision.Incomplete, Times.At("2025-04-01T00:00:00-06:00")),
            (open.Failures[0].Decision, open.Failures[0].Deadline));

        var late = new RequestArrival(Times.At("2025-04-01T10:00:00-06:00"), All);
        var complete = Decide([failure], late, first);
        Assert.Equal(late.At, complete.SubmittedAt);
        Assert.Equal(OutageRequestReason.Late, complete.Failures[0].Reason);
    }

    [Fact]
    public void The_portal_knows_who_asks_and_a_telephone_call_submits_nothing()
    {
        var failure = new RequestedFailure("F1", Times.At("2025-03-01T10:00:00-07:00"));
        var portal = new RequestArrival(
            Times.At("2025-03-05T10:00:00-07:00"),
            [RequestElement.Dates, RequestElement.BeginEndTimes, RequestElement.Components], IsPortal: true);
        Assert.Equal(portal.At, Decide([failure], portal).SubmittedAt);

        var call = new RequestArrival(Times.At("2025-03-05T10:00:00-07:00"), All, IsWritten: false);
        Assert.Equal(All, Decide([failure], call).Missing);
    }

    [Fact]
    public void What_was_not_measured_goes_to_a_person_unless_it_is_late()
    {
        var arrival = new RequestArrival(Times.At("2025-03-31T10:00:00-06:00"), All);
        var outcome = Decide(
            [
                new RequestedFailure("A", Times.At("2025-03-01T10:00:00-07:00"), FailureMatch.NoMatch),
                new RequestedFailure("B", Times.At("2025-03-01T10:00:00-07:00"), FailureMatch.MonitorGap),
                new RequestedFailure("C", Times.At("2025-02-01T10:00:00-07:00"), FailureMatch.NoMatch),
            ],
            arrival);
        Assert.Equal(
            [
                (OutageRequestDecision.Review, OutageRequestReason.NoMatch),
                (OutageRequestDecision.Review, OutageRequestReason.MonitorGap),
                (OutageRequestDecision.Denied, OutageRequestReason.Late),
            ],
            outcome.Failures.Select(failure => (failure.Decision, failure.Reason!.Value)));
    }

    [Fact]
    public void Another_reading_of_the_contract_has_another_last_day() =>
        Assert.Equal(Times.Date("2025-03-15"), OutageRequest.LastDateOf(
            Times.At("2025-03-01T10:00:00-07:00"), Times.Denver, ContractPolicy.Default with { OutageRequestDays = 14 }));

    [Fact]
    public void Neither_the_order_of_messages_nor_their_repetition_changes_a_decision()
    {
        var start = Times.At("2025-03-20T00:00:00-06:00");
        var arrival = from hour in Gen.Choose(0, 500) from elements in Gen.SubListOf(All) from isWritten in Gen.Elements(true, false)
            select new RequestArrival(start + Duration.FromHours(hour), [.. elements], isWritten);
        var failure = new RequestedFailure("F1", Times.At("2025-03-01T10:00:00-07:00"));

        Prop.ForAll(arrival.ListOf().ToArbitrary(), list =>
        {
            var once = Decide([failure], [.. list]);
            var again = Decide([failure], [.. Enumerable.Reverse(list), .. list]);
            return once.SubmittedAt == again.SubmittedAt
                && once.Missing.SequenceEqual(again.Missing)
                && once.Failures.SequenceEqual(again.Failures)
                && (once.SubmittedAt is null) == (once.Missing.Length > 0);
        }).QuickCheckThrowOnFailure();
    }

    private static OutageRequestOutcome Decide(RequestedFailure[] failures, params RequestArrival[] arrivals) =>
        OutageRequest.Decide(failures, arrivals, Times.Denver, ContractPolicy.Default);
}
