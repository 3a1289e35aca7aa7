using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Credits;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Sla.Rating;

namespace VoiceQuality.Sla.Tests.Policies;

public class PolicyDocumentTests
{
    private static readonly string DefaultJson = ContractPolicy.Default.ToJson();

    [Fact]
    public void A_document_is_read_back_as_the_policy_that_wrote_it()
    {
        var policy = ContractPolicy.Default with
        {
            Version = "2027-1",
            MosBounds = [new(3_2000, 50, ""), new(3_9000, 10, "")],
            MosBasePeriod = MosBasePeriod.RequestMonth,
            MosRequestWindow = MosRequestWindow.OutageRequestDays,
            OutageRequestDays = 45,
            OutageMatchMinutes = 30,
            OutageLeastFailed = 3,
            OutageLeastSeconds = 30,
            OutageNoResponseSeconds = 4,
            OutageSilentCallSeconds = 10,
            OutageGapSeconds = 0,
            MaintenanceNoticeMinutes = 60,
            TollFreeBarScope = TollFreeBarScope.WholeAccount,
            GraceDays = 7,
            SurchargeMethod = SurchargeMethod.ProRataMinutes,
            SurchargeScope = SurchargeScope.Unit,
            TierCAllowancePercent = 25,
            TierCSurchargePerMinute = 0.0425m,
            IdempotencyConflictStatus = 409,
            AggregateMinAccounts = 9,
            MosBaseSource = MosBaseSource.Rated,
        };
        var read = Parse(policy.ToJson());

        Assert.Empty(read.Errors);
        Assert.Equal(policy.CanonicalText, read.Policy!.CanonicalText);
        Assert.Equal(policy.ToJson(), read.Policy.ToJson());
        Assert.Equal(["0.000-3.199", "3.200-3.899"], read.Policy.MosBounds.Select(row => row.RowName));
        Assert.NotEqual(ContractPolicy.Default.Digest, read.Policy.Digest);
    }

    [Fact]
    public void The_default_reads_back_with_its_own_digest() =>
        Assert.Equal(ContractPolicy.Default.Digest, Parse(DefaultJson).Policy!.Digest);

    [Fact]
    public void A_document_from_before_the_source_of_the_base_could_be_chosen_keeps_its_digest()
    {
        var before = DefaultJson.Replace(",\n  \"mos_base_source\": \"IMPORTED\"", "", StringComparison.Ordinal);

        Assert.NotEqual(DefaultJson, before);
        Assert.Equal(MosBaseSource.Imported, Parse(before).Policy!.MosBaseSource);
        Assert.Equal(ContractPolicy.Default.Digest, Parse(before).Policy!.Digest);
    }

    [Fact]
    public void The_default_agrees_with_the_policy_of_the_worked_examples_where_both_say_a_value()
    {
        var shared = JsonNode.Parse(Vectors.Read("contract", "contract_examples.json"))!["policy"]!;
        var own = JsonNode.Parse(DefaultJson)!;

        foreach (var name in new[] { "outage_request_days", "idempotency_conflict_status", "aggregate_min_accounts" })
        {
            Assert.Equal((int)shared[name]!, (int)own[name]!);
        }

        foreach (var name in new[] { "mos_display", "mos_weight", "call_month", "outage_day", "money_rounding",
            "rate_rounding", "restatement_decrease" })
        {
            Assert.Equal((string)shared[name]!, (string)own[name]!);
        }
    }

    [Fact]
    public void All_errors_are_told_at_once_with_line_and_path()
    {
        // Line 1 is the brace, each field one line: version 2, mos_bounds 3 to 20 (4 rows of 4 lines and two brackets).
        var json = DefaultJson
            .Replace("\"below_e4\": 32500", "\"below_e4\": 29995", StringComparison.Ordinal)
            .Replace("\"truncated to 3 decimals\"", "\"rounded to 3 decimals\"", StringComparison.Ordinal)
            .Replace("\"MEASURED_MONTH\"", "\"NEXT_MONTH\"", StringComparison.Ordinal)
            .Replace("  \"grace_days\": 5,\n", "", StringComparison.Ordinal)
            .Replace("\"0.0300\"", "0.03", StringComparison.Ordinal)
            .Replace(
                "\"aggregate_min_accounts\": 5", "\"aggregate_min_accounts\": 1,\n  \"surprise\": 1", StringComparison.Ordinal);
        var read = Parse(json);

        Assert.Null(read.Policy);
        Assert.Equal(
            [
                "1 $.grace_days MissingField",
                "9 $.mos_bounds[1].below_e4 BadValue",
                "9 $.mos_bounds[1].below_e4 BadValue",
                "21 $.mos_display BadValue",
                "24 $.mos_base_period BadValue",
                "50 $.tier_c_surcharge_per_minute WrongType",
                "53 $.aggregate_min_accounts BadValue",
                "54 $.surprise UnknownField",
            ],
            read.Errors.Select(error => $"{error.Line} {error.Path} {error.Kind}"));
    }

