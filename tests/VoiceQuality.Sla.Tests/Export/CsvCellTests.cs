using VoiceQuality.Sla.Export;

namespace VoiceQuality.Sla.Tests.Export;

public class CsvCellTests
{
    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+15550100", "'+15550100")]
    [InlineData("-2", "'-2")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("\tx", "'\tx")]
    [InlineData("\0x", "'\0x")]
    [InlineData("\rx", "\"'\rx\"")] // CR and LF are quoted as well (RFC 4180 §2, rule 6)
    [InlineData("\nx", "\"'\nx\"")]
    [InlineData("=\"a\",b", "\"'=\"\"a\"\",b\"")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("a \"b\"", "\"a \"\"b\"\"\"")]
    [InlineData("a=b", "a=b")]
    [InlineData(" a ", " a ")]
    [InlineData("", "")]
    [InlineData(null, "")]
    public void Text_that_could_be_a_formula_is_guarded_and_then_quoted(string? value, string cell) =>
        Assert.Equal(cell, CsvCell.Text(value));

    [Fact]
    public void Amounts_and_numbers_are_never_guarded()
    {
        Assert.Equal("-12.34", CsvCell.Amount(-12.34m));
        Assert.Equal("-5.00", CsvCell.Amount(-5m));
        Assert.Equal("0.00125", CsvCell.Amount(0.00125m));
        Assert.Equal("-7", CsvCell.Number(-7));
        Assert.Equal("", CsvCell.Amount(null));
        Assert.Equal("", CsvCell.Number(null));
    }

    [Theory]
    [InlineData("+18015550123", "'+18015550123")]
    [InlineData("(801) 555-0123", "'+18015550123")]
    [InlineData("anonymous", "anonymous")]
    [InlineData("=1", "'=1")]
    [InlineData(null, "")]
    public void A_phone_number_is_text_that_begins_with_a_plus(string? value, string cell) =>
        Assert.Equal(cell, CsvCell.Phone(value));
}
