using System.Buffers.Binary;
using System.Data.Common;
using System.Globalization;
using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.Signalling;
using VoiceQuality.Quality.Scoring;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.TollFree;
using VoiceQuality.Storage.Failures;
using VoiceQuality.Storage.Months;
using VoiceQuality.Storage.Rating;
using VoiceQuality.Storage.Signalling;

namespace VoiceQuality.Storage.Calls;

/// <summary>The compiled statements of the writer and what they share within one batch.</summary>
internal sealed partial class MeasurementStatements : IDisposable
{
    private static readonly string InsertCall = $"""
        INSERT INTO call ({CallColumns.List}) VALUES ({CallColumns.Parameters})
        ON CONFLICT (call_key) DO NOTHING
        """;

    private const int ReadingsColumn = 10;
    private const int SignallingColumn = 16;

    private const string SelectCall = $"""
        SELECT account_id, unit_id, service_month, local_date, started_at_us, outcome, mos_e4,
            ended_at_us, received_packets, facts_digest, {CallColumns.Readings}, {StoredSignalling.Columns}
        FROM call WHERE call_key = @call_key
        """;

    private static readonly string InsertStream = $"""
        INSERT INTO stream (call_key, ordinal, {StreamColumns.List})
        VALUES (@call_key, @ordinal, {StreamColumns.Parameters})
        """;

    private static readonly string InsertUnannounced = $"""
        INSERT INTO unannounced_stream (stream_key, received_packets, facts_digest, {StreamColumns.List})
        VALUES (@stream_key, @received_packets, @facts_digest, {StreamColumns.Parameters})
        ON CONFLICT (stream_key) DO NOTHING
        """;

    private readonly IdentityEncoding _identities;
    private readonly ScoreModelIds _models;
    private readonly AggregateDeltas _deltas;
    private readonly RatedCallStatements _ratings;
    private readonly AttemptStatements _attempts;
    private readonly SignallingDeltas _signalling;
    private readonly PreparedStatement _insertCall;
    private readonly PreparedStatement _selectCall;
    private readonly PreparedStatement _deleteStreams;
    private readonly PreparedStatement _deleteCall;
    private readonly PreparedStatement _insertStream;
    private readonly PreparedStatement _insertUnannounced;
    private readonly PreparedStatement _selectUnannounced;
    private readonly PreparedStatement _deleteUnannounced;
    private readonly PreparedStatement _insertAlarm;
    private readonly PreparedStatement[] _all;
    private readonly OctetWriter _octets = new();
    private readonly Dictionary<ServiceMonth, string> _monthNames = [];
    private readonly List<int> _unchanged = [];

    private DbTransaction? _transaction;
    private WriteOutcome _outcome;

    public MeasurementStatements(DbConnection connection, IdentityEncoding identities)
    {
        _identities = identities;
        _models = new ScoreModelIds(connection);
        _deltas = new AggregateDeltas(connection);
        _ratings = new RatedCallStatements(connection);
        _attempts = new AttemptStatements(connection);
        _signalling = new SignallingDeltas(connection);
        _insertCall = new PreparedStatement(connection, InsertCall, CallColumns.Names);
        _selectCall = new PreparedStatement(connection, SelectCall, "call_key");
        _deleteStreams = new PreparedStatement(connection, "DELETE FROM stream WHERE call_key = @call_key", "call_key");
        _deleteCall = new PreparedStatement(connection, "DELETE FROM call WHERE call_key = @call_key", "call_key");
        _insertStream = new PreparedStatement(
            connection, InsertStream, ["call_key", "ordinal", .. StreamColumns.Names]);
        _insertUnannounced = new PreparedStatement(
            connection, InsertUnannounced, ["stream_key", "received_packets", "facts_digest", .. StreamColumns.Names]);
        _selectUnannounced = new PreparedStatement(
            connection,
            "SELECT received_packets, facts_digest FROM unannounced_stream WHERE stream_key = @stream_key",
            "stream_key");
        _deleteUnannounced = new PreparedStatement(
            connection, "DELETE FROM unannounced_stream WHERE stream_key = @stream_key", "stream_key");
        _insertAlarm = new PreparedStatement(
            connection,
            """
            INSERT INTO local_number_alarm (call_key, kind, account_id, unit_id, at_us)
            VALUES (@call_key, @kind, @account_id, @unit_id, @at_us) ON CONFLICT (call_key) DO NOTHING
            """,
            "call_key", "kind", "account_id", "unit_id", "at_us");
        _all =
        [
            _insertAlarm, _insertCall, _selectCall, _deleteStreams, _deleteCall, _insertStream, _insertUnannounced,
            _selectUnannounced, _deleteUnannounced,
        ];
    }

