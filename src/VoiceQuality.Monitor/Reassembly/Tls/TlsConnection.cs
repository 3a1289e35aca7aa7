using System.Buffers.Binary;
using VoiceQuality.Protocols.Network;
using VoiceQuality.Protocols.Tls;

namespace VoiceQuality.Monitor.Reassembly.Tls;

/// <summary>
/// A TLS connection whose secrets a key log may tell: both directions are put in order, their records opened, and SIP
/// is read out of them.
/// </summary>
internal sealed class TlsConnection : IDisposable
{
    private const byte ChangeCipherSpec = 20;
    private const byte Handshake = 22;
    private const byte ApplicationData = 23;
    private const byte KeyUpdate = 24;
    private const int MaxHello = 65_536;

    /// <summary>Records of a handshake that may come before the first of the application.</summary>
    private const int MaxHandshakeRecords = 64;

    /// <summary>
    /// Octets of a direction that wait for their secret: a log is written a moment after the packets that it is for,
    /// and a handshake with its certificates comes before.
    /// </summary>
    private const int MaxWaiting = 32_768;

    private readonly ITlsSecrets _secrets;
    private readonly byte[] _plain;
    private readonly byte[] _clientRandom = new byte[TlsKeyLog.RandomLength];
    private readonly byte[] _serverRandom = new byte[TlsKeyLog.RandomLength];
    private readonly Direction _client;
    private readonly Direction _server;
    private ushort _version;
    private ushort _suite;

