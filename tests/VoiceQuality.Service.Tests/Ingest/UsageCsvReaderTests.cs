using System.Text;
using VoiceQuality.Service.Demo;
using VoiceQuality.Service.Ingest;
using VoiceQuality.Sla.Accounts;

namespace VoiceQuality.Service.Tests.Ingest;

public sealed class UsageCsvReaderTests
{
    private static readonly AccountBook Book =
        AccountBook.Parse(Encoding.UTF8.GetBytes(DemoWorld.AccountDocument())).Book!;

    [Fact]
    public void Columns_may_come_in_any_order_and_with_a_byte_order_mark()
    {
        var file = Read("\uFEFFamount,kind,month,unit,account\n12.50,USAGE_DOMESTIC,2026-10,DEN-SALES,A-1001\n");
        Assert.Empty(file.Import.Errors);
        Assert.Equal(12.50m, file.Import.Total);
        Assert.Equal("DEN-SALES", Assert.Single(file.Import.Lines!).UnitId);
    }

    [Fact]
    public void Every_error_is_told_with_its_line_and_column()
    {
        var file = Read(
            """
            account,unit,month,kind,amount
            A-1001,DEN-SALES,2026-13,USAGE_DOMESTIC,1.00
            A-1001,NYC-CLAIMS,2026-10,USAGE_DOMESTIC,1.00
            A-1001,DEN-SALES,2026-10,USAGE_DOMESTIC
            A-1001,DEN-SALES,2026-10,USAGE_DOMESTIC,"1,000.00"

            """);
        Assert.Null(file.Import.Lines);
        Assert.Equal(
            [(2, "month"), (3, "unit"), (4, ""), (5, "amount")],
            file.Import.Errors.Select(error => (error.LineNumber, error.Field)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("account,unit,month,kind\n")]
    [InlineData("account,unit,month,kind,amount,secret\n")]
    [InlineData("account,unit,month,kind,amount,amount\n")]
    public void A_header_that_is_not_understood_is_refused(string csv)
    {
        var file = Read(csv);
        Assert.Null(file.Import.Lines);
        Assert.All(file.Import.Errors, error => Assert.Equal(1, error.LineNumber));
    }

    private static UsageFile Read(string csv) => UsageCsvReader.Read(Encoding.UTF8.GetBytes(csv), Book);
}
