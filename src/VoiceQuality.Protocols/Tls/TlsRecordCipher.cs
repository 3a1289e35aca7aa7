using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace VoiceQuality.Protocols.Tls;

/// <summary>
/// Opens the records of one direction of a connection: AES-GCM (RFC 5288) and ChaCha20-Poly1305 (RFC 7905) in TLS 1.2
/// and 1.3 (RFC 8446 §5.2), AES-CBC with HMAC (RFC 5246 §6.2.3.2, RFC 7366) in TLS 1.2. Other suites are not read.
/// </summary>
public sealed partial class TlsRecordCipher : IDisposable
{
    /// <summary>Octets of a record's header.</summary>
    public const int HeaderLength = 5;

    /// <summary>Octets of the longest record without its header (RFC 8446 §5.2, RFC 5246 §6.2.3).</summary>
    public const int MaxRecordLength = 16_384 + 2_048;

    private const int TagLength = 16;
    private const int NonceLength = 12;
    private const int ExplicitNonceLength = 8;

    private readonly AesGcm? _gcm;
    private readonly ChaCha20Poly1305? _chaCha;
    private readonly byte[] _iv;
    private readonly bool _isTls13;

    private TlsRecordCipher(byte[] key, byte[] iv, bool isChaCha, bool isTls13)
    {
        _iv = iv;
        _isTls13 = isTls13;
        (_gcm, _chaCha) = isChaCha ? ((AesGcm?)null, new ChaCha20Poly1305(key)) : (new AesGcm(key, TagLength), null);
        CryptographicOperations.ZeroMemory(key);
    }

    /// <summary>Whether a suite is read here.</summary>
    public static bool IsKnown(ushort suite) => SuiteOf(suite).KeyLength > 0 || CbcSuiteOf(suite).KeyLength > 0;

    /// <summary>The keys of a direction in TLS 1.2, out of the master secret (RFC 5246 §6.3).</summary>
    public static TlsRecordCipher? OfMasterSecret(
        ushort suite, ReadOnlySpan<byte> masterSecret, ReadOnlySpan<byte> clientRandom, ReadOnlySpan<byte> serverRandom,
        bool ofClient, bool isEncryptThenMac = false)
    {
        var (keyLength, hash, isChaCha) = SuiteOf(suite);
        byte[] seed = [.. "key expansion"u8, .. serverRandom, .. clientRandom];
        if (CbcSuiteOf(suite) is { KeyLength: > 0 } cbc)
        {
            return OfMasterSecret(cbc, masterSecret, seed, ofClient, isEncryptThenMac);
        }

        if (keyLength == 0 || masterSecret.IsEmpty)
        {
            return null;
        }

        var ivLength = isChaCha ? NonceLength : NonceLength - ExplicitNonceLength;
        var block = Prf(hash, masterSecret, seed, 2 * (keyLength + ivLength));
        var keyAt = ofClient ? 0 : keyLength;
        var ivAt = (2 * keyLength) + (ofClient ? 0 : ivLength);
        var cipher = new TlsRecordCipher(
            block[keyAt..(keyAt + keyLength)], block[ivAt..(ivAt + ivLength)], isChaCha, isTls13: false);
        CryptographicOperations.ZeroMemory(block);
        return cipher;
    }

    /// <summary>
    /// The keys of a direction in TLS 1.3, out of its traffic secret (RFC 8446 §7.3); null when the suite is not read
    /// here or the secret is none of it: it is as long as the output of the suite's hash (§7.1).
    /// </summary>
    public static TlsRecordCipher? OfTrafficSecret(ushort suite, ReadOnlySpan<byte> secret)
    {
        var (keyLength, hash, isChaCha) = SuiteOf(suite);
        return keyLength == 0 || secret.Length != (hash == HashAlgorithmName.SHA384 ? 48 : 32)
            ? null
            : new TlsRecordCipher(
                ExpandLabel(hash, secret, "key", keyLength), ExpandLabel(hash, secret, "iv", NonceLength), isChaCha,
                isTls13: true);
    }

    /// <summary>The traffic secret after a KeyUpdate (RFC 8446 §7.2).</summary>
    public static byte[] NextTrafficSecret(ushort suite, ReadOnlySpan<byte> secret) =>
        ExpandLabel(SuiteOf(suite).Hash, secret, "traffic upd", secret.Length);

