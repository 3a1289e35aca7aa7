using VoiceQuality.Monitor.Pipeline;
using VoiceQuality.Protocols.Network;

namespace VoiceQuality.Monitor.Limits;

/// <summary>
/// What is given up when packets come faster than they are measured: signalling never, media by whole calls. Each call
/// has one of 64 slots, by its number alone; the calls whose slot lies below the level are shed, all of them in the
/// same place of the capture in every lane. A shed call stays shed, so that nothing in the middle of it is missing;
/// when the level falls, calls to come are measured again.
/// </summary>
/// <remarks>
/// The level depends on what the source says of its backlog and on packet time. Each 200 ms in which the backlog stayed
/// above the threshold and did not shrink it rises by four slots, from 85 % on by sixteen: a reader that stood still
/// for a moment catches up and sheds nothing. It falls by four after each 5 s below 10 %.
/// </remarks>
internal sealed class LoadShedder(int thresholdPercent)
{
    public const int Slots = 64;

    private const int FullPercent = 85;
    private const int LowPercent = 10;
    private const int Step = 4;
    private const int FullStep = 16;
    private const long RaiseEveryNs = 200_000_000;
    private const long LowerEveryNs = 5_000_000_000;

    private long _highSinceNs = long.MaxValue;
    private long _lowSinceNs = long.MaxValue;
    private int _highPercent;

    /// <summary>Slots below this are shed, 0 to 64.</summary>
    public int Level { get; private set; }

    /// <summary>The slot of a call.</summary>
    public static int SlotOf(int callRef) => (int)(((uint)callRef * 2_654_435_769u) >> 26);

    /// <summary>The slot of media that belong to no call; both directions between two places have the same.</summary>
    public static int SlotOf(IpEndpoint source, IpEndpoint destination)
    {
        Span<byte> addresses = stackalloc byte[32];
        addresses.Clear();
        source.Address.CopyTo(addresses);
        destination.Address.CopyTo(addresses[16..]);
        return FlowHash.Lane(addresses, source.Port, destination.Port, seed: 1, Slots);
    }

    /// <summary>Takes what the source says of its backlog.</summary>
    /// <param name="percent">How full what packets wait in is, 0 to 100.</param>
    /// <param name="nowNs">Packet time, ns.</param>
    /// <returns>Whether the level is another one now.</returns>
    public bool Observe(int percent, long nowNs)
    {
        var before = Level;
        Raise(percent, nowNs);
        Lower(percent, nowNs);
        return Level != before;
    }

    private void Raise(int percent, long nowNs)
    {
        if (percent < thresholdPercent)
        {
            _highSinceNs = long.MaxValue;
        }
        else if (nowNs < _highSinceNs)
        {
            (_highSinceNs, _highPercent) = (nowNs, percent);
        }
        else if (nowNs - _highSinceNs >= RaiseEveryNs)
        {
            if (percent >= _highPercent)
            {
                Level = Math.Min(Slots, Level + (percent >= FullPercent ? FullStep : Step));
            }

            (_highSinceNs, _highPercent) = (nowNs, percent);
        }
    }

    private void Lower(int percent, long nowNs)
    {
        if (Level == 0 || percent > LowPercent)
        {
            _lowSinceNs = long.MaxValue;
        }
        else if (nowNs < _lowSinceNs)
        {
            _lowSinceNs = nowNs;
        }
        else if (nowNs - _lowSinceNs >= LowerEveryNs)
        {
            _lowSinceNs = nowNs;
            Level = Math.Max(0, Level - Step);
        }
    }
}
