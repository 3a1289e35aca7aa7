using VoiceQuality.Monitor.Rtcp;
using VoiceQuality.Monitor.Sources;
using VoiceQuality.Protocols.Network;
using VoiceQuality.Quality.Rtp;

namespace VoiceQuality.Monitor.CaptureLoss;

/// <summary>
/// Tells what the tap lost from what the network lost, with a view over all lanes: a silence of the whole tap over
/// which many streams of several places, in both directions, skipped numbers, and which no receiver contradicts.
/// </summary>
internal sealed class CaptureLossDetector(RtcpTracker rtcp, int maxGaps = CaptureLossDetector.DefaultMaxGaps)
{
    /// <summary>Gaps that wait for their judgement, over all silences; those of further ones stay lost.</summary>
    public const int DefaultMaxGaps = 262_144;

    /// <summary>So far behind, ns, the capture clock was set back for good.</summary>
    private const long ClockSetBackNs = 60_000_000_000;

    private readonly List<Silence> _silences = [];
    private readonly ToldDrops _told = new(maxGaps);
    private readonly CaptureLossTimes _times = new();

    /// <summary>Where the gaps of each stream are, oldest first: a flood of late packets must not look at all gaps.
    /// </summary>
    private readonly Dictionary<StreamKey, List<(Silence Silence, int Index)>> _places = [];
    private readonly Dictionary<StreamKey, List<UnseenRun>> _unseen = [];
    private readonly HashSet<(IpAddress128, IpAddress128)> _addressPairs = [];
    private readonly HashSet<(IpEndpoint, IpEndpoint)> _flows = [];
    private long _nowNs = long.MinValue;
    private int _waiting;
    private long _silencesOfTap;
    private long _refused;

    /// <summary>Silences that were the tap's, and times of drops that it told of, over which streams skipped numbers.
    /// </summary>
    public long Spans => _silencesOfTap + _told.Spans;

    /// <summary>Numbers that were skipped in them and are not lost.</summary>
    public long UnseenPackets { get; private set; }

    /// <summary>The latest time in which it lost packets; null before the first.</summary>
    public CaptureLossTime? Latest => _times.Latest;

    /// <summary>Gaps that found too many waiting.</summary>
    public long Refused => _refused + _told.Refused;

    /// <summary>The source lost packets itself, as it says; told before any packet that came after them.</summary>
    public void NoteDrop(in DropSpan drop)
    {
        // It may be the first that is ever told: before any time no drop would be kept.
        FollowClock(drop.ToNs);
        _told.Note(drop);
        _times.NoteSpan(drop.FromNs, drop.ToNs, drop.Packets);
    }

    /// <summary>No media packet of any kind came in this time.</summary>
    public void NoteSilence(long fromNs, long toNs)
    {
        FollowClock(toNs);
        _silences.Add(new Silence(fromNs, toNs));
    }

    /// <summary>
    /// A media packet of this time came after all: it ends every silence that it lies in, of which the longer part is
    /// left, when that is one.
    /// </summary>
    public void NoteMedia(long atNs)
    {
        for (var i = _silences.Count - 1; i >= 0 && _silences[i].ToNs > atNs; i--)
        {
            if (_silences[i].FromNs < atNs && !_silences[i].IsJudged)
            {
                _silences[i].Break(atNs);
            }
        }
    }

    /// <summary>A stream skipped numbers, or one of them came.</summary>
    public void Note(in StreamGap gap)
    {
        _nowNs = Math.Max(_nowNs, gap.ToNs);
        if (gap.Skipped == 0)
        {
            Fill(gap);
            return;
        }

        if (gap.IsBesideGap)
        {
            NoteBesideGap(gap);
            _told.NoteBesideGap(gap);
        }

        if (_told.TryNote(gap)
            || gap.ToNs - gap.FromNs is < CaptureLossRule.LeastSilenceNs or > CaptureLossRule.MostGapNs)
        {
            return;
        }

        Silence? longest = null;
        for (var i = _silences.Count - 1; i >= 0 && _silences[i].ToNs > gap.FromNs; i--)
        {
            var silence = _silences[i];
            if (silence.FromNs >= gap.FromNs && silence.ToNs <= gap.ToNs && !silence.IsJudged
                && (longest is null || silence.LengthNs > longest.LengthNs))
            {
                longest = silence;
            }
        }

        if (longest is not null && _waiting >= maxGaps)
        {
            _refused++;
        }
        else if (longest is not null)
        {
            _waiting++;
            if (!_places.TryGetValue(gap.Stream, out var places))
            {
                places = [];
                _places.Add(gap.Stream, places);
            }

            places.Add((longest, longest.Gaps.Count));
            longest.Gaps.Add(gap);
        }
    }

    /// <summary>Judges the silences whose time has come and forgets those that no stream had a gap in.</summary>
    public void Advance()
    {
        _told.Advance(_nowNs, AddUnseen);
        foreach (var silence in _silences)
        {
            if (_nowNs - silence.ToNs > CaptureLossRule.JudgedAfterNs)
            {
                Judge(silence);
            }
        }

        _silences.RemoveAll(silence => silence.IsJudged
            || (silence.Gaps.Count == 0 && _nowNs - silence.ToNs > CaptureLossRule.MostGapNs));
        _waiting = _silences.Sum(static silence => silence.Gaps.Count);
        foreach (var (stream, places) in _places)
        {
            places.RemoveAll(static place => place.Silence.IsJudged);
            if (places.Count == 0)
            {
                _places.Remove(stream);
            }
        }
    }

