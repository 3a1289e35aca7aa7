using System.Text;
using VoiceQuality.Service.Cli;

namespace VoiceQuality.Service.Tests.Cli;

/// <summary>What one run of the command left behind.</summary>
internal sealed record CliRun(int Status, string Output, string Error, byte[] Octets)
{
    public IReadOnlyList<string> Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public static async Task<CliRun> OfAsync(string input, params string[] args)
    {
        var output = new StringWriter { NewLine = "\n" };
        var error = new StringWriter { NewLine = "\n" };
        using var octets = new MemoryStream();
        var status = await VoiceQualityCommand.RunAsync(args, new CliConsole
        {
            Output = output,
            Error = error,
            OpenInput = () => new MemoryStream(Encoding.UTF8.GetBytes(input)),
            OpenOutput = () => octets,
        });

        return new CliRun(status, output.ToString(), error.ToString(), octets.ToArray());
    }

    public static Task<CliRun> OfAsync(string[] args) => OfAsync("", args);

    /// <summary>Wrong usage: status 2, nothing on standard output and one line on standard error.</summary>
    public void AssertRefused(string because)
    {
        Assert.Equal(2, Status);
        Assert.Equal("", Output);
        Assert.Empty(Octets);
        Assert.Equal(Error.Length - 1, Error.IndexOf('\n', StringComparison.Ordinal));
        Assert.StartsWith("voicequality: ", Error, StringComparison.Ordinal);
        Assert.Contains(because, Error, StringComparison.Ordinal);
    }
}
