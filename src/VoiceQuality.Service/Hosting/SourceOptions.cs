using System.ComponentModel.DataAnnotations;
using VoiceQuality.Monitor.Sources.Live;

namespace VoiceQuality.Service.Hosting;

/// <summary>Where captured traffic comes from.</summary>
internal sealed class SourceOptions
{
    public const string SectionName = "Sources";

    public const int DefaultTlsLossAlarmAt = 5;

    /// <summary>Capture files that are read once, in the order of their packets.</summary>
    public List<string> Files { get; set; } = [];

    /// <summary>Interfaces that are captured for as long as the service runs, as one capture.</summary>
    public List<string> Interfaces { get; set; } = [];

    /// <summary>
    /// A file of TLS secrets (SSLKEYLOGFILE format), which may grow: SIP over TLS is read with them. Null for none.
    /// </summary>
    public string? TlsKeyLog { get; set; }

    /// <summary>
    /// So many gaps, connections given up and refused suites of TLS, each less than a minute of capture time after the
    /// one before, are an alarm of the operations centre.
    /// </summary>
    [Range(1, 1_000_000)]
    public int TlsLossAlarmAt { get; set; } = DefaultTlsLossAlarmAt;

    /// <summary>How interfaces are captured.</summary>
    public InterfaceOptions Capture { get; set; } = new();

    /// <summary>Capture agents that send what they see.</summary>
    public HepSourceOptions Hep { get; set; } = new();

    /// <summary>Endpoints that send voice quality reports.</summary>
    public ReportSourceOptions Reports { get; set; } = new();

    /// <summary>A folder that another program writes capture files into.</summary>
    public WatchedFolderOptions WatchedFolder { get; set; } = new();
}

/// <summary>How interfaces are captured.</summary>
internal sealed class InterfaceOptions
{
    /// <summary>Memory of a ring that the kernel writes packets into, one for each reader of each interface,
    /// MiB.</summary>
    [Range(1, 4_096)]
    public int RingMiB { get; set; } = new LiveCaptureOptions().RingMiB;

    /// <summary>
    /// Rings that the kernel shares the packets of an interface among, each read by a thread of its own.
    /// </summary>
    [Range(1, LiveCaptureOptions.MaxReaders)]
    public int Readers { get; set; } = new LiveCaptureOptions().Readers;

    /// <summary>Longest time that packets wait in a part of the ring that is not full, ms.</summary>
    [Range(1, 1_000)]
    public int BlockTimeoutMs { get; set; } = new LiveCaptureOptions().BlockTimeoutMs;

    /// <summary>Whether packets for other MAC addresses are taken, as a mirror port sends them.</summary>
    public bool Promiscuous { get; set; } = new LiveCaptureOptions().Promiscuous;

    /// <summary>
    /// Whether the service keeps the capabilities that it was started with; else, with interfaces, CAP_NET_RAW alone.
    /// </summary>
    public bool KeepCapabilities { get; set; }

    /// <summary>Whether the times of the card are taken where it stamps packets; its clock must follow the
    /// system's.</summary>
    public bool HardwareTimestamps { get; set; }

    /// <summary>Whether only the header of RTP is taken; all else stays whole.</summary>
    public bool RtpHeadersOnly { get; set; }

    /// <summary>
    /// Whether UDP that can be neither SIP nor RTP nor RTCP nor a tunnel stays in the kernel, which counts it.
    /// </summary>
    public bool LeaveOutOtherUdp { get; set; }

    /// <summary>
    /// A filter in the language of libpcap; null takes what may hold SIP, RTP or RTCP.
    /// </summary>
    public string? Filter { get; set; }

    /// <summary>The same for a source.</summary>
    public LiveCaptureOptions ToLive() => new()
    {
        RingMiB = RingMiB, Readers = Readers, BlockTimeoutMs = BlockTimeoutMs, Promiscuous = Promiscuous,
        Filter = Filter, RtpHeadersOnly = RtpHeadersOnly, HardwareTimestamps = HardwareTimestamps,
        LeaveOutOtherUdp = LeaveOutOtherUdp,
    };
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

    /// <summary>
    /// Files that are measured at once while they are written, of several capturing programs; each takes a pipeline of
    /// its own. Further ones wait until one is complete, or until they are complete themselves.
    /// </summary>
    [Range(1, 64)]
    public int FollowAtOnce { get; set; } = 4;

    /// <summary>Time between two looks at the folder.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "01:00:00")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a file must not have changed before it is taken as complete.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan SettleTime { get; set; } = TimeSpan.FromSeconds(5);
}
