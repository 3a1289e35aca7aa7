using System.Buffers.Binary;

namespace VoiceQuality.Protocols.Tls;

/// <summary>What is needed of a ClientHello or ServerHello (RFC 5246 §7.4.1, RFC 8446 §4.1).</summary>
public readonly ref struct TlsHello
{
    /// <summary>Version number of TLS 1.2.</summary>
    public const ushort Tls12 = 0x0303;

    /// <summary>Version number of TLS 1.3.</summary>
    public const ushort Tls13 = 0x0304;

    private const byte ClientHello = 1;
    private const byte ServerHello = 2;
    private const int HeaderLength = 4;
    private const ushort EncryptThenMac = 22;
    private const ushort SupportedVersions = 43;

    /// <summary>Whether the client said it.</summary>
    public bool IsClient { get; private init; }

    /// <summary>Random, 32 octets.</summary>
    public ReadOnlySpan<byte> Random { get; private init; }

    /// <summary>The version that the server chose; 0 for a client.</summary>
    public ushort Version { get; private init; }

    /// <summary>The suite that the server chose; 0 for a client.</summary>
    public ushort CipherSuite { get; private init; }

    /// <summary>Whether the server chose to authenticate what is encrypted and not what is plain (RFC 7366); it matters
    /// to suites of CBC alone.</summary>
    public bool IsEncryptThenMac { get; private init; }

    /// <summary>Whether the server asks for another ClientHello (RFC 8446 §4.1.3).</summary>
    public bool IsRetryRequest => !IsClient && Random.SequenceEqual(RetryRandom);

    private static ReadOnlySpan<byte> RetryRandom =>
    [
        0xCF, 0x21, 0xAD, 0x74, 0xE5, 0x9A, 0x61, 0x11, 0xBE, 0x1D, 0x8C, 0x02, 0x1E, 0x65, 0xB8, 0x91,
        0xC2, 0xA2, 0x11, 0x16, 0x7A, 0xBB, 0x8C, 0x5E, 0x07, 0x9E, 0x09, 0xE2, 0xC8, 0xA8, 0x33, 0x9C,
    ];

    /// <summary>Octets of the handshake message that begins here; 0 when the header is not all there.</summary>
    public static int LengthOf(ReadOnlySpan<byte> handshake) => handshake.Length < HeaderLength
        ? 0
        : HeaderLength + ((handshake[1] << 16) | BinaryPrimitives.ReadUInt16BigEndian(handshake[2..]));

    /// <summary>Whether the octets begin a hello.</summary>
    public static bool IsHello(ReadOnlySpan<byte> handshake) =>
        handshake.Length > 0 && handshake[0] is ClientHello or ServerHello;

    /// <summary>Reads a whole hello. Never throws.</summary>
    public static bool TryParse(ReadOnlySpan<byte> handshake, out TlsHello hello)
    {
        hello = default;
        const int fixedLength = HeaderLength + 2 + TlsKeyLog.RandomLength + 1;
        if (!IsHello(handshake) || LengthOf(handshake) is var length && (length > handshake.Length || length < fixedLength))
        {
            return false;
        }

        var octets = handshake[..LengthOf(handshake)];
        var random = octets.Slice(HeaderLength + 2, TlsKeyLog.RandomLength);
        if (octets[0] == ClientHello)
        {
            hello = new TlsHello { IsClient = true, Random = random };
            return true;
        }

        var rest = octets[fixedLength..];
        int sessionLength = octets[fixedLength - 1];
        if (rest.Length < sessionLength + 3)
        {
            return false;
        }

        rest = rest[sessionLength..];
        var version = BinaryPrimitives.ReadUInt16BigEndian(octets[HeaderLength..]);
        var isEncryptThenMac = false;
        ReadExtensions(rest[3..], ref version, ref isEncryptThenMac);
        hello = new TlsHello
        {
            Random = random,
            CipherSuite = BinaryPrimitives.ReadUInt16BigEndian(rest),
            Version = version,
            IsEncryptThenMac = isEncryptThenMac,
        };
        return true;
    }

    private static void ReadExtensions(ReadOnlySpan<byte> extensions, ref ushort version, ref bool isEncryptThenMac)
    {
        if (extensions.Length < 2)
        {
            return;
        }

        extensions = extensions[2..];
        while (extensions.Length >= 4)
        {
            var type = BinaryPrimitives.ReadUInt16BigEndian(extensions);
            int length = BinaryPrimitives.ReadUInt16BigEndian(extensions[2..]);
            if (extensions.Length < 4 + length)
            {
                return;
            }

            isEncryptThenMac |= type == EncryptThenMac;
            if (type == SupportedVersions && length == 2)
            {
                version = BinaryPrimitives.ReadUInt16BigEndian(extensions[4..]);
            }

            extensions = extensions[(4 + length)..];
        }
    }
}
