using System.Net.Sockets;
using VoiceQuality.Monitor.Sources.Live;

namespace VoiceQuality.Monitor.Tests.Sources;

/// <summary>Puts frames on an interface as they are.</summary>
internal sealed class LinkSender : IDisposable
{
    private readonly Socket _socket = PacketSocket.Open(SocketType.Raw);

    public LinkSender(string interfaceName) =>
        _socket.Bind(new PacketSocket.LinkEndPoint(PacketSocket.InterfaceIndex(interfaceName), 0));

    public void Send(byte[] frame) => _socket.Send(frame);

    public void Dispose() => _socket.Dispose();
}
