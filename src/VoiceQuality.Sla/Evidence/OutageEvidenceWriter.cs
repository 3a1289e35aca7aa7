using System.Text.Json.Nodes;
using NodaTime;
using VoiceQuality.Sla.Outages;

namespace VoiceQuality.Sla.Evidence;

/// <summary>The sections of an outage decision's evidence.</summary>
internal static class OutageEvidenceWriter
{
    /// <summary>What the decision depends on.</summary>
    public static void AddInputs(JsonObject sections, OutageSettlementInputs inputs)
    {
        sections["claim"] = new JsonObject
        {
            ["claimId"] = inputs.ClaimId,
            ["accountId"] = inputs.AccountId,
            ["decidedAt"] = EvidenceJson.Time(inputs.AsOf),
            ["messages"] = ArrayOf(inputs.Messages, message => new JsonObject
            {
                ["receivedAt"] = EvidenceJson.Time(message.At),
                ["failures"] = ArrayOf(message.Items, Item),
            }),
        };
        if (inputs.IsOneFailureAnItem)
        {
            sections["claim"]!["isOneFailureAnItem"] = true;
        }

        sections["policies"] = ArrayOf(inputs.Policies, policy =>
        {
            var section = EvidenceSections.Policy(policy.Policy);
            section["from"] = policy.From.ToString();
            return section;
        });
        sections["calendar"] = new JsonObject
        {
            ["timeZone"] = EvidenceSections.FirstZone(inputs.Calendar),
            ["billingDay"] = EvidenceSections.FirstBillingDay(inputs.Calendar),
            ["changes"] = EvidenceSections.Changes(inputs.Calendar),
            ["tzdbVersion"] = inputs.TimeZoneDatabaseVersion,
        };
        sections["referenceData"] = new JsonObject { ["digest"] = inputs.ReferenceDigest };
        sections["components"] = ArrayOf(inputs.Components, Component);
    }

    public static JsonArray Items(OutageSettlement settlement) => ArrayOf(settlement.Items, item => new JsonObject
    {
        ["failure"] = item.Item,
        ["componentId"] = item.ComponentId,
        ["failureId"] = item.FailureId,
        ["time"] = item.Time is { } time ? Time(time) : null,
        ["lastDate"] = item.LastDate is { } last ? EvidenceJson.DatePattern.Format(last) : null,
        ["decision"] = WireName.Of(item.Decision),
        ["reason"] = WireName.Of(item.Reason),
        ["datesToReview"] = Dates(item.DatesToReview),
    });

    public static JsonObject Assessment(OutageComponentAssessment component) => new()
    {
        ["componentId"] = component.ComponentId,
        ["failed"] = ArrayOf(component.Assessment.Failed, Time),
        ["exclusions"] = ArrayOf(component.Assessment.Exclusions, decision => new JsonObject
        {
            ["applies"] = decision.Applies,
            ["refusal"] = WireName.Of(decision.Refusal),
            ["takesOut"] = decision.Time is { } time ? Time(time) : null,
        }),
        ["remaining"] = ArrayOf(component.Assessment.Remaining, Time),
        ["dates"] = Dates(component.Assessment.Dates),
    };

    /// <summary>Each component and month: the days, what each earns, the cap, and what was posted before.</summary>
    public static JsonObject Line(OutageSettlementLine line, OutageSettlementInputs inputs)
    {
        var facts = inputs.Components.First(component => component.ComponentId == line.Line.ComponentId);
        var days = ArrayOf(line.Dates, date => new JsonObject
        {
            ["date"] = EvidenceJson.DatePattern.Format(date),
            ["mrc"] = EvidenceJson.Amount(facts.Mrc?.InForceOn(date)),
        });
        var mrcOfDays = facts.Mrc is { } mrc && line.Line.TotalSoFar is not null
            ? line.Dates.Sum(date => mrc.InForceOn(date) ?? 0m)
            : (decimal?)null;
        var earned = mrcOfDays / OutageCredit.DaysOfMrc;
        var billed = facts.MrcBilled.TryGetValue(line.Line.Month, out var known) ? known : (decimal?)null;
        var text = line.Line.TotalSoFar is { } total
            ? $"{EvidenceJson.Count(line.Line.Days)} days: {Money.Format(mrcOfDays ?? 0m)} / 30, rounded once to cents, "
                + $"half away from zero, at most {(billed is { } cap ? Money.Format(cap) : "0.00")} billed: "
                + $"{Money.Format(total)}; posted before {Money.Format(line.Line.AlreadyPosted)}."
            : $"A person decides: {WireName.Of(OutageLines.ReasonOf(line.Line))}.";
        return new JsonObject
        {
            ["componentId"] = line.Line.ComponentId,
            ["month"] = line.Line.Month.ToString(),
            ["text"] = text,
            ["days"] = days,
            ["mrcOfDays"] = EvidenceJson.Amount(mrcOfDays),
            ["earned"] = EvidenceJson.Amount(earned is { } exact ? Money.RoundToCents(exact) : null),
            ["mrcBilled"] = EvidenceJson.Amount(billed),
            ["isCapped"] = line.Line.IsCapped,
            ["totalSoFar"] = EvidenceJson.Amount(line.Line.TotalSoFar),
            ["postedBefore"] = Money.Format(line.Line.AlreadyPosted),
            ["review"] = WireName.Of(line.Line.Review),
            ["entry"] = LedgerHistory.Entry(line.Restatement),
        };
    }

