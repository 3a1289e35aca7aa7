using System.Collections.Concurrent;
using VoiceQuality.Service.Policies;
using VoiceQuality.Service.TrustPage;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Sla.Usage;
using VoiceQuality.Storage.Rating;

namespace VoiceQuality.Service.Rating;

/// <summary>A rated month and whether it may be used.</summary>
/// <param name="Stored">As it is stored.</param>
/// <param name="IsSettled">
/// Whether every answered call is rated by the data in force. Otherwise the month is being rated.
/// </param>
/// <param name="Policy">The reading that its surcharge is by.</param>
internal sealed record RatedUsage(StoredRatedMonth Stored, bool IsSettled, ContractPolicy Policy)
{
    /// <summary>
    /// The lines of a unit; none when it had no answered call in a month in which the account had some. Null when they
    /// are not known.
    /// </summary>
    public IReadOnlyList<UsageLine>? LinesOf(string unitId) => !IsSettled ? null
        : Stored.Usage.Unit(unitId) is not { } unit ? []
        : unit.IsComplete ? unit.Lines
        : null;

    /// <summary>Digest of what the lines of a unit follow from.</summary>
    public string DigestOf(IReadOnlyList<UsageLine> lines) =>
        UsageDigest.Of(lines, Stored.Fingerprint, Policy.Digest);
}

/// <summary>Reads rated months under the policy and the reference data in force. Threads may share it.</summary>
internal sealed class RatedUsages(
    RatingQueries queries, RatingDirectory ratings, PolicyDirectory policies, IAccountBookSource accounts)
{
    private const int MaxCached = 512;

    private readonly ConcurrentDictionary<(string AccountId, ServiceMonth Month, string PolicyDigest), StoredRatedMonth>
        _cached = new();

    /// <summary>A month; null when the account is not known or none of its calls was rated.</summary>
    public async Task<RatedUsage?> GetAsync(
        string accountId, ServiceMonth month, CancellationToken cancellationToken)
    {
        if (accounts.Book.FindAccount(accountId) is not { } account)
        {
            return null;
        }

        var policy = (await policies.GetAsync(cancellationToken)).InForce(accountId, month);
        if (await ReadAsync(accountId, month, policy, cancellationToken) is not { } stored)
        {
            return null;
        }

        var target = (await ratings.GetAsync(cancellationToken)).Of(accountId, account.Calendar.Bounds(month));
        return new RatedUsage(stored, stored.Fingerprint == target && stored.MissingCalls == 0, policy);
    }

    /// <summary>Months of an account with rated calls, latest first.</summary>
    public Task<IReadOnlyList<ServiceMonth>> ListMonthsAsync(string accountId, CancellationToken cancellationToken) =>
        queries.ListMonthsAsync(accountId, cancellationToken);

    /// <summary>Accounts with rated calls in a month.</summary>
    public Task<IReadOnlyList<string>> ListAccountsAsync(ServiceMonth month, CancellationToken cancellationToken) =>
        queries.ListAccountsAsync(month, cancellationToken);

    // A closed month has the same revision for years, and its sums need not be read for each page.
    private async Task<StoredRatedMonth?> ReadAsync(
        string accountId, ServiceMonth month, ContractPolicy policy, CancellationToken cancellationToken)
    {
        var key = (accountId, month, policy.Digest);
        if (_cached.TryGetValue(key, out var cached)
            && await queries.GetRevisionAsync(accountId, month, cancellationToken) == cached.Revision)
        {
            return cached;
        }

        var stored = await queries.GetAsync(accountId, month, policy, cancellationToken);
        if (stored is not null)
        {
            if (_cached.Count >= MaxCached)
            {
                _cached.Clear();
            }

            _cached[key] = stored;
        }

        return stored;
    }
}
