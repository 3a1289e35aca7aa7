using System.Buffers.Binary;
using VoiceQuality.Protocols.Network;

namespace VoiceQuality.Storage.Calls;

/// <summary>An endpoint as 6 or 18 octets: the address in network order, then the port, high octet first.</summary>
internal static class EndpointEncoding
{
    public const int MaxLength = 18;

    public static byte[] ToOctets(IpEndpoint endpoint)
    {
        Span<byte> octets = stackalloc byte[MaxLength];
        return octets[..Write(endpoint, octets)].ToArray();
    }

    /// <summary>Writes to at least <see cref="MaxLength"/> octets and returns how many it took.</summary>
    public static int Write(IpEndpoint endpoint, Span<byte> destination)
    {
        var length = endpoint.Address.CopyTo(destination);
        BinaryPrimitives.WriteUInt16BigEndian(destination[length..], endpoint.Port);
        return length + sizeof(ushort);
    }

    public static IpEndpoint FromOctets(ReadOnlySpan<byte> octets) => octets.Length is 6 or MaxLength
        ? new IpEndpoint(
            IpAddress128.FromBytes(octets[..^2]), BinaryPrimitives.ReadUInt16BigEndian(octets[^2..]))
        : throw new StoredDataException("A stored endpoint has not 6 or 18 octets.");

    public static void Write(OctetWriter writer, IpEndpoint endpoint)
    {
        Span<byte> octets = stackalloc byte[MaxLength];
        var length = Write(endpoint, octets);
        writer.WriteOctet((byte)length);
        writer.WriteOctets(octets[..length]);
    }

    public static IpEndpoint Read(ref OctetReader reader) => FromOctets(reader.ReadOctets(reader.ReadOctet()));
}
