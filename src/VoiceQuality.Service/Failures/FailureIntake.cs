using NodaTime;
using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.Probes;
using VoiceQuality.Service.Reference;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.TollFree;
using VoiceQuality.Storage.Calls;
using VoiceQuality.Storage.Failures;

namespace VoiceQuality.Service.Failures;

/// <summary>
/// Stores probes and watched times as they come from the pipelines, and tells which calls were blocked.
/// </summary>
internal sealed class FailureIntake(
    ProbeRepository probes, WatchedRepository watched, ReferenceDirectory reference)
{
    /// <summary>How the North American numbering plan dials abroad.</summary>
    private const string InternationalPrefix = "011";

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
        if (access.Blocks.Count + access.Restricted.Count == 0)
        {
            return;
        }

        for (var i = 0; i < calls.Count; i++)
        {
            if (IsBlocked(calls[i], access))
            {
                calls[i] = calls[i] with { IsBlocked = true };
            }
        }
    }

    // An account is a string that is never empty, also for calls of nobody; only blocks for all concern those.
    private static bool IsBlocked(MeasuredCall measured, InternationalAccess access)
    {
        var call = measured.Call;
        if (call.Outcome == CallOutcome.Answered || call.Callee is not { } callee)
        {
            return false;
        }

        var dialed = callee.StartsWith(InternationalPrefix, StringComparison.Ordinal)
            ? callee.AsSpan(InternationalPrefix.Length)
            : callee;
        return PhoneNumber.TryNormalize(dialed, out var number)
            && access.Decide(
                measured.AccountId, number, Instant.FromUnixTimeTicks(call.StartedAtUs * 10))
                != InternationalDecision.Allowed;
    }
}
