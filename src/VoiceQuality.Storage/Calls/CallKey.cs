using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.Streams;

namespace VoiceQuality.Storage.Calls;

/// <summary>
/// The public id of a call, or of a stream without one: 128 bits, written as 32 lower-case hexadecimal digits. The
/// first 56 bits are the start in microseconds, so keys sort by time; the other 72 are a hash of what identifies it
/// (Call-ID, From tag and start; or flow, SSRC and start). No number or address can be read from it.
/// </summary>
public readonly record struct CallKey : IComparable<CallKey>
{
    /// <summary>Length of a key in octets.</summary>
    public const int Length = 16;

    private const int HashBits = 72;
    private const long LastStartUs = (1L << 55) - 1;

    private static readonly SearchValues<char> LowerHex = SearchValues.Create("0123456789abcdef");

    private readonly UInt128 _bits;

    private CallKey(UInt128 bits) => _bits = bits;

    /// <summary>Start of the call or stream, microseconds since 1970-01-01 UTC.</summary>
    public long StartedAtUs => (long)(ulong)(_bits >> HashBits);

    internal static CallKey Highest => new(UInt128.MaxValue);

    /// <summary>The key of a call.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The call starts before 1970 or after the year 3000.</exception>
    public static CallKey Of(CallRecord call)
    {
        ArgumentNullException.ThrowIfNull(call);
        return Of(call.CallId, call.FromTag, call.StartedAtUs);
    }

    /// <summary>The key of a call with this Call-ID, From tag and start.</summary>
    public static CallKey Of(string callId, string fromTag, long startedAtUs)
    {
        ArgumentNullException.ThrowIfNull(callId);
        ArgumentNullException.ThrowIfNull(fromTag);

        // The length of the first keeps ("ab", "c") and ("a", "bc") apart.
        var idOctets = Encoding.UTF8.GetByteCount(callId);
        var octets = new byte[4 + idOctets + Encoding.UTF8.GetByteCount(fromTag)];
        BinaryPrimitives.WriteInt32BigEndian(octets, idOctets);
        Encoding.UTF8.GetBytes(callId, octets.AsSpan(4));
        Encoding.UTF8.GetBytes(fromTag, octets.AsSpan(4 + idOctets));
        return OfHash(octets, startedAtUs);
    }

    /// <summary>The key of a stream that no SDP announced.</summary>
    public static CallKey Of(StreamRecord stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Span<byte> octets = stackalloc byte[(2 * EndpointEncoding.MaxLength) + 4];
        var length = EndpointEncoding.Write(stream.Source, octets);
        length += EndpointEncoding.Write(stream.Destination, octets[length..]);
        BinaryPrimitives.WriteUInt32BigEndian(octets[length..], stream.Ssrc);
        return OfHash(octets[..(length + 4)], stream.StartedAtUs);
    }

    /// <summary>Reads 32 lower-case hexadecimal digits, nothing else.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out CallKey key)
    {
        key = default;
        if (text.Length != 2 * Length || text.ContainsAnyExcept(LowerHex))
        {
            return false;
        }

        key = new CallKey(UInt128.Parse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
        return true;
    }

    /// <inheritdoc/>
    public int CompareTo(CallKey other) => _bits.CompareTo(other._bits);

    public static bool operator <(CallKey left, CallKey right) => left._bits < right._bits;

    public static bool operator >(CallKey left, CallKey right) => left._bits > right._bits;

    public static bool operator <=(CallKey left, CallKey right) => left._bits <= right._bits;

    public static bool operator >=(CallKey left, CallKey right) => left._bits >= right._bits;

    /// <summary>32 lower-case hexadecimal digits.</summary>
    public override string ToString() => _bits.ToString("x32", CultureInfo.InvariantCulture);

    internal static CallKey FromOctets(ReadOnlySpan<byte> octets) => octets.Length == Length
        ? new CallKey(BinaryPrimitives.ReadUInt128BigEndian(octets))
        : throw new StoredDataException("A stored key has not 16 octets.");

    /// <summary>The lowest key of all that start at this time or later; null when no key can.</summary>
    internal static CallKey? FirstFrom(long startedAtUs) =>
        startedAtUs > LastStartUs ? null : new CallKey((UInt128)(ulong)Math.Max(0, startedAtUs) << HashBits);

    /// <summary>The highest key of all that start at this time.</summary>
    internal static CallKey LastAt(long startedAtUs) =>
        new(((UInt128)(ulong)startedAtUs << HashBits) | ((UInt128.One << HashBits) - 1));

    internal byte[] ToOctets()
    {
        var octets = new byte[Length];
        BinaryPrimitives.WriteUInt128BigEndian(octets, _bits);
        return octets;
    }

    private static CallKey OfHash(ReadOnlySpan<byte> identity, long startedAtUs)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(startedAtUs);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(startedAtUs, LastStartUs);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(identity, hash);
        var low = BinaryPrimitives.ReadUInt128BigEndian(hash) >> (128 - HashBits);
        return new CallKey(((UInt128)(ulong)startedAtUs << HashBits) | low);
    }
}
