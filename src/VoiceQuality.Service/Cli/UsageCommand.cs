using System.CommandLine;
using VoiceQuality.Service.Audit;
using VoiceQuality.Service.Ingest;
using VoiceQuality.Sla;
using VoiceQuality.Sla.Usage;
using VoiceQuality.Storage;
using VoiceQuality.Storage.Accounts;
using VoiceQuality.Storage.Usage;

namespace VoiceQuality.Service.Cli;

/// <summary>
/// The verbs <c>usage import</c>, which takes over what the billing system billed, whole or not at all, and
/// <c>usage compare</c>.
/// </summary>
internal static class UsageCommand
{
    public static Command Create(CliConsole console)
    {
        var file = new Argument<string>("FILE.csv")
        {
            Description = "Columns account, unit, month, kind, amount and, where it applies, number. Kinds: "
                + string.Join(", ", Enum.GetValues<ChargeKind>().Select(static kind => WireName.Of(kind))) + ".",
        };
        var database = new Option<string>("--db")
        {
            Description = "Database of the service.", HelpName = "FILE", Required = true,
        };
        var dryRun = new Option<bool>("--dry-run") { Description = "Say what would change, and change nothing." };
        var import = new Verb(
            "import",
            "Imports usage billing. Lines of the same unit and month are replaced; one error and nothing changes.",
            "voicequality usage import usage-2026-10.csv --db voicequality.db",
            "voicequality usage import usage-2026-10.csv --db voicequality.db --dry-run") { file, database, dryRun };

        import.SetAction((result, cancellationToken) => RunAsync(
            console, result.GetValue(file)!, result.GetValue(database)!, result.GetValue(dryRun), cancellationToken));
        return new Command("usage", "What the billing system billed, and what the calls cost.")
        {
            import, UsageComparisonText.CreateCommand(console),
        };
    }

    private static async Task<int> RunAsync(
        CliConsole console, string file, string path, bool isDryRun, CancellationToken cancellationToken)
    {
        var csv = await ImportInput.ReadAsync(file, cancellationToken);
        await using var database = await ServeCommand.OpenAsync(path, cancellationToken);
        await using var audit = new AuditLog(AuditOptions.OfEnvironment(), database, TimeProvider.System);
        var imports = new Imports(
            new AccountRepository(database), new UsageRepository(database), audit, TimeProvider.System);
        var checkedFile = await imports.ImportUsageAsync(csv, isDryRun: true, AuditOrigins.Command, cancellationToken);

        if (checkedFile.File.Import.Lines is not { } lines)
        {
            foreach (var error in checkedFile.File.Import.Errors)
            {
                console.Error.WriteLine(
                    $"voicequality: {file}:{error.LineNumber}: {error.Field}{(error.Field.Length > 0 ? ": " : "")}{error.Message}");
            }

            console.Error.WriteLine(
                $"voicequality: {checkedFile.File.Import.Errors.Length} errors; nothing was changed.");
            return ExitStatus.Unusable;
        }

        var (added, changed, same) = await imports.CompareAsync(lines, cancellationToken);

        if (!isDryRun)
        {
            await imports.ImportUsageAsync(csv, isDryRun: false, AuditOrigins.Command, cancellationToken);
        }

        console.Output.WriteLine($"{(isDryRun ? "Would import" : "Imported")} {lines.Count} lines of "
            + $"{string.Join(", ", checkedFile.File.Months)}, control total {Money.Format(checkedFile.File.Import.Total)} "
            + "US dollars.");
        console.Output.WriteLine($"Unit months: {added} new, {changed} changed, {same} the same.");
        return ExitStatus.Done;
    }
}
