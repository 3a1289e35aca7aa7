using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Usage;

namespace VoiceQuality.Sla.Tests.Usage;

public class UsageBillingTests
{
    private static readonly AccountBook Book = AccountBook.Parse(Vectors.Read("accounts", "example.json")).Book!;
    private static readonly ServiceMonth May = new(2025, 5);

    [Fact]
    public void A_sound_file_is_taken_whole_with_its_total()
    {
        // 1000.00 + 60.00 + 200.5 − 12.3456 = 1248.1544
        var import = UsageBilling.Validate(
        [
            Row(2, kind: "USAGE_DOMESTIC", amount: "1000.00"),
            Row(3, kind: "TIER_C_SURCHARGE", amount: "60.00"),
            Row(4, kind: "USAGE_TOLL_FREE", amount: "200.5", number: "1-888-555-0123"),
            Row(5, kind: "CREDIT", amount: "-12.3456"),
        ], Book);
        Assert.Empty(import.Errors);
        Assert.Equal(1248.1544m, import.Total);
        Assert.Equal(4, import.Lines!.Count);
        Assert.Equal("+18885550123", import.Lines[2].Number!.Value.ToE164());
        Assert.Equal(
            new UsageLine("A-1001", "A-1001-SALES", May, ChargeKind.UsageDomestic, 1000m, null), import.Lines[0]);
    }

    [Fact]
    public void Every_error_is_told_at_once_and_nothing_is_taken()
    {
        var import = UsageBilling.Validate(
        [
            Row(2),
            Row(3, account: "A-9"),
            Row(4, unit: "A-1002-CLAIMS"),
            Row(5, month: "2025-5", kind: "usage_domestic", amount: "1,000.00", number: "call me"),
            new UsageRow(6, null, "", "2025-05", "MRC", "1", null),
            Row(7),
            Row(8, unit: "_unassigned"),
        ], Book);
        Assert.Null(import.Lines);
        Assert.Equal(0, import.Total);
        Assert.Equal(
        [
            (3, "account", UsageErrorKind.UnknownAccount),
            (4, "unit", UsageErrorKind.UnknownUnit),
            (5, "month", UsageErrorKind.BadMonth),
            (5, "kind", UsageErrorKind.UnknownKind),
            (5, "amount", UsageErrorKind.BadAmount),
            (5, "number", UsageErrorKind.BadNumber),
            (6, "account", UsageErrorKind.Missing),
            (6, "unit", UsageErrorKind.Missing),
            (7, "kind", UsageErrorKind.DuplicateLine),
            (8, "unit", UsageErrorKind.UnknownUnit),
        ], import.Errors.Select(error => (error.LineNumber, error.Field, error.Kind)));
        Assert.All(import.Errors, error => Assert.EndsWith(".", error.Message, StringComparison.Ordinal));
        Assert.Contains("USAGE_DOMESTIC, USAGE_INTERNATIONAL", import.Errors[3].Message, StringComparison.Ordinal);
        Assert.Equal("Line 2 bills the same usage.", import.Errors[8].Message);
    }

    [Fact]
    public void A_file_with_more_rows_than_allowed_is_told_once_and_not_taken()
    {
        var credit = Row(0, kind: "CREDIT");
        var import = UsageBilling.Validate(
            Enumerable.Range(1, UsageBilling.MaxRows + 2).Select(line => credit with { LineNumber = line }), Book);
        Assert.Null(import.Lines);
        var error = Assert.Single(import.Errors);
        Assert.Equal((UsageBilling.MaxRows + 1, UsageErrorKind.TooManyRows), (error.LineNumber, error.Kind));
        Assert.Equal("A file has at most 1000000 rows.", error.Message);
    }

    [Fact]
    public void Each_field_but_the_number_must_be_there_and_is_told_by_its_name() => Assert.Equal(
        [
            (1, "account", UsageErrorKind.Missing), (1, "unit", UsageErrorKind.Missing),
            (1, "month", UsageErrorKind.Missing), (1, "kind", UsageErrorKind.Missing),
            (1, "amount", UsageErrorKind.Missing), (2, "unit", UsageErrorKind.Missing),
            (3, "account", UsageErrorKind.Missing),
        ],
        UsageBilling.Validate(
            [
                new UsageRow(1, null, null, null, null, null, null), Row(2, unit: ""), Row(3, account: ""),
            ], Book).Errors.Select(error => (error.LineNumber, error.Field, error.Kind)));

    [Fact]
    public void Usage_of_two_numbers_and_repeated_fees_are_no_duplicates() =>
        Assert.Empty(UsageBilling.Validate(
        [
            Row(2, kind: "USAGE_TOLL_FREE", number: "+18885550123"),
            Row(3, kind: "USAGE_TOLL_FREE", number: "+18885550124"),
            Row(4, kind: "FEE"),
            Row(5, kind: "FEE"),
        ], Book).Errors);

