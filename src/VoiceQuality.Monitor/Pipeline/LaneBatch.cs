using VoiceQuality.Monitor.CaptureLoss;
using VoiceQuality.Monitor.Sources;
using VoiceQuality.Monitor.Streams;

namespace VoiceQuality.Monitor.Pipeline;

/// <summary>
/// The media packets of one block that belong to one lane, the commands among them, and, once the lane has worked on
/// them, the streams that ended, by tick.
/// </summary>
internal sealed class LaneBatch(CommandTexts texts)
{
    public PacketBlock? Block;

    public MediaPacket[] Packets = new MediaPacket[PacketBlock.RecordCapacity];

    public int PacketCount;

    public readonly List<LaneCommand> Commands = [];

    /// <summary>What <see cref="LaneCommand.CallId"/> stands in.</summary>
    public CommandTexts Texts => texts;

    /// <summary>
    /// Streams that ended, with the index of the tick of this block after which they are handed over.
    /// </summary>
    public readonly List<(int Tick, int CallRef, StreamRecord Stream)> Finished = [];

    /// <summary>
    /// Places in <see cref="Packets"/> of what is RTCP, with the index of the tick of this block before which it came,
    /// and what signalling says of its ends.
    /// </summary>
    public readonly List<(int Tick, int Packet, FlowTrust Trust)> Rtcp = [];

    /// <summary>Numbers that streams skipped, when the tap may have done it.</summary>
    public readonly List<StreamGap> Gaps = [];

    /// <summary>At a checkpoint: the streams in progress.</summary>
    public readonly List<(int CallRef, StreamRecord Stream)> Open = [];

    /// <summary>What the lane has counted since it started.</summary>
    public LaneCounters Counters;

    public void Clear()
    {
        Block = null;
        PacketCount = 0;
        Commands.Clear();
        Finished.Clear();
        Rtcp.Clear();
        Gaps.Clear();
        Open.Clear();
    }
}
