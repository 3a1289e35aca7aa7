using System.Collections.Immutable;
using NodaTime;
using VoiceQuality.Service.Audit;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Audit;
using VoiceQuality.Sla.Reference;
using VoiceQuality.Storage.Accounts;
using VoiceQuality.Storage.Reference;

namespace VoiceQuality.Service.Reference;

/// <summary>What files of reference data would change, or every error that they have.</summary>
/// <param name="Errors">The errors; with one nothing can be put in force.</param>
/// <param name="Diffs">How each file differs from what is in force, by kind; empty with an error.</param>
/// <param name="Documents">The files as documents.</param>
/// <param name="Head">What was in force when they were checked.</param>
internal sealed record ReferenceCheck(
    ImmutableArray<ReferenceError> Errors,
    IReadOnlyList<ReferenceDiff> Diffs,
    IReadOnlyList<ReferenceDocument> Documents,
    long Head);

/// <summary>What became of an import.</summary>
/// <param name="Check">Errors and differences.</param>
/// <param name="Stored">Documents that are new; empty with an error and when nothing differs.</param>
internal sealed record ReferenceImportOutcome(ReferenceCheck Check, IReadOnlyList<ReferenceVersion> Stored);

/// <summary>
/// The one way in for reference data: all files are checked together, with those in force that they do not replace,
/// and put in force in one transaction or not at all.
/// </summary>
internal sealed class ReferenceImport(
    ReferenceRepository repository, AccountRepository accounts, AuditLog audit, TimeProvider time)
{
    /// <summary>Ending of a file of reference data; what is before it names the kind.</summary>
    public const string FileEnding = ".csv";

    private const int Attempts = 5;

    /// <summary>Says what the files would change, and changes nothing.</summary>
    /// <param name="files">Octets by kind, such as "components".</param>
    /// <param name="book">The accounts; null for those in force.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<ReferenceCheck> CheckAsync(
        IReadOnlyDictionary<string, ReadOnlyMemory<byte>> files, AccountBook? book, CancellationToken cancellationToken)
    {
        book ??= await accounts.ReadAsync(cancellationToken);
        var (head, inForce) = await repository.ReadInForceAsync(cancellationToken);
        var tables = files.Select(file => ReferenceCsvReader.Read(file.Key, file.Key + FileEnding, file.Value))
            .ToList();
        var kept = inForce.Where(document => !files.ContainsKey(document.Version.Kind));
        var before = ReferenceParser.Parse(
            [.. ReferenceDocuments.TablesOf(inForce.Where(IsRatesOrPrograms))], book).Content;
        var result = ReferenceParser.Parse([.. tables, .. ReferenceDocuments.TablesOf(kept)], book, before);

        if (result.Errors.Length > 0)
        {
            return new ReferenceCheck(result.Errors, [], [], head);
        }

        var diffs = ReferenceKinds.All.SelectMany(kind => tables.Where(table => table.Kind == kind)).Select(table =>
            ReferenceDiff.Of(
                ReferenceDocuments.TablesOf(inForce.Where(document => document.Version.Kind == table.Kind))
                    .SingleOrDefault(),
                table));
        return new ReferenceCheck(
            [],
            [.. diffs],
            [.. files.Select(file => new ReferenceDocument(file.Key, file.Value, result.RowCounts[file.Key]))],
            head);
    }

    /// <summary>Puts the files in force, all of them or none; the same files again change nothing.</summary>
    /// <param name="files">Octets by kind, such as "components".</param>
    /// <param name="actor">Who imports them.</param>
    /// <param name="origin">From where, for the audit trail.</param>
    /// <param name="cancellationToken">Stops it; nothing is then changed.</param>
    public async Task<ReferenceImportOutcome> ApplyAsync(
        IReadOnlyDictionary<string, ReadOnlyMemory<byte>> files,
        string actor,
        string origin,
        CancellationToken cancellationToken)
    {
        // Opened first: where nobody can record who changed it, nothing is changed.
        await audit.OpenAsync(cancellationToken);

        for (var attempt = 1; ; attempt++)
        {
            var check = await CheckAsync(files, null, cancellationToken);
            if (check.Errors.Length > 0)
            {
                await audit.RecordAsync(
                    EventOf(actor, origin, string.Join(' ', files.Keys.Order(StringComparer.Ordinal)), "REFUSED"),
                    cancellationToken);
                return new ReferenceImportOutcome(check, []);
            }

            var before = (await repository.ListInForceAsync(cancellationToken)).ToDictionary(
                version => version.Kind, version => version.Digest, StringComparer.Ordinal);
            var outcome = await repository.ImportAsync(
                check.Documents, check.Head, actor, Instant.FromDateTimeOffset(time.GetUtcNow()), cancellationToken);
            if (!outcome.IsStale)
            {
                await audit.RecordAsync(
                    [.. outcome.Stored.Select(version => EventOf(actor, origin, version.Kind, "APPLIED") with
                    {
                        Before = before.GetValueOrDefault(version.Kind),
                        After = version.Digest,
                    })],
                    CancellationToken.None);
                return new ReferenceImportOutcome(check, outcome.Stored);
            }

            // Somebody else imported meanwhile, so what was checked is no longer what is in force.
            if (attempt == Attempts)
            {
                throw new IOException("Others import reference data all the time; nothing was changed. Try again.");
            }
        }
    }

    private static AuditEvent EventOf(string actor, string origin, string kinds, string outcome) => new()
    {
        Category = AuditCategory.Change,
        Actor = actor,
        Action = "REFERENCE_IMPORTED",
        Subject = $"reference/{(kinds.Length <= AuditEvent.MaxText / 2 ? kinds : "several")}",
        Origin = origin,
        Outcome = outcome,
    };

    private static bool IsRatesOrPrograms(StoredReference document) =>
        document.Version.Kind is ReferenceKinds.Rates or ReferenceKinds.Programs;
}
