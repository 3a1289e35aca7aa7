using System.Collections.Immutable;
using System.Text.Json.Nodes;
using VoiceQuality.Sla.Ledger;

namespace VoiceQuality.Sla.Evidence;

/// <summary>The entries of a claim before a decision, and the entry that the decision adds.</summary>
internal static class LedgerHistory
{
    public static JsonArray Write(IEnumerable<LedgerAmount> history)
    {
        var items = new JsonArray();
        foreach (var entry in history)
        {
            var item = new JsonObject
            {
                ["entryId"] = entry.Id,
                ["amount"] = Money.Format(entry.Amount),
                ["state"] = WireName.Of(entry.State),
            };
            if (entry.RejectedFacts is { } facts)
            {
                item["rejectedFacts"] = facts;
            }

            items.Add(item);
        }

        return items;
    }

    public static ImmutableArray<LedgerAmount> Read(EvidenceNode items) =>
    [
        .. items.Items().Select(item => new LedgerAmount(
            item.Member("entryId").Text(), item.Member("amount").Amount(),
            item.Member("state").Name<LedgerEntryState>())
        {
            RejectedFacts = item.Find("rejectedFacts")?.Text(),
        }),
    ];

    public static JsonObject? Entry(Restatement? restatement) => restatement?.NewEntry is not { } entry ? null : new()
    {
        ["amount"] = Money.Format(entry.Amount),
        ["state"] = WireName.Of(entry.State),
        ["corrects"] = entry.Corrects,
        ["netNow"] = Money.Format(restatement.NetNow),
        ["netAfterApproval"] = Money.Format(restatement.NetAfterApproval),
    };
}