    public void Begin(DbTransaction transaction)
    {
        // The batch before may have been given up as late as in its commit, and with it the models that it added.
        Forget();
        _transaction = transaction;
        _attempts.Begin(transaction);
        _signalling.Begin(transaction);
        _outcome = default;
        _unchanged.Clear();
        foreach (var statement in _all)
        {
            statement.Command.Transaction = transaction;
        }

        _ratings.Begin(transaction);
    }

    public WriteOutcome End()
    {
        _deltas.Apply(_transaction!);
        _ratings.End(_transaction!);
        _attempts.Apply();
        _signalling.Apply();
        return _outcome with { UnchangedCalls = [.. _unchanged] };
    }

    /// <summary>The batch was given up: what it left in memory goes too.</summary>
    public void Forget()
    {
        _deltas.Clear();
        _ratings.Forget();
        _attempts.Forget();
        _signalling.Forget();
        _models.Clear();
    }

    /// <param name="measured">A call of the batch.</param>
    /// <param name="index">Its place in the batch.</param>
    public void Write(MeasuredCall measured, int index)
    {
        ArgumentNullException.ThrowIfNull(measured);
        ArgumentException.ThrowIfNullOrEmpty(measured.AccountId);
        ArgumentException.ThrowIfNullOrEmpty(measured.UnitId);

        var call = measured.Call;
        var key = CallKey.Of(call).ToOctets();
        var completeness = Completeness.Of(call, _octets);
        var signalling = SignallingOf(measured);
        var readings = CallReadings.Of(call.Outcome, call.Streams);
        SetCall(measured, key, completeness, signalling?.Key.PairId, readings);
        var isNew = _insertCall.Execute() == 1;
        if (isNew)
        {
            _outcome = _outcome with { Inserted = _outcome.Inserted + 1 };
        }
        else
        {
            var stored = TryReadStored(key)!.Value;
            if (stored.KnownDelays is null)
            {
                completeness = Completeness.Of(call, _octets, withDelays: false);
            }

            if (!completeness.IsMoreThan(stored.Completeness))
            {
                _outcome = _outcome with { Unchanged = _outcome.Unchanged + 1 };
                _unchanged.Add(index);
                return;
            }

            Remove(stored);
            _ratings.Remove(key);
            _deleteStreams.Set(0, key);
            _deleteStreams.Execute();
            _deleteCall.Set(0, key);
            _deleteCall.Execute();
            _insertCall.Execute();
            _outcome = _outcome with { Replaced = _outcome.Replaced + 1 };
        }

        _attempts.Write(key, measured, isReplaced: !isNew);
        WriteAlarm(key, measured);
        for (var i = 0; i < call.Streams.Count; i++)
        {
            var stream = call.Streams[i];
            _insertStream.Set(0, key);
            _insertStream.Set(1, i);
            StreamColumns.Set(_insertStream, 2, stream, _models.IdOf(stream.Model, _transaction!), _octets);
            _insertStream.Execute();
        }

        if (signalling is { } share)
        {
            _signalling.Add(share.Key, share.Counters);
        }

        var counts = CallCounts.Of(call.Outcome, call.MosLqE4, readings);
        _outcome = _outcome with { Quarantined = _outcome.Quarantined + (int)counts.Quarantined };
        _deltas.Add(new AggregatedCall(
            measured.AccountId, measured.UnitId, NameOf(measured.Month), measured.Date?.ToText(), call.StartedAtUs,
            counts));
        if (measured is { Rating: { } rating, Month: { } month } && call.AnsweredAtUs is { } answeredAtUs)
        {
            _ratings.Add(
                new RatedCallRow(key, measured.AccountId, NameOf(month)!, answeredAtUs, rating.Result),
                rating.Fingerprint);
        }
    }

