using System.Text;
using NodaTime;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Periods;

namespace VoiceQuality.Sla.Tests.Accounts;

public class AccountBookTests
{
    [Fact]
    public void The_example_document_is_read_whole()
    {
        var result = AccountBook.Parse(Vectors.Read("accounts", "example.json"));
        Assert.Empty(result.Errors);
        var book = result.Book!;
        Assert.Equal((2, 3, 6), (book.Accounts.Length, book.Units.Length, book.Rules.Length));
        Assert.Equal("America/Denver", book.FindAccount("A-1001")!.TimeZone);
        Assert.Equal("A-1002", book.FindUnit("A-1002-CLAIMS")!.AccountId);
        Assert.Same(BusinessUnit.Unassigned, book.FindUnit(BusinessUnit.UnassignedId));
        Assert.Null(book.FindAccount("A-9999"));

        // April 15 to May 15 still by New York (UTC−4), the period from May 15 on by Chicago (UTC−5).
        var calendar = book.FindAccount("A-1002")!.Calendar;
        Assert.Equal(Instant.FromUtc(2026, 5, 15, 4, 0), calendar.Bounds(new ServiceMonth(2026, 5)).Start);
        Assert.Equal(Instant.FromUtc(2026, 6, 15, 5, 0), calendar.Bounds(new ServiceMonth(2026, 5)).End);
    }

    [Fact]
    public void Every_error_is_told_at_once_with_its_line_and_path()
    {
        const string Json = """
            {
              "accounts": [
                { "accountId": "A-1", "name": "One", "timeZone": "America/Atlantis",
                  "units": [ { "unitId": "U-1", "name": "Unit" },
                             { "unitId": "U-1", "name": "Unit" } ] },
                { "accountId": "A-1", "timeZone": "UTC", "billingDay": 32, "colour": "red", "units": [] },
                { "accountId": "A 2", "name": 7, "timeZone": "UTC", "units": {} }
              ],
              "rules": [
                { "ruleId": "r1", "unitId": "U-1", "match": { "trunk": "198.18.4.1/24" } },
                { "ruleId": "r1", "unitId": "U-9", "match": { "domain": "a.example.com" } },
                { "ruleId": "r2", "unitId": "U-1", "match": { "domain": "A.example.com" } },
                { "ruleId": "r3", "unitId": "U-1", "side": "left", "match": { "numberPrefix": "555" } },
                { "ruleId": "r4", "unitId": "U-1", "match": { "numberFrom": "+15550100", "numberTo": "+15550" } },
                { "ruleId": "r5", "unitId": "U-1", "match": { "trunk": "198.18.4.0/24", "domain": "b.example.com" } },
                { "ruleId": "r6", "unitId": "U-1", "side": "caller", "side": "callee" },
                { "ruleId": "r7", "unitId": "U-1", "side": "caller",
                  "match": { "headerName": "X-Unit", "headerValue": "7" } }
              ]
            }
            """;
        var result = Parse(Json);
        Assert.Null(result.Book);
        Assert.Equal(
        [
            (3, "$.accounts[0].timeZone", AccountBookErrorKind.UnknownTimeZone),
            (5, "$.accounts[0].units[1].unitId", AccountBookErrorKind.DuplicateId),
            (6, "$.accounts[1].accountId", AccountBookErrorKind.DuplicateId),
            (6, "$.accounts[1].billingDay", AccountBookErrorKind.BadValue),
            (6, "$.accounts[1].colour", AccountBookErrorKind.UnknownField),
            (6, "$.accounts[1].name", AccountBookErrorKind.MissingField),
            (7, "$.accounts[2].accountId", AccountBookErrorKind.BadValue),
            (7, "$.accounts[2].name", AccountBookErrorKind.WrongType),
            (7, "$.accounts[2].units", AccountBookErrorKind.WrongType),
            (10, "$.rules[0].match.trunk", AccountBookErrorKind.BadValue),
            (11, "$.rules[1].ruleId", AccountBookErrorKind.DuplicateId),
            (11, "$.rules[1].unitId", AccountBookErrorKind.UnknownUnit),
            (12, "$.rules[2].match", AccountBookErrorKind.ConflictingRule),
            (13, "$.rules[3].match.numberPrefix", AccountBookErrorKind.BadValue),
            (13, "$.rules[3].side", AccountBookErrorKind.BadValue),
            (14, "$.rules[4].match.numberTo", AccountBookErrorKind.BadValue),
            (15, "$.rules[5].match", AccountBookErrorKind.BadValue),
            (16, "$.rules[6].match", AccountBookErrorKind.MissingField),
            (16, "$.rules[6].side", AccountBookErrorKind.RepeatedField),
            (17, "$.rules[7].side", AccountBookErrorKind.BadValue),
        ], result.Errors.Select(error => (error.Line, error.Path, error.Kind)));
    }

    [Fact]
    public void The_same_match_with_another_priority_or_side_is_no_conflict() =>
        Assert.Empty(Parse(WithRules("""
            { "ruleId": "r1", "unitId": "U-1", "match": { "trunk": "198.18.4.0/24" } },
            { "ruleId": "r2", "unitId": "U-1", "match": { "trunk": "198.18.4.0/24" }, "priority": 7 },
            { "ruleId": "r3", "unitId": "U-1", "match": { "trunk": "198.18.4.0/24" }, "side": "caller" }
            """)).Errors);

    [Fact]
    public void No_error_quotes_a_number_or_a_domain()
    {
        var result = Parse(WithRules("""
            { "ruleId": "r1", "unitId": "U-1", "match": { "numberPrefix": "15550109999" } },
            { "ruleId": "r2", "unitId": "U-1", "match": { "domain": "sip:secret@example.com" } }
            """));
        Assert.Equal(2, result.Errors.Length);
        Assert.DoesNotContain(result.Errors, error => error.Message.Contains("5550109999", StringComparison.Ordinal)
            || error.Message.Contains("secret", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("{\n\n  \"accounts\": [,]\n}", 3)]
    [InlineData("{ \"accounts\": [] } x", 1)]
    public void Broken_json_is_one_error_with_its_line(string json, int line)
    {
        var error = Assert.Single(Parse(json).Errors);
        Assert.Equal((AccountBookErrorKind.BrokenJson, line), (error.Kind, error.Line));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("null")]
    [InlineData("{\"accounts\":[null,[],\"\\ud800\"],\"rules\":[{\"match\":7}]}")]
    public void Any_other_shape_is_refused_without_an_exception(string json)
    {
        var result = Parse(json);
        Assert.Null(result.Book);
        Assert.NotEmpty(result.Errors);
    }

    [Fact]
    public void The_example_cut_at_any_octet_is_refused_without_an_exception()
    {
        var json = Vectors.Read("accounts", "example.json").AsSpan().TrimEnd((byte)'\n');
        for (var length = 0; length < json.Length; length++)
        {
            Assert.Null(AccountBook.Parse(json[..length]).Book);
        }
    }

    private static AccountBookResult Parse(string json) => AccountBook.Parse(Encoding.UTF8.GetBytes(json));

    private static string WithRules(string rules) => $$"""
        { "accounts": [ { "accountId": "A-1", "name": "One", "timeZone": "UTC",
                          "units": [ { "unitId": "U-1", "name": "Unit" } ] } ],
          "rules": [ {{rules}} ] }
        """;
}
