using System.Buffers.Binary;
using System.Security.Cryptography;

namespace VoiceQuality.Protocols.Tls;

/// <content>AES-CBC with HMAC in TLS 1.2: RFC 5246 §6.2.3.2, and RFC 7366 where it was negotiated.</content>
public sealed partial class TlsRecordCipher
{
    private const int AesBlockLength = 16;
    private const int LongestMac = 48;

    private readonly Aes? _cbc;
    private readonly IncrementalHash? _mac;
    private readonly bool _isEncryptThenMac;

    private TlsRecordCipher(byte[] key, byte[] macKey, HashAlgorithmName mac, bool isEncryptThenMac)
    {
        _iv = [];
        _isEncryptThenMac = isEncryptThenMac;
        _cbc = Aes.Create();
        _cbc.Key = key;
        _mac = IncrementalHash.CreateHMAC(mac, macKey);
        CryptographicOperations.ZeroMemory(key);
        CryptographicOperations.ZeroMemory(macKey);
    }

    // RFC 5246 §6.3: the keys of both MACs come first, then both keys; the vector of a block stands before it.
    private static TlsRecordCipher? OfMasterSecret(
        CbcSuite suite, ReadOnlySpan<byte> masterSecret, byte[] seed, bool ofClient, bool isEncryptThenMac)
    {
        if (masterSecret.IsEmpty)
        {
            return null;
        }

        var (keyLength, hash, mac, macLength) = suite;
        var block = Prf(hash, masterSecret, seed, 2 * (macLength + keyLength));
        var macAt = ofClient ? 0 : macLength;
        var keyAt = (2 * macLength) + (ofClient ? 0 : keyLength);
        var cipher = new TlsRecordCipher(
            block[keyAt..(keyAt + keyLength)], block[macAt..(macAt + macLength)], mac, isEncryptThenMac);
        CryptographicOperations.ZeroMemory(block);
        return cipher;
    }

    // RFC 5246 appendix A.5, RFC 5289 §3.1, RFC 8422 §6; suites without a hash in their name use SHA-256 for keys.
    private static CbcSuite CbcSuiteOf(ushort suite) => suite switch
    {
        0x002F or 0x0033 or 0xC009 or 0xC013 => new(16, HashAlgorithmName.SHA256, HashAlgorithmName.SHA1, 20),
        0x0035 or 0x0039 or 0xC00A or 0xC014 => new(32, HashAlgorithmName.SHA256, HashAlgorithmName.SHA1, 20),
        0x003C or 0x0067 or 0xC023 or 0xC027 => new(16, HashAlgorithmName.SHA256, HashAlgorithmName.SHA256, 32),
        0x003D or 0x006B => new(32, HashAlgorithmName.SHA256, HashAlgorithmName.SHA256, 32),
        0xC024 or 0xC028 => new(32, HashAlgorithmName.SHA384, HashAlgorithmName.SHA384, 48),
        _ => default,
    };

    private bool TryOpenCbc(
        ReadOnlySpan<byte> header, ReadOnlySpan<byte> body, ulong sequence, Span<byte> plain, out int length)
    {
        length = 0;
        var macLength = _mac!.HashLengthInBytes;
        var encrypted = body;
        if (_isEncryptThenMac)
        {
            encrypted = body[..Math.Max(0, body.Length - macLength)];
            if (!IsAuthentic(header, encrypted, sequence, body[encrypted.Length..]))
            {
                return false;
            }
        }

        if (encrypted.Length < 2 * AesBlockLength || encrypted.Length % AesBlockLength != 0)
        {
            return false;
        }

        var count = _cbc!.DecryptCbc(
            encrypted[AesBlockLength..], encrypted[..AesBlockLength], plain, PaddingMode.None);
        var padding = plain[count - 1] + 1;
        var end = count - padding - (_isEncryptThenMac ? 0 : macLength);
        if (end < 0 || plain[(count - padding)..count].ContainsAnyExcept((byte)(padding - 1))
            || (!_isEncryptThenMac && !IsAuthentic(header, plain[..end], sequence, plain.Slice(end, macLength))))
        {
            return false;
        }

        length = end;
        return true;
    }

    private bool IsAuthentic(
        ReadOnlySpan<byte> header, ReadOnlySpan<byte> octets, ulong sequence, ReadOnlySpan<byte> expected)
    {
        Span<byte> before = stackalloc byte[13];
        BinaryPrimitives.WriteUInt64BigEndian(before, sequence);
        header[..3].CopyTo(before[8..]);
        BinaryPrimitives.WriteUInt16BigEndian(before[11..], (ushort)octets.Length);
        _mac!.AppendData(before);
        _mac.AppendData(octets);
        Span<byte> found = stackalloc byte[LongestMac];
        return expected.SequenceEqual(found[.._mac.GetHashAndReset(found)]);
    }

    private readonly record struct CbcSuite(int KeyLength, HashAlgorithmName Hash, HashAlgorithmName Mac, int MacLength);
}