    // An alarm was raised once and stays, whatever becomes of the call.
    private void WriteAlarm(byte[] key, MeasuredCall measured)
    {
        if (measured.Alarm == LocalNumberAlarm.None)
        {
            return;
        }

        _insertAlarm.Set(0, key);
        _insertAlarm.Set(1, StoredName<LocalNumberAlarm>.Of(measured.Alarm));
        _insertAlarm.Set(2, measured.AccountId);
        _insertAlarm.Set(3, measured.UnitId);
        _insertAlarm.Set(4, measured.Call.StartedAtUs);
        var added = _insertAlarm.Execute();
        _outcome = measured.Alarm == LocalNumberAlarm.EmergencyAttempt
            ? _outcome with { EmergencyAlarms = _outcome.EmergencyAlarms + added }
            : _outcome with { UseNotSupportedAlarms = _outcome.UseNotSupportedAlarms + added };
    }

    /// <summary>Takes a call back; null when it is not stored.</summary>
    public RetractedCall? Retract(CallKey callKey)
    {
        var key = callKey.ToOctets();
        if (TryReadStored(key) is not { } stored)
        {
            return null;
        }

        Remove(stored);
        _ratings.Remove(key);
        _deleteStreams.Set(0, key);
        _deleteStreams.Execute();
        _deleteCall.Set(0, key);
        _deleteCall.Execute();
        _attempts.Remove(key);
        return new RetractedCall(stored.Call.AccountId, stored.Call.Month);
    }

    public void Dispose()
    {
        foreach (var statement in _all)
        {
            statement.Dispose();
        }

        _models.Dispose();
        _deltas.Dispose();
        _ratings.Dispose();
        _attempts.Dispose();
        _signalling.Dispose();
    }

    private void Remove(in StoredState stored)
    {
        _deltas.Remove(stored.Call);
        if (stored.Signalling is { } share)
        {
            _signalling.Remove(share.Key, share.Counters);
        }
    }

    // Null for a call that is no attempt: its set-up or its end was not seen.
    private StoredSignalling? SignallingOf(MeasuredCall measured)
    {
        var call = measured.Call;
        var counters = SignallingRules.Of(call);
        if (counters.Attempts == 0)
        {
            return null;
        }

        var key = new SignallingKey(
            SignallingKey.HourOf(call.StartedAtUs), measured.AccountId, measured.UnitId,
            _attempts.PairIdOf(call.SignallingSource, call.SignallingDestination));
        return new StoredSignalling(_signalling.Bounded(key), counters);
    }

    private StoredState? TryReadStored(byte[] key)
    {
        _selectCall.Set(0, key);
        using var reader = _selectCall.Command.ExecuteReader();
        if (!reader.Read())
        {
            return null;
        }

        var outcome = StoredName<CallOutcome>.Parse(reader.GetString(5));
        var counts = CallCounts.Of(
            outcome, reader.GetNullableInt32(6), CallColumns.ReadReadings(reader, ReadingsColumn));
        var knownDelays = StoredSignalling.KnownDelays(reader, SignallingColumn);
        return new StoredState(
            new Completeness(
                !reader.IsDBNull(7), outcome != CallOutcome.Incomplete, reader.GetInt64(8),
                DigestOf(reader.GetFieldValue<byte[]>(9)))
            {
                KnownDelays = knownDelays ?? 0,
            },
            new AggregatedCall(
                reader.GetString(0),
                reader.GetString(1),
                reader.GetNullableString(2),
                reader.GetNullableString(3),
                reader.GetInt64(4),
                counts),
            StoredSignalling.Read(reader, SignallingColumn),
            knownDelays);
    }

