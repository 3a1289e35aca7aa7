namespace VoiceQuality.Service.Cli;

/// <summary>
/// Wrong usage or unreadable input: the verb ends with <see cref="ExitStatus.Unusable"/> and this message as its only
/// line on standard error. The message says what is wrong and what to do, and names no person and no number.
/// </summary>
internal sealed class CliException(string message) : Exception(message);

/// <summary>
/// Whoever read the results has gone, as <c>head</c> does: the verb ends with <see cref="ExitStatus.OutputClosed"/> and
/// says nothing, like any tool of a pipeline.
/// </summary>
internal sealed class OutputClosedException() : Exception("The reader of the results has gone.");

/// <summary>What the process returns.</summary>
internal static class ExitStatus
{
    public const int Done = 0;

    /// <summary>Done, but the input was partly unusable.</summary>
    public const int PartlyUnusable = 1;

    /// <summary>Wrong usage, or input or output that cannot be used.</summary>
    public const int Unusable = 2;

    /// <summary>Interrupted from the keyboard: 128 and SIGINT.</summary>
    public const int Interrupted = 130;

    /// <summary>Whoever read the results has gone: 128 and SIGPIPE.</summary>
    public const int OutputClosed = 141;
}
