namespace VoiceQuality.Monitor.Calls;

/// <summary>Octet strings as keys that spans can look up without a copy.</summary>
internal sealed class OctetsComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
{
    public static OctetsComparer Instance { get; } = new();

    public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

    public int GetHashCode(byte[] obj) => GetHashCode(obj.AsSpan());

    public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

    /// <summary>A keyed hash, so that a sender cannot choose texts that collide.</summary>
    public int GetHashCode(ReadOnlySpan<byte> alternate) =>
        (int)OctetHash.End(OctetHash.Add(OctetHash.Start, alternate));

    public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
}
