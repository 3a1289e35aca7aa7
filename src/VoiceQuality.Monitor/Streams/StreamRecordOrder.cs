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
    /// A text by which streams of one start come in this order, compared by UTF-16 code units; it is no text to show.
    /// </summary>
    public static string KeyOf(StreamRecord stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return KeyOf(
            CallKeyOf(stream), stream.Ssrc.ToString("x8", CultureInfo.InvariantCulture), stream.Source.ToString(),
            stream.Destination.ToString());
    }

    /// <summary>The part of the key that the call gives.</summary>
    public static string CallKeyOf(StreamRecord stream)
    {
        ArgumentNullException.ThrowIfNull(stream);

        // A stream without a call comes before all that have one.
        return stream.CallId is null ? "" : '\u0001' + stream.CallId;
    }

    /// <summary>The key of a stream whose parts are at hand as text.</summary>
    /// <param name="callKey">What <see cref="CallKeyOf"/> gives.</param>
    /// <param name="ssrc">Its SSRC in hexadecimal digits, always as many.</param>
    /// <param name="source">Where it comes from, with the port.</param>
    /// <param name="destination">Where it goes, with the port.</param>
    public static string KeyOf(string callKey, string ssrc, string source, string destination)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(destination);

        // What ends a part is below every character of it.
        return $"{callKey}\0{ssrc}{PortOf(source)}{PortOf(destination)}{source}\0{destination}";

        static string PortOf(string place) => place[(place.LastIndexOf(':') + 1)..].PadLeft(5, '0');
    }
}
