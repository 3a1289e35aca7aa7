using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using VoiceQuality.Sla.Credits;
using VoiceQuality.Sla.Rating;

namespace VoiceQuality.Sla.Policies;

/// <summary>Which month's usage billing a MOS credit is a percentage of .</summary>
public enum MosBasePeriod
{
    /// <summary>The month whose average earned the credit.</summary>
    MeasuredMonth,

    /// <summary>The month in which the credit was requested.</summary>
    RequestMonth,
}

/// <summary>Where the usage billing comes from that is the base of a MOS credit .</summary>
public enum MosBaseSource
{
    /// <summary>What the carrier's billing system billed and was imported.</summary>
    Imported,

    /// <summary>The measured calls, rated by the contract .</summary>
    Rated,
}

/// <summary>Until when the MOS credit of a month may be requested .</summary>
public enum MosRequestWindow
{
    /// <summary>During the month that follows: the words "the preceding month".</summary>
    FollowingMonth,

    /// <summary>For as many civil days after the month's last date as outages have .</summary>
    OutageRequestDays,
}

/// <summary>Which credits a toll-free number that was not verified takes away .</summary>
public enum TollFreeBarScope
{
    /// <summary>Those of the affected numbers and of the component that carries them.</summary>
    NumbersAndComponent,

    /// <summary>All credits of the account.</summary>
    WholeAccount,
}

/// <summary>Which MOS of a call counts .</summary>
public enum MosScoreBasis
{
    /// <summary>MOS-LQ: what was heard, without the delay of the path, which is seldom measured.</summary>
    Listening,

    /// <summary>MOS-CQ: with the measured delay. A call whose delay was not measured is unscored.</summary>
    Conversational,
}

/// <summary>How calls of wideband and fullband codecs count beside narrowband ones.</summary>
public enum MosWideband
{
    /// <summary>By their own model, up to 4.5 (G.107.1: R/1.29; G.107.2: R/1.48).</summary>
    OwnScale,

    /// <summary>By their own model, at most what the best narrowband connection has: R = 93.2 (G.107 clause
    /// 7.7).</summary>
    CappedAtNarrowband,

    /// <summary>Not at all: their streams are unscored.</summary>
    LeftOut,
}

/// <summary>Which score of a call a contract counts.</summary>
/// <param name="Basis">Which MOS.</param>
/// <param name="Wideband">How wideband calls count.</param>
public readonly record struct MosReading(MosScoreBasis Basis, MosWideband Wideband)
{
    /// <summary>MOS-LQ, each call by its own model.</summary>
    public static MosReading Default => default;
}

/// <summary>Whether a person may grant more than the rules give .</summary>
public enum GoodwillCredits
{
    /// <summary>Nobody may.</summary>
    None,

    /// <summary>A person may who resolves a claim, never above the base.</summary>
    ByAPerson,
}

/// <summary>
/// How the contract is read: one named field for each point on which its words leave a choice. Every decision is
/// stamped with <see cref="Version"/> and <see cref="Digest"/>, so that whoever reads the contract otherwise changes
/// the policy and not the code, and an old decision still says what it went by.
/// </summary>
/// <remarks>
/// A text field states a reading for which only one rule is built in; it is part of the digest, so a build that reads
/// otherwise must say so here and gets another digest. The other fields steer the rules.
/// </remarks>
public sealed partial record ContractPolicy
{
    /// <summary><see cref="Policies.MosRequestWindow.FollowingMonth"/> in words.</summary>
    internal const string FollowingMonthText = "the service month that follows, in the account's time zone";

    /// <summary><see cref="Policies.MosRequestWindow.OutageRequestDays"/> in words.</summary>
    internal const string OutageRequestDaysText =
        "outage_request_days civil days after the month's last date, in the account's time zone";

    /// <summary>The reading in force unless an owner decides otherwise.</summary>
    public static ContractPolicy Default { get; } = new();

    /// <summary>Name of this reading, such as "2026-2".</summary>
    public string Version { get; init; } = "2026-2";

    /// <summary>
    /// mos_bounds: the rows, worst first, half-open on the unrounded mean. The name of a row follows from the
    /// bounds; one that is given is not looked at.
    /// </summary>
    public ImmutableArray<MosCreditTier> MosBounds { get; init => field = MosCreditTiers.Checked(value); } =
        MosCreditTiers.Table;

