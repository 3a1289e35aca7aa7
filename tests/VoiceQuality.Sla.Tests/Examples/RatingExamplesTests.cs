using System.Text;
using VoiceQuality.Sla.Examples;
using VoiceQuality.Sla.Policies;

namespace VoiceQuality.Sla.Tests.Examples;

public class RatingExamplesTests
{
    private static readonly ContractExampleRunner Runner = new(ContractPolicy.Default);

    [Fact]
    public void Every_worked_example_of_rating_jurisdiction_surcharge_and_scenario_comes_out_as_expected()
    {
        var run = Runner.Run(Vectors.Read("contract", "rating_examples.json"));
        Assert.Null(run.Fault);
        Assert.Equal(36, run.Results.Count);
        Assert.All(run.Results, result => Assert.True(result.Matches, $"{result.Id}: {result.Actual} {result.Message}"));
    }

    [Theory]
    [InlineData("rating.billable", """{"answered":false,"duration_ms":9000}""", """{"billable_seconds":0}""")]
    [InlineData("rating.billable", """{"duration_ms":86400001}""", """{"billable_seconds":86406}""")]
    [InlineData("rating.billable", """{"duration_ms":1000,"scope":"INTERNATIONAL"}""", """{"billable_seconds":null}""")]
    [InlineData("rating.charge", """{"duration_ms":1,"rate":"0.01225"}""",
        """{"billable_seconds":6,"rate":"0.0123","charge_exact":"0.00123"}""")]
    [InlineData("rating.charge", """{"duration_ms":60000}""",
        """{"billable_seconds":60,"rate":null,"charge_exact":null}""")]
    [InlineData("rating.usage_total", """{"calls":[{"duration_ms":60000,"rate":"0.01"},{"duration_ms":60000}]}""",
        """{"total_exact":null,"line":null}""")]

    // 10⁹ calls × 0.1 min × 0.0125 = 1 250 000.
    [InlineData("rating.usage_total", """{"calls":[{"duration_ms":1,"rate":"0.0125","count":1000000000}]}""",
        """{"total_exact":"1250000","line":"1250000.00"}""")]

    // "Other" is a category of Tier C; a tier that is not known counts in N alone: floor(0.3 × 5) = 1 of 3 free.
    [InlineData("rating.surcharge", """
        {"program":"FLAT_RATE","calls":[
         {"id":"u","tier":null,"answered_at":"2025-05-01T10:00:00Z","duration_ms":1,"count":2},
         {"id":"o","tier":"Other","answered_at":"2025-05-01T10:00:00Z","duration_ms":1,"count":3}]}
        """, """
        {"domestic_calls":5,"tier_c_calls":3,"allowance":1,"excess_calls":2,"excess_seconds":12,
         "surcharge_exact":"0.006","line":"0.01","excess_ids":["o-0002","o-0003"]}
        """)]

    // A month that begins under the flat rate and goes on under another: 4 flat calls, floor(1.2) = 1 free, the second
    // Tier C call in excess; the third is under the other program.
    [InlineData("rating.surcharge", """
        {"time_zone":"UTC","programs":[{"from":"2025-05-03","program":"LATA_OCN"},{"from":"2025-01-01","program":"FLAT_RATE"}],
         "calls":[
         {"id":"a","tier":"A","answered_at":"2025-05-01T10:00:00Z","duration_ms":1,"count":2},
         {"id":"c1","tier":"C","answered_at":"2025-05-01T10:00:00Z","duration_ms":1},
         {"id":"c2","tier":"C","answered_at":"2025-05-02T23:59:59Z","duration_ms":1},
         {"id":"c3","tier":"C","answered_at":"2025-05-03T00:00:00Z","duration_ms":1}]}
        """, """
        {"domestic_calls":4,"tier_c_calls":2,"allowance":1,"excess_calls":1,"excess_seconds":6,
         "surcharge_exact":"0.003","line":"0.00","excess_ids":["c2"]}
        """)]

