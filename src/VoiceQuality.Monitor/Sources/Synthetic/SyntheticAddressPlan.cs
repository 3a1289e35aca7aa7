using System.Net;

namespace VoiceQuality.Monitor.Sources.Synthetic;

/// <summary>
/// Addresses and numbers that belong to nobody: the benchmark ranges of RFC 2544 (198.18.0.0/15) and RFC 5180
/// (2001:2::/48), and the numbers of exchange 555.
/// </summary>
public static class SyntheticAddressPlan
{
    /// <summary>Units that have a subnet of their own.</summary>
    public const int MaxUnits = 256;

    /// <summary>Host number of every signalling address.</summary>
    public const int SignallingHost = 250;

    /// <summary>Address in a unit's trunk subnet: 198.18.unit.host or 2001:2:0:unit::host.</summary>
    /// <param name="unit">0 to 255.</param>
    /// <param name="host">1 to 254.</param>
    /// <param name="ipv6">IPv6 instead of IPv4.</param>
    public static IPAddress Trunk(int unit, int host, bool ipv6)
    {
        CheckUnit(unit);
        CheckHost(host);

        return ipv6
            ? new IPAddress([0x20, 0x01, 0, 2, 0, 0, 0, (byte)unit, 0, 0, 0, 0, 0, 0, 0, (byte)host])
            : new IPAddress([198, 18, (byte)unit, (byte)host]);
    }

    /// <summary>Address of the session border controller: 198.19.0.host or 2001:2:ffff::host.</summary>
    /// <param name="host">1 to 254.</param>
    /// <param name="ipv6">IPv6 instead of IPv4.</param>
    public static IPAddress Sbc(int host, bool ipv6)
    {
        CheckHost(host);

        return ipv6
            ? new IPAddress([0x20, 0x01, 0, 2, 0xFF, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte)host])
            : new IPAddress([198, 19, 0, (byte)host]);
    }

    /// <summary>A number of a unit: +1555, three digits of the unit, four of the line.</summary>
    /// <param name="unit">0 to 255.</param>
    /// <param name="line">0 to 9,999.</param>
    public static string CustomerNumber(int unit, int line)
    {
        CheckUnit(unit);
        CheckLine(line);

        return $"+1555{unit:D3}{line:D4}";
    }

    /// <summary>A number of somebody outside: +1800555 and four digits.</summary>
    /// <param name="line">0 to 9,999.</param>
    public static string OutsideNumber(int line)
    {
        CheckLine(line);

        return $"+1800555{line:D4}";
    }

    private static void CheckUnit(int unit)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(unit);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(unit, MaxUnits);
    }

    private static void CheckHost(int host)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(host, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(host, 254);
    }

    private static void CheckLine(int line)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(line);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(line, 9_999);
    }
}
