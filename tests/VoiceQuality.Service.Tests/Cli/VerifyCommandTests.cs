using NodaTime;
using VoiceQuality.Sla.Credits;
using VoiceQuality.Sla.Evidence;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Sla.Usage;

namespace VoiceQuality.Service.Tests.Cli;

public sealed class VerifyCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_bundle_that_holds_is_one_line_and_status_0()
    {
        var path = _folder.File("evidence.json");
        await File.WriteAllTextAsync(path, Bundle());
        var run = await CliRun.OfAsync("", "verify", path);
        Assert.Equal((0, ""), (run.Status, run.Error));
        Assert.StartsWith(
            "The bundle holds: claim CLM-1, 2026-10: DENIED (MOS_NOT_BELOW_THRESHOLD), 0.00 US dollars",
            Assert.Single(run.Lines), StringComparison.Ordinal);
        Assert.Equal(run, await CliRun.OfAsync(Bundle(), "verify", "-") with { Octets = run.Octets });
    }

    [Fact]
    public async Task A_bundle_that_was_changed_is_one_line_that_says_where_and_status_1()
    {
        var run = await CliRun.OfAsync(Bundle().Replace("\"answered\": 4", "\"answered\": 5"), "verify", "-");
        Assert.Equal((1, ""), (run.Status, run.Error));
        Assert.StartsWith("The bundle does not hold: ", Assert.Single(run.Lines), StringComparison.Ordinal);
        Assert.Contains("calls", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("not a bundle")]
    public async Task What_is_no_bundle_is_refused(string input) =>
        (await CliRun.OfAsync(input, "verify", "-")).AssertRefused("standard input: This is no evidence bundle");

    [Fact]
    public async Task A_file_that_is_not_there_is_refused() =>
        (await CliRun.OfAsync("", "verify", _folder.File("none.json"))).AssertRefused("cannot read");

    // 39000 + 38000 + 37000 + 42000 = 156000; / 4 = 3.9 exactly, which is not below.
    private static string Bundle()
    {
        var evidence = EvidenceBundle.Of(new EvidenceInputs
        {
            ClaimId = "CLM-1",
            AccountId = "A-1",
            UnitId = "U-edge",
            Month = new ServiceMonth(2026, 10),
            ReceivedAt = Instant.FromUtc(2026, 11, 10, 12, 0),
            Policy = ContractPolicy.Default,
            Calendar = new AccountCalendar(DateTimeZoneProviders.Tzdb["America/Denver"]),
            Days = [new EvidenceDay(new LocalDate(2026, 10, 14), Answered: 4, Scored: 4, SumE4: 156000)],
            Usage = new EvidenceUsage("x", [new EvidenceLine(ChargeKind.UsageDomestic, 500m)]),
        });
        Assert.Equal(MosCreditReason.MosNotBelowThreshold, evidence.Decision.Reason);
        return System.Text.Encoding.UTF8.GetString(evidence.ToOctets(null));
    }
}
