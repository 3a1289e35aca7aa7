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

    /// <summary>Policy, calendar, calls, toll-free numbers and usage of a unit's month.</summary>
    public static void AddMonth(JsonObject evidence, EvidenceInputs inputs, EvidenceMonth figures)
    {
        evidence["policy"] = Policy(inputs.Policy);
        evidence["calendar"] = Calendar(inputs, figures.Month);
        evidence["calls"] = Calls(inputs, figures.Calls);
        if (inputs.FormatVersion >= 2)
        {
            evidence["tollFree"] = TollFree(inputs, figures);
        }

        evidence["usage"] = Usage(inputs, figures);
    }

    public static JsonObject Policy(ContractPolicy policy) => new()
    {
        ["version"] = policy.Version,
        ["digest"] = policy.Digest,
        ["text"] = policy.CanonicalText,
    };

    public static JsonArray Changes(AccountCalendar calendar)
    {
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

        return changes;
    }

    public static string FirstZone(AccountCalendar calendar) => calendar.ZoneOf(FirstMonth).Id;

    public static int FirstBillingDay(AccountCalendar calendar) => calendar.BillingDayOf(FirstMonth);

    private static JsonObject Calendar(EvidenceInputs inputs, MonthlyEligibility month)
    {
        var calendar = inputs.Calendar;
        return new JsonObject
        {
            ["timeZone"] = FirstZone(calendar),
            ["billingDay"] = FirstBillingDay(calendar),
            ["changes"] = Changes(calendar),
            ["tzdbVersion"] = inputs.TimeZoneDatabaseVersion,
            ["periodStart"] = EvidenceJson.Time(month.Period.Start),
            ["periodEnd"] = EvidenceJson.Time(month.Period.End),
            ["claimBefore"] = EvidenceJson.Time(month.ClaimBefore),
            ["closesAt"] = EvidenceJson.Time(month.ClosesAt),
            ["monthState"] = WireName.Of(month.State),
            ["assessmentVersion"] = inputs.AssessmentVersion,
        };
    }

    private static JsonObject Calls(EvidenceInputs inputs, UnitMonthCalls calls)
    {
        var days = new JsonArray();
        foreach (var day in inputs.Days)
        {
            var item = new JsonObject
            {
                ["date"] = EvidenceJson.DatePattern.Format(day.Date),
                ["answered"] = day.Answered,
                ["scored"] = day.Scored,
                ["sumE4"] = day.SumE4,
            };
            if (inputs.FormatVersion >= 2)
            {
                item["callsOnFile"] = day.CallsOnFile;
                item["counterDigest"] = day.CounterDigest;
            }

            days.Add(item);
        }

        return new JsonObject
        {
            ["days"] = days,
            ["answered"] = calls.AnsweredCount,
            ["scored"] = calls.Mean.CallCount,
            ["sumE4"] = calls.Mean.SumE4,
        };
    }

    private static JsonObject TollFree(EvidenceInputs inputs, EvidenceMonth figures) => new()
    {
        ["referenceDigest"] = inputs.ReferenceDigest,
        ["numbers"] = EvidenceNumbers.Of(inputs).TollFree(inputs.TollFree, inputs.ReceivedAt),
        ["isWholeAccountBarred"] = figures.Bar.IsWholeAccount,
    };

    private static JsonObject Usage(EvidenceInputs inputs, EvidenceMonth figures)
    {
        var numbers = EvidenceNumbers.Of(inputs);
        var lines = new JsonArray();
        foreach (var line in inputs.Usage?.Lines ?? [])
        {
            var isBarred = line.Number is { } barred && figures.Bar.Numbers.Contains(barred);
            var item = new JsonObject
            {
                ["kind"] = WireName.Of(line.Kind),
                ["amount"] = Money.Format(line.Amount),
                ["isInBase"] = UsageBase.Includes(line.Kind) && !isBarred,
            };
            if (inputs.FormatVersion >= 2)
            {
                item["number"] = line.Number is { } number ? numbers.Name(number) : null;
                item["isBarred"] = isBarred;
            }

            lines.Add(item);
        }

        var section = new JsonObject
        {
            ["month"] = figures.BaseMonth.ToString(),
            ["status"] = WireName.Of(figures.Base.Status),
            ["sourceDigest"] = inputs.Usage?.SourceDigest,
            ["lines"] = lines,
            ["base"] = EvidenceJson.Amount(figures.Base.Amount),
        };
        if (inputs.FormatVersion >= 2)
        {
            section["barred"] = EvidenceJson.Amount(figures.Base.BarredAmount);
        }

        return section;
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
