using FsCheck;
using FsCheck.Fluent;
using NodaTime;
using VoiceQuality.Sla.Credits;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Sla.Usage;

namespace VoiceQuality.Sla.Tests.Policies;

public class PolicyBookTests
{
    private static readonly AccountCalendar Denver = new(DateTimeZoneProviders.Tzdb["America/Denver"]);
    private static readonly ServiceMonth January = new(2026, 1);
    private static readonly ContractPolicy Six = ContractPolicy.Default with { Version = "six", GraceDays = 6 };
    private static readonly ContractPolicy Seven = ContractPolicy.Default with { Version = "seven", GraceDays = 7 };
    private static readonly ContractPolicy Eight = ContractPolicy.Default with { Version = "eight", GraceDays = 8 };

    [Fact]
    public void The_accounts_own_entry_decides_then_the_one_for_all_then_the_one_that_is_built_in()
    {
        var book = new PolicyBook(
        [
            new("A-1", January.Plus(2), Eight),
            new(null, January.Plus(1), Six),
            new(null, January.Plus(3), Seven),
        ]);

        Assert.Equal([5, 6, 8, 8], Enumerable.Range(0, 4).Select(i => book.InForce("A-1", January.Plus(i)).GraceDays));
        Assert.Equal([5, 6, 6, 7], Enumerable.Range(0, 4).Select(i => book.InForce("B-1", January.Plus(i)).GraceDays));
        Assert.Equal([5, 6, 6, 7], Enumerable.Range(0, 4).Select(i => book.InForceForAll(January.Plus(i)).GraceDays));
        Assert.Null(book.FindEntry("A-1", January));
        Assert.Equal(
            [(null, "2026-02", "2026-03"), (null, "2026-04", null), ("A-1", "2026-03", null)],
            book.Spans.Select(span => (span.Entry.AccountId, span.Entry.From.ToString(), span.To?.ToString())));
    }

    [Fact]
    public void Each_month_of_an_account_is_in_one_span_and_that_is_the_one_in_force() =>
        Prop.ForAll<byte[]>(numbers =>
        {
            // Each number is a month 0 to 31, of the account when it is odd.
            var entries = numbers.Distinct().Select(n => new PolicyEntry(
                n % 2 == 1 ? "A-1" : null, January.Plus(n / 8), n % 3 == 0 ? Six : Seven));
            var book = new PolicyBook(entries.DistinctBy(entry => (entry.AccountId, entry.From)));
            var spans = book.Spans.ToList();

            return Enumerable.Range(-1, 34).Select(January.Plus).All(month =>
            {
                var inForce = spans.Where(s => s.Entry.From <= month && (s.To is null || month <= s.To)).ToList();
                var own = inForce.SingleOrDefault(s => s.Entry.AccountId == "A-1");
                var forAll = inForce.SingleOrDefault(s => s.Entry.AccountId is null);
                return book.FindEntry("A-1", month) == (own ?? forAll)?.Entry
                    && book.FindEntry("B-1", month) == forAll?.Entry;
            });
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Two_entries_for_the_same_month_or_one_name_for_two_readings_are_no_book()
    {
        Assert.Throws<ArgumentException>(() => new PolicyBook([new("A-1", January, Six), new("A-1", January, Seven)]));
        Assert.Throws<ArgumentException>(
            () => new PolicyBook([new(null, January, Six), new("A-1", January, Six with { GraceDays = 9 })]));
        Assert.Throws<ArgumentException>(
            () => new PolicyBook([new(null, January, ContractPolicy.Default with { GraceDays = 9 })]));
    }

    [Fact]
    public void A_correction_takes_the_place_of_the_entry_for_the_same_month()
    {
        var book = PolicyBook.Empty.With(new(null, January, Six))
            .With(new("A-1", January, Six)).With(new(null, January, Seven));

        Assert.Equal(7, book.InForce("B-1", January).GraceDays);
        Assert.Equal(6, book.InForce("A-1", January).GraceDays);
        Assert.Equal(2, book.Entries.Length);
    }

    [Fact]
    public void The_window_of_outage_days_ends_so_many_civil_days_after_the_last_date_of_the_month()
    {
        var days = ContractPolicy.Default with { MosRequestWindow = MosRequestWindow.OutageRequestDays };

        // 31 January and 30 days: 2 March (28 days of February and 2), so it is too late from 3 March 00:00 at UTC-7.
        Assert.Equal(Instant.FromUtc(2026, 3, 3, 7, 0), MosCredit.ClaimBefore(January, Denver, days));
        // The month that follows ends with 28 February.
        Assert.Equal(Instant.FromUtc(2026, 3, 1, 7, 0), MosCredit.ClaimBefore(January, Denver, ContractPolicy.Default));

        var second = Instant.FromUtc(2026, 3, 2, 12, 0);
        Assert.Equal(MosCreditReason.NotPrecedingMonth, Decide(second, ContractPolicy.Default).Reason);
        Assert.Equal(CreditDecision.Granted, Decide(second, days).Decision);
        Assert.Equal(MosCreditReason.NotPrecedingMonth, Decide(Instant.FromUtc(2026, 3, 3, 7, 0), days).Reason);

        var eligibility = MonthlyEligibility.Of(
            January, Denver, new UnitMonthCalls(1, new MeanMos(3_4000, 1)), UsageBase.Known(100m), second, days);
        Assert.Equal(ClaimWindow.Open, eligibility.ClaimWindow);
        Assert.Equal(Instant.FromUtc(2026, 3, 3, 7, 0), eligibility.ClaimBefore);
    }

    [Fact]
    public void The_base_that_is_expected_is_that_of_the_measured_month_or_of_the_one_that_follows()
    {
        Assert.Equal(January, MosCredit.ExpectedBaseMonth(January, ContractPolicy.Default));
        Assert.Equal(
            January.Next,
            MosCredit.ExpectedBaseMonth(
                January, ContractPolicy.Default with { MosBasePeriod = MosBasePeriod.RequestMonth }));
    }

    private static MosDecision Decide(Instant requestedAt, ContractPolicy policy) => MosCredit.Decide(
        new MosClaim(
            January, requestedAt, Denver,
            MosTier.ForMean(new MeanMos(3_4000, 1), policy.MosBounds), UsageBase.Known(100m)),
        policy);
}
