using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using NodaTime;
using VoiceQuality.Sla.Credits;
using VoiceQuality.Sla.Evidence;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Sla.Usage;

namespace VoiceQuality.Sla.Tests.Evidence;

public class EvidenceBundleTests
{
    [Fact]
    public void A_bundle_says_what_was_decided_and_each_step_to_it()
    {
        var bundle = JsonDocument.Parse(Bundles.Octets(Bundles.Granted)).RootElement;
        var decision = bundle.GetProperty("decision");
        Assert.Equal("GRANTED", decision.GetProperty("decision").GetString());
        Assert.Equal("3.499", decision.GetProperty("meanMos").GetString());
        Assert.Equal(30, decision.GetProperty("percent").GetInt32());
        Assert.Equal("8420.15", decision.GetProperty("base").GetString());

        // 8420.15 × 30 / 100 = 2526.045, half away from zero 2526.05.
        Assert.Equal("2526.05", decision.GetProperty("credit").GetString());

        var steps = bundle.GetProperty("arithmetic").EnumerateArray().ToList();
        Assert.Equal(
            ["time", "totals", "mean", "row", "row", "row", "base", "credit"],
            steps.Select(step => step.GetProperty("step").GetString()));
        Assert.Equal(69990, steps[1].GetProperty("sumE4").GetInt64());
        Assert.Equal("69990 / 2 / 10000, cut to three decimals: 3.499.", steps[2].GetProperty("text").GetString());

        // 32500 × 2 = 65000 is not above 69990, 35000 × 2 = 70000 is.
        Assert.Equal(65000, steps[4].GetProperty("productE4").GetInt64());
        Assert.False(steps[4].GetProperty("applies").GetBoolean());
        Assert.Equal(70000, steps[5].GetProperty("productE4").GetInt64());
        Assert.True(steps[5].GetProperty("applies").GetBoolean());
        Assert.Equal("2526.045", steps[7].GetProperty("exact").GetString());

        // October ends in Denver at UTC-6; clocks have gone back when November ends: UTC-7.
        var calendar = bundle.GetProperty("calendar");
        Assert.Equal("2026-11-01T06:00:00.000000Z", calendar.GetProperty("periodEnd").GetString());
        Assert.Equal("2026-12-01T07:00:00.000000Z", calendar.GetProperty("claimBefore").GetString());
        Assert.Equal(
            ContractPolicy.Default.CanonicalText, bundle.GetProperty("policy").GetProperty("text").GetString());
    }

    [Fact]
    public void A_bundle_holds_however_it_is_laid_out()
    {
        var octets = Bundles.Octets(Bundles.Granted);
        Assert.Equal(octets, Bundles.Octets(Bundles.Granted));
        Assert.Equal(EvidenceStatus.Holds, EvidenceVerifier.Verify(octets).Status);
        Assert.StartsWith(
            "claim CLM-1, 2026-10: GRANTED, 2526.05 US dollars, ledger entry 7",
            EvidenceVerifier.Verify(octets).Message, StringComparison.Ordinal);

        var compact = JsonNode.Parse(octets)!.ToJsonString();
        Assert.Equal(EvidenceStatus.Holds, EvidenceVerifier.Verify(Encoding.UTF8.GetBytes(compact)).Status);
    }

    [Fact]
    public void Any_decision_on_any_month_holds_and_its_credit_never_exceeds_the_base() =>
        Prop.ForAll(
            Gen.Choose(0, 40).SelectMany(answered => Gen.Choose(0, answered).SelectMany(scored =>
                Gen.Choose(1_0000, 5_0000).SelectMany(score => Gen.Choose(-50_000, 9_000_000).SelectMany(tenths =>
                    Gen.Choose(0, 3_000).Select(hours => (answered, scored, score, tenths, hours)))))).ToArbitrary(),
            given =>
            {
                var inputs = Bundles.Granted with
                {
                    ReceivedAt = Instant.FromUtc(2026, 10, 1, 0, 0) + Duration.FromHours(given.hours),
                    Days =
                    [
                        new EvidenceDay(
                            new LocalDate(2026, 10, 2), given.answered, given.scored, given.scored * given.score),
                    ],
                    Usage = new EvidenceUsage(
                        "x", [new EvidenceLine(ChargeKind.UsageDomestic, given.tenths / 1_000m)]),
                };
                var decision = EvidenceBundle.Of(inputs).Decision;
                return EvidenceVerifier.Verify(Bundles.Octets(inputs)).Status == EvidenceStatus.Holds
                    && (decision.Credit == 0 || decision.Credit <= given.tenths / 1_000m);
            }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_policy_of_the_bundle_decides_and_not_the_policy_of_the_day()
    {
        // Rows of another contract: everything below 3.6 earns 50 %; 8420.15 × 50 % = 4210.075, away from zero 4210.08.
        var policy = ContractPolicy.Default with
        {
            Version = "other",
            MosBounds = [new MosCreditTier(3_6000, 50, "0.000-3.599")],
            GraceDays = 9,
            MosBasePeriod = MosBasePeriod.RequestMonth,
            MosRequestWindow = MosRequestWindow.OutageRequestDays,
            OutageRequestDays = 45,
        };
        var inputs = Bundles.Granted with { Policy = policy };
        Assert.Equal(4210.08m, EvidenceBundle.Of(inputs).Decision.Credit);
        Assert.Equal(EvidenceStatus.Holds, EvidenceVerifier.Verify(Bundles.Octets(inputs)).Status);
    }

    [Fact]
    public void A_calendar_that_changed_is_taken_along()
    {
        var zones = DateTimeZoneProviders.Tzdb;
        var inputs = Bundles.Granted with
        {
            Calendar = new Sla.Periods.AccountCalendar(
                zones["America/New_York"], 15, [new(new Sla.Periods.ServiceMonth(2026, 9), zones["Europe/London"], 3)]),
        };
        Assert.Equal(EvidenceStatus.Holds, EvidenceVerifier.Verify(Bundles.Octets(inputs)).Status);
    }

    [Fact]
    public void An_entry_without_credit_and_a_credit_without_entry_are_no_bundle()
    {
        var granted = EvidenceBundle.Of(Bundles.Granted);
        Assert.Throws<ArgumentException>(() => granted.ToOctets(null));
        Assert.Throws<ArgumentException>(
            () => EvidenceBundle.Of(Bundles.Undetermined).ToOctets(Bundles.Chain(granted)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"format\":1}")]
    [InlineData("{\"format\":\"voicequality-mos-credit-evidence\"}")]
    [InlineData("{\"format\":\"voicequality-mos-credit-evidence\",\"formatVersion\":3}")]
    [InlineData("{\"format\":\"voicequality-mos-credit-evidence\",\"format\":\"x\"}")]
    [InlineData("{\"format\":\"\\ud800\"}")]
    public void What_is_no_bundle_is_called_none(string json) => Assert.Equal(
        EvidenceStatus.NotABundle, EvidenceVerifier.Verify(Encoding.UTF8.GetBytes(json)).Status);

    [Fact]
    public void Any_octets_at_all_get_a_verdict() => Prop.ForAll<byte[]>(octets =>
        EvidenceVerifier.Verify(octets).Status == EvidenceStatus.NotABundle).QuickCheckThrowOnFailure();
}
