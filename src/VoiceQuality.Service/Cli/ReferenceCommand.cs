using System.CommandLine;
using System.Globalization;
using VoiceQuality.Service.Api;
using VoiceQuality.Service.Audit;
using VoiceQuality.Service.Ingest;
using VoiceQuality.Service.Pages;
using VoiceQuality.Service.Reference;
using VoiceQuality.Sla;
using VoiceQuality.Sla.Reference;
using VoiceQuality.Storage.Accounts;
using VoiceQuality.Storage.Reference;

namespace VoiceQuality.Service.Cli;

/// <summary>
/// The verbs <c>reference import</c>, <c>show</c> and <c>export</c>: what the contract is applied with.
/// </summary>
internal static class ReferenceCommand
{
    public static Command Create(CliConsole console) =>
        new("reference", "Components, numbers, rates, tables and the other data that the contract is applied with.")
        {
            Import(console), Show(console), Export(console),
        };

    private static Verb Import(CliConsole console)
    {
        var paths = new Argument<string[]>("FOLDER|FILE...")
        {
            Description = "CSV files named by their kind, or folders of them: "
                + string.Join("; ", ReferenceSchema.All.Select(schema => $"{schema.Kind}.csv ({schema.Describe()})"))
                    + ".",
            Arity = ArgumentArity.OneOrMore,
        };
        var database = Database();
        var apply = new Option<bool>("--apply") { Description = "Put the files in force; without it nothing is changed." };
        var actor = new Option<string>("--actor")
        {
            Description = "Who imports them.", HelpName = "ID", DefaultValueFactory = _ => Imports.CommandActor,
        };
        var import = new Verb(
            "import",
            "Shows what files would change, row by row; with --apply puts all of them in force, or none.",
            "voicequality reference import reference/ --database voicequality.db",
            "voicequality reference import rates.csv decks.csv --database voicequality.db --apply --actor j.doe")
        {
            paths, database, apply, actor,
        };

        import.SetAction((result, cancellationToken) => ImportAsync(
            console,
            result.GetValue(paths)!,
            result.GetValue(database)!,
            result.GetValue(apply) ? result.GetValue(actor)! : null,
            cancellationToken));
        return import;
    }

    private static Verb Show(CliConsole console)
    {
        var kind = new Argument<string?>("KIND")
        {
            Description = "Every version of this kind.", Arity = ArgumentArity.ZeroOrOne,
        };
        var database = Database();
        var show = new Verb(
            "show",
            "Lists what is in force by kind: version, rows, digest, who imported it and when.",
            "voicequality reference show --database voicequality.db") { kind, database };
        show.SetAction((result, cancellationToken) => ShowAsync(
            console, result.GetValue(kind), result.GetValue(database)!, cancellationToken));
        return show;
    }

    private static Verb Export(CliConsole console)
    {
        var kind = new Argument<string>("KIND") { Description = "Kind of reference data, such as tiers." };
        var database = Database();
        var version = new Option<int?>("--version")
        {
            Description = "An earlier version; otherwise what is in force.", HelpName = "N",
        };
        var export = new Verb(
            "export",
            "Writes one kind as CSV that a spreadsheet opens safely and that can be imported again.",
            "voicequality reference export tiers --database voicequality.db > tiers.csv") { kind, database, version };
        export.SetAction((result, cancellationToken) => ExportAsync(
            console, result.GetValue(kind)!, result.GetValue(version), result.GetValue(database)!, cancellationToken));
        return export;
    }

