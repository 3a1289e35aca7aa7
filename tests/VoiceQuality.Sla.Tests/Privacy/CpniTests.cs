using NodaTime;
using VoiceQuality.Sla.Privacy;

namespace VoiceQuality.Sla.Tests.Privacy;

public class CpniTests
{
    private static readonly CpniResourceClass[] OfOneCustomer =
        [.. Enum.GetValues<CpniResourceClass>().Where(one => one != CpniResourceClass.Aggregate)];

    [Fact]
    public void Each_role_sees_its_own_classes_and_nobody_all()
    {
        var seen = Enum.GetValues<CpniRole>().ToDictionary(
            role => role,
            role => OfOneCustomer.Where(one => Decide(role, one, account: null, purpose: "ticket 1").Status == 200));
        Assert.Equal([CpniResourceClass.CallDetail, CpniResourceClass.Quality], seen[CpniRole.Noc]);
        Assert.Equal([CpniResourceClass.Amounts], seen[CpniRole.Billing]);
        Assert.Equal([CpniResourceClass.AccessLog, CpniResourceClass.ComplianceRecord], seen[CpniRole.Compliance]);
        Assert.Empty(seen[CpniRole.Other]);
        Assert.Empty(seen[CpniRole.Anonymous]);
        Assert.Empty(seen[CpniRole.Customer]);
    }

    [Fact]
    public void A_customer_sees_all_of_its_own_and_finds_nothing_of_others() =>
        Assert.All(OfOneCustomer, one =>
        {
            Assert.Equal(new CpniAccessDecision(200, null, true), Decide(CpniRole.Customer, one, "A"));
            Assert.Equal(new CpniAccessDecision(404, CpniRefusal.NotFound, true), Decide(CpniRole.Customer, one, "B"));
            Assert.Equal(new CpniAccessDecision(401, CpniRefusal.LoginRequired, true), Decide(CpniRole.Customer, one, null));
        });

    [Fact]
    public void What_does_not_exist_is_answered_like_what_is_another_customers()
    {
        var actor = new CpniActor(CpniRole.Customer, "A", null, IsTrained: false);
        Assert.Equal(
            CpniAccess.Decide(actor, new CpniResource(CpniResourceClass.Quality, "B")),
            CpniAccess.Decide(actor, new CpniResource(CpniResourceClass.Quality, null)));
        Assert.Equal(
            404,
            CpniAccess.Decide(
                actor, new CpniResource(CpniResourceClass.AccessLog, "A", IsSealed: true)).Status);
    }

    [Fact]
    public void Nobody_without_an_account_matches_an_object_without_one() =>
        Assert.Equal(
            401,
            CpniAccess.Decide(
                new CpniActor(CpniRole.Customer, null, null, true), new CpniResource(CpniResourceClass.Quality, null)).Status);

    [Theory]
    [InlineData(null)]
    [InlineData("  ")]
    public void Call_detail_is_opened_with_a_purpose_or_not_at_all(string? purpose) =>
        Assert.Equal(
            new CpniAccessDecision(403, CpniRefusal.PurposeRequired, true),
            Decide(CpniRole.Noc, CpniResourceClass.CallDetail, null, purpose));

    [Fact]
    public void Staff_without_a_current_training_record_see_nothing() =>
        Assert.Equal(
            new CpniAccessDecision(403, CpniRefusal.TrainingRequired, true),
            CpniAccess.Decide(
                new CpniActor(CpniRole.Billing, null, null, IsTrained: false),
                new CpniResource(CpniResourceClass.Amounts, "A")));

    [Theory]
    [InlineData(PublicationDecision.Published, 200, null)]
    [InlineData(PublicationDecision.TooFewAccounts, 403, CpniRefusal.TooFewAccounts)]
    [InlineData(PublicationDecision.NothingMeasured, 403, CpniRefusal.TooFewAccounts)]
    [InlineData(PublicationDecision.OneAccountDominates, 403, CpniRefusal.OneAccountDominates)]
    public void An_aggregate_is_shown_to_everybody_when_no_customer_can_be_derived(
        PublicationDecision publication, int status, CpniRefusal? reason) =>
        Assert.Equal(
            new CpniAccessDecision(status, reason, false),
            CpniAccess.Decide(
                new CpniActor(CpniRole.Anonymous, null, null, false),
                new CpniResource(CpniResourceClass.Aggregate, null, publication)));

