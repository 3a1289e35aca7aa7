namespace VoiceQuality.Monitor.Pipeline;

/// <summary>What one lane has counted since it started.</summary>
internal struct LaneCounters
{
    public long RtpPackets;
    public long RtcpPackets;
    public long NotRtp;
    public long NotRtcp;
    public long NotRecognised;
    public long FlowTableFull;
    public long TooManyStreams;
    public long TooManyCandidates;
    public long UntiedStreams;
    public long EndpointTableFull;
    public long Unwatched;
    public long Shed;
    public int ActiveStreams;

    public static LaneCounters operator +(in LaneCounters a, in LaneCounters b) => new()
    {
        RtpPackets = a.RtpPackets + b.RtpPackets,
        RtcpPackets = a.RtcpPackets + b.RtcpPackets,
        NotRtp = a.NotRtp + b.NotRtp,
        NotRtcp = a.NotRtcp + b.NotRtcp,
        NotRecognised = a.NotRecognised + b.NotRecognised,
        FlowTableFull = a.FlowTableFull + b.FlowTableFull,
        TooManyStreams = a.TooManyStreams + b.TooManyStreams,
        TooManyCandidates = a.TooManyCandidates + b.TooManyCandidates,
        UntiedStreams = a.UntiedStreams + b.UntiedStreams,
        EndpointTableFull = a.EndpointTableFull + b.EndpointTableFull,
        Unwatched = a.Unwatched + b.Unwatched,
        Shed = a.Shed + b.Shed,
        ActiveStreams = a.ActiveStreams + b.ActiveStreams,
    };
}
