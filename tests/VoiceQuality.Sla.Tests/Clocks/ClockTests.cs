using NodaTime;
using NodaTime.Text;
using VoiceQuality.Sla.Clocks;

namespace VoiceQuality.Sla.Tests.Clocks;

public class ClockTests
{
    private static readonly BusinessCalendar NoHolidays = new([]);

    [Theory]
    [InlineData("2025-05-22", "2025-05-29")] // Thu; Fri 1, Mon 2, Tue 3, Wed 4, Thu 5
    [InlineData("2025-05-23", "2025-05-30")] // Fri; Mon to Fri
    [InlineData("2025-05-24", "2025-05-30")] // Sat counts as no day either
    public void Five_business_days_leave_out_the_day_itself_and_weekends(string discovered, string due) =>
        Assert.Equal(D(due), OptInFailureClock.Due(D(discovered), NoHolidays));

    [Fact]
    public void A_holiday_is_no_business_day_and_one_on_a_weekend_changes_nothing()
    {
        // Wed 2025-12-24: Fri 26 is 1, Mon 29 2, Tue 30 3, Wed 31 4, Fri 2 January 5.
        var calendar = new BusinessCalendar([D("2025-12-25"), D("2025-12-27"), D("2026-01-01")]);
        Assert.Equal(D("2026-01-02"), OptInFailureClock.Due(D("2025-12-24"), calendar));
    }

    [Fact]
    public void Customers_wait_for_the_later_of_calendar_and_full_business_days()
    {
        // Told on Mon 2025-12-22: seven calendar days end Mon 29. Business days 23, 24, 26, 29, 30, 31 and, after the
        // holidays of December 25 and January 1, Fri January 2; the day after is Sat January 3.
        var calendar = new BusinessCalendar([D("2025-12-25"), D("2026-01-01")]);
        var dates = BreachClock.DatesOf(new Breach(D("2025-12-20"), D("2025-12-22")), calendar);
        Assert.Equal(D("2026-01-03"), dates.CustomersEarliest);
        Assert.Equal((D("2025-12-27"), true), (dates.LawEnforcementDeadline, dates.LawEnforcementOnTime));
    }

    [Theory]
    [InlineData("2025-03-10", true)]
    [InlineData("2025-03-11", false)]
    public void The_seventh_calendar_day_is_the_last_in_time(string notified, bool onTime) =>
        Assert.Equal(
            onTime, BreachClock.DatesOf(new Breach(D("2025-03-03"), D(notified)), NoHolidays).LawEnforcementOnTime);

    [Fact]
    public void A_hold_is_inclusive_and_binds_even_when_harm_is_at_hand()
    {
        var breach = new Breach(D("2025-03-03"), D("2025-03-05"), Hold: new NoticeHold(D("2025-04-30"), "letter 1"));
        Assert.Equal(D("2025-05-01"), BreachClock.DatesOf(breach, NoHolidays).CustomersEarliest);

        var harm = breach with { Harm = new IrreparableHarm("theft under way", "call 7") };
        Assert.Equal(D("2025-05-01"), BreachClock.DatesOf(harm, NoHolidays).CustomersEarliest);
        Assert.Equal(D("2025-03-05"), BreachClock.DatesOf(harm with { Hold = null }, NoHolidays).CustomersEarliest);

        // A hold that ends before the waiting does shortens nothing.
        var ended = breach with { Hold = new NoticeHold(D("2025-03-08"), "letter 2") };
        Assert.Equal(D("2025-03-15"), BreachClock.DatesOf(ended, NoHolidays).CustomersEarliest);
    }

    [Fact]
    public void Customers_are_never_told_before_law_enforcement()
    {
        var breach = new Breach(D("2025-03-03"), Harm: new IrreparableHarm("theft under way", "call 7"));
        var dates = BreachClock.DatesOf(breach, NoHolidays);
        Assert.Equal((null, null), (dates.CustomersEarliest, dates.LawEnforcementOnTime));
    }

    [Fact]
    public void A_record_is_kept_two_years_from_closure_when_that_is_later() =>
        Assert.Equal(
            D("2027-06-01"),
            BreachClock.DatesOf(new Breach(D("2025-03-03"), Closed: D("2025-06-01")), NoHolidays).RetainUntilAtLeast);

    [Fact]
    public void The_order_of_2023_has_no_waiting_and_a_last_day()
    {
        // Mon 2025-03-03: business days 4, 5, 6, 7, 10, 11, 12. Thirty days after March 3 is April 2.
        var dates = BreachClock.DatesOf(
            new Breach(D("2025-03-03"), D("2025-03-05")), NoHolidays, BreachProfile.Order2023);
        Assert.Equal(
            new BreachDates(D("2025-03-12"), true, D("2025-03-05"), D("2025-04-02"), D("2027-03-03")), dates);
    }

    [Theory]
    [InlineData(2025, "2026-02-28", "2026-02-28", true)]
    [InlineData(2027, "2028-02-29", "2028-02-29", true)]
    [InlineData(2025, "2026-02-28", "2026-03-01", false)]
    [InlineData(2025, "2026-02-28", "2025-12-31", false)] // the year is not over
    public void The_certificate_is_due_before_march(int year, string last, string filed, bool onTime)
    {
        Assert.Equal(D(last), CertificationClock.LastOnTimeDate(year));
        Assert.Equal(onTime, CertificationClock.IsOnTime(year, D(filed)));
    }

    [Fact]
    public void A_request_is_answered_in_thirty_calendar_days_or_referred_to_the_customer_whose_data_they_are()
    {
        var received = D("2024-01-31"); // 29 days of February 2024 and March 1
        Assert.Equal(
            new AccessRequestAnswer(AccessRequestDecision.Accepted, D("2024-03-01")),
            AccessRequestClock.Decide(received, ProviderRole.Controller, AccessRequester.Individual));
        Assert.Equal(
            new AccessRequestAnswer(AccessRequestDecision.Accepted, D("2024-03-01")),
            AccessRequestClock.Decide(received, ProviderRole.Processor, AccessRequester.Controller));
        Assert.Equal(
            new AccessRequestAnswer(AccessRequestDecision.ReferredToController, null),
            AccessRequestClock.Decide(received, ProviderRole.Processor, AccessRequester.Individual));
    }

    [Theory]
    [InlineData(10, 10, 0, false)]      // both clocks went on by 10 s
    [InlineData(10, -3590, -3600, true)] // the wall clock was set back by an hour
    [InlineData(10, 86410, 86400, true)] // set forward by a day
    [InlineData(10, 11, 1, false)]      // a smeared leap second is within 2 s
    public void A_step_of_the_wall_clock_makes_no_negative_duration(int monotonic, int wall, int step, bool isSkewed)
    {
        var earlier = new ClockReading(Instant.FromUtc(2026, 11, 1, 5, 59), Duration.FromSeconds(100));
        var later = new ClockReading(
            earlier.Utc + Duration.FromSeconds(wall), earlier.Monotonic + Duration.FromSeconds(monotonic));
        Assert.Equal(
            new ClockComparison(Duration.FromSeconds(monotonic), Duration.FromSeconds(step), isSkewed),
            ClockComparison.Between(earlier, later, Duration.FromSeconds(2)));
        Assert.Equal(Duration.Zero, ClockComparison.Between(later, earlier, Duration.FromSeconds(2)).Elapsed);
    }

    private static LocalDate D(string text) => LocalDatePattern.Iso.Parse(text).Value;
}
