using NodaTime;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Sla.TollFree;

namespace VoiceQuality.Sla.Tests.TollFree;

public class TollFreeTests
{
    private static readonly Instant Launch = Instant.FromUtc(2025, 4, 10, 15, 0);
    private static readonly Duration Tick = Duration.Epsilon;

    [Fact]
    public void Only_a_test_that_passed_strictly_before_the_first_campaign_verifies()
    {
        Assert.True(Eligible(Number()));
        Assert.False(Eligible(Number() with { CampaignLaunches = [Launch] }));
        Assert.True(Eligible(Tested(Launch - Tick, VerificationResult.Pass)));
        Assert.False(Eligible(Tested(Launch, VerificationResult.Pass)));
        Assert.False(Eligible(Tested(Launch - Tick, VerificationResult.Fail)));
        Assert.False(Eligible(Tested(Launch - Tick, VerificationResult.Pass) with
        {
            CampaignLaunches = [Launch, Launch - Duration.FromDays(1)],
        }));
    }

    [Fact]
    public void Before_its_campaign_a_number_is_not_barred()
    {
        var number = Number() with { CampaignLaunches = [Launch] };
        Assert.True(TollFreeEligibility.Of(number, Launch - Tick).IsEligible);
        Assert.Equal(TollFreeReason.TollFreeNotVerified, TollFreeEligibility.Of(number, Launch).Reason);
    }

    [Fact]
    public void A_known_problem_bars_until_it_is_reported()
    {
        var number = Tested(Launch - Tick, VerificationResult.Pass) with
        {
            Problems = [new TollFreeProblem(Launch + Duration.FromDays(1), Launch + Duration.FromDays(3))],
        };
        Assert.True(TollFreeEligibility.Of(number, Launch).IsEligible);
        Assert.True(TollFreeEligibility.Of(number, Launch + Duration.FromDays(1) - Tick).IsEligible);
        Assert.False(TollFreeEligibility.Of(number, Launch + Duration.FromDays(1)).IsEligible);
        Assert.Equal(
            TollFreeReason.TollFreeProblemNotReported,
            TollFreeEligibility.Of(number, Launch + Duration.FromDays(2)).Reason);
        Assert.True(TollFreeEligibility.Of(number, Launch + Duration.FromDays(3)).IsEligible);
    }

    [Fact]
    public void The_bar_is_for_the_numbers_and_their_component_or_for_all_where_the_policy_reads_so()
    {
        var good = Number() with { Number = Parse("+18005550100"), ComponentId = "toll-free-east" };
        var bad = Number() with
        {
            Number = Parse("+18885550101"), ComponentId = "toll-free-west", CampaignLaunches = [Launch],
        };

        var bar = TollFreeBar.Of([good, bad], ContractPolicy.Default);
        Assert.Equal([bad.Number], bar.Numbers);
        Assert.Equal((false, true, false),
            (bar.BarsComponent("toll-free-east"), bar.BarsComponent("toll-free-west"), bar.IsWholeAccount));

        var strict = ContractPolicy.Default with { TollFreeBarScope = TollFreeBarScope.WholeAccount };
        Assert.True(TollFreeBar.Of([good, bad], strict).BarsComponent("sip-trunk"));
        Assert.False(TollFreeBar.Of([good], strict).BarsComponent("sip-trunk"));
    }

