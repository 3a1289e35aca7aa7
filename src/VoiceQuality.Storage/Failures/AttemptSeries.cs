using System.Data.Common;
using NodaTime;
using VoiceQuality.Sla.Outages;
using VoiceQuality.Sla.Policies;

namespace VoiceQuality.Storage.Failures;

/// <summary>
/// The attempts and probes of one component as an index answers for them: each question costs one look-up for each pair
/// of endpoints and class, whatever the number of attempts.
/// </summary>
internal sealed class AttemptSeries : IAttemptSeries, IDisposable
{
    /// <summary>
    /// How long media of a component shows that its media can be seen at all, µs: seven days, so that a monitor that
    /// sees signalling alone takes no answered call for a silent one.
    /// </summary>
    public const long MediaMemoryUs = 7 * 24 * 3_600_000_000L;

    internal const string SelectFirst = """
        SELECT at_us FROM attempt
        WHERE pair_id = @pair_id AND class = @class AND at_us >= @at_us AND lasted_ms BETWEEN @least AND @most
        ORDER BY at_us LIMIT 1
        """;

    internal const string SelectLast = """
        SELECT at_us FROM attempt
        WHERE pair_id = @pair_id AND class = @class AND at_us < @at_us AND lasted_ms BETWEEN @least AND @most
        ORDER BY at_us DESC LIMIT 1
        """;

    internal const string SelectCount = """
        SELECT count(*) FROM (
            SELECT 1 FROM attempt
            WHERE pair_id = @pair_id AND class = @class AND at_us >= @at_us AND at_us < @before_us
                AND lasted_ms BETWEEN @least AND @most
            LIMIT @limit)
        """;

    private readonly (long Id, bool HasAnswered)[] _pairs;
    private readonly long _fromUs;
    private readonly long _toUs;
    private readonly long _noResponseMs;
    private readonly long _silentMs;
    private readonly DbCommand _first;
    private readonly DbCommand _last;
    private readonly DbCommand _count;

    /// <param name="transaction">The state that is read.</param>
    /// <param name="pairs">Ways over the component.</param>
    /// <param name="from">When it came into service.</param>
    /// <param name="to">When it left; null while it is in service.</param>
    /// <param name="policy">The reading that says how long is long enough.</param>
    public AttemptSeries(
        DbTransaction transaction, IEnumerable<AttemptPair> pairs, Instant from, Instant? to, ContractPolicy policy)
    {
        _pairs = [.. pairs.Select(pair => (pair.PairId, pair.HasAnswered))];
        _fromUs = from.ToMicroseconds();
        _toUs = to?.ToMicroseconds() ?? long.MaxValue;
        _noResponseMs = policy.OutageNoResponseSeconds * 1_000L;
        _silentMs = policy.OutageSilentCallSeconds * 1_000L;
        _first = Prepare(transaction, SelectFirst);
        _last = Prepare(transaction, SelectLast);
        _count = Prepare(transaction, SelectCount, "@before_us", "@limit");
    }

    /// <summary>Statements that were run.</summary>
    public long LookUps { get; private set; }

    public Instant? FirstFailed(Instant from)
    {
        var at = Bounded(from);
        return InService(Earliest(
            First(AttemptClass.ServerFailure, at),
            First(AttemptClass.NoResponse, at, _noResponseMs),
            FirstSilent(at)));
    }

    public Instant? LastFailed(Instant before)
    {
        var at = Math.Min(before.ToMicroseconds(), _toUs);
        return InService(Latest(
            Last(AttemptClass.ServerFailure, at), Last(AttemptClass.NoResponse, at, _noResponseMs), LastSilent(at)));
    }

    public Instant? FirstSucceeded(Instant from)
    {
        var at = Bounded(from);
        return InService(Earliest(
            First(AttemptClass.Media, at),
            First(AttemptClass.Responded, at),
            First(AttemptClass.NoMedia, at, 0, _silentMs - 1),
            First(AttemptClass.NoMedia, Math.Max(at, SeesMediaUntil(at) + 1))));
    }

    public Instant? LastSucceeded(Instant before)
    {
        var at = Math.Min(before.ToMicroseconds(), _toUs);
        var silent = Last(AttemptClass.NoMedia, at);
        return InService(Latest(
            Last(AttemptClass.Media, at),
            Last(AttemptClass.Responded, at),
            Last(AttemptClass.NoMedia, at, 0, _silentMs - 1),
            silent is { } call && SeesMediaUntil(call) < call ? silent : null));
    }

