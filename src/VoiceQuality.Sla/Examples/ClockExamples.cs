using System.Text.Json.Nodes;
using NodaTime;
using NodaTime.Text;
using VoiceQuality.Sla.Clocks;

namespace VoiceQuality.Sla.Examples;

/// <summary>Operations of the areas "breach" and "clocks" .</summary>
internal static class ClockExamples
{
    private const string Recorded = "recorded";

    private static readonly string[] Sent = ["notified", "sent", "reported", "filed"];

    public static void Register(Dictionary<string, ExampleOperation> operations)
    {
        operations.Add("clock.breach", Breach);
        operations.Add("clock.fcc_optin_failure", OptInFailure);
        operations.Add("clock.certification", Certification);
        operations.Add("clock.access_request", AccessRequest);
    }

    private static JsonObject Breach(ExampleInput input)
    {
        var notified = OptionalDate(input, "law_enforcement_notified");
        var breach = new Breach(
            input.Date("determined"),
            notified,
            HarmOf(input),
            HoldOf(input, notified),
            OptionalDate(input, "occurred"),
            OptionalDate(input, "closed"));
        var dates = BreachClock.DatesOf(breach, new BusinessCalendar(input.Dates("holidays")));

        var answer = new JsonObject { ["law_enforcement_deadline"] = Text(dates.LawEnforcementDeadline) };
        if (dates.LawEnforcementOnTime is { } onTime)
        {
            answer["law_enforcement_on_time"] = onTime;
        }

        answer["customers_earliest"] = dates.CustomersEarliest is { } earliest ? Text(earliest) : null;
        answer["retain_until_at_least"] = Text(dates.RetainUntilAtLeast);
        return answer;
    }

    // The flag alone stands for a complete record; a part of the record that is given empty is missing.
    private static IrreparableHarm? HarmOf(ExampleInput input)
    {
        var isComplete = input.Flag("irreparable_harm", fallback: false) && input.Names
            .Where(name => name.Contains("consult", StringComparison.Ordinal) || name.Contains("reason", StringComparison.Ordinal))
            .All(input.Says);
        return isComplete ? new IrreparableHarm(Recorded, Recorded) : null;
    }

    private static NoticeHold? HoldOf(ExampleInput input, LocalDate? notified)
    {
        // "Written direction attached": a hold without one binds nobody.
        if (input.Names.Any(name => name.Contains("direction", StringComparison.Ordinal) && !input.Says(name)))
        {
            return null;
        }

        foreach (var name in input.Names.Where(IsHold))
        {
            if (!input.Says(name))
            {
                continue;
            }

            if (input.IsText(name))
            {
                return new NoticeHold(input.Date(name), Recorded);
            }

            return name.EndsWith("days", StringComparison.Ordinal) && notified is { } from
                ? new NoticeHold(from.PlusDays((int)Math.Min(input.OptionalCount(name) ?? 0, 36_500)), Recorded)
                : HoldOf(input.Fields(name) ?? input, notified);
        }

        return null;
    }

    private static bool IsHold(string name) =>
        name.Contains("hold", StringComparison.Ordinal)
        || name.Contains("extend", StringComparison.Ordinal)
        || name.Contains("extension", StringComparison.Ordinal)
        || name.Contains("until", StringComparison.Ordinal)
        || name.Contains("delay", StringComparison.Ordinal);

    private static JsonObject OptInFailure(ExampleInput input)
    {
        var isAnomaly = input.Flag("anomaly", fallback: false) || !input.Flag("more_than_an_anomaly", fallback: true);
        var due = OptInFailureClock.Due(input.Date("discovered"), new BusinessCalendar(input.Dates("holidays")));
        var answer = new JsonObject { ["due"] = isAnomaly ? null : Text(due) };
        if (Sent.FirstOrDefault(input.Has) is { } name)
        {
            answer["on_time"] = isAnomaly || input.Date(name) <= due;
        }

        return answer;
    }

    private static JsonObject Certification(ExampleInput input)
    {
        var year = input.OptionalCount("reporting_year") is { } given and >= 1900 and <= 2199
            ? (int)given
            : throw ExampleInput.Bad("reporting_year", "1900 to 2199 is expected");
        var answer = new JsonObject { ["last_on_time_date"] = Text(CertificationClock.LastOnTimeDate(year)) };
        if (OptionalDate(input, "filed") is { } filed)
        {
            answer["on_time"] = CertificationClock.IsOnTime(year, filed);
        }

        return answer;
    }

    private static JsonObject AccessRequest(ExampleInput input)
    {
        var answer = AccessRequestClock.Decide(
            input.Date("received"),
            WireName.TryParse<ProviderRole>(input.Text("role_of_provider"), out var role)
                ? role
                : throw ExampleInput.Bad("role_of_provider", "CONTROLLER or PROCESSOR is expected"),
            input.Text("requester") == "CONTROLLER" ? AccessRequester.Controller : AccessRequester.Individual);
        return new JsonObject
        {
            ["decision"] = WireName.Of(answer.Decision),
            ["due"] = answer.Due is { } due ? Text(due) : null,
        };
    }

    private static LocalDate? OptionalDate(ExampleInput input, string name) => input.Has(name) ? input.Date(name) : null;

    private static string Text(LocalDate date) => LocalDatePattern.Iso.Format(date);
}