    [Fact]
    public void Only_an_approval_that_was_not_taken_back_permits_marketing()
    {
        var history = new ConsentHistory([
            new(ConsentEventKind.OptOut, D(2025, 6, 1)),
            new(ConsentEventKind.Notice, D(2025, 1, 1)),
            new(ConsentEventKind.OptIn, D(2025, 2, 1)),
            new(ConsentEventKind.Notice, D(2025, 7, 1)),
            new(ConsentEventKind.OptIn, D(2025, 8, 1)),
        ]);
        Assert.Equal(
            [false, false, true, true, false, false, true, true],
            new[]
            {
                D(2025, 1, 31), D(2025, 1, 1), D(2025, 2, 1), D(2025, 5, 31), D(2025, 6, 1), D(2025, 7, 31), D(2025, 8, 1),
                D(2099, 1, 1),
            }.Select(history.MayUseForMarketing));

        // Kept one year from the day on which the answer stopped to stand.
        Assert.Equal(new ConsentRetention(false, D(2026, 6, 1)), history.RetentionOf(D(2025, 2, 1)));
        Assert.Equal(new ConsentRetention(false, D(2026, 8, 1)), history.RetentionOf(D(2025, 6, 1)));
        Assert.Equal(new ConsentRetention(true, null), history.RetentionOf(D(2025, 8, 1)));
        Assert.Null(history.RetentionOf(D(2025, 7, 1)));
    }

    [Fact]
    public void Of_two_answers_on_one_day_the_later_counts()
    {
        var day = D(2025, 2, 1);
        Assert.False(new ConsentHistory([new(ConsentEventKind.OptIn, day), new(ConsentEventKind.OptOut, day)])
            .MayUseForMarketing(day));
        Assert.True(new ConsentHistory([new(ConsentEventKind.OptOut, day), new(ConsentEventKind.OptIn, day)])
            .MayUseForMarketing(day));
    }

    [Theory]
    [InlineData(false, 29L, true, "CALL_BACK_NUMBER_OF_RECORD")]
    [InlineData(false, 30L, true, "CALL_BACK_NUMBER_OF_RECORD SEND_TO_ADDRESS_OF_RECORD")]
    [InlineData(true, 30L, true, "CALL_BACK_NUMBER_OF_RECORD DISCLOSE_ON_CALL SEND_TO_ADDRESS_OF_RECORD")]
    [InlineData(true, null, false, "DISCLOSE_ON_CALL")]
    [InlineData(false, null, false, "")]
    public void A_caller_is_told_in_three_ways_and_no_other(bool password, long? days, bool hasNumber, string ways) =>
        Assert.Equal(ways, string.Join(' ', PhoneDisclosure.Allowed(password, days, hasNumber).Select(WireName.Of)));

    [Theory]
    [InlineData("recovery_code", true)]
    [InlineData("passkey", true)]
    [InlineData("code_to_number_of_record", true)]
    [InlineData("link sent to address-of-record", true)]
    [InlineData("account_number", false)]
    [InlineData("last_bill_amount", false)]
    [InlineData("zip_code", false)]
    [InlineData("postal_code", false)]
    [InlineData("ssn_last4", false)]
    [InlineData("mothers_maiden_name", false)]
    [InlineData("date_of_birth", false)]
    [InlineData("number_of_record", false)]
    [InlineData("address_of_record", false)]
    [InlineData("code_to_new_number", false)]
    [InlineData("favourite colour", false)]
    public void Only_what_is_not_readily_available_recovers_an_account(string factor, bool isAccepted)
    {
        RecoveryRefusal? refusal = isAccepted ? null : RecoveryRefusal.BiographicalOrAccountInformation;
        Assert.Equal(refusal, AccountRecovery.Refusal([factor], passed: true));
        Assert.Equal(refusal ?? RecoveryRefusal.NewPasswordRequired, AccountRecovery.Refusal([factor], passed: false));
        Assert.Equal(RecoveryRefusal.NewPasswordRequired, AccountRecovery.Refusal([], passed: true));
    }

