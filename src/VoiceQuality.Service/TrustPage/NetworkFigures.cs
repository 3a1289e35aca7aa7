using NodaTime;
using VoiceQuality.Monitor;
using VoiceQuality.Quality.Codecs;
using VoiceQuality.Quality.Signalling;
using VoiceQuality.Service.Pages;
using VoiceQuality.Service.Policies;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Privacy;
using VoiceQuality.Storage.Months;
using VoiceQuality.Storage.Signalling;

namespace VoiceQuality.Service.TrustPage;

/// <summary>
/// The figures that everybody may see. They are added up once an hour: who could look before and after one call would
/// learn its score from the difference.
/// </summary>
internal sealed class NetworkFigures(
    MonthQueries months, SignallingQueries signalling, IServiceStatus status, PolicyDirectory policies,
    TimeProvider time, MonitorOptions? monitor = null) : IDisposable
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private Snapshot? _snapshot;

    /// <summary>The public page as of now, with months of the last full renewal.</summary>
    public async Task<TrustView> GetAsync(CancellationToken cancellationToken)
    {
        var snapshot = _snapshot;
        if (snapshot is null || time.GetUtcNow() - snapshot.At >= Lifetime)
        {
            snapshot = await RenewAsync(cancellationToken);
        }

        var now = time.GetUtcNow();
        var policy = (await policies.GetAsync(cancellationToken)).InForceForAll(new ServiceMonth(now.Year, now.Month));
        return new TrustView(
            status.Current, snapshot.Current, snapshot.Previous, Instant.FromDateTimeOffset(snapshot.At),
            policy.Version, (monitor?.Codecs ?? CodecTable.Default).Version);
    }

    public void Dispose() => _turn.Dispose();

    private async Task<Snapshot> RenewAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var now = time.GetUtcNow();
            if (_snapshot is { } fresh && now - fresh.At < Lifetime)
            {
                return fresh;
            }

            var month = new ServiceMonth(now.Year, now.Month);
            return _snapshot = new Snapshot(
                now, await OfAsync(month, cancellationToken), await OfAsync(month.Previous, cancellationToken));
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<NetworkMonth> OfAsync(ServiceMonth month, CancellationToken cancellationToken)
    {
        var volumes = await months.ListAccountVolumesAsync(month, cancellationToken);

        var units = await signalling.ListUnitsAsync(
            UtcUs(month), UtcUs(month.Next), null, null, cancellationToken);

        // Calls that no rule knows may all be one customer's; they are in no public figure.
        var accounts = units.Where(unit => unit.AccountId != BusinessUnit.UnassignedId)
            .GroupBy(unit => unit.AccountId, StringComparer.Ordinal)
            .Select(group => group.Aggregate(
                default(SignallingCounters), static (sum, unit) => sum + unit.Counters));
        return NetworkMonth.Of(
            month, [.. volumes.Where(volume => volume.AccountId != BusinessUnit.UnassignedId)], PublicationRule.Default)
            with
            {
                Signalling = NetworkSignalling.Of([.. accounts], PublicationRule.Default),
            };
    }

    private static long UtcUs(ServiceMonth month) =>
        Instant.FromUtc(month.Year, month.Month, 1, 0, 0).ToUnixTimeTicks() / 10;

    private sealed record Snapshot(DateTimeOffset At, NetworkMonth Current, NetworkMonth Previous);
}
