using System.Security.Cryptography;

namespace VoiceQuality.Protocols.Tls;

/// <summary>What a key log tells of the secrets of connections.</summary>
public interface ITlsSecrets
{
    /// <summary>Whether a secret that is not there may come: programs write it a moment after the packets it is
    /// for.</summary>
    bool MayGrow { get; }

    /// <summary>Finds a secret.</summary>
    /// <param name="kind">Which one.</param>
    /// <param name="clientRandom">The random of the ClientHello, 32 octets.</param>
    /// <param name="secret">The secret, when the result is true.</param>
    bool TryFind(TlsSecretKind kind, ReadOnlySpan<byte> clientRandom, out ReadOnlyMemory<byte> secret);
}

/// <summary>Secrets that read application data (labels of the SSLKEYLOGFILE format).</summary>
public enum TlsSecretKind
{
    /// <summary>CLIENT_RANDOM: the master secret of TLS 1.2.</summary>
    Master,

    /// <summary>CLIENT_TRAFFIC_SECRET_0 of TLS 1.3.</summary>
    ClientTraffic,

    /// <summary>SERVER_TRAFFIC_SECRET_0 of TLS 1.3.</summary>
    ServerTraffic,
}

/// <summary>
/// Secrets out of a key log (SSLKEYLOGFILE: a label, the client's random and the secret in hexadecimal digits). Lines
/// of other labels are passed over. Not safe for use by two threads at once.
/// </summary>
public sealed class TlsKeyLog : ITlsSecrets
{
    /// <summary>Octets of a client's random.</summary>
    public const int RandomLength = 32;

    private const int LongestSecret = 48;

    private readonly int _limit;
    private readonly Dictionary<(TlsSecretKind Kind, UInt128 High, UInt128 Low), byte[]> _secrets = [];
    private readonly Queue<(TlsSecretKind Kind, UInt128 High, UInt128 Low)> _byAge = [];

    /// <param name="limit">Secrets that are kept, 1 or more; the oldest make room for further ones.</param>
    public TlsKeyLog(int limit = 1_048_576) => _limit = limit;

    /// <inheritdoc/>
    public bool MayGrow => false;

    /// <summary>Secrets that are known.</summary>
    public int Count => _secrets.Count;

    /// <summary>Takes a line of the log; false when it is none that is used here.</summary>
    public bool Add(ReadOnlySpan<char> line)
    {
        var text = line.Trim();
        Span<Range> parts = stackalloc Range[4];
        if (text.Split(parts, ' ', StringSplitOptions.RemoveEmptyEntries) != 3
            || !TryKind(text[parts[0]], out var kind) || text[parts[1]].Length != 2 * RandomLength
            || text[parts[2]].Length is 0 or > 2 * LongestSecret)
        {
            return false;
        }

        Span<byte> random = stackalloc byte[RandomLength];
        Span<byte> secret = stackalloc byte[LongestSecret];
        if (Convert.FromHexString(text[parts[1]], random, out _, out var randomLength) != System.Buffers.OperationStatus.Done
            || randomLength != RandomLength
            || Convert.FromHexString(text[parts[2]], secret, out _, out var length) != System.Buffers.OperationStatus.Done)
        {
            return false;
        }

        Keep(Key(kind, random), secret[..length].ToArray());
        CryptographicOperations.ZeroMemory(secret);
        return true;
    }

    private void Keep((TlsSecretKind Kind, UInt128 High, UInt128 Low) key, byte[] secret)
    {
        if (_secrets.TryAdd(key, secret))
        {
            _byAge.Enqueue(key);
        }
        else
        {
            _secrets[key] = secret;
        }

        // Connections take their secrets when they begin.
        if (_secrets.Count > _limit)
        {
            _secrets.Remove(_byAge.Dequeue());
        }
    }

    /// <inheritdoc/>
    public bool TryFind(TlsSecretKind kind, ReadOnlySpan<byte> clientRandom, out ReadOnlyMemory<byte> secret)
    {
        if (clientRandom.Length == RandomLength && _secrets.TryGetValue(Key(kind, clientRandom), out var found))
        {
            secret = found;
            return true;
        }

        secret = default;
        return false;
    }

    private static (TlsSecretKind Kind, UInt128 High, UInt128 Low) Key(TlsSecretKind kind, ReadOnlySpan<byte> random) => (
        kind,
        System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(random),
        System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(random[16..]));

    private static bool TryKind(ReadOnlySpan<char> label, out TlsSecretKind kind)
    {
        kind = label switch
        {
            "CLIENT_TRAFFIC_SECRET_0" => TlsSecretKind.ClientTraffic,
            "SERVER_TRAFFIC_SECRET_0" => TlsSecretKind.ServerTraffic,
            _ => TlsSecretKind.Master,
        };
        return kind != TlsSecretKind.Master || label is "CLIENT_RANDOM";
    }
}
