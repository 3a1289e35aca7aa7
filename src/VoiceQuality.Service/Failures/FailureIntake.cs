using VoiceQuality.Monitor.Probes;
using VoiceQuality.Storage.Failures;

namespace VoiceQuality.Service.Failures;

/// <summary>Stores probes and watched times as they come from the pipelines.</summary>
internal sealed class FailureIntake(ProbeRepository probes, WatchedRepository watched)
{
    /// <summary>Stores them; doing it again changes nothing.</summary>
    public async Task WriteAsync(
        IReadOnlyList<ProbeRecord> records, IReadOnlyList<(long FromUs, long UntilUs)> times,
        CancellationToken cancellationToken)
    {
        await probes.WriteAsync(records, cancellationToken);
        foreach (var (fromUs, untilUs) in times)
        {
            await watched.AddAsync(fromUs, untilUs, cancellationToken);
        }
    }
}
