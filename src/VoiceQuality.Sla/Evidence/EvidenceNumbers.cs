using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.TollFree;

namespace VoiceQuality.Sla.Evidence;

/// <summary>
/// Stands for telephone numbers by their place in the order of digits, N1, N2 and so on: a bundle has no number, and
/// what was barred can be computed again all the same.
/// </summary>
internal sealed class EvidenceNumbers
{
    private readonly ImmutableArray<PhoneNumber> _numbers;

    public EvidenceNumbers(IEnumerable<PhoneNumber> numbers) =>
        _numbers = [.. numbers.Distinct().OrderBy(number => number.Digits)];

    public static EvidenceNumbers Of(EvidenceInputs inputs) => new(
        inputs.TollFree.Select(number => number.Number)
            .Concat(
                (inputs.Usage?.Lines ?? []).Where(line => line.Number is not null).Select(line => line.Number!.Value)));

    public string Name(PhoneNumber number) =>
        string.Create(CultureInfo.InvariantCulture, $"N{_numbers.IndexOf(number) + 1}");

    /// <summary>The number that stands for a name; null for null.</summary>
    public static PhoneNumber? Read(EvidenceNode node)
    {
        if (node.OptionalText() is not { } name)
        {
            return null;
        }

        return name.Length is > 1 and <= 10 && name[0] == 'N'
            && int.TryParse(name.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var place)
            && place > 0 && PhoneNumber.TryNormalize(name.Replace('N', '+'), out var number)
                ? number
                : throw node.Fault("the name of a number, such as N1,");
    }

    public JsonArray TollFree(ImmutableArray<TollFreeNumber> numbers, NodaTime.Instant asOf)
    {
        var items = new JsonArray();
        foreach (var number in numbers.OrderBy(one => one.Number.Digits)
            .ThenBy(one => one.ComponentId, StringComparer.Ordinal))
        {
            var eligibility = TollFreeEligibility.Of(number, asOf);
            items.Add(new JsonObject
            {
                ["number"] = Name(number.Number),
                ["componentId"] = number.ComponentId,
                ["tests"] = ArrayOf(number.Verifications.OrderBy(test => test.TestedAt), test => new JsonObject
                {
                    ["testedAt"] = EvidenceJson.Time(test.TestedAt),
                    ["result"] = WireName.Of(test.Result),
                }),
                ["campaignLaunches"] = ArrayOf(
                    number.CampaignLaunches.Order(), launch => JsonValue.Create(EvidenceJson.Time(launch))),
                ["problems"] = ArrayOf(number.Problems.OrderBy(problem => problem.KnownAt), problem => new JsonObject
                {
                    ["knownAt"] = EvidenceJson.Time(problem.KnownAt),
                    ["reportedAt"] = problem.ReportedAt is { } reported ? EvidenceJson.Time(reported) : null,
                }),
                ["reason"] = WireName.Of(eligibility.Reason),
            });
        }

        return items;
    }

    public static ImmutableArray<TollFreeNumber> ReadTollFree(EvidenceNode items) =>
    [
        .. items.Items().Select(item => new TollFreeNumber(
            Read(item.Member("number")) ?? throw item.Fault("a number"),
            item.Member("componentId").Text(),
            [
                .. item.Member("tests").Items().Select(test => new TollFreeVerification(
                    test.Member("testedAt").Time(), "", "", test.Member("result").Name<VerificationResult>())),
            ],
            [.. item.Member("campaignLaunches").Items().Select(launch => launch.Time())],
            [
                .. item.Member("problems").Items().Select(problem => new TollFreeProblem(
                    problem.Member("knownAt").Time(),
                    problem.Member("reportedAt") is { IsNull: false } reported ? reported.Time() : null)),
            ])),
    ];

    private static JsonArray ArrayOf<T>(IEnumerable<T> items, Func<T, JsonNode?> write)
    {
        var array = new JsonArray();
        foreach (var item in items)
        {
            array.Add(write(item));
        }

        return array;
    }
}
