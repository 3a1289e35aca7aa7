using System.CommandLine;
using System.CommandLine.Help;
using VoiceQuality.Storage;

namespace VoiceQuality.Service.Cli;

/// <summary>The command and its verbs.</summary>
internal static class VoiceQualityCommand
{
    /// <summary>Runs one verb to its end and returns what the process returns.</summary>
    public static async Task<int> RunAsync(string[] args, CliConsole console)
    {
        var parseResult = Create(console).Parse(args);

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
            await FlushAsync(console);
        }
    }

    private static RootCommand Create(CliConsole console)
    {
        var root = new RootCommand("Measures voice quality on SIP and RTP, and decides the credits of a contract.")
        {
            AnalyzeCommand.Create(console),
            GenerateCommand.Create(console),
            EModelCommand.Create(console),
            ContractCommand.Create(console),
            ServeCommand.Create(console),
            AccountsCommand.Create(console),
            UsageCommand.Create(console),
            LedgerCommand.Create(console),
            PolicyCommand.Create(console),
            ReferenceCommand.Create(console),
            AuditCommand.Create(console),
            VerifyCommand.Create(console),
        };

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

    private static async Task FlushAsync(CliConsole console)
    {
        try
        {
            await console.Output.FlushAsync();
        }
        catch (IOException)
        {
            // Whoever read the output has gone; there is nobody left to tell.
        }
    }
}
