using System.Collections.Immutable;
using System.Text.Json.Nodes;
using NodaTime;
using VoiceQuality.Sla.TollFree;

namespace VoiceQuality.Sla.Examples;

/// <summary>Operations of the area "toll-free" .</summary>
internal static class TollFreeExamples
{
    private const string NotInQuestion = "not in question";

    public static void Register(Dictionary<string, ExampleOperation> operations) =>
        operations.Add("toll_free.eligible", Eligible);

    private static JsonObject Eligible(ExampleInput input)
    {
        var number = input.Fields("number") ?? throw ExampleInput.Bad("number", "an object is expected");
        var eligibility = TollFreeEligibility.Of(
            new TollFreeNumber(
                default, NotInQuestion, VerificationsOf(number), LaunchesOf(number), ProblemsOf(number)),
            input.OptionalInstant("as_of"));
        return new JsonObject
        {
            ["eligible"] = eligibility.IsEligible,
            ["reason"] = WireName.Of(eligibility.Reason),
        };
    }

    private static ImmutableArray<Instant> LaunchesOf(ExampleInput number) =>
        number.OptionalInstant("campaign_launched_at") is { } launch ? [launch] : [];

    private static ImmutableArray<TollFreeVerification> VerificationsOf(ExampleInput number)
    {
        if (number.OptionalInstant("verified_at") is not { } at)
        {
            return [];
        }

        // A test without a result did not pass.
        var result = VerificationResult.Fail;
        if (number.OptionalText("verification_result") is { } text && !WireName.TryParse(text, out result))
        {
            throw ExampleInput.Bad("verification_result", "PASS or FAIL is expected");
        }

        return [new TollFreeVerification(at, NotInQuestion, NotInQuestion, result)];
    }

    // A problem is known when a field about a problem says something, and reported when one about its report does.
    private static ImmutableArray<TollFreeProblem> ProblemsOf(ExampleInput number)
    {
        var about = number.Names.Where(name => name.Contains("problem", StringComparison.Ordinal)).ToList();
        var isReported = about.Any(name => IsReport(name) && number.Says(name));
        var isKnown = about.Any(name => !IsReport(name) && number.Says(name));
        return isKnown && !isReported ? [new TollFreeProblem(Instant.MinValue, null)] : [];
    }

    private static bool IsReport(string name) =>
        name.Contains("report", StringComparison.Ordinal) || name.Contains("notif", StringComparison.Ordinal);
}
