using System.Collections;
using VoiceQuality.Monitor.Calls;
using VoiceQuality.Quality.Scoring;

namespace VoiceQuality.Service.Analyze;

/// <summary>
/// Calls that wait until all are there, in the order of their start, then of their Call-ID. A call without media, as
/// there may be millions, is kept as some hundred octets: what <see cref="AnalysisJson.WriteCall"/> writes of it.
/// </summary>
internal sealed class KeptCalls : IReadOnlyList<CallRecord>, IDisposable
{
    /// <summary>Octets of a chunk: above what the collector would move.</summary>
    private const int ChunkLength = 1 << 20;

    private static readonly string[] Protocols = ["Q.850", "SIP", "other"];

    private readonly List<Entry> _entries = [];
    private readonly List<CallRecord> _whole = [];
    private readonly List<byte[]> _chunks = [];
    private readonly MemoryStream _scratch = new();
    private readonly BinaryWriter _writer;
    private MemoryStream? _open;
    private BinaryReader? _reader;
    private int _openChunk = -1;
    private int _used = ChunkLength;

    public KeptCalls() => _writer = new BinaryWriter(_scratch);

    public int Count => _entries.Count;

    public CallRecord this[int index] => Read(_entries[index]);

    public void Add(CallRecord call)
    {
        if (!CanBePacked(call))
        {
            _entries.Add(new Entry(call.StartedAtUs, -1, _whole.Count));
            _whole.Add(call);
            return;
        }

        _scratch.SetLength(0);
        Write(call);
        _writer.Flush();
        var octets = _scratch.GetBuffer().AsSpan(0, (int)_scratch.Length);
        if (octets.Length > ChunkLength - _used)
        {
            _chunks.Add(GC.AllocateUninitializedArray<byte>(ChunkLength));
            _used = 0;
        }

        octets.CopyTo(_chunks[^1].AsSpan(_used));
        _entries.Add(new Entry(call.StartedAtUs, _chunks.Count - 1, _used));
        _used += octets.Length;
    }

    /// <summary>Puts them in their order.</summary>
    public void Sort() => _entries.Sort((a, b) =>
    {
        var order = a.StartedAtUs.CompareTo(b.StartedAtUs);
        return order != 0 || a == b ? order : string.CompareOrdinal(Read(a).CallId, Read(b).CallId);
    });

    public IEnumerator<CallRecord> GetEnumerator()
    {
        foreach (var entry in _entries)
        {
            yield return Read(entry);
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public void Dispose()
    {
        _writer.Dispose();
        _scratch.Dispose();
        _reader?.Dispose();
        _open?.Dispose();
    }

    private static bool CanBePacked(CallRecord call) =>
        call is { Streams.Count: 0, Flags.Count: 0, Copies.Count: 0, MosLqE4: null, MosCqE4: null, RFactor: null }
        && call.OneWayDelayUs is null
        && (call.ReleaseReason is not { } reason || Protocols.Contains(reason.Protocol));

    private void Write(CallRecord call)
    {
        _writer.Write((byte)call.Outcome);
        _writer.Write((byte)call.UnscoredReason);
        _writer.Write((byte)(call.ReleasedBy is { } party ? (int)party + 1 : 0));
        WriteNumber(call.AnsweredAtUs - call.StartedAtUs);
        WriteNumber(call.EndedAtUs - call.StartedAtUs);
        WriteNumber(call.FinalStatus);
        WriteNumber(call.PostDialDelayUs);
        WriteNumber(call.RequestDelayUs);
        WriteNumber(call.RingTimeUs);
        WriteNumber(call.DisconnectDelayUs);
        WriteNumber(call.ReleaseReason is { } reason
            ? (reason.Cause * (long)Protocols.Length) + Array.IndexOf(Protocols, reason.Protocol)
            : null);
        _writer.Write(call.CallId);
        WriteText(call.Caller);
        WriteText(call.Callee);
    }

    private CallRecord Read(Entry entry)
    {
        if (entry.Chunk < 0)
        {
            return _whole[entry.Offset];
        }

        if (entry.Chunk != _openChunk)
        {
            _openChunk = entry.Chunk;
            _open = new MemoryStream(_chunks[entry.Chunk], writable: false);
            _reader = new BinaryReader(_open);
        }

        _open!.Position = entry.Offset;
        var reader = _reader!;
        var outcome = (CallOutcome)reader.ReadByte();
        var unscored = (UnscoredReason)reader.ReadByte();
        var party = reader.ReadByte();
        var answered = ReadNumber(reader);
        var ended = ReadNumber(reader);
        var status = ReadNumber(reader);
        var postDial = ReadNumber(reader);
        var request = ReadNumber(reader);
        var ring = ReadNumber(reader);
        var disconnect = ReadNumber(reader);
        var reason = ReadNumber(reader);
        return new CallRecord
        {
            CallId = reader.ReadString(),
            Caller = ReadText(reader),
            Callee = ReadText(reader),
            FromTag = "",
            SignallingSource = default,
            SignallingDestination = default,
            StartedAtUs = entry.StartedAtUs,
            AnsweredAtUs = entry.StartedAtUs + answered,
            EndedAtUs = entry.StartedAtUs + ended,
            Outcome = outcome,
            UnscoredReason = unscored,
            FinalStatus = (int?)status,
            PostDialDelayUs = postDial,
            RequestDelayUs = request,
            RingTimeUs = ring,
            DisconnectDelayUs = disconnect,
            ReleaseReason = reason is { } known
                ? new ReleaseReason(Protocols[known % Protocols.Length], (int)(known / Protocols.Length))
                : null,
            ReleasedBy = party == 0 ? null : (CallParty)(party - 1),
        };
    }

    // One octet for what is not known, as nearly everything is.
    private void WriteNumber(long? value)
    {
        _writer.Write(value is not null);
        if (value is { } known)
        {
            _writer.Write7BitEncodedInt64(known);
        }
    }

    private static long? ReadNumber(BinaryReader reader) => reader.ReadBoolean() ? reader.Read7BitEncodedInt64() : null;

    private void WriteText(string? text)
    {
        _writer.Write(text is not null);
        if (text is not null)
        {
            _writer.Write(text);
        }
    }

    private static string? ReadText(BinaryReader reader) => reader.ReadBoolean() ? reader.ReadString() : null;

    /// <summary>Where a call is: in a chunk at an offset, or in no chunk as the one of that number.</summary>
    private readonly record struct Entry(long StartedAtUs, int Chunk, int Offset);
}
