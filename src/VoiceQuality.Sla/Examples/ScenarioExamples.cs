using System.Text.Json.Nodes;
using VoiceQuality.Sla.Credits;
using VoiceQuality.Sla.Outages;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Sla.Rating;

namespace VoiceQuality.Sla.Examples;

/// <summary>The operation of the area "scenario": one unit's month from calls to credits.</summary>
internal static class ScenarioExamples
{
    public static void Register(Dictionary<string, ExampleOperation> operations, ContractPolicy policy) =>
        operations.Add("scenario.month", input => Month(input, policy));

    private static JsonObject Month(ExampleInput input, ContractPolicy policy)
    {
        var calendar = input.Calendar();
        var month = input.Month("month");
        var period = calendar.Bounds(month);

        // A call belongs to the month of its answer; one that was not answered is neither usage nor scored.
        List<ExampleInput> calls =
        [
            .. input.Items("calls").Where(call =>
                call.Flag("answered", fallback: true) && period.Contains(call.Instant("answered_at"))),
        ];
        var domestic = LineOf(calls.Where(RatingExamples.IsDomestic));
        var international = LineOf(calls.Where(call => !RatingExamples.IsDomestic(call)));
        var surcharge = RatingExamples.PatternOf(input, calls, policy).Total.RoundToCents();

        // The sum of the lines as billed; unknown when one of them is.
        var usage = domestic + international + surcharge;
        var tier = TierOf(calls, policy);
        var mosCredit = usage is { } known ? MosCredit.AmountOf(tier.Percent, known) : (decimal?)null;
        var outageCredit = OutageCreditOf(input, calendar, month, policy);

        return new JsonObject
        {
            ["domestic_line"] = TextOf(domestic),
            ["international_line"] = TextOf(international),
            ["surcharge_line"] = Money.Format(surcharge),
            ["mos_base"] = TextOf(usage),
            ["mos_display"] = tier.Display,
            ["mos_percent"] = tier.Percent,
            ["mos_credit"] = TextOf(mosCredit),
            ["outage_credit"] = TextOf(outageCredit),
            ["total_credit"] = mosCredit is { } mos && outageCredit is { } outage
                ? Money.Format(CreditStack.TotalOf([mos, outage]))
                : null,
        };
    }

    private static decimal? LineOf(IEnumerable<ExampleInput> calls) => RatingExamples.ExactOf(calls)?.RoundToCents();

    private static MosTier TierOf(IEnumerable<ExampleInput> calls, ContractPolicy policy)
    {
        var answered = 0L;
        var mean = default(MeanMos);
        foreach (var call in calls)
        {
            var count = RatingExamples.CountOf(call);
            answered += count;
            if (MosExamples.ScoreOf(call) is { } scoreE4)
            {
                mean = mean.Merge(new MeanMos(scoreE4 * count, count));
            }
        }

        return MosTier.ForMonth(answered, mean, policy.MosBounds);
    }

    // Days of failure in other months are credited in theirs.
    private static decimal? OutageCreditOf(
        ExampleInput input, AccountCalendar calendar, ServiceMonth month, ContractPolicy policy)
    {
        List<OutageCreditLine> lines =
        [
            .. OutageExamples.CreditOf(input, "outages", calendar, policy).Lines.Where(line => line.Month == month),
        ];
        return lines.Any(line => line.Credit is null) ? null : lines.Sum(line => line.Credit ?? 0);
    }

    private static string? TextOf(decimal? amount) => amount is { } known ? Money.Format(known) : null;
}