    public static JsonArray Dates(IEnumerable<LocalDate> dates) =>
        ArrayOf(dates, date => JsonValue.Create(EvidenceJson.DatePattern.Format(date)));

    public static JsonArray ArrayOf<T>(IEnumerable<T> items, Func<T, JsonNode?> write)
    {
        var array = new JsonArray();
        foreach (var item in items)
        {
            array.Add(write(item));
        }

        return array;
    }

    private static JsonObject Item(OutageItem item) => new()
    {
        ["componentId"] = item.ComponentId,
        ["date"] = item.Date is { } date ? EvidenceJson.DatePattern.Format(date) : null,
        ["begin"] = item.Begin is { } begin ? EvidenceJson.LocalTimePattern.Format(begin) : null,
        ["end"] = item.End is { } end ? EvidenceJson.LocalTimePattern.Format(end) : null,
        ["isOngoing"] = item.IsOngoing,
    };

    private static JsonObject Component(ComponentFacts facts) => new()
    {
        ["componentId"] = facts.ComponentId,
        ["unitId"] = facts.UnitId,
        ["isKnown"] = facts.IsKnown,
        ["isBarred"] = facts.IsBarred,
        ["mrc"] = facts.Mrc is { } mrc
            ? new JsonObject
            {
                ["basis"] = WireName.Of(mrc.Basis),
                ["amounts"] = ArrayOf(mrc.Changes, change => new JsonObject
                {
                    ["from"] = EvidenceJson.DatePattern.Format(change.From),
                    ["amount"] = Money.Format(change.Amount),
                }),
            }
            : null,
        ["mrcBilled"] = ArrayOf(facts.MrcBilled, month => new JsonObject
        {
            ["month"] = month.Key.ToString(),
            ["amount"] = Money.Format(month.Value),
        }),
        ["failures"] = ArrayOf(facts.Failures, measured => new JsonObject
        {
            ["failureId"] = measured.Failure.Id,
            ["start"] = EvidenceJson.Time(measured.Failure.Start),
            ["end"] = measured.Failure.End is { } end ? EvidenceJson.Time(end) : null,
            ["cause"] = WireName.Of(measured.Failure.Cause),
            ["unknown"] = ArrayOf(measured.Failure.Unknown, Time),
            ["observationDigest"] = measured.ObservationDigest,
        }),
        ["gaps"] = ArrayOf(facts.Gaps, Time),
        ["exclusions"] = ArrayOf(facts.Exclusions, Exclusion),
        ["acceptedBefore"] = ArrayOf(facts.AcceptedBefore, accepted => new JsonObject
        {
            ["failureId"] = accepted.FailureId,
            ["time"] = Time(accepted.Time),
        }),
        ["personDates"] = Dates(facts.PersonDates),
        ["posted"] = ArrayOf(facts.Posted, month => new JsonObject
        {
            ["month"] = month.Key.ToString(),
            ["entries"] = LedgerHistory.Write(month.Value),
        }),
    };

    private static JsonObject Exclusion(RecordedExclusion recorded)
    {
        var exclusion = recorded.Exclusion;
        return new JsonObject
        {
            ["exclusionId"] = recorded.Id,
            ["cause"] = WireName.Of(exclusion.Cause),
            ["time"] = Time(exclusion.Time),
            ["evidence"] = ArrayOf(exclusion.Evidence, reference => JsonValue.Create(reference)),
            ["author"] = exclusion.Author,
            ["approvedBy"] = exclusion.ApprovedBy,
            ["recordedAt"] = exclusion.RecordedAt is { } at ? EvidenceJson.Time(at) : null,
            ["notice"] = exclusion.Notice is { } notice
                ? new JsonObject
                {
                    ["accountId"] = notice.AccountId,
                    ["sentAt"] = EvidenceJson.Time(notice.SentAt),
                    ["sendRecord"] = notice.SendRecord,
                    ["window"] = Time(notice.Window),
                }
                : null,
            ["isProvidersCarrier"] = exclusion.IsProvidersCarrier,
            ["legalApprover"] = exclusion.LegalApprover,
            ["textReference"] = exclusion.TextReference,
        };
    }

    private static JsonObject Time(Interval interval) => new()
    {
        ["start"] = EvidenceJson.Time(interval.Start),
        ["end"] = interval.HasEnd ? EvidenceJson.Time(interval.End) : null,
    };
}
