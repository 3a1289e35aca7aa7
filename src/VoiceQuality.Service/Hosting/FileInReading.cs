using System.Diagnostics.CodeAnalysis;

namespace VoiceQuality.Service.Hosting;

/// <summary>A file of a rotation while it is read. Threads may share it.</summary>
/// <param name="path">Where it lies.</param>
/// <param name="name">Its name, taken apart.</param>
/// <param name="firstUs">Its first packet, microseconds since 1970-01-01 UTC.</param>
[SuppressMessage(
    "Design", "CA1001", Justification = "No timer and no linked token hangs on the source; another thread may still cancel it.")]
internal sealed class FileInReading(string path, RotationName name, long firstUs)
{
    private readonly CancellationTokenSource _givesWay = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private SpannedSource? _source;

    public string Path => path;

    /// <summary>Set when another file of the rotation is complete and this one, which grows, is to be left.</summary>
    public CancellationToken GivesWay => _givesWay.Token;

    /// <summary>Completes when it is read or left.</summary>
    public Task Ended => _ended.Task;

    /// <summary>The file as far as it has been read.</summary>
    public CapturedFile AsFar => Volatile.Read(ref _source) is { } source
        ? new CapturedFile(path, name, source.FirstUs, source.LastUs)
        : new CapturedFile(path, name, firstUs, firstUs);

    /// <summary>Its packets come from there.</summary>
    public void ReadsFrom(SpannedSource source) => Volatile.Write(ref _source, source);

    /// <summary>Asks whoever follows it to leave it.</summary>
    public void AskToGiveWay() => _givesWay.Cancel();

    public void End() => _ended.TrySetResult();
}
