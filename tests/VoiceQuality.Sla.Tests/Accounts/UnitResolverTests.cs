using System.Globalization;
using System.Text;
using System.Text.Json;
using VoiceQuality.Sla.Accounts;

namespace VoiceQuality.Sla.Tests.Accounts;

public class UnitResolverTests
{
    private static readonly UnitResolver Example =
        new(AccountBook.Parse(Vectors.Read("accounts", "example.json")).Book!);

    [Fact]
    public void A_call_that_no_rule_knows_is_unassigned()
    {
        var resolution = Example.Resolve(new CallFacts { CallerNumber = "+15559999999", RequestDomain = "192.0.2.1" });
        Assert.Equal((BusinessUnit.Unassigned, null), (resolution.Unit, resolution.Rule));
        Assert.Equal(BusinessUnit.Unassigned, new UnitResolver(AccountBook.Empty).Resolve(new CallFacts()).Unit);
    }

    [Fact]
    public void Each_kind_of_rule_finds_its_unit()
    {
        Assert.Equal("a1001-trunk", RuleOf(new CallFacts { SignallingSource = Address("198.18.4.9") }));
        Assert.Equal("a1001-trunk", RuleOf(new CallFacts { SignallingDestination = Address("198.18.4.9") }));
        Assert.Equal("a1001-trunk-v6", RuleOf(new CallFacts { SignallingSource = Address("2001:2:0:4::5") }));
        Assert.Equal("a1001-sales-numbers", RuleOf(new CallFacts { CalleeNumber = "5550110999" }));
        Assert.Equal("a1001-sales-header", RuleOf(new CallFacts { Headers = Headers("x-business-UNIT", " sales ") }));
        Assert.Equal("a1002-domain", RuleOf(new CallFacts { RequestDomain = "CLAIMS.example.com.:5061" }));
        Assert.Equal("a1002-prefix", RuleOf(new CallFacts { CallerNumber = "+15550123456" }));
    }

    [Fact]
    public void A_rule_looks_at_its_own_side_only()
    {
        Assert.Null(RuleOf(new CallFacts { CallerNumber = "+15550110500" }));
        Assert.Null(RuleOf(new CallFacts { CalleeNumber = "+15550123456" }));
    }

    [Fact]
    public void A_lower_priority_number_beats_a_more_particular_rule()
    {
        var facts = new CallFacts { CalleeNumber = "+15550110500", Headers = Headers("X-Business-Unit", "sales") };
        Assert.Equal("a1001-sales-header", RuleOf(facts));
    }

    [Fact]
    public void A_number_range_beats_a_trunk_of_the_same_priority() =>
        Assert.Equal("a1001-sales-numbers", RuleOf(new CallFacts
        {
            SignallingSource = Address("198.18.4.9"),
            CalleeNumber = "+15550110000",
        }));

    [Fact]
    public void A_prefix_does_not_match_a_number_that_is_shorter()
    {
        var resolver = ResolverOf(("r", """{ "numberPrefix": "+155501" }"""));
        Assert.Null(resolver.Resolve(new CallFacts { CallerNumber = "+15550" }).Rule);
        Assert.NotNull(resolver.Resolve(new CallFacts { CallerNumber = "+155501" }).Rule);
        Assert.Null(resolver.Resolve(new CallFacts { CallerNumber = "+155500" }).Rule);
    }

