using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using VoiceQuality.Monitor.Sources.Synthetic;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Periods;

namespace VoiceQuality.Service.Demo;

/// <summary>
/// Seven invented customers in seven time zones with fifteen business units: each row of the credit table, a unit
/// without calls, one without media, one at the edge of 3.9, and rules of each kind.
/// </summary>
internal static class DemoWorld
{
    /// <summary>Header by which two of the units are known.</summary>
    public const string HeaderName = "X-Business-Unit";

    /// <summary>Host of a trunk that signals.</summary>
    public const int SignallingHost = SyntheticAddressPlan.SignallingHost;

    /// <summary>Number of the trunk whose calls no rule knows.</summary>
    public const int StrangerNumber = 90;

    public static IReadOnlyList<DemoAccount> Accounts { get; } =
    [
        new("A-1001", "Rocky Mountain Outfitters", "America/Denver", 1,
        [
            new(1, "DEN-SALES", "Sales", DemoRule.Trunk, DemoQuality.Clean, DemoQuality.Clean, Weight: 14),
            new(2, "DEN-SUPPORT", "Support", DemoRule.NumberRange, DemoQuality.Fair, DemoQuality.Good),
        ]),
        new("A-1002", "Hudson Mutual", "America/New_York", 1,
        [
            new(3, "NYC-CLAIMS", "Claims", DemoRule.Trunk, DemoQuality.Poor, DemoQuality.Fair),
            new(4, "NYC-BILLING", "Billing", DemoRule.Domain, DemoQuality.Good, DemoQuality.Clean),
        ]),
        new("A-1003", "Ganges Helpdesk", "Asia/Kolkata", 1,
        [
            new(5, "CCU-HELPDESK", "Helpdesk", DemoRule.Header, DemoQuality.Bad, DemoQuality.Poor),
            new(6, "CCU-NIGHT", "Night shift", DemoRule.NumberPrefix, DemoQuality.Good, DemoQuality.Good),
        ]),
        new("A-1004", "Thames Travel", "Europe/London", 1,
        [
            new(7, "LON-BOOKING", "Booking", DemoRule.Trunk, DemoQuality.Edge, DemoQuality.Edge),
            new(8, "LON-CONCIERGE", "Concierge", DemoRule.Domain, DemoQuality.Clean, DemoQuality.Bad,
                SyntheticCodec.Pcma),
        ]),
        new("A-1005", "Harbour Couriers", "Australia/Sydney", 1,
        [
            new(9, "SYD-DISPATCH", "Dispatch", DemoRule.Trunk, DemoQuality.Good, DemoQuality.Good,
                SyntheticCodec.Pcma),
            new(10, "SYD-SPARE", "Spare line", DemoRule.NumberRange, DemoQuality.Silent, DemoQuality.Silent),
        ]),
        new("A-1006", "Saguaro Pharmacies", "America/Phoenix", 15,
        [
            new(11, "PHX-PHARMACY", "Pharmacy", DemoRule.Header, DemoQuality.Broken, DemoQuality.Broken, Weight: 6),
            new(12, "PHX-OUTREACH", "Outreach", DemoRule.NumberPrefix, DemoQuality.Unmeasured,
                DemoQuality.Unmeasured, Weight: 4),
        ]),
        new("A-1007", "Alpine Rescue Coordination", "Europe/Zurich", 1,
        [
            new(13, "ZRH-DUTY", "Duty desk", DemoRule.Trunk, DemoQuality.Good, DemoQuality.Clean),
            new(14, "ZRH-TRAINING", "Training", DemoRule.Domain, DemoQuality.Fair, DemoQuality.Clean, Weight: 5),
            new(15, "ZRH-ARCHIVE", "Archive", DemoRule.Header, DemoQuality.Clean, DemoQuality.Silent, Weight: 4),
        ]),
    ];

