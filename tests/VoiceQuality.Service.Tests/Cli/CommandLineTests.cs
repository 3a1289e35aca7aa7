using System.Diagnostics;

namespace VoiceQuality.Service.Tests.Cli;

public class CommandLineTests
{
    [Theory]
    [InlineData("--help")]
    [InlineData("generate --help")]
    [InlineData("emodel --help")]
    [InlineData("generate -h")]
    public async Task Help_goes_to_standard_output_with_status_0(string line)
    {
        var run = await CliRun.OfAsync(line.Split(' '));

        Assert.Equal((0, ""), (run.Status, run.Error));
        Assert.Contains("Usage:", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("generate")]
    [InlineData("emodel")]
    public async Task Every_verb_shows_an_example(string verb)
    {
        var run = await CliRun.OfAsync([verb, "--help"]);
        var example = run.Output[run.Output.IndexOf("Example", StringComparison.Ordinal)..];

        Assert.Contains($"\n  voicequality {verb} --", example, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "--help")]
    [InlineData("nonsense", "nonsense")]
    [InlineData("emodel --nonsense", "--nonsense")]
    [InlineData("emodel --Ie", "--Ie")]
    [InlineData("emodel --model g108", "g108")]
    [InlineData("generate", "--out")]
    [InlineData("generate --out x --preset lovely", "lovely")]
    public async Task Wrong_usage_is_one_line_and_status_2(string line, string because)
    {
        var run = await CliRun.OfAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        run.AssertRefused(because);
        Assert.Contains("--help'", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_process_itself_returns_the_status_and_keeps_the_streams_apart()
    {
        var (status, output, error) = await StartAsync("emodel", "--Ie", "11", "--Bpl", "19", "--Ppl", "30");
        Assert.Equal((2, ""), (status, output));
        Assert.Contains("--Ppl", error, StringComparison.Ordinal);

        (status, output, error) = await StartAsync("emodel", "--Ie", "11", "--Bpl", "19", "--Ppl", "2");
        Assert.Equal((0, ""), (status, error));

        // 11 + 84 × 2 / (2 + 19) = 19.
        Assert.Contains("Ie_eff       19.000000\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_process_writes_a_capture_to_standard_output()
    {
        var (status, output, _) = await StartAsync("generate", "--calls", "1", "--duration", "0", "--rtcp", "0", "--out", "-");

        Assert.Equal(0, status);
        Assert.Contains("INVITE sip:", output, StringComparison.Ordinal);
        Assert.Contains("BYE sip:", output, StringComparison.Ordinal);
    }

    private static async Task<(int Status, string Output, string Error)> StartAsync(params string[] args)
    {
        using var process = Process.Start(new ProcessStartInfo(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            ["exec", Path.Combine(AppContext.BaseDirectory, "voicequality.dll"), .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();

        return (process.ExitCode, await output, await error);
    }
}
