using VoiceQuality.Sla.Policies;
using VoiceQuality.Storage.Policies;

namespace VoiceQuality.Service.Policies;

/// <summary>The policies in force. What another process recorded is seen by the next question.</summary>
internal sealed class PolicyDirectory(PolicyRepository repository)
{
    private volatile Snapshot _current = new(PolicyBook.Empty, 0);

    /// <summary>One snapshot; the same one as long as nothing is recorded.</summary>
    public async Task<PolicyBook> GetAsync(CancellationToken cancellationToken)
    {
        var current = _current;
        if (await repository.CountAsync(cancellationToken) == current.Count)
        {
            return current.Book;
        }

        var stored = await repository.ListAsync(cancellationToken);
        _current = current = new Snapshot(PolicyRepository.BookOf(stored), stored.Count);
        return current.Book;
    }

    private sealed record Snapshot(PolicyBook Book, long Count);
}
