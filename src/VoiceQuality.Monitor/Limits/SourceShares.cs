using VoiceQuality.Protocols.Network;

namespace VoiceQuality.Monitor.Limits;

/// <summary>
/// How many places of a table each source holds, so that no one fills it. Addresses can be forged, so this is the first
/// of two lines: the table as a whole has its limit too.
/// </summary>
internal sealed class SourceShares(int limit)
{
    private readonly Dictionary<IpAddress128, int> _held = [];

    /// <summary>Sources that hold anything.</summary>
    public int Count => _held.Count;

    /// <summary>What part of a table of so many places one source may hold; at least one place.</summary>
    public static int Of(int places, int percent) => (int)Math.Max(1, places * (long)percent / 100);

    /// <summary>Whether a source holds as much as it may.</summary>
    public bool IsFull(IpAddress128 source) => _held.GetValueOrDefault(source.Site) >= limit;

    public void Add(IpAddress128 source)
    {
        var site = source.Site;
        _held[site] = _held.GetValueOrDefault(site) + 1;
    }

    public void Remove(IpAddress128 source)
    {
        var site = source.Site;
        if (_held.GetValueOrDefault(site) is var held and > 1)
        {
            _held[site] = held - 1;
        }
        else
        {
            _held.Remove(site);
        }
    }

    public void Clear() => _held.Clear();
}
