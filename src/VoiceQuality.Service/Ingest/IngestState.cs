namespace VoiceQuality.Service.Ingest;

/// <summary>How storing goes, for health and status.</summary>
internal sealed class IngestState(TimeProvider time)
{
    private readonly Lock _lock = new();
    private int _failures;
    private DateTimeOffset? _lastStoredAt;
    private DateTimeOffset _lastProgressAt = time.GetUtcNow();
    private bool _isBusy;

    /// <summary>Failures in a row; 0 when the last write worked.</summary>
    public int Failures
    {
        get
        {
            lock (_lock)
            {
                return _failures;
            }
        }
    }

    /// <summary>When measurements were last committed; null when not yet.</summary>
    public DateTimeOffset? LastStoredAt
    {
        get
        {
            lock (_lock)
            {
                return _lastStoredAt;
            }
        }
    }

    /// <summary>Age of the last progress while there is work; zero when there is none.</summary>
    public TimeSpan Stalled
    {
        get
        {
            lock (_lock)
            {
                return _isBusy ? time.GetUtcNow() - _lastProgressAt : TimeSpan.Zero;
            }
        }
    }

    public void Begin()
    {
        lock (_lock)
        {
            _isBusy = true;
            _lastProgressAt = time.GetUtcNow();
        }
    }

    public void Stored()
    {
        lock (_lock)
        {
            _failures = 0;
            _isBusy = false;
            _lastStoredAt = _lastProgressAt = time.GetUtcNow();
        }
    }

    /// <returns>Failures in a row.</returns>
    public int Failed()
    {
        lock (_lock)
        {
            return ++_failures;
        }
    }
}
