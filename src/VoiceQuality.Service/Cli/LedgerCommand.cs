using System.CommandLine;
using System.Globalization;
using VoiceQuality.Sla.Ledger;
using VoiceQuality.Storage.Ledger;

namespace VoiceQuality.Service.Cli;

/// <summary>The verb <c>ledger verify</c>: whether the ledger still says what was posted.</summary>
internal static class LedgerCommand
{
    public static Command Create(CliConsole console)
    {
        var database = new Option<string>("--db")
        {
            Description = "Database of the service.", HelpName = "FILE", Required = true,
        };
        var head = new Option<string?>("--head")
        {
            Description = "Head that an earlier run showed; a ledger whose end was cut off does not have it any more.",
            HelpName = "NUMBER:HASH",
        };
        var verify = new Verb(
            "verify",
            "Recomputes every hash and every pulled period; returns 0 when the ledger holds and 1 when it does not.",
            "voicequality ledger verify --db voicequality.db") { database, head };

        verify.SetAction((result, cancellationToken) => RunAsync(
            console, result.GetValue(database)!, HeadOf(result.GetValue(head)), cancellationToken));
        return new Command("ledger", "Credits and charges that were posted.") { verify };
    }

    private static async Task<int> RunAsync(
        CliConsole console, string path, ChainHead? noted, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
        {
            throw new CliException($"there is no database {path}; name the one the service writes.");
        }

        await using var database = await ServeCommand.OpenAsync(path, cancellationToken);
        var verdict = await new LedgerRepository(database).VerifyAsync(noted, cancellationToken);
        console.Output.WriteLine(verdict.Fault is { } fault ? Sentence(fault) : string.Create(
            CultureInfo.InvariantCulture,
            $"The ledger holds: {verdict.Head.Sequence} entries, head {verdict.Head.Sequence}:{verdict.Head.Hash}."));
        return verdict.Holds ? ExitStatus.Done : ExitStatus.PartlyUnusable;
    }

    private static string Sentence(ChainFault fault)
    {
        var entry = string.Create(CultureInfo.InvariantCulture, $"entry {fault.Sequence} ({Printable(fault.Name)})");
        return "The ledger does not hold: " + fault.Reason switch
        {
            ChainBreak.SequenceHasGap => $"{entry} does not follow the one before it; an entry was taken out or put in.",
            ChainBreak.PreviousHashDiffers => $"{entry} was not made after the one before it.",
            ChainBreak.HashDiffers => $"{entry} does not say what was posted.",
            ChainBreak.EntryIsInconsistent => $"{entry} says what no ledger takes.",
            ChainBreak.EntryIsUnreadable => $"{entry} cannot be read.",
            ChainBreak.PulledPeriodDiffers => $"period {Printable(fault.Name)} has other entries than when it was pulled.",
            _ => "it does not have the head that was noted; its end was cut off or written anew.",
        };
    }

    // Whoever changed a row may have put anything there; the line stays one line.
    private static string Printable(string text) =>
        new([.. text.Take(128).Select(character => character is >= ' ' and <= '~' ? character : '?')]);

    private static ChainHead? HeadOf(string? text)
    {
        if (text is null)
        {
            return null;
        }

        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon > 0
            && long.TryParse(text.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
            && text.Length == colon + 1 + ChainHead.Empty.Hash.Length
                ? new ChainHead(sequence, text[(colon + 1)..])
                : throw new CliException("--head is written NUMBER:HASH, as an earlier run showed it.");
    }
}
