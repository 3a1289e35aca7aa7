using System.Collections.Immutable;
using System.Text.Json.Nodes;
using NodaTime;
using NodaTime.Text;
using VoiceQuality.Sla.Outages;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Policies;

namespace VoiceQuality.Sla.Examples;

/// <summary>
/// Operations of the areas "outage-days", "outage-credit", "outage-request" and "stacking".
/// </summary>
internal static class OutageExamples
{
    public const string AnyAccount = "example";
    private const int MaxCredits = 1_000;

    public static void Register(Dictionary<string, ExampleOperation> operations, ContractPolicy policy)
    {
        operations.Add("outage.days", input => Days(input, policy));
        operations.Add("outage.credit", input => Credit(input, policy));
        operations.Add("outage.request", input => Request(input, policy));
        operations.Add("credit.stack", Stack);
    }

    private static JsonObject Days(ExampleInput input, ContractPolicy policy)
    {
        var dates = DatesOf(input, [], AnyAccount, input.Calendar(), policy);
        return new JsonObject
        {
            ["dates"] = new JsonArray([.. dates.Select(date => JsonValue.Create(LocalDatePattern.Iso.Format(date)))]),
            ["count"] = dates.Length,
        };
    }

    private static JsonObject Credit(ExampleInput input, ContractPolicy policy)
    {
        var statement = CreditOf(input, "components", input.Calendar(), policy);
        return new JsonObject
        {
            ["lines"] = new JsonArray([.. statement.Lines.Select(LineOf)]),
            ["total"] = Money.Format(statement.Total),
        };
    }

    /// <summary>
    /// The credit of an array of components, each with its MRC, what was billed, and its dates or failures.
    /// </summary>
    internal static OutageCreditStatement CreditOf(
        ExampleInput input, string name, AccountCalendar calendar, ContractPolicy policy)
    {
        var shared = input.Has("exclusions") ? input.Items("exclusions") : [];
        ComponentOutage[] components =
        [
            .. input.Items(name).Select(component => new ComponentOutage(
                component.Text("component"),
                MrcOf(component),
                ByMonth(component, "mrc_billed"),
                component.Has("failures")
                    ? [.. component.Dates("dates"),
                        .. DatesOf(component, shared, component.Text("component"), calendar, policy)]
                    : component.Dates("dates"),
                ByMonth(component, "already_posted")))
        ];
        return components.DistinctBy(component => component.ComponentId).Count() == components.Length
            ? OutageCredit.Calculate(components, calendar, policy)
            : throw ExampleInput.Bad(name, "a component occurs twice");
    }

    private static JsonNode LineOf(OutageCreditLine line)
    {
        var json = new JsonObject
        {
            ["component"] = line.ComponentId,
            ["month"] = line.Month.ToString(),
            ["days"] = line.Days,
            ["capped"] = line.IsCapped,
            ["credit"] = line.Credit is { } credit ? Money.Format(credit) : null,
        };

        if (line.Review is { } reason)
        {
            json["decision"] = WireName.Of(OutageRequestDecision.Review);
            json["reason"] = WireName.Of(reason);
        }

        return json;
    }

    private static JsonObject Request(ExampleInput input, ContractPolicy policy)
    {
        var calendar = input.Calendar();
        var outcome = OutageRequest.Decide(
            input.Items("failures").Select(failure => new RequestedFailure(
                failure.Text("id"), failure.Instant("first_arose"), MatchOf(failure))),
            input.Items("received").Select(ArrivalOf),
            calendar,
            policy);

        return new JsonObject
        {
            ["submitted_at"] = outcome.SubmittedAt is { } at ? InstantPattern.ExtendedIso.Format(at) : null,
            ["missing"] = new JsonArray([.. outcome.Missing.Select(element => JsonValue.Create(NameOf(element)))]),
            ["failures"] = new JsonArray([.. outcome.Failures.Select(failure => new JsonObject
            {
                ["failure"] = failure.FailureId,
                ["last_date"] = LocalDatePattern.Iso.Format(failure.LastDate),
                ["decision"] = WireName.Of(failure.Decision),
                ["reason"] = WireName.Of(failure.Reason),
            })]),
        };
    }

    private static JsonObject Stack(ExampleInput input)
    {
        var credits = input.Texts("credits");
        if (credits.Count > MaxCredits)
        {
            throw ExampleInput.Bad("credits", "too many");
        }

        return new JsonObject
        {
            ["total"] = Money.Format(CreditStack.TotalOf(credits.Select(text =>
                Money.TryParse(text, maxDecimals: 2, out var credit)
                    ? credit
                    : throw ExampleInput.Bad("credits", "whole cents are expected")))),
        };
    }

    private static ImmutableArray<LocalDate> DatesOf(
        ExampleInput input,
        IReadOnlyList<ExampleInput> sharedExclusions,
        string componentId,
        AccountCalendar calendar,
        ContractPolicy policy)
    {
        ComponentFailure[] failures = [.. input.Items("failures").Select(failure =>
        {
            var time = ExclusionInput.TimeOf(failure);
            return new ComponentFailure("", componentId, time.Start, time.End);
        })];
        var exclusions = input.Items("exclusions").Concat(sharedExclusions).Select(ExclusionInput.Read);
        return OutageAssessment.Of(failures, exclusions, AnyAccount, calendar, policy, Instant.MaxValue).Dates;
    }

    private static ComponentMrc MrcOf(ExampleInput component)
    {
        if (component.Says("usage_only"))
        {
            return ComponentMrc.UsageOnly;
        }

        var changes = component.Items("mrc");
        if (!component.Has("mrc") || changes.Any(change => !change.Has("amount")))
        {
            return ComponentMrc.UnsplitBundle;
        }

        // An empty list says that there is no recurring charge; a list that is missing says nothing.
        if (changes.Count == 0)
        {
            return ComponentMrc.UsageOnly;
        }

        try
        {
            return ComponentMrc.Of(changes.Select(change => new MrcChange(change.Date("from"), change.Decimal("amount"))));
        }
        catch (ArgumentException)
        {
            throw ExampleInput.Bad("mrc", "amounts of 0 or more, one for a date, are expected");
        }
    }

    private static Dictionary<ServiceMonth, decimal> ByMonth(ExampleInput component, string name)
    {
        var amounts = new Dictionary<ServiceMonth, decimal>();
        if (component.Fields(name) is { } fields)
        {
            foreach (var text in fields.Names)
            {
                if (!ServiceMonth.TryParse(text, out var month))
                {
                    throw ExampleInput.Bad(name, "a month is written yyyy-MM");
                }

                amounts[month] = fields.Decimal(text);
            }
        }

        return amounts;
    }

    private static RequestArrival ArrivalOf(ExampleInput received) => new(
        received.Instant("at"),
        [.. Enum.GetValues<RequestElement>().Where(element => received.Texts("fields").Contains(NameOf(element)))],
        IsWritten: received.Flag("in_writing", fallback: received.Flag("written", fallback: true)),
        IsPortal: received.Flag("portal", fallback: received.OptionalText("channel") is "PORTAL" or "portal"));

    private static FailureMatch MatchOf(ExampleInput failure) =>
        failure.Says("monitor_gap") ? FailureMatch.MonitorGap
        : failure.Flag("matched", fallback: true) ? FailureMatch.Measured
        : FailureMatch.NoMatch;

    private static string NameOf(RequestElement element) => WireName.Of(element).ToLowerInvariant();
}