    /// <param name="client">Who opened it.</param>
    /// <param name="server">The other end.</param>
    /// <param name="serverSequence">Sequence number of the first octet of the server.</param>
    /// <param name="secrets">Where secrets are found.</param>
    /// <param name="plain">Room for the content of one record; all connections of a thread may share it.</param>
    public TlsConnection(
        IpEndpoint client, IpEndpoint server, uint serverSequence, ITlsSecrets secrets, byte[] plain)
    {
        _secrets = secrets;
        _plain = plain;
        _client = new Direction(this, client, server, isClient: true);
        _server = new Direction(this, server, client, isClient: false);
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

    /// <summary>Takes a segment, and what waited for a secret that has come.</summary>
    public void Add(in TcpSegment segment, bool fromClient)
    {
        _client.Resume();
        _server.Resume();
        (fromClient ? _client : _server).Add(segment);
    }

    public void Dispose()
    {
        _client.Dispose();
        _server.Dispose();
    }

    private void End(TlsEndReason reason) => Ended ??= reason;

    private void Note(in TlsHello hello)
    {
        if (hello.IsClient)
        {
            hello.Random.CopyTo(_clientRandom);
        }
        else if (!hello.IsRetryRequest)
        {
            hello.Random.CopyTo(_serverRandom);
            (_version, _suite) = (hello.Version, hello.CipherSuite);
            if (_version is not (TlsHello.Tls12 or TlsHello.Tls13) || !TlsRecordCipher.IsKnown(_suite))
            {
                End(TlsEndReason.SuiteNotRead);
            }
        }
    }

    private bool TryFind(TlsSecretKind kind, out ReadOnlyMemory<byte> secret) =>
        _secrets.TryFind(kind, _clientRandom, out secret);

    private sealed class Direction(TlsConnection connection, IpEndpoint from, IpEndpoint to, bool isClient) : IDisposable
    {
        private readonly TcpOrder _order = new();
        private byte[] _octets = [];
        private byte[] _hello = [];
        private bool _hasSaidHello;
        private bool _isHelloOver;
        private bool _isEncrypted;
        private TlsRecordCipher? _cipher;
        private byte[] _secret = [];
        private ulong _sequence;
        private int _records;

        public SipConnection Sip { get; } = new(from, to);

        public bool HasContent { get; private set; }

        public bool IsWaiting { get; private set; }

        public int Octets => _octets.Length + _hello.Length + _order.HeldOctets + Sip.Octets;

        public void Open(uint sequence) => _order.Open(sequence);

        public void Add(in TcpSegment segment)
        {
            _order.Add(segment, Take);
            if (_order.IsBroken)
            {
                connection.End(TlsEndReason.Broken);
            }
        }

        /// <summary>Goes on with what waits when its secret is there.</summary>
        public void Resume()
        {
            if (IsWaiting)
            {
                ReadRecords();
            }
        }

        public void Dispose()
        {
            _cipher?.Dispose();
            System.Security.Cryptography.CryptographicOperations.ZeroMemory(_secret);
            Sip.Clear();
        }

        private void Take(ReadOnlyMemory<byte> octets)
        {
            _octets = _octets.Length == 0 ? octets.ToArray() : [.. _octets, .. octets.Span];
            ReadRecords();
        }

        private void ReadRecords()
        {
            IsWaiting = false;
            var rest = _octets.AsSpan();
            while (connection.Ended is null && rest.Length >= TlsRecordCipher.HeaderLength)
            {
                int length = BinaryPrimitives.ReadUInt16BigEndian(rest[3..]);
                if (rest[0] is < ChangeCipherSpec or > KeyUpdate || rest[1] != 3 || length > TlsRecordCipher.MaxRecordLength)
                {
                    connection.End(TlsEndReason.Broken);
                    return;
                }

                if (rest.Length < TlsRecordCipher.HeaderLength + length)
                {
                    break;
                }

                if (!TryReadRecord(rest[..TlsRecordCipher.HeaderLength], rest.Slice(TlsRecordCipher.HeaderLength, length)))
                {
                    Wait(rest.Length);
                    break;
                }

                rest = rest[(TlsRecordCipher.HeaderLength + length)..];
            }

            _octets = rest.Length == _octets.Length ? _octets : rest.ToArray();
        }

        private void Wait(int octets)
        {
            IsWaiting = true;
            if (octets > MaxWaiting || !connection._secrets.MayGrow)
            {
                connection.End(TlsEndReason.NoSecret);
            }
        }

        /// <summary>Reads a record; false when it has to wait for its secret.</summary>
        private bool TryReadRecord(ReadOnlySpan<byte> header, ReadOnlySpan<byte> body)
        {
            if (header[0] != ChangeCipherSpec && (header[0] != Handshake || (_isHelloOver && _isEncrypted)))
            {
                return connection._version == TlsHello.Tls13 ? TryOpen13(header, body)
                    : !_isEncrypted || TryOpen12(header, body);
            }

            switch (header[0])
            {
                case ChangeCipherSpec:
                    // In TLS 1.3 it means nothing, and a second one of TLS 1.2 other keys, which the log tells of
                    // another client's random.
                    if (connection._version == TlsHello.Tls12 && _isEncrypted)
                    {
                        connection.End(TlsEndReason.Broken);
                    }

                    // A client that takes up an earlier session sends nothing else in the clear after its hello.
                    _isHelloOver |= _hasSaidHello;
                    _isEncrypted |= connection._version == TlsHello.Tls12;
                    break;
                case Handshake when !_isHelloOver:
                    ReadHello(body);
                    break;
                default:
                    break;
            }

            return true;
        }

        private void ReadHello(ReadOnlySpan<byte> body)
        {
            if (_hasSaidHello && isClient && !TlsHello.IsHello(body))
            {
                // Of a client it is seen only now that it was not asked to say hello again.
                _isHelloOver = true;
                return;
            }

            _hello = [.. _hello, .. body];
            if (!TlsHello.IsHello(_hello) || _hello.Length > MaxHello)
            {
                connection.End(TlsEndReason.Broken);
            }
            else if (TlsHello.LengthOf(_hello) is var length && length > 0 && _hello.Length >= length)
            {
                if (!TlsHello.TryParse(_hello, out var hello) || hello.IsClient != isClient)
                {
                    connection.End(TlsEndReason.Broken);
                    return;
                }

                connection.Note(hello);

                // After a retry request both say hello once more.
                _hasSaidHello = true;
                _isHelloOver = !isClient && !hello.IsRetryRequest;
                _hello = [];
            }
        }

        private bool TryOpen12(ReadOnlySpan<byte> header, ReadOnlySpan<byte> body)
        {
            if (_cipher is null)
            {
                if (!connection.TryFind(TlsSecretKind.Master, out var master))
                {
                    return false;
                }

                _cipher = TlsRecordCipher.OfMasterSecret(
                    connection._suite, master.Span, connection._clientRandom, connection._serverRandom, isClient);
            }

            if (_cipher is null || !_cipher.TryOpen(header, body, _sequence++, connection._plain, out var length, out var type))
            {
                connection.End(TlsEndReason.Broken);
            }
            else if (type == ApplicationData)
            {
                TakeContent(connection._plain.AsSpan(0, length));
            }

            return true;
        }

        private bool TryOpen13(ReadOnlySpan<byte> header, ReadOnlySpan<byte> body)
        {
            if (_cipher is null)
            {
                var kind = isClient ? TlsSecretKind.ClientTraffic : TlsSecretKind.ServerTraffic;
                if (!connection.TryFind(kind, out var secret))
                {
                    return false;
                }

                _secret = secret.ToArray();
                _cipher = TlsRecordCipher.OfTrafficSecret(connection._suite, _secret);
            }

            if (_cipher is null)
            {
                connection.End(TlsEndReason.SuiteNotRead);
            }
            else if (_cipher.TryOpen(header, body, _sequence, connection._plain, out var length, out var type))
            {
                _sequence++;
                _records = MaxHandshakeRecords;
                TakeInner(connection._plain.AsSpan(0, length), type);
            }
            else if (_records++ >= MaxHandshakeRecords)
            {
                // What comes before the first record of the application has keys of the handshake, and is passed over.
                connection.End(TlsEndReason.Broken);
            }

            return true;
        }

        private void TakeInner(ReadOnlySpan<byte> content, byte type)
        {
            if (type == ApplicationData)
            {
                TakeContent(content);
            }
            else if (type == Handshake && content.Length == 5 && content[0] == KeyUpdate)
            {
                _secret = TlsRecordCipher.NextTrafficSecret(connection._suite, _secret);
                _cipher!.Dispose();
                _cipher = TlsRecordCipher.OfTrafficSecret(connection._suite, _secret);
                _sequence = 0;
            }
        }

        private void TakeContent(ReadOnlySpan<byte> content)
        {
            if (content.IsEmpty)
            {
                return;
            }

            if (!HasContent && !SipConnection.MayBegin(content) && !content.StartsWith("\r\n"u8))
            {
                connection.End(TlsEndReason.NotSip);
                return;
            }

            HasContent = true;
            Sip.AddPlain(content);
        }
    }
}

/// <summary>Why nothing more is read of a TLS connection.</summary>
internal enum TlsEndReason
{
    /// <summary>The key log has no secret of it.</summary>
    NoSecret,

    /// <summary>Its version or suite is not read here.</summary>
    SuiteNotRead,

    /// <summary>Octets are missing, or it is none of TLS.</summary>
    Broken,

    /// <summary>It carries something else.</summary>
    NotSip,
}
