using VoiceQuality.Service.TrustPage;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Reference;
using VoiceQuality.Storage;
using VoiceQuality.Storage.Reference;

namespace VoiceQuality.Service.Reference;

/// <summary>The reference data in force. What another process imported is seen by the next question.</summary>
internal sealed class ReferenceDirectory(
    ReferenceRepository repository, IAccountBookSource accounts, ILogger<ReferenceDirectory> logger) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private volatile Snapshot _current = new(ReferenceBook.Empty, 0, AccountBook.Empty);

    /// <summary>One snapshot; the same one as long as neither reference data nor accounts are imported.</summary>
    /// <exception cref="StoredDataException">The documents were altered, or this program refuses them.</exception>
    public async Task<ReferenceBook> GetAsync(CancellationToken cancellationToken)
    {
        if (await TryGetCurrentAsync(cancellationToken) is { } book)
        {
            return book;
        }

        // Whoever asks meanwhile waits, and does not read the same documents once more.
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return await TryGetCurrentAsync(cancellationToken) ?? await LoadAsync(cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private async Task<ReferenceBook?> TryGetCurrentAsync(CancellationToken cancellationToken)
    {
        var current = _current;
        return await repository.HeadAsync(cancellationToken) == current.Head
            && (current.Head == 0 || ReferenceEquals(accounts.Book, current.Accounts))
                ? current.Book
                : null;
    }

    private async Task<ReferenceBook> LoadAsync(CancellationToken cancellationToken)
    {
        var known = accounts.Book;
        var (head, documents) = await repository.ReadInForceAsync(cancellationToken);
        var result = ReferenceDocuments.Parse(documents, known);
        var book = ReferenceDocuments.BookOf(documents, result.Content);
        _current = new Snapshot(book, head, known);

        if (result.Errors.Length > 0)
        {
            var first = result.Errors[0].ToString();
            logger.RowsLeftOut(result.Errors.Length, first);
        }

        var rows = result.RowCounts.Values.Sum();
        logger.Loaded(documents.Count, rows);
        return book;
    }

    private sealed record Snapshot(ReferenceBook Book, long Head, AccountBook Accounts);
}