    // 1000 × 1 min × 0.01 = 10.00, 10 × 2 min × 0.5 = 10.00; mean (1000·3.0 + 10·5.0)/1010 = 3.0198 earns 60 % of
    // 20.00. A call of the next month and a day of failure in the month before are not this month's.
    [InlineData("scenario.month", """
        {"month":"2025-02","time_zone":"UTC","program":"FLAT_RATE","calls":[
         {"id":"a","count":1000,"tier":"A","answered_at":"2025-02-28T23:59:59Z","duration_ms":60000,"rate":"0.01","mos":"3.0"},
         {"id":"i","count":10,"answered_at":"2025-02-01T00:00:00Z","duration_ms":61000,"rate":"0.5","mos":"5.0",
          "scope":"INTERNATIONAL","initial_s":60,"increment_s":60},
         {"id":"n","tier":"C","answered_at":"2025-03-01T00:00:00Z","duration_ms":60000,"rate":"9","mos":"1.0"}],
         "outages":[{"component":"x","mrc":[{"from":"2025-01-01","amount":"300.00"}],
          "mrc_billed":{"2025-01":"300.00","2025-02":"300.00"},"dates":["2025-01-31","2025-02-01"]}]}
        """, """
        {"domestic_line":"10.00","international_line":"10.00","surcharge_line":"0.00","mos_base":"20.00",
         "mos_display":"3.019","mos_percent":60,"mos_credit":"12.00","outage_credit":"10.00","total_credit":"22.00"}
        """)]

    // Without a rate the usage is unknown, and so are the base and the credit of it; the outage credit stands.
    [InlineData("scenario.month", """
        {"month":"2025-02","time_zone":"UTC","program":"TIERED","calls":[
         {"id":"a","tier":"A","answered_at":"2025-02-28T23:59:59Z","duration_ms":60000,"mos":"3.0"}],"outages":[]}
        """, """
        {"domestic_line":null,"international_line":"0.00","surcharge_line":"0.00","mos_base":null,
         "mos_display":"3.000","mos_percent":60,"mos_credit":null,"outage_credit":"0.00","total_credit":null}
        """)]
    public void An_example_is_answered_by_the_rules(string op, string given, string expect)
    {
        var result = Assert.Single(Runner.Run(Document(op, given, expect)).Results);
        Assert.True(result.Matches, $"{result.Status} {result.Actual} {result.Message}");
    }

    [Theory]
    [InlineData("rating.billable", """{"duration_ms":-1}""")]
    [InlineData("rating.billable", """{"duration_ms":1.5}""")]
    [InlineData("rating.billable", """{}""")]
    [InlineData("rating.billable", """{"duration_ms":1,"scope":"MARS"}""")]
    [InlineData("rating.billable", """{"duration_ms":1,"scope":"INTERNATIONAL","initial_s":0,"increment_s":6}""")]
    [InlineData("rating.rate", """{"rate":"-0.01"}""")]
    [InlineData("rating.rate", """{"rate":0.01}""")]
    [InlineData("rating.usage_total", """
        {"calls":[{"duration_ms":3155760000000,"rate":"999999999999","count":1000000000000}]}
        """)]
    [InlineData("rating.surcharge", """{"calls":[{"id":"c","answered_at":"2025-05-01T10:00:00Z","duration_ms":1}]}""")]
    [InlineData("rating.surcharge", """
        {"program":"FLAT_RATE","calls":[{"id":"c","tier":"D","answered_at":"2025-05-01T10:00:00Z","duration_ms":1}]}
        """)]
    [InlineData("rating.jurisdiction", """{"direction":"SIDEWAYS","service":"TERMINATION"}""")]
    public void Bad_input_is_a_fault_of_the_example_and_no_answer(string op, string given) =>
        Assert.Equal(ExampleStatus.BadInput, Runner.Run(Document(op, given, "{}")).Results[0].Status);

    [Fact]
    public void Without_an_area_code_table_a_domestic_call_has_no_jurisdiction()
    {
        var result = Runner.Run(Document(
            "rating.jurisdiction",
            """{"direction":"OUTBOUND","service":"TERMINATION","ani":"+18015550100","dnis":"+14355550199"}""",
            """{"jurisdiction":"UNRATED","basis":"DNIS","rate":null}""")).Results[0];
        Assert.True(result.Matches, result.Actual);
    }

    private static byte[] Document(string op, string given, string expect) => Encoding.UTF8.GetBytes(
        $$"""{"examples":[{"id":"x-01","op":"{{op}}","title":"t","given":{{given}},"expect":{{expect}}}]}""");
}
