using System.Globalization;

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

    /// <summary>
    /// A text by which streams of one start come in this order, compared by UTF-16 code units; it names the Call-ID, so
    /// it is no text to show.
    /// </summary>
    public static string KeyOf(StreamRecord stream)
    {
        ArgumentNullException.ThrowIfNull(stream);

        // What ends a part is below every character of it; a stream without a call comes before all with one.
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{(stream.CallId is null ? "" : "\u0001")}{stream.CallId}\0{stream.Ssrc:x8}{stream.Source.Port:x4}"
            + $"{stream.Destination.Port:x4}{stream.Source}\0{stream.Destination}");
    }
}
