using VoiceQuality.Sla.Ledger;

namespace VoiceQuality.Service.Api;

/// <summary>Posted entries as CSV: the same lines and names as in JSON .</summary>
internal static class PostingCsv
{
    private static readonly string[] Columns =
    [
        "sequence", "entryId", "accountId", "unitId", "componentId", "serviceMonth", "postingPeriod", "kind", "amount",
        "state", "policyVersion", "evidenceDigest", "corrects", "actor", "approver", "postedAt", "hash",
    ];

    /// <summary>Header line and one line per entry, each ended by CR LF.</summary>
    public static string Write(IEnumerable<ChainedEntry> entries)
    {
        var csv = new CsvWriter();
        foreach (var column in Columns)
        {
            csv.Text(column);
        }

        csv.EndLine();
        foreach (var chained in entries)
        {
            var line = LedgerEntryResponse.Of(chained);
            csv.Number(line.Sequence).Text(line.EntryId).Text(line.AccountId).Text(line.UnitId).Text(line.ComponentId)
                .Text(line.ServiceMonth).Text(line.PostingPeriod).Text(line.Kind).Amount(chained.Entry.Amount)
                .Text(line.State).Text(line.PolicyVersion).Text(line.EvidenceDigest).Text(line.Corrects)
                .Text(line.Actor).Text(line.Approver).Text(line.PostedAt).Text(line.Hash).EndLine();
        }

        return csv.ToString();
    }
}