    /// <summary>mos_display .</summary>
    public string MosDisplay { get; } = "truncated to 3 decimals";

    /// <summary>mos_weight .</summary>
    public string MosWeight { get; } = "one vote per scored call";

    /// <summary>mos_call_score .</summary>
    public string MosCallScore { get; } = "per direction the seconds-weighted mean of its streams; then the mean of the "
        + "measured directions; 4 decimals, half away from zero";

    /// <summary>mos_base_period .</summary>
    public MosBasePeriod MosBasePeriod { get; init; } = MosBasePeriod.MeasuredMonth;

    /// <summary>mos_request_window .</summary>
    public MosRequestWindow MosRequestWindow { get; init; } = MosRequestWindow.FollowingMonth;

    /// <summary>call_month .</summary>
    public string CallMonth { get; } = "instant of answer, account time zone";

    /// <summary>money_rounding .</summary>
    public string MoneyRounding { get; } = "half away from zero to cents, once: per business unit and month "
        + "(usage, MOS credit), per component and month (outage credit, on the cumulative total)";

    /// <summary>outage_day .</summary>
    public string OutageDay { get; } =
        "civil date in the account's time zone touched by [start,end) for more than zero time";

    /// <summary>outage_credit .</summary>
    public string OutageCredit { get; } =
        "1/30 of the MRC in force on each date; at most the MRC billed for the component and month";

    /// <summary>outage_request_days: civil days after the date a failure first arose, 1 to 365.</summary>
    public int OutageRequestDays { get; init => field = InRange(value, 1, 365); } = 30;

    /// <summary>outage_match_minutes: how far a claimed time may be from the measured one, 0 to 1440.</summary>
    public int OutageMatchMinutes { get; init => field = InRange(value, 0, 1440); } = 60;

    /// <summary>
    /// outage_least_failed: attempts and probes that failed in a row before the component has failed, 1 to 1000.
    /// Where one call in twenty fails, five in a row are a chance of 3 in 10 million. The digest has this and the
    /// fields up to <see cref="OutageGapSeconds"/> only where they are not as built in.
    /// </summary>
    public int OutageLeastFailed { get; init => field = InRange(value, 1, 1000); } = 5;

    /// <summary>outage_least_seconds: seconds from the first to the last of them, 0 to 3600.</summary>
    public int OutageLeastSeconds { get; init => field = InRange(value, 0, 3600); }

    /// <summary>
    /// outage_no_response_seconds: seconds after which a cancelled attempt without any response has failed, 1 to
    /// 32. After 7.5 s an INVITE has been sent five times (RFC 3261 §17.1.1.2).
    /// </summary>
    public int OutageNoResponseSeconds { get; init => field = InRange(value, 1, 32); } = 8;

    /// <summary>
    /// outage_silent_call_seconds: seconds of an answered call without media either way, 1 to 3600.
    /// </summary>
    public int OutageSilentCallSeconds { get; init => field = InRange(value, 1, 3600); } = 20;

    /// <summary>
    /// outage_gap_seconds: longest pause between two watched times that is no gap, 0 to 3600.
    /// </summary>
    public int OutageGapSeconds { get; init => field = InRange(value, 0, 3600); } = 60;

    /// <summary>ambiguous_local_time .</summary>
    public string AmbiguousLocalTime { get; } = "taken as both";

    /// <summary>maintenance_notice_minutes: least time from notice to start, 0 to 43200; 0 means any.</summary>
    public int MaintenanceNoticeMinutes { get; init => field = InRange(value, 0, 43_200); }

    /// <summary>force_majeure .</summary>
    public string ForceMajeure { get; } = "not excluded without a legal approver and a reference to the text";

    /// <summary>toll_free_bar_scope .</summary>
    public TollFreeBarScope TollFreeBarScope { get; init; } = TollFreeBarScope.NumbersAndComponent;

