using VoiceQuality.Monitor.Sources.Live;

namespace VoiceQuality.Service.Hosting;

/// <summary>
/// Whether the files and folders are there that the settings name. It is told with everything else that is wrong with
/// them; what appears under a wrong name later would be waited for in vain.
/// </summary>
internal static class SettingsPlaces
{
    /// <summary>One line for each that is missing, without its name: a folder may be a customer's.</summary>
    public static IEnumerable<string> Missing(ServeSettings settings)
    {
        if (settings.Sources.WatchedFolder.Path is { Length: > 0 } watched && !Directory.Exists(watched))
        {
            yield return "Sources:WatchedFolder:Path: there is no such folder; create it or correct the setting";
        }

        if (LiveObstacle(settings.Sources) is { } obstacle)
        {
            yield return $"Sources:Interfaces: {obstacle}";
        }

        if (settings.Reference.Folder is { Length: > 0 } reference && !Directory.Exists(reference))
        {
            yield return "Reference:Folder: there is no such folder; create it or correct the setting";
        }

        if (settings.Accounts.File is { Length: > 0 } accounts && !File.Exists(accounts))
        {
            yield return "Accounts:File: there is no such file";
        }

        for (var i = 0; i < settings.Usage.Files.Count; i++)
        {
            if (!File.Exists(settings.Usage.Files[i]))
            {
                yield return $"Usage:Files:{i}: there is no such file";
            }
        }
    }

    // A name or a right that is missing is told before the service says that it measures.
    private static string? LiveObstacle(SourceOptions sources)
    {
        if (sources.Interfaces.Count == 0)
        {
            return null;
        }

        if (sources.Interfaces.Distinct(StringComparer.Ordinal).Count() < sources.Interfaces.Count)
        {
            return "one is named twice";
        }

        try
        {
            using var capture = new LiveCapture(
                sources.Interfaces, sources.Capture.ToLive(), TimeProvider.System, CancellationToken.None);
            return null;
        }
        catch (LiveCaptureException e)
        {
            return e.Message;
        }
    }
}
