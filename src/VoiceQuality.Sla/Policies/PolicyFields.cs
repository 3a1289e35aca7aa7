using System.Collections.Immutable;
using VoiceQuality.Sla.Rating;

namespace VoiceQuality.Sla.Policies;

/// <summary>The table of fields, in the order of the document and of the digest.</summary>
internal static class PolicyFields
{
    /// <summary>Names of all fields.</summary>
    public static ImmutableArray<string> Names => [.. Table.Select(row => row.Name)];

    /// <summary>The fields.</summary>
    public static ImmutableArray<PolicyField> Table { get; } =
    [
        new VersionField("version", "R-80", "Name of this reading. A name belongs to one reading for ever."),
        new BoundsField("mos_bounds", "R-01, R-02",
            "Rows of the MOS credit table from worst to best, half-open on the unrounded mean: the first row whose "
            + "bound lies above the mean applies. Bounds rise, percentages do not; this a schema cannot say."),
        new FixedField("mos_display", "R-02", "How an average is shown.", p => p.MosDisplay),
        new FixedField("mos_weight", "R-05",
            "What counts how much in an average. Weighting by seconds cannot be switched to: sum and count of the "
            + "scores are stored, not the seconds of each call.", p => p.MosWeight),
        new FixedField("mos_call_score", "R-06, R-07, R-12", "The score of one call. It is made when the call ends.",
            p => p.MosCallScore),
        new ChoiceField<MosBasePeriod>("mos_base_period", "R-13", "Which month's usage billing is the base.",
            [
                new(MosBasePeriod.MeasuredMonth, "The month whose average earned the credit."),
                new(MosBasePeriod.RequestMonth, "The month in which the credit was requested."),
            ],
            p => p.MosBasePeriod, (p, v) => p with { MosBasePeriod = v }),
        new ChoiceField<MosRequestWindow>("mos_request_window", "R-09",
            "Until when the credit of a month may be requested.",
            [
                new(MosRequestWindow.FollowingMonth, ContractPolicy.FollowingMonthText + "."),
                new(MosRequestWindow.OutageRequestDays, ContractPolicy.OutageRequestDaysText + "."),
            ],
            p => p.MosRequestWindow, (p, v) => p with { MosRequestWindow = v })
        {
            CanonicalText = window => window == MosRequestWindow.FollowingMonth
                ? ContractPolicy.FollowingMonthText
                : ContractPolicy.OutageRequestDaysText,
        },
        new FixedField("call_month", "R-16", "Which month a call belongs to.", p => p.CallMonth),
        new FixedField("money_rounding", "R-18", "How and when an amount is rounded.", p => p.MoneyRounding),
        new FixedField("outage_day", "R-20 to R-22", "Which days a failure touches.", p => p.OutageDay),
        new FixedField("outage_credit", "R-23, R-24", "What a day of failure is worth.", p => p.OutageCredit),
        new IntegerField("outage_request_days", "R-27",
            "Civil days after the date on which a failure first arose, during which a credit may be requested.",
            1, 365, p => p.OutageRequestDays, (p, v) => p with { OutageRequestDays = v }),
        new IntegerField("outage_match_minutes", "R-29", "Minutes that a claimed time may be from the measured one.",
            0, 1440, p => p.OutageMatchMinutes, (p, v) => p with { OutageMatchMinutes = v }),
        new IntegerField("outage_least_failed", "R-20",
            "Least attempts and probes in a row that failed, before they are a failure of the component. A document "
            + "without this field means 5.",
            1, 1000, p => p.OutageLeastFailed, (p, v) => p with { OutageLeastFailed = v }) { UnlessSaid = 5 },
        new IntegerField("outage_least_seconds", "R-20",
            "Least seconds from the first to the last of them. The contract has no minimum; a document without this "
            + "field means 0.",
            0, 3600, p => p.OutageLeastSeconds, (p, v) => p with { OutageLeastSeconds = v }) { UnlessSaid = 0 },
        new IntegerField("outage_no_response_seconds", "R-43",
            "Seconds without any response after which a caller who hangs up leaves a failed attempt. A document "
            + "without this field means 8.",
            1, 32, p => p.OutageNoResponseSeconds, (p, v) => p with { OutageNoResponseSeconds = v })
        {
            UnlessSaid = 8,
        },
        new IntegerField("outage_silent_call_seconds", "R-43",
            "Seconds of an answered call without media either way that are a failed attempt. A document without this "
            + "field means 20.",
            1, 3600, p => p.OutageSilentCallSeconds, (p, v) => p with { OutageSilentCallSeconds = v })
        {
            UnlessSaid = 20,
        },
        new IntegerField("outage_gap_seconds", "R-29",
            "Longest pause between two times that were watched which is no gap. A document without this field means 60.",
            0, 3600, p => p.OutageGapSeconds, (p, v) => p with { OutageGapSeconds = v }) { UnlessSaid = 60 },
        new FixedField("ambiguous_local_time", "R-29", "A local time that occurs twice.", p => p.AmbiguousLocalTime),
        new IntegerField("maintenance_notice_minutes", "R-31",
            "Least minutes from notice of maintenance to its start; 0 means any.",
            0, 43_200, p => p.MaintenanceNoticeMinutes, (p, v) => p with { MaintenanceNoticeMinutes = v }),
        new FixedField("force_majeure", "R-34", "When force majeure excludes.", p => p.ForceMajeure),
        new ChoiceField<TollFreeBarScope>("toll_free_bar_scope", "R-41, R-42",
            "Which credits a toll-free number that was not verified takes away.",
            [
                new(TollFreeBarScope.NumbersAndComponent, "Those of the affected numbers and of their component."),
                new(TollFreeBarScope.WholeAccount, "All credits of the account."),
            ],
            p => p.TollFreeBarScope, (p, v) => p with { TollFreeBarScope = v }),
        new IntegerField("grace_days", "R-83", "Civil days after a month's end during which it is provisional.",
            0, 60, p => p.GraceDays, (p, v) => p with { GraceDays = v }),
        new FixedField("domestic_increment", "R-50, R-51", "Billable seconds of a domestic call.",
            p => p.DomesticIncrement),
        new FixedField("rate_rounding", "R-53", "How a rate is rounded.", p => p.RateRounding),
        new FixedField("jurisdiction_order", "R-67", "In which order a jurisdiction is decided.",
            p => p.JurisdictionOrder),
        new FixedField("indeterminate_inbound", "R-66", "Inbound calls without a jurisdiction.",
            p => p.IndeterminateInbound),
        new FixedField("caller_id_order", "R-68", "Which header is the caller id.", p => p.CallerIdOrder),
        new FixedField("surcharge_order", "R-72, R-73", "The order of Tier C calls, and the allowance.",
            p => p.SurchargeOrder),
        new ChoiceField<SurchargeMethod>("surcharge_method", "R-72", "Which Tier C calls bear the surcharge.",
            [
                new(SurchargeMethod.ExcessCalls, "The minutes of the calls after the allowance, in order of answer."),
                new(SurchargeMethod.ProRataMinutes, "The excess share of the minutes of all Tier C calls."),
            ],
            p => p.SurchargeMethod, (p, v) => p with { SurchargeMethod = v }),
        new ChoiceField<SurchargeScope>("surcharge_scope", "R-70", "Whose calls make up the pattern.",
            [
                new(SurchargeScope.Account, "All calls of the account."),
                new(SurchargeScope.Unit, "The calls of each business unit on its own."),
            ],
            p => p.SurchargeScope, (p, v) => p with { SurchargeScope = v }),
        new IntegerField("tier_c_allowance_percent", "R-70", "Percent of the calls without surcharge.",
            0, 100, p => p.TierCAllowancePercent, (p, v) => p with { TierCAllowancePercent = v }),
        new RateField("tier_c_surcharge_per_minute", "R-70", "US dollars per billable minute, 0 to 100.",
            100m, p => p.TierCSurchargePerMinute, (p, v) => p with { TierCSurchargePerMinute = v }),
        new FixedField("restatement_decrease", "R-82", "What a decrease of a posted credit needs.",
            p => p.RestatementDecrease),
        new IntegerField("idempotency_conflict_status", "R-84", "HTTP status for a used key with another body.",
            400, 499, p => p.IdempotencyConflictStatus, (p, v) => p with { IdempotencyConflictStatus = v }),
        new IntegerField("aggregate_min_accounts", "R-119", "Least accounts in a figure that everybody may see.",
            2, 1000, p => p.AggregateMinAccounts, (p, v) => p with { AggregateMinAccounts = v }),
        new ChoiceField<MosBaseSource>("mos_base_source", "R-14",
            "Where the usage billing comes from that is the base of MOS credits. A document without this field means "
            + "IMPORTED.",
            [
                new(MosBaseSource.Imported, "What the billing system billed and was imported."),
                new(MosBaseSource.Rated, "The measured calls, rated by the contract."),
            ],
            p => p.MosBaseSource, (p, v) => p with { MosBaseSource = v })
        {
            UnlessSaid = MosBaseSource.Imported,
        },
        new ChoiceField<GoodwillCredits>("goodwill_credits", "R-17",
            "Whether a person who resolves a claim may grant more than the rules give. A document without this field "
            + "means NONE.",
            [
                new(GoodwillCredits.None, "Nobody may."),
                new(GoodwillCredits.ByAPerson, "The person may, never above the base."),
            ],
            p => p.GoodwillCredits, (p, v) => p with { GoodwillCredits = v })
        {
            UnlessSaid = GoodwillCredits.None,
        },
        new ChoiceField<MosScoreBasis>("mos_score_basis", "R-06",
            "Which MOS of a call counts. A document without this field means LISTENING.",
            [
                new(MosScoreBasis.Listening, "MOS-LQ, without the delay of the path."),
                new(
                    MosScoreBasis.Conversational,
                    "MOS-CQ, with the delay of the path. A call whose delay was not measured is unscored and lowers the "
                    + "coverage."),
            ],
            p => p.MosScoreBasis, (p, v) => p with { MosScoreBasis = v })
        {
            UnlessSaid = MosScoreBasis.Listening,
        },
        new ChoiceField<MosWideband>("mos_wideband", "R-06",
            "How calls of wideband and fullband codecs count. A document without this field means OWN_SCALE.",
            [
                new(MosWideband.OwnScale, "By their own model (G.107.1, G.107.2), up to 4.5."),
                new(
                    MosWideband.CappedAtNarrowband,
                    "By their own model, at most as the best narrowband connection (R = 93.2, G.107 clause 7.7)."),
                new(MosWideband.LeftOut, "Not at all: wideband streams are unscored."),
            ],
            p => p.MosWideband, (p, v) => p with { MosWideband = v })
        {
            UnlessSaid = MosWideband.OwnScale,
            Refused = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["NARROWBAND_EQUIVALENT"] = "No Recommendation gives the narrowband MOS of a wideband call, so it is not "
                    + "built in; CAPPED_AT_NARROWBAND and LEFT_OUT are.",
            },
        },
    ];
}
