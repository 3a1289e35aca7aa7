using System.Data.Common;
using VoiceQuality.Monitor.Calls;
using VoiceQuality.Protocols.Network;
using VoiceQuality.Sla.Outages;
using VoiceQuality.Storage.Calls;

namespace VoiceQuality.Storage.Failures;

/// <summary>
/// Keeps what calls and probes say of the way that they went, in the transaction that writes these, and notes in which
/// times failures are to be looked for again.
/// </summary>
internal sealed class AttemptStatements : IDisposable
{
    /// <summary>Pairs that are remembered between batches.</summary>
    private const int PairLimit = 65_536;

    private const string Upsert = """
        INSERT INTO attempt (attempt_key, pair_id, class, at_us, lasted_ms)
        VALUES (@attempt_key, @pair_id, @class, @at_us, @lasted_ms)
        ON CONFLICT (attempt_key) DO UPDATE SET pair_id = excluded.pair_id, class = excluded.class,
            at_us = excluded.at_us, lasted_ms = excluded.lasted_ms
        """;

    private const string UpsertDue = """
        INSERT INTO failure_due (pair_id, from_us, until_us, revision) VALUES (@pair_id, @from_us, @until_us, 1)
        ON CONFLICT (pair_id) DO UPDATE SET from_us = min(from_us, excluded.from_us),
            until_us = max(until_us, excluded.until_us), revision = revision + 1
        """;

    private readonly PreparedStatement _upsert;
    private readonly PreparedStatement _select;
    private readonly PreparedStatement _delete;
    private readonly PreparedStatement _selectPair;
    private readonly PreparedStatement _insertPair;
    private readonly PreparedStatement _setAnswered;
    private readonly PreparedStatement _selectUnanswered;
    private readonly PreparedStatement _selectMedia;
    private readonly PreparedStatement _upsertDue;
    private readonly PreparedStatement _selectBlocked;
    private readonly PreparedStatement _insertBlocked;
    private readonly PreparedStatement _deleteBlocked;
    private readonly PreparedStatement[] _all;
    private readonly Dictionary<(IpEndpoint, IpEndpoint), Pair> _pairs = [];
    private readonly Dictionary<long, (long FromUs, long UntilUs)> _due = [];

    public AttemptStatements(DbConnection connection)
    {
        _upsert = new PreparedStatement(
            connection, Upsert, "attempt_key", "pair_id", "class", "at_us", "lasted_ms");
        _select = new PreparedStatement(
            connection, "SELECT pair_id, class, at_us, lasted_ms FROM attempt WHERE attempt_key = @attempt_key",
            "attempt_key");
        _selectBlocked = new PreparedStatement(
            connection, "SELECT pair_id, class, at_us, lasted_ms FROM blocked_call WHERE call_key = @call_key",
            "call_key");
        _insertBlocked = new PreparedStatement(
            connection,
            """
            INSERT INTO blocked_call (call_key, pair_id, class, at_us, lasted_ms)
            VALUES (@call_key, @pair_id, @class, @at_us, @lasted_ms) ON CONFLICT (call_key) DO NOTHING
            """,
            "call_key", "pair_id", "class", "at_us", "lasted_ms");
        _deleteBlocked = new PreparedStatement(
            connection, "DELETE FROM blocked_call WHERE call_key = @call_key", "call_key");
        _delete = new PreparedStatement(
            connection, "DELETE FROM attempt WHERE attempt_key = @attempt_key", "attempt_key");
        _selectPair = new PreparedStatement(
            connection,
            "SELECT pair_id, has_answered FROM signalling_pair WHERE source = @source AND destination = @destination",
            "source", "destination");
        _insertPair = new PreparedStatement(
            connection,
            "INSERT INTO signalling_pair (source, destination, has_answered) VALUES (@source, @destination, 0)",
            "source", "destination");
        _setAnswered = new PreparedStatement(
            connection, "UPDATE signalling_pair SET has_answered = 1 WHERE pair_id = @pair_id", "pair_id");
        _selectUnanswered = new PreparedStatement(
            connection,
            "SELECT min(at_us), max(at_us) FROM attempt WHERE pair_id = @pair_id AND class = @class",
            "pair_id", "class");
        _selectMedia = new PreparedStatement(
            connection,
            """
            SELECT 1 FROM attempt WHERE pair_id = @pair_id AND class = @class AND at_us >= @from_us AND at_us < @until_us
            LIMIT 1
            """,
            "pair_id", "class", "from_us", "until_us");
        _upsertDue = new PreparedStatement(connection, UpsertDue, "pair_id", "from_us", "until_us");
        _all =
        [
            _upsert, _select, _delete, _selectPair, _insertPair, _setAnswered, _selectUnanswered, _selectMedia,
            _upsertDue, _selectBlocked, _insertBlocked, _deleteBlocked,
        ];
    }

