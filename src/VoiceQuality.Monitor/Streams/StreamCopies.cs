using VoiceQuality.Quality.Delay;

namespace VoiceQuality.Monitor.Streams;

/// <summary>One of a call's streams that is another one again, as it passed a second place.</summary>
/// <param name="Stream">Index of the copy in the call's streams.</param>
/// <param name="Of">Index of the one that counts.</param>
public readonly record struct StreamCopy(int Stream, int Of);

/// <summary>
/// Finds streams of a call that are one stream seen at two places, before and after an SBC: the same party's SSRC with
/// other endpoints, at the same time, with numbers in step. The one nearer to the listener, seen later, counts.
/// </summary>
public static class StreamCopies
{
    /// <summary>How far the numbers may be out of step, packets: delay, jitter and loss at the start.</summary>
    private const double StepTolerance = 25;

    /// <summary>The copies, by index.</summary>
    public static IReadOnlyList<StreamCopy> Find(IReadOnlyList<StreamRecord> streams)
    {
        ArgumentNullException.ThrowIfNull(streams);

        List<StreamCopy>? copies = null;
        for (var i = 0; i < streams.Count; i++)
        {
            for (var j = 0; j < streams.Count; j++)
            {
                if (i != j && IsCopy(streams[i], streams[j], out var laterUs)
                    && (laterUs > 0 || (laterUs == 0 && j < i)))
                {
                    (copies ??= []).Add(new StreamCopy(i, j));
                    break;
                }
            }
        }

        return copies ?? (IReadOnlyList<StreamCopy>)[];
    }

    /// <summary>Whether both are one stream, and by how much the other one is later, µs.</summary>
    private static bool IsCopy(StreamRecord one, StreamRecord other, out double laterUs)
    {
        laterUs = 0;
        if (one.Ssrc != other.Ssrc || one.Direction != other.Direction || one.PayloadType != other.PayloadType
            || (one.Source == other.Source && one.Destination == other.Destination)
            || one.FirstSequenceNumber is not { } first || other.FirstSequenceNumber is not { } otherFirst
            || MouthToEar.PacketizationMs(one.Total) is not { } ofOne
            || MouthToEar.PacketizationMs(other.Total) is not { } ofOther)
        {
            return false;
        }

        var together = Math.Min(one.EndedAtUs, other.EndedAtUs) - Math.Max(one.StartedAtUs, other.StartedAtUs);
        var shorter = Math.Min(one.EndedAtUs - one.StartedAtUs, other.EndedAtUs - other.StartedAtUs);
        if (together * 2 < shorter || together <= 0)
        {
            return false;
        }

        // The same either way, or each could be later than the other.
        var packetizationMs = Math.Min(ofOne, ofOther);
        var steps = unchecked((short)(otherFirst - first));
        laterUs = other.StartedAtUs - one.StartedAtUs - (steps * packetizationMs * 1e3);
        return Math.Abs(laterUs) <= StepTolerance * packetizationMs * 1e3;
    }
}
