using System.Globalization;
using NodaTime;
using VoiceQuality.Sla.Ledger;
using VoiceQuality.Sla.Outages;
using VoiceQuality.Storage.Ledger;

namespace VoiceQuality.Service.Claims;

/// <summary>
/// Brings the ledger to the lines of an outage decision, one entry for each component and month.
/// </summary>
internal static class OutagePosting
{
    /// <summary>Posts; the answer has an entry or null for each line, in order.</summary>
    public static async Task<IReadOnlyList<ChainedEntry?>> PostAsync(
        LedgerTransaction transaction,
        IReadOnlyList<OutageSettlementLine> lines,
        string name,
        string evidenceDigest,
        string actor,
        Instant now,
        CancellationToken cancellationToken)
    {
        var entries = new List<ChainedEntry?>();
        for (var i = 0; i < lines.Count; i++)
        {
            var line = lines[i];
            if (line.Restatement?.NewEntry is null)
            {
                entries.Add(null);
                continue;
            }

            var id = string.Create(CultureInfo.InvariantCulture, $"{name}-{i + 1}");
            await transaction.RestateAsync(
                line.Claim, line.Line.TotalSoFar!.Value,
                new LedgerStamp(id, ClaimTime.PostingMonth(now), line.PolicyVersion, evidenceDigest, actor, now),
                cancellationToken);
            entries.Add(await transaction.FindAsync(id, cancellationToken));
        }

        return entries;
    }
}
