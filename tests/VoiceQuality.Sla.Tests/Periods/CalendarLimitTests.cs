using NodaTime;
using VoiceQuality.Sla.Periods;

namespace VoiceQuality.Sla.Tests.Periods;

public class CalendarLimitTests
{
    private static readonly ServiceMonth January = new(2025, 1);

    [Theory]
    [InlineData(0, 1, "year")]
    [InlineData(9999, 1, "year")]
    [InlineData(2025, 0, "month")]
    [InlineData(2025, 13, "month")]
    public void A_month_outside_the_calendar_is_refused(int year, int month, string name) =>
        Assert.Equal(name, Assert.Throws<ArgumentOutOfRangeException>(() => new ServiceMonth(year, month)).ParamName);

    [Fact]
    public void There_is_no_month_before_the_first_and_none_after_the_last()
    {
        Assert.Equal(new ServiceMonth(1, 1), default);
        Assert.Throws<ArgumentOutOfRangeException>(() => default(ServiceMonth).Previous);
        Assert.Equal((9998, 12), (new ServiceMonth(9998, 11).Next.Year, new ServiceMonth(9998, 11).Next.Month));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ServiceMonth(9998, 12).Next);
    }

    [Fact]
    public void Months_are_compared_by_time()
    {
        var (earlier, same, later) = (new ServiceMonth(2024, 12), January, new ServiceMonth(2025, 1));
        Assert.Equal((true, false, false), (earlier < later, same < later, later < earlier));
        Assert.Equal((false, false, true), (earlier > later, same > later, later > earlier));
        Assert.Equal((true, true, false), (earlier <= later, same <= later, later <= earlier));
        Assert.Equal((false, true, true), (earlier >= later, same >= later, later >= earlier));
        Assert.Equal(-1, Math.Sign(earlier.CompareTo(later)));
    }

    [Theory]
    [InlineData("1900-01", 1900)]
    [InlineData("2199-12", 2199)]
    public void The_first_and_last_months_that_are_read_are_those_of_1900_and_2199(string text, int year) =>
        Assert.Equal(year, ServiceMonth.Parse(text).Year);

    [Fact]
    public void What_is_not_a_month_says_how_a_month_is_written() =>
        Assert.Contains(
            "yyyy-MM", Assert.Throws<FormatException>(() => ServiceMonth.Parse("1899-12")).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData(0)]
    [InlineData(32)]
    public void A_billing_day_is_1_to_31(int billingDay)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new AccountCalendar(DateTimeZone.Utc, billingDay));
        Assert.Throws<ArgumentOutOfRangeException>(() => new AccountCalendar(
            DateTimeZone.Utc, 1, [new CalendarChange(January, DateTimeZone.Utc, billingDay)]));
    }

    [Fact]
    public void Two_changes_cannot_begin_with_the_same_month()
    {
        CalendarChange[] changes =
        [
            new(January, DateTimeZone.Utc, 5),
            new(January.Next, DateTimeZone.Utc, 6),
            new(January, DateTimeZone.Utc, 7),
        ];
        var refused = Assert.Throws<ArgumentException>(() => new AccountCalendar(DateTimeZone.Utc, 1, changes));
        Assert.Equal("changes", refused.ParamName);
        Assert.Contains("same month", refused.Message, StringComparison.Ordinal);
    }

    // Given in any order, the change that began last holds: billing day 1, from February 5, from April 7.
    [Fact]
    public void Changes_are_taken_in_order_of_time()
    {
        CalendarChange[] changes =
        [
            new(new ServiceMonth(2025, 4), DateTimeZone.Utc, 7),
            new(new ServiceMonth(2025, 2), DateTimeZone.Utc, 5),
        ];
        var calendar = new AccountCalendar(DateTimeZone.Utc, 1, changes);
        var days = Enumerable.Range(0, 5).Select(month => calendar.BillingDayOf(January.Plus(month)));
        Assert.Equal([1, 5, 5, 7, 7], days);
        Assert.Equal(new ServiceMonth(2025, 2), calendar.Changes[0].From);
    }

    [Fact]
    public void Days_after_the_end_of_a_month_are_civil_days()
    {
        // Denver's February 2025 ends 2025-03-01T07:00Z; nine days later, over the change of March 9, is 06:00Z.
        var calendar = new AccountCalendar(DateTimeZoneProviders.Tzdb["America/Denver"]);
        var february = new ServiceMonth(2025, 2);
        Assert.Equal(Instant.FromUtc(2025, 3, 1, 7, 0), calendar.DaysAfterEndOf(february, 0));
        Assert.Equal(Instant.FromUtc(2025, 3, 10, 6, 0), calendar.DaysAfterEndOf(february, 9));
        Assert.Equal(
            "days", Assert.Throws<ArgumentOutOfRangeException>(() => calendar.DaysAfterEndOf(february, -1)).ParamName);
    }
}
