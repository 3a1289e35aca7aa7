using System.Text;
using VoiceQuality.Sla.Examples;
using VoiceQuality.Sla.Policies;

namespace VoiceQuality.Sla.Tests.Examples;

public class LedgerExamplesTests
{
    private static readonly ContractExampleRunner Runner = new(ContractPolicy.Default);

    [Fact]
    public void Every_worked_example_of_ledger_clocks_and_privacy_comes_out_as_expected()
    {
        var run = Runner.Run(Vectors.Read("contract", "ledger_examples.json"));
        Assert.Null(run.Fault);
        Assert.Equal(21, run.Results.Count);
        Assert.All(run.Results, result => Assert.True(result.Matches, $"{result.Id}: {result.Actual} {result.Message}"));
    }

    [Theory]
    [InlineData("ledger.restate", """{"posted":[{"id":"L1","amount":"100.00"}],"recomputed":"60.00"}""", """
        {"new_entry":{"amount":"-40.00","corrects":"L1","state":"PENDING_SECOND_APPROVAL"},"net_now":"100.00",
         "net_after_approval":"60.00"}
        """)]
    [InlineData("api.idempotency", """
        {"requests":[{"account":"A","key":"k1","body_hash":"h1"},{"account":"A","key":"k1","body_hash":"h2"},
         {"account":"B","key":"k1","body_hash":"h1"},{"account":"B","key":"k1","body_hash":"h1"},
         {"account":"A","body_hash":"h1"}]}
        """, """{"responses":[201,422,201,"REPLAY_OF_FIRST",400],"entries_created":2}""")]
    [InlineData("api.idempotency", """
        {"requests":[{"account":"A","key":"k1","body_hash":"h1"},
         {"account":"A","key":"k1","body_hash":"h1","first_still_running":true}]}
        """, """{"responses":[201,409],"entries_created":1}""")]
    [InlineData("export.csv_cell", """{"type":"TEXT","value":"+18015550123"}""", """{"cell":"'+18015550123"}""")]
    [InlineData("export.csv_cell", """{"type":"TEXT","value":"a,\"b\""}""", """{"cell":"\"a,\"\"b\"\"\""}""")]
    [InlineData("clock.breach", """
        {"determined":"2025-03-03","law_enforcement_notified":"2025-03-11","hold_until":"2025-04-30","holidays":[]}
        """, """
        {"law_enforcement_deadline":"2025-03-10","law_enforcement_on_time":false,"customers_earliest":"2025-05-01",
         "retain_until_at_least":"2027-03-03"}
        """)]
    [InlineData("clock.certification", """{"reporting_year":2027}""", """{"last_on_time_date":"2028-02-29"}""")]
    [InlineData("clock.access_request",
        """{"received":"2025-01-31","role_of_provider":"PROCESSOR","requester":"INDIVIDUAL"}""",
        """{"decision":"REFERRED_TO_CONTROLLER","due":null}""")]
    [InlineData("cpni.consent", """
        {"events":[{"type":"OPT_IN","on":"2024-01-10"},{"type":"OPT_OUT","on":"2025-03-01"}],"check_on":"2025-07-01",
         "retention_of":"2024-01-10"}
        """, """{"marketing_use":false,"keep_record_until_at_least":"2026-03-01"}""")]
    [InlineData("cpni.consent", """{"events":[{"type":"NOTICE_SENT","on":"2025-01-10"}],"check_on":"2025-07-01"}""",
        """{"marketing_use":false}""")]
    [InlineData("cpni.access", """
        {"actor":{"role":"CUSTOMER","account":"B"},"resource":{"class":"BU_MOS","account":"A"}}
        """, """{"status":404,"reason":"NOT_FOUND","access_logged":true}""")]
    [InlineData("cpni.access", """
        {"actor":{"role":"NOC","purpose":"ticket 7"},"resource":{"class":"CALL_DETAIL","account":"A"}}
        """, """{"status":200,"reason":null,"access_logged":true}""")]
    [InlineData("cpni.access", """
        {"actor":{"role":"ANONYMOUS"},"resource":{"class":"AGGREGATE","account":null,"accounts":4}}
        """, """{"status":403,"reason":"TOO_FEW_ACCOUNTS","access_logged":false}""")]
    [InlineData("cpni.phone_disclosure", """{"password_ok":true,"address_of_record_age_days":29}""",
        """{"allowed":["CALL_BACK_NUMBER_OF_RECORD","DISCLOSE_ON_CALL"]}""")]
    [InlineData("cpni.recovery", """{"factors":["recovery_code"],"passed":true}""",
        """{"accepted":true,"reason":null}""")]
    [InlineData("cpni.account_notice", """{"changed":"ADDRESS_OF_RECORD"}""",
        """{"notify":true,"to":"OLD_ADDRESS_OF_RECORD","contains_changed_value":false}""")]
    [InlineData("cpni.account_notice", """{"changed":"PASSWORD","at_service_initiation":true}""",
        """{"notify":false,"to":null,"contains_changed_value":false}""")]
    public void An_example_is_answered_by_the_rules(string op, string given, string expect)
    {
        var result = Assert.Single(Runner.Run(Document(op, given, expect)).Results);
        Assert.True(result.Matches, $"{result.Actual} {result.Message}");
    }

    [Theory]
    [InlineData("ledger.restate", """{"posted":[{"id":"L1","amount":100}],"recomputed":"1.00"}""")]
    [InlineData("ledger.restate", """{"posted":[{"id":"L1","amount":"1.00","state":"LOST"}],"recomputed":"1.00"}""")]
    [InlineData("export.csv_cell", """{"type":"AMOUNT","value":"=1+1"}""")]
    [InlineData("export.csv_cell", """{"type":"COLOUR","value":"red"}""")]
    [InlineData("clock.breach", """{"determined":"03/03/2025"}""")]
    [InlineData("clock.certification", """{"reporting_year":99999}""")]
    [InlineData("cpni.access", """{"actor":{"role":"NOC"}}""")]
    public void Bad_input_is_a_fault_of_the_example_and_no_answer(string op, string given) =>
        Assert.Equal(ExampleStatus.BadInput, Assert.Single(Runner.Run(Document(op, given, "{}")).Results).Status);

    private static byte[] Document(string op, string given, string expect) => Encoding.UTF8.GetBytes(
        $$"""{"examples":[{"id":"x-01","op":"{{op}}","title":"t","given":{{given}},"expect":{{expect}}}]}""");
}
