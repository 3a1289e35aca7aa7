using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using VoiceQuality.Sla.Evidence;

namespace VoiceQuality.Sla.Tests.Evidence;

public class EvidenceDocumentTests
{
    public static TheoryData<string, string[]> Kinds { get; } = new()
    {
        // 300 / 30 for each of two days, 10.00 of which was posted before.
        { "outage", ["10.00"] },
        { "outage in review", [] },
        { "outage restatement", ["10.00"] },

        // 100 % of 8420.15 less 2526.05.
        { "restatement", ["5894.10"] },

        // 30 % of 8420.15 = 2526.045, away from zero.
        { "resolution of a month", ["2526.05"] },
        { "resolution of an outage", ["10.00"] },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Each_kind_holds_with_the_entries_that_follow(string kind, string[] amounts)
    {
        var (document, octets) = Documents.Of(kind);
        Assert.Equal(amounts, document.Entries.Select(entry => Money.Format(entry.Entry.Amount)));
        var verdict = EvidenceVerifier.Verify(octets);
        Assert.True(verdict.Status == EvidenceStatus.Holds, verdict.Message);
        Assert.DoesNotContain('\n', verdict.Message);
        var compact = Encoding.UTF8.GetBytes(JsonNode.Parse(octets)!.ToJsonString());
        Assert.Equal(EvidenceStatus.Holds, EvidenceVerifier.Verify(compact).Status);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Changing_any_value_of_any_kind_is_found(string kind, string[] amounts)
    {
        Assert.NotNull(amounts);
        var octets = Documents.Of(kind).Octets;
        var paths = new List<string[]>();
        EvidenceTamperTests.Collect(JsonNode.Parse(octets)!, [], paths);
        Assert.True(paths.Count > 30);
        foreach (var path in paths)
        {
            foreach (var changed in EvidenceTamperTests.Changes(EvidenceTamperTests.At(JsonNode.Parse(octets)!, path)))
            {
                var bundle = JsonNode.Parse(octets)!;
                EvidenceTamperTests.Replace(bundle, path, changed);
                var verdict = EvidenceVerifier.Verify(Encoding.UTF8.GetBytes(bundle.ToJsonString()));
                Assert.True(
                    verdict.Status != EvidenceStatus.Holds, $"{string.Join('.', path)} = {changed?.ToJsonString()}");
                Assert.DoesNotContain('\n', verdict.Message);
            }
        }
    }

    [Theory]
    [InlineData("mos-1-granted.json", "GRANTED, 2526.05 US dollars, ledger entry 7")]
    [InlineData("mos-1-undetermined.json", "REVIEW (UNDETERMINED), 0.00 US dollars")]
    public void A_bundle_of_the_first_format_still_holds(string file, string says)
    {
        var octets = Vectors.Read("evidence", file);
        var verdict = EvidenceVerifier.Verify(octets);
        Assert.True(verdict.Status == EvidenceStatus.Holds, verdict.Message);
        Assert.Contains(says, verdict.Message, StringComparison.Ordinal);
        var text = Encoding.UTF8.GetString(octets);
        Assert.Contains("\"formatVersion\": 1", text, StringComparison.Ordinal);
        Assert.Equal(
            EvidenceStatus.Differs,
            EvidenceVerifier.Verify(Encoding.UTF8.GetBytes(text.Replace("\"A-1\"", "\"A-2\"", StringComparison.Ordinal))).Status);
    }

    [Fact]
    public void A_barred_number_leaves_the_base_and_is_nowhere_in_the_bundle()
    {
        var evidence = EvidenceBundle.Of(Documents.Barred);

        // 30 % of 8420.15 − 1000.00 = 7420.15 is 2226.045, away from zero 2226.05.
        Assert.Equal((7420.15m, 2226.05m), (evidence.Decision.Base, evidence.Decision.Credit));
        var octets = Bundles.Octets(Documents.Barred);
        Assert.DoesNotContain("8885550", Encoding.UTF8.GetString(octets), StringComparison.Ordinal);
        Assert.Equal(EvidenceStatus.Holds, EvidenceVerifier.Verify(octets).Status);
        var numbers = JsonDocument.Parse(octets).RootElement.GetProperty("tollFree").GetProperty("numbers");
        Assert.Equal(
            [("N1", "TOLL_FREE_NOT_VERIFIED"), ("N2", null)],
            numbers.EnumerateArray().Select(number =>
                (number.GetProperty("number").GetString()!, number.GetProperty("reason").GetString())));
    }
}
