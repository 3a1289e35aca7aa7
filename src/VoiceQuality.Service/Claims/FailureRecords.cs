using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using NodaTime;
using NodaTime.Text;
using VoiceQuality.Service.Failures;
using VoiceQuality.Sla.Outages;
using VoiceQuality.Storage.Failures;

namespace VoiceQuality.Service.Claims;

/// <summary>Gives claims the failures, gaps and exclusions that the service recorded.</summary>
internal sealed class FailureRecords(
    FailureDirectory directory, FailureRepository failures, AttemptRepository attempts, TimeProvider time)
    : IOutageRecords
{
    // A failure's record counts no more either.
    private const int MostAttempts = 1_000;

    public async Task<OutageRecord> ReadAsync(
        string accountId, string componentId, Interval time, CancellationToken cancellationToken)
    {
        if (await directory.GetAsync(accountId, componentId, time, time.End, cancellationToken) is not { } known)
        {
            return new OutageRecord([], [time], []);
        }

        var measured = ImmutableArray.CreateBuilder<MeasuredFailure>();
        foreach (var outage in known.Failures.Where(outage => !outage.Stored.IsWithdrawn))
        {
            measured.Add(new MeasuredFailure(
                Cut(outage.Failure), await DigestAsync(known, outage.Stored, cancellationToken)));
        }

        return new OutageRecord(
            measured.ToImmutable(),
            [.. known.Unknown.Select(Cut)],
            [
                .. known.Exclusions.OrderBy(stored => stored.ExclusionId, StringComparer.Ordinal)
                    .Select(stored => new RecordedExclusion(stored.ExclusionId, stored.Exclusion)),
            ]);
    }

    public async Task<MeasuredFailure?> FindAsync(
        string accountId, string failureId, CancellationToken cancellationToken)
    {
        var versions = await failures.GetVersionsAsync(failureId, cancellationToken);
        return versions.Count > 0 && versions[^1] is { IsWithdrawn: false } stored && stored.AccountId == accountId
            ? new MeasuredFailure(
                Cut((await directory.OutageOfAsync(stored, ClaimTime.Now(time), cancellationToken)).Failure), null)
            : null;
    }

    // Decisions have times to the microsecond, and their evidence must read back the same.
    private static ComponentFailure Cut(ComponentFailure failure) => failure with
    {
        Start = ClaimTime.Cut(failure.Start),
        End = failure.End is { } end ? ClaimTime.Cut(end) : null,
        Unknown = [.. failure.Unknown.Select(Cut)],
    };

    private static Interval Cut(Interval interval) => new(
        interval.HasStart ? ClaimTime.Cut(interval.Start) : null, interval.HasEnd ? ClaimTime.Cut(interval.End) : null);

    // The version of the failure and its failed attempts and probes, by which it can be found again what it stood on.
    private async Task<string> DigestAsync(
        ComponentOutages known, StoredFailure stored, CancellationToken cancellationToken)
    {
        var failed = await attempts.ListAsync(
            known.Component, stored.Start, stored.End, failed: true, MostAttempts, cancellationToken);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{stored.FailureId} {stored.Version} {stored.PolicyDigest}\n");
        foreach (var attempt in failed)
        {
            text.Append(InstantPattern.ExtendedIso.Format(attempt.At)).Append(
                CultureInfo.InvariantCulture, $" {attempt.Class} {attempt.CallKey} {attempt.FinalStatus}\n");
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
