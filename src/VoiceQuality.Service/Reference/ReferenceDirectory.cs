using VoiceQuality.Service.TrustPage;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Reference;
using VoiceQuality.Storage;
using VoiceQuality.Storage.Reference;

namespace VoiceQuality.Service.Reference;

/// <summary>The reference data in force. What another process imported is seen by the next question.</summary>
internal sealed class ReferenceDirectory(ReferenceRepository repository, IAccountBookSource accounts)
{
    private volatile Snapshot _current = new(ReferenceBook.Empty, 0, AccountBook.Empty);

    /// <summary>One snapshot; the same one as long as neither reference data nor accounts are imported.</summary>
    public async Task<ReferenceBook> GetAsync(CancellationToken cancellationToken)
    {
        var current = _current;
        var inForce = accounts.Book;
        if (await repository.HeadAsync(cancellationToken) is var head
            && head == current.Head && ReferenceEquals(inForce, current.Accounts))
        {
            return current.Book;
        }

        if (head != 0)
        {
            throw new StoredDataException("The reference data are of a later program version; run that one.");
        }

        _current = current = new Snapshot(ReferenceBook.Empty, head, inForce);
        return current.Book;
    }

    private sealed record Snapshot(ReferenceBook Book, long Head, AccountBook Accounts);
}
