using System.Text.Json.Nodes;
using NodaTime.Text;

namespace VoiceQuality.Sla.Examples;

/// <summary>Operations of the area "period" .</summary>
internal static class PeriodExamples
{
    public static void Register(Dictionary<string, ExampleOperation> operations)
    {
        operations.Add("period.bounds", Bounds);
        operations.Add("period.of_call", OfCall);
    }

    private static JsonObject Bounds(ExampleInput input)
    {
        var period = input.Calendar().Bounds(input.Month("month"));
        return new JsonObject
        {
            ["start"] = InstantPattern.ExtendedIso.Format(period.Start),
            ["end"] = InstantPattern.ExtendedIso.Format(period.End),
            ["hours"] = period.Hours,
        };
    }

    private static JsonObject OfCall(ExampleInput input)
    {
        var (month, date) = input.Calendar().OfCall(input.Instant("answered_at"));
        return new JsonObject
        {
            ["month"] = month.ToString(),
            ["date"] = LocalDatePattern.Iso.Format(date),
        };
    }
}