    [Fact]
    public void A_block_stands_above_consent_and_a_restricted_destination_needs_standards_and_a_signed_form()
    {
        var consent = new InternationalConsent("A-1", "form-1", Launch, Launch + Duration.FromDays(1));
        var access = new InternationalAccess(
            [new InternationalBlock("999", "traffic pumping", "fraud desk", Launch, Launch + Duration.FromDays(1))],
            [new RestrictedDestination("99")],
            [consent]);
        var restricted = Parse("+99855501000");
        var blocked = Parse("+99955501000");

        Assert.Equal(InternationalDecision.Allowed, access.Decide("A-1", Parse("+4455501000"), Launch));
        Assert.Equal(InternationalDecision.ConsentMissing, access.Decide("A-1", restricted, Launch - Tick));
        Assert.Equal(InternationalDecision.CreditStandardsNotMet, access.Decide("A-1", restricted, Launch));
        Assert.Equal(InternationalDecision.Allowed, access.Decide("A-1", restricted, Launch + Duration.FromDays(1)));
        Assert.Equal(
            InternationalDecision.ConsentMissing, access.Decide("A-2", restricted, Launch + Duration.FromDays(1)));
        Assert.Equal(
            InternationalDecision.ConsentMissing,
            (access with { Consents = [consent with { EndedAt = Launch + Duration.FromDays(2) }] })
                .Decide("A-1", restricted, Launch + Duration.FromDays(2)));

        // A second form of one who does not meet the standards takes nothing from the first.
        Assert.Equal(
            InternationalDecision.Allowed,
            (access with { Consents = [consent, consent with { FormReference = "form-2", CreditStandardsMetAt = null }] })
                .Decide("A-1", restricted, Launch + Duration.FromDays(1)));
        Assert.Equal(InternationalDecision.Blocked, access.Decide("A-1", blocked, Launch));
        Assert.Equal(InternationalDecision.Allowed, access.Decide("A-1", blocked, Launch + Duration.FromDays(1)));
        Assert.Equal(
            InternationalDecision.ConsentMissing,
            (access with { Blocks = [access.Blocks.First() with { AccountId = "A-1" }] })
                .Decide("A-2", blocked, Launch));
    }

    [Theory]
    [InlineData(LocalNumberUse.Inbound, true, LocalNumberAlarm.None)]
    [InlineData(LocalNumberUse.Outbound, false, LocalNumberAlarm.UseNotSupported)]
    [InlineData(LocalNumberUse.Collect, false, LocalNumberAlarm.UseNotSupported)]
    [InlineData(LocalNumberUse.Fax, false, LocalNumberAlarm.UseNotSupported)]
    [InlineData(LocalNumberUse.Emergency, false, LocalNumberAlarm.EmergencyAttempt)]
    public void Local_numbers_are_inbound_only(LocalNumberUse use, bool isAccepted, LocalNumberAlarm alarm) =>
        Assert.Equal(new LocalNumberDecision(isAccepted, alarm), LocalNumber.Decide(use));

    [Theory]
    [InlineData(RateScope.Domestic, "USD", "A-1", "2025-05-31", "mail-1", null)]
    [InlineData(RateScope.Domestic, "USD", "A-1", "2025-06-01", "mail-1", RateChangeRefusal.NoticeNotPrior)]
    [InlineData(RateScope.Domestic, "USD", "A-2", "2025-05-01", "mail-1", RateChangeRefusal.NoNotice)]
    [InlineData(RateScope.Domestic, "USD", null, null, null, RateChangeRefusal.NoNotice)]
    [InlineData(RateScope.Domestic, "USD", "A-1", "2025-05-01", null, RateChangeRefusal.NoSendRecord)]
    [InlineData(RateScope.International, "USD", null, null, null, null)]
    [InlineData(RateScope.Extended, "USD", null, null, null, null)]
    [InlineData(RateScope.International, "EUR", null, null, null, RateChangeRefusal.CurrencyIsNotUsd)]
    public void A_domestic_rate_changes_only_after_notice_and_every_rate_is_in_us_dollars(
        RateScope scope, string currency, string? told, string? sentOn, string? record, RateChangeRefusal? refusal) =>
        Assert.Equal(refusal, RateNotice.RefusalOf(new RateChange(
            "A-1", scope, new LocalDate(2025, 6, 1), currency,
            told is null ? null : new RateChangeNotice(told, Outages.Times.Date(sentOn!), record))));

    private static bool Eligible(TollFreeNumber number) => TollFreeEligibility.Of(number).IsEligible;

    private static TollFreeNumber Number() => new(Parse("+18005550100"), "toll-free", [], [], []);

    private static TollFreeNumber Tested(Instant at, VerificationResult result) => Number() with
    {
        Verifications = [new TollFreeVerification(at, "tester", "call-1", result)], CampaignLaunches = [Launch],
    };

    private static PhoneNumber Parse(string text) =>
        PhoneNumber.TryNormalize(text, out var number) ? number : throw new ArgumentException("Not a number.");
}
