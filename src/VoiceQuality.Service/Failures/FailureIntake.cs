using NodaTime;
using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.Probes;
using VoiceQuality.Service.Reference;
using VoiceQuality.Storage.Calls;
using VoiceQuality.Storage.Failures;

namespace VoiceQuality.Service.Failures;

/// <summary>
/// Stores probes and watched times as they come from the pipelines, and tells which calls were blocked.
/// </summary>
internal sealed class FailureIntake(
    ProbeRepository probes, WatchedRepository watched, ReferenceDirectory reference)
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

    /// <summary>
    /// Marks the calls that were blocked on purpose, so that they say nothing about a component.
    /// </summary>
    public async Task MarkAsync(List<MeasuredCall> calls, CancellationToken cancellationToken)
    {
        if (calls.Count == 0)
        {
            return;
        }

        var access = (await reference.GetAsync(cancellationToken)).International;
        if (!BlockRules.HasAny(access))
        {
            return;
        }

        for (var i = 0; i < calls.Count; i++)
        {
            var call = calls[i].Call;
            if (call.Outcome != CallOutcome.Answered && BlockRules.IsBlocked(
                new UnansweredCall(
                    calls[i].AccountId, call.Callee, Instant.FromUnixTimeTicks(call.StartedAtUs * 10)),
                access))
            {
                calls[i] = calls[i] with { IsBlocked = true };
            }
        }
    }
}
