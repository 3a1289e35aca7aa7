using VoiceQuality.Storage.Rescoring;

namespace VoiceQuality.Service.Rescoring;

/// <summary>The scoring policies on file. What another process recorded is seen by the next question.</summary>
internal sealed class ScoringDirectory(ScoringPolicyRepository repository)
{
    private volatile Snapshot _current = new(new ScoringPolicies([]), 0);

    /// <summary>One snapshot; the same one as long as nothing is recorded.</summary>
    public async Task<ScoringPolicies> GetAsync(CancellationToken cancellationToken)
    {
        var current = _current;
        if (await repository.CountAsync(cancellationToken) == current.Count)
        {
            return current.Policies;
        }

        var stored = await repository.ListAsync(cancellationToken);
        _current = current = new Snapshot(new ScoringPolicies(stored), stored.Count);
        return current.Policies;
    }

    private sealed record Snapshot(ScoringPolicies Policies, long Count);
}
