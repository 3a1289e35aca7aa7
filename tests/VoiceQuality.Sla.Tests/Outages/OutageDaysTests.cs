using FsCheck;
using FsCheck.Fluent;
using NodaTime;
using VoiceQuality.Sla.Outages;
using VoiceQuality.Sla.Periods;
using Interval = NodaTime.Interval;

namespace VoiceQuality.Sla.Tests.Outages;

public class OutageDaysTests
{
    [Theory]
    [InlineData("2025-05-05T23:50:00-06:00", "2025-05-06T00:10:00-06:00", "2025-05-05,2025-05-06")]
    [InlineData("2025-05-05T22:00:00-06:00", "2025-05-06T00:00:00-06:00", "2025-05-05")]
    [InlineData("2025-05-05T23:59:59-06:00", "2025-05-06T00:00:00-06:00", "2025-05-05")]
    [InlineData("2025-05-06T00:00:00-06:00", "2025-05-06T00:00:00.000000001-06:00", "2025-05-06")]
    [InlineData("2025-05-05T23:59:59-06:00", "2025-05-06T00:00:00.000000001-06:00", "2025-05-05,2025-05-06")]
    [InlineData("2025-05-05T10:00:00-06:00", "2025-05-05T10:00:00-06:00", "")]
    [InlineData("2025-06-10T05:00:00Z", "2025-06-10T07:00:00Z", "2025-06-09,2025-06-10")]   // 23:00 to 01:00 in Denver
    [InlineData("2025-03-09T00:00:00-07:00", "2025-03-10T00:00:00-06:00", "2025-03-09")]    // 23 hours
    [InlineData("2025-11-02T00:00:00-06:00", "2025-11-03T00:00:00-07:00", "2025-11-02")]    // 25 hours
    [InlineData("2025-11-02T00:00:00-06:00", "2025-11-03T00:00:00-06:00", "2025-11-02")]    // 24 of them
    public void Every_civil_date_that_is_touched_for_more_than_zero_time_counts(string start, string end, string dates) =>
        Assert.Equal(
            dates.Split(',', StringSplitOptions.RemoveEmptyEntries),
            Times.Text(OutageDays.Of([Times.Between(start, end)], Times.Denver)));

    [Fact]
    public void Two_failures_and_overlapping_reports_of_one_date_count_once() =>
        Assert.Equal(["2025-05-05"], Times.Text(OutageDays.Of(
            [
                Times.Between("2025-05-05T15:00:00-06:00", "2025-05-05T15:30:00-06:00"),
                Times.Between("2025-05-05T01:00:00-06:00", "2025-05-05T02:00:00-06:00"),
                Times.Between("2025-05-05T01:30:00-06:00", "2025-05-05T02:30:00-06:00"),
            ],
            Times.Denver)));

    [Fact]
    public void A_date_that_a_zone_left_out_is_no_date() =>
        Assert.Equal(["2011-12-29", "2011-12-31"], Times.Text(OutageDays.Of(
            [Times.Between("2011-12-29T12:00:00-10:00", "2011-12-31T12:00:00+14:00")], Times.Zone("Pacific/Apia"))));

    [Fact]
    public void A_date_that_comes_again_when_clocks_go_back_over_midnight_is_seen()
    {
        // St John's, 2009-11-01: 00:01 -02:30 became 23:01 -03:30 of the day before.
        var zone = Times.Zone("America/St_Johns");
        var back = Times.At("2009-11-01T02:31:00Z");
        Assert.Equal(["2009-10-31", "2009-11-01"], Times.Text(OutageDays.Of(
            [new Interval(back - Duration.FromSeconds(30), back + Duration.FromMinutes(10))], zone)));
        Assert.Equal(["2009-10-31"], Times.Text(OutageDays.Of(
            [new Interval(back, back + Duration.FromMinutes(59))], zone)));
    }

