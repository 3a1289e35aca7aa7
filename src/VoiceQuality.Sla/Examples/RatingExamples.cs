using System.Text.Json;
using System.Text.Json.Nodes;
using NodaTime;
using NodaTime.Text;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Sla.Rating;

namespace VoiceQuality.Sla.Examples;

/// <summary>Operations of the areas "rating", "jurisdiction" and "surcharge" .</summary>
internal static class RatingExamples
{
    private const long MaxRun = 1_000_000_000_000;
    private const int MostIdsShown = 5;
    private const string AreaCodes = "npa_state";

    public static void Register(Dictionary<string, ExampleOperation> operations, ContractPolicy policy)
    {
        operations.Add("rating.billable", input => new JsonObject { ["billable_seconds"] = SecondsOf(input) });
        operations.Add("rating.rate", input => new JsonObject { ["rate"] = RateOf(input)?.ToString() });
        operations.Add("rating.charge", ChargeOf);
        operations.Add("rating.usage_total", UsageTotalOf);
        operations.Add("rating.jurisdiction", JurisdictionOf);
        operations.Add("rating.surcharge", input => Surcharge(input, policy));
    }

    internal static bool IsDomestic(ExampleInput call) => call.OptionalText("scope") switch
    {
        null or "DOMESTIC" or "TOLL_FREE" or "OUTBOUND_TOLL_FREE" or "INDETERMINATE" => true,
        "INTERNATIONAL" or "EXTENDED" => false,
        _ => throw ExampleInput.Bad("scope", "no such scope"),
    };

    /// <summary>Billable seconds; null for a call outside the country without a row of its deck .</summary>
    internal static long? SecondsOf(ExampleInput call)
    {
        var isAnswered = call.Flag("answered", fallback: true);
        var durationMs = call.OptionalWhole("duration_ms", BillableSeconds.MaxDurationMs)
            ?? (isAnswered ? throw ExampleInput.Bad("duration_ms", "a whole number of 0 or more is expected") : 0);
        if (!isAnswered || IsDomestic(call))
        {
            return BillableSeconds.Of(isAnswered, durationMs, BillingIncrement.Domestic);
        }

        return StepOf(call, "initial_s") is { } initial && StepOf(call, "increment_s") is { } increment
            ? BillableSeconds.Of(true, durationMs, new BillingIncrement(initial, increment))
            : null;
    }

    /// <summary>Number of identical calls: 1 unless "count" says otherwise.</summary>
    internal static long CountOf(ExampleInput call) => call.OptionalWhole("count", MaxRun) ?? 1;

    /// <summary>What the calls cost together; null when one of them cannot be rated.</summary>
    internal static Charge? ExactOf(IEnumerable<ExampleInput> calls)
    {
        var total = new UsageTotal();
        foreach (var call in calls)
        {
            if (SecondsOf(call) is not { } seconds || RateOf(call) is not { } rate)
            {
                if (!call.Flag("answered", fallback: true))
                {
                    continue;
                }

                return null;
            }

            total.Add(Charge.Of(rate, seconds, CountOf(call)));
        }

        return total.Exact;
    }

    /// <summary>The pattern and surcharge of the answered domestic calls.</summary>
    internal static SurchargeResult PatternOf(
        ExampleInput input, IEnumerable<ExampleInput> calls, ContractPolicy policy)
    {
        var pattern = new List<PatternCall>();
        foreach (var call in calls)
        {
            if (call.Flag("answered", fallback: true) && IsDomestic(call) && SecondsOf(call) is { } seconds)
            {
                var answeredAt = call.Instant("answered_at");
                var ids = new CallIds(call.Text("id"), call.OptionalWhole("count", MaxRun));
                var program = ProgramOf(input, call, answeredAt);
                pattern.Add(new PatternCall(ids, answeredAt, TierOf(call), program, seconds));
            }
        }

        return TierCSurcharge.Of(pattern, policy);
    }

    private static Rate? RateOf(ExampleInput input) => input.OptionalDecimal("rate") is not { } rate ? null
        : rate >= 0 ? Rate.Round(rate)
        : throw ExampleInput.Bad("rate", "0 or more is expected");

    private static int? StepOf(ExampleInput call, string name) =>
        call.OptionalWhole(name, BillingIncrement.MaxSeconds) switch
        {
            null => null,
            0 => throw ExampleInput.Bad(name, "1 or more is expected"),
            { } seconds => (int)seconds,
        };

    private static JsonObject ChargeOf(ExampleInput input)
    {
        var seconds = SecondsOf(input);
        var rate = RateOf(input);
        return new JsonObject
        {
            ["billable_seconds"] = seconds,
            ["rate"] = rate?.ToString(),
            ["charge_exact"] = seconds is { } known && rate is { } by
                ? Charge.Of(by, known, CountOf(input)).ToString()
                : null,
        };
    }

