using NodaTime;
using VoiceQuality.Sla.Periods;

namespace VoiceQuality.Sla.Tests.Periods;

public class PeriodTests
{
    public static TheoryData<string, int> ZonesAndBillingDays => new()
    {
        { "America/New_York", 1 },
        { "America/Denver", 1 },
        { "America/Phoenix", 31 },
        { "America/St_Johns", 1 },      // clocks went back over midnight, on 2009-11-01 too
        { "America/Sao_Paulo", 15 },    // days without midnight
        { "America/Havana", 1 },
        { "Asia/Kolkata", 1 },
        { "Asia/Beirut", 1 },
        { "Australia/Lord_Howe", 5 },   // clocks move by half an hour
        { "Pacific/Apia", 30 },         // 2011-12-30 did not exist
        { "Pacific/Kiritimati", 1 },    // a day was left out at the turn of 1994 and 1995
        { "UTC", 29 },
    };

    [Theory]
    [InlineData("2025-03", "America/New_York", "743")]   // 31 × 24 − 1
    [InlineData("2025-11", "America/Denver", "721")]     // 30 × 24 + 1
    [InlineData("2025-02", "Asia/Kolkata", "672")]
    [InlineData("2025-04", "Australia/Lord_Howe", "720.5")]
    public void A_month_is_as_long_as_its_zone_makes_it(string month, string zone, string hours) =>
        Assert.Equal(
            decimal.Parse(hours, System.Globalization.CultureInfo.InvariantCulture),
            MonthlyPeriod.Bounds(ServiceMonth.Parse(month), DateTimeZoneProviders.Tzdb[zone]).Hours);

    [Theory]
    [MemberData(nameof(ZonesAndBillingDays))]
    public void Months_from_1970_to_2100_follow_each_other_and_hold_each_instant_once(string zone, int billingDay)
    {
        var calendar = new AccountCalendar(DateTimeZoneProviders.Tzdb[zone], billingDay);
        var last = new ServiceMonth(2100, 12);
        var previousEnd = calendar.Bounds(new ServiceMonth(1969, 12)).End;

        for (var month = new ServiceMonth(1970, 1); month <= last; month = month.Next)
        {
            var period = calendar.Bounds(month);
            Assert.Equal(previousEnd, period.Start);
            Assert.InRange(period.Hours, (27 * 24) - 2, (32 * 24) + 2);
            Assert.Equal(month, calendar.MonthOf(period.Start));
            Assert.Equal(month, calendar.MonthOf(period.Start + ((period.End - period.Start) / 3)));
            Assert.Equal(month, calendar.MonthOf(period.End - Duration.Epsilon));
            Assert.True(period.Contains(period.Start) && !period.Contains(period.End));
            previousEnd = period.End;
        }
    }

    [Theory]
    [MemberData(nameof(ZonesAndBillingDays))]
    public void Every_month_from_1970_to_2100_begins_with_the_first_instant_of_its_date(string zone, int billingDay)
    {
        var rules = DateTimeZoneProviders.Tzdb[zone];
        for (var month = new ServiceMonth(1970, 1); month <= new ServiceMonth(2100, 12); month = month.Next)
        {
            var period = MonthlyPeriod.Bounds(month, rules, billingDay);
            var daysInMonth = CalendarSystem.Iso.GetDaysInMonth(month.Year, month.Month);
            var date = new LocalDate(month.Year, month.Month, Math.Min(billingDay, daysInMonth));
            var (start, end) = (period.Start.InZone(rules), period.End.InZone(rules));

            // Of the instants around the start, it is the first with that date, or after a date that did not exist.
            Assert.True(start.Date == date || (zone is "Pacific/Apia" or "Pacific/Kiritimati" && start.Date > date));
            Assert.True((period.Start - Duration.Epsilon).InZone(rules).Date < date);
            for (var minutes = 15; minutes <= 180; minutes += 15)
            {
                Assert.True((period.Start - Duration.FromMinutes(minutes)).InZone(rules).Date < date);
            }

            // What the clock on the wall shows between them, less what it was moved, is the time that went by.
            var shown = Period.Between(start.LocalDateTime, end.LocalDateTime, PeriodUnits.Seconds).Seconds;
            var moved = end.Offset.Seconds - start.Offset.Seconds;
            Assert.Equal((shown - moved) / 3600m, period.Hours);
        }
    }

