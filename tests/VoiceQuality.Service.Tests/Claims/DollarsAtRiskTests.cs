using NodaTime;
using VoiceQuality.Service.Tests.Api;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Usage;

namespace VoiceQuality.Service.Tests.Claims;

public class DollarsAtRiskTests
{
    [Fact]
    public async Task An_open_month_tells_what_it_is_worth_now_and_may_become()
    {
        await using var site = await ContractSite.StartAsync();
        var november = new ServiceMonth(2026, 11);
        var day = new LocalDate(2026, 11, 3);
        await site.WriteAsync(
            SeedCalls.Answered("A-1", "U-cut", day, 1, 34000),
            SeedCalls.Answered("A-1", "U-cut", day.PlusDays(1), 2, 34000),
            SeedCalls.Answered("A-1", "U-edge", day, 1, 42000));
        await site.ImportAsync([new UsageLine("A-1", "U-cut", november, ChargeKind.UsageDomestic, 100.00m, null)]);

        var risk = await site.GetJsonAsync("/api/v1/dollars-at-risk");
        var lines = risk.GetProperty("months").EnumerateArray().ToList();
        Assert.All(lines, line => Assert.Equal("2026-11", line.Text("month")));
        var cut = lines.Single(line => line.Text("unitId") == "U-cut");

        // 3.4 earns 30 % of 100.00 now. Both days are alike, so the mean stays 3.4 and the range is one figure; the
        // month has 721 h in Denver, of which 222 h have passed from 06:00 on 1 November to 12:00 on 10 November.
        Assert.Equal("30.00", cut.Text("creditIfClosedNow"));
        Assert.Equal(30.79m, cut.GetProperty("passedPercent").GetDecimal());
        Assert.Equal("97.43", cut.Text("forecastCredit"));
        Assert.Equal(("97.43", "97.43"), (cut.Text("forecastLow"), cut.Text("forecastHigh")));

        // 4.2 earns nothing; one day tells no range.
        var edge = lines.Single(line => line.Text("unitId") == "U-edge");
        Assert.Equal(("0.00", "0.00", null),
            (edge.Text("creditIfClosedNow"), edge.Text("forecastCredit"), edge.Text("forecastHigh")));
        Assert.Contains("Dollars at risk", await site.GetAsync("/risk"), StringComparison.Ordinal);
    }
}
