using System.Text;
using VoiceQuality.Sla.Examples;
using VoiceQuality.Sla.Policies;

namespace VoiceQuality.Sla.Tests.Examples;

public class OutageExampleTests
{
    private static readonly ContractExampleRunner Runner = new(ContractPolicy.Default);

    [Fact]
    public void Every_worked_example_of_outages_and_toll_free_numbers_comes_out_as_expected()
    {
        var run = Runner.Run(Vectors.Read("contract", "outage_examples.json"));
        Assert.Null(run.Fault);
        Assert.Equal(28, run.Results.Count);
        Assert.All(run.Results, result => Assert.True(result.Matches, $"{result.Id}: {result.Actual} {result.Message}"));
    }

    [Theory]
    [InlineData("\"cause\":\"CUSTOMER_INTERNET\"", 0)]
    [InlineData("\"cause\":\"CUSTOMER_EQUIPMENT\"", 0)]
    [InlineData("\"cause\":\"THIRD_PARTY_TELEPHONY\"", 0)]
    [InlineData("\"cause\":\"THIRD_PARTY_TELEPHONY\",\"subcontractor_of_provider\":false", 0)]
    [InlineData("\"cause\":\"THIRD_PARTY_TELEPHONY\",\"subcontractor_of_provider\":true", 1)]
    [InlineData("\"cause\":\"THIRD_PARTY_TELEPHONY\",\"contracted_by\":\"PROVIDER\"", 1)]
    [InlineData("\"cause\":\"UNDERLYING_CARRIER\"", 1)]
    [InlineData("\"cause\":\"customer_internet\"", 1)]
    [InlineData("\"cause\":\"CUSTOMER_INTERNET\",\"author\":\"ops-lead\"", 1)]
    [InlineData("\"cause\":\"CUSTOMER_INTERNET\",\"author\":null", 1)]
    [InlineData("\"cause\":\"NOTIFIED_SOFTWARE_MAINTENANCE\"", 1)]
    [InlineData("\"cause\":\"NOTIFIED_SOFTWARE_MAINTENANCE\",\"notice_sent_at\":\"2025-05-05T10:00:00-06:00\"", 1)]
    [InlineData("\"cause\":\"NOTIFIED_SOFTWARE_MAINTENANCE\",\"notice_sent_at\":\"2025-05-05T09:59:59-06:00\"", 0)]
    [InlineData("\"cause\":\"FORCE_MAJEURE\"", 1)]
    [InlineData("\"cause\":\"FORCE_MAJEURE\",\"legal_approved_by\":\"counsel\",\"text_reference\":\"16.3\"", 0)]
    public void An_exclusion_of_an_example_is_decided_by_the_rules(string fields, int days)
    {
        var given = "{\"time_zone\":\"America/Denver\",\"failures\":[{\"start\":\"2025-05-05T10:00:00-06:00\","
            + "\"end\":\"2025-05-05T11:00:00-06:00\"}],\"exclusions\":[{" + fields
            + ",\"start\":\"2025-05-05T10:00:00-06:00\",\"end\":\"2025-05-05T12:00:00-06:00\","
            + "\"evidence\":[\"doc-1\"],\"approved_by\":\"ops-lead\"}]}";
        var dates = days == 0 ? "" : "\"2025-05-05\"";
        AssertMatches("outage.days", given, $$"""{"dates":[{{dates}}],"count":{{days}}}""");
    }

    [Theory]
    [InlineData("toll_free.eligible", """
        {"number":{"campaign_launched_at":"2025-04-10T09:00:00-06:00","verified_at":"2025-04-09T09:00:00-06:00",
         "verification_result":"FAIL"}}
        """, """{"eligible":false,"reason":"TOLL_FREE_NOT_VERIFIED"}""")]
    [InlineData("toll_free.eligible", """
        {"number":{"campaign_launched_at":"2025-04-10T09:00:00-06:00","verified_at":"2025-04-09T09:00:00-06:00",
         "verification_result":"PASS"}}
        """, """{"eligible":true,"reason":null}""")]
    [InlineData("toll_free.eligible", """{"number":{"known_problem":true,"problem_reported":false}}""",
        """{"eligible":false,"reason":"TOLL_FREE_PROBLEM_NOT_REPORTED"}""")]
    [InlineData("credit.stack", """{"credits":[]}""", """{"total":"0.00"}""")]
    [InlineData("outage.credit", """
        {"time_zone":"UTC","components":[{"component":"suite","mrc":null,"mrc_billed":{"2025-05":"9.00"},
         "dates":["2025-05-01"]},{"component":"minutes","mrc":[],"dates":["2025-05-01","2025-05-01"]}]}
        """, """
        {"lines":[{"component":"suite","month":"2025-05","days":1,"capped":false,"credit":null,"decision":"REVIEW",
         "reason":"BUNDLE_WITHOUT_SPLIT"},{"component":"minutes","month":"2025-05","days":1,"capped":false,
         "credit":"0.00"}],"total":"0.00"}
        """)]
    [InlineData("outage.request", """
        {"time_zone":"America/Denver","failures":[{"id":"F1","first_arose":"2025-03-01T10:00:00-07:00",
         "monitor_gap":true}],"received":[{"at":"2025-03-02T10:00:00-07:00","channel":"PORTAL",
         "fields":["dates","begin_end_times","components"]}]}
        """, """
        {"submitted_at":"2025-03-02T17:00:00Z","missing":[],"failures":[{"failure":"F1","last_date":"2025-03-31",
         "decision":"REVIEW","reason":"MONITOR_GAP"}]}
        """)]
    public void An_example_is_answered_by_the_rules(string op, string given, string expect) =>
        AssertMatches(op, given, expect);

    [Theory]
    [InlineData("outage.days", """
        {"time_zone":"UTC","failures":[{"start":"2025-05-06T00:00:00Z","end":"2025-05-05T00:00:00Z"}]}
        """)]
    [InlineData("outage.days", """{"time_zone":"UTC","failures":[{"start":"2025-05-06T00:00:00Z"}]}""")]
    [InlineData("outage.credit", """
        {"time_zone":"UTC","components":[{"component":"a","dates":["2025-5-1"]}]}
        """)]
    [InlineData("outage.credit", """{"time_zone":"UTC","components":[{"component":"a"},{"component":"a"}]}""")]
    [InlineData("outage.credit", """
        {"time_zone":"UTC","components":[{"component":"a","mrc":[{"from":"2025-01-01","amount":"-1"}]}]}
        """)]
    [InlineData("outage.credit", """{"time_zone":"UTC","components":[{"component":"a","mrc_billed":{"May":"1"}}]}""")]
    [InlineData("credit.stack", """{"credits":["1.005"]}""")]
    [InlineData("toll_free.eligible", """{"number":[]}""")]
    public void Bad_input_is_a_fault_of_the_example(string op, string given) =>
        Assert.Equal(ExampleStatus.BadInput, RunOne(op, given, "{}").Status);

    private static void AssertMatches(string op, string given, string expect)
    {
        var result = RunOne(op, given, expect);
        Assert.True(result.Matches, $"{result.Actual} {result.Message}");
    }

    private static ExampleResult RunOne(string op, string given, string expect) =>
        Assert.Single(Runner.Run(Encoding.UTF8.GetBytes(
            $$"""{"examples":[{"id":"x-01","op":"{{op}}","title":"t","given":{{given}},"expect":{{expect}}}]}""")).Results);
}