    private static async Task<int> ImportAsync(
        CliConsole console, string[] paths, string path, string? actor, CancellationToken cancellationToken)
    {
        if (actor is not null && !RequestActor.IsActor(actor))
        {
            throw new CliException("--actor is 1 to 64 of the characters A-Z, a-z, 0-9, '-', '_' and '.'.");
        }

        var (files, unreadable) = await ReferenceFiles.ReadAsync(paths, cancellationToken);
        await using var database = await OpenAsync(path, cancellationToken);
        await using var audit = new AuditLog(AuditOptions.OfEnvironment(), database, TimeProvider.System);
        var import = new ReferenceImport(
            new ReferenceRepository(database), new AccountRepository(database), audit, TimeProvider.System);
        if (unreadable.Count > 0)
        {
            // All that is wrong is told at once, also in the files that could be read.
            var others = await import.CheckAsync(files, null, cancellationToken);
            return Refuse(console, [.. unreadable, .. others.Errors.Select(error => error.ToString())]);
        }

        IReadOnlyList<ReferenceVersion> stored = [];
        ReferenceCheck check;
        if (actor is null)
        {
            check = await import.CheckAsync(files, null, cancellationToken);
        }
        else
        {
            (check, stored) = await import.ApplyAsync(files, actor, AuditOrigins.Command, cancellationToken);
        }

        if (check.Errors.Length > 0)
        {
            return Refuse(console, [.. check.Errors.Select(error => error.ToString())]);
        }

        foreach (var diff in check.Diffs)
        {
            Write(console.Output, diff);
        }

        foreach (var version in stored)
        {
            console.Output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"In force now: {version.Kind} version {version.Version} ({version.Digest})."));
        }

        console.Output.WriteLine(actor is null ? "Nothing was changed; --apply puts these files in force."
            : stored.Count == 0 ? "Nothing was changed: all of it is in force already."
            : string.Create(CultureInfo.InvariantCulture, $"{stored.Count} of {files.Count} files were put in force."));
        return ExitStatus.Done;
    }

    private static async Task<int> ShowAsync(
        CliConsole console, string? kind, string path, CancellationToken cancellationToken)
    {
        CheckKind(kind);
        await using var database = await OpenAsync(path, cancellationToken);
        var repository = new ReferenceRepository(database);
        var versions = kind is null
            ? await repository.ListInForceAsync(cancellationToken)
            : [.. (await repository.ListVersionsAsync(cancellationToken)).Where(version => version.Kind == kind)];

        foreach (var version in versions)
        {
            console.Output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{version.Kind,-24} version {version.Version,3}  {version.RowCount,8} rows  {version.Digest}  "
                + $"{Wire.Time(version.StoredAt)}  {version.Actor}"));
        }

        foreach (var missing in ReferenceKinds.All.Where(
            known => (kind is null || kind == known) && versions.All(version => version.Kind != known)))
        {
            console.Output.WriteLine($"{missing,-24} not imported: what needs it is not decided");
        }

        return ExitStatus.Done;
    }

    private static async Task<int> ExportAsync(
        CliConsole console, string kind, int? version, string path, CancellationToken cancellationToken)
    {
        CheckKind(kind);
        await using var database = await OpenAsync(path, cancellationToken);
        var repository = new ReferenceRepository(database);
        var number = version ?? (await repository.ListInForceAsync(cancellationToken))
            .FirstOrDefault(inForce => inForce.Kind == kind)?.Version;
        var document = number is { } known ? await repository.ReadAsync(kind, known, cancellationToken) : null;
        if (document is null)
        {
            throw new CliException($"there is no such version of {kind}; 'reference show' lists those there are.");
        }

        foreach (var line in ReferenceCsv.Lines(ReferenceCsvReader.Read(kind, kind, document.Octets)))
        {
            console.Output.WriteLine(line);
        }

        return ExitStatus.Done;
    }

    private static void Write(TextWriter output, ReferenceDiff diff)
    {
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{diff.Kind}: {diff.Added} added, {diff.Changed} changed, {diff.Removed} removed, {diff.Unchanged} the same"));
        foreach (var row in diff.Rows)
        {
            var sign = row.Kind switch { RowChangeKind.Added => '+', RowChangeKind.Removed => '-', _ => '~' };
            var fields = row.Fields.IsEmpty ? "" : ": " + string.Join(", ", row.Fields);
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"  {sign} line {row.Line}: {row.Key}{fields}"));
        }

        if (diff.Added + diff.Changed + diff.Removed - diff.Rows.Length is > 0 and var more)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  … and {more} more"));
        }
    }

    private static int Refuse(CliConsole console, IReadOnlyList<string> errors)
    {
        foreach (var error in errors)
        {
            console.Error.WriteLine($"voicequality: {error}");
        }

        console.Error.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"voicequality: {errors.Count} errors; nothing was changed."));
        return ExitStatus.Unusable;
    }

    private static void CheckKind(string? kind)
    {
        if (kind is not null && ReferenceSchema.Find(kind) is null)
        {
            throw new CliException($"there is no kind {kind}; there are {string.Join(", ", ReferenceKinds.All)}.");
        }
    }

    private static Task<Storage.Database> OpenAsync(string path, CancellationToken cancellationToken) =>
        File.Exists(path)
            ? ServeCommand.OpenAsync(path, cancellationToken)
            : throw new CliException($"there is no database {path}; name the one the service writes.");

    private static Option<string> Database() => new("--database", "--db")
    {
        Description = "Database of the service.", HelpName = "FILE", Required = true,
    };
}