    [Theory]
    [InlineData("\"below_e4\": 30000", "\"below_e4\": 10000", "$.mos_bounds[0].below_e4")]
    [InlineData("\"below_e4\": 39000", "\"below_e4\": 50010", "$.mos_bounds[3].below_e4")]
    [InlineData("\"credit_percent\": 60", "\"credit_percent\": 101", "$.mos_bounds[1].credit_percent")]
    [InlineData("\"credit_percent\": 30", "\"credit_percent\": 61", "$.mos_bounds[2].credit_percent")]
    [InlineData("\"credit_percent\": 10\n", "\"credit_percent\": 0\n", "$.mos_bounds[3].credit_percent")]
    [InlineData("\"version\": \"2026-2\"", "\"version\": \"of 2026\"", "$.version")]
    [InlineData("\"outage_request_days\": 30", "\"outage_request_days\": 366", "$.outage_request_days")]
    [InlineData("\"grace_days\": 5", "\"grace_days\": 61", "$.grace_days")]
    [InlineData("\"grace_days\": 5", "\"grace_days\": 5.5", "$.grace_days")]
    [InlineData("\"grace_days\": 5", "\"grace_days\": \"5\"", "$.grace_days")]
    [InlineData("\"grace_days\": 5", "\"grace_days\": null", "$.grace_days")]
    [InlineData("\"grace_days\": 5", "\"grace_days\": 5, \"grace_days\": 6", "$.grace_days")]
    [InlineData("\"0.0300\"", "\"0.03001\"", "$.tier_c_surcharge_per_minute")]
    [InlineData("\"0.0300\"", "\"100.0001\"", "$.tier_c_surcharge_per_minute")]
    [InlineData("\"0.0300\"", "\"-0.03\"", "$.tier_c_surcharge_per_minute")]
    [InlineData("\"0.0300\"", "\"3e-2\"", "$.tier_c_surcharge_per_minute")]
    [InlineData("\"ACCOUNT\"", "\"Account\"", "$.surcharge_scope")]
    public void A_wrong_value_is_told_by_its_path(string right, string wrong, string path)
    {
        Assert.Contains(right, DefaultJson, StringComparison.Ordinal);
        var read = Parse(DefaultJson.Replace(right, wrong, StringComparison.Ordinal));

        Assert.Null(read.Policy);
        Assert.All(read.Errors, error => Assert.Equal(path, error.Path));
        Assert.NotEmpty(read.Errors);
    }

    [Theory]
    [InlineData("", AccountBookErrorKind.BrokenJson)]
    [InlineData("{", AccountBookErrorKind.BrokenJson)]
    [InlineData("[]", AccountBookErrorKind.WrongType)]
    [InlineData("null", AccountBookErrorKind.WrongType)]
    public void What_is_no_object_is_one_error(string json, AccountBookErrorKind kind) =>
        Assert.Equal(kind, Assert.Single(Parse(json).Errors).Kind);

    [Fact]
    public void A_document_beyond_the_limit_is_not_read() => Assert.Equal(
        AccountBookErrorKind.TooMany,
        Assert.Single(Parse(DefaultJson + new string(' ', ContractPolicy.MaxDocumentLength)).Errors).Kind);

    [Fact]
    public void Every_shorter_document_is_refused_without_an_exception()
    {
        var octets = Encoding.UTF8.GetBytes(DefaultJson.TrimEnd());
        for (var length = 0; length < octets.Length; length++)
        {
            Assert.Null(ContractPolicy.Parse(octets.AsSpan(0, length)).Policy);
        }
    }

    [Theory]
    [InlineData(3_2505, 10)]
    [InlineData(1_0000, 10)]
    [InlineData(3_9000, 0)]
    [InlineData(3_9000, 101)]
    public void A_table_out_of_range_cannot_be_made_in_code_either(int bound, int percent) =>
        Assert.Throws<ArgumentException>(
            () => ContractPolicy.Default with { MosBounds = [new MosCreditTier(bound, percent, "")] });

    [Fact]
    public void Rows_out_of_order_cannot_be_made_in_code_either()
    {
        var table = MosCreditTiers.Table;
        Assert.Throws<ArgumentException>(() => ContractPolicy.Default with { MosBounds = [table[1], table[0]] });
        Assert.Throws<ArgumentException>(() => ContractPolicy.Default with { MosBounds = [] });
        Assert.Throws<ArgumentException>(
            () => ContractPolicy.Default with { MosBounds = [new(3_0000, 10, ""), new(3_5000, 30, "")] });
    }

    private static ContractPolicyResult Parse(string json) => ContractPolicy.Parse(Encoding.UTF8.GetBytes(json));
}
