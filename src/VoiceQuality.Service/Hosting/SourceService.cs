namespace VoiceQuality.Service.Hosting;

/// <summary>
/// Listens to the live sources of the settings, reads their files once, and watches their folder, until the stop.
/// </summary>
internal sealed class SourceService(
    SourceOptions options,
    CaptureFileReader reader,
    GrowingFiles growing,
    LiveReader live,
    SourceProgress progress,
    TimeProvider time,
    ILogger<SourceService> logger) : BackgroundService
{
    // What a file looked like when it was tried: it is tried again only when it looks different.
    private readonly Dictionary<string, FileLook> _tried = new(StringComparer.Ordinal);

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
            await growing.EndedAsync();
            await listening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task WatchAsync(string folder, CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.WatchedFolder.PollInterval, time);
        var isReadable = true;
        bool isTicking;

        do
        {
            try
            {
                await growing.ReapAsync(Ended);
                await ReadAsync(Settled(folder), stoppingToken);
                growing.Follow(Young(folder), stoppingToken);
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

            var tick = timer.WaitForNextTickAsync(stoppingToken).AsTask();
            while (await Task.WhenAny(tick, growing.AnyEnds()) != tick)
            {
                await growing.ReapAsync(Ended);
                SetIdle("waiting for files in the watched folder");
            }

            isTicking = await tick;
        }
        while (isTicking);
    }

    private void Ended(string path, FileLook? look)
    {
        if (look is null)
        {
            _tried.Remove(path);
        }
        else
        {
            _tried[path] = look;
        }
    }

    private DateTime SettledBefore => time.GetUtcNow().UtcDateTime - options.WatchedFolder.SettleTime;

    private IEnumerable<FileInfo> Young(string folder)
    {
        var before = SettledBefore;
        return Captures(folder).Where(file => file.LastWriteTimeUtc > before
            && !file.Name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase));
    }

    private IEnumerable<FileInfo> Captures(string folder) => new DirectoryInfo(folder).EnumerateFiles()
        .Where(file => RotationName.Matches(options.WatchedFolder.Pattern, file.Name));

    private void SetIdle(string detail)
    {
        if (live.Sources is { Length: > 0 } sources)
        {
            progress.Set("measuring", null, $"listening on {sources}");
        }
        else if (growing.Detail is { } followed)
        {
            progress.Set("measuring", null, followed);
        }
        else
        {
            progress.Set("idle", 1, detail);
        }
    }

    /// <summary>Files that have not changed for a while and were not tried as they are.</summary>
    private List<string> Settled(string folder)
    {
        var before = SettledBefore;
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

        foreach (var file in files.Where(file => file.LastWriteTimeUtc <= before && !growing.Contains(file.FullName)))
        {
            var look = FileLook.Of(file);

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
