using VoiceQuality.Protocols.Network;
using VoiceQuality.Protocols.Tls;

namespace VoiceQuality.Monitor.Reassembly.Tls;

/// <summary>
/// A TLS connection whose secrets a key log may tell: both directions are put in order, their records opened, and SIP
/// is read out of them.
/// </summary>
internal sealed class TlsConnection : IDisposable
{
    private readonly ITlsSecrets _secrets;
    private readonly byte[] _clientRandom = new byte[TlsKeyLog.RandomLength];
    private readonly byte[] _serverRandom = new byte[TlsKeyLog.RandomLength];
    private readonly TlsDirection _client;
    private readonly TlsDirection _server;
    private bool _isEncryptThenMac;

    /// <param name="client">Who opened it.</param>
    /// <param name="server">The other end.</param>
    /// <param name="serverSequence">Sequence number of the first octet of the server.</param>
    /// <param name="secrets">Where secrets are found.</param>
    /// <param name="plain">Room for the content of one record; all connections of a thread may share it.</param>
    public TlsConnection(
        IpEndpoint client, IpEndpoint server, uint serverSequence, ITlsSecrets secrets, byte[] plain)
    {
        _secrets = secrets;
        Plain = plain;
        _client = new TlsDirection(this, client, server, isClient: true);
        _server = new TlsDirection(this, server, client, isClient: false);
        _server.Open(serverSequence);
    }

    /// <summary>Octets of memory that it holds beside its own.</summary>
    public int Octets => _client.Octets + _server.Octets;

    /// <summary>Why nothing more is read of it; null while it may.</summary>
    public TlsEndReason? Ended { get; private set; }

    /// <summary>What the client says; messages may be taken from it, before those of the server.</summary>
    public SipConnection FromClient => _client.Sip;

    /// <summary>What the server says.</summary>
    public SipConnection FromServer => _server.Sip;

    /// <summary>Whether its secrets have not come yet.</summary>
    public bool IsWaiting => _client.IsWaiting || _server.IsWaiting;

    /// <summary>Whether it was seen to carry SIP.</summary>
    public bool IsSip => _client.HasContent || _server.HasContent;

    /// <summary>Times that octets were missing and reading went on behind them.</summary>
    public int Resumed { get; set; }

    /// <summary>Whether the client sent data before the server answered (0-RTT), which is not read.</summary>
    public bool HasEarlyData { get; set; }

    /// <summary>The version that the server chose; 0 before.</summary>
    internal ushort Version { get; private set; }

    /// <summary>The suite that the server chose.</summary>
    internal ushort Suite { get; private set; }

    internal byte[] Plain { get; }

    internal bool MayWaitForSecrets => _secrets.MayGrow;

    /// <summary>Takes a segment, and what waited for a secret that has come.</summary>
    public void Add(in TcpSegment segment, bool fromClient, long atNs)
    {
        _client.Resume(atNs);
        _server.Resume(atNs);
        (fromClient ? _client : _server).Add(segment, atNs);
        if (segment.IsAcknowledging)
        {
            (fromClient ? _server : _client).Acknowledge(segment.Acknowledgment);
        }
    }

    public void Dispose()
    {
        _client.Dispose();
        _server.Dispose();
    }

    internal void End(TlsEndReason reason) => Ended ??= reason;

    internal void Note(in TlsHello hello)
    {
        if (hello.IsClient)
        {
            hello.Random.CopyTo(_clientRandom);
        }
        else if (!hello.IsRetryRequest)
        {
            hello.Random.CopyTo(_serverRandom);
            (Version, Suite, _isEncryptThenMac) = (hello.Version, hello.CipherSuite, hello.IsEncryptThenMac);
            if (Version is not (TlsHello.Tls12 or TlsHello.Tls13) || !TlsRecordCipher.IsKnown(Suite))
            {
                End(TlsEndReason.SuiteNotRead);
            }
        }
    }

    internal bool TryFind(TlsSecretKind kind, out ReadOnlyMemory<byte> secret) =>
        _secrets.TryFind(kind, _clientRandom, out secret);

    internal TlsRecordCipher? CipherOf(ReadOnlyMemory<byte> masterSecret, bool isClient) => TlsRecordCipher.OfMasterSecret(
        Suite, masterSecret.Span, _clientRandom, _serverRandom, isClient, _isEncryptThenMac);
}

/// <summary>Why nothing more is read of a TLS connection.</summary>
internal enum TlsEndReason
{
    /// <summary>The key log has no secret of it.</summary>
    NoSecret,

    /// <summary>Its version or suite is not read here.</summary>
    SuiteNotRead,

    /// <summary>It is none of TLS, or octets are missing that nobody says were received.</summary>
    Broken,

    /// <summary>Octets are missing, and behind them no record was found that its keys open.</summary>
    PlaceLost,

    /// <summary>It carries something else.</summary>
    NotSip,
}
