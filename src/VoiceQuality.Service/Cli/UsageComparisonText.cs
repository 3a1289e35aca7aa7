using System.CommandLine;
using System.Globalization;
using VoiceQuality.Service.Api;
using VoiceQuality.Service.Rating;
using VoiceQuality.Service.TrustPage;
using VoiceQuality.Sla;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Rating;
using VoiceQuality.Storage.Accounts;

namespace VoiceQuality.Service.Cli;

/// <summary>The verb <c>usage compare</c>: imported and rated usage side by side.</summary>
internal static class UsageComparisonText
{
    private const string Unknown = "?";

    public static Command CreateCommand(CliConsole console)
    {
        var month = new Argument<string>("MONTH") { Description = "Month of service, yyyy-MM." };
        var database = new Option<string>("--db")
        {
            Description = "Database of the service.", HelpName = "FILE", Required = true,
        };
        var account = new Option<string?>("--account")
        {
            Description = "One account alone; all without it.", HelpName = "ID",
        };
        var compare = new Verb(
            "compare",
            "Shows what was billed and what the measured calls cost, by unit and kind, with the difference.",
            "voicequality usage compare 2026-10 --db voicequality.db",
            "voicequality usage compare 2026-10 --db voicequality.db --account A-1") { month, database, account };
        compare.SetAction((result, cancellationToken) => RunAsync(
            console, result.GetValue(month)!, result.GetValue(database)!, result.GetValue(account), cancellationToken));
        return compare;
    }

    private static async Task<int> RunAsync(
        CliConsole console, string monthText, string path, string? accountId, CancellationToken cancellationToken)
    {
        if (!AssessedMonths.TryReadMonth(monthText, out var month))
        {
            throw new CliException("MONTH is written yyyy-MM, such as 2026-10.");
        }

        if (!File.Exists(path))
        {
            throw new CliException($"there is no database {path}; name the one the service writes.");
        }

        await using var database = await ServeCommand.OpenAsync(path, cancellationToken);
        var accounts = new AccountSnapshot(await new AccountRepository(database).ReadAsync(cancellationToken));
        if (accountId is not null && accounts.Book.FindAccount(accountId) is null)
        {
            throw new CliException("--account names no account of the database.");
        }

        using var references = accounts.ReferencesOf(database);
        var usage = accounts.UsageOf(database, references, TimeProvider.System);
        foreach (var account in accounts.Book.Accounts.Where(one => accountId is null || one.AccountId == accountId))
        {
            if (await usage.GetAsync(account.AccountId, month, cancellationToken) is { } view)
            {
                Write(console.Output, view, month);
            }
        }

        return ExitStatus.Done;
    }

    private static void Write(TextWriter output, UsageView view, ServiceMonth month)
    {
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{view.AccountId} {month}: {view.AnsweredCalls} answered calls, {view.DecidedCalls} with a decided charge; "
            + $"base of credits: {WireName.Of(view.BaseSource)}"));
        if (view.AnsweredCalls > 0 && !view.IsSettled)
        {
            output.WriteLine("  Calls are still being rated by the reference data in force.");
        }

        WriteColumns(
            output,
            [
                ["unit", "kind", "imported", "rated", "difference"],
                .. view.Units.SelectMany(unit => unit.Difference.Kinds
                    .Select(kind => (string[])
                    [
                        unit.UnitId, WireName.Of(kind.Kind), Text(kind.Imported), Text(kind.Rated),
                        Text(kind.Difference),
                    ])
                    .Append(
                    [
                        unit.UnitId, "total", Text(unit.Difference.Imported), Text(unit.Difference.Rated),
                        Text(unit.Difference.Difference),
                    ])),
            ]);
        foreach (var (reason, calls) in view.Unrated)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"  without a charge: {WireName.Of(reason)} {calls}"));
        }

        if (view.MissingCalls > 0)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  not rated yet: {view.MissingCalls}"));
        }

        foreach (var pattern in view.Patterns)
        {
            WritePattern(output, pattern);
        }
    }

    private static void WritePattern(TextWriter output, PatternView view)
    {
        var scope = view.UnitId is null ? "Tier C" : $"Tier C of {view.UnitId}";
        if (view.Pattern is not { } known)
        {
            output.WriteLine($"  {scope}: not known, for calls without a charge could be of any tier");
            return;
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  {scope}: {known.TierCCalls} of {known.DomesticCalls} domestic calls ({view.TierCPercent:0.00} %), "
            + $"{known.UnknownTierCalls} of unknown tier, allowance {known.Allowance}, in excess {known.ExcessCalls}, "
            + $"surcharge {Money.Format(known.Total.RoundToCents())}"));
        if (view.Forecast is { } forecast)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  estimated surcharge at the end of the month: {Money.Format(forecast.Low.Surcharge)} to "
                + $"{Money.Format(forecast.High.Surcharge)}"));
            output.WriteLine($"  {TierCForecast.Method}");
        }
    }

    private static void WriteColumns(TextWriter output, IReadOnlyList<string[]> rows)
    {
        var widths = Enumerable.Range(0, rows[0].Length).Select(i => rows.Max(row => row[i].Length)).ToArray();
        foreach (var row in rows)
        {
            output.WriteLine("  " + string.Join("  ", row.Select(
                (cell, i) => i < 2 ? cell.PadRight(widths[i]) : cell.PadLeft(widths[i]))).TrimEnd());
        }
    }

    private static string Text(decimal? amount) => Wire.Money(amount) ?? Unknown;
}
