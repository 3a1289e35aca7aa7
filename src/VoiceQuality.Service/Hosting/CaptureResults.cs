using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Storage.Calls;

namespace VoiceQuality.Service.Hosting;

/// <summary>Calls, and streams without one, by the keys under which they are stored.</summary>
internal sealed class CaptureResults
{
    // What a key can hold: 1970 to the year 3000. Nothing else is stored.
    private const long LastPossibleUs = 32_503_680_000_000_000;

    public Dictionary<CallKey, CallRecord> Calls { get; } = [];

    public Dictionary<CallKey, StreamRecord> Streams { get; } = [];

    /// <summary>All streams, those of the calls included.</summary>
    public long StreamCount => Streams.Count + Calls.Values.Sum(static call => (long)call.Streams.Count);

    public static bool TryKey(CallRecord call, out CallKey key)
    {
        var isPossible = call.StartedAtUs is >= 0 and <= LastPossibleUs;
        key = isPossible ? CallKey.Of(call) : default;
        return isPossible;
    }

    public static bool TryKey(StreamRecord stream, out CallKey key)
    {
        var isPossible = stream.StartedAtUs is >= 0 and <= LastPossibleUs;
        key = isPossible ? CallKey.Of(stream) : default;
        return isPossible;
    }

    public void Add(CallRecord call)
    {
        if (TryKey(call, out var key))
        {
            Calls[key] = call;
        }
    }

    public void Add(StreamRecord stream)
    {
        if (TryKey(stream, out var key))
        {
            Streams[key] = stream;
        }
    }

    public void Add(CaptureResults other)
    {
        foreach (var call in other.Calls.Values)
        {
            Add(call);
        }

        foreach (var stream in other.Streams.Values)
        {
            Add(stream);
        }
    }

    public void Clear()
    {
        Calls.Clear();
        Streams.Clear();
    }

    /// <summary>Whether something of it began at that time or before.</summary>
    public bool BeganBy(long us) =>
        Streams.Values.Any(stream => stream.StartedAtUs <= us)
        || Calls.Values.Any(call => call.StartedAtUs <= us || call.Streams.Any(stream => stream.StartedAtUs <= us));

    /// <summary>What began before the capture that it was measured from, as far as can be told.</summary>
    /// <param name="fromUs">The first packet of that capture.</param>
    public CaptureResults Headless(long fromUs)
    {
        // An announced stream has its call. One that no SDP announced may be the rest of one that the begin cut off.
        const long CutUs = 2_000_000;
        var headless = new CaptureResults();
        foreach (var call in Calls.Values.Where(static call => call.FromTag.Length == 0))
        {
            headless.Add(call);
        }

        foreach (var stream in Streams.Values.Where(stream => stream.StartedAtUs < fromUs + CutUs))
        {
            headless.Add(stream);
        }

        return headless;
    }
}
