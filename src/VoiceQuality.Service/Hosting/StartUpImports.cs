using System.Globalization;
using VoiceQuality.Service.Audit;
using VoiceQuality.Service.Ingest;
using VoiceQuality.Service.Reference;
using VoiceQuality.Sla;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Usage;
using VoiceQuality.Storage.Accounts;

namespace VoiceQuality.Service.Hosting;

/// <summary>A file of the settings.</summary>
/// <param name="Name">Without its folder.</param>
/// <param name="Octets">All of it.</param>
internal sealed record ImportFile(string Name, byte[] Octets);

/// <summary>
/// Reads the account book, the reference data and the usage files of the settings before anything is measured.
/// </summary>
internal sealed class StartUpImports(
    Imports imports,
    AccountRepository repository,
    AccountDirectory directory,
    ReferenceImport reference,
    CreditAssessor assessor,
    ILogger<StartUpImports> logger)
{
    /// <summary>Checks all files together and changes nothing.</summary>
    /// <returns>Every error of every file, one line each.</returns>
    public async Task<IReadOnlyList<string>> CheckAsync(
        ImportFile? accounts,
        IReadOnlyDictionary<string, ReadOnlyMemory<byte>> referenceFiles,
        IReadOnlyList<ImportFile> usage,
        CancellationToken cancellationToken)
    {
        var parsed = accounts is null ? null : AccountBook.Parse(accounts.Octets);
        var errors = new List<string>(parsed is null ? [] : Lines(accounts!.Name, parsed.Errors));

        // Reference data and usage name units; without a book to look them up in there is nothing to check them
        // against.
        var book = parsed is null ? await repository.ReadAsync(cancellationToken) : parsed.Book;
        if (book is not null)
        {
            if (referenceFiles.Count > 0)
            {
                var check = await reference.CheckAsync(referenceFiles, book, cancellationToken);
                errors.AddRange(check.Errors.Select(error => error.ToString()));
            }

            errors.AddRange(
                usage.SelectMany(file => Lines(file.Name, UsageCsvReader.Read(file.Octets, book).Import.Errors)));
        }

        return errors;
    }

    /// <summary>Puts the account document and the reference data in force and imports the usage.</summary>
    /// <returns>Every error, one line each; empty when all of it is in force.</returns>
    public async Task<IReadOnlyList<string>> ImportAsync(
        ImportFile? accounts,
        IReadOnlyDictionary<string, ReadOnlyMemory<byte>> referenceFiles,
        IReadOnlyList<ImportFile> usage,
        CancellationToken cancellationToken)
    {
        var errors = new List<string>();

        if (accounts is not null)
        {
            errors.AddRange(await ImportAccountsAsync(accounts.Name, accounts.Octets, cancellationToken));
        }

        await LoadAsync(cancellationToken);

        if (referenceFiles.Count > 0)
        {
            var (check, stored) = await reference.ApplyAsync(
                referenceFiles, Imports.SettingsActor, AuditOrigins.Settings, cancellationToken);
            errors.AddRange(check.Errors.Select(error => error.ToString()));
            logger.Imported(stored.Count, referenceFiles.Count);
        }

        foreach (var file in usage)
        {
            errors.AddRange(await ImportUsageAsync(file.Name, file.Octets, cancellationToken));
        }

        return errors;
    }

    /// <summary>Puts an account document in force.</summary>
    /// <returns>Every error, one line each; empty when it is in force.</returns>
    public async Task<IReadOnlyList<string>> ImportAccountsAsync(
        string name, byte[] json, CancellationToken cancellationToken)
    {
        var outcome = await imports.ImportAccountsAsync(json, AuditOrigins.Settings, cancellationToken);
        return [.. Lines(name, outcome.Errors)];
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
        var outcome = await imports.ImportUsageAsync(csv, isDryRun: false, AuditOrigins.Settings, cancellationToken);

        if (outcome.File.Import.Lines is not { } lines)
        {
            return [.. Lines(name, outcome.File.Import.Errors)];
        }

        foreach (var (account, month) in lines.Select(line => (line.AccountId, line.Month)).Distinct())
        {
            assessor.Touch(account, month);
        }

        var total = Money.Format(outcome.File.Import.Total);
        logger.UsageImported(name, lines.Count, total);
        return [];
    }

    private static IEnumerable<string> Lines(string name, IEnumerable<AccountBookError> errors) => errors.Select(e =>
        string.Create(CultureInfo.InvariantCulture, $"{name}:{e.Line}: {e.Path}: {e.Message}"));

    private static IEnumerable<string> Lines(string name, IEnumerable<UsageError> errors) => errors.Select(e =>
        string.Create(CultureInfo.InvariantCulture, $"{name}:{e.LineNumber}: {e.Field}: {e.Message}"));
}
