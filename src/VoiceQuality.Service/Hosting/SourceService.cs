namespace VoiceQuality.Service.Hosting;

/// <summary>
/// Listens to the live sources of the settings, reads their files once, and watches their folder, until the stop.
/// </summary>
internal sealed class SourceService(
    SourceOptions options,
    CaptureFileReader reader,
    LiveReader live,
    SourceProgress progress,
    TimeProvider time,
    ILogger<SourceService> logger) : BackgroundService
{
    // What a file looked like when it was tried: it is tried again only when it looks different.
    private readonly Dictionary<string, (long Length, DateTime WrittenAt)> _tried = new(StringComparer.Ordinal);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // A live interface waits for nobody, least of all for files.
        var listening = live.RunAsync(stoppingToken);
        try
        {
            await ReadAsync(options.Files, stoppingToken);

            if (options.WatchedFolder.Path is { } folder)
            {
                await WatchAsync(folder, stoppingToken);
            }

            SetIdle(options.Files.Count > 0 ? "all files are read" : "no source is configured");
            await listening;
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            progress.Set("stopped", null, "the service is stopping");
        }
        finally
        {
            // What a live source has received goes to storage, which stops after this.
            await listening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task WatchAsync(string folder, CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.WatchedFolder.PollInterval, time);
        var isReadable = true;

        do
        {
            try
            {
                await ReadAsync(Settled(folder), stoppingToken);
                await FollowAsync(folder, stoppingToken);
                SetIdle("waiting for files in the watched folder");
                isReadable = true;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                if (isReadable)
                {
                    logger.FolderUnreadable(e.Message);
                }

                isReadable = false;
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>
    /// Reads the file that is being written, until it is complete. There may be several; the others are read when they
    /// are complete, and one that is takes precedence.
    /// </summary>
    private async Task FollowAsync(string folder, CancellationToken stoppingToken)
    {
        var before = time.GetUtcNow().UtcDateTime - options.WatchedFolder.SettleTime;
        var growing = Captures(folder)
            .Where(file => file.LastWriteTimeUtc > before && !file.Name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
            .MaxBy(file => file.LastWriteTimeUtc);
        if (growing is null)
        {
            return;
        }

        var isDone = await reader.FollowAsync(
            growing.FullName,
            () => Look(folder, growing.FullName),
            options.WatchedFolder.PollInterval,
            () => progress.Set("measuring", null, $"following {growing.Name}"),
            stoppingToken);
        if (!isDone)
        {
            _tried.Remove(growing.FullName);
        }
    }

    private TailState Look(string folder, string path)
    {
        var before = time.GetUtcNow().UtcDateTime - options.WatchedFolder.SettleTime;
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            return TailState.GivenUp;
        }

        var look = (file.Length, file.LastWriteTimeUtc);
        if (file.LastWriteTimeUtc <= before)
        {
            _tried[path] = look;
            return TailState.Complete;
        }

        var othersWait = Captures(folder).Any(other => other.FullName != path && other.LastWriteTimeUtc <= before
            && (!_tried.TryGetValue(other.FullName, out var tried) || tried != (other.Length, other.LastWriteTimeUtc)));
        return othersWait ? TailState.GivenUp : TailState.Growing;
    }

    private IEnumerable<FileInfo> Captures(string folder) => new DirectoryInfo(folder).EnumerateFiles()
        .Where(file => RotationName.Matches(options.WatchedFolder.Pattern, file.Name));

    private void SetIdle(string detail)
    {
        if (live.Sources is { Length: > 0 } sources)
        {
            progress.Set("measuring", null, $"listening on {sources}");
        }
        else
        {
            progress.Set("idle", 1, detail);
        }
    }

    /// <summary>Files that have not changed for a while and were not tried as they are.</summary>
    private List<string> Settled(string folder)
    {
        var before = time.GetUtcNow().UtcDateTime - options.WatchedFolder.SettleTime;
        var files = Captures(folder)
            .OrderBy(file => file.LastWriteTimeUtc).ThenBy(file => file.Name, StringComparer.Ordinal)
            .ToArray();
        var names = files.Select(file => file.FullName).ToHashSet(StringComparer.Ordinal);

        // What has gone from the folder is forgotten, so that this table stays as small as the folder.
        foreach (var gone in _tried.Keys.Where(name => !names.Contains(name)).ToArray())
        {
            _tried.Remove(gone);
        }

        var settled = new List<string>();

        foreach (var file in files.Where(file => file.LastWriteTimeUtc <= before))
        {
            var look = (file.Length, file.LastWriteTimeUtc);

            if (!_tried.TryGetValue(file.FullName, out var tried) || tried != look)
            {
                _tried[file.FullName] = look;
                settled.Add(file.FullName);
            }
        }

        return settled;
    }

    private async Task ReadAsync(IReadOnlyList<string> paths, CancellationToken stoppingToken)
    {
        await reader.ReadAsync(
            paths,
            (path, index, count, share) =>
                progress.Set("filling", (index + share) / count, $"reading {Path.GetFileName(path)}"),
            stoppingToken);
        stoppingToken.ThrowIfCancellationRequested();
    }
}
