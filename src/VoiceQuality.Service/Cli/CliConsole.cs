using System.Text;
using Microsoft.Win32.SafeHandles;

namespace VoiceQuality.Service.Cli;

/// <summary>Where a verb reads and writes: the process's own streams, or a test's.</summary>
internal sealed class CliConsole
{
    /// <summary>Results, as text.</summary>
    public required TextWriter Output { get; init; }

    /// <summary>Errors, logs and progress.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Standard input as octets.</summary>
    public required Func<Stream> OpenInput { get; init; }

    /// <summary>
    /// Standard output as octets, for results that are no text. Not together with <see cref="Output"/>.
    /// </summary>
    public required Func<Stream> OpenOutput { get; init; }

    /// <summary>Whether <see cref="Error"/> is a terminal; progress is shown nowhere else.</summary>
    public bool ErrorIsTerminal { get; init; }

    /// <summary>The streams of this process, UTF-8 without a byte order mark.</summary>
    public static CliConsole ForProcess() => new()
    {
        Output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false), 1 << 16) { NewLine = "\n" },
        Error = Console.Error,
        OpenInput = Console.OpenStandardInput,
        OpenOutput = OpenStandardOutput,
        ErrorIsTerminal = !Console.IsErrorRedirected,
    };

    // The console's own stream hides that its reader has gone, and a generator would go on for nobody.
    private static Stream OpenStandardOutput() => OperatingSystem.IsWindows()
        ? Console.OpenStandardOutput()
        : new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
}
