using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Sla.Usage;
using VoiceQuality.Storage.Usage;

namespace VoiceQuality.Service.Rating;

/// <summary>The usage of a unit's month, complete: what it does not hold was not used.</summary>
/// <param name="Source">Where it comes from.</param>
/// <param name="Digest">Digest of what it was made from, 64 lower-case hexadecimal digits.</param>
/// <param name="Lines">The lines; none means no usage.</param>
internal sealed record SourcedUsage(MosBaseSource Source, string Digest, IReadOnlyList<UsageLine> Lines);

/// <summary>
/// The usage billing that a MOS credit is a percentage of, from where the policy of the measured month says
/// (mos_base_source). What is not there is not known, which is not zero. Everybody who needs a base asks here.
/// </summary>
internal interface IUsageSource
{
    /// <summary>The usage of one unit's month; null when it is not known.</summary>
    Task<SourcedUsage?> GetAsync(UsageSet set, MosBaseSource source, CancellationToken cancellationToken);

    /// <summary>The usage of all units of a month; a unit whose usage is not known is not there.</summary>
    Task<IReadOnlyDictionary<UsageSet, SourcedUsage>> ListMonthAsync(
        ServiceMonth month, MosBaseSource source, CancellationToken cancellationToken);

    /// <summary>The same of all units and months of an account.</summary>
    Task<IReadOnlyDictionary<UsageSet, SourcedUsage>> ListAccountAsync(
        string accountId, MosBaseSource source, CancellationToken cancellationToken);
}
