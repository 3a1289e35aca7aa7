using VoiceQuality.Monitor.Calls;

namespace VoiceQuality.Monitor.Streams;

/// <summary>A place where a party of a call receives media. One lane owns it.</summary>
internal sealed class MediaEndpoint(LaneCall call, CallParty? party, MediaFormats formats)
{
    public LaneCall Call { get; } = call;

    public CallParty? Party { get; } = party;

    /// <summary>Replaced whole when an offer or answer of the same call names other payload types.</summary>
    public MediaFormats Formats = formats;
}

/// <summary>What a lane knows of a call.</summary>
internal sealed class LaneCall(int callRef, string callId)
{
    public int CallRef { get; } = callRef;

    public string CallId { get; } = callId;

    /// <summary>When it was answered, ns; 0 before.</summary>
    public long AnsweredAtNs;

    public bool HasEnded;

    public List<StreamState> Streams { get; } = new(2);

    /// <summary>The keys under which its endpoints are found.</summary>
    public List<Protocols.Network.IpEndpoint> Endpoints { get; } = new(4);
}
