using System.Globalization;
using System.Text;
using NodaTime;
using VoiceQuality.Service.Rating;
using VoiceQuality.Sla;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Usage;

namespace VoiceQuality.Service.Demo;

/// <summary>
/// What the carrier's own billing charged for the calls that are rated here too: the same, but for a few cents that it
/// forgot, so that there is a difference to be seen.
/// </summary>
internal static class DemoUsage
{
    private const decimal Forgotten = 0.03m;

    /// <summary>The usage file; null when nothing could be rated.</summary>
    public static async Task<string?> CsvAsync(
        AccountBook book, RatedUsages rated, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var csv = new StringBuilder("account,unit,month,kind,amount,number\n");
        var (header, account) = (csv.Length, book.FindAccount(DemoReference.RatedAccountId)!);
        var current = account.Calendar.MonthOf(Instant.FromDateTimeOffset(now));
        foreach (var month in (ServiceMonth[])[current.Previous, current])
        {
            if (await rated.GetAsync(account.AccountId, month, cancellationToken) is not { } usage)
            {
                continue;
            }

            foreach (var unit in book.Units.Where(unit => unit.AccountId == account.AccountId))
            {
                foreach (var line in usage.LinesOf(unit.UnitId) ?? [])
                {
                    var amount = line.Kind == ChargeKind.UsageDomestic ? Math.Max(0, line.Amount - Forgotten) : line.Amount;
                    csv.Append(CultureInfo.InvariantCulture,
                        $"{account.AccountId},{unit.UnitId},{month},{WireName.Of(line.Kind)},{Money.Format(amount)},{line.Number?.ToE164()}\n");
                }

                csv.Append(CultureInfo.InvariantCulture,
                    $"{account.AccountId},{unit.UnitId},{month},MRC,{DemoReference.MonthlyCharge},\n");
            }
        }

        return csv.Length == header ? null : csv.ToString();
    }
}
