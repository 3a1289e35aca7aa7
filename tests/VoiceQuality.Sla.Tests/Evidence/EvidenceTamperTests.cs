using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using VoiceQuality.Sla.Evidence;

namespace VoiceQuality.Sla.Tests.Evidence;

public class EvidenceTamperTests
{
    public static TheoryData<string> Kinds { get; } = ["granted", "undetermined", "duplicate", "early"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Changing_any_value_is_found_and_its_part_of_the_bundle_is_named(string kind)
    {
        var octets = Bundles.Octets(InputsOf(kind));
        var paths = new List<string[]>();
        Collect(JsonNode.Parse(octets)!, [], paths);
        Assert.True(paths.Count > 40);

        foreach (var path in paths)
        {
            foreach (var changed in Changes(At(JsonNode.Parse(octets)!, path)))
            {
                var bundle = JsonNode.Parse(octets)!;
                Replace(bundle, path, changed);
                var verdict = EvidenceVerifier.Verify(Encoding.UTF8.GetBytes(bundle.ToJsonString()));
                Assert.True(
                    verdict.Status != EvidenceStatus.Holds, $"{string.Join('.', path)} = {changed?.ToJsonString()}");

                // A digest of a section is named by the section that it is of, a wrong version by what it does not
                // have.
                var part = path[0] switch
                {
                    "sectionDigests" => path[1],
                    "formatVersion" => "",
                    var section => section,
                };
                Assert.Contains(part, verdict.Message, StringComparison.Ordinal);
                Assert.DoesNotContain('\n', verdict.Message);
            }
        }
    }

    [Fact]
    public void Taking_out_any_member_or_item_is_found()
    {
        var octets = Bundles.Octets(Bundles.Granted);
        var paths = new List<string[]>();
        Collect(JsonNode.Parse(octets)!, [], paths, withContainers: true);
        foreach (var path in paths)
        {
            var bundle = JsonNode.Parse(octets)!;
            var parent = At(bundle, path[..^1])!;
            if (parent is JsonArray items)
            {
                items.RemoveAt(int.Parse(path[^1], System.Globalization.CultureInfo.InvariantCulture));
            }
            else
            {
                parent.AsObject().Remove(path[^1]);
            }

            Assert.NotEqual(
                EvidenceStatus.Holds, EvidenceVerifier.Verify(Encoding.UTF8.GetBytes(bundle.ToJsonString())).Status);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("claim")]
    [InlineData("calls")]
    [InlineData("ledger")]
    public void Putting_something_in_is_found(string section)
    {
        var bundle = JsonNode.Parse(Bundles.Octets(Bundles.Granted))!;
        (section.Length == 0 ? bundle : bundle[section]!).AsObject()["note"] = "paid";
        var verdict = EvidenceVerifier.Verify(Encoding.UTF8.GetBytes(bundle.ToJsonString()));
        Assert.Equal(EvidenceStatus.Differs, verdict.Status);
        Assert.Contains("note", verdict.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_decisions_entry_does_not_fit()
    {
        // The credit of 8420.16 is 2526.048, 2526.05 too; but it was decided on something else.
        var other = EvidenceBundle.Of(Bundles.Granted with
        {
            Usage = Bundles.Granted.Usage! with { Lines = [new(Sla.Usage.ChargeKind.UsageDomestic, 8420.16m)] },
        });
        var bundle = JsonNode.Parse(Bundles.Octets(Bundles.Granted))!;
        bundle["ledger"] = JsonNode.Parse(other.ToOctets(Bundles.Chain(other)))!["ledger"]!.DeepClone();
        var verdict = EvidenceVerifier.Verify(Encoding.UTF8.GetBytes(bundle.ToJsonString()));
        Assert.Equal("ledger.evidenceDigest", verdict.Path);
    }

    [Fact]
    public void Days_that_do_not_add_up_are_told_with_both_figures()
    {
        var bundle = JsonNode.Parse(Bundles.Octets(Bundles.Granted))!;
        bundle["calls"]!["days"]![0]!["answered"] = 5;

        // 5 + 1 = 6 where the month says 2 + 1 = 3.
        Assert.Equal(
            "calls.answered: the bundle says 3, computed again it is 6.",
            EvidenceVerifier.Verify(Encoding.UTF8.GetBytes(bundle.ToJsonString())).Message);
    }

    private static EvidenceInputs InputsOf(string kind) => kind switch
    {
        "granted" => Bundles.Granted,
        "undetermined" => Bundles.Undetermined,
        "duplicate" => Bundles.Granted with { EarlierDecisionId = "CLM-0" },
        _ => Bundles.Granted with { ReceivedAt = NodaTime.Instant.FromUtc(2026, 10, 31, 0, 0) },
    };

    internal static void Collect(JsonNode? node, string[] path, List<string[]> paths, bool withContainers = false)
    {
        if (node is JsonObject or JsonArray && withContainers && path.Length > 0)
        {
            paths.Add(path);
        }

        switch (node)
        {
            case JsonObject members:
                foreach (var (name, value) in members)
                {
                    Collect(value, [.. path, name], paths, withContainers);
                }

                break;
            case JsonArray items:
                for (var i = 0; i < items.Count; i++)
                {
                    Collect(items[i], [.. path, $"{i}"], paths, withContainers);
                }

                break;
            default:
                paths.Add(path);
                break;
        }
    }

    internal static JsonNode? At(JsonNode node, string[] path) => path.Aggregate<string, JsonNode?>(
        node, (at, step) => at is JsonArray items
            ? items[int.Parse(step, System.Globalization.CultureInfo.InvariantCulture)]
            : at![step]);

    internal static void Replace(JsonNode bundle, string[] path, JsonNode? value)
    {
        var parent = At(bundle, path[..^1])!;
        if (parent is JsonArray items)
        {
            items[int.Parse(path[^1], System.Globalization.CultureInfo.InvariantCulture)] = value;
        }
        else
        {
            parent[path[^1]] = value;
        }
    }

    // One that can be read as the same kind of value, and some that cannot.
    internal static IEnumerable<JsonNode?> Changes(JsonNode? leaf)
    {
        switch (leaf?.GetValueKind())
        {
            case JsonValueKind.String:
                var text = leaf.GetValue<string>();
                yield return text + "x";
                yield return text.Length > 0 ? text[..^1] + (text[^1] == '1' ? '2' : '1') : "1";
                yield return null;
                break;
            case JsonValueKind.Number:
                yield return leaf.GetValue<long>() + 1;
                yield return leaf.GetValue<long>() - 1;
                yield return 0.5m;
                break;
            case JsonValueKind.True:
            case JsonValueKind.False:
                yield return !leaf.GetValue<bool>();
                break;
            default:
                yield return "1";
                yield return 1;
                break;
        }
    }
}
