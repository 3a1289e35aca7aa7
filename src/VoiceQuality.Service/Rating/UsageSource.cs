using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using VoiceQuality.Sla;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Sla.Usage;
using VoiceQuality.Storage.Usage;

namespace VoiceQuality.Service.Rating;

/// <summary>Imported lines as they are stored; rated ones are not known as long as nothing rates calls.</summary>
internal sealed class UsageSource(UsageRepository imported, UsageQueries importedOfMany) : IUsageSource
{
    public async Task<SourcedUsage?> GetAsync(
        UsageSet set, MosBaseSource source, CancellationToken cancellationToken) =>
        source == MosBaseSource.Imported && await imported.GetAsync(set, cancellationToken) is { } stored
            ? new SourcedUsage(MosBaseSource.Imported, stored.SourceDigest, stored.Lines)
            : null;

    public async Task<IReadOnlyDictionary<UsageSet, SourcedUsage>> ListMonthAsync(
        ServiceMonth month, MosBaseSource source, CancellationToken cancellationToken) =>
        source == MosBaseSource.Imported
            ? Sourced(await importedOfMany.ListMonthAsync(month, cancellationToken))
            : ImmutableDictionary<UsageSet, SourcedUsage>.Empty;

    public async Task<IReadOnlyDictionary<UsageSet, SourcedUsage>> ListAccountAsync(
        string accountId, MosBaseSource source, CancellationToken cancellationToken) =>
        source == MosBaseSource.Imported
            ? Sourced(await importedOfMany.ListAccountAsync(accountId, cancellationToken))
            : ImmutableDictionary<UsageSet, SourcedUsage>.Empty;

    private static Dictionary<UsageSet, SourcedUsage> Sourced(
        IReadOnlyDictionary<UsageSet, IReadOnlyList<UsageLine>> lines) => lines.ToDictionary(
            pair => pair.Key, pair => new SourcedUsage(MosBaseSource.Imported, DigestOf(pair.Value), pair.Value));

    // By its lines alone: the file that they came with is known where one unit's month is read.
    private static string DigestOf(IReadOnlyList<UsageLine> lines)
    {
        var text = new StringBuilder();
        foreach (var line in lines)
        {
            text.Append(WireName.Of(line.Kind)).Append('\t').Append(Money.Format(line.Amount)).Append('\t')
                .Append(line.Number?.Digits ?? 0).Append('\n');
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