    [Fact]
    public void Nested_ranges_go_to_the_smallest_and_equal_ones_to_the_first_id()
    {
        var resolver = ResolverOf(
            ("wide", """{ "numberFrom": "+1000", "numberTo": "+1999" }"""),
            ("inner", """{ "numberFrom": "+1200", "numberTo": "+1299" }"""),
            ("b", """{ "numberFrom": "+1500", "numberTo": "+1509" }"""),
            ("a", """{ "numberFrom": "+1505", "numberTo": "+1514" }"""));
        Assert.Equal(
            ["wide", "inner", "inner", "wide", "b", "a", "a", "wide", null],
            new[] { "+1199", "+1200", "+1299", "+1300", "+1504", "+1505", "+1514", "+1999", "+2000" }
                .Select(number => resolver.Resolve(new CallFacts { CalleeNumber = number }).Rule?.RuleId));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void The_tables_agree_with_asking_every_rule_in_turn(int seed)
    {
        var random = new Random(seed);
        var book = RandomBook(random, ruleCount: 600);
        var resolver = new UnitResolver(book);

        for (var i = 0; i < 4_000; i++)
        {
            var facts = RandomFacts(random);
            Assert.Equal(Naive(book, facts)?.RuleId, resolver.Resolve(facts).Rule?.RuleId);
        }
    }

    [Fact]
    public void A_lookup_allocates_nothing()
    {
        var resolver = new UnitResolver(RandomBook(new Random(5), ruleCount: 10_000));
        var facts = new CallFacts
        {
            SignallingSource = Address("198.18.1.2"),
            SignallingDestination = Address("198.18.3.4"),
            CallerNumber = "+15550123456",
            CalleeNumber = "(555) 011-2233",
            CallerDomain = "d7.example.com:5060",
            RequestDomain = "d9.example.com",
            Headers = Headers("X-H1", "3"),
        };
        _ = resolver.Resolve(facts);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            _ = resolver.Resolve(facts);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    /// <summary>The order of decision, written down once more: priority, kind, side, breadth, id.</summary>
    private static UnitRule? Naive(AccountBook book, CallFacts facts) => book.Rules
        .Where(rule => Matches(rule, facts))
        .OrderBy(rule => rule.Priority)
        .ThenBy(rule => rule.Match switch
        {
            UnitMatch.Header => 'a',
            UnitMatch.NumberRange => 'b',
            UnitMatch.NumberPrefix => 'c',
            UnitMatch.Domain => 'd',
            _ => 'e',
        })
        .ThenBy(rule => rule.Side == RuleSide.Either)
        .ThenBy(rule => rule.Match is UnitMatch.NumberRange range ? range.To.Digits - range.From.Digits : 0)
        .ThenByDescending(rule => rule.Match is UnitMatch.NumberPrefix prefix ? prefix.Digits.Length : 0)
        .ThenByDescending(rule => rule.Match is UnitMatch.Trunk trunk ? trunk.Prefix.Length : 0)
        .ThenBy(rule => rule.RuleId, StringComparer.Ordinal)
        .FirstOrDefault();

    private static bool Matches(UnitRule rule, CallFacts facts)
    {
        var asCaller = rule.Side != RuleSide.Callee
            && Matches(rule.Match, facts.SignallingSource, facts.CallerNumber, [facts.CallerDomain]);
        var asCallee = rule.Side != RuleSide.Caller && Matches(
            rule.Match, facts.SignallingDestination, facts.CalleeNumber, [facts.CalleeDomain, facts.RequestDomain]);
        var byHeader = rule.Match is UnitMatch.Header header
            && facts.Headers!.TryGetValue(header.Name, out var value)
            && value == header.Value;
        return asCaller || asCallee || byHeader;
    }

    private static bool Matches(UnitMatch match, SignallingAddress? address, string? number, string?[] domains) =>
        match switch
        {
            UnitMatch.Trunk trunk => address is { } known && trunk.Prefix.Contains(known),
            UnitMatch.Domain domain => domains.Contains(domain.Host, StringComparer.OrdinalIgnoreCase),
            UnitMatch.NumberPrefix prefix => number!.StartsWith("+" + prefix.Digits, StringComparison.Ordinal),
            UnitMatch.NumberRange range => long.Parse(number!, NumberStyles.AllowLeadingSign, null) is var value
                && value >= (long)range.From.Digits
                && value <= (long)range.To.Digits,
            _ => false,
        };

    private static AccountBook RandomBook(Random random, int ruleCount)
    {
        var rules = new Dictionary<string, string>();
        for (var i = 0; i < ruleCount; i++)
        {
            var match = random.Next(5) switch
            {
                0 => RandomTrunk(random),
                1 => $"\"numberPrefix\": \"+1555{RandomDigits(random, random.Next(1, 6))}\"",
                2 => RandomRange(random),
                3 => $"\"domain\": \"d{random.Next(40)}.example.com\"",
                _ => $"\"headerName\": \"X-H{random.Next(3)}\", \"headerValue\": \"{random.Next(30)}\"",
            };
            var side = match.Contains("header", StringComparison.Ordinal)
                ? ""
                : $", \"side\": \"{new[] { "either", "caller", "callee" }[random.Next(3)]}\"";
            var body = $"\"priority\": {random.Next(3)}{side}, \"match\": {{ {match} }}";

            // The body is the key: the same match, side and priority twice would be a conflict.
            rules[body] = $"{{ \"ruleId\": \"r{random.Next(100_000_000)}x{i}\", \"unitId\": \"U-{i % 50}\", {body} }}";
        }

        var units = string.Join(',', Enumerable.Range(0, 50).Select(i => $$"""{"unitId":"U-{{i}}","name":"Unit"}"""));
        var result = AccountBook.Parse(Encoding.UTF8.GetBytes($$"""
            { "accounts": [ { "accountId": "A-1", "name": "One", "timeZone": "UTC", "units": [ {{units}} ] } ],
              "rules": [ {{string.Join(',', rules.Values)}} ] }
            """));
        Assert.Empty(result.Errors);
        return result.Book!;
    }

    private static string RandomTrunk(Random random)
    {
        var length = random.Next(15, 33);
        var bits = (0xC6120000u | (uint)random.Next(1 << 12)) & (uint.MaxValue << (32 - length));
        return $"\"trunk\": \"{bits >> 24}.{(bits >> 16) & 255}.{(bits >> 8) & 255}.{bits & 255}/{length}\"";
    }

    private static string RandomRange(Random random)
    {
        var from = 15550000000 + random.Next(100_000);
        var to = from + random.Next(1, 20_000);
        return $"\"numberFrom\": \"+{from}\", \"numberTo\": \"+{to}\"";
    }

    private static string RandomDigits(Random random, int count) =>
        string.Concat(Enumerable.Range(0, count).Select(_ => random.Next(3)));

    private static CallFacts RandomFacts(Random random) => new()
    {
        SignallingSource = random.Next(4) == 0 ? null : Address($"198.18.{random.Next(16)}.{random.Next(256)}"),
        SignallingDestination = Address($"198.19.{random.Next(16)}.{random.Next(256)}"),
        CallerNumber = $"+{15550000000 + random.Next(120_000)}",
        CalleeNumber = $"+1555{RandomDigits(random, random.Next(1, 8))}",
        CallerDomain = $"D{random.Next(60)}.example.com",
        CalleeDomain = random.Next(2) == 0 ? null : $"d{random.Next(60)}.EXAMPLE.com",
        RequestDomain = $"d{random.Next(60)}.example.com",
        Headers = Headers($"x-h{random.Next(4)}", random.Next(60).ToString(CultureInfo.InvariantCulture)),
    };

    private static string? RuleOf(CallFacts facts) => Example.Resolve(facts).Rule?.RuleId;

    private static Dictionary<string, string> Headers(string name, string value) =>
        new(StringComparer.OrdinalIgnoreCase) { [name] = value };

    private static SignallingAddress Address(string text) =>
        SignallingAddress.TryParse(text, out var address) ? address : throw new JsonException("Not an address.");

    private static UnitResolver ResolverOf(params (string Id, string Match)[] rules)
    {
        var list = string.Join(',', rules.Select(rule =>
            $$"""{ "ruleId": "{{rule.Id}}", "unitId": "U-1", "match": {{rule.Match}} }"""));
        return new UnitResolver(AccountBook.Parse(Encoding.UTF8.GetBytes($$"""
            { "rules": [ {{list}} ],
              "accounts": [ { "accountId": "A-1", "name": "One", "timeZone": "UTC",
                              "units": [ { "unitId": "U-1", "name": "Unit" } ] } ] }
            """)).Book!);
    }
}
