using VoiceQuality.Sla.Credits;
using VoiceQuality.Sla.Ledger;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.TollFree;
using VoiceQuality.Sla.Usage;

namespace VoiceQuality.Sla.Evidence;

/// <summary>A unit's month computed from what a decision depends on.</summary>
/// <param name="Calls">Sums of the days.</param>
/// <param name="BaseMonth">The month whose usage billing is the base .</param>
/// <param name="Bar">What the account's toll-free numbers bar as of the decision .</param>
/// <param name="Base">The usage billing.</param>
/// <param name="Month">Average, row, and what a claim is worth.</param>
public sealed record EvidenceMonth(
    UnitMonthCalls Calls, ServiceMonth BaseMonth, TollFreeBar Bar, UsageBase Base, MonthlyEligibility Month)
{
    /// <summary>Computes it.</summary>
    /// <exception cref="ArgumentException">The counts of a day or of the month contradict each other.</exception>
    public static EvidenceMonth Of(EvidenceInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        var calls = CallsOf(inputs);
        var baseMonth = MosCredit.BaseMonth(inputs.Month, inputs.ReceivedAt, inputs.Calendar, inputs.Policy);
        var bar = TollFreeBar.Of(inputs.TollFree, inputs.Policy, inputs.ReceivedAt);
        var usageBase = inputs.Usage is not { } usage ? UsageBase.Unknown : UsageBase.OfComplete(
            usage.Lines.Select(line => new UsageLine(
                inputs.AccountId, inputs.UnitId, baseMonth, line.Kind, line.Amount, line.Number)),
            baseMonth,
            bar.Numbers);
        var month = MonthlyEligibility.Of(
            inputs.Month, inputs.Calendar, calls, usageBase, inputs.ReceivedAt, inputs.Policy, bar.IsWholeAccount);
        return new EvidenceMonth(calls, baseMonth, bar, usageBase, month);
    }

    /// <summary>Digest of the facts that give the credit: sums, base, bounds and the reading of the contract.</summary>
    public string FactsOf(EvidenceInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        return FactsDigest.Of(
        [
            inputs.AccountId, inputs.UnitId, inputs.Month.ToString(),
            EvidenceJson.Count(Calls.AnsweredCount), EvidenceJson.Count(Calls.Mean.CallCount),
            EvidenceJson.Count(Calls.Mean.SumE4),
            WireName.Of(Base.Status), FactsDigest.Amount(Base.Amount), FactsDigest.Amount(Base.BarredAmount),
            FactsDigest.Amount(Month.CreditIfClaimed), inputs.Policy.Digest,
        ]);
    }

    private static UnitMonthCalls CallsOf(EvidenceInputs inputs)
    {
        var answered = 0L;
        var mean = default(MeanMos);
        foreach (var day in inputs.Days)
        {
            var ofDay = new MeanMos(day.SumE4, day.Scored);
            if (day.Scored > day.Answered)
            {
                throw new ArgumentException("On a day more calls were scored than answered.", nameof(inputs));
            }

            answered += day.Answered;
            mean = mean.Merge(ofDay);
        }

        return new UnitMonthCalls(answered, mean);
    }
}
