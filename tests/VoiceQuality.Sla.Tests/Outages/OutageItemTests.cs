using NodaTime;
using VoiceQuality.Sla.Outages;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Sla.Tests.Evidence;

namespace VoiceQuality.Sla.Tests.Outages;

/// <summary>What several messages say of one failure together, and when each element has come .</summary>
public class OutageItemTests
{
    private static readonly LocalDate Day = new(2026, 10, 14);
    private static readonly LocalDateTime Nine = new(2026, 10, 14, 9, 0);
    private static readonly LocalDateTime Ten = new(2026, 10, 14, 10, 0);
    private static readonly OutageItem Nothing = new(null, null, null, null, false);
    private static readonly OutageItem Full = new("T-1", Day, Nine, Ten, false);
    private static readonly OutageItem Other = new("T-2", Day.PlusDays(1), Nine.PlusHours(3), Ten.PlusHours(3), false);

    [Fact]
    public void What_was_told_stays_and_what_was_not_is_added()
    {
        Assert.Equal(Full, Nothing.With(Full));
        Assert.Equal(Full, Full.With(Nothing));
        Assert.Equal(Full, Full.With(Other));
        Assert.Equal(new OutageItem("T-1", Day, Nine, Ten, false), new OutageItem("T-1", null, Nine, null, false).With(
            Other with { Date = Day, End = Ten }));
        var end = Nothing with { End = Ten };
        Assert.Equal(end, end.With(Nothing));
        Assert.Equal(end, end.With(Nothing with { End = Nine }));
    }

    [Fact]
    public void A_failure_that_goes_on_stays_so_and_one_that_ended_does_not_go_on()
    {
        var ongoing = Nothing with { Begin = Nine, IsOngoing = true };
        Assert.Equal(ongoing, ongoing.With(Nothing with { End = Ten }));
        Assert.Equal(ongoing, (Nothing with { Begin = Nine }).With(Nothing with { IsOngoing = true }));
        Assert.False(Full.With(ongoing).IsOngoing);
    }

    [Fact]
    public void Times_are_told_with_a_begin_and_either_an_end_or_that_it_goes_on()
    {
        Assert.True(Full.HasTimes);
        Assert.True((Nothing with { Begin = Nine, IsOngoing = true }).HasTimes);
        Assert.False((Nothing with { Begin = Nine }).HasTimes);
        Assert.False((Nothing with { End = Ten }).HasTimes);
        Assert.False((Nothing with { IsOngoing = true }).HasTimes);
    }

    [Fact]
    public void Another_message_contradicts_what_both_told_otherwise_and_nothing_else()
    {
        (OutageItem One, OutageItem Otherwise)[] members =
        [
            (Nothing with { ComponentId = "T-1" }, Nothing with { ComponentId = "T-2" }),
            (Nothing with { Date = Day }, Nothing with { Date = Day.PlusDays(1) }),
            (Nothing with { Begin = Nine }, Nothing with { Begin = Ten }),
            (Nothing with { End = Nine }, Nothing with { End = Ten }),
        ];
        foreach (var (one, otherwise) in members)
        {
            Assert.True(one.Contradicts(otherwise));
            Assert.False(one.Contradicts(one));
            Assert.False(one.Contradicts(Nothing));
            Assert.False(Nothing.Contradicts(one));
        }

        Assert.False(Full.Contradicts(Full));
        Assert.True(Full.Contradicts(Other));
    }

    [Fact]
    public void An_end_contradicts_that_it_goes_on()
    {
        var (ended, ongoing) = (Nothing with { End = Ten }, Nothing with { IsOngoing = true });
        Assert.True(ended.Contradicts(ongoing));
        Assert.True(ongoing.Contradicts(ended));
        Assert.False(ongoing.Contradicts(ongoing));
        Assert.False(ongoing.Contradicts(Nothing));
        Assert.False(Nothing.Contradicts(ongoing));
    }

    [Fact]
    public void No_message_is_compared_with_none()
    {
        Assert.Equal("later", Assert.Throws<ArgumentNullException>(() => Full.With(null!)).ParamName);
        Assert.Equal("later", Assert.Throws<ArgumentNullException>(() => Full.Contradicts(null!)).ParamName);
    }

    [Fact]
    public void An_element_has_come_when_every_failure_has_it()
    {
        Assert.Equal([], Elements());
        Assert.Equal([RequestElement.Dates, RequestElement.BeginEndTimes, RequestElement.Components], Elements(Full));
        Assert.Equal([], Elements(Full, Nothing));
        Assert.Equal([RequestElement.Components], Elements(Full, Nothing with { ComponentId = "T-1" }));
        Assert.Equal([RequestElement.Dates], Elements(Full, Nothing with { Date = Day }));

        // A begin tells the date as well.
        Assert.Equal([RequestElement.Dates], Elements(Full, Nothing with { Begin = Nine }));
        Assert.Equal(
            [RequestElement.Dates, RequestElement.BeginEndTimes],
            Elements(Full, Nothing with { Begin = Nine, IsOngoing = true }));
    }

    [Fact]
    public void Each_message_adds_to_those_before_it()
    {
        var inputs = Documents.Outage with
        {
            Messages =
            [
                new OutageMessage(Bundles.Received, [Nothing with { Date = Day }]),
                new OutageMessage(Bundles.Received, [Full, Other]),
            ],
        };
        Assert.Equal([Full, Other], inputs.Items.AsEnumerable());
        Assert.Equal([1, 3], inputs.Arrivals().Select(arrival => arrival.Elements.Count));
        Assert.Empty((inputs with { Messages = [] }).Items);
    }

    [Fact]
    public void A_policy_is_in_force_from_its_month_until_the_next_and_the_first_before_too()
    {
        var inputs = Documents.Outage with
        {
            Policies =
            [
                (new ServiceMonth(2026, 9), Policy("1")), (new ServiceMonth(2026, 10), Policy("2")),
                (new ServiceMonth(2026, 12), Policy("3")),
            ],
        };
        Assert.Equal(
            ["1", "1", "2", "2", "3", "3"],
            new[] { (2026, 8), (2026, 9), (2026, 10), (2026, 11), (2026, 12), (2027, 1) }
                .Select(month => inputs.PolicyOf(new ServiceMonth(month.Item1, month.Item2)).Version));

        // In Denver the month of October ends at 06:00 UTC.
        Assert.Equal("1", inputs.PolicyAt(Instant.FromUtc(2026, 10, 1, 5, 59)).Version);
        Assert.Equal("2", inputs.PolicyAt(Instant.FromUtc(2026, 10, 1, 6, 0)).Version);
    }

    private static ContractPolicy Policy(string version) => ContractPolicy.Default with { Version = version };

    private static IEnumerable<RequestElement> Elements(params OutageItem[] items) =>
        (Documents.Outage with { Messages = [new OutageMessage(Bundles.Received, [.. items])] })
            .Arrivals().Single().Elements;
}
