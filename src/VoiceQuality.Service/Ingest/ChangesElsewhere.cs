using NodaTime;
using VoiceQuality.Service.Policies;
using VoiceQuality.Service.Reference;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Sla.Reference;
using VoiceQuality.Storage.Credits;

namespace VoiceQuality.Service.Ingest;

/// <summary>
/// Finds the months whose assessment is behind without a call or an import of this process that says so: another
/// policy, other reference data, what another process imported or a stop left behind. For one caller at a time.
/// </summary>
/// <param name="accounts">The accounts.</param>
/// <param name="credits">The stored assessments.</param>
/// <param name="references">The reference data in force.</param>
/// <param name="time">The clock.</param>
internal sealed class ChangesElsewhere(
    AccountDirectory accounts,
    CreditRepository credits,
    ReferenceDirectory references,
    TimeProvider time)
{
    private static readonly TimeSpan StaleLook = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestImport = TimeSpan.FromMinutes(5);

    private PolicyBook _policiesSeen = PolicyBook.Empty;
    private ReferenceBook _referenceSeen = ReferenceBook.Empty;
    private DateTimeOffset _staleLookedAt = DateTimeOffset.MinValue;

    /// <summary>
    /// Touches the months that stand by another policy than the recorded one in force: after one was recorded, and at
    /// the start for what was recorded meanwhile. Months that the built-in policy decides are left as they are.
    /// </summary>
    public async Task TouchOtherwiseReadAsync(
        PolicyBook book, Action<string, ServiceMonth> touch, CancellationToken cancellationToken)
    {
        if (ReferenceEquals(book, _policiesSeen))
        {
            return;
        }

        foreach (var assessed in await credits.ListPoliciesAsync(cancellationToken))
        {
            if (book.FindEntry(assessed.AccountId, assessed.Month) is { } entry
                && entry.Digest != assessed.PolicyDigest)
            {
                touch(assessed.AccountId, assessed.Month);
            }
        }

        _policiesSeen = book;
    }

    /// <summary>
    /// Touches the months of accounts with toll-free numbers when the reference data are others: what is barred leaves
    /// the base.
    /// </summary>
    public async Task TouchOtherwiseBarredAsync(
        Action<string, ServiceMonth> touch, CancellationToken cancellationToken)
    {
        var (before, now) = (_referenceSeen, await references.GetAsync(cancellationToken));

        if (before.Digest == now.Digest)
        {
            return;
        }

        foreach (var assessed in await credits.ListPoliciesAsync(cancellationToken))
        {
            if (before.TollFreeNumbersOf(assessed.AccountId).Count > 0
                || now.TollFreeNumbersOf(assessed.AccountId).Count > 0)
            {
                touch(assessed.AccountId, assessed.Month);
            }
        }

        _referenceSeen = now;
    }

    /// <summary>
    /// Touches the months whose assessment is behind what is stored: at the start what a stop left behind, then usage
    /// that another process imported. A month that was looked at and did not change is not looked at for ever: only
    /// what came since the last look, with time for an import to commit.
    /// </summary>
    public async Task TouchStaleAsync(Action<string, ServiceMonth> touch, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();

        if (now - _staleLookedAt < StaleLook)
        {
            return;
        }

        var since = _staleLookedAt == DateTimeOffset.MinValue
            ? Instant.MinValue
            : Instant.FromDateTimeOffset(_staleLookedAt - LongestImport);

        foreach (var (accountId, month) in await credits.ListStaleAsync(since, cancellationToken))
        {
            if (accounts.Book.FindAccount(accountId) is not null)
            {
                touch(accountId, month);
            }
        }

        _staleLookedAt = now;
    }
}