    private void SetCall(
        MeasuredCall measured, byte[] key, Completeness completeness, long? pairId, in CallReadings readings)
    {
        var call = measured.Call;
        var i = 0;
        _insertCall.Set(i++, key);
        _insertCall.Set(i++, call.StartedAtUs);
        _insertCall.Set(i++, call.AnsweredAtUs);
        _insertCall.Set(i++, call.EndedAtUs);
        _insertCall.Set(i++, measured.AccountId);
        _insertCall.Set(i++, measured.UnitId);
        _insertCall.Set(i++, measured.RuleId);
        _insertCall.Set(i++, NameOf(measured.Month));
        _insertCall.Set(i++, measured.Date?.ToText());
        _insertCall.Set(i++, measured.TzdbVersion);
        _insertCall.Set(i++, StoredName<CallOutcome>.Of(call.Outcome));
        _insertCall.Set(i++, call.FinalStatus);
        _insertCall.Set(i++, call.PostDialDelayUs);
        _insertCall.Set(i++, StoredName<CallParty>.Of(call.ReleasedBy));
        _insertCall.Set(i++, call.MosLqE4);
        _insertCall.Set(i++, call.RFactor?.ToString("R", CultureInfo.InvariantCulture));
        _insertCall.Set(i++, StoredName<UnscoredReason>.Of(call.UnscoredReason));
        _insertCall.Set(i++, CallCounts.IsOutsideScale(call.MosLqE4) ? 1 : 0);
        _insertCall.Set(i++, EndpointEncoding.ToOctets(call.SignallingSource));
        _insertCall.Set(i++, EndpointEncoding.ToOctets(call.SignallingDestination));
        _insertCall.Set(i++, call.Retransmissions);
        _insertCall.Set(i++, call.Branches);
        _insertCall.Set(i++, call.LadderOmitted);
        _insertCall.Set(i++, completeness.ReceivedPackets);
        _insertCall.Set(i++, ToOctets(completeness.FactsDigest));
        _insertCall.Set(i++, _identities.Encode(call, key));
        _octets.Clear();
        LadderEncoding.Write(_octets, call.Ladder, call.StartedAtUs);
        _insertCall.Set(i++, _octets.ToArray());
        _insertCall.Set(i++, call.Challenges);
        _insertCall.Set(i++, call.RequestDelayUs);
        _insertCall.Set(i++, call.RingTimeUs);
        _insertCall.Set(i++, call.DisconnectDelayUs);
        _insertCall.Set(i++, call.ReleaseReason?.Protocol);
        _insertCall.Set(i++, call.ReleaseReason?.Cause);
        _insertCall.Set(i++, pairId);
        _insertCall.Set(i++, 1);
        CallColumns.SetReadings(_insertCall, i, readings);
    }

    private string? NameOf(ServiceMonth? month)
    {
        if (month is not { } known)
        {
            return null;
        }

        if (!_monthNames.TryGetValue(known, out var name))
        {
            // A batch comes from a few months; a store in its tenth year has seen 120.
            _monthNames[known] = name = known.ToString();
        }

        return name;
    }

    private static byte[] ToOctets(UInt128 digest)
    {
        var octets = new byte[Completeness.DigestLength];
        BinaryPrimitives.WriteUInt128BigEndian(octets, digest);
        return octets;
    }

    private static UInt128 DigestOf(byte[] octets) => octets.Length == Completeness.DigestLength
        ? BinaryPrimitives.ReadUInt128BigEndian(octets)
        : throw new StoredDataException("A stored digest has not 16 octets.");

    /// <summary>What of a stored call decides whether it is replaced, and what goes with it.</summary>
    private readonly record struct StoredState(
        Completeness Completeness, AggregatedCall Call, StoredSignalling? Signalling, int? KnownDelays);
}
