using System.Globalization;

namespace VoiceQuality.Protocols.Network;

/// <summary>An IP address and a UDP port.</summary>
public readonly record struct IpEndpoint(IpAddress128 Address, ushort Port)
{
    public override int GetHashCode() => Address.GetHashCode() ^ (int)(Port * 0x9E3779B1u);

    /// <summary>"192.0.2.1:4000" or "[2001:2::1]:4000".</summary>
    public override string ToString()
    {
        var port = Port.ToString(CultureInfo.InvariantCulture);
        return Address.IsIPv4 ? $"{Address}:{port}" : $"[{Address}]:{port}";
    }
}