    [Fact]
    public void A_notice_goes_to_the_old_address_when_the_address_changed_and_says_no_value()
    {
        Assert.All(Enum.GetValues<AccountChange>(), change =>
        {
            Assert.True(AccountNotice.For(change, atServiceInitiation: false).IsDue);
            Assert.False(AccountNotice.For(change, atServiceInitiation: true).IsDue);
        });
        Assert.Equal(
            NoticeAddress.OldAddressOfRecord, AccountNotice.For(AccountChange.AddressOfRecord, false).To);
        Assert.Equal(NoticeAddress.AddressOfRecord, AccountNotice.For(AccountChange.Authentication, false).To);
        Assert.False(AccountNotice.ContainsChangedValue);
    }

    [Fact]
    public void Data_leave_the_house_with_what_each_recipient_needs_and_are_never_sold()
    {
        (Disclosure Disclosure, DisclosureRefusal? Refusal)[] cases =
        [
            (new(DisclosureKind.Service), DisclosureRefusal.AgreementRequired),
            (new(DisclosureKind.Service, "AG-1"), null),
            (new(DisclosureKind.Marketing, HasOptIn: true), DisclosureRefusal.AgreementRequired),
            (new(DisclosureKind.Marketing, "AG-1"), DisclosureRefusal.OptInRequired),
            (new(DisclosureKind.Marketing, "AG-1", HasOptIn: true), null),
            (new(DisclosureKind.NewCarrier, "AG-1", true), DisclosureRefusal.WrittenAuthorizationRequired),
            (new(DisclosureKind.NewCarrier, WrittenAuthorizationId: "W-1"), null),
            (new(DisclosureKind.LegalProcess, FirstApprover: "a"), DisclosureRefusal.SecondApproverRequired),
            (new(DisclosureKind.LegalProcess, FirstApprover: "a", SecondApprover: "A "),
                DisclosureRefusal.SecondApproverRequired),
            (new(DisclosureKind.LegalProcess, FirstApprover: "a", SecondApprover: "b"), null),
            (new(DisclosureKind.Sale, "AG-1", true, "W-1", "a", "b"), DisclosureRefusal.NeverSold),
        ];
        Assert.All(cases, one => Assert.Equal(one.Refusal, one.Disclosure.Refusal));
    }

    [Fact]
    public void Records_are_kept_by_their_kind()
    {
        var from = D(2025, 3, 3);
        Assert.Equal(D(2026, 3, 3), RetentionSchedule.KeepUntil(RecordClass.Consent, from));
        Assert.Equal(D(2026, 3, 3), RetentionSchedule.KeepUntil(RecordClass.Campaign, from));
        Assert.Equal(D(2027, 3, 3), RetentionSchedule.KeepUntil(RecordClass.Breach, from));
        Assert.Null(RetentionSchedule.KeepUntil(RecordClass.Ledger, from));
    }

    [Theory]
    [InlineData(true, "C-1", true)]
    [InlineData(true, " ", false)]
    [InlineData(false, "C-1", false)]
    public void Other_authentication_needs_a_representative_and_a_contract(bool has, string contract, bool expected) =>
        Assert.Equal(expected, AlternativeAuthentication.IsAllowed(has, contract));

    private static CpniAccessDecision Decide(
        CpniRole role, CpniResourceClass one, string? account, string? purpose = null) =>
        CpniAccess.Decide(new CpniActor(role, account, purpose, IsTrained: true), new CpniResource(one, "A"));

    private static LocalDate D(int year, int month, int day) => new(year, month, day);
}