    /// <summary>What was not seen of a stream; null for nothing.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="isFinal">False at a checkpoint: it goes on, and nothing is judged for it.</param>
    public IReadOnlyList<UnseenRun>? Take(StreamKey stream, bool isFinal)
    {
        if (isFinal && _places.Remove(stream, out var places))
        {
            foreach (var (silence, index) in places)
            {
                if (!silence.IsJudged && silence.Gaps[index].Missing > 0)
                {
                    Judge(silence);
                }
            }
        }

        if (isFinal)
        {
            _told.End(stream, AddUnseen);
        }

        if (_unseen.TryGetValue(stream, out var runs) && isFinal)
        {
            _unseen.Remove(stream);
        }

        return runs;
    }

    private void FollowClock(long toNs)
    {
        if (_nowNs != long.MinValue && toNs < _nowNs - ClockSetBackNs)
        {
            // What waits is of another time.
            _silences.Clear();
            _places.Clear();
            _told.Clear();
            _waiting = 0;
            _nowNs = toNs;
        }

        _nowNs = Math.Max(_nowNs, toNs);
    }

    private static (T, T) InOrder<T>(T a, T b, int order) => order <= 0 ? (a, b) : (b, a);

    private void Fill(StreamGap late)
    {
        if (_told.Fill(late))
        {
            return;
        }

        var places = _places.GetValueOrDefault(late.Stream);
        for (var i = (places?.Count ?? 0) - 1; i >= 0; i--)
        {
            var (silence, index) = places![i];
            if (!silence.IsJudged && silence.Gaps[index] is var gap && gap.Has(late.First))
            {
                silence.Gaps[index] = gap.Without(late.First);
                if (silence.Gaps[index].Missing == 0)
                {
                    places.RemoveAt(i);
                }

                return;
            }
        }
    }

    /// <summary>The last gap of the stream, if it still waits, is as near to the one that comes now.</summary>
    private void NoteBesideGap(in StreamGap next)
    {
        if (_places.TryGetValue(next.Stream, out var places) && places is [.., var (silence, index)]
            && !silence.IsJudged
            && unchecked((ushort)(next.First - silence.Gaps[index].Last)) <= BurstMetrics.DefaultGmin)
        {
            silence.Gaps[index] = silence.Gaps[index] with { IsBesideGap = true };
        }
    }

    private void Judge(Silence silence)
    {
        silence.IsJudged = true;
        silence.Gaps.RemoveAll(static gap => gap.Missing == 0);
        if (!IsOfTap(silence))
        {
            return;
        }

        _silencesOfTap++;
        _times.NoteSpan(silence.FromNs, silence.ToNs, dropped: 0);
        foreach (var gap in silence.Gaps)
        {
            // As many as the sender sent in the silence, by its own spacing: a pause of talk may lie in the gap too.
            var spacingNs = Math.Max(1, (gap.ToNs - gap.FromNs) / (gap.Skipped + 1));
            spacingNs = gap.SpacingNs > 0 ? Math.Min(gap.SpacingNs, spacingNs) : spacingNs;
            var most = (silence.LengthNs / spacingNs) + 1;
            AddUnseen(gap, (int)Math.Min(gap.Missing, most));
        }
    }

    private void AddUnseen(StreamGap gap, int count)
    {
        if (!_unseen.TryGetValue(gap.Stream, out var runs))
        {
            runs = [];
            _unseen.Add(gap.Stream, runs);
        }

        runs.Add(new UnseenRun(gap, count));
        UnseenPackets += count;
        _times.NoteUnseen(gap, count);
    }

    private bool IsOfTap(Silence silence)
    {
        if (silence.LengthNs > CaptureLossRule.MostSilenceNs || silence.Gaps.Count < CaptureLossRule.LeastStreams)
        {
            return false;
        }

        _addressPairs.Clear();
        _flows.Clear();
        foreach (var gap in silence.Gaps)
        {
            var stream = gap.Stream;
            var (source, destination) = (stream.Source.Address, stream.Destination.Address);
            _addressPairs.Add(_addressPairs.Contains((destination, source))
                ? (destination, source)
                : (source, destination));
            _flows.Add((stream.Source, stream.Destination));
        }

        var directed = _flows.Count(flow => _flows.Contains((flow.Item2, flow.Item1)));
        return _addressPairs.Count >= CaptureLossRule.LeastAddressPairs
            && directed >= 2 * CaptureLossRule.LeastBothWays
            && _flows.Count >= CaptureLossRule.LeastStreams
            && !IsContradicted(silence);
    }

    /// <summary>Whether receivers say that they did not get the packets either.</summary>
    private bool IsContradicted(Silence silence)
    {
        var missed = 0;
        var got = 0;
        foreach (var gap in silence.Gaps)
        {
            if (rtcp.LostOver(gap.Stream.Source, gap.Stream.Ssrc, gap.First, gap.Last) is { } lost)
            {
                missed += lost * 2 >= gap.Missing ? 1 : 0;
                got += lost * 2 >= gap.Missing ? 0 : 1;
            }
        }

        return missed > 0 && missed >= got;
    }

    private sealed class Silence(long fromNs, long toNs)
    {
        public long FromNs { get; private set; } = fromNs;

        public long ToNs { get; private set; } = toNs;

        public long LengthNs => ToNs - FromNs;

        public bool IsJudged { get; set; }

        public List<StreamGap> Gaps { get; } = [];

        public void Break(long atNs)
        {
            (FromNs, ToNs) = atNs - FromNs >= ToNs - atNs ? (FromNs, atNs) : (atNs, ToNs);
            IsJudged = LengthNs < CaptureLossRule.LeastSilenceNs;
        }
    }
}
