using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using VoiceQuality.Sla.Policies;

namespace VoiceQuality.Sla.Tests.Policies;

public class PolicySchemaTests
{
    private static readonly JsonObject Schema = JsonNode.Parse(ContractPolicySchema.Json)!.AsObject();

    public static TheoryData<string, string> WrongDocuments => new()
    {
        { "\"version\": \"2026-2\"", "\"version\": \"of 2026\"" },
        { "\"below_e4\": 32500", "\"below_e4\": 32505" },
        { "\"below_e4\": 39000", "\"below_e4\": 50010" },
        { "\"credit_percent\": 60", "\"credit_percent\": 101" },
        { "\"credit_percent\": 60", "\"percent\": 60" },
        { "\"one vote per scored call\"", "\"by scored seconds\"" },
        { "\"MEASURED_MONTH\"", "\"measured_month\"" },
        { "\"FOLLOWING_MONTH\"", "\"ANY_MONTH\"" },
        { "\"grace_days\": 5", "\"grace_days\": 61" },
        { "\"grace_days\": 5", "\"grace_days\": 4.5" },
        { "  \"grace_days\": 5,\n", "" },
        { "\"grace_days\": 5", "\"grace_days\": 5, \"grace_hours\": 1" },
        { "\"0.0300\"", "0.03" },
        { "\"0.0300\"", "\"100.0001\"" },
        { "\"0.0300\"", "\"0.03001\"" },
    };

    [Fact]
    public void The_schema_is_the_one_that_is_published() =>
        Assert.Equal(
            Encoding.UTF8.GetString(Vectors.Read("contract", "policy.schema.json")).ReplaceLineEndings("\n"),
            ContractPolicySchema.Json);

    [Fact]
    public void It_accepts_the_default_and_every_reading_that_can_be_chosen()
    {
        var json = ContractPolicy.Default.ToJson();
        Assert.True(Accepts(Schema, JsonNode.Parse(json)));

        foreach (var (one, other) in new[]
        {
            ("MEASURED_MONTH", "REQUEST_MONTH"), ("FOLLOWING_MONTH", "OUTAGE_REQUEST_DAYS"),
            ("\"IMPORTED\"", "\"RATED\""), (",\n  \"mos_base_source\": \"IMPORTED\"", ""),
            ("NUMBERS_AND_COMPONENT", "WHOLE_ACCOUNT"), ("EXCESS_CALLS", "PRO_RATA_MINUTES"),
            ("\"ACCOUNT\"", "\"UNIT\""), ("LISTENING", "CONVERSATIONAL"),
            ("OWN_SCALE", "CAPPED_AT_NARROWBAND"), ("OWN_SCALE", "LEFT_OUT"), ("\"0.0300\"", "\"100.0\""),
        })
        {
            var changed = json.Replace(one, other, StringComparison.Ordinal);
            Assert.NotEqual(json, changed);
            Assert.True(Accepts(Schema, JsonNode.Parse(changed)), other);
            Assert.Empty(ContractPolicy.Parse(Encoding.UTF8.GetBytes(changed)).Errors);
        }
    }

    [Theory]
    [MemberData(nameof(WrongDocuments))]
    public void Schema_and_reader_refuse_the_same_documents(string right, string wrong)
    {
        var json = ContractPolicy.Default.ToJson();
        var changed = json.Replace(right, wrong, StringComparison.Ordinal);

        Assert.NotEqual(json, changed);
        Assert.False(Accepts(Schema, JsonNode.Parse(changed)));
        Assert.NotEmpty(ContractPolicy.Parse(Encoding.UTF8.GetBytes(changed)).Errors);
    }

    [Fact]
    public void A_field_is_fixed_exactly_where_one_text_alone_is_accepted()
    {
        var properties = Schema["properties"]!.AsObject();
        var isFixed = properties.Where(property => property.Value!["fixed"] is not null).Select(p => p.Key);

        Assert.Equal(ContractPolicySchema.FixedFields, isFixed);
        Assert.Equal(properties.Where(property => property.Value!["const"] is not null).Select(p => p.Key), isFixed);
        Assert.Contains("mos_weight", isFixed);
        Assert.DoesNotContain("mos_request_window", isFixed);
        Assert.All(properties, property => Assert.NotEqual("", (string)property.Value!["description"]!));
    }

    /// <summary>The keywords that the schema uses, by JSON Schema 2020-12; any other one is a failure.</summary>
    private static bool Accepts(JsonNode schema, JsonNode? value)
    {
        foreach (var (keyword, rule) in schema.AsObject())
        {
            var holds = keyword switch
            {
                "$schema" or "title" or "description" or "fixed" or "properties" or "additionalProperties" => true,
                "type" => (string)rule! switch
                {
                    "object" => value is JsonObject,
                    "array" => value is JsonArray,
                    "string" => value is JsonValue text && text.TryGetValue<string>(out _),
                    "integer" => value is JsonValue number && number.TryGetValue<decimal>(out var d) && d % 1 == 0,
                    var other => throw new NotSupportedException(other),
                },
                "const" => JsonNode.DeepEquals(rule, value),
                "required" => value is not JsonObject parent
                    || rule!.AsArray().All(name => parent.ContainsKey((string)name!)),
                "oneOf" => rule!.AsArray().Count(choice => Accepts(choice!, value)) == 1,
                "minimum" => !IsNumber(value, out var least) || least >= (decimal)rule!,
                "maximum" => !IsNumber(value, out var most) || most <= (decimal)rule!,
                "multipleOf" => !IsNumber(value, out var step) || step % (decimal)rule! == 0,
                "minItems" => value is not JsonArray few || few.Count >= (int)rule!,
                "maxItems" => value is not JsonArray many || many.Count <= (int)rule!,
                "maxLength" => !IsText(value, out var bounded) || bounded.Length <= (int)rule!,
                "pattern" => !IsText(value, out var matched) || Regex.IsMatch(matched, (string)rule!),
                "items" => value is not JsonArray items || items.All(item => Accepts(rule!, item)),
                _ => throw new NotSupportedException(keyword),
            };

            if (!holds)
            {
                return false;
            }
        }

        // With "additionalProperties": false, each member needs a schema and must fit it.
        return value is not JsonObject members
            || schema["properties"] is not JsonObject known
            || members.All(member => known[member.Key] is { } rule && Accepts(rule, member.Value));
    }

    private static bool IsNumber(JsonNode? value, out decimal number)
    {
        number = 0;
        return value is JsonValue scalar && scalar.TryGetValue(out number);
    }

    private static bool IsText(JsonNode? value, out string text)
    {
        text = "";
        return value is JsonValue scalar && scalar.TryGetValue(out text!);
    }
}