    [Fact]
    public void A_new_zone_of_the_account_tells_the_dates_from_the_next_month_on()
    {
        var calendar = new AccountCalendar(Times.Zone("America/Denver"), changes:
            [new CalendarChange(new ServiceMonth(2025, 6), Times.Zone("UTC"), 1)]);

        // 03:00Z is the evening before in Denver.
        Assert.Equal(["2025-05-09"], Times.Text(OutageDays.Of(
            [Times.Between("2025-05-10T03:00:00Z", "2025-05-10T04:00:00Z")], calendar)));
        Assert.Equal(["2025-06-10"], Times.Text(OutageDays.Of(
            [Times.Between("2025-06-10T03:00:00Z", "2025-06-10T04:00:00Z")], calendar)));
    }

    [Theory]
    [InlineData(1, "2025-02-28", "2025-02")]
    [InlineData(1, "2025-03-01", "2025-03")]
    [InlineData(15, "2025-03-14", "2025-02")]
    [InlineData(15, "2025-03-15", "2025-03")]
    [InlineData(31, "2025-02-27", "2025-01")]
    [InlineData(31, "2025-02-28", "2025-02")]   // February has no 31st: its cycle begins on the last day
    public void A_date_belongs_to_the_billing_month_that_holds_it(int billingDay, string date, string month) =>
        Assert.Equal(month, OutageDays.MonthOf(
            Times.Date(date), new AccountCalendar(Times.Zone("America/Denver"), billingDay)).ToString());

    [Theory]
    [InlineData("America/New_York")]
    [InlineData("America/Denver")]
    [InlineData("America/St_Johns")]
    [InlineData("America/Sao_Paulo")]
    [InlineData("America/Havana")]
    [InlineData("Europe/London")]
    [InlineData("Asia/Beirut")]
    [InlineData("Asia/Tehran")]
    [InlineData("Australia/Lord_Howe")]
    [InlineData("Pacific/Apia")]
    public void Every_day_on_which_clocks_change_counts_once(string id)
    {
        var zone = Times.Zone(id);
        var years = new Interval(Times.At("2000-01-01T00:00:00Z"), Times.At("2026-01-01T00:00:00Z"));
        var changes = zone.GetZoneIntervals(years).Where(part => part.HasStart && years.Contains(part.Start)).ToList();
        Assert.True(changes.Count >= 16);

        foreach (var date in changes.Select(part => part.Start.InZone(zone).Date).Distinct())
        {
            var start = TimeZones.StartOfDay(date, zone);
            var whole = new Interval(start, TimeZones.StartOfDay(date.PlusDays(1), zone));
            var days = OutageDays.Of([whole], zone);
            Assert.Single(days, date);

            // A date before it is touched only where midnight came twice.
            Assert.All(days, day => Assert.True(day == date || day == date.PlusDays(-1)));
            var hours = Enumerable.Range(0, (int)whole.Duration.TotalHours)
                .Select(hour => new Interval(start + Duration.FromHours(hour), start + Duration.FromHours(hour + 1)));
            Assert.Single(OutageDays.Of(hours, zone), date);
        }
    }

    [Fact]
    public void The_order_and_the_cutting_of_intervals_change_no_date()
    {
        var start = Times.At("2025-10-31T00:00:00Z");
        var interval = from offset in Gen.Choose(0, 5_000) from length in Gen.Choose(0, 3_000)
            select new Interval(start + Duration.FromMinutes(offset), start + Duration.FromMinutes(offset + length));

        Prop.ForAll(interval.ListOf().ToArbitrary(), list =>
        {
            var cut = list.SelectMany(one =>
            {
                var middle = one.Start + (one.Duration / 2);
                return new[] { new Interval(middle, one.End), new Interval(one.Start, middle) };
            });
            var dates = OutageDays.Of(list, Times.Denver);
            var minutes = list.SelectMany(one => Enumerable.Range(0, (int)one.Duration.TotalMinutes)
                .Select(minute => (one.Start + Duration.FromMinutes(minute)).InZone(Times.Zone("America/Denver")).Date));
            return dates.SequenceEqual(OutageDays.Of(Enumerable.Reverse(list), Times.Denver))
                && dates.SequenceEqual(OutageDays.Of(cut, Times.Denver))
                && dates.SequenceEqual(minutes.Distinct().Order());
        }).QuickCheckThrowOnFailure();
    }
}
