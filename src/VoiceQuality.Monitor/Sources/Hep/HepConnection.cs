using System.Net.Sockets;
using VoiceQuality.Protocols.Network;

namespace VoiceQuality.Monitor.Sources.Hep;

/// <summary>One TCP connection of an agent and the octets of the message that is not whole yet.</summary>
internal sealed class HepConnection(Socket socket, IpAddress128 sender) : IDisposable
{
    /// <summary>Octets of the longest message.</summary>
    public const int MaxMessage = ushort.MaxValue;

    private readonly byte[] _octets = new byte[MaxMessage];
    private int _filled;

    public Socket Socket => socket;

    public IpAddress128 Sender => sender;

    /// <summary>What has come and was not taken.</summary>
    public ReadOnlySpan<byte> Octets => _octets.AsSpan(0, _filled);

    /// <summary>Receives some more; false when the agent has gone.</summary>
    public bool Receive()
    {
        var count = socket.Receive(_octets.AsSpan(_filled), SocketFlags.None, out var error);
        _filled += Math.Max(0, count);
        return count > 0 || error is SocketError.WouldBlock or SocketError.Interrupted;
    }

    /// <summary>The first octets were taken.</summary>
    public void Take(int count)
    {
        _octets.AsSpan(count, _filled - count).CopyTo(_octets);
        _filled -= count;
    }

    public void Dispose() => socket.Dispose();
}
