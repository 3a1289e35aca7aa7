using System.CommandLine;
using VoiceQuality.Sla.Evidence;

namespace VoiceQuality.Service.Cli;

/// <summary>The verb <c>verify</c>: whether a credit follows from its evidence.</summary>
internal static class VerifyCommand
{
    public static Command Create(CliConsole console)
    {
        var file = new Argument<string>("BUNDLE")
        {
            Description = "Evidence bundle of a claim ('-' for standard input).",
        };
        var verb = new Verb(
            "verify",
            "Computes a credit again from its evidence bundle, offline. Status 1 when something differs.",
            "voicequality verify evidence.json",
            "voicequality verify - < evidence.json") { file };

        verb.SetAction(async (result, cancellationToken) =>
            Run(console, result.GetValue(file)!, await ReadAsync(console, result.GetValue(file)!, cancellationToken)));
        return verb;
    }

    private static int Run(CliConsole console, string file, ReadOnlyMemory<byte> octets)
    {
        var verdict = EvidenceVerifier.Verify(octets);
        switch (verdict.Status)
        {
            case EvidenceStatus.Holds:
                console.Output.WriteLine($"The bundle holds: {verdict.Message}");
                return ExitStatus.Done;
            case EvidenceStatus.Differs:
                console.Output.WriteLine($"The bundle does not hold: {verdict.Message}");
                return ExitStatus.PartlyUnusable;
            default:
                throw new CliException($"{NameOf(file)}: {verdict.Message} Give the file that the service gave out.");
        }
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(
        CliConsole console, string file, CancellationToken cancellationToken)
    {
        try
        {
            await using var input = file == "-" ? console.OpenInput() : File.OpenRead(file);
            using var octets = new MemoryStream();
            var buffer = new byte[81_920];

            for (int length; (length = await input.ReadAsync(buffer, cancellationToken)) > 0;)
            {
                if (octets.Length + length > EvidenceBundle.LargestLength)
                {
                    throw new CliException(
                        $"{NameOf(file)} is larger than {EvidenceBundle.LargestLength} octets, and no bundle is.");
                }

                octets.Write(buffer, 0, length);
            }

            return octets.GetBuffer().AsMemory(0, (int)octets.Length);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CliException($"cannot read {NameOf(file)}: {exception.Message.ReplaceLineEndings(" ")}");
        }
    }

    private static string NameOf(string file) => file == "-" ? "standard input" : file.ReplaceLineEndings(" ");
}
