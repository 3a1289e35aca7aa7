using System.Text.Json.Nodes;
using VoiceQuality.Quality;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Credits;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Sla.Usage;

namespace VoiceQuality.Sla.Examples;

/// <summary>Operations of the areas "mos-tier", "mos-mean" and "mos-credit" .</summary>
internal static class MosExamples
{
    private const string AnyAccount = "example";

    // A claim of an example is a repeat when a field with one of these in its name says something of its month.
    private static readonly string[] EarlierDecision =
        ["already", "previous", "prior", "earlier", "existing", "first_", "duplicate", "decided", "decision", "repeat"];

    public static void Register(Dictionary<string, ExampleOperation> operations, ContractPolicy policy)
    {
        operations.Add("mos.tier", input => Tier(input, policy));
        operations.Add("mos.mean", input => Mean(input, policy));
        operations.Add("mos.credit", input => Credit(input, policy));
    }

    private static JsonObject Tier(ExampleInput input, ContractPolicy policy)
    {
        var tier = MosTier.ForMean(input.OptionalDecimal("mean"), policy.MosBounds);
        return new JsonObject
        {
            ["status"] = WireName.Of(tier.Status),
            ["percent"] = tier.Percent,
            ["row"] = tier.RowName,
            ["display"] = tier.Display,
        };
    }

    private static JsonObject Mean(ExampleInput input, ContractPolicy policy)
    {
        var calls = CallsOf(input);
        var tier = MosTier.ForMonth(calls.AnsweredCount, calls.Mean, policy.MosBounds);
        return new JsonObject
        {
            ["calls"] = calls.AnsweredCount,
            ["scored"] = calls.Mean.CallCount,
            ["unscored"] = calls.UnscoredCount,
            ["status"] = WireName.Of(tier.Status),
            ["display"] = tier.Display,
            ["percent"] = tier.Percent,
        };
    }

    private static JsonObject Credit(ExampleInput input, ContractPolicy policy)
    {
        var calendar = input.Calendar();
        var month = input.Month("measured_month");
        var requestedAt = input.Instant("requested_at");
        var baseMonth = MosCredit.BaseMonth(month, requestedAt, calendar, policy);
        var decision = MosCredit.Decide(
            new MosClaim(
                month, requestedAt, calendar, TierOfClaim(input, policy), BaseOf(input, month, baseMonth),
                FirstDecisionOf(input, month)),
            policy);

        return new JsonObject
        {
            ["decision"] = WireName.Of(decision.Decision),
            ["reason"] = WireName.Of(decision.Reason),
            ["percent"] = decision.Percent,
            ["base"] = decision.Base is { } amount ? Money.Format(amount) : null,
            ["credit"] = Money.Format(decision.Credit),
        };
    }

    /// <summary>
    /// Answered calls and their scores. A call with a stream that is no MOS counts as unscored.
    /// </summary>
    internal static UnitMonthCalls CallsOf(ExampleInput input)
    {
        var answered = 0L;
        var mean = default(MeanMos);

        foreach (var call in input.Items("calls"))
        {
            if (!call.Flag("answered", fallback: true))
            {
                continue;
            }

            var count = call.OptionalCount("count") ?? 1;
            answered += count;
            if (ScoreOf(call) is { } scoreE4)
            {
                mean = mean.Merge(new MeanMos(scoreE4 * count, count));
            }
        }

        return new UnitMonthCalls(answered, mean);
    }

    internal static int? ScoreOf(ExampleInput call)
    {
        if (call.OptionalDecimal("mos") is { } stored)
        {
            return CallMos.ToE4(stored);
        }

        StreamMos[] streams = [.. call.Items("streams").Where(stream => stream.Has("mos")).Select(StreamOf)];
        var result = CallMos.Evaluate(streams);
        return result.Status == CallMosStatus.Scored ? result.ScoreE4 : null;
    }

    private static StreamMos StreamOf(ExampleInput stream) => new(
        stream.Text("direction") switch
        {
            "in" => MediaDirection.FromCaller,
            "out" => MediaDirection.FromCallee,
            _ => throw ExampleInput.Bad("direction", "in or out is expected"),
        },
        stream.Decimal("mos"),
        stream.Quantity("seconds"));

    private static MosTier TierOfClaim(ExampleInput input, ContractPolicy policy) => input.Has("mean")
        ? MosTier.ForMean(input.OptionalDecimal("mean"), policy.MosBounds)
        : input.OptionalCount("calls") is { } calls
            ? MosTier.ForMonth(calls, default, policy.MosBounds)
            : MosTier.ForMean((decimal?)null, policy.MosBounds);

    private static UsageBase BaseOf(ExampleInput input, ServiceMonth measured, ServiceMonth baseMonth)
    {
        if (input.OptionalDecimal("usage_billing") is { } amount)
        {
            return UsageBase.Known(amount);
        }

        if (!input.Has("billing_lines"))
        {
            return UsageBase.Unknown;
        }

        var barred = new HashSet<PhoneNumber>();
        foreach (var number in input.Texts("unverified_toll_free"))
        {
            barred.Add(NumberOf("unverified_toll_free", number));
        }

        var lines = new List<UsageLine>();
        foreach (var line in input.Items("billing_lines"))
        {
            var month = line.Has("month") ? line.Month("month") : measured;
            var number = line.OptionalText("number") is { } text ? NumberOf("number", text) : (PhoneNumber?)null;
            var name = line.Text("kind");

            if (WireName.TryParse<ChargeKind>(name, out var kind))
            {
                lines.Add(new UsageLine(AnyAccount, AnyAccount, month, kind, line.Decimal("amount"), number));
            }
            else if (name.StartsWith("USAGE_", StringComparison.Ordinal))
            {
                // What is not usage never enters the base, so only an unknown usage leaves it in doubt.
                throw ExampleInput.Bad("kind", "no such kind of usage");
            }
        }

        return UsageBase.OfComplete(lines, baseMonth, barred);
    }

    private static PhoneNumber NumberOf(string field, string text) =>
        PhoneNumber.TryNormalize(text, out var number) ? number : throw ExampleInput.Bad(field, "not a number");

    private static string? FirstDecisionOf(ExampleInput input, ServiceMonth month) => input.Names.FirstOrDefault(name =>
        EarlierDecision.Any(word => name.Contains(word, StringComparison.Ordinal))
        && input.Says(name)
        && input.Concerns(name, month));
}
