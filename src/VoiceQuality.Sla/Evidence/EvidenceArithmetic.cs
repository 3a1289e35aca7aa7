using System.Globalization;
using System.Text.Json.Nodes;
using VoiceQuality.Sla.Credits;
using VoiceQuality.Sla.Usage;

namespace VoiceQuality.Sla.Evidence;

/// <summary>The way from the days to the credit, one step at a time, as numbers and as a sentence.</summary>
internal static class EvidenceArithmetic
{
    public static JsonArray Of(EvidenceInputs inputs, EvidenceMonth figures, MosDecision decision)
    {
        var steps = new JsonArray { Time(inputs, figures.Month) };
        AddMonth(steps, inputs, figures);
        if (decision is { Decision: CreditDecision.Granted, Base: { } known })
        {
            steps.Add(Credit(decision.Percent, known, decision.Credit));
        }

        return steps;
    }

    /// <summary>The steps from the days to the row and the base.</summary>
    public static void AddMonth(JsonArray steps, EvidenceInputs inputs, EvidenceMonth figures)
    {
        var month = figures.Month;
        steps.Add(Totals(inputs, month.Calls));
        if (month.Tier.Status == MosStatus.Scored)
        {
            steps.Add(Mean(month.Calls.Mean, month.Tier));
            AddRows(steps, inputs, month.Calls.Mean);
        }

        if (inputs.Usage is { } usage && figures.Base.Amount is { } amount)
        {
            steps.Add(Base(usage, figures, amount));
        }
    }

    /// <summary>The step from the base to the credit.</summary>
    public static JsonObject Credit(int percent, decimal usageBase, decimal credit)
    {
        var exact = usageBase * percent / 100m;
        return new JsonObject
        {
            ["step"] = "credit",
            ["text"] = string.Create(
                CultureInfo.InvariantCulture,
                $"{percent} % of {Money.Format(usageBase)} = {Money.Format(exact)}; rounded once to cents, "
                + $"half away from zero, and at most the base: {Money.Format(credit)}."),
            ["percent"] = percent,
            ["exact"] = Money.Format(exact),
            ["credit"] = Money.Format(credit),
        };
    }

    private static JsonObject Time(EvidenceInputs inputs, MonthlyEligibility month)
    {
        var (received, end, before) = (
            EvidenceJson.Time(inputs.ReceivedAt),
            EvidenceJson.Time(month.Period.End),
            EvidenceJson.Time(month.ClaimBefore));
        var window = WireName.Of(month.ClaimWindow);
        return new JsonObject
        {
            ["step"] = "time",
            ["text"] = $"Received {received}; a claim is in time from {end} and before {before}: {window}.",
            ["window"] = window,
        };
    }

    private static JsonObject Totals(EvidenceInputs inputs, UnitMonthCalls calls) => new()
    {
        ["step"] = "totals",
        ["text"] = string.Create(
            CultureInfo.InvariantCulture,
            $"{inputs.Days.Length} days add up to {calls.AnsweredCount} answered calls, {calls.Mean.CallCount} of them "
            + $"scored with {calls.Mean.SumE4} ten-thousandths of a MOS point."),
        ["days"] = inputs.Days.Length,
        ["answered"] = calls.AnsweredCount,
        ["scored"] = calls.Mean.CallCount,
        ["sumE4"] = calls.Mean.SumE4,
    };

    private static JsonObject Mean(MeanMos mean, MosTier tier) => new()
    {
        ["step"] = "mean",
        ["text"] = string.Create(
            CultureInfo.InvariantCulture,
            $"{mean.SumE4} / {mean.CallCount} / 10000, cut to three decimals: {tier.Display}."),
        ["numeratorE4"] = mean.SumE4,
        ["denominator"] = mean.CallCount,
        ["shown"] = tier.Display,
    };

    // The rows from worst to best up to the one that applies; all of them where none does.
    private static void AddRows(JsonArray steps, EvidenceInputs inputs, MeanMos mean)
    {
        foreach (var row in inputs.Policy.MosBounds)
        {
            var isBelow = mean.IsBelow(row.UpperBoundE4);
            var product = (decimal)row.UpperBoundE4 * mean.CallCount;
            steps.Add(new JsonObject
            {
                ["step"] = "row",
                ["text"] = string.Create(
                    CultureInfo.InvariantCulture,
                    $"{mean.SumE4} < {row.UpperBoundE4} * {mean.CallCount} = {product} is "
                    + $"{(isBelow ? "true" : "false")}: row {row.RowName} at {row.CreditPercent} % {(isBelow ? "applies" : "does not apply")}."),
                ["row"] = row.RowName,
                ["boundE4"] = row.UpperBoundE4,
                ["productE4"] = product,
                ["percent"] = row.CreditPercent,
                ["applies"] = isBelow,
            });
            if (isBelow)
            {
                return;
            }
        }
    }

    private static JsonObject Base(EvidenceUsage usage, EvidenceMonth figures, decimal amount)
    {
        var count = usage.Lines.Count(line => UsageBase.Includes(line.Kind)
            && (line.Number is not { } number || !figures.Bar.Numbers.Contains(number)));
        return new JsonObject
        {
            ["step"] = "base",
            ["text"] = string.Create(
                CultureInfo.InvariantCulture,
                $"{count} of {usage.Lines.Length} lines are usage and add up to {Money.Format(amount)}."),
            ["lines"] = count,
            ["base"] = Money.Format(amount),
        };
    }
}