    [Theory]
    [InlineData("0", true)]
    [InlineData("-0.01", true)]
    [InlineData("999999999999.9999", true)]
    [InlineData("1.00000", false)]
    [InlineData("1000000000000", false)]
    [InlineData("+1", false)]
    [InlineData("1.", false)]
    [InlineData(".5", false)]
    [InlineData("-", false)]
    [InlineData("--1", false)]
    [InlineData("1e3", false)]
    [InlineData("1,000", false)]
    [InlineData(" 1", false)]
    [InlineData("(1.00)", false)]
    [InlineData("$1", false)]
    [InlineData("٣", false)]
    [InlineData("NaN", false)]
    public void An_amount_is_read_strictly(string text, bool isAmount) =>
        Assert.Equal(isAmount, Money.TryParse(text, 4, out _));

    [Theory]
    [InlineData("1234.5", "1234.50")]
    [InlineData("0", "0.00")]
    [InlineData("-12", "-12.00")]
    [InlineData("0.0050", "0.005")]
    [InlineData("999999999999.9999", "999999999999.9999")]
    public void An_amount_is_written_with_two_decimals_or_all_it_has(string amount, string expected)
    {
        Assert.True(Money.TryParse(amount, 4, out var value));
        Assert.Equal(expected, Money.Format(value));
    }

    [Fact]
    public void The_base_is_usage_and_its_surcharge_and_nothing_else()
    {
        // 1 + 2 + 4 + 8 + 16 + 32 + 64 = 127; the other kinds stay out.
        var amount = 1m;
        var lines = new List<UsageLine>();
        foreach (var kind in Enum.GetValues<ChargeKind>())
        {
            lines.Add(Line(kind, amount));
            amount *= 2;
        }

        Assert.Equal(127m, UsageBase.Of(lines, May, Barred()).Amount);
    }

    [Fact]
    public void Lines_of_other_months_do_not_enter_the_base()
    {
        UsageLine[] lines =
            [Line(ChargeKind.UsageDomestic, 500m), Line(ChargeKind.UsageDomestic, 900m) with { Month = May.Next }];
        Assert.Equal(500m, UsageBase.Of(lines, May, Barred()).Amount);
        Assert.Equal(900m, UsageBase.Of(lines, May.Next, Barred()).Amount);
    }

    [Fact]
    public void Without_any_line_of_the_month_the_base_is_unknown_unless_the_lines_are_complete()
    {
        UsageLine[] lines = [Line(ChargeKind.UsageDomestic, 500m)];
        Assert.Equal(UsageBase.Unknown, UsageBase.Of(lines, May.Next, Barred()));
        Assert.Null(UsageBase.Of([], May, Barred()).Amount);
        Assert.Equal(0m, UsageBase.OfComplete(lines, May.Next, Barred()).Amount);
        Assert.Equal(0m, UsageBase.Of([Line(ChargeKind.Mrc, 300m)], May, Barred()).Amount);
    }

    [Fact]
    public void Usage_of_a_barred_number_leaves_the_base_however_it_is_spelled()
    {
        UsageLine[] lines =
        [
            Line(ChargeKind.UsageDomestic, 800m),
            Line(ChargeKind.UsageTollFree, 200m, "+1 888 555 0123"),
            Line(ChargeKind.UsageTollFree, 50m, "+18885550124"),
        ];
        var usage = UsageBase.Of(lines, May, Barred("8885550123"));
        Assert.Equal((850m, 200m), (usage.Amount, usage.BarredAmount));
    }

    [Fact]
    public void Toll_free_usage_without_a_number_leaves_the_base_unknown_where_a_number_is_barred()
    {
        UsageLine[] lines = [Line(ChargeKind.UsageDomestic, 800m), Line(ChargeKind.UsageTollFree, 200m)];
        Assert.Equal(1000m, UsageBase.Of(lines, May, Barred()).Amount);
        var doubtful = UsageBase.Of(lines, May, Barred("+18885550123"));
        Assert.Equal((UsageBaseStatus.TollFreeNumberMissing, (decimal?)null), (doubtful.Status, doubtful.Amount));
    }

    private static UsageLine Line(ChargeKind kind, decimal amount, string? number = null) =>
        new("A-1001", "A-1001-SALES", May, kind, amount, number is null ? null : Barred(number).Single());

    private static HashSet<PhoneNumber> Barred(params string[] numbers) => [.. numbers.Select(number =>
        PhoneNumber.TryNormalize(number, out var parsed) ? parsed : throw new FormatException("Not a number."))];

    private static UsageRow Row(
        int line,
        string account = "A-1001",
        string unit = "A-1001-SALES",
        string month = "2025-05",
        string kind = "USAGE_DOMESTIC",
        string amount = "1.00",
        string number = "") => new(line, account, unit, month, kind, amount, number);
}
