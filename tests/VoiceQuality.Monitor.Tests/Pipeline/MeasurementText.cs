using System.Globalization;
using System.Text;
using VoiceQuality.Testing.Captures;

namespace VoiceQuality.Monitor.Tests.Pipeline;

/// <summary>All that was measured as text, to be compared.</summary>
internal static class MeasurementText
{
    /// <summary>Streams with their intervals and calls with their ladders.</summary>
    public static string Figures(Measurement measured)
    {
        var text = new StringBuilder();
        foreach (var stream in measured.Streams)
        {
            text.Append(CultureInfo.InvariantCulture, $"{stream.CallId} {stream.Direction} {stream.Source} ")
                .Append(CultureInfo.InvariantCulture, $"{stream.Destination} {stream.Ssrc:x8} {stream.Codec} ")
                .Append(CultureInfo.InvariantCulture, $"{stream.Total} {stream.Scored} {stream.RFactor:R} ")
                .Append(CultureInfo.InvariantCulture, $"{stream.MosLqE4} {stream.UnscoredReason}\n")
                .AppendJoin('\n', stream.Intervals).Append('\n');
        }

        foreach (var call in measured.Calls)
        {
            text.Append(CultureInfo.InvariantCulture, $"{call.CallId} {call.StartedAtUs} {call.AnsweredAtUs} ")
                .Append(CultureInfo.InvariantCulture, $"{call.EndedAtUs} {call.Outcome} {call.MosLqE4} ")
                .Append(CultureInfo.InvariantCulture, $"{call.RFactor:R} ")
                .AppendJoin(',', call.Streams.Select(static stream => stream.Ssrc))
                .Append('\n').AppendJoin('\n', call.Ladder).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>The figures, and all counters.</summary>
    public static string Of(Measurement measured)
    {
        var counters = measured.Counters;
        return new StringBuilder(Figures(measured)).AppendJoin('\n', counters.Rejects)
            .Append(CultureInfo.InvariantCulture, $"\n{counters.Packets} {counters.RtpPackets} {counters.RtcpPackets}")
            .ToString();
    }
}
