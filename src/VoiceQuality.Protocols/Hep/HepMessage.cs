using System.Buffers.Binary;
using VoiceQuality.Protocols.Network;

namespace VoiceQuality.Protocols.Hep;

/// <summary>
/// A view of one message of the Homer Encapsulation Protocol: version 3, and 1 and 2 that came before it. It borrows
/// the octets and copies nothing.
/// </summary>
public readonly ref partial struct HepMessage
{
    /// <summary>Octets that <see cref="TryFrame"/> needs.</summary>
    public const int FramingLength = 6;

    private const int ChunkHeaderLength = 6;
    private const int MicrosecondsInSecond = 1_000_000;

    /// <summary>1, 2 or 3.</summary>
    public int Version { get; private init; }

    /// <summary>Who sent what was captured.</summary>
    public IpEndpoint Source { get; private init; }

    /// <summary>Whom it was sent to.</summary>
    public IpEndpoint Destination { get; private init; }

    /// <summary>Protocol number of IP: 17 for UDP, 6 for TCP; 0 when it is not told.</summary>
    public byte IpProtocol { get; private init; }

    /// <summary>When it was captured, ns since 1970-01-01 UTC, whole microseconds; null in version 1.</summary>
    public long? CapturedAtNs { get; private init; }

    /// <summary>What <see cref="Payload"/> is.</summary>
    public HepProtocol Protocol { get; private init; }

    /// <summary>The number of the capture agent; null when it is not told.</summary>
    public uint? AgentId { get; private init; }

    /// <summary>The authentication key (chunk 0x000e); empty when there is none.</summary>
    public ReadOnlySpan<byte> AuthenticationKey { get; private init; }

    /// <summary>What was captured; compressed with zlib (RFC 1950) when <see cref="IsCompressed"/>.</summary>
    public ReadOnlySpan<byte> Payload { get; private init; }

    /// <summary>Whether the payload came compressed (chunk 0x0010) and is not inflated yet.</summary>
    public bool IsCompressed { get; private init; }

    /// <summary>The same message with the payload as it was captured.</summary>
    public HepMessage Inflated(ReadOnlySpan<byte> payload) => new()
    {
        Version = Version,
        Source = Source,
        Destination = Destination,
        IpProtocol = IpProtocol,
        CapturedAtNs = CapturedAtNs,
        Protocol = Protocol,
        AgentId = AgentId,
        AuthenticationKey = AuthenticationKey,
        Payload = payload,
    };

    /// <summary>Finds the length of the message that a stream of octets begins with (TCP).</summary>
    /// <param name="octets">The start of it, <see cref="FramingLength"/> octets at least.</param>
    /// <param name="length">Octets of the message.</param>
    /// <returns>False when no message of version 3 begins there; nothing that follows can be found then.</returns>
    public static bool TryFrame(ReadOnlySpan<byte> octets, out int length)
    {
        length = 0;
        if (octets.Length < FramingLength || !octets.StartsWith("HEP3"u8))
        {
            return false;
        }

        length = BinaryPrimitives.ReadUInt16BigEndian(octets[4..]);
        return length >= FramingLength;
    }

    /// <summary>Reads one message. Never throws.</summary>
    /// <param name="octets">The message; what follows it is left alone.</param>
    /// <param name="message">The view, when the result is true.</param>
    /// <param name="reason"><see cref="HepRejectReason.None"/> exactly when the result is true.</param>
    public static bool TryParse(ReadOnlySpan<byte> octets, out HepMessage message, out HepRejectReason reason)
    {
        message = default;
        if (octets.StartsWith("HEP3"u8))
        {
            reason = !TryFrame(octets, out var length) || length > octets.Length
                ? HepRejectReason.Truncated
                : ReadVersion3(octets[FramingLength..length], out message);
        }
        else
        {
            reason = octets.Length > 0 && octets[0] is 1 or 2
                ? ReadOlder(octets, out message)
                : HepRejectReason.NotHep;
        }

        if (reason != HepRejectReason.None)
        {
            message = default;
        }

        return reason == HepRejectReason.None;
    }

    private static HepRejectReason ReadVersion3(ReadOnlySpan<byte> chunks, out HepMessage message)
    {
        message = default;
        var fields = default(Fields);
        while (!chunks.IsEmpty)
        {
            if (chunks.Length < ChunkHeaderLength)
            {
                return HepRejectReason.Truncated;
            }

            int length = BinaryPrimitives.ReadUInt16BigEndian(chunks[4..]);
            if (length < ChunkHeaderLength)
            {
                return HepRejectReason.ChunkLength;
            }

            if (length > chunks.Length)
            {
                return HepRejectReason.Truncated;
            }

            // Vendors number chunks of their own; only those of vendor 0 are known.
            var reason = BinaryPrimitives.ReadUInt16BigEndian(chunks) == 0
                ? fields.Take(BinaryPrimitives.ReadUInt16BigEndian(chunks[2..]), chunks[ChunkHeaderLength..length])
                : HepRejectReason.None;
            if (reason != HepRejectReason.None)
            {
                return reason;
            }

            chunks = chunks[length..];
        }

        return Build(fields, out message);
    }

    private static HepRejectReason Build(Fields fields, out HepMessage message)
    {
        message = default;
        var isIPv4 = fields.Family == Fields.FamilyIPv4;
        if (!isIPv4 && fields.Family is not (Fields.FamilyIPv6Linux or Fields.FamilyIPv6Bsd or Fields.FamilyIPv6Mac))
        {
            return HepRejectReason.AddressFamily;
        }

        var addresses = isIPv4 ? Fields.HasIPv4 : Fields.HasIPv6;
        if (!fields.Has(addresses | Fields.HasPorts))
        {
            return HepRejectReason.NoEndpoint;
        }

        if (!fields.Has(Fields.HasTime) || fields.Microseconds >= MicrosecondsInSecond)
        {
            return HepRejectReason.NoTime;
        }

        if (!fields.Payload.IsEmpty && !fields.Compressed.IsEmpty)
        {
            // Whichever of two were taken, somebody else might take the other.
            return HepRejectReason.RepeatedChunk;
        }

        var isCompressed = fields.Payload.IsEmpty;
        if (isCompressed && fields.Compressed.IsEmpty)
        {
            return HepRejectReason.NoPayload;
        }

        message = new HepMessage
        {
            Version = 3,
            Source = new IpEndpoint(isIPv4 ? fields.Source4 : fields.Source6, fields.SourcePort),
            Destination = new IpEndpoint(isIPv4 ? fields.Destination4 : fields.Destination6, fields.DestinationPort),
            IpProtocol = fields.IpProtocol,
            CapturedAtNs = ((fields.Seconds * (long)MicrosecondsInSecond) + fields.Microseconds) * 1_000,
            Protocol = (HepProtocol)fields.Protocol,
            AgentId = fields.Has(Fields.HasAgent) ? fields.AgentId : null,
            AuthenticationKey = fields.Key,
            Payload = isCompressed ? fields.Compressed : fields.Payload,
            IsCompressed = isCompressed,
        };
        return HepRejectReason.None;
    }

    /// <summary>
    /// Versions 1 and 2: version, length, address family and protocol in an octet each, ports, addresses; in version 2
    /// then seconds, microseconds and the agent in the byte order of the sender, with two octets to fill up.
    /// </summary>
    private static HepRejectReason ReadOlder(ReadOnlySpan<byte> octets, out HepMessage message)
    {
        const int fixedLength = 8;
        const int timeLength = 12;
        message = default;
        if (octets.Length < fixedLength)
        {
            return HepRejectReason.Truncated;
        }

        var addressLength = octets[2] switch
        {
            Fields.FamilyIPv4 => 4,
            Fields.FamilyIPv6Linux or Fields.FamilyIPv6Bsd or Fields.FamilyIPv6Mac => 16,
            _ => 0,
        };
        if (addressLength == 0)
        {
            return HepRejectReason.AddressFamily;
        }

        var hasTime = octets[0] == 2;
        var time = fixedLength + (2 * addressLength);
        var start = time + (hasTime ? timeLength : 0);
        if (octets.Length <= start)
        {
            return octets.Length == start ? HepRejectReason.NoPayload : HepRejectReason.Truncated;
        }

        var seconds = hasTime ? BinaryPrimitives.ReadUInt32LittleEndian(octets[time..]) : 0;
        var microseconds = hasTime ? BinaryPrimitives.ReadUInt32LittleEndian(octets[(time + 4)..]) : 0;
        if (microseconds >= MicrosecondsInSecond)
        {
            // A sender of the other byte order.
            seconds = BinaryPrimitives.ReverseEndianness(seconds);
            microseconds = BinaryPrimitives.ReverseEndianness(microseconds);
        }

        if (microseconds >= MicrosecondsInSecond)
        {
            return HepRejectReason.NoTime;
        }

        message = new HepMessage
        {
            Version = octets[0],
            Source = Endpoint(octets.Slice(fixedLength, addressLength), octets[4..]),
            Destination = Endpoint(octets.Slice(fixedLength + addressLength, addressLength), octets[6..]),
            IpProtocol = octets[3],
            CapturedAtNs = hasTime ? ((seconds * (long)MicrosecondsInSecond) + microseconds) * 1_000 : null,
            Protocol = HepProtocol.Sip,
            AgentId = hasTime ? BinaryPrimitives.ReadUInt16LittleEndian(octets[(time + 8)..]) : null,
            Payload = octets[start..],
        };
        return HepRejectReason.None;
    }

    private static IpEndpoint Endpoint(ReadOnlySpan<byte> address, ReadOnlySpan<byte> port) =>
        new(IpAddress128.FromBytes(address), BinaryPrimitives.ReadUInt16BigEndian(port));
}
