using System.Collections.Immutable;
using System.Security.Cryptography;
using VoiceQuality.Monitor.Calls;

namespace VoiceQuality.Storage.Calls;

/// <summary>
/// The personal part of a call as one BLOB. Version 1: an octet of 1, then the fields in the order of
/// <see cref="CallIdentity"/>, headers as a number and pairs of name and value. Version 2: an octet of 2, a nonce of
/// 12 octets, a tag of 16, and the fields under AES-256-GCM with the call's key as associated data, so that a
/// value cannot be moved to another call. Versions 3 and 4 are 1 and 2 with the request URI's user and the asserted
/// identities after the headers.
/// </summary>
internal sealed class IdentityEncoding : IDisposable
{
    private const byte PlainVersion = 1;
    private const byte EncryptedVersion = 2;
    private const byte LongPlainVersion = 3;
    private const byte LongEncryptedVersion = 4;
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private const int HeaderLength = 1 + NonceLength + TagLength;

    private readonly byte[]? _key;
    private readonly OctetWriter _fields = new();
    private readonly AesGcm? _encryptor;

    public IdentityEncoding(byte[]? key)
    {
        if (key is not null && key.Length != DatabaseOptions.IdentityKeyLength)
        {
            throw new ArgumentException("The identity key has 32 octets.", nameof(key));
        }

        _key = key?.ToArray();
        _encryptor = _key is null ? null : new AesGcm(_key, TagLength);
    }

    /// <summary>Encodes the call's identity. Not to be called by two threads at once: the writer owns it.</summary>
    public byte[] Encode(CallRecord call, ReadOnlySpan<byte> callKey)
    {
        _fields.Clear();
        if (_encryptor is null)
        {
            _fields.WriteOctet(LongPlainVersion);
            WriteFields(_fields, call);
            return _fields.ToArray();
        }

        // A random nonce: 2^32 calls may be written under one key (NIST SP 800-38D §8.3).
        WriteFields(_fields, call);
        var plain = _fields.Written;
        var encoded = new byte[HeaderLength + plain.Length];
        encoded[0] = LongEncryptedVersion;
        var nonce = encoded.AsSpan(1, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        _encryptor.Encrypt(
            nonce, plain, encoded.AsSpan(HeaderLength), encoded.AsSpan(1 + NonceLength, TagLength), callKey);
        return encoded;
    }

    /// <summary>Decodes an identity. Threads may share it.</summary>
    public CallIdentity Decode(ReadOnlySpan<byte> encoded, ReadOnlySpan<byte> callKey)
    {
        switch (encoded.IsEmpty ? (byte)0 : encoded[0])
        {
            case PlainVersion:
                return ReadFields(encoded[1..], isLong: false);
            case LongPlainVersion:
                return ReadFields(encoded[1..], isLong: true);
            case EncryptedVersion when encoded.Length >= HeaderLength:
                return ReadFields(Decrypt(encoded, callKey), isLong: false);
            case LongEncryptedVersion when encoded.Length >= HeaderLength:
                return ReadFields(Decrypt(encoded, callKey), isLong: true);
            default:
                throw new StoredDataException("A stored identity has a version that this program does not know.");
        }
    }

    public void Dispose()
    {
        _encryptor?.Dispose();
        CryptographicOperations.ZeroMemory(_key);
    }

    private byte[] Decrypt(ReadOnlySpan<byte> encoded, ReadOnlySpan<byte> callKey)
    {
        if (_key is null)
        {
            throw new StoredDataException("A stored identity is encrypted and no identity key is configured.");
        }

        var plain = new byte[encoded.Length - HeaderLength];
        using var decryptor = new AesGcm(_key, TagLength);
        try
        {
            decryptor.Decrypt(
                encoded.Slice(1, NonceLength), encoded[HeaderLength..], encoded.Slice(1 + NonceLength, TagLength),
                plain,
                callKey);
        }
        catch (AuthenticationTagMismatchException exception)
        {
            throw new StoredDataException(
                "A stored identity is damaged or was encrypted with another key.", exception);
        }

        return plain;
    }

    private static void WriteFields(OctetWriter writer, CallRecord call)
    {
        writer.WriteText(call.CallId);
        writer.WriteText(call.FromTag);
        writer.WriteOptionalText(call.Caller);
        writer.WriteOptionalText(call.Callee);
        writer.WriteOptionalText(call.CallerDomain);
        writer.WriteOptionalText(call.CalleeDomain);
        writer.WriteOptionalText(call.RequestDomain);
        writer.WriteUnsigned((ulong)call.Headers.Count);
        foreach (var (name, value) in call.Headers)
        {
            writer.WriteText(name);
            writer.WriteText(value);
        }

        writer.WriteOptionalText(call.RequestUser);
        WriteTexts(writer, call.AssertedIdentities);
        WriteTexts(writer, call.RemotePartyIds);
    }

    private static void WriteTexts(OctetWriter writer, IReadOnlyList<string> texts)
    {
        writer.WriteUnsigned((ulong)texts.Count);
        foreach (var text in texts)
        {
            writer.WriteText(text);
        }
    }

    private static ImmutableArray<string> ReadTexts(ref OctetReader reader)
    {
        var texts = ImmutableArray.CreateBuilder<string>();
        for (var left = reader.ReadCount(); left > 0; left--)
        {
            texts.Add(reader.ReadText());
        }

        return texts.ToImmutable();
    }

    private static CallIdentity ReadFields(ReadOnlySpan<byte> octets, bool isLong)
    {
        var reader = new OctetReader(octets);
        var callId = reader.ReadText();
        var fromTag = reader.ReadText();
        var caller = reader.ReadOptionalText();
        var callee = reader.ReadOptionalText();
        var callerDomain = reader.ReadOptionalText();
        var calleeDomain = reader.ReadOptionalText();
        var requestDomain = reader.ReadOptionalText();
        var headers = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        for (var left = reader.ReadCount(); left > 0; left--)
        {
            var name = reader.ReadText();
            headers[name] = reader.ReadText();
        }

        var identity = new CallIdentity(
            callId, fromTag, caller, callee, callerDomain, calleeDomain, requestDomain, headers.ToImmutable());
        if (isLong)
        {
            identity = identity with
            {
                RequestUser = reader.ReadOptionalText(),
                AssertedIdentities = ReadTexts(ref reader),
                RemotePartyIds = ReadTexts(ref reader),
            };
        }

        reader.ThrowIfNotAtEnd();
        return identity;
    }
}
