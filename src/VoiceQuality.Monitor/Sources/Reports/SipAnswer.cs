using System.Globalization;
using System.Text;
using VoiceQuality.Protocols.Network;
using VoiceQuality.Protocols.Sip;

namespace VoiceQuality.Monitor.Sources.Reports;

/// <summary>Writes the response to a request outside any dialog (RFC 3261 §8.2.6, RFC 3581 §4).</summary>
internal static class SipAnswer
{
    /// <summary>Makes the response.</summary>
    /// <param name="request">The request, with all that a response repeats.</param>
    /// <param name="source">Where it came from.</param>
    /// <param name="status">Code and phrase: "200 OK".</param>
    /// <param name="more">Further header lines, each with its end.</param>
    public static byte[] Make(in SipMessage request, IpEndpoint source, string status, string more)
    {
        var text = new StringBuilder("SIP/2.0 ").Append(status).Append("\r\n");
        var isTopVia = true;
        foreach (var header in request.Headers)
        {
            if (header.Is("Via"u8, "v"u8))
            {
                var value = Decode(header.Value);
                text.Append("Via: ").Append(isTopVia ? WithReceived(value, source) : value).Append("\r\n");
                isTopVia = false;
            }
            else if (header.Is("From"u8, "f"u8))
            {
                text.Append("From: ").Append(Decode(header.Value)).Append("\r\n");
            }
            else if (header.Is("To"u8, "t"u8))
            {
                text.Append("To: ").Append(Decode(header.Value))
                    .Append(request.ToTag.IsEmpty ? ";tag=vq" : "").Append("\r\n");
            }
            else if (header.Is("Call-ID"u8, "i"u8))
            {
                text.Append("Call-ID: ").Append(Decode(header.Value)).Append("\r\n");
            }
            else if (header.Is("CSeq"u8))
            {
                text.Append("CSeq: ").Append(Decode(header.Value)).Append("\r\n");
            }
        }

        return Encoding.Latin1.GetBytes(text.Append(more).Append("Content-Length: 0\r\n\r\n").ToString());
    }

    /// <summary>The port that the response goes to (RFC 3261 §18.2.2, RFC 3581 §4).</summary>
    public static ushort Port(in SipMessage request, ushort sourcePort)
    {
        var via = request.TopVia;
        return via.Parameters.TryGet("rport"u8, out _) ? sourcePort : via.Port ?? 5_060;
    }

    // The first of several values in one line is the topmost.
    private static string WithReceived(string value, IpEndpoint source)
    {
        var comma = value.IndexOf(',', StringComparison.Ordinal);
        var (first, rest) = comma < 0 ? (value, "") : (value[..comma], value[comma..]);
        var parts = first.Split(';', StringSplitOptions.TrimEntries).Select(part =>
            part.Equals("rport", StringComparison.OrdinalIgnoreCase)
                ? string.Create(CultureInfo.InvariantCulture, $"rport={source.Port}")
                : part);
        return $"{string.Join(';', parts)};received={source.Address}{rest}";
    }

    // A folded line stays one line; every octet stays as it is.
    private static string Decode(ReadOnlySpan<byte> value) =>
        Encoding.Latin1.GetString(value).Replace("\r", "", StringComparison.Ordinal)
            .Replace("\n", "", StringComparison.Ordinal);
}
