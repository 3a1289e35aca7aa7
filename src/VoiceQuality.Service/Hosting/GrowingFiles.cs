using VoiceQuality.Service.Telemetry;

namespace VoiceQuality.Service.Hosting;

/// <summary>
/// Follows files of the watched folder that are being written, several at once: each is measured on its own, so that
/// one that nothing comes to holds up no other. One thread at a time uses it.
/// </summary>
internal sealed class GrowingFiles(
    WatchedFolderOptions options, CaptureFileReader reader, ServiceMetrics metrics, TimeProvider time,
    ILogger<GrowingFiles> logger)
{
    /// <summary>Files that are looked into for their first packet at one look at the folder.</summary>
    private const int MaxLookedInto = 64;

    private readonly Dictionary<string, FollowedFile> _followed = new(StringComparer.Ordinal);
    private HashSet<string> _waiting = new(StringComparer.Ordinal);

    // Kept as long as the same files are followed: each look at the folder would leave another one hanging on them.
    private Task? _anyEnds;

    /// <summary>Whether a file is followed now.</summary>
    public bool Contains(string path) => _followed.ContainsKey(path);

    /// <summary>What goes on, for people; null when nothing is followed.</summary>
    public string? Detail
    {
        get
        {
            var names = _followed.Keys.Select(Path.GetFileName).Order(StringComparer.Ordinal).ToArray();
            var waiting = _waiting.Count > 0 ? $"; {_waiting.Count} more wait" : "";
            return names.Length > 0 ? $"following {string.Join(", ", names)}{waiting}" : null;
        }
    }

    /// <summary>Completes when one of those that are followed ends; never when there is none.</summary>
    public Task AnyEnds() => _anyEnds ??= _followed.Count > 0
        ? Task.WhenAny(_followed.Values.Select(static file => file.Reading))
        : new TaskCompletionSource().Task;

    /// <summary>Begins to follow files, those that began first before others, as many as there is room for.</summary>
    /// <param name="young">Files that were written to lately.</param>
    /// <param name="stoppingToken">Stops all of them.</param>
    public void Follow(IEnumerable<FileInfo> young, CancellationToken stoppingToken)
    {
        var beginning = young.Where(file => !Contains(file.FullName))
            .OrderBy(static file => file.Name, StringComparer.Ordinal).Take(MaxLookedInto)
            .Select(file => (file.FullName, FirstUs: reader.BeginOf(file.FullName)))
            .Where(static file => file.FirstUs is not null)
            .OrderBy(static file => file.FirstUs).ThenBy(static file => file.FullName, StringComparer.Ordinal)
            .ToArray();
        var waiting = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (path, _) in beginning)
        {
            // Another one of its series may have been taken just now.
            if (reader.BeginOf(path) is null)
            {
                continue;
            }

            if (_followed.Count < options.FollowAtOnce)
            {
                _followed.Add(path, Begin(path, stoppingToken));
                _anyEnds = null;
            }
            else if (waiting.Add(path) && !_waiting.Contains(path))
            {
                logger.FileWaits(Path.GetFileName(path), options.FollowAtOnce);
                metrics.FileWaited();
            }
        }

        _waiting = waiting;
        metrics.ShowGrowing(_followed.Count, _waiting.Count);
    }

    /// <summary>Forgets those that have ended.</summary>
    /// <param name="onEnd">Told the file and how it looked when it was complete; null when it is to be read
    /// again.</param>
    public async Task ReapAsync(Action<string, FileLook?> onEnd)
    {
        foreach (var (path, file) in _followed.Where(static file => file.Value.Reading.IsCompleted).ToArray())
        {
            _followed.Remove(path);
            _anyEnds = null;
            metrics.ShowGrowing(_followed.Count, _waiting.Count);
            onEnd(path, await file.Reading ? file.Look : null);
        }
    }

    /// <summary>Completes after the stop, when all have ended.</summary>
    public async Task EndedAsync() => await Task.WhenAll(_followed.Values.Select(static file => (Task)file.Reading))
        .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private FollowedFile Begin(string path, CancellationToken stoppingToken)
    {
        var file = new FollowedFile();
        file.Reading = reader.FollowAsync(path, Look, options.PollInterval, stoppingToken);
        return file;

        // Asked on the thread that reads.
        TailState Look()
        {
            var info = new FileInfo(path);
            if (!info.Exists)
            {
                return TailState.GivenUp;
            }

            var look = FileLook.Of(info);
            if (look.WrittenAt > time.GetUtcNow().UtcDateTime - options.SettleTime)
            {
                return TailState.Growing;
            }

            file.Look = look;
            return TailState.Complete;
        }
    }

    private sealed class FollowedFile
    {
        public Task<bool> Reading { get; set; } = Task.FromResult(false);

        /// <summary>Written by the thread that reads before <see cref="Reading"/> completes.</summary>
        public FileLook? Look { get; set; }
    }
}

/// <summary>What a file looked like: it is tried again only when it looks different.</summary>
/// <param name="Length">Octets.</param>
/// <param name="WrittenAt">When it was last written to, UTC.</param>
internal sealed record FileLook(long Length, DateTime WrittenAt)
{
    public static FileLook Of(FileInfo file) => new(file.Length, file.LastWriteTimeUtc);
}