    [Fact]
    public void Where_midnight_does_not_exist_the_month_begins_after_the_gap()
    {
        // Beirut goes forward from 00:00 to 01:00 on the last Sunday of March: 2024-03-31 begins at 01:00 (UTC+3).
        var period = MonthlyPeriod.Bounds(new ServiceMonth(2024, 3), DateTimeZoneProviders.Tzdb["Asia/Beirut"], 31);
        Assert.Equal(Instant.FromUtc(2024, 3, 30, 22, 0), period.Start);
    }

    [Fact]
    public void Where_midnight_occurs_twice_the_month_begins_with_the_first()
    {
        // St. John's went back from 00:01 to 23:01 on 2009-11-01: midnight at UTC−2:30 and again at UTC−3:30.
        var calendar = new AccountCalendar(DateTimeZoneProviders.Tzdb["America/St_Johns"]);
        var first = Instant.FromUtc(2009, 11, 1, 2, 30);
        Assert.Equal(first, calendar.Bounds(new ServiceMonth(2009, 11)).Start);
        // 23:30 of October 31 for the second time is November for the contract, whatever its date.
        var call = calendar.OfCall(Instant.FromUtc(2009, 11, 1, 3, 0));
        Assert.Equal(new CallMonth(new ServiceMonth(2009, 11), new LocalDate(2009, 10, 31)), call);
    }

    [Theory]
    [InlineData("2025-01", "2025-01-31", "2025-02-28")]
    [InlineData("2025-02", "2025-02-28", "2025-03-31")]
    [InlineData("2024-02", "2024-02-29", "2024-03-31")]
    [InlineData("2025-04", "2025-04-30", "2025-05-31")]
    public void A_billing_day_that_a_month_lacks_is_its_last_day(string month, string start, string end)
    {
        var period = MonthlyPeriod.Bounds(ServiceMonth.Parse(month), DateTimeZone.Utc, billingDay: 31);
        var pattern = NodaTime.Text.LocalDatePattern.Iso;
        Assert.Equal(pattern.Parse(start).Value, period.Start.InUtc().Date);
        Assert.Equal(pattern.Parse(end).Value, period.End.InUtc().Date);
    }

    [Fact]
    public void A_change_of_zone_takes_effect_at_the_next_month_without_gap_or_overlap()
    {
        var change = new CalendarChange(new ServiceMonth(2025, 6), DateTimeZoneProviders.Tzdb["America/New_York"], 1);
        var calendar = new AccountCalendar(DateTimeZoneProviders.Tzdb["America/Denver"], 1, [change]);
        // May ends by Denver's midnight, 06:00Z; June begins there and ends by New York's, 04:00Z.
        Assert.Equal(Instant.FromUtc(2025, 6, 1, 6, 0), calendar.Bounds(new ServiceMonth(2025, 5)).End);
        Assert.Equal(Instant.FromUtc(2025, 6, 1, 6, 0), calendar.Bounds(new ServiceMonth(2025, 6)).Start);
        Assert.Equal(Instant.FromUtc(2025, 7, 1, 4, 0), calendar.Bounds(new ServiceMonth(2025, 6)).End);
        Assert.Equal(new ServiceMonth(2025, 5), calendar.MonthOf(Instant.FromUtc(2025, 6, 1, 5, 0)));
    }

    [Fact]
    public void A_change_of_billing_day_makes_one_month_longer_or_shorter()
    {
        var change = new CalendarChange(new ServiceMonth(2025, 6), DateTimeZone.Utc, 15);
        var calendar = new AccountCalendar(DateTimeZone.Utc, 1, [change]);
        Assert.Equal(Instant.FromUtc(2025, 6, 1, 0, 0), calendar.Bounds(new ServiceMonth(2025, 6)).Start);
        Assert.Equal(Instant.FromUtc(2025, 7, 15, 0, 0), calendar.Bounds(new ServiceMonth(2025, 6)).End);
        Assert.Equal(new ServiceMonth(2025, 6), calendar.MonthOf(Instant.FromUtc(2025, 7, 14, 0, 0)));
    }

    [Theory]
    [InlineData("2025-3")]
    [InlineData("2025-13")]
    [InlineData("2025-00")]
    [InlineData("0001-01")]
    [InlineData("2200-01")]
    [InlineData("2025/03")]
    [InlineData(" 2025-03")]
    [InlineData("")]
    public void What_is_not_a_month_is_refused(string text) => Assert.False(ServiceMonth.TryParse(text, out _));

    [Fact]
    public void A_month_is_written_as_it_is_read()
    {
        var month = ServiceMonth.Parse("2025-12");
        Assert.Equal(("2025-12", "2026-01", "2025-11"), (
            month.ToString(), month.Next.ToString(), month.Previous.ToString()));
        Assert.Equal(13, ServiceMonth.Parse("2027-01").MonthsSince(month));
    }
}
