namespace VoiceQuality.Monitor.Sources.Hep;

/// <summary>
/// Remembers which messages came, so that each counts once, in bounded memory: two generations, of which the older one
/// goes when the younger spans the time that messages may differ from our clock, or is full. What is forgotten can no
/// more be told from a replay, so nothing is taken any more of its agent that is not later than all of it.
/// </summary>
/// <param name="capacity">Messages of a generation.</param>
/// <param name="oldestNs">How far the time of a message may be behind our clock.</param>
/// <param name="aheadNs">How far it may be ahead.</param>
internal sealed class HepMemory(int capacity, long oldestNs, long aheadNs)
{
    /// <summary>Agents that are told apart; the times of further ones hold for everybody.</summary>
    public const int MaxAgents = 1_024;

    // No agent number is negative.
    private const long NoAgent = -1;

    private readonly Dictionary<long, long> _floors = [];
    private readonly List<long> _past = [];
    private Generation _recent = new();
    private Generation _before = new();
    private long _recentSinceNs = long.MinValue;
    private long _floorOfAllNs = long.MinValue;

    /// <summary>Whether a message of this time could be told from one that was forgotten.</summary>
    public bool Covers(uint? agent, long atNs) =>
        atNs > _floorOfAllNs && (!_floors.TryGetValue(agent ?? NoAgent, out var floorNs) || atNs > floorNs);

    /// <summary>Remembers a message; false when it came before.</summary>
    public bool TryAdd(ulong digest, uint? agent, long atNs)
    {
        if (_before.Digests.Contains(digest) || !_recent.Digests.Add(digest))
        {
            return false;
        }

        _recent.Note(agent ?? NoAgent, atNs);
        return true;
    }

    /// <summary>Forgets what it must, before the next message is looked at.</summary>
    public void Forget(long nowNs)
    {
        if (_recentSinceNs == long.MinValue)
        {
            _recentSinceNs = nowNs;
        }

        if (nowNs < _recentSinceNs + oldestNs + aheadNs && _recent.Digests.Count < capacity)
        {
            return;
        }

        Raise(nowNs - oldestNs);
        (_recent, _before) = (_before, _recent);
        _recent.Clear();
        _recentSinceNs = nowNs;
    }

    private void Raise(long windowNs)
    {
        // What lies before the window holds nobody up, and holds for everybody, so that our clock may even go back.
        foreach (var (agent, floorNs) in _floors)
        {
            if (floorNs < windowNs)
            {
                _past.Add(agent);
                _floorOfAllNs = Math.Max(_floorOfAllNs, floorNs);
            }
        }

        _past.ForEach(agent => _floors.Remove(agent));
        _past.Clear();
        _floorOfAllNs = Math.Max(_floorOfAllNs, _before.LatestOfOthersNs);
        foreach (var (agent, latestNs) in _before.LatestNs)
        {
            if (_floors.TryGetValue(agent, out var floorNs))
            {
                _floors[agent] = Math.Max(floorNs, latestNs);
            }
            else if (_floors.Count < MaxAgents)
            {
                _floors.Add(agent, latestNs);
            }
            else
            {
                _floorOfAllNs = Math.Max(_floorOfAllNs, latestNs);
            }
        }
    }

    private sealed class Generation
    {
        public HashSet<ulong> Digests { get; } = [];

        /// <summary>The latest time of a message by agent.</summary>
        public Dictionary<long, long> LatestNs { get; } = [];

        /// <summary>The latest time of messages of further agents.</summary>
        public long LatestOfOthersNs { get; private set; } = long.MinValue;

        public void Note(long agent, long atNs)
        {
            if (LatestNs.TryGetValue(agent, out var latestNs))
            {
                if (atNs > latestNs)
                {
                    LatestNs[agent] = atNs;
                }
            }
            else if (LatestNs.Count < MaxAgents)
            {
                LatestNs.Add(agent, atNs);
            }
            else
            {
                LatestOfOthersNs = Math.Max(LatestOfOthersNs, atNs);
            }
        }

        public void Clear()
        {
            Digests.Clear();
            LatestNs.Clear();
            LatestOfOthersNs = long.MinValue;
        }
    }
}
