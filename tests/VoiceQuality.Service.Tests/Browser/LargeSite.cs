using System.Text.Json;
using NodaTime;
using VoiceQuality.Monitor.Calls;
using VoiceQuality.Service.Tests.Api;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Usage;
using VoiceQuality.Storage.Calls;

namespace VoiceQuality.Service.Tests.Browser;

/// <summary>Seven accounts with one to fifty units, four months of calls, and names of every kind.</summary>
internal static class LargeSite
{
    public const string LongName =
        "Kundenbetreuung-Donaudampfschifffahrtsgesellschaftskapitaenswitwenversicherungsabteilung-Nordwest";

    public static readonly DateTimeOffset Now = new(2026, 10, 21, 15, 30, 0, TimeSpan.Zero);

    /// <summary>The call with streams and a ladder.</summary>
    public static MeasuredCall DetailedCall { get; } = Detailed();

    public static async Task<TestSite> StartAsync()
    {
        var site = await TestSite.StartAsync(Accounts(), Now);
        var random = new Random(20261021);
        var calls = new List<MeasuredCall>();
        for (var date = new LocalDate(2026, 7, 3); date <= new LocalDate(2026, 10, 20); date = date.PlusDays(1))
        {
            foreach (var (account, unit, level) in Units())
            {
                var isWeekend = date.DayOfWeek is IsoDayOfWeek.Saturday or IsoDayOfWeek.Sunday;
                var count = account is "D-1" or "E-1" or "F-1" ? 20 : isWeekend ? 1 : 3;
                for (var i = 0; i < count; i++)
                {
                    int? mos = random.Next(12) == 0 ? null : Math.Clamp(level + random.Next(-5000, 4000), 10000, 44093);
                    calls.Add(SeedCalls.Answered(account, unit, date, i, mos));
                }
            }
        }

        calls.Add(DetailedCall);
        calls.Add(Failed());
        await site.WriteAsync([.. calls]);
        await site.ImportAsync(
            from unit in Units()
            from month in new[] { 7, 8, 9 }
            where unit.Unit != "C-unit-007"
            select new UsageLine(
                unit.Account, unit.Unit, new ServiceMonth(2026, month), ChargeKind.UsageDomestic, 1000.25m + month, null));
        return site;
    }

    private static IEnumerable<(string Account, string Unit, int LevelE4)> Units()
    {
        yield return ("A-solo", "A-main", 41000);
        yield return ("B-few", "B-sales", 40500);
        yield return ("B-few", "B-support", 36500);
        yield return ("B-few", "B-long", 31000);
        for (var i = 1; i <= 50; i++)
        {
            yield return ("C-many", $"C-unit-{i:000}", 29500 + (i * 250));
        }

        foreach (var account in new[] { "D-1", "E-1", "F-1" })
        {
            yield return (account, account + "-u", 40000);
        }
    }

    private static string Accounts()
    {
        var names = new Dictionary<string, string>
        {
            ["A-solo"] = "Aspen Clinics",
            ["B-few"] = "Bayfield & Sons <b>Ltd</b>",
            ["C-many"] = "Contact Centers of the Continent",
            ["D-1"] = "Delta",
            ["E-1"] = "Echo \u202Etxt.exe\u202C",
            ["F-1"] = "F\u00f6hn\u200b Wetter",
        };
        var units = new Dictionary<string, string>
        {
            ["A-main"] = "Reception",
            ["B-sales"] = "Sales",
            ["B-support"] = ContractSite.HostileName,
            ["B-long"] = LongName,
        };
        return JsonSerializer.Serialize(new
        {
            accounts = Units().GroupBy(unit => unit.Account).Select(group => new
            {
                accountId = group.Key,
                name = names[group.Key],
                timeZone = "America/Denver",
                units = group.Select(unit => new
                {
                    unitId = unit.Unit,
                    name = units.GetValueOrDefault(unit.Unit, "Unit " + unit.Unit),
                }),
            }),
            rules = Array.Empty<object>(),
        });
    }

    private static MeasuredCall Detailed()
    {
        var measured = SeedCalls.WithMedia(
            SeedCalls.Answered("B-few", "B-support", new LocalDate(2026, 10, 20), 900, 40000), 0, 3, 12, 60, 25, 0);
        return measured with
        {
            Call = measured.Call with
            {
                CallId = ContractSite.HostileName,
                Caller = ContractSite.HostileName,
                CallerDomain = "\u202Emoc.elpmaxe",
                Headers = new Dictionary<string, string> { ["user-agent"] = "<script>alert(1)</script>" },
            },
        };
    }

    private static MeasuredCall Failed()
    {
        var measured = SeedCalls.Answered(BusinessUnit.UnassignedId, BusinessUnit.UnassignedId, new LocalDate(2026, 10, 20), 901, null);
        return measured with
        {
            RuleId = null,
            Call = measured.Call with
            {
                AnsweredAtUs = null, Outcome = CallOutcome.Failed, FinalStatus = 503, PostDialDelayUs = null,
                UnscoredReason = Quality.Scoring.UnscoredReason.NoAnswer,
            },
        };
    }
}
