using System.Security.Cryptography;
using NodaTime;
using VoiceQuality.Service.Audit;
using VoiceQuality.Sla.Audit;
using VoiceQuality.Sla.Usage;
using VoiceQuality.Storage.Accounts;
using VoiceQuality.Storage.Usage;

namespace VoiceQuality.Service.Ingest;

/// <summary>What came of importing usage.</summary>
/// <param name="File">The lines, or every error; with an error nothing was changed.</param>
/// <param name="Outcome">What was changed; null with an error and in a dry run.</param>
internal sealed record UsageImportOutcome(UsageFile File, UsageOutcome? Outcome);

/// <summary>The one way in for account documents and usage files, at start-up and from the command line.</summary>
internal sealed class Imports(
    AccountRepository accounts, UsageRepository usage, AuditLog audit, TimeProvider time)
{
    /// <summary>Who imports what the settings name.</summary>
    public const string SettingsActor = "service.settings";

    /// <summary>Who imports with a verb of the command line that names nobody.</summary>
    public const string CommandActor = "operator";

    /// <summary>Puts an account document in force, or tells all of its errors.</summary>
    public async Task<AccountBookOutcome> ImportAccountsAsync(
        byte[] json, string origin, CancellationToken cancellationToken)
    {
        // Opened first: where nobody can record who changed it, nothing is changed.
        await audit.OpenAsync(cancellationToken);
        var versions = await accounts.ListVersionsAsync(cancellationToken);
        var before = versions.Count > 0 ? versions[0].Digest : null;
        var outcome = await accounts.ReplaceAsync(json, Now(), cancellationToken);
        if (outcome.IsNew || outcome.Version is null)
        {
            var applied = outcome.Version is null ? "REFUSED" : "APPLIED";
            await audit.RecordAsync(
                EventOf("ACCOUNTS_IMPORTED", "accounts", origin, applied) with
                {
                    Before = before,
                    After = outcome.Version?.Digest,
                },
                CancellationToken.None);
        }

        return outcome;
    }

    /// <summary>Imports a usage file whole or not at all.</summary>
    /// <param name="csv">The file.</param>
    /// <param name="isDryRun">Checks only.</param>
    /// <param name="origin">From where, for the audit trail.</param>
    /// <param name="cancellationToken">Stops it; nothing is then changed.</param>
    public async Task<UsageImportOutcome> ImportUsageAsync(
        byte[] csv, bool isDryRun, string origin, CancellationToken cancellationToken)
    {
        var book = await accounts.ReadAsync(cancellationToken);
        var file = UsageCsvReader.Read(csv, book);

        if (file.Import.Lines is not { } lines || isDryRun)
        {
            return new UsageImportOutcome(file, null);
        }

        await audit.OpenAsync(cancellationToken);
        var digest = Convert.ToHexStringLower(SHA256.HashData(csv));
        var outcome = await usage.ImportAsync(lines, [], digest, Now(), cancellationToken);
        if (outcome.SetsReplaced > 0)
        {
            await audit.RecordAsync(
                EventOf("USAGE_IMPORTED", "usage", origin, "APPLIED") with { After = digest }, CancellationToken.None);
        }

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

    private static AuditEvent EventOf(string action, string subject, string origin, string outcome) => new()
    {
        Category = AuditCategory.Change,
        Actor = origin == AuditOrigins.Settings ? SettingsActor : CommandActor,
        Action = action,
        Subject = subject,
        Origin = origin,
        Outcome = outcome,
    };

    private Instant Now() => Instant.FromDateTimeOffset(time.GetUtcNow());
}
