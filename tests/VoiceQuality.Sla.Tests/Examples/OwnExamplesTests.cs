using System.Text;
using VoiceQuality.Sla.Examples;
using VoiceQuality.Sla.Policies;

namespace VoiceQuality.Sla.Tests.Examples;

public class OwnExamplesTests
{
    private const string Outage = "\"time_zone\":\"America/Denver\","
        + "\"failures\":[{\"start\":\"2025-05-05T10:00:00-06:00\",\"end\":\"2025-05-05T11:00:00-06:00\"}]";

    private const string Claim = "\"measured_month\":\"2025-02\",\"requested_at\":\"2025-03-10T10:00:00-06:00\","
        + "\"time_zone\":\"America/Denver\",\"mean\":\"3.6\",\"usage_billing\":\"100.00\"";

    private static readonly ContractExampleRunner Runner = new(ContractPolicy.Default);

    [Fact]
    public void Every_example_of_our_own_comes_out_as_worked_by_hand()
    {
        var run = Runner.Run(Vectors.Read("contract", "own_examples.json"));
        Assert.Null(run.Fault);
        Assert.Equal(340, run.Results.Count);
        Assert.Equal(Runner.Operations.ToHashSet(), run.Results.Select(result => result.Op).ToHashSet());
        Assert.All(run.Results, result => Assert.True(result.Matches, $"{result.Id}: {result.Actual}"));
    }

    // One decision per unit and month: what speaks of another month makes no repeat.
    [Theory]
    [InlineData("\"previous\":\"D-1\"", true)]
    [InlineData("\"decided\":[\"2025-01\",\"2025-02\"]", true)]
    [InlineData("\"decided\":[\"2025-01\"]", false)]
    [InlineData("\"prior_claims\":[{\"measured_month\":\"2025-02\",\"decision\":\"GRANTED\"}]", true)]
    [InlineData("\"prior_claims\":[{\"measured_month\":\"2025-01\",\"decision\":\"GRANTED\"}]", false)]
    [InlineData("\"duplicate\":true", true)]
    [InlineData("\"has_decision\":true", true)]
    [InlineData("\"month_already_decided\":\"2025-02\"", true)]
    [InlineData("\"is_repeat\":false", false)]
    [InlineData("\"duplicate\":false", false)]
    [InlineData("\"first_decision\":null", false)]
    public void A_claim_is_a_repeat_when_its_month_was_decided(string field, bool isRepeat) => AssertMatches(
        "mos.credit",
        $$"""{{{Claim}},{{field}}}""",
        isRepeat
            ? """{"decision":"DENIED","reason":"DUPLICATE","percent":0,"base":null,"credit":"0.00"}"""
            : """{"decision":"GRANTED","reason":null,"percent":10,"base":"100.00","credit":"10.00"}""");

    // A carrier of the provider's own is no third party; section 16.3 may be named as evidence.
    [Theory]
    [InlineData("\"cause\":\"THIRD_PARTY_TELEPHONY\",\"third_party\":false,\"approved_by\":\"ops\"", true)]
    [InlineData("\"cause\":\"THIRD_PARTY_TELEPHONY\",\"third_party\":\"other carrier\",\"approved_by\":\"ops\"", false)]
    [InlineData("\"cause\":\"FORCE_MAJEURE\",\"approved_by\":\"legal\",\"section\":\"16.3(b)\"", false)]
    [InlineData("\"cause\":\"FORCE_MAJEURE\",\"approved_by\":\"ops\",\"section\":\"16.3(b)\"", true)]
    [InlineData("\"cause\":\"FORCE_MAJEURE\",\"approved_by\":\"legal\",\"section\":null", true)]
    [InlineData("\"cause\":\"FORCE_MAJEURE\",\"approved_by\":\"legal\"", true)]
    public void An_exclusion_that_does_not_hold_leaves_the_day(string fields, bool isDay) => AssertMatches(
        "outage.days",
        $$"""
        {{{Outage}},"exclusions":[{"start":"2025-05-05T10:00:00-06:00","end":"2025-05-05T11:00:00-06:00",
         "evidence":["doc-1"],{{fields}}}]}
        """,
        isDay ? """{"dates":["2025-05-05"],"count":1}""" : """{"dates":[],"count":0}""");

    [Fact]
    public void Evidence_that_names_section_16_3_is_the_reference_to_its_text() => AssertMatches(
        "outage.days",
        $$"""
        {{{Outage}},"exclusions":[{"cause":"FORCE_MAJEURE","start":"2025-05-05T10:00:00-06:00",
         "end":"2025-05-05T11:00:00-06:00","evidence":["doc-1","terms 16.3"],"approved_by":"legal"}]}
        """,
        """{"dates":[],"count":0}""");

    [Theory]
    [InlineData("rating.billable", """{"duration_ms":"61000"}""", """{"billable_seconds":66}""")]
    [InlineData("mos.mean", """
        {"calls":[{"streams":[{"direction":"in","mos":"4.0","seconds":30.0},
         {"direction":"in","mos":"2.0","seconds":10}]}]}
        """, """{"calls":1,"scored":1,"unscored":0,"status":"SCORED","display":"3.500","percent":10}""")]
    [InlineData("period.of_call", """{"answered_at":"2025-03-01T06:59Z","time_zone":"America/Denver"}""",
        """{"month":"2025-02","date":"2025-02-28"}""")]
    [InlineData("clock.access_request", """
        {"received":"2025-01-31T23:30:00-07:00","role_of_provider":"CONTROLLER","requester":"INDIVIDUAL"}
        """, """{"decision":"ACCEPTED","due":"2025-03-02"}""")]
    [InlineData("cpni.account_notice", """{"changed":"PASSWORD","at":"SERVICE_INITIATION"}""",
        """{"notify":false,"to":null,"contains_changed_value":false}""")]
    [InlineData("rating.surcharge", """
        {"program":"FLAT_RATE","calls":[{"id":"c","tier":"c","answered_at":"2025-05-01T10:00:00Z","duration_ms":1}]}
        """, """
        {"domestic_calls":1,"tier_c_calls":1,"allowance":0,"excess_calls":1,"excess_seconds":6,
         "surcharge_exact":"0.003","line":"0.00","excess_ids":["c"]}
        """)]
    public void Other_spellings_of_the_input_are_read_alike(string op, string given, string expect) =>
        AssertMatches(op, given, expect);

    [Theory]
    [InlineData("rating.billable", """{"duration_ms":"6e4"}""")]
    [InlineData("rating.billable", """{"duration_ms":"-1"}""")]
    [InlineData("mos.mean", """{"calls":[{"streams":[{"direction":"in","mos":"4.0","seconds":1e1}]}]}""")]
    [InlineData("mos.mean", """{"calls":[{"streams":[{"direction":"in","mos":4.0,"seconds":"1"}]}]}""")]
    public void A_number_that_is_not_plain_is_a_fault_of_the_example(string op, string given) =>
        Assert.Equal(ExampleStatus.BadInput, RunOne(op, given, "{}").Status);

    private static void AssertMatches(string op, string given, string expect)
    {
        var result = RunOne(op, given, expect);
        Assert.True(result.Matches, $"{result.Actual} {result.Message}");
    }

    private static ExampleResult RunOne(string op, string given, string expect)
    {
        var document = $$"""{"examples":[{"id":"x-01","op":"{{op}}","given":{{given}},"expect":{{expect}}}]}""";
        return Assert.Single(Runner.Run(Encoding.UTF8.GetBytes(document)).Results);
    }
}
