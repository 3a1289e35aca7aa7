using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using NodaTime;
using NodaTime.Text;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Reference;

namespace VoiceQuality.Service.Demo;

/// <summary>
/// Reference data of the demonstration, in the form that <c>reference import</c> reads: a trunk with a monthly charge
/// for each unit, and for one account all that rating needs. The other accounts show what is missing.
/// </summary>
internal static class DemoReference
{
    /// <summary>The account whose calls are rated.</summary>
    public const string RatedAccountId = "A-1005";

    /// <summary>Monthly charge of each trunk, US dollars.</summary>
    public const string MonthlyCharge = "450.00";

    /// <summary>Component of a unit.</summary>
    public static string ComponentOf(DemoUnit unit) => $"{unit.UnitId}-TRUNK";

    /// <summary>Whether the calls of a unit are rated: those that it takes come in on toll-free numbers.</summary>
    public static bool IsRated(DemoUnit unit) => RatedAccount.Units.Contains(unit);

    private static DemoAccount RatedAccount =>
        DemoWorld.Accounts.Single(account => account.AccountId == RatedAccountId);

    /// <summary>The documents by kind.</summary>
    public static IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Documents(AccountBook book, DateTimeOffset now)
    {
        var since = LocalDatePattern.Iso.Format(Instant.FromDateTimeOffset(now).InUtc().Date.PlusMonths(-14));
        var components = new StringBuilder("component,account,unit,name,kind,from,addresses\n");
        var charges = new StringBuilder("component,from,basis,amount\n");
        var billed = new StringBuilder("component,month,amount\n");
        var trunks = new StringBuilder("trunk,account,addresses,side,trusted_identity,from\n");
        foreach (var account in DemoWorld.Accounts)
        {
            var current = book.FindAccount(account.AccountId)!.Calendar.MonthOf(Instant.FromDateTimeOffset(now));
            foreach (var unit in account.Units)
            {
                var (component, address) = (ComponentOf(unit), DemoWorld.TrunkOf(unit.Number, DemoWorld.SignallingHost));
                Line(components, $"{component},{account.AccountId},{unit.UnitId},{unit.Name} trunk,SIP_TRUNK,{since},{address}");
                Line(charges, $"{component},{since},OWN_AMOUNT,{MonthlyCharge}");
                Line(trunks, $"{component},{account.AccountId},{address},CUSTOMER,yes,{since}");
                foreach (var month in (ServiceMonth[])[current.Previous.Previous, current.Previous, current])
                {
                    Line(billed, $"{component},{month},{MonthlyCharge}");
                }
            }
        }

        return new Dictionary<string, StringBuilder>
        {
            [ReferenceKinds.Components] = components,
            [ReferenceKinds.ComponentMrc] = charges,
            [ReferenceKinds.MrcBilled] = billed,
            [ReferenceKinds.Trunks] = trunks,
            [ReferenceKinds.Numbers] = Numbers(since),
            [ReferenceKinds.Addresses] = new("account,from,contract_address,btn\n"
                + $"{RatedAccountId},{since},\"1 Quay Street, Sample Harbour\",{DemoNumbers.Own(9, 0)}\n"),
            [ReferenceKinds.Programs] = new($"account,from,program\n{RatedAccountId},{since},FLAT_RATE\n"),
            [ReferenceKinds.Rates] = Rates(since),
            [ReferenceKinds.AreaCodes] = new(
                $"edition,from,code,place\nDEMO-1,{since},{DemoNumbers.AreaCode},CO\n"),
            [ReferenceKinds.Tiers] = Tiers(since),
            [ReferenceKinds.TollFree] = TollFree(now),
        }.ToFrozenDictionary(
            document => document.Key,
            document => new ReadOnlyMemory<byte>(Encoding.UTF8.GetBytes(document.Value.ToString())));
    }

    private static StringBuilder Numbers(string since)
    {
        var numbers = new StringBuilder("account,unit,number,service,component,from\n");
        foreach (var unit in RatedAccount.Units)
        {
            for (var line = 0; line < DemoNumbers.TollFreeLines; line++)
            {
                Line(numbers, $"{RatedAccountId},{unit.UnitId},{DemoNumbers.TollFree(unit.Number, line)},"
                    + $"TOLL_FREE,{ComponentOf(unit)},{since}");
            }

            for (var line = 0; line < DemoNumbers.LinesPerUnit; line++)
            {
                Line(numbers, $"{RatedAccountId},{unit.UnitId},{DemoNumbers.Own(unit.Number, line)},"
                    + $"TERMINATION,{ComponentOf(unit)},{since}");
            }
        }

        return numbers;
    }

    // Each number was tested before its campaign, but for the last one of each unit, whose usage earns no credit
    //
    private static StringBuilder TollFree(DateTimeOffset now)
    {
        var events = new StringBuilder("number,component,event,at,tester,test_call_id,result\n");
        var campaign = Instant.FromDateTimeOffset(now) - Duration.FromDays(120);
        foreach (var unit in RatedAccount.Units)
        {
            for (var line = 0; line < DemoNumbers.TollFreeLines; line++)
            {
                var number = $"{DemoNumbers.TollFree(unit.Number, line)},{ComponentOf(unit)}";
                var isLate = line == DemoNumbers.TollFreeLines - 1;
                var test = InstantPattern.General.Format(campaign + Duration.FromDays(isLate ? 1 : -7));
                Line(events, $"{number},TEST,{test},demo,test-{unit.Number}-{line},PASS");
                Line(events, $"{number},CAMPAIGN,{InstantPattern.General.Format(campaign)},,,");
            }
        }

        return events;
    }

    private static StringBuilder Rates(string since)
    {
        var rates = new StringBuilder("account,program,class,jurisdiction,rate,from\n");
        foreach (var (rateClass, jurisdiction, rate) in ((string, string, string)[])
        [
            ("TERMINATION", "INTRASTATE", "0.0185"),
            ("TERMINATION", "INTERSTATE", "0.0145"),
            ("TOLL_FREE", "INTRASTATE", "0.0210"),
            ("TOLL_FREE", "INTERSTATE", "0.0200"),
            ("DEFAULT", "", "0.0450"),
        ])
        {
            Line(rates, $"{RatedAccountId},FLAT_RATE,{rateClass},{jurisdiction},{rate},{since}");
        }

        return rates;
    }

    // Of twelve outside exchanges seven are of Tier A, one of B and four of C: a third, above the 30 % allowed.
    private static StringBuilder Tiers(string since)
    {
        var tiers = new StringBuilder("edition,from,npanxx,ocn,tier\n");
        foreach (var exchange in DemoNumbers.OutsideExchangeCodes)
        {
            var category = (exchange % 12) switch { < 7 => "RBOC", 7 => "WIRELESS", _ => "CLEC" };
            Line(tiers, $"DEMO-1,{since},{DemoNumbers.AreaCode}{exchange:D3},{9_000 + exchange},{category}");
        }

        return tiers;
    }

    private static void Line(StringBuilder csv, string line) =>
        csv.Append(line).Append('\n');
}
