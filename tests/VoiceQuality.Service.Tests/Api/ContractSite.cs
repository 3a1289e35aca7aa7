using NodaTime;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Usage;
using VoiceQuality.Storage.Usage;

namespace VoiceQuality.Service.Tests.Api;

/// <summary>
/// October 2026, seen from 10 November: an account whose units stand for the cases of the contract, and one that is
/// somebody else's.
/// </summary>
internal static class ContractSite
{
    public const string HostileName = "<img src=x onerror=alert(1)>\"'&";
    public const string FormulaName = "=HYPERLINK(\"http://198.18.0.9\",\"x\")";

    public static readonly DateTimeOffset Now = new(2026, 11, 10, 12, 0, 0, TimeSpan.Zero);

    public const string Accounts = """
        {
          "accounts": [
            { "accountId": "A-1", "name": "<img src=x onerror=alert(1)>\"'&", "timeZone": "America/Denver", "units": [
              { "unitId": "U-edge", "name": "Exactly 3.9" },
              { "unitId": "U-cut", "name": "=HYPERLINK(\"http://198.18.0.9\",\"x\")" },
              { "unitId": "U-blind", "name": "<img src=x onerror=alert(1)>\"'&" },
              { "unitId": "U-silent", "name": "Silent" },
              { "unitId": "U-refund", "name": "+Refund" },
              { "unitId": "U-waiting", "name": "Usage not imported" } ] },
            { "accountId": "B-1", "name": "Somebody else", "timeZone": "UTC", "units": [
              { "unitId": "U-other", "name": "Other" } ] }
          ],
          "rules": []
        }
        """;

    private static readonly LocalDate Day = new(2026, 10, 14);

    public static async Task<TestSite> StartAsync(
        Action<Microsoft.Extensions.DependencyInjection.IServiceCollection>? configure = null)
    {
        var site = await TestSite.StartAsync(Accounts, Now, configure);
        await site.WriteAsync(
        [
            // the mean of these is 3.9 exactly, which is not below.
            SeedCalls.Answered("A-1", "U-edge", Day, 1, 39000),
            SeedCalls.Answered("A-1", "U-edge", Day, 2, 38000),
            SeedCalls.Answered("A-1", "U-edge", Day.PlusDays(1), 3, 37000),
            SeedCalls.Answered("A-1", "U-edge", Day.PlusDays(1), 4, 42000),

            // 3.4995 shows as 3.499 and earns 30 %.
            SeedCalls.Answered("A-1", "U-cut", Day, 1, 34995),
            SeedCalls.Answered("A-1", "U-cut", Day, 2, 34995),
            SeedCalls.Answered("A-1", "U-cut", Day, 3, null),

            // calls, none scored.
            SeedCalls.Answered("A-1", "U-blind", Day, 1, null),

            SeedCalls.Answered("A-1", "U-refund", Day, 1, 29000),
            SeedCalls.Answered("A-1", "U-waiting", Day, 1, 38999),
            SeedCalls.Answered("B-1", "U-other", Day, 1, 41000),
        ]);
        await site.ImportAsync(
            [
                Usage("A-1", "U-edge", 500.00m),
                Usage("A-1", "U-cut", 8420.15m),
                Usage("A-1", "U-refund", -12.00m),
                Usage("B-1", "U-other", 100.00m),
            ],
            new UsageSet("A-1", "U-silent", new ServiceMonth(2026, 10)),
            new UsageSet("A-1", "U-blind", new ServiceMonth(2026, 10)));
        return site;
    }

    private static UsageLine Usage(string account, string unit, decimal amount) =>
        new(account, unit, new ServiceMonth(2026, 10), ChargeKind.UsageDomestic, amount, null);
}
