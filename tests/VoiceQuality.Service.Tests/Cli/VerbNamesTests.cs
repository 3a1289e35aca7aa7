namespace VoiceQuality.Service.Tests.Cli;

public sealed class VerbNamesTests
{
    [Fact]
    public async Task Every_verb_of_the_help_answers_to_its_name_alone()
    {
        var help = await CliRun.OfAsync(["--help"]);
        var verbs = help.Lines.SkipWhile(static line => line != "Commands:").Skip(1)
            .TakeWhile(static line => line.StartsWith("  ", StringComparison.Ordinal))
            .Select(static line => line.Trim().Split(' ')[0]).Where(static word => word.Length > 2).ToArray();

        Assert.Contains("analyze", verbs);
        Assert.Contains("verify", verbs);
        foreach (var verb in verbs)
        {
            var run = await CliRun.OfAsync([verb, "--help"]);
            Assert.Equal(0, run.Status);
            // The name before it is that of the process, which tests share.
            Assert.Contains($" {verb}", run.Output, StringComparison.Ordinal);
        }
    }
}
