using System.CommandLine;
using System.Globalization;
using Microsoft.Data.Sqlite;
using VoiceQuality.Service.Audit;
using VoiceQuality.Sla.Audit;
using VoiceQuality.Storage.Audit;
using VoiceQuality.Storage.Migrations;

namespace VoiceQuality.Service.Cli;

/// <summary>The verb <c>audit verify</c>: whether the audit trail still says what was recorded.</summary>
internal static class AuditCommand
{
    public static Command Create(CliConsole console)
    {
        var database = new Option<string?>("--database", "--db")
        {
            Description = "Database of the service; its trail is the file next to it that ends in .audit.db.",
            HelpName = "FILE",
        };
        var trail = new Option<string?>("--audit")
        {
            Description = "The trail itself, as Audit:Path names it, or a copy.", HelpName = "FILE",
        };
        var head = new Option<string?>("--head")
        {
            Description = "Head that an earlier run showed; a trail whose end was cut off does not have it any more.",
            HelpName = "NUMBER:HASH",
        };
        var verify = new Verb(
            "verify",
            "Recomputes every hash of the audit trail; returns 0 when it holds and 1 when it does not.",
            "voicequality audit verify --database voicequality.db",
            "voicequality audit verify --audit copy.audit.db --head 1200:5f0c…") { database, trail, head };

        verify.SetAction((result, cancellationToken) => RunAsync(
            console,
            result.GetValue(trail) ?? (result.GetValue(database) is { } path
                ? AuditOptions.OfEnvironment().PathFor(path)
                : throw new CliException("name the trail with --audit, or the database with --database.")),
            HeadOf(result.GetValue(head)),
            cancellationToken));
        return new Command("audit", "Who did what, when and from where.") { verify };
    }

    private static async Task<int> RunAsync(
        CliConsole console, string path, AuditHead? noted, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
        {
            throw new CliException($"there is no audit trail {path}; name the one the service writes.");
        }

        await using var store = await OpenAsync(path, cancellationToken);
        var verdict = await store.VerifyAsync(noted, cancellationToken);
        console.Output.WriteLine(verdict.Fault is { } fault ? Sentence(fault, verdict.FaultAt) : string.Create(
            CultureInfo.InvariantCulture,
            $"The audit trail holds: {verdict.Head.Sequence} entries, head {verdict.Head}."));
        return verdict.Holds ? ExitStatus.Done : ExitStatus.PartlyUnusable;
    }

    private static async Task<AuditStore> OpenAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await AuditStore.OpenAsync(path, cancellationToken);
        }
        catch (Exception exception) when (exception is SchemaException or SqliteException)
        {
            throw new CliException($"{path} is no audit trail: {exception.Message}");
        }
    }

    private static string Sentence(AuditBreak fault, long place)
    {
        var entry = string.Create(CultureInfo.InvariantCulture, $"entry {place}");
        return "The audit trail does not hold: " + fault switch
        {
            AuditBreak.SequenceHasGap =>
                $"{entry} does not follow the one before it; an entry was taken out or put in.",
            AuditBreak.PreviousHashDiffers => $"{entry} was not made after the one before it.",
            AuditBreak.HashDiffers => $"{entry} does not say what was recorded.",
            AuditBreak.EntryIsUnreadable => $"{entry} cannot be read.",
            _ => "it does not have the head that was noted; its end was cut off or written anew.",
        };
    }

    private static AuditHead? HeadOf(string? text) => text is null ? null
        : AuditHead.TryParse(text, out var head) ? head
        : throw new CliException("--head is a number, a colon and 64 hexadecimal digits, as 'audit verify' shows it.");
}
