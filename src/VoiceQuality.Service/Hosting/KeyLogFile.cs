using System.Security.Cryptography;
using VoiceQuality.Protocols.Tls;

namespace VoiceQuality.Service.Hosting;

/// <summary>
/// A key log that may grow: when a secret is not there it is read on from where it ended, ten times a second at most.
/// Pipelines share one. Nothing of what is in it is ever told.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="time">Says how long ago it was looked at.</param>
/// <param name="mayGrow">Whether connections wait for secrets that are not there yet.</param>
internal sealed class KeyLogFile(string path, TimeProvider time, bool mayGrow) : ITlsSecrets
{
    private const int LongestLine = 4_096;
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private readonly TlsKeyLog _log = new();
    private long _offset;
    private byte[] _begin = SHA256.HashData([]);
    private long? _lookedAt;

    /// <inheritdoc/>
    public bool MayGrow => mayGrow;

    /// <summary>What keeps a file from being read as a key log; null for nothing.</summary>
    public static string? ProblemOf(string path)
    {
        try
        {
            using var stream = Open(path);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return e is FileNotFoundException or DirectoryNotFoundException
                ? $"names no file: {path}"
                : $"names a file that cannot be read as this user: {path}";
        }
    }

    /// <inheritdoc/>
    public bool TryFind(TlsSecretKind kind, ReadOnlySpan<byte> clientRandom, out ReadOnlyMemory<byte> secret)
    {
        lock (_gate)
        {
            if (_log.TryFind(kind, clientRandom, out secret))
            {
                return true;
            }

            if (_lookedAt is { } before && time.GetElapsedTime(before) < LookEvery)
            {
                return false;
            }

            _lookedAt = time.GetTimestamp();
            ReadOn();
            return _log.TryFind(kind, clientRandom, out secret);
        }
    }

    private static FileStream Open(string path) =>
        new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

    private void ReadOn()
    {
        try
        {
            using var stream = Open(path);
            if (stream.Length < _offset || !BeginOf(stream, _offset).AsSpan().SequenceEqual(_begin))
            {
                // Another file, or one that was emptied.
                _offset = 0;
            }

            stream.Position = _offset;
            var buffer = new byte[LongestLine];
            var filled = 0;
            while (stream.Read(buffer.AsSpan(filled)) is var count and > 0)
            {
                filled += count;
                filled = TakeLines(buffer, filled);
            }

            _begin = BeginOf(stream, _offset);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It was readable at the start; as long as it is not, connections count as without a secret.
        }
    }

    // A digest of how it begins, as far as it was read: another file under the name may be longer than the one before.
    private static byte[] BeginOf(FileStream stream, long length)
    {
        var octets = new byte[Math.Min(length, LongestLine)];
        stream.Position = 0;
        return SHA256.HashData(octets.AsSpan(0, stream.ReadAtLeast(octets, octets.Length, throwOnEndOfStream: false)));
    }

    // Whole lines are taken; the rest moves to the front. What is longer than any line of a key log is passed over.
    private int TakeLines(byte[] buffer, int filled)
    {
        var start = 0;
        while (buffer.AsSpan(start, filled - start).IndexOf((byte)'\n') is >= 0 and var length)
        {
            _log.Add(System.Text.Encoding.ASCII.GetString(buffer, start, length));
            start += length + 1;
        }

        start = start == 0 && filled == buffer.Length ? filled : start;
        _offset += start;
        buffer.AsSpan(start, filled - start).CopyTo(buffer);
        return filled - start;
    }
}
