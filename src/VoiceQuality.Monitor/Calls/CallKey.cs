using System.Security.Cryptography;

namespace VoiceQuality.Monitor.Calls;

/// <summary>
/// What calls are told apart by: the Call-ID, or its SHA-256 when it is longer than any honest one, so that a sender
/// cannot fill memory with 64 KiB of name for each call.
/// </summary>
internal static class CallKey
{
    /// <summary>Octets of a hash.</summary>
    public const int HashLength = SHA256.HashSizeInBytes;

    private const int LongestPlain = 256;

    /// <param name="callId">Value of the header field.</param>
    /// <param name="hash">Room for <see cref="HashLength"/> octets.</param>
    public static ReadOnlySpan<byte> Of(ReadOnlySpan<byte> callId, Span<byte> hash)
    {
        if (callId.Length <= LongestPlain)
        {
            return callId;
        }

        SHA256.HashData(callId, hash);
        return hash[..HashLength];
    }
}
