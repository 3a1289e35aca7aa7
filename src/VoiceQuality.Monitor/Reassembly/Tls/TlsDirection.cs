using System.Buffers.Binary;
using System.Security.Cryptography;
using VoiceQuality.Protocols.Network;
using VoiceQuality.Protocols.Tls;

namespace VoiceQuality.Monitor.Reassembly.Tls;

/// <summary>What one end of a TLS connection sends: records in order, opened with its keys.</summary>
internal sealed partial class TlsDirection : IDisposable
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

    private readonly TlsConnection _connection;
    private readonly bool _isClient;
    private readonly TcpOrder _order;
    private byte[] _octets = [];
    private byte[] _hello = [];
    private bool _hasSaidHello;
    private bool _isHelloOver;
    private bool _isEncrypted;
    private TlsRecordCipher? _cipher;
    private byte[] _secret = [];
    private ulong _sequence;
    private int _records;

    public TlsDirection(TlsConnection connection, IpEndpoint from, IpEndpoint to, bool isClient)
    {
        _connection = connection;
        _isClient = isClient;
        _order = new TcpOrder(Take, PassOver);
        Sip = new SipConnection(from, to);
    }

    public SipConnection Sip { get; }

    public bool HasContent { get; private set; }

    /// <summary>Whether octets wait for their secret.</summary>
    public bool IsWaiting { get; private set; }

    /// <summary>Octets of memory that it holds.</summary>
    public int Octets => _octets.Length + _hello.Length + _order.HeldOctets + Sip.Octets;

    public void Open(uint sequence) => _order.Open(sequence);

    public void Acknowledge(uint sequence) => _order.Acknowledge(sequence);

    public void Add(in TcpSegment segment, long atNs)
    {
        _order.Add(segment, atNs);
        if (_order.IsBroken)
        {
            _connection.End(TlsEndReason.Broken);
        }
    }

    /// <summary>Goes on with what waits when its secret is there, or what is missing is missing for good.</summary>
    public void Resume(long atNs)
    {
        if (IsWaiting)
        {
            ReadRecords();
        }

        if (_connection.Ended is null)
        {
            _order.PassOver(atNs);
        }
    }

    public void Dispose()
    {
        _cipher?.Dispose();
        CryptographicOperations.ZeroMemory(_secret);
        Sip.Clear();
    }

    private void Take(ReadOnlyMemory<byte> octets)
    {
        var skip = (int)Math.Min(_toSkip, octets.Length);
        _toSkip -= skip;
        octets = octets[skip..];
        if (!octets.IsEmpty && _connection.Ended is null)
        {
            _octets = _octets.Length == 0 ? octets.ToArray() : [.. _octets, .. octets.Span];
            ReadRecords();
        }
    }

    private void ReadRecords()
    {
        IsWaiting = false;
        var rest = _octets.AsSpan();
        while (_connection.Ended is null && rest.Length >= TlsRecordCipher.HeaderLength)
        {
            if (_isSearching)
            {
                rest = Search(rest);
                if (_isSearching)
                {
                    break;
                }

                continue;
            }

            int length = BinaryPrimitives.ReadUInt16BigEndian(rest[3..]);
            if (!IsHeader(rest))
            {
                _connection.End(TlsEndReason.Broken);
                return;
            }

            if (rest.Length < TlsRecordCipher.HeaderLength + length)
            {
                break;
            }

            var header = rest[..TlsRecordCipher.HeaderLength];
            var body = rest.Slice(TlsRecordCipher.HeaderLength, length);
            if (_mayBeMissing > 0)
            {
                TryFindPlace(header, body);
                rest = rest[(TlsRecordCipher.HeaderLength + length)..];
                continue;
            }

            if (!TryReadRecord(header, body))
            {
                Wait(rest.Length);
                break;
            }

            rest = rest[(TlsRecordCipher.HeaderLength + length)..];
        }

        _octets = rest.Length == _octets.Length ? _octets : rest.ToArray();
    }

    private static bool IsHeader(ReadOnlySpan<byte> octets) =>
        octets[0] is >= ChangeCipherSpec and <= KeyUpdate && octets[1] == 3
        && BinaryPrimitives.ReadUInt16BigEndian(octets[3..]) <= TlsRecordCipher.MaxRecordLength;

    private void Wait(int octets)
    {
        IsWaiting = true;
        if (octets > MaxWaiting || !_connection.MayWaitForSecrets)
        {
            _connection.End(TlsEndReason.NoSecret);
        }
    }

    /// <summary>Reads a record; false when it has to wait for its secret.</summary>
    private bool TryReadRecord(ReadOnlySpan<byte> header, ReadOnlySpan<byte> body)
    {
        if (header[0] != ChangeCipherSpec && (header[0] != Handshake || (_isHelloOver && _isEncrypted)))
        {
            _connection.HasEarlyData |= header[0] == ApplicationData && _connection.Version == 0;
            return _connection.Version == TlsHello.Tls13 ? TryOpen13(header, body)
                : !_isEncrypted || TryOpen12(header, body);
        }

        switch (header[0])
        {
            case ChangeCipherSpec:
                // In TLS 1.3 it means nothing. A second one of TLS 1.2 follows hellos that the first keys hid.
                if (_connection.Version == TlsHello.Tls12 && _isEncrypted)
                {
                    ForgetKeys();
                }

                // A client that takes up an earlier session sends nothing else in the clear after its hello.
                _isHelloOver |= _hasSaidHello;
                _isEncrypted |= _connection.Version == TlsHello.Tls12;
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
        if (_hasSaidHello && _isClient && !TlsHello.IsHello(body))
        {
            // Of a client it is seen only now that it was not asked to say hello again.
            _isHelloOver = true;
            return;
        }

        _hello = [.. _hello, .. body];
        if (!TlsHello.IsHello(_hello) || _hello.Length > MaxHello)
        {
            _connection.End(TlsEndReason.Broken);
        }
        else if (TlsHello.LengthOf(_hello) is var length && length > 0 && _hello.Length >= length)
        {
            if (!TlsHello.TryParse(_hello, out var hello) || hello.IsClient != _isClient)
            {
                _connection.End(TlsEndReason.Broken);
                return;
            }

            _connection.Note(hello);

            // After a retry request both say hello once more.
            _hasSaidHello = true;
            _isHelloOver = !_isClient && !hello.IsRetryRequest;
            _hello = [];
        }
    }

    private bool TryOpen12(ReadOnlySpan<byte> header, ReadOnlySpan<byte> body)
    {
        if (!HasCipher12())
        {
            return false;
        }

        var plain = _connection.Plain;
        if (_cipher is null || !_cipher.TryOpen(header, body, _sequence++, plain, out var length, out var type))
        {
            _connection.End(TlsEndReason.Broken);
        }
        else
        {
            TakeOpened12(plain.AsSpan(0, length), type);
        }

        return true;
    }

    private void TakeOpened12(ReadOnlySpan<byte> content, byte type)
    {
        if (type == ApplicationData)
        {
            TakeContent(content);
        }
        else if (type == Handshake && (_hello.Length > 0 || TlsHello.IsHello(content)))
        {
            // Both say hello again under the keys that they have, and change them.
            ReadHello(content);
        }
    }

    private bool TryOpen13(ReadOnlySpan<byte> header, ReadOnlySpan<byte> body)
    {
        if (!HasCipher13())
        {
            return false;
        }

        if (_cipher is null)
        {
            _connection.End(TlsEndReason.SuiteNotRead);
        }
        else if (_cipher.TryOpen(header, body, _sequence, _connection.Plain, out var length, out var type))
        {
            _sequence++;
            _records = MaxHandshakeRecords;
            TakeInner(_connection.Plain.AsSpan(0, length), type);
        }
        else if (_records++ >= MaxHandshakeRecords)
        {
            // What comes before the first record of the application has keys of the handshake, and is passed over.
            _connection.End(TlsEndReason.Broken);
        }

        return true;
    }

    /// <summary>Makes the keys of TLS 1.2; false when their secret is not there.</summary>
    private bool HasCipher12()
    {
        if (_cipher is null && _connection.TryFind(TlsSecretKind.Master, out var master))
        {
            _cipher = _connection.CipherOf(master, _isClient);
            return true;
        }

        return _cipher is not null;
    }

    /// <summary>Makes the keys of TLS 1.3; false when their secret is not there.</summary>
    private bool HasCipher13()
    {
        if (_cipher is null
            && _connection.TryFind(_isClient ? TlsSecretKind.ClientTraffic : TlsSecretKind.ServerTraffic, out var secret))
        {
            _secret = secret.ToArray();
            _cipher = TlsRecordCipher.OfTrafficSecret(_connection.Suite, _secret);
            return true;
        }

        return _cipher is not null;
    }

    private void TakeInner(ReadOnlySpan<byte> content, byte type)
    {
        if (type == ApplicationData)
        {
            TakeContent(content);
        }
        else if (type == Handshake && content.Length == 5 && content[0] == KeyUpdate)
        {
            GoToNextKeys();
        }
    }

    private void GoToNextKeys()
    {
        _secret = TlsRecordCipher.NextTrafficSecret(_connection.Suite, _secret);
        ForgetKeys();
        _cipher = TlsRecordCipher.OfTrafficSecret(_connection.Suite, _secret);
    }

    private void ForgetKeys()
    {
        _cipher?.Dispose();
        _cipher = null;
        _sequence = 0;
    }

    private void TakeContent(ReadOnlySpan<byte> content)
    {
        if (content.IsEmpty)
        {
            return;
        }

        var mayBeSip = HasContent || SipConnection.MayBegin(content) || content.StartsWith("\r\n"u8);
        if (!mayBeSip && !_hasMissed)
        {
            _connection.End(TlsEndReason.NotSip);
            return;
        }

        HasContent |= mayBeSip;
        Sip.AddPlain(content);
    }
}
