using VoiceQuality.Monitor.Sources;
using VoiceQuality.Quality.Rtp;

namespace VoiceQuality.Monitor.CaptureLoss;

/// <summary>
/// Takes the numbers that streams skipped where the source says that it lost packets itself: those that may have been
/// sent at such a time were not seen, as far as there are as many lost packets.
/// </summary>
/// <param name="maxGaps">Gaps that wait at once; those of further ones stay lost.</param>
internal sealed class ToldDrops(int maxGaps)
{
    /// <summary>Drops so close to each other, ns, are one: less than the packets of any stream are apart.</summary>
    private const long NearNs = 2_000_000;

    /// <summary>How long a drop waits for the gaps of streams around it, ns.</summary>
    private const long KeptNs = 60_000_000_000;

    /// <summary>So far, ns, drops of several interfaces may be out of order.</summary>
    private const long InOrderNs = 5_000_000_000;

    /// <summary>Dropped times that are kept; what was skipped in further ones stays lost.</summary>
    private const int MaxDrops = 65_536;

    private readonly List<Drop> _drops = [];
    private readonly Dictionary<StreamKey, List<Claim>> _claims = [];
    private int _waiting;

    /// <summary>Dropped times in which streams skipped numbers.</summary>
    public long Spans { get; private set; }

    /// <summary>Gaps, and times of drops, that found too many waiting.</summary>
    public long Refused { get; private set; }

    /// <summary>The source lost packets, and all that came before is told.</summary>
    public void Note(in DropSpan span)
    {
        var last = _drops.FindLast(Beside(span.Link));
        if (last is not null && span.FromNs - last.ToNs <= NearNs)
        {
            last.ToNs = Math.Max(last.ToNs, span.ToNs);
            last.Packets += span.Packets;
        }
        else if (_drops.Count < MaxDrops)
        {
            _drops.Add(new Drop { Link = span.Link, FromNs = span.FromNs, ToNs = span.ToNs, Packets = span.Packets });
        }
        else
        {
            Refused++;
        }
    }

    /// <summary>A stream skipped numbers; false when no drop explains any of them.</summary>
    public bool TryNote(in StreamGap gap)
    {
        if (gap.Link == 0 || _drops.Count == 0)
        {
            return false;
        }

        var claim = new Claim(gap);
        ShareOut(gap, claim);
        if (claim.Shares.Count == 0)
        {
            return false;
        }

        if (_waiting >= maxGaps)
        {
            Refused++;
            return true;
        }

        foreach (var share in claim.Shares)
        {
            Spans += share.Drop.Within + share.Drop.Beside == 0 ? 1 : 0;
            share.Drop.Within += share.Within;
            share.Drop.Beside += share.Beside;
        }

        if (!_claims.TryGetValue(gap.Stream, out var claims))
        {
            claims = [];
            _claims.Add(gap.Stream, claims);
        }

        claims.Add(claim);
        _waiting++;
        return true;
    }

    /// <summary>The last gap of the stream that waits here has another one within Gmin numbers, if it is that
    /// near.</summary>
    public void NoteBesideGap(in StreamGap next)
    {
        if (_claims.GetValueOrDefault(next.Stream) is [.., var last]
            && unchecked((ushort)(next.First - last.Gap.Last)) <= BurstMetrics.DefaultGmin)
        {
            last.Gap = last.Gap with { IsBesideGap = true };
        }
    }

    /// <summary>A skipped number came after all; false when it lies in no gap here.</summary>
    public bool Fill(in StreamGap late)
    {
        var number = late.First;
        if (_claims.GetValueOrDefault(late.Stream)?.FindLast(claim => claim.Gap.Has(number)) is not { } found)
        {
            return false;
        }

        var at = FirstNear(found.Gap.FromNs);
        var (drop, isWithin) = DropOf(found.Gap, unchecked((ushort)(number - found.Gap.First)), ref at);
        found.Gap = found.Gap.Without(number);
        if (drop is not null)
        {
            found.Remove(drop, isWithin);
        }

        return true;
    }

    /// <summary>Judges what is old enough that all streams around it have told their gaps.</summary>
    /// <param name="nowNs">The time of the capture, ns.</param>
    /// <param name="unseen">Takes how many numbers of each gap were not seen.</param>
    public void Advance(long nowNs, Action<StreamGap, int> unseen)
    {
        if (_drops.Count == 0)
        {
            return;
        }

        foreach (var (stream, claims) in _claims)
        {
            var count = claims.FindIndex(claim => nowNs - claim.Gap.ToNs <= CaptureLossRule.JudgedAfterNs);
            count = count < 0 ? claims.Count : count;
            for (var i = 0; i < count; i++)
            {
                Judge(claims[i], unseen);
            }

            claims.RemoveRange(0, count);
            if (claims.Count == 0)
            {
                _claims.Remove(stream);
            }
        }

        _drops.RemoveAll(drop => nowNs - drop.ToNs > KeptNs);
    }

    /// <summary>Judges what waits of a stream that has ended.</summary>
    public void End(StreamKey stream, Action<StreamGap, int> unseen)
    {
        if (_claims.Remove(stream, out var claims))
        {
            claims.ForEach(claim => Judge(claim, unseen));
        }
    }

