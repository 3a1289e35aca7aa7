using System.Text.Json;
using VoiceQuality.Monitor;
using VoiceQuality.Protocols.Pcap;

namespace VoiceQuality.Service.Analyze;

/// <summary>Something wrong with an input file.</summary>
/// <param name="File">Its name as given.</param>
/// <param name="Offset">Octets from the start of the (decompressed) file; null when it could not be opened.</param>
/// <param name="Reason">What is wrong.</param>
/// <param name="Value">The offending number, when there is one.</param>
/// <param name="Stops">Whether nothing after it was read.</param>
internal sealed record InputProblem(
    string File, long? Offset, CaptureAnomalyReason Reason, long? Value, bool Stops)
{
    /// <summary>The reason as it is written: of what is no anomaly of the format, how the reading failed.</summary>
    public string Name => (Reason, Offset) switch
    {
        (CaptureAnomalyReason.None, null) => "unreadable",
        (CaptureAnomalyReason.None, _) => "compressedDataDamaged",
        _ => JsonNamingPolicy.CamelCase.ConvertName(Reason.ToString()),
    };
}

/// <summary>What an analysis says of its input.</summary>
internal sealed record CaptureSummary
{
    public required IReadOnlyList<string> Files { get; init; }

    public required PipelineCounters Counters { get; init; }

    /// <summary>All frames of the files, those that could not be used included.</summary>
    public long Packets => Counters.Packets + UnsupportedLinkType + UnusableRecords;

    /// <summary>Frames of link types that are not read.</summary>
    public long UnsupportedLinkType { get; init; }

    /// <summary>Records without octets, or outside any interface.</summary>
    public long UnusableRecords { get; init; }

    /// <summary>
    /// Packets that the capturing program says it dropped (pcapng statistics); null when no file says so.
    /// </summary>
    public long? DroppedByCapture { get; init; }

    /// <summary>
    /// Packets that the kernel kept outside because they were UDP of no use; null where it was not asked to.
    /// </summary>
    public long? LeftOutByCapture { get; init; }

    public IReadOnlyList<InputProblem> Problems { get; init; } = [];

    public long NotIp => Reject("frame.notIp");

    public long Truncated => Reject("frame.truncated");

    public long Malformed => Reject("frame.malformed");

    public long OtherTransport => Reject("frame.otherTransport");

    public long Fragments => Reject("frame.fragment");

    private long Reject(string reason) => Counters.Rejects.GetValueOrDefault(reason);
}
