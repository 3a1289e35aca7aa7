using VoiceQuality.Sla.Accounts;

namespace VoiceQuality.Sla.Reference;

/// <summary>A block of signalling addresses, or one port of it.</summary>
/// <param name="Prefix">The block; a single address is a block of its full length.</param>
/// <param name="Port">Port, 1 to 65535; null for any.</param>
public readonly record struct SignallingRange(IpPrefix Prefix, int? Port = null)
{
    /// <summary>Whether an address lies in it.</summary>
    /// <param name="address">The address.</param>
    /// <param name="port">Its port; null when it is not known, and then the port of the range is not asked for.</param>
    public bool Contains(SignallingAddress address, int? port = null) =>
        Prefix.Contains(address) && (Port is null || port is null || Port == port);

    /// <summary>Whether some address and port lies in both.</summary>
    public bool Overlaps(SignallingRange other) =>
        (Port is null || other.Port is null || Port == other.Port)
        && (Prefix.Contains(new SignallingAddress(other.Prefix.Network))
            || other.Prefix.Contains(new SignallingAddress(Prefix.Network)));

    /// <summary>
    /// Reads "198.18.4.0/24", "198.18.4.1:5060", "2001:2::/48", "[2001:2::1]:5060" or "[2001:2::/48]:5060".
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, out SignallingRange range)
    {
        range = default;
        text = text.Trim();
        ReadOnlySpan<char> port = default;

        if (text.StartsWith("["))
        {
            var end = text.IndexOf(']');
            if (end < 0 || (end + 1 < text.Length && text[end + 1] != ':'))
            {
                return false;
            }

            port = end + 1 < text.Length ? text[(end + 2)..] : default;
            if (end + 1 < text.Length && port.IsEmpty)
            {
                return false;
            }

            text = text[1..end];
            if (!text.Contains(':'))
            {
                return false;
            }
        }
        else if (text.IndexOf(':') is >= 0 and var colon && text.LastIndexOf(':') == colon)
        {
            port = text[(colon + 1)..];
            text = text[..colon];
            if (port.IsEmpty)
            {
                return false;
            }
        }

        int? number = null;
        if (!port.IsEmpty)
        {
            if (port.Length > 5 || port.ContainsAnyExceptInRange('0', '9')
                || int.Parse(port, System.Globalization.CultureInfo.InvariantCulture) is not (>= 1 and <= 65_535)
                || port[0] == '0')
            {
                return false;
            }

            number = int.Parse(port, System.Globalization.CultureInfo.InvariantCulture);
        }

        if (!IpPrefix.TryParse(text, out var prefix))
        {
            return false;
        }

        range = new SignallingRange(prefix, number);
        return true;
    }
}
