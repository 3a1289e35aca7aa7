using System.Diagnostics;
using System.Globalization;
using NodaTime;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Credits;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Sla.Usage;
using VoiceQuality.Storage;
using VoiceQuality.Storage.Calls;
using VoiceQuality.Storage.Credits;
using VoiceQuality.Storage.Months;
using VoiceQuality.Storage.Rating;

namespace VoiceQuality.Benchmarks.Rating;

/// <summary>
/// <c>close-month FILE [CALLS]</c>: fills a database with so many rated calls through the writer that the service uses,
/// then closes the month: usage lines with surcharge, and a stored assessment for each unit. Without a number of calls
/// it closes what the file holds.
/// </summary>
internal static class CloseMonth
{
    private const int BatchSize = 5_000;

    public static async Task<int> RunAsync(string[] args)
    {
        var isFill = args.Length == 2;
        if (args.Length is not (1 or 2)
            || !long.TryParse(isFill ? args[1] : "1", NumberStyles.None, CultureInfo.InvariantCulture, out var calls))
        {
            await Console.Error.WriteLineAsync("close-month FILE [CALLS]");
            return 2;
        }

        await using var database = await Database.OpenAsync(args[0], CancellationToken.None);
        if (isFill)
        {
            await FillAsync(database, calls);
        }

        await CloseAsync(database);
        return 0;
    }

    private static async Task FillAsync(Database database, long calls)
    {
        var month = new CarrierMonth();
        var watch = Stopwatch.StartNew();
        using var writer = new MeasurementWriter(database);
        var batch = new List<MeasuredCall>(BatchSize);
        for (var number = 0L; number < calls; number += BatchSize)
        {
            batch.Clear();
            for (var i = number; i < Math.Min(calls, number + BatchSize); i++)
            {
                batch.Add(month.Call(i, calls));
            }

            await writer.WriteAsync(batch, [], CancellationToken.None);
            if (number % 500_000 == 0)
            {
                Print($"{number + batch.Count} calls after {watch.Elapsed.TotalSeconds:0.0} s");
            }
        }

        await database.CheckpointAsync(CancellationToken.None);
        Print($"wrote {calls} calls in {watch.Elapsed.TotalSeconds:0.0} s, {Cpu():0.0} CPU s");
        Print($"the file has {new FileInfo(database.Path).Length / 1_048_576} MiB");
    }

    private static async Task CloseAsync(Database database)
    {
        var (queries, months, credits) = (
            new RatingQueries(database), new MonthQueries(database), new CreditRepository(database));
        var policy = ContractPolicy.Default with { Version = "rated", MosBaseSource = MosBaseSource.Rated };
        var now = CarrierMonth.Period.End + Duration.FromDays(policy.GraceDays + 1);
        var (watch, cpu) = (Stopwatch.StartNew(), Cpu());
        var (calls, rows, callRows, assessed, usage, surcharge, credit) = (0L, 0L, 0L, 0, 0m, 0m, 0m);
        for (var i = 0; i < CarrierMonth.Accounts; i++)
        {
            var accountId = CarrierMonth.AccountOf(i);
            var rated = await queries.GetAsync(accountId, CarrierMonth.Month, policy, CancellationToken.None)
                ?? throw new InvalidOperationException("The file holds no such month.");
            var measured = (await months.ListAccountMonthsAsync(accountId, CancellationToken.None))
                .Where(unit => unit.Month == CarrierMonth.Month).ToList();
            rows += rated.RowsRead + measured.Count;
            callRows += rated.CallsRead;
            calls += rated.Usage.Calls;
            foreach (var unit in measured)
            {
                var lines = rated.Usage.Unit(unit.UnitId)!;
                var figures = MonthlyEligibility.Of(
                    CarrierMonth.Month, CarrierMonth.Calendar, unit.Counts.ToUnitMonthCalls(),
                    rated.MissingCalls == 0 ? lines.Base(new HashSet<PhoneNumber>()) : UsageBase.Unknown, now, policy);
                await credits.SaveAsync(accountId, unit.UnitId, figures, now, CancellationToken.None);
                assessed++;
                usage += lines.Lines.Where(line => line.Kind != ChargeKind.TierCSurcharge).Sum(line => line.Amount);
                surcharge += lines.Lines.Where(line => line.Kind == ChargeKind.TierCSurcharge).Sum(line => line.Amount);
                credit += figures.CreditIfClaimed ?? throw new InvalidOperationException("The base is not known.");
            }
        }

        Print($"closed {calls} calls of {CarrierMonth.Accounts} accounts and {assessed} units");
        Print($"in {watch.Elapsed.TotalSeconds:0.00} s, {Cpu() - cpu:0.00} CPU s");
        Print($"rows read: {rows}, of them calls: {callRows}");
        Print($"usage {usage}, surcharge {surcharge}, credits if claimed {credit} US dollars");
    }

    private static double Cpu()
    {
        using var process = Process.GetCurrentProcess();
        return process.TotalProcessorTime.TotalSeconds;
    }

    private static void Print(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
