using VoiceQuality.Monitor.CaptureLoss;

namespace VoiceQuality.Monitor.Streams;

/// <summary>
/// What the packet just added told of a gap of its stream. A lane has one for all its streams: it is read at once.
/// </summary>
internal sealed class GapNews
{
    /// <summary>The gap, or the number that came late; see <see cref="IsThere"/>.</summary>
    public StreamGap Gap;

    /// <summary>Whether the packet just added followed a gap or came late; whoever looks sets it back.</summary>
    public bool IsThere;
}
