using System.Collections.Immutable;
using System.Globalization;
using VoiceQuality.Sla.Credits;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Sla.Rating;

namespace VoiceQuality.Sla.Evidence;

/// <summary>Makes a policy of its canonical text again, so that the text decides, not the policy of the day.</summary>
internal static class PolicyText
{
    /// <summary>The policy that has exactly this text; null when this program knows none.</summary>
    public static ContractPolicy? Read(string text)
    {
        var policy = ContractPolicy.Default;
        var rows = ImmutableArray.CreateBuilder<MosCreditTier>();
        try
        {
            foreach (var line in text.Split('\n'))
            {
                var equals = line.IndexOf('=', StringComparison.Ordinal);
                if (equals < 0)
                {
                    continue;
                }

                var value = line[(equals + 1)..];
                if (line.AsSpan(0, equals).SequenceEqual("mos_bounds"))
                {
                    rows.Add(RowOf(value));
                }
                else
                {
                    policy = With(policy, line[..equals], value);
                }
            }

            policy = policy with { MosBounds = rows.ToImmutable() };
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException or OverflowException)
        {
            return null;
        }

        // What was not understood, or reads otherwise, shows here.
        return policy.CanonicalText == text ? policy : null;
    }

    // "<30000e-4:100%:0.000-2.999"
    private static MosCreditTier RowOf(string value)
    {
        var parts = value.Split(':');
        return parts.Length == 3 && parts[0].StartsWith('<') && parts[0].EndsWith("e-4", StringComparison.Ordinal)
            && parts[1].EndsWith('%')
                ? new MosCreditTier(Integer(parts[0][1..^3]), Integer(parts[1][..^1]), parts[2])
                : throw new FormatException("Not a row.");
    }

    private static ContractPolicy With(ContractPolicy policy, string name, string value) => name switch
    {
        "version" => policy with { Version = value },
        "mos_base_period" => policy with { MosBasePeriod = Name<MosBasePeriod>(value) },
        "mos_base_source" => policy with { MosBaseSource = Name<MosBaseSource>(value) },
        "mos_request_window" => policy with
        {
            MosRequestWindow = value == ContractPolicy.OutageRequestDaysText
                ? MosRequestWindow.OutageRequestDays
                : MosRequestWindow.FollowingMonth,
        },
        "outage_request_days" => policy with { OutageRequestDays = Integer(value) },
        "outage_match_minutes" => policy with { OutageMatchMinutes = Integer(value) },
        "outage_least_failed" => policy with { OutageLeastFailed = Integer(value) },
        "outage_least_seconds" => policy with { OutageLeastSeconds = Integer(value) },
        "outage_no_response_seconds" => policy with { OutageNoResponseSeconds = Integer(value) },
        "outage_silent_call_seconds" => policy with { OutageSilentCallSeconds = Integer(value) },
        "outage_gap_seconds" => policy with { OutageGapSeconds = Integer(value) },
        "maintenance_notice_minutes" => policy with { MaintenanceNoticeMinutes = Integer(value) },
        "toll_free_bar_scope" => policy with { TollFreeBarScope = Name<TollFreeBarScope>(value) },
        "grace_days" => policy with { GraceDays = Integer(value) },
        "surcharge_method" => policy with { SurchargeMethod = Name<SurchargeMethod>(value) },
        "surcharge_scope" => policy with { SurchargeScope = Name<SurchargeScope>(value) },
        "tier_c_allowance_percent" => policy with { TierCAllowancePercent = Integer(value) },
        "tier_c_surcharge_per_minute" => policy with { TierCSurchargePerMinute = Amount(value) },
        "idempotency_conflict_status" => policy with { IdempotencyConflictStatus = Integer(value) },
        "mos_score_basis" => policy with { MosScoreBasis = Name<MosScoreBasis>(value) },
        "mos_wideband" => policy with { MosWideband = Name<MosWideband>(value) },
        "goodwill_credits" => policy with { GoodwillCredits = Name<GoodwillCredits>(value) },
        "aggregate_min_accounts" => policy with { AggregateMinAccounts = Integer(value) },
        _ => policy,
    };

    private static int Integer(string value) => int.Parse(value, NumberStyles.None, CultureInfo.InvariantCulture);

    private static decimal Amount(string value) =>
        Money.TryParse(value, 4, out var amount) ? amount : throw new FormatException("Not an amount.");

    private static TEnum Name<TEnum>(string value)
        where TEnum : struct, Enum =>
        WireName.TryParse<TEnum>(value, out var read) ? read : throw new FormatException("Not a reading.");
}
