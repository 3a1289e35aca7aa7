using System.ComponentModel.DataAnnotations;

namespace VoiceQuality.Service.Hosting;

/// <summary>Where captured traffic comes from.</summary>
internal sealed class SourceOptions
{
    public const string SectionName = "Sources";

    /// <summary>Capture files that are read once, in the order of their packets.</summary>
    public List<string> Files { get; set; } = [];

    /// <summary>A folder that another program writes capture files into.</summary>
    public WatchedFolderOptions WatchedFolder { get; set; } = new();
}

/// <summary>
/// A folder whose capture files are read once each, whatever they are called later. Files of one rotation, whose names
/// differ in numbers alone, are one capture.
/// </summary>
internal sealed class WatchedFolderOptions
{
    /// <summary>The folder; null turns watching off.</summary>
    public string? Path { get; set; }

    /// <summary>
    /// Which files, with * and ?, separated by semicolons; also those with a number behind the name, as tcpdump -C
    /// writes it.
    /// </summary>
    [Required]
    public string Pattern { get; set; } = "*.pcap;*.pcapng;*.pcap.gz;*.pcapng.gz";

    /// <summary>Time between two looks at the folder.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "01:00:00")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a file must not have changed before it is taken as complete.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan SettleTime { get; set; } = TimeSpan.FromSeconds(5);
}