    /// <summary>Opens a record.</summary>
    /// <param name="header">Its header, 5 octets.</param>
    /// <param name="body">What follows it.</param>
    /// <param name="sequence">Number of the record under these keys.</param>
    /// <param name="plain">Takes the content, as long as <paramref name="body"/>.</param>
    /// <param name="length">Octets of the content.</param>
    /// <param name="contentType">What it is: 23 for application data.</param>
    /// <returns>False when it is not a record of these keys with this number.</returns>
    public bool TryOpen(
        ReadOnlySpan<byte> header, ReadOnlySpan<byte> body, ulong sequence, Span<byte> plain, out int length,
        out byte contentType)
    {
        contentType = header[0];
        if (_cbc is not null)
        {
            return TryOpenCbc(header, body, sequence, plain, out length);
        }

        var explicitLength = _isTls13 || _chaCha is not null ? 0 : ExplicitNonceLength;
        length = body.Length - explicitLength - TagLength;
        if (length < 0)
        {
            length = 0;
            return false;
        }

        Span<byte> nonce = stackalloc byte[NonceLength];
        SetNonce(nonce, body[..explicitLength], sequence);
        Span<byte> additional = stackalloc byte[13];
        additional = WriteAdditional(additional, header, sequence, length);
        try
        {
            var cipherText = body.Slice(explicitLength, length);
            var tag = body[(explicitLength + length)..];
            if (_gcm is not null)
            {
                _gcm.Decrypt(nonce, cipherText, tag, plain[..length], additional);
            }
            else
            {
                _chaCha!.Decrypt(nonce, cipherText, tag, plain[..length], additional);
            }
        }
        catch (AuthenticationTagMismatchException)
        {
            length = 0;
            return false;
        }

        return !_isTls13 || TrimInner(plain, ref length, out contentType);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _gcm?.Dispose();
        _chaCha?.Dispose();
        _cbc?.Dispose();
        _mac?.Dispose();
        CryptographicOperations.ZeroMemory(_iv);
    }

    // The type of the content stands behind it, before as many zeros as the sender wants (RFC 8446 §5.2).
    private static bool TrimInner(Span<byte> plain, ref int length, out byte contentType)
    {
        var end = plain[..length].LastIndexOfAnyExcept((byte)0);
        contentType = end < 0 ? (byte)0 : plain[end];
        length = Math.Max(0, end);
        return end >= 0;
    }

    private static (int KeyLength, HashAlgorithmName Hash, bool IsChaCha) SuiteOf(ushort suite) => suite switch
    {
        0x009C or 0x009E or 0xC02B or 0xC02F or 0x1301 => (16, HashAlgorithmName.SHA256, false),
        0x009D or 0x009F or 0xC02C or 0xC030 or 0x1302 => (32, HashAlgorithmName.SHA384, false),
        0xCCA8 or 0xCCA9 or 0xCCAA or 0x1303 => (32, HashAlgorithmName.SHA256, true),
        _ => default,
    };

    private static byte[] Prf(HashAlgorithmName hash, ReadOnlySpan<byte> secret, byte[] seed, int length)
    {
        // RFC 5246 §5: A(0) = seed, A(i) = HMAC(A(i-1)), and HMAC(A(i) + seed) one after the other.
        var key = secret.ToArray();
        var output = new List<byte>(length + 64);
        var a = seed;
        while (output.Count < length)
        {
            a = Hmac(hash, key, a);
            output.AddRange(Hmac(hash, key, [.. a, .. seed]));
        }

        CryptographicOperations.ZeroMemory(key);
        return [.. output[..length]];
    }

    private static byte[] Hmac(HashAlgorithmName hash, byte[] key, byte[] data) =>
        hash == HashAlgorithmName.SHA384 ? HMACSHA384.HashData(key, data) : HMACSHA256.HashData(key, data);

    private static byte[] ExpandLabel(HashAlgorithmName hash, ReadOnlySpan<byte> secret, string label, int length)
    {
        var full = Encoding.ASCII.GetBytes($"tls13 {label}");
        byte[] info = [(byte)(length >> 8), (byte)length, (byte)full.Length, .. full, 0];
        var output = new byte[length];
        HKDF.Expand(hash, secret, output, info);
        return output;
    }

    private void SetNonce(Span<byte> nonce, ReadOnlySpan<byte> explicitPart, ulong sequence)
    {
        _iv.CopyTo(nonce);
        if (!explicitPart.IsEmpty)
        {
            explicitPart.CopyTo(nonce[_iv.Length..]);
            return;
        }

        var low = nonce[(NonceLength - 8)..];
        BinaryPrimitives.WriteUInt64BigEndian(low, BinaryPrimitives.ReadUInt64BigEndian(low) ^ sequence);
    }

    private Span<byte> WriteAdditional(Span<byte> additional, ReadOnlySpan<byte> header, ulong sequence, int length)
    {
        if (_isTls13)
        {
            header[..HeaderLength].CopyTo(additional);
            return additional[..HeaderLength];
        }

        BinaryPrimitives.WriteUInt64BigEndian(additional, sequence);
        header[..3].CopyTo(additional[8..]);
        BinaryPrimitives.WriteUInt16BigEndian(additional[11..], (ushort)length);
        return additional;
    }
}
