namespace VoiceQuality.Monitor.Streams;

/// <summary>The order in which streams are listed everywhere: start, Call-ID, SSRC, then the flow.</summary>
public static class StreamRecordOrder
{
    /// <summary>Compares two streams; 0 only for the same start, call, SSRC and flow.</summary>
    public static int Compare(StreamRecord a, StreamRecord b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);

        var order = a.StartedAtUs.CompareTo(b.StartedAtUs);
        order = order != 0 ? order : string.CompareOrdinal(a.CallId, b.CallId);
        order = order != 0 ? order : a.Ssrc.CompareTo(b.Ssrc);
        order = order != 0 ? order : a.Source.Port.CompareTo(b.Source.Port);
        order = order != 0 ? order : a.Destination.Port.CompareTo(b.Destination.Port);
        order = order != 0 ? order : string.CompareOrdinal(a.Source.ToString(), b.Source.ToString());
        return order != 0 ? order : string.CompareOrdinal(a.Destination.ToString(), b.Destination.ToString());
    }
}
