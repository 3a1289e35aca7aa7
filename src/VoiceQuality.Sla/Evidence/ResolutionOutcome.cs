using System.Collections.Immutable;
using System.Text.Json.Nodes;
using VoiceQuality.Sla.Credits;
using VoiceQuality.Sla.Ledger;
using VoiceQuality.Sla.Outages;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Policies;

namespace VoiceQuality.Sla.Evidence;

/// <summary>The amounts that follow from what a person decided; no amount is above its base.</summary>
public sealed record ResolutionOutcome
{
    /// <summary>Why it cannot be carried out; null when it can.</summary>
    public ResolutionRefusal? Refusal { get; private init; }

    /// <summary>
    /// US dollars that credit and goodwill together cannot exceed; null when not known or not looked at.
    /// </summary>
    public decimal? Base { get; private init; }

    /// <summary>US dollars that the rules give on the facts the person found.</summary>
    public decimal Credit { get; private init; }

    /// <summary>US dollars beyond that.</summary>
    public decimal Goodwill { get; private init; }

    /// <summary>The entries to add, in order.</summary>
    public ImmutableArray<ExpectedEntry> Entries { get; private init; } = [];

    /// <summary>What goodwill would be posted beside; null when it was not looked at.</summary>
    public ClaimKey? GoodwillBeside { get; private init; }

    internal JsonArray Arithmetic { get; private init; } = [];

    /// <summary>Computes it.</summary>
    public static ResolutionOutcome Of(ResolutionInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        return inputs.Decision == ResolutionDecision.Deny ? new ResolutionOutcome()
            : inputs.Mos is { } mos ? OfMos(inputs, mos)
            : OfOutage(inputs, inputs.Outage!);
    }

    private static ResolutionOutcome OfMos(ResolutionInputs inputs, EvidenceInputs mos)
    {
        var figures = EvidenceMonth.Of(mos);
        var tier = figures.Month.Tier;
        if (figures.Base.Amount is not { } usage)
        {
            return Refused(ResolutionRefusal.BaseUnknown);
        }

        int percent;
        if (tier.Status == MosStatus.Scored)
        {
            if (inputs.Percent is { } named && named != tier.Percent)
            {
                return Refused(ResolutionRefusal.PercentNotOfTheTable);
            }

            percent = figures.Bar.IsWholeAccount ? 0 : tier.Percent;
        }
        else if (inputs.Percent is not { } found)
        {
            return Refused(ResolutionRefusal.PercentMissing);
        }
        else if (found != 0 && mos.Policy.MosBounds.All(row => row.CreditPercent != found))
        {
            return Refused(ResolutionRefusal.PercentNotOfTheTable);
        }
        else
        {
            percent = found;
        }

        var credit = MosCredit.AmountOf(percent, usage);
        var key = new ClaimKey(mos.AccountId, mos.UnitId, mos.Month, LedgerEntryKind.MosCredit);
        var cap = Math.Max(0m, decimal.Round(usage, 2, MidpointRounding.ToZero));
        return Post(
            inputs, credit, cap, mos.Policy,
            [(key, Restatement.Of(inputs.History, credit), mos.Policy.Version)],
            [EvidenceArithmetic.Credit(percent, usage, credit)]);
    }

    private static ResolutionOutcome OfOutage(ResolutionInputs inputs, OutageSettlementInputs outage)
    {
        var claimed = OutageSettlement.Of(outage);
        var open = claimed.Items.SelectMany(item =>
            item.DatesToReview.Select(date => new GrantedDate(item.ComponentId, date))).ToHashSet();
        if (inputs.Dates.Any(date => !open.Contains(date)))
        {
            return Refused(ResolutionRefusal.DatesNotClaimed);
        }

        var lines = new List<OutageSettlementLine>();
        foreach (var facts in outage.Components.Where(facts => facts is { IsKnown: true, IsBarred: false }))
        {
            var granted = inputs.Dates.Where(date => date.ComponentId == facts.ComponentId).Select(date => date.Date)
                .ToList();
            var accepted = claimed.Items.Where(item => item.ComponentId == facts.ComponentId
                && item.FailureId is not null && item.Decision == OutageRequestDecision.Accepted).ToList();
            var months = OutageDays.Of(accepted.Select(item => item.Time!.Value), outage.Calendar).Concat(granted)
                .Select(date => OutageDays.MonthOf(date, outage.Calendar)).ToHashSet();
            var assessment = OutageLines.Assess(facts, accepted.Select(item => item.FailureId!), outage);
            lines.AddRange(OutageLines.Of(facts, assessment, facts.PersonDates.Union(granted), months, outage));
        }

        if (lines.Any(line => line.Restatement is null))
        {
            return Refused(ResolutionRefusal.BaseUnknown);
        }

        var credit = lines.Sum(line => line.PostedNow);
        var cap = lines.Sum(line => outage.Components
            .First(facts => facts.ComponentId == line.Line.ComponentId).MrcBilled.GetValueOrDefault(line.Line.Month));
        var posted = lines.Sum(line => Math.Max(0m, line.Line.AlreadyPosted));
        return Post(
            inputs, credit, Math.Max(0m, cap - posted), outage.PolicyAt(outage.AsOf),
            [.. lines.Select(line => (line.Claim, line.Restatement!, line.PolicyVersion))],
            [.. lines.Select(line => (JsonNode)OutageEvidenceWriter.Line(line, outage))]);
    }

    private static ResolutionOutcome Post(
        ResolutionInputs inputs,
        decimal credit,
        decimal cap,
        ContractPolicy policy,
        ImmutableArray<(ClaimKey Claim, Restatement Restatement, string PolicyVersion)> credits,
        ImmutableArray<JsonNode> steps)
    {
        if (inputs.Goodwill > 0 && policy.GoodwillCredits != GoodwillCredits.ByAPerson)
        {
            return Refused(ResolutionRefusal.GoodwillNotAllowed);
        }

        if (credit + inputs.Goodwill + Restatement.NetOf(inputs.GoodwillHistory) > cap)
        {
            return Refused(ResolutionRefusal.ExceedsBase);
        }

        var entries = credits.Where(one => one.Restatement.NewEntry is not null)
            .Select(one => new ExpectedEntry(one.Claim, one.Restatement.NewEntry!, one.PolicyVersion)).ToList();
        if (inputs.Goodwill > 0 && credits.Length > 0)
        {
            var key = credits[0].Claim with { Kind = LedgerEntryKind.GoodwillCredit };
            var goodwill = Restatement.Of(
                inputs.GoodwillHistory, Restatement.NetOf(inputs.GoodwillHistory) + inputs.Goodwill);
            entries.Add(new ExpectedEntry(key, goodwill.NewEntry!, policy.Version));
        }

        var beside = credits.Length > 0 ? credits[0].Claim : null;
        // A restated credit may be what was posted; granting a claim nothing would say nothing.
        return entries.Count == 0 && inputs.RestatementId is null
            ? new ResolutionOutcome { Refusal = ResolutionRefusal.NothingToGrant, GoodwillBeside = beside }
            : new ResolutionOutcome
            {
                GoodwillBeside = beside,
                Base = cap,
                Credit = credit,
                Goodwill = inputs.Goodwill,
                Entries = [.. entries],
                Arithmetic = [.. steps],
            };
    }

    private static ResolutionOutcome Refused(ResolutionRefusal refusal) => new() { Refusal = refusal };
}