    /// <summary>Forgets everything: the clock of the capture was set back.</summary>
    public void Clear()
    {
        _drops.Clear();
        _claims.Clear();
        _waiting = 0;
    }

    private static Predicate<Drop> Beside(byte link) => drop => drop.Link == link;

    /// <summary>
    /// Each number that may have been sent during a drop goes to the first such drop, or to one shortly before or
    /// after. Numbers are sent one step of the timestamps apart at least, so each has an earliest time, counted from
    /// the packet before the gap, and a latest one, counted from the packet after it; a pause of talk makes them
    /// differ. Jitter may move each by a step.
    /// </summary>
    private void ShareOut(in StreamGap gap, Claim claim)
    {
        var at = FirstNear(gap.FromNs);
        for (var i = 0; i < gap.Skipped; i++)
        {
            if (gap.Has(unchecked((ushort)(gap.First + i)))
                && DropOf(gap, i, ref at) is ({ } drop, var isWithin))
            {
                claim.Add(drop, isWithin);
            }
        }
    }

    /// <summary>The drop that a number of a gap lies in, or beside.</summary>
    /// <param name="gap">The gap.</param>
    /// <param name="index">Which of its numbers, from 0.</param>
    /// <param name="at">The first drop that may be it; moves on, as indices rise.</param>
    private (Drop? Drop, bool IsWithin) DropOf(in StreamGap gap, int index, ref int at)
    {
        var evenNs = Math.Max(1, (gap.ToNs - gap.FromNs) / (gap.Skipped + 1));
        var stepNs = gap.SpacingNs > 0 ? Math.Min(gap.SpacingNs, evenNs) : evenNs;
        var earliestNs = gap.FromNs + ((index + 1) * stepNs);
        var latestNs = gap.ToNs - ((gap.Skipped - index) * stepNs);
        while (at < _drops.Count && _drops[at].ToNs < earliestNs - stepNs)
        {
            at++;
        }

        Drop? beside = null;
        for (var j = at; j < _drops.Count && _drops[j].FromNs <= latestNs + stepNs; j++)
        {
            if (_drops[j].Link != gap.Link)
            {
                continue;
            }

            if (_drops[j].FromNs <= latestNs && _drops[j].ToNs >= earliestNs)
            {
                return (_drops[j], true);
            }

            beside ??= _drops[j];
        }

        return (beside, false);
    }

    /// <summary>Drops are told in order of time, but for those of several interfaces, which are nearly so.</summary>
    private int FirstNear(long fromNs)
    {
        var at = _drops.Count;
        while (at > 0 && _drops[at - 1].ToNs >= fromNs - InOrderNs)
        {
            at--;
        }

        return at;
    }

    private void Judge(Claim claim, Action<StreamGap, int> unseen)
    {
        _waiting--;
        var count = 0L;
        foreach (var (drop, within, beside) in claim.Shares)
        {
            // Where more numbers were skipped than packets dropped, the network lost the others, and nobody knows
            // which: those beside the drop sooner than those within it.
            count += Part(within, drop.Within, drop.Packets) + Part(beside, drop.Beside, drop.Packets - drop.Within);
        }

        if (count > 0)
        {
            unseen(claim.Gap, (int)count);
        }
    }

    private static long Part(long share, long all, long packets) =>
        share == 0 || all <= packets ? share : Math.Max(0, packets) * share / all;

    private sealed class Drop
    {
        public required byte Link { get; init; }

        public required long FromNs { get; init; }

        public required long ToNs { get; set; }

        public required long Packets { get; set; }

        /// <summary>Numbers that streams skipped in this time, as their packets' steps say.</summary>
        public long Within { get; set; }

        /// <summary>Numbers that they skipped so shortly before or after that it may have been in this time.</summary>
        public long Beside { get; set; }
    }

    private sealed class Claim(StreamGap gap)
    {
        public StreamGap Gap { get; set; } = gap;

        /// <summary>How many of the numbers may have been dropped when.</summary>
        public List<Share> Shares { get; } = [];

        /// <summary>One of them came after all.</summary>
        public void Remove(Drop drop, bool isWithin)
        {
            var index = Shares.FindIndex(share => share.Drop == drop && (isWithin ? share.Within : share.Beside) > 0);
            if (index >= 0)
            {
                var share = Shares[index];
                Shares[index] = isWithin
                    ? share with { Within = share.Within - 1 }
                    : share with { Beside = share.Beside - 1 };
                drop.Within -= isWithin ? 1 : 0;
                drop.Beside -= isWithin ? 0 : 1;
            }
        }

        public void Add(Drop drop, bool isWithin)
        {
            if (Shares.Count == 0 || Shares[^1].Drop != drop)
            {
                Shares.Add(new Share(drop, 0, 0));
            }

            var share = Shares[^1];
            Shares[^1] = isWithin
                ? share with { Within = share.Within + 1 }
                : share with { Beside = share.Beside + 1 };
        }
    }

    private readonly record struct Share(Drop Drop, int Within, int Beside);
}
