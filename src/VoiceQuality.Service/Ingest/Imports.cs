using System.Security.Cryptography;
using NodaTime;
using VoiceQuality.Sla.Usage;
using VoiceQuality.Storage.Accounts;
using VoiceQuality.Storage.Usage;

namespace VoiceQuality.Service.Ingest;

/// <summary>What came of importing usage.</summary>
/// <param name="File">The lines, or every error; with an error nothing was changed.</param>
/// <param name="Outcome">What was changed; null with an error and in a dry run.</param>
internal sealed record UsageImportOutcome(UsageFile File, UsageOutcome? Outcome);

/// <summary>The one way in for account documents and usage files, at start-up and from the command line.</summary>
internal sealed class Imports(AccountRepository accounts, UsageRepository usage, TimeProvider time)
{
    /// <summary>Puts an account document in force, or tells all of its errors.</summary>
    public Task<AccountBookOutcome> ImportAccountsAsync(byte[] json, CancellationToken cancellationToken) =>
        accounts.ReplaceAsync(json, Now(), cancellationToken);

    /// <summary>Imports a usage file whole or not at all.</summary>
    /// <param name="csv">The file.</param>
    /// <param name="isDryRun">Checks only.</param>
    /// <param name="cancellationToken">Stops it; nothing is then changed.</param>
    public async Task<UsageImportOutcome> ImportUsageAsync(
        byte[] csv, bool isDryRun, CancellationToken cancellationToken)
    {
        var book = await accounts.ReadAsync(cancellationToken);
        var file = UsageCsvReader.Read(csv, book);

        if (file.Import.Lines is not { } lines || isDryRun)
        {
            return new UsageImportOutcome(file, null);
        }

        var digest = Convert.ToHexStringLower(SHA256.HashData(csv));
        var outcome = await usage.ImportAsync(lines, [], digest, Now(), cancellationToken);
        return new UsageImportOutcome(file, outcome);
    }

    /// <summary>Unit months of an import that are not stored yet, and those whose lines differ.</summary>
    public async Task<(int New, int Changed, int Same)> CompareAsync(
        IReadOnlyList<UsageLine> lines, CancellationToken cancellationToken)
    {
        var (added, changed, same) = (0, 0, 0);

        foreach (var set in lines.GroupBy(line => new UsageSet(line.AccountId, line.UnitId, line.Month)))
        {
            var stored = await usage.GetAsync(set.Key, cancellationToken);
            _ = stored is null ? added++ : stored.Lines.SequenceEqual(set) ? same++ : changed++;
        }

        return (added, changed, same);
    }

    private Instant Now() => Instant.FromDateTimeOffset(time.GetUtcNow());
}
