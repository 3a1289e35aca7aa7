using NodaTime;
using VoiceQuality.Sla.Audit;
using VoiceQuality.Storage;
using VoiceQuality.Storage.Audit;

namespace VoiceQuality.Service.Audit;

/// <summary>
/// The audit trail. What is recorded is on the disk when recording returns, so that nobody is told that a change
/// was made which the trail does not know.
/// </summary>
internal sealed class AuditLog(string path, TimeProvider time) : IAsyncDisposable
{
    private readonly SemaphoreSlim _opening = new(1, 1);
    private AuditStore? _store;
    private bool _isDisposed;

    /// <summary>The trail of a database.</summary>
    public AuditLog(AuditOptions options, Database database, TimeProvider time)
        : this(options.PathFor(database.Path), time)
    {
    }

    /// <summary>Opens the file, once.</summary>
    public async Task<AuditStore> OpenAsync(CancellationToken cancellationToken)
    {
        if (_store is { } open)
        {
            return open;
        }

        await _opening.WaitAsync(cancellationToken);
        try
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return _store ??= await AuditStore.OpenAsync(path, cancellationToken);
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>Records one event.</summary>
    /// <returns>The head after it.</returns>
    public Task<AuditHead> RecordAsync(AuditEvent what, CancellationToken cancellationToken) =>
        RecordAsync([what], cancellationToken);

    /// <summary>Records events in their order, all of them or none.</summary>
    /// <returns>The head after them.</returns>
    public async Task<AuditHead> RecordAsync(
        IReadOnlyCollection<AuditEvent> events, CancellationToken cancellationToken)
    {
        var store = await OpenAsync(cancellationToken);
        return await store.AppendAsync(events, Instant.FromDateTimeOffset(time.GetUtcNow()), cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }

        // Whoever is opening it right now comes to an end first, and nobody opens it afterwards.
        await _opening.WaitAsync();
        _isDisposed = true;
        _opening.Release();

        if (_store is { } store)
        {
            await store.DisposeAsync();
        }

        _opening.Dispose();
    }
}