    public void Begin(DbTransaction transaction)
    {
        foreach (var statement in _all)
        {
            statement.Command.Transaction = transaction;
        }
    }

    /// <summary>The batch was given up: what it left in memory goes too.</summary>
    public void Forget()
    {
        _pairs.Clear();
        _due.Clear();
    }

    /// <summary>Writes what is due, at the end of the batch.</summary>
    public void Apply()
    {
        foreach (var (pairId, (fromUs, untilUs)) in _due)
        {
            _upsertDue.Set(0, pairId);
            _upsertDue.Set(1, fromUs);
            _upsertDue.Set(2, untilUs);
            _upsertDue.Execute();
        }

        _due.Clear();
    }

    /// <summary>A call that was stored.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="measured">The call.</param>
    /// <param name="isReplaced">Whether a less complete observation was stored before.</param>
    public void Write(byte[] key, MeasuredCall measured, bool isReplaced)
    {
        var call = measured.Call;
        var attempt = AttemptOf(call);
        if (measured.IsBlocked)
        {
            if (isReplaced)
            {
                Remove(key);
            }

            Keep(key, attempt is { } said ? PairOf(call.SignallingSource, call.SignallingDestination).Id : null, attempt);
            return;
        }

        Write(
            key, call.SignallingSource, call.SignallingDestination, attempt,
            attempt is not { Class: AttemptClass.NoResponse } || call.FirstResponseAtUs is not null, isReplaced);
    }

    /// <summary>An attempt or probe; null where it says nothing.</summary>
    public void Write(
        byte[] key, IpEndpoint source, IpEndpoint destination, ClassifiedAttempt? attempt, bool isAnswered,
        bool isReplaced)
    {
        if (isReplaced)
        {
            Remove(key);
        }

        if (attempt is not { } said)
        {
            return;
        }

        var pair = PairOf(source, destination);
        Put(key, pair.Id, said);

        if (isAnswered && !pair.HasAnswered)
        {
            SetAnswered(pair);
        }

        if (said.Class == AttemptClass.Media)
        {
            SeeMedia(pair, said.AtUs);
        }
    }

    /// <summary>A stored call was blocked on purpose: what it said is kept aside.</summary>
    /// <returns>Whether that was not known before.</returns>
    public bool Mark(byte[] key)
    {
        _selectBlocked.Set(0, key);
        using (var reader = _selectBlocked.Command.ExecuteReader())
        {
            if (reader.Read())
            {
                return false;
            }
        }

        var (pairId, said) = ReadAttempt(_select, key);
        if (said is { } attempt)
        {
            Due(pairId!.Value, attempt.AtUs, attempt.AtUs);
            _delete.Set(0, key);
            _delete.Execute();
        }

        Keep(key, pairId, said);
        return true;
    }

    /// <summary>A stored call was not blocked: it says again what it says.</summary>
    /// <returns>Whether it was taken for blocked before.</returns>
    public bool Unmark(byte[] key)
    {
        var (pairId, said) = ReadAttempt(_selectBlocked, key);
        _deleteBlocked.Set(0, key);
        if (_deleteBlocked.Execute() == 0)
        {
            return false;
        }

        if (said is { } attempt)
        {
            Put(key, pairId!.Value, attempt);
        }

        return true;
    }

    /// <summary>The number of a pair of endpoints.</summary>
    public long PairIdOf(IpEndpoint source, IpEndpoint destination) => PairOf(source, destination).Id;

    public void Dispose()
    {
        foreach (var statement in _all)
        {
            statement.Dispose();
        }
    }

    /// <summary>What a call says; null for nothing.</summary>
    internal static ClassifiedAttempt? AttemptOf(CallOutcome outcome, in AttemptFacts facts)
    {
        if (outcome == CallOutcome.Incomplete)
        {
            // Either the INVITE was not seen or the end was not; only ringing after a seen INVITE says something.
            return facts.RangAtUs is { } rang ? new ClassifiedAttempt(AttemptClass.Responded, rang) : null;
        }

        return AttemptRules.OfCall(facts);
    }

    private static ClassifiedAttempt? AttemptOf(CallRecord call) => AttemptOf(
        call.Outcome,
        new AttemptFacts(call.StartedAtUs)
        {
            FirstResponseAtUs = call.FirstResponseAtUs,
            RangAtUs = call.StartedAtUs + call.PostDialDelayUs,
            CancelledAtUs = call.CancelledAtUs,
            AnsweredAtUs = call.AnsweredAtUs,
            EndedAtUs = call.EndedAtUs,
            FinalStatus = call.FinalStatus,
            HasTimedOut = call is { Outcome: CallOutcome.Failed, FinalStatus: null },
            HasMedia = call.Streams.Any(stream => stream.Total.Received > 0),
        });

