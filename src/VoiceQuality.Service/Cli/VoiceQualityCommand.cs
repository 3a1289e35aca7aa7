using System.CommandLine;
using System.CommandLine.Help;
using VoiceQuality.Storage;

namespace VoiceQuality.Service.Cli;

/// <summary>The command and its verbs.</summary>
internal static class VoiceQualityCommand
{
    private static readonly (string Name, Func<CliConsole, Command> Create)[] Verbs =
    [
        ("analyze", AnalyzeCommand.Create),
        ("generate", GenerateCommand.Create),
        ("emodel", EModelCommand.Create),
        ("contract", ContractCommand.Create),
        ("serve", ServeCommand.Create),
        ("accounts", AccountsCommand.Create),
        ("usage", UsageCommand.Create),
        ("ledger", LedgerCommand.Create),
        ("policy", PolicyCommand.Create),
        ("rescore", RescoreCommand.Create),
        ("reference", ReferenceCommand.Create),
        ("audit", AuditCommand.Create),
        ("verify", VerifyCommand.Create),
    ];

    /// <summary>Runs one verb to its end and returns what the process returns.</summary>
    public static async Task<int> RunAsync(string[] args, CliConsole console)
    {
        var parseResult = Create(console, args).Parse(args);

        if (parseResult.Errors.Count > 0)
        {
            var path = parseResult.CommandResult.Command is RootCommand
                ? "voicequality"
                : $"voicequality {parseResult.CommandResult.Command.Name}";

            // A word that nobody understands explains more than the one that is missing in its place.
            var unmatched = parseResult.UnmatchedTokens.Count > 0 ? parseResult.UnmatchedTokens[0] : null;
            var error = parseResult.Errors.FirstOrDefault(
                candidate => unmatched is not null && candidate.Message.Contains(unmatched, StringComparison.Ordinal),
                parseResult.Errors[0]);

            return Refuse(console, $"{OneLine(error.Message)} See '{path} --help'.");
        }

        try
        {
            return await parseResult.InvokeAsync(new InvocationConfiguration
            {
                Output = console.Output,
                Error = console.Error,
                EnableDefaultExceptionHandler = false,

                // A service that is asked to stop drains what it has queued; it ends on its own well before this.
                ProcessTerminationTimeout = TimeSpan.FromSeconds(90),
            });
        }
        catch (OutputClosedException)
        {
            return ExitStatus.OutputClosed;
        }
        catch (Exception exception) when (exception is CliException or StoredDataException)
        {
            return Refuse(console, exception.Message);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Refuse(console, OneLine(exception.Message));
        }
        catch (OperationCanceledException)
        {
            return ExitStatus.Interrupted;
        }
        finally
        {
            Flush(console);
        }
    }

    /// <summary>
    /// The command with the verb that was asked for. The others cost a good part of the time that a small file takes,
    /// so they are made only when the first word is none of them: for help, and to say what is wrong.
    /// </summary>
    private static RootCommand Create(CliConsole console, string[] args)
    {
        var root = new RootCommand("Measures voice quality on SIP and RTP, and decides the credits of a contract.");
        var asked = args.Length > 0 ? Array.Find(Verbs, verb => verb.Name == args[0]).Create : null;
        foreach (var (_, create) in Verbs)
        {
            if (asked is null || asked == create)
            {
                root.Add(create(console));
            }
        }

        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new ExampleHelpAction((HelpAction)help.Action!);

        return root;
    }

    private static int Refuse(CliConsole console, string message)
    {
        console.Error.WriteLine($"voicequality: {message}");

        return ExitStatus.Unusable;
    }

    private static string OneLine(string text) =>
        string.Join(
            ' ', text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    private static void Flush(CliConsole console)
    {
        try
        {
            console.Output.Flush();
        }
        catch (IOException)
        {
            // Whoever read the output has gone; there is nobody left to tell.
        }
    }
}