    /// <summary>The account document, in the form that <c>accounts import</c> reads.</summary>
    public static string AccountDocument() => JsonSerializer.Serialize(new
    {
        accounts = Accounts.Select(account => new
        {
            accountId = account.AccountId,
            name = account.Name,
            timeZone = account.TimeZone,
            billingDay = account.BillingDay,
            units = account.Units.Select(unit => new { unitId = unit.UnitId, name = unit.Name }),
        }),
        rules = Accounts.SelectMany(account => account.Units).Select(unit => RuleOf(unit)),
    });

    /// <summary>
    /// What was billed for last month and this month so far, in the form that <c>usage import</c> reads. One unit was
    /// not billed yet, so that its credit is not known. For the account whose calls are rated see
    /// <see cref="DemoUsage"/>.
    /// </summary>
    public static string UsageCsv(AccountBook book, DateTimeOffset now, ulong seed)
    {
        var csv = new StringBuilder("account,unit,month,kind,amount,number\n");
        var instant = NodaTime.Instant.FromDateTimeOffset(now);

        foreach (var account in Accounts.Where(account => account.AccountId != DemoReference.RatedAccountId))
        {
            var current = book.FindAccount(account.AccountId)!.Calendar.MonthOf(instant);

            foreach (var unit in account.Units.Where(unit => unit.UnitId != "ZRH-ARCHIVE"))
            {
                AppendUsage(csv, account, unit, current.Previous, seed, share: 1m);
                AppendUsage(csv, account, unit, current, seed, share: 0.6m);
            }
        }

        return csv.ToString();
    }

    /// <summary>Trunk of a unit. Two units have IPv6 trunks.</summary>
    public static IPAddress TrunkOf(int number, int host) =>
        SyntheticAddressPlan.Trunk(number, host, ipv6: number is 9 or 13);

    /// <summary>Session border controller that a unit's calls pass.</summary>
    public static IPAddress BorderOf(int number) => SyntheticAddressPlan.Sbc(1 + (number % 3), ipv6: number is 9 or 13);

    private static object RuleOf(DemoUnit unit) => new
    {
        ruleId = unit.UnitId.ToLowerInvariant(),
        unitId = unit.UnitId,
        match = MatchOf(unit),
    };

    private static object MatchOf(DemoUnit unit) => unit.Rule switch
    {
        DemoRule.Trunk when unit.Number is 9 or 13 => new
        {
            trunk = string.Create(CultureInfo.InvariantCulture, $"2001:2:0:{unit.Number:x}::/64"),
        },
        DemoRule.Trunk => new { trunk = string.Create(CultureInfo.InvariantCulture, $"198.18.{unit.Number}.0/24") },
        DemoRule.NumberRange => new
        {
            numberFrom = DemoNumbers.Own(unit.Number, 0),
            numberTo = DemoNumbers.Own(unit.Number, 9_999),
        },
        DemoRule.NumberPrefix => new { numberPrefix = DemoNumbers.PrefixOf(unit.Number) },
        DemoRule.Domain => (object)new { domain = unit.Domain },
        _ => new { headerName = HeaderName, headerValue = unit.HeaderValue },
    };

    private static void AppendUsage(
        StringBuilder csv, DemoAccount account, DemoUnit unit, ServiceMonth month, ulong seed, decimal share)
    {
        var random = new DemoRandom(seed ^ ((ulong)unit.Number << 32) ^ (ulong)((month.Year * 12) + month.Month));
        Line("USAGE_DOMESTIC", 800, 9_000);
        Line("USAGE_INTERNATIONAL", 50, 1_500);

        if (unit.Number % 3 == 0)
        {
            Line("TIER_C_SURCHARGE", 5, 120);
        }

        Line("MRC", 400, 401);

        void Line(string kind, int from, int below)
        {
            var cents = random.Next(from * 100, below * 100);
            var amount = decimal.Round(cents * (kind == "MRC" ? 1m : share)) / 100m;
            csv.Append(CultureInfo.InvariantCulture, $"{account.AccountId},{unit.UnitId},{month},{kind},{amount:0.00},\n");
        }
    }
}
