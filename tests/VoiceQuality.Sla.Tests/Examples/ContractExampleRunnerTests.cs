using System.Text;
using VoiceQuality.Sla.Examples;
using VoiceQuality.Sla.Policies;

namespace VoiceQuality.Sla.Tests.Examples;

public class ContractExampleRunnerTests
{
    private static readonly ContractExampleRunner Runner = new(ContractPolicy.Default);

    [Fact]
    public void Every_worked_example_comes_out_as_expected()
    {
        var run = Runner.Run(Vectors.Read("contract", "contract_examples.json"));
        Assert.Null(run.Fault);
        Assert.Equal(29, run.Results.Count);
        Assert.All(run.Results, result => Assert.True(result.Matches, $"{result.Id}: {result.Actual} {result.Message}"));
    }

    [Fact]
    public void Shared_examples_of_the_operations_that_are_answered_come_out_as_expected()
    {
        if (Environment.GetEnvironmentVariable("VQ_SHARED") is not { Length: > 0 } shared)
        {
            return;
        }

        var run = Runner.Run(File.ReadAllBytes(Path.Combine(shared, "requirements", "contract_examples.json")));
        Assert.Null(run.Fault);
        Assert.DoesNotContain(
            run.Results, result => result.Status is ExampleStatus.Differs or ExampleStatus.BadInput);
    }

    [Theory]
    [InlineData("mos.tier", """{"mean":"0.0"}""",
        """{"status":"INVALID","percent":0,"row":null,"display":null}""")]
    [InlineData("mos.tier", """{"mean":"3.2495"}""",
        """{"display":"3.249","row":"3.000-3.249","percent":60,"status":"SCORED"}""")]
    [InlineData("mos.mean", """{"calls":[{"id":"a","streams":[]},{"id":"b","streams":[]}]}""",
        """{"calls":2,"scored":0,"unscored":2,"status":"UNDETERMINED","display":null,"percent":0}""")]
    [InlineData("mos.mean", """
        {"calls":[{"streams":[{"direction":"in","mos":"4.0","seconds":"30"},{"direction":"in","mos":"2.0","seconds":"10"}]}]}
        """, """{"calls":1,"scored":1,"unscored":0,"status":"SCORED","display":"3.500","percent":10}""")]
    [InlineData("mos.mean", """{"calls":[{"mos":"3.0","count":3},{"answered":false,"mos":"5"},{"mos":"0.5"}]}""",
        """{"calls":4,"scored":3,"unscored":1,"status":"SCORED","display":"3.000","percent":60}""")]
    [InlineData("mos.credit", """
        {"measured_month":"2025-02","requested_at":"2025-03-10T10:00:00-06:00","time_zone":"America/Denver",
         "mean":null,"calls":0,"usage_billing":"10.00"}
        """, """{"decision":"DENIED","reason":"NO_CALLS","percent":0,"base":null,"credit":"0.00"}""")]
    [InlineData("mos.credit", """
        {"measured_month":"2025-02","requested_at":"2025-03-10T10:00:00-06:00","time_zone":"America/Denver",
         "mean":"3.6","usage_billing":"10.00","already_decided":"D-1"}
        """, """{"decision":"DENIED","reason":"DUPLICATE","percent":0,"base":null,"credit":"0.00"}""")]
    [InlineData("mos.credit", """
        {"measured_month":"2025-02","requested_at":"2025-03-10T10:00:00-06:00","time_zone":"America/Denver",
         "mean":"3.6"}
        """, """{"decision":"REVIEW","reason":"USAGE_UNKNOWN","percent":10,"base":null,"credit":"0.00"}""")]
    [InlineData("mos.credit", """
        {"measured_month":"2025-02","requested_at":"2025-03-10T10:00:00-06:00","time_zone":"America/Denver",
         "mean":"3.3","billing_lines":[{"kind":"USAGE_INTERNATIONAL","amount":"250.00"},
         {"kind":"USAGE_INDETERMINATE","amount":"50.00"},{"kind":"SETUP","amount":"99.00"},
         {"kind":"CREDIT","amount":"-40.00"}]}
        """, """{"decision":"GRANTED","reason":null,"percent":30,"base":"300.00","credit":"90.00"}""")]
    [InlineData("period.bounds", """{"month":"2025-11","time_zone":"America/Denver"}""",
        """{"start":"2025-11-01T06:00:00Z","end":"2025-12-01T07:00:00Z","hours":721}""")]
    [InlineData("period.bounds", """{"month":"2025-01","time_zone":"Asia/Kolkata","billing_day":15}""",
        """{"start":"2025-01-14T18:30:00Z","end":"2025-02-14T18:30:00Z","hours":744}""")]
    public void An_example_is_answered_by_the_rules(string op, string given, string expect)
    {
        var result = RunOne(op, given, expect);
        Assert.Equal((ExampleStatus.Matches, null), (result.Status, result.Message));
    }

    [Fact]
    public void A_wrong_expectation_differs()
    {
        var result = RunOne("mos.tier", """{"mean":"3.9"}""",
            """{"status":"SCORED","percent":10,"row":"3.500-3.899","display":"3.900"}""");
        Assert.Equal(ExampleStatus.Differs, result.Status);
        Assert.Equal("""{"status":"SCORED","percent":0,"row":null,"display":"3.900"}""", result.Actual);
    }

    [Fact]
    public void An_operation_without_a_rule_is_said_to_be_unsupported_and_counts_as_failed()
    {
        var run = Runner.Run(Document("no.such_op", "{}", "{}"));
        Assert.Equal((ExampleStatus.Unsupported, null), (run.Results[0].Status, run.Results[0].Actual));
        Assert.Equal((0, 1), (run.PassedCount, run.FailedCount));
    }

    [Theory]
    [InlineData("mos.tier", """{"mean":3.9}""")]
    [InlineData("mos.tier", """{"mean":"3,9"}""")]
    [InlineData("mos.tier", """{"mean":"\ud800"}""")]
    [InlineData("mos.mean", """{"calls":[1]}""")]
    [InlineData("mos.mean", """{"calls":[{"streams":[{"direction":"up","mos":"4","seconds":"1"}]}]}""")]
    [InlineData("mos.credit", """{"measured_month":"2025-02"}""")]
    [InlineData("period.bounds", """{"month":"9999-01","time_zone":"UTC"}""")]
    [InlineData("period.bounds", """{"month":"2025-01","time_zone":"Mars/Olympus"}""")]
    [InlineData("period.of_call", """{"answered_at":"2025-01-01","time_zone":"UTC"}""")]
    public void Bad_input_is_a_fault_of_the_example_and_no_answer(string op, string given)
    {
        var run = Runner.Run(Document(op, given, "{}"));
        Assert.True(run.Fault is not null || run.Results[0].Status == ExampleStatus.BadInput);
        Assert.DoesNotContain(run.Results, result => result.Matches);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{\"examples\":{}}")]
    public void A_document_that_holds_no_examples_is_refused(string json) =>
        Assert.NotNull(Runner.Run(Encoding.UTF8.GetBytes(json)).Fault);

    private static ExampleResult RunOne(string op, string given, string expect) =>
        Assert.Single(Runner.Run(Document(op, given, expect)).Results);

    private static byte[] Document(string op, string given, string expect) => Encoding.UTF8.GetBytes(
        $$"""{"examples":[{"id":"x-01","op":"{{op}}","title":"t","given":{{given}},"expect":{{expect}}}]}""");
}