    /// <summary>grace_days: civil days after a month's end during which it is provisional, 0 to 60.</summary>
    public int GraceDays
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 60);
            field = value;
        }
    } = 5;

    /// <summary>domestic_increment .</summary>
    public string DomesticIncrement { get; } = "6 s at least, up to the next 6 s, one ceiling from milliseconds";

    /// <summary>rate_rounding .</summary>
    public string RateRounding { get; } = "half away from zero to 4 decimals, before multiplication";

    /// <summary>jurisdiction_order .</summary>
    public string JurisdictionOrder { get; } = "local outbound; called number foreign, toll free, extended; caller id "
        + "blank or invalid; caller id toll free or not the account's; caller id and called number";

    /// <summary>indeterminate_inbound .</summary>
    public string IndeterminateInbound { get; } = "toll-free or invalid caller id, or no billing number: default rate";

    /// <summary>caller_id_order .</summary>
    public string CallerIdOrder { get; } = "P-Asserted-Identity, Remote-Party-ID (both of trusted peers only), From";

    /// <summary>surcharge_order .</summary>
    public string SurchargeOrder { get; } = "answer instant, then call id as text; allowance rounded down, of answered "
        + "domestic calls";

    /// <summary>surcharge_method: which Tier C calls above the allowance bear the surcharge.</summary>
    public SurchargeMethod SurchargeMethod { get; init; } = SurchargeMethod.ExcessCalls;

    /// <summary>surcharge_scope: whose calls make up the pattern.</summary>
    public SurchargeScope SurchargeScope { get; init; } = SurchargeScope.Account;

    /// <summary>tier_c_allowance_percent: percent of the calls without surcharge, 0 to 100.</summary>
    public int TierCAllowancePercent
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 100);
            field = value;
        }
    } = 30;

    /// <summary>
    /// tier_c_surcharge_per_minute: US dollars per billable minute, 0 to 100, at most 4 decimals.
    /// </summary>
    public decimal TierCSurchargePerMinute
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 100m);
            ArgumentOutOfRangeException.ThrowIfNotEqual(decimal.Round(value, 4), value);
            field = value;
        }
    } = 0.03m;

    /// <summary>restatement_decrease .</summary>
    public string RestatementDecrease { get; } = "needs a second person";

    /// <summary>idempotency_conflict_status: HTTP status for a used key with another body, 400 to 499.</summary>
    public int IdempotencyConflictStatus { get; init => field = InRange(value, 400, 499); } = 422;

    /// <summary>aggregate_min_accounts: accounts in a figure that everybody may see, 2 to 1000.</summary>
    public int AggregateMinAccounts { get; init => field = InRange(value, 2, 1000); } = 5;

    /// <summary>
    /// mos_base_source: where the base of MOS credits comes from. The digest has it only where it is not the
    /// first choice, so that a policy from before this field keeps its digest.
    /// </summary>
    public MosBaseSource MosBaseSource { get; init; } = MosBaseSource.Imported;

    /// <summary>
    /// goodwill_credits: optional in a document, and in the digest only where it is not NONE, so that readings
    /// recorded before the field was there stay what they are.
    /// </summary>
    public GoodwillCredits GoodwillCredits { get; init; } = GoodwillCredits.None;

    /// <summary>
    /// mos_score_basis: optional in a document, and in the digest only where it is not LISTENING, so that
    /// readings from before it keep theirs.
    /// </summary>
    public MosScoreBasis MosScoreBasis { get; init; } = MosScoreBasis.Listening;

    /// <summary>
    /// mos_wideband: optional in a document, and in the digest only where it is not OWN_SCALE, likewise.
    /// </summary>
    public MosWideband MosWideband { get; init; } = MosWideband.OwnScale;

    /// <summary>mos_score_basis and mos_wideband.</summary>
    public MosReading MosReading => new(MosScoreBasis, MosWideband);

    /// <summary>SHA-256 over <see cref="CanonicalText"/>, 64 lowercase hexadecimal digits.</summary>
    public string Digest => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(CanonicalText)));

    /// <summary>The policy as text, one "name=value" a line in a fixed order, each line ended by a line feed.</summary>
    public string CanonicalText
    {
        get
        {
            var text = new StringBuilder();
            foreach (var row in PolicyFields.Table)
            {
                foreach (var value in row.CanonicalValues(this))
                {
                    text.Append(row.Name).Append('=').Append(value).Append('\n');
                }
            }

            return text.ToString();
        }
    }

    private static int InRange(int value, int least, int most)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, least);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, most);
        return value;
    }
}