    public int CountFailed(Instant from, Instant? before, int most)
    {
        var at = Bounded(from);
        var end = Math.Min(before?.ToMicroseconds() ?? long.MaxValue, _toUs);
        var count = 0L;
        foreach (var pair in _pairs)
        {
            count += Count(pair.Id, AttemptClass.ServerFailure, at, end, 0, most);
            count += pair.HasAnswered
                ? Count(pair.Id, AttemptClass.NoResponse, at, end, _noResponseMs, most)
                : 0;
            count += Count(
                pair.Id, AttemptClass.NoMedia, at, Math.Min(end, SeesMediaUntil(at) + 1), _silentMs, most);
        }

        return (int)Math.Min(count, most);
    }

    public void Dispose()
    {
        _first.Dispose();
        _last.Dispose();
        _count.Dispose();
    }

    private static DbCommand Prepare(DbTransaction transaction, string sql, params string[] more)
    {
        var command = transaction.Command(sql);
        foreach (var name in (string[])["@pair_id", "@class", "@at_us", "@least", "@most", .. more])
        {
            command.AddParameter(name, 0L);
        }

        command.Prepare();
        return command;
    }

    private static long? Earliest(params ReadOnlySpan<long?> times)
    {
        long? earliest = null;
        foreach (var time in times)
        {
            earliest = time is { } known && !(earliest <= known) ? known : earliest;
        }

        return earliest;
    }

    private static long? Latest(params ReadOnlySpan<long?> times)
    {
        long? latest = null;
        foreach (var time in times)
        {
            latest = time is { } known && !(latest >= known) ? known : latest;
        }

        return latest;
    }

    private long Bounded(Instant from) => Math.Max(from.ToMicroseconds(), _fromUs);

    private Instant? InService(long? atUs) =>
        atUs is { } known && known >= _fromUs && known < _toUs ? known.FromMicroseconds() : null;

    /// <summary>Until when the last media at or before an instant shows that media can be seen.</summary>
    private long SeesMediaUntil(long atUs) =>
        Last(AttemptClass.Media, atUs + 1) is { } media ? media + MediaMemoryUs : long.MinValue;

    private long? FirstSilent(long atUs)
    {
        while (First(AttemptClass.NoMedia, atUs, _silentMs) is { } call)
        {
            if (SeesMediaUntil(call) >= call)
            {
                return call;
            }

            // Nothing is silent before the next media.
            if (First(AttemptClass.Media, call) is not { } media)
            {
                return null;
            }

            atUs = media;
        }

        return null;
    }

    private long? LastSilent(long beforeUs)
    {
        while (Last(AttemptClass.NoMedia, beforeUs, _silentMs) is { } call)
        {
            var seenUntil = SeesMediaUntil(call);
            if (seenUntil >= call)
            {
                return call;
            }

            if (seenUntil == long.MinValue)
            {
                return null;
            }

            beforeUs = seenUntil + 1;
        }

        return null;
    }

    private long? First(AttemptClass which, long atUs, long least = 0, long most = long.MaxValue)
    {
        long? first = null;
        foreach (var pair in _pairs)
        {
            first = Counts(pair, which) ? Earliest(first, Ask(_first, pair.Id, which, atUs, least, most)) : first;
        }

        return first;
    }

    private long? Last(AttemptClass which, long beforeUs, long least = 0, long most = long.MaxValue)
    {
        long? last = null;
        foreach (var pair in _pairs)
        {
            last = Counts(pair, which) ? Latest(last, Ask(_last, pair.Id, which, beforeUs, least, most)) : last;
        }

        return last;
    }

    // Whoever never got an answer may be asking somebody who never was there.
    private static bool Counts((long Id, bool HasAnswered) pair, AttemptClass which) =>
        pair.HasAnswered || which != AttemptClass.NoResponse;

    private long? Ask(DbCommand command, long pairId, AttemptClass which, long atUs, long least, long most)
    {
        LookUps++;
        command.Parameters[0].Value = pairId;
        command.Parameters[1].Value = (long)which;
        command.Parameters[2].Value = atUs;
        command.Parameters[3].Value = least;
        command.Parameters[4].Value = most;
        return (long?)command.ExecuteScalar();
    }

    private long Count(long pairId, AttemptClass which, long atUs, long beforeUs, long least, int limit)
    {
        _count.Parameters[5].Value = beforeUs;
        _count.Parameters[6].Value = (long)limit;
        return Ask(_count, pairId, which, atUs, least, long.MaxValue) ?? 0;
    }
}
