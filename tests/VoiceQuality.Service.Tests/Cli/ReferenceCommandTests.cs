using VoiceQuality.Service.Tests.Reference;
using VoiceQuality.Sla.Reference;

namespace VoiceQuality.Service.Tests.Cli;

public sealed class ReferenceCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Store => _folder.File("store.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Import_previews_then_applies_and_the_same_again_changes_nothing()
    {
        await SeedAsync();
        string[] import = ["reference", "import", ReferenceVectors.Folder, "--database", Store];

        var preview = await CliRun.OfAsync(import);
        Assert.Equal((0, ""), (preview.Status, preview.Error));
        Assert.Contains("components: 5 added, 0 changed, 0 removed, 0 the same", preview.Lines);
        Assert.EndsWith(
            "Nothing was changed; --apply puts these files in force.\n", preview.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("3035550100", preview.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Example Street", preview.Output, StringComparison.Ordinal);
        Assert.Contains("components               not imported", (await ShowAsync()).Output, StringComparison.Ordinal);

        var applied = await CliRun.OfAsync([.. import, "--apply", "--actor", "j.doe"]);
        Assert.EndsWith("16 of 16 files were put in force.\n", applied.Output, StringComparison.Ordinal);
        Assert.Contains("j.doe", (await ShowAsync()).Output, StringComparison.Ordinal);

        var again = await CliRun.OfAsync([.. import, "--apply"]);
        Assert.EndsWith(
            "Nothing was changed: all of it is in force already.\n", again.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_error_of_every_file_is_told_and_nothing_changes()
    {
        await SeedAsync();
        ReferenceVectors.CopyTo(_folder.Directory);
        await File.WriteAllTextAsync(_folder.File("holidays.csv"), "date,name\n2026-02-30,x\n");
        await File.AppendAllTextAsync(_folder.File("numbers.csv"), "A-1001,,+13035550199,PAGER,,2026-01-01,\n");

        var run = await CliRun.OfAsync(["reference", "import", _folder.Directory, "--database", Store, "--apply"]);
        Assert.Equal((2, ""), (run.Status, run.Output));
        Assert.Equal(
            [
                "voicequality: holidays.csv:2: date: A date is written yyyy-MM-dd.",
                "voicequality: numbers.csv:8: service: One of TERMINATION, TOLL_FREE, LOCAL.",
                "voicequality: 2 errors; nothing was changed.",
            ],
            run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task A_file_that_is_no_kind_does_not_hide_what_is_wrong_in_the_others()
    {
        await SeedAsync();
        ReferenceVectors.CopyTo(_folder.Directory);
        await File.WriteAllTextAsync(_folder.File("tariffs.csv"), "a,b\n");

        // Half a cent can be in a rate, and never in what was billed.
        await File.AppendAllTextAsync(_folder.File("mrc-billed.csv"), "DEN-TRUNK,2026-05,10.005\n");
        var run = await CliRun.OfAsync(["reference", "import", _folder.Directory, "--database", Store, "--apply"]);
        Assert.Equal((2, ""), (run.Status, run.Output));
        var errors = run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains(errors, line => line.Contains("tariffs.csv: is no kind", StringComparison.Ordinal));
        Assert.Contains(errors, line => line.EndsWith(
            "amount: What was billed has no fractions of a cent.", StringComparison.Ordinal));
        Assert.Equal("voicequality: 2 errors; nothing was changed.", errors[^1]);
    }

    [Fact]
    public async Task A_file_that_is_no_kind_is_refused()
    {
        await SeedAsync();
        await File.WriteAllTextAsync(_folder.File("holiday.csv"), "date,name\n");
        var run = await CliRun.OfAsync(["reference", "import", _folder.File("holiday.csv"), "--database", Store]);
        Assert.Equal(2, run.Status);
        Assert.Contains("holiday.csv: is no kind of reference data", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_writes_the_tier_list_by_dialed_digits()
    {
        await SeedAsync();
        await CliRun.OfAsync(["reference", "import", ReferenceVectors.Folder, "--database", Store, "--apply"]);
        var run = await CliRun.OfAsync(["reference", "export", ReferenceKinds.Tiers, "--database", Store]);

        Assert.Equal(
            await File.ReadAllLinesAsync(Path.Combine(ReferenceVectors.Folder, "tiers.csv")), run.Lines);
    }

    [Theory]
    [InlineData("there is no kind", "export", "tier")]
    [InlineData("there is no such version", "export", "tiers")]
    [InlineData("--actor is 1 to 64", "import", "x.csv", "--apply", "--actor", "J Doe")]
    public async Task What_cannot_be_done_is_said_in_one_line(string because, params string[] args)
    {
        await SeedAsync();
        (await CliRun.OfAsync(["reference", .. args, "--database", Store])).AssertRefused(because);
    }

    private Task<CliRun> ShowAsync() => CliRun.OfAsync(["reference", "show", "--database", Store]);

    private async Task SeedAsync()
    {
        var accounts = Path.Combine(ReferenceVectors.Folder, "accounts.json");
        Assert.Equal(0, (await CliRun.OfAsync(["accounts", "import", accounts, "--db", Store])).Status);
    }
}
