using System.Net.NetworkInformation;

namespace VoiceQuality.Monitor.Sources.Live;

/// <summary>What kind of interface it is.</summary>
/// <param name="IsEthernet">Frames begin with an Ethernet header; else IP is asked for.</param>
/// <param name="IsLoopback">Packets go out and come in.</param>
internal readonly record struct LinkHardware(bool IsEthernet, bool IsLoopback)
{
    /// <summary>Asks the system.</summary>
    public static LinkHardware Of(string name)
    {
        var type = Array.Find(NetworkInterface.GetAllNetworkInterfaces(), link => link.Name == name)
            ?.NetworkInterfaceType ?? NetworkInterfaceType.Ethernet;
        var isLoopback = type == NetworkInterfaceType.Loopback;
        return new LinkHardware(isLoopback || type is NetworkInterfaceType.Ethernet, isLoopback);
    }
}
