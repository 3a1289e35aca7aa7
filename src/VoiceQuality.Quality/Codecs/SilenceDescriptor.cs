namespace VoiceQuality.Quality.Codecs;

/// <summary>Recognizes a codec's own silence descriptors by the length of the payload.</summary>
public static class SilenceDescriptor
{
    /// <summary>
    /// True when the payload is or ends with a silence descriptor: two octets after frames of ten (G729, RFC 3551
    /// clause
    /// 4.5.6), four alone or after frames of 20 (G723, clause 4.5.3), or at most seven in all (AMR and AMR-WB, RFC
    /// 4867).
    /// </summary>
    /// <param name="encodingName">Encoding name, compared without case.</param>
    /// <param name="payloadLength">Payload length, octets.</param>
    public static bool EndsTalkspurt(string encodingName, int payloadLength)
    {
        if (payloadLength <= 0)
        {
            return false;
        }

        if (IsName(encodingName, "G729"))
        {
            return payloadLength % 10 == 2;
        }

        if (IsName(encodingName, "G723"))
        {
            return payloadLength % 20 == 4 && payloadLength % 24 != 0;
        }

        return (IsName(encodingName, "AMR") || IsName(encodingName, "AMR-WB")) && payloadLength <= 7;
    }

    private static bool IsName(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);
}
