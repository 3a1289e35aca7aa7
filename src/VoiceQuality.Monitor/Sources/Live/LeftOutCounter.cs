using System.Net.Sockets;

namespace VoiceQuality.Monitor.Sources.Live;

/// <summary>
/// Has the kernel count what <see cref="OtherUdpFilter"/> keeps out of the rings of an interface, so that nothing stays
/// outside unknown: a socket that takes just that and has no room for it.
/// </summary>
internal sealed class LeftOutCounter : IDisposable
{
    private readonly string _name;
    private readonly LiveCaptureOptions _options;
    private Socket? _socket;
    private int _index;
    private bool _isStopped;
    private long _count;

    /// <exception cref="SocketException">The system refuses.</exception>
    public LeftOutCounter(string name, LiveCaptureOptions options)
    {
        _name = name;
        _options = options;
        Open();
    }

    /// <summary>What was left out until the last look.</summary>
    public long Count => Volatile.Read(ref _count);

    /// <summary>Takes what the kernel counted, and follows an interface that went and came back.</summary>
    public void Look()
    {
        if (_socket is { } socket)
        {
            Volatile.Write(ref _count, _count + PacketSocket.TakeStatistics(socket).Received);

            // The kernel goes on by itself when the interface only was down.
            PacketSocket.TakeError(socket);
        }

        if (!_isStopped && PacketSocket.InterfaceIndex(_name) is not 0 and var index && index != _index)
        {
            try
            {
                Open();
            }
            catch (SocketException)
            {
                // Whoever made the interface may not be ready; the next look tries again.
            }
        }
    }

    /// <summary>Counts nothing more.</summary>
    public void Stop()
    {
        Look();
        Dispose();
        _isStopped = true;
    }

    public void Dispose()
    {
        _socket?.Dispose();
        _socket = null;
        _index = 0;
    }

    private void Open()
    {
        Dispose();
        var index = PacketSocket.InterfaceIndex(_name);
        var hardware = LinkHardware.Of(_name);
        if (index == 0 || !hardware.IsEthernet)
        {
            return;
        }

        var socket = PacketSocket.Open(SocketType.Raw);
        try
        {
            PacketSocket.OnlyCount(socket);
            PacketSocket.Attach(socket, FilterProgram.LeftOut(_options));
            if (hardware.IsLoopback)
            {
                PacketSocket.IgnoreOutgoing(socket);
            }

            if (_options.Promiscuous)
            {
                PacketSocket.BecomePromiscuous(socket, index);
            }

            PacketSocket.Bind(socket, index);
            (_socket, _index) = (socket, index);
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }
    }
}
