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

    /// <summary>Takes a segment and gives the direction that SIP may be taken from.</summary>
    public SipConnection Add(in TcpSegment segment, bool fromClient)
    {
        var direction = fromClient ? _client : _server;
        direction.Add(segment);
        return direction.Sip;
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

    private bool TryFind(TlsSecretKind kind, out ReadOnlyMemory<byte> secret)
    {
        if (_secrets.TryFind(kind, _clientRandom, out secret))
        {
            return true;
        }

        End(TlsEndReason.NoSecret);
        return false;
    }

    private sealed class Direction(TlsConnection connection, IpEndpoint from, IpEndpoint to, bool isClient) : IDisposable
    {
        private readonly TcpOrder _order = new();
        private byte[] _octets = [];
        private byte[] _hello = [];
        private bool _hasSaidHello;
        private bool _isHelloOver;
        private bool _isEncrypted;
        private bool _hasContent;
        private TlsRecordCipher? _cipher;
        private byte[] _secret = [];
        private ulong _sequence;
        private int _records;

        public SipConnection Sip { get; } = new(from, to);

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

        public void Dispose()
        {
            _cipher?.Dispose();
            System.Security.Cryptography.CryptographicOperations.ZeroMemory(_secret);
            Sip.Clear();
        }

        private void Take(ReadOnlyMemory<byte> octets)
        {
            _octets = _octets.Length == 0 ? octets.ToArray() : [.. _octets, .. octets.Span];
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

                ReadRecord(rest[..TlsRecordCipher.HeaderLength], rest.Slice(TlsRecordCipher.HeaderLength, length));
                rest = rest[(TlsRecordCipher.HeaderLength + length)..];
            }

            _octets = rest.ToArray();
        }

        private void ReadRecord(ReadOnlySpan<byte> header, ReadOnlySpan<byte> body)
        {
            switch (header[0])
            {
                case ChangeCipherSpec:
                    // In TLS 1.3 it means nothing, and a second one of TLS 1.2 other keys, which the log tells of another
                    // client's random.
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
                case Handshake when !_isEncrypted:
                    break;
                default:
                    if (connection._version == TlsHello.Tls13)
                    {
                        Open13(header, body);
                    }
                    else if (_isEncrypted)
                    {
                        Open12(header, body);
                    }

                    break;
            }
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

        private void Open12(ReadOnlySpan<byte> header, ReadOnlySpan<byte> body)
        {
            if (_cipher is null)
            {
                if (!connection.TryFind(TlsSecretKind.Master, out var master))
                {
                    return;
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
        }

        private void Open13(ReadOnlySpan<byte> header, ReadOnlySpan<byte> body)
        {
            if (_cipher is null)
            {
                var kind = isClient ? TlsSecretKind.ClientTraffic : TlsSecretKind.ServerTraffic;
                if (!connection.TryFind(kind, out var secret))
                {
                    return;
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

            if (!_hasContent && !SipConnection.MayBegin(content) && !content.StartsWith("\r\n"u8))
            {
                connection.End(TlsEndReason.NotSip);
                return;
            }

            _hasContent = true;
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
