using System.Net.Sockets;
using VoiceQuality.Protocols.Network;

namespace VoiceQuality.Monitor.Sources.Hep;

/// <summary>One connection of an agent and the octets of the message that is not whole yet.</summary>
internal abstract class HepConnection(IpAddress128 sender) : IDisposable
{
    /// <summary>Octets of the longest message.</summary>
    public const int MaxMessage = ushort.MaxValue;

    private readonly byte[] _octets = new byte[MaxMessage];
    private int _filled;

    public IpAddress128 Sender => sender;

    /// <summary>What becomes readable when the agent has sent something; null when it has to be asked.</summary>
    public abstract Socket? Socket { get; }

    /// <summary>When it was opened or last said something, ns since 1970-01-01 UTC.</summary>
    public long HeardAtNs { get; set; }

    /// <summary>Whether it ended because no TLS came about.</summary>
    public virtual bool HasFailed => false;

    /// <summary>What has come and was not taken.</summary>
    public ReadOnlySpan<byte> Octets => _octets.AsSpan(0, _filled);

    /// <summary>Receives some more without waiting; false when the agent has gone.</summary>
    public bool Receive(long nowNs)
    {
        var isAlive = Receive(_octets.AsSpan(_filled), out var count);
        _filled += count;
        HeardAtNs = count > 0 ? nowNs : HeardAtNs;
        return isAlive;
    }

    /// <summary>The first octets were taken.</summary>
    public void Take(int count)
    {
        _octets.AsSpan(count, _filled - count).CopyTo(_octets);
        _filled -= count;
    }

    public abstract void Dispose();

    protected abstract bool Receive(Span<byte> destination, out int count);
}

/// <summary>A connection in the clear.</summary>
internal sealed class HepTcpConnection(Socket socket, IpAddress128 sender) : HepConnection(sender)
{
    public override Socket Socket => socket;

    public override void Dispose() => socket.Dispose();

    protected override bool Receive(Span<byte> destination, out int count)
    {
        var received = socket.Receive(destination, SocketFlags.None, out var error);
        count = Math.Max(0, received);
        return received > 0 || error is SocketError.WouldBlock or SocketError.Interrupted;
    }
}
