using VoiceQuality.Monitor.Sources;
using VoiceQuality.Protocols.Network;
using VoiceQuality.Protocols.Pcap;

namespace VoiceQuality.Testing.Captures;

/// <summary>
/// The frames of a wire as one interface or several would give them that lose what falls into some times, and say so.
/// </summary>
/// <param name="frames">What passes, in the order of its times.</param>
/// <param name="linkOf">The interface of a frame, from 1; 0 for one that tells nothing.</param>
/// <param name="drops">When packets of an interface are lost, and how many it tells of; null for as many as there
/// were.</param>
public sealed class DroppingSource(
    IReadOnlyList<WireFrame> frames,
    Func<WireFrame, byte> linkOf,
    params (byte Link, double From, double To, long? Told)[] drops) : IPacketSource
{
    private readonly List<(byte Link, WireFrame Frame)> _left =
    [
        .. frames.Select(frame => (linkOf(frame), frame)).Where(one => !drops.Any(drop => IsIn(drop, one))),
    ];

    private readonly bool[] _isTold = new bool[drops.Length];
    private int _next;

    /// <inheritdoc/>
    public string Name => "drops";

    /// <inheritdoc/>
    public bool TryFill(PacketBlock block)
    {
        ArgumentNullException.ThrowIfNull(block);
        block.RecordCount = 0;
        var offset = 0;
        while (block.RecordCount < 64 && _next < _left.Count)
        {
            var (link, frame) = _left[_next];
            var index = Array.FindIndex(drops, drop => drop.Link == link && Ns(drop.To) <= frame.AtNs
                && !_isTold[Array.IndexOf(drops, drop)]);
            if (index >= 0)
            {
                if (block.RecordCount > 0)
                {
                    break;
                }

                _isTold[index] = true;
                Tell(drops[index], frame.AtNs, block);
            }

            frame.Octets.CopyTo(block.Octets, offset);
            block.Records[block.RecordCount++] = new CaptureRecord
            {
                Offset = offset,
                CapturedLength = frame.Octets.Length,
                OriginalLength = frame.OriginalLength,
                TimestampNs = frame.AtNs,
                LinkType = LinkType.Ethernet,
                Link = link,
            };
            offset += frame.Octets.Length;
            _next++;
        }

        return block.RecordCount > 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private static long Ns(double at) => Wire.Us(at) * 1_000;

    private static bool IsIn((byte Link, double From, double To, long? Told) drop, (byte Link, WireFrame Frame) one) =>
        drop.Link == one.Link && one.Frame.AtNs >= Ns(drop.From) && one.Frame.AtNs < Ns(drop.To);

    private void Tell((byte Link, double From, double To, long? Told) drop, long toNs, PacketBlock block)
    {
        var before = _left.Take(_next).Where(one => one.Link == drop.Link).Max(static one => one.Frame.AtNs);
        var count = drop.Told ?? frames.Count(frame => IsIn(drop, (linkOf(frame), frame)));
        block.Drops.Add(new DropSpan(drop.Link, before, toNs, count));
        block.NotSeen += count;
    }
}
