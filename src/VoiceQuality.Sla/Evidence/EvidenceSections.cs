using System.Text.Json.Nodes;
using VoiceQuality.Sla.Credits;
using VoiceQuality.Sla.Ledger;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Sla.Usage;

namespace VoiceQuality.Sla.Evidence;

/// <summary>The parts of a bundle.</summary>
internal static class EvidenceSections
{
    // Before every change of a calendar, for no month can be written that is earlier.
    private static readonly ServiceMonth FirstMonth = new(1, 1);

    public static JsonObject Claim(EvidenceInputs inputs) => new()
    {
        ["claimId"] = inputs.ClaimId,
        ["accountId"] = inputs.AccountId,
        ["unitId"] = inputs.UnitId,
        ["month"] = inputs.Month.ToString(),
        ["receivedAt"] = EvidenceJson.Time(inputs.ReceivedAt),
        ["earlierDecision"] = inputs.EarlierDecisionId,
    };

    public static JsonObject Policy(ContractPolicy policy) => new()
    {
        ["version"] = policy.Version,
        ["digest"] = policy.Digest,
        ["text"] = policy.CanonicalText,
    };

    public static JsonObject Calendar(EvidenceInputs inputs, MonthlyEligibility month)
    {
        var calendar = inputs.Calendar;
        var changes = new JsonArray();
        foreach (var change in calendar.Changes)
        {
            changes.Add(new JsonObject
            {
                ["from"] = change.From.ToString(),
                ["timeZone"] = change.Zone.Id,
                ["billingDay"] = change.BillingDay,
            });
        }

        return new JsonObject
        {
            ["timeZone"] = calendar.ZoneOf(FirstMonth).Id,
            ["billingDay"] = calendar.BillingDayOf(FirstMonth),
            ["changes"] = changes,
            ["tzdbVersion"] = inputs.TimeZoneDatabaseVersion,
            ["periodStart"] = EvidenceJson.Time(month.Period.Start),
            ["periodEnd"] = EvidenceJson.Time(month.Period.End),
            ["claimBefore"] = EvidenceJson.Time(month.ClaimBefore),
            ["closesAt"] = EvidenceJson.Time(month.ClosesAt),
            ["monthState"] = WireName.Of(month.State),
            ["assessmentVersion"] = inputs.AssessmentVersion,
        };
    }

    public static JsonObject Calls(EvidenceInputs inputs, UnitMonthCalls calls)
    {
        var days = new JsonArray();
        foreach (var day in inputs.Days)
        {
            days.Add(new JsonObject
            {
                ["date"] = EvidenceJson.DatePattern.Format(day.Date),
                ["answered"] = day.Answered,
                ["scored"] = day.Scored,
                ["sumE4"] = day.SumE4,
            });
        }

        return new JsonObject
        {
            ["days"] = days,
            ["answered"] = calls.AnsweredCount,
            ["scored"] = calls.Mean.CallCount,
            ["sumE4"] = calls.Mean.SumE4,
        };
    }

    public static JsonObject Usage(EvidenceUsage? usage, ServiceMonth month, UsageBase usageBase)
    {
        var lines = new JsonArray();
        foreach (var line in usage?.Lines ?? [])
        {
            lines.Add(new JsonObject
            {
                ["kind"] = WireName.Of(line.Kind),
                ["amount"] = Money.Format(line.Amount),
                ["isInBase"] = UsageBase.Includes(line.Kind),
            });
        }

        return new JsonObject
        {
            ["month"] = month.ToString(),
            ["status"] = WireName.Of(usageBase.Status),
            ["sourceDigest"] = usage?.SourceDigest,
            ["lines"] = lines,
            ["base"] = EvidenceJson.Amount(usageBase.Amount),
        };
    }

    public static JsonObject Decision(MosDecision decision) => new()
    {
        ["decision"] = WireName.Of(decision.Decision),
        ["reason"] = WireName.Of(decision.Reason),
        ["mosStatus"] = WireName.Of(decision.Tier.Status),
        ["meanMos"] = decision.Tier.Display,
        ["row"] = decision.Tier.RowName,
        ["percent"] = decision.Percent,
        ["base"] = EvidenceJson.Amount(decision.Base),
        ["credit"] = Money.Format(decision.Credit),
        ["duplicateOf"] = decision.DuplicateOf,
    };

    public static JsonObject Ledger(ChainedEntry chained)
    {
        var entry = chained.Entry;
        return new JsonObject
        {
            ["entryId"] = entry.Id,
            ["accountId"] = entry.Claim.AccountId,
            ["unitId"] = entry.Claim.UnitId,
            ["componentId"] = entry.Claim.ComponentId,
            ["postingPeriod"] = entry.PostingPeriod.ToString(),
            ["serviceMonth"] = entry.Claim.ServiceMonth.ToString(),
            ["kind"] = WireName.Of(entry.Claim.Kind),
            ["amount"] = Money.Format(entry.Amount),
            ["policyVersion"] = entry.PolicyVersion,
            ["evidenceDigest"] = entry.EvidenceDigest,
            ["corrects"] = entry.Corrects,
            ["state"] = WireName.Of(entry.State),
            ["actor"] = entry.Actor,
            ["approver"] = entry.Approver,
            ["postedAt"] = EvidenceJson.Time(entry.PostedAt),
            ["sequence"] = chained.Sequence,
            ["previousHash"] = chained.PreviousHash,
            ["hash"] = chained.Hash,
        };
    }
}
