using System.Security.Cryptography;
using System.Text;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Sla.Rating;

namespace VoiceQuality.Sla.Tests.Policies;

public class ContractPolicyTests
{
    private const string DefaultText = """
        version=2026-2
        mos_bounds=<30000e-4:100%:0.000-2.999
        mos_bounds=<32500e-4:60%:3.000-3.249
        mos_bounds=<35000e-4:30%:3.250-3.499
        mos_bounds=<39000e-4:10%:3.500-3.899
        mos_display=truncated to 3 decimals
        mos_weight=one vote per scored call
        mos_call_score=per direction the seconds-weighted mean of its streams; then the mean of the measured directions; 4 decimals, half away from zero
        mos_base_period=MEASURED_MONTH
        mos_request_window=the service month that follows, in the account's time zone
        call_month=instant of answer, account time zone
        money_rounding=half away from zero to cents, once: per business unit and month (usage, MOS credit), per component and month (outage credit, on the cumulative total)
        outage_day=civil date in the account's time zone touched by [start,end) for more than zero time
        outage_credit=1/30 of the MRC in force on each date; at most the MRC billed for the component and month
        outage_request_days=30
        outage_match_minutes=60
        ambiguous_local_time=taken as both
        maintenance_notice_minutes=0
        force_majeure=not excluded without a legal approver and a reference to the text
        toll_free_bar_scope=NUMBERS_AND_COMPONENT
        grace_days=5
        domestic_increment=6 s at least, up to the next 6 s, one ceiling from milliseconds
        rate_rounding=half away from zero to 4 decimals, before multiplication
        jurisdiction_order=local outbound; called number foreign, toll free, extended; caller id blank or invalid; caller id toll free or not the account's; caller id and called number
        indeterminate_inbound=toll-free or invalid caller id, or no billing number: default rate
        caller_id_order=P-Asserted-Identity, Remote-Party-ID (both of trusted peers only), From
        surcharge_order=answer instant, then call id as text; allowance rounded down, of answered domestic calls
        surcharge_method=EXCESS_CALLS
        surcharge_scope=ACCOUNT
        tier_c_allowance_percent=30
        tier_c_surcharge_per_minute=0.0300
        restatement_decrease=needs a second person
        idempotency_conflict_status=422
        aggregate_min_accounts=5

        """;

    [Fact]
    public void The_default_reading_is_written_out_in_full_and_does_not_change_by_accident() =>
        Assert.Equal(DefaultText.ReplaceLineEndings("\n"), ContractPolicy.Default.CanonicalText);

    [Fact]
    public void The_digest_is_the_sha_256_of_that_text() =>
        Assert.Equal(
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(DefaultText.ReplaceLineEndings("\n")))),
            ContractPolicy.Default.Digest);

    [Fact]
    public void Every_other_reading_has_another_digest()
    {
        var policy = ContractPolicy.Default;
        string[] digests =
        [
            policy.Digest,
            (policy with { Version = "2027-1" }).Digest,
            (policy with { MosBasePeriod = MosBasePeriod.RequestMonth }).Digest,
            (policy with { MosBaseSource = MosBaseSource.Rated }).Digest,
            (policy with { GraceDays = 6 }).Digest,
            (policy with { SurchargeMethod = SurchargeMethod.ProRataMinutes }).Digest,
            (policy with { SurchargeScope = SurchargeScope.Unit }).Digest,
            (policy with { TierCAllowancePercent = 31 }).Digest,
            (policy with { TierCSurchargePerMinute = 0.031m }).Digest,
            (policy with { IdempotencyConflictStatus = 409 }).Digest,
            (policy with { AggregateMinAccounts = 6 }).Digest,
            (policy with { OutageRequestDays = 31 }).Digest,
            (policy with { OutageMatchMinutes = 30 }).Digest,
            (policy with { OutageLeastFailed = 6 }).Digest,
            (policy with { OutageLeastSeconds = 1 }).Digest,
            (policy with { OutageNoResponseSeconds = 9 }).Digest,
            (policy with { OutageSilentCallSeconds = 21 }).Digest,
            (policy with { OutageGapSeconds = 61 }).Digest,
            (policy with { MaintenanceNoticeMinutes = 1 }).Digest,
            (policy with { TollFreeBarScope = TollFreeBarScope.WholeAccount }).Digest,
            (policy with { MosBounds = policy.MosBounds.RemoveAt(0) }).Digest,
            (policy with { MosRequestWindow = MosRequestWindow.OutageRequestDays }).Digest,
        ];
        Assert.Equal(digests.Length, digests.Distinct().Count());
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(61)]
    public void Grace_days_have_a_range(int days) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ContractPolicy.Default with { GraceDays = days });
}
