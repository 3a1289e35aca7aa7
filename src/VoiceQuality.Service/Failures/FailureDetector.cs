using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using NodaTime;
using VoiceQuality.Protocols.Network;
using VoiceQuality.Service.Policies;
using VoiceQuality.Service.Reference;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Outages;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Sla.Reference;
using VoiceQuality.Storage.Failures;

namespace VoiceQuality.Service.Failures;

/// <summary>
/// Looks for failures wherever attempts, probes or watched times were stored, soon after, and records what changed.
/// What is to be looked at is stored with the measurements, so that neither a stop nor late data leave anything out. A
/// component whose addresses, time or policies changed is looked at as a whole.
/// </summary>
internal sealed class FailureDetector(
    ReferenceDirectory reference,
    FailureDirectory directory,
    AttemptBackfill backfill,
    AttemptRepository attempts,
    FailureRepository failures,
    PolicyDirectory policies,
    FailureFigures? figures,
    TimeProvider time,
    ILogger<FailureDetector> logger,
    BlockReviewer? blocks = null) : BackgroundService
{
    /// <summary>Failed attempts of a version are counted up to here.</summary>
    public const int MostCounted = 1_000;

    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(10);

    // Some queries for each component.
    private static readonly TimeSpan ShowInterval = TimeSpan.FromSeconds(15);

    private readonly SemaphoreSlim _one = new(1, 1);
    private DateTimeOffset _shownAt = DateTimeOffset.MinValue;

    /// <summary>Looks now at all that is due.</summary>
    /// <returns>Versions that were recorded.</returns>
    public async Task<int> LookAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);

        try
        {
            await backfill.RunAsync(cancellationToken);
            if (blocks is not null)
            {
                await blocks.RunAsync(cancellationToken);
            }

            var book = await reference.GetAsync(cancellationToken);
            var recorded = await LookAtWholesAsync(book, cancellationToken);
            IReadOnlyList<DueTime> due;
            do
            {
                due = await failures.ListDueAsync(cancellationToken);
                if (due.Count > 0)
                {
                    recorded += await LookAtAsync(book, due, cancellationToken);
                    await failures.ClearDueAsync(due, cancellationToken);
                }
            }
            while (due.Count >= FailureRepository.MostDue);

            if (figures is not null && (recorded > 0 || time.GetUtcNow() - _shownAt >= ShowInterval))
            {
                _shownAt = time.GetUtcNow();
                await figures.ShowAsync(cancellationToken);
            }

            return recorded;
        }
        finally
        {
            _one.Release();
        }
    }

    public override void Dispose()
    {
        _one.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            using var timer = new PeriodicTimer(Pace, time);
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await LookAsync(stoppingToken);
                }
                catch (Exception e) when (!stoppingToken.IsCancellationRequested && e is not OutOfMemoryException)
                {
                    logger.LookFailed(e, RetryDelay.TotalMilliseconds);
                    await Task.Delay(RetryDelay, time, stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // A stop is no failure.
        }
    }

    private async Task<int> LookAtWholesAsync(ReferenceBook book, CancellationToken cancellationToken)
    {
        var looked = await failures.ListLooksAsync(cancellationToken);
        var policyBook = await policies.GetAsync(cancellationToken);
        var recorded = 0;
        foreach (var component in book.Components)
        {
            var digest = DigestOf(component, policyBook);
            if (looked.GetValueOrDefault(component.Id) != digest)
            {
                recorded += await LookAtAsync(component, Instant.MinValue, Instant.MaxValue, cancellationToken);
                await failures.SetLookAsync(component.Id, digest, cancellationToken);
            }
        }

        return recorded;
    }

    private async Task<int> LookAtAsync(
        ReferenceBook book, IReadOnlyList<DueTime> due, CancellationToken cancellationToken)
    {
        var times =
            new SortedDictionary<string, (Component Component, Instant From, Instant Until)>(StringComparer.Ordinal);
        void Add(Component component, Instant from, Instant until) =>
            times[component.Id] = times.TryGetValue(component.Id, out var known)
                ? (component, Instant.Min(known.From, from), Instant.Max(known.Until, until))
                : (component, from, until);

        foreach (var one in due)
        {
            if (one.Pair is { } pair)
            {
                foreach (var component in book.Components.Where(component => IsOver(component, pair)))
                {
                    Add(component, one.From, one.Until);
                }

                continue;
            }

            // Another watched time changes what is unknown in failures that stand, and nothing else.
            foreach (var componentId in await failures.ListTouchedAsync(one.From, one.Until, cancellationToken))
            {
                if (book.FindComponent(componentId) is { } component)
                {
                    Add(component, one.From, one.Until);
                }
            }
        }

        var recorded = 0;
        foreach (var (component, from, until) in times.Values)
        {
            recorded += await LookAtAsync(component, from, until, cancellationToken);
        }

        return recorded;
    }

    private async Task<int> LookAtAsync(
        Component component, Instant from, Instant until, CancellationToken cancellationToken)
    {
        for (; ; )
        {
            var standing = await StandingAsync(component.Id, from, until, cancellationToken);
            var first = standing.Select(one => one.Start).Append(from).Min();
            var last = standing.Select(one => one.End ?? Instant.MaxValue).Append(until).Max();
            var found = await FindAsync(component, first, last, cancellationToken);

            // What was found may reach beyond what stood.
            var hullFrom = found.Select(one => one.Time.Start).Append(first).Min();
            var hullUntil = found.Select(one => one.Time.End ?? Instant.MaxValue).Append(last).Max();
            standing = await StandingAsync(component.Id, hullFrom, hullUntil, cancellationToken);
            if (standing.Any(one => one.Start < first || (one.End ?? Instant.MaxValue) > last))
            {
                (from, until) = (
                    standing.Select(one => one.Start).Append(hullFrom).Min(),
                    standing.Select(one => one.End ?? Instant.MaxValue).Append(hullUntil).Max());
                found = await FindAsync(component, from, until, cancellationToken);
                (hullFrom, hullUntil) = (from, until);
            }

            var next = await NextAsync(component, standing, found, cancellationToken);
            if (next.Count == 0)
            {
                return 0;
            }

            var isRecorded = false;
            await failures.RecordAsync(
                component.Id,
                hullFrom,
                hullUntil,
                now =>
                {
                    var unchanged = now.Where(one => one.Origin == FailureOrigin.Detected)
                        .Select(one => (one.FailureId, one.Version))
                        .SequenceEqual(standing.Select(one => (one.FailureId, one.Version)));
                    isRecorded = unchanged;
                    return unchanged ? next : [];
                },
                cancellationToken);
            if (isRecorded)
            {
                Tell(next);
                return next.Count;
            }
        }
    }

    private async Task<List<StoredFailure>> StandingAsync(
        string componentId, Instant from, Instant until, CancellationToken cancellationToken) =>
    [
        .. (await failures.ListAsync(componentId, from, until, cancellationToken))
            .Where(failure => failure.Origin == FailureOrigin.Detected),
    ];

    private async Task<IReadOnlyList<Found>> FindAsync(
        Component component, Instant from, Instant until, CancellationToken cancellationToken)
    {
        var policyAt = await directory.PolicyAtAsync(component.AccountId, cancellationToken);
        var inService = Instant.Max(component.From, from);
        var runs = await attempts.AskAsync(
            component,
            policyAt(inService),
            series => FailureFinder.Find(series, inService, until, policyAt)
                .Select(run => (
                    Time: run,
                    Last: series.LastFailed(run.End ?? Instant.MaxValue) ?? run.Start,
                    Failed: series.CountFailed(run.Start, run.End, MostCounted)))
                .ToArray(),
            cancellationToken);
        var found = new List<Found>(runs.Length);
        foreach (var (run, last, failed) in runs)
        {
            var policy = policyAt(run.Start);
            var gaps = await directory.GapsAsync(new Interval(run.Start, run.End ?? last), policy, cancellationToken);
            found.Add(new Found(run, gaps, failed, policy));
        }

        return found;
    }

    private async Task<List<StoredFailure>> NextAsync(
        Component component, IReadOnlyList<StoredFailure> standing, IReadOnlyList<Found> found,
        CancellationToken cancellationToken)
    {
        var now = Instant.FromDateTimeOffset(time.GetUtcNow());
        var byTime = found.ToDictionary(one => one.Time);
        var byId = standing.ToDictionary(one => one.FailureId, StringComparer.Ordinal);
        var changes = FailureReconciliation.Of(
            [.. standing.Select(one => new KnownFailure(one.FailureId, one.Time))], [.. byTime.Keys]);
        var next = new List<StoredFailure>();
        foreach (var change in changes)
        {
            var old = change.Id is { } id ? byId[id] : null;
            if (change.Time is { } moved)
            {
                var (failureId, version) = old is null
                    ? await NewIdAsync(component.Id, moved.Start, cancellationToken)
                    : (old.FailureId, old.Version + 1);
                next.Add(VersionOf(component, failureId, version, byTime[moved], KindOf(old, moved), now));
            }
            else
            {
                next.Add(old! with
                {
                    Version = old.Version + 1,
                    Change = FailureChangeKind.Withdrawn,
                    IsWithdrawn = true,
                    RecordedAt = now,
                });
            }
        }

        // Bounds that stay, with other gaps in them.
        var changed = next.Select(one => one.FailureId).ToHashSet(StringComparer.Ordinal);
        foreach (var old in standing.Where(one => !changed.Contains(one.FailureId)))
        {
            var same = VersionOf(
                component, old.FailureId, old.Version + 1, byTime[old.Time], FailureChangeKind.Moved, now);
            if (!same.SaysTheSameAs(old))
            {
                next.Add(same);
            }
        }

        return next;
    }

    private static FailureChangeKind KindOf(StoredFailure? old, FoundFailure moved) =>
        old is null ? FailureChangeKind.Found
        : old.End is null && moved.End is not null && old.Start == moved.Start ? FailureChangeKind.Ended
        : FailureChangeKind.Moved;

    private static StoredFailure VersionOf(
        Component component, string failureId, int version, Found found, FailureChangeKind kind, Instant now) => new()
    {
        FailureId = failureId,
        Version = version,
        ComponentId = component.Id,
        AccountId = component.AccountId,
        Origin = FailureOrigin.Detected,
        Change = kind,
        Start = found.Time.Start,
        End = found.Time.End,
        Gaps = found.Gaps,
        FailedAttempts = found.FailedAttempts,
        PolicyVersion = found.Policy.Version,
        PolicyDigest = found.Policy.Digest,
        RecordedAt = now,
    };

    /// <summary>
    /// An id by component and start: one that was withdrawn and is found again comes back under its own.
    /// </summary>
    private async Task<(string Id, int Version)> NewIdAsync(
        string componentId, Instant start, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            var text = $"{componentId}\n{start.ToUnixTimeTicks()}\n{attempt}";
            var id = "F-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 8));
            var versions = await failures.GetVersionsAsync(id, cancellationToken);
            if (versions.Count == 0 || versions[^1].IsWithdrawn)
            {
                return (id, versions.Count + 1);
            }
        }
    }

    private void Tell(IEnumerable<StoredFailure> recorded)
    {
        foreach (var version in recorded)
        {
            figures?.Recorded(version.Change);
            logger.FailureRecorded(
                version.FailureId, version.Version, version.ComponentId, version.Change, version.FailedAttempts);
        }
    }

    private static string DigestOf(Component component, PolicyBook policyBook)
    {
        var text = new StringBuilder()
            .Append(component.Id).Append('\n').Append(component.AccountId).Append('\n')
            .Append(component.From.ToUnixTimeTicks()).Append('\n').Append(component.To?.ToUnixTimeTicks()).Append('\n');
        foreach (var range in component.SignallingAddresses)
        {
            text.Append(range.Prefix.Network.ToString("x32", null)).Append('/').Append(range.Prefix.Length)
                .Append(':').Append(range.Port).Append('\n');
        }

        foreach (var span in policyBook.Spans.Where(
            span => span.Entry.AccountId is null || span.Entry.AccountId == component.AccountId))
        {
            text.Append(span.Entry.From).Append(span.Entry.Digest).Append('\n');
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    private static bool IsOver(Component component, AttemptPair pair) => component.Carries(
        AddressOf(pair.Source), AddressOf(pair.Destination), component.From, pair.Source.Port, pair.Destination.Port);

    private static SignallingAddress? AddressOf(IpEndpoint endpoint)
    {
        Span<byte> octets = stackalloc byte[16];
        var length = endpoint.Address.CopyTo(octets);
        return SignallingAddress.TryCreate(octets[..length], out var address) ? address : null;
    }

    private sealed record Found(
        FoundFailure Time, ImmutableArray<Interval> Gaps, int FailedAttempts, ContractPolicy Policy);
}
