using System.Globalization;
using VoiceQuality.Service.Ingest;
using VoiceQuality.Sla;
using VoiceQuality.Storage.Accounts;

namespace VoiceQuality.Service.Hosting;

/// <summary>Reads the account book and the usage files of the settings before anything is measured.</summary>
internal sealed class StartUpImports(
    Imports imports,
    AccountRepository repository,
    AccountDirectory directory,
    CreditAssessor assessor,
    ILogger<StartUpImports> logger)
{
    /// <summary>Puts an account document in force.</summary>
    /// <returns>Every error, one line each; empty when it is in force.</returns>
    public async Task<IReadOnlyList<string>> ImportAccountsAsync(
        string name, byte[] json, CancellationToken cancellationToken)
    {
        var outcome = await imports.ImportAccountsAsync(json, cancellationToken);
        return
        [
            .. outcome.Errors.Select(e =>
                string.Create(CultureInfo.InvariantCulture, $"{name}:{e.Line}: {e.Path}: {e.Message}")),
        ];
    }

    /// <summary>Takes over the account book that is in force.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        var book = await repository.ReadAsync(cancellationToken);
        directory.Replace(book);
        logger.AccountsLoaded(book.Accounts.Length, book.Units.Length, book.Rules.Length);
    }

    /// <summary>Imports a usage file and has the months that it bills assessed.</summary>
    /// <returns>Every error, one line each; empty when it was imported.</returns>
    public async Task<IReadOnlyList<string>> ImportUsageAsync(
        string name, byte[] csv, CancellationToken cancellationToken)
    {
        var outcome = await imports.ImportUsageAsync(csv, isDryRun: false, cancellationToken);

        if (outcome.File.Import.Lines is not { } lines)
        {
            return
            [
                .. outcome.File.Import.Errors.Select(e =>
                    string.Create(CultureInfo.InvariantCulture, $"{name}:{e.LineNumber}: {e.Field}: {e.Message}")),
            ];
        }

        foreach (var (account, month) in lines.Select(line => (line.AccountId, line.Month)).Distinct())
        {
            assessor.Touch(account, month);
        }

        var total = Money.Format(outcome.File.Import.Total);
        logger.UsageImported(name, lines.Count, total);
        return [];
    }
}