    private static JsonObject UsageTotalOf(ExampleInput input)
    {
        var exact = ExactOf(input.Items("calls"));
        return new JsonObject
        {
            ["total_exact"] = exact?.ToString(),
            ["line"] = exact is { } known ? Money.Format(known.RoundToCents()) : null,
        };
    }

    private static JsonObject JurisdictionOf(ExampleInput input)
    {
        var numbers = new HashSet<PhoneNumber>();
        foreach (var text in input.Texts("account_numbers"))
        {
            if (PartyNumber.Read(text).Number is { Digits: > 0 } number)
            {
                numbers.Add(number);
            }
        }

        var decision = JurisdictionRule.Decide(
            new JurisdictionInput(
                Named<CallDirection>(input, "direction"),
                Named<VoiceService>(input, "service"),
                PartyNumber.Read(input.OptionalText("ani")),
                PartyNumber.Read(input.OptionalText("dnis")),
                PartyNumber.Read(input.OptionalText("btn")),
                numbers),
            TableOf(input));

        return new JsonObject
        {
            ["jurisdiction"] = WireName.Of(decision.Jurisdiction),
            ["basis"] = decision.BasisText,
            ["rate"] = WireName.Of(decision.RateClass),
        };
    }

    private static AreaCodeTable? TableOf(ExampleInput input)
    {
        if (input.Fixtures.ValueKind != JsonValueKind.Object
            || !input.Fixtures.TryGetProperty(AreaCodes, out var codes)
            || codes.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var rows = codes.EnumerateObject().Select(code => KeyValuePair.Create(
            code.Name, code.Value.ValueKind == JsonValueKind.String ? code.Value.GetString()! : ""));
        return AreaCodeTable.TryCreate(AreaCodes, rows, out var table, out _)
            ? table
            : throw ExampleInput.Bad(AreaCodes, "not an area-code table");
    }

    private static JsonObject Surcharge(ExampleInput input, ContractPolicy policy)
    {
        var result = PatternOf(input, input.Items("calls"), policy);
        var answer = new JsonObject
        {
            ["domestic_calls"] = result.DomesticCalls,
            ["tier_c_calls"] = result.TierCCalls,
            ["allowance"] = result.Allowance,
            ["excess_calls"] = result.ExcessCalls,
            ["excess_seconds"] = result.ExcessSeconds,
            ["surcharge_exact"] = result.Total.ToString(),
            ["line"] = Money.Format(result.Total.RoundToCents()),
        };

        if (result.ExcessCalls <= MostIdsShown)
        {
            answer.Add("excess_ids", new JsonArray([.. result.ExcessIds().Select(id => JsonValue.Create(id))]));
        }

        return answer;
    }

    // A tier, or a category of the LERG table; neither means unknown.
    private static NetworkTier? TierOf(ExampleInput call)
    {
        var name = call.OptionalText("tier")?.ToUpperInvariant().Replace(' ', '_');
        return name is null or "" or "UNKNOWN" ? null
            : WireName.TryParse<NetworkTier>(name, out var tier) ? tier
            : WireName.TryParse<OcnCategory>(name, out var category)
                ? NetworkTiers.TierOf(category)
                : throw ExampleInput.Bad("tier", "no such tier");
    }

    /// <summary>The program at the answer: the call's own, else the last that began, else "program".</summary>
    private static PricingProgram ProgramOf(ExampleInput input, ExampleInput call, Instant answeredAt)
    {
        if (call.Has("program"))
        {
            return Named<PricingProgram>(call, "program");
        }

        PricingProgram? inForce = input.Has("program") ? Named<PricingProgram>(input, "program") : null;
        foreach (var change in input.Items("programs").OrderBy(change => BeginningOf(input, change)))
        {
            inForce = BeginningOf(input, change) <= answeredAt ? Named<PricingProgram>(change, "program") : inForce;
        }

        return inForce ?? throw ExampleInput.Bad("program", "no program in force at the answer of a call");
    }

    // A date begins at its first instant in the account's zone.
    private static Instant BeginningOf(ExampleInput input, ExampleInput change)
    {
        var date = LocalDatePattern.Iso.Parse(change.Text("from"));
        return !date.Success ? change.Instant("from")
            : TimeZones.TryGet(input.Text("time_zone"), out var zone) ? TimeZones.StartOfDay(date.Value, zone)
            : throw ExampleInput.Bad("time_zone", "no such zone");
    }

    private static TEnum Named<TEnum>(ExampleInput input, string name)
        where TEnum : struct, Enum =>
        WireName.TryParse<TEnum>(input.Text(name), out var value)
            ? value
            : throw ExampleInput.Bad(name, "no such name");
}