    /// <summary>Takes back what a call or probe said.</summary>
    public void Remove(byte[] key)
    {
        _deleteBlocked.Set(0, key);
        _deleteBlocked.Execute();
        if (ReadAttempt(_select, key) is not ({ } pairId, { } said))
        {
            return;
        }

        Due(pairId, said.AtUs, said.AtUs);
        _delete.Set(0, key);
        _delete.Execute();
    }

    private static (long? PairId, ClassifiedAttempt? Said) ReadAttempt(PreparedStatement select, byte[] key)
    {
        select.Set(0, key);
        using var reader = select.Command.ExecuteReader();
        return reader.Read() && !reader.IsDBNull(0)
            ? (reader.GetInt64(0), new ClassifiedAttempt(
                (AttemptClass)reader.GetInt32(1), reader.GetInt64(2), reader.GetInt64(3)))
            : (null, null);
    }

    private void Put(byte[] key, long pairId, ClassifiedAttempt said)
    {
        _upsert.Set(0, key);
        _upsert.Set(1, pairId);
        _upsert.Set(2, (int)said.Class);
        _upsert.Set(3, said.AtUs);
        _upsert.Set(4, said.LastedMs);
        _upsert.Execute();
        Due(pairId, said.AtUs, said.AtUs);
    }

    private void Keep(byte[] key, long? pairId, ClassifiedAttempt? said)
    {
        _insertBlocked.Set(0, key);
        _insertBlocked.Set(1, pairId);
        _insertBlocked.Set(2, (int?)said?.Class);
        _insertBlocked.Set(3, said?.AtUs);
        _insertBlocked.Set(4, said?.LastedMs);
        _insertBlocked.Execute();
    }

    // What was not answered before the first answer counts from now on.
    private void SetAnswered(Pair pair)
    {
        pair.HasAnswered = true;
        _setAnswered.Set(0, pair.Id);
        _setAnswered.Execute();
        _selectUnanswered.Set(0, pair.Id);
        _selectUnanswered.Set(1, (int)AttemptClass.NoResponse);
        using var reader = _selectUnanswered.Command.ExecuteReader();
        if (reader.Read() && !reader.IsDBNull(0))
        {
            Due(pair.Id, reader.GetInt64(0), reader.GetInt64(1));
        }
    }

    // Media after a time without any makes the silent calls that follow failed ones.
    private void SeeMedia(Pair pair, long atUs)
    {
        if (pair.MediaAtUs is not { } known || known > atUs || known < atUs - AttemptSeries.MediaMemoryUs)
        {
            _selectMedia.Set(0, pair.Id);
            _selectMedia.Set(1, (int)AttemptClass.Media);
            _selectMedia.Set(2, atUs - AttemptSeries.MediaMemoryUs);
            _selectMedia.Set(3, atUs);
            if (_selectMedia.Command.ExecuteScalar() is null)
            {
                Due(pair.Id, atUs, atUs + AttemptSeries.MediaMemoryUs);
            }
        }

        pair.MediaAtUs = atUs;
    }

    private void Due(long pairId, long fromUs, long untilUs) =>
        _due[pairId] = _due.TryGetValue(pairId, out var due)
            ? (Math.Min(due.FromUs, fromUs), Math.Max(due.UntilUs, untilUs))
            : (fromUs, untilUs);

    private Pair PairOf(IpEndpoint source, IpEndpoint destination)
    {
        if (_pairs.TryGetValue((source, destination), out var pair))
        {
            return pair;
        }

        if (_pairs.Count >= PairLimit)
        {
            _pairs.Clear();
        }

        pair = Find(source, destination);
        if (pair is null)
        {
            _insertPair.Set(0, EndpointEncoding.ToOctets(source));
            _insertPair.Set(1, EndpointEncoding.ToOctets(destination));
            _insertPair.Execute();
            pair = Find(source, destination)!;
        }

        _pairs.Add((source, destination), pair);
        return pair;
    }

    private Pair? Find(IpEndpoint source, IpEndpoint destination)
    {
        _selectPair.Set(0, EndpointEncoding.ToOctets(source));
        _selectPair.Set(1, EndpointEncoding.ToOctets(destination));
        using var reader = _selectPair.Command.ExecuteReader();
        return reader.Read() ? new Pair(reader.GetInt64(0)) { HasAnswered = reader.GetInt64(1) == 1 } : null;
    }

    private sealed class Pair(long id)
    {
        public long Id => id;

        public bool HasAnswered;
        public long? MediaAtUs;
    }
}
