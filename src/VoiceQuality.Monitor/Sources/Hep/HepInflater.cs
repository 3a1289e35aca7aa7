using System.IO.Compression;

namespace VoiceQuality.Monitor.Sources.Hep;

/// <summary>Inflates a compressed payload (HEP3 chunk 0x0010: zlib, RFC 1950) into a buffer of fixed length.</summary>
internal static class HepInflater
{
    /// <summary>Inflates a payload.</summary>
    /// <param name="compressed">As it came.</param>
    /// <param name="destination">One octet longer than the longest payload: what fills it is refused.</param>
    /// <param name="length">Octets of the payload.</param>
    /// <returns>False when it is no zlib stream, empty or too long.</returns>
    public static bool TryInflate(ReadOnlySpan<byte> compressed, byte[] destination, out int length)
    {
        length = 0;
        try
        {
            using var input = new MemoryStream(compressed.ToArray(), writable: false);
            using var inflate = new ZLibStream(input, CompressionMode.Decompress);
            length = inflate.ReadAtLeast(destination, destination.Length, throwOnEndOfStream: false);
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            // The latter when zlib asks for a dictionary.
            return false;
        }

        return length > 0 && length < destination.Length;
    }
}
