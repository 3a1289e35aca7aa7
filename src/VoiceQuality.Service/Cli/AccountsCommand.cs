using System.CommandLine;
using VoiceQuality.Service.Audit;
using VoiceQuality.Service.Ingest;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Storage.Accounts;
using VoiceQuality.Storage.Usage;

namespace VoiceQuality.Service.Cli;

/// <summary>The verb <c>accounts import</c>: puts an account document in force, whole or not at all.</summary>
internal static class AccountsCommand
{
    public static Command Create(CliConsole console)
    {
        var file = new Argument<string>("FILE.json") { Description = "Accounts, units and rules." };
        var database = new Option<string>("--db")
        {
            Description = "Database of the service.", HelpName = "FILE", Required = true,
        };
        var dryRun = new Option<bool>("--dry-run") { Description = "Say what would change, and change nothing." };
        var import = new Verb(
            "import",
            "Replaces the accounts, units and rules. Calls that are stored keep their unit; one error and nothing changes.",
            "voicequality accounts import accounts.json --db voicequality.db",
            "voicequality accounts import accounts.json --db voicequality.db --dry-run") { file, database, dryRun };

        import.SetAction((result, cancellationToken) => RunAsync(
            console, result.GetValue(file)!, result.GetValue(database)!, result.GetValue(dryRun), cancellationToken));
        return new Command("accounts", "Customers, their business units and the rules that find them.") { import };
    }

    private static async Task<int> RunAsync(
        CliConsole console, string file, string path, bool isDryRun, CancellationToken cancellationToken)
    {
        var json = await ImportInput.ReadAsync(file, cancellationToken);
        var (book, errors) = AccountBook.Parse(json);

        if (book is null)
        {
            foreach (var error in errors)
            {
                console.Error.WriteLine($"voicequality: {file}:{error.Line}: {error.Path}: {error.Message}");
            }

            console.Error.WriteLine($"voicequality: {errors.Length} errors; nothing was changed.");
            return ExitStatus.Unusable;
        }

        await using var database = await ServeCommand.OpenAsync(path, cancellationToken);
        var repository = new AccountRepository(database);
        var before = await repository.ReadAsync(cancellationToken);
        var isNew = true;

        if (!isDryRun)
        {
            await using var audit = new AuditLog(AuditOptions.OfEnvironment(), database, TimeProvider.System);
            var imports = new Imports(repository, new UsageRepository(database), audit, TimeProvider.System);
            isNew = (await imports.ImportAccountsAsync(json, AuditOrigins.Command, cancellationToken)).IsNew;
        }

        var verb = isDryRun ? "Would put in force" : isNew ? "In force now" : "In force already";
        console.Output.WriteLine(
            $"{verb}: {book.Accounts.Length} accounts, {book.Units.Length} units, {book.Rules.Length} rules.");
        Compare(console, "accounts", before.Accounts.Select(a => a.AccountId), book.Accounts.Select(a => a.AccountId));
        Compare(console, "units", before.Units.Select(u => u.UnitId), book.Units.Select(u => u.UnitId));
        Compare(console, "rules", before.Rules.Select(r => r.RuleId), book.Rules.Select(r => r.RuleId));
        return ExitStatus.Done;
    }

    private static void Compare(CliConsole console, string what, IEnumerable<string> before, IEnumerable<string> after)
    {
        var (old, now) = (before.ToHashSet(StringComparer.Ordinal), after.ToHashSet(StringComparer.Ordinal));
        console.Output.WriteLine($"  {what}: {now.Except(old).Count()} new, {old.Except(now).Count()} gone");
    }
}
