using System.Buffers.Binary;
using VoiceQuality.Protocols.Network;

namespace VoiceQuality.Protocols.Hep;

public readonly ref partial struct HepMessage
{
    /// <summary>The chunks of vendor 0 that are read, by their type.</summary>
    private ref struct Fields
    {
        public const byte FamilyIPv4 = 2;

        // AF_INET6 has another number on every system.
        public const byte FamilyIPv6Linux = 10;
        public const byte FamilyIPv6Bsd = 28;
        public const byte FamilyIPv6Mac = 30;

        public const uint HasIPv4 = (1 << 3) | (1 << 4);
        public const uint HasIPv6 = (1 << 5) | (1 << 6);
        public const uint HasPorts = (1 << 7) | (1 << 8);
        public const uint HasTime = (1 << 9) | (1 << 10);
        public const uint HasAgent = 1 << 12;

        private const int LastKnown = 16;

        private uint _seen;

        public byte Family;
        public byte IpProtocol;
        public IpAddress128 Source4;
        public IpAddress128 Destination4;
        public IpAddress128 Source6;
        public IpAddress128 Destination6;
        public ushort SourcePort;
        public ushort DestinationPort;
        public uint Seconds;
        public uint Microseconds;
        public byte Protocol;
        public uint AgentId;
        public ReadOnlySpan<byte> Key;
        public ReadOnlySpan<byte> Payload;
        public ReadOnlySpan<byte> Compressed;

        public readonly bool Has(uint chunks) => (_seen & chunks) == chunks;

        public HepRejectReason Take(int type, ReadOnlySpan<byte> value)
        {
            if (type is 0 or > LastKnown)
            {
                return HepRejectReason.None;
            }

            // Whichever of two were taken, somebody else might take the other.
            if (Has(1u << type))
            {
                return HepRejectReason.RepeatedChunk;
            }

            _seen |= 1u << type;
            if (LengthOf(type) is var length && length >= 0 && value.Length != length)
            {
                return HepRejectReason.ChunkLength;
            }

            Set(type, value);
            return HepRejectReason.None;
        }

        private static int LengthOf(int type) => type switch
        {
            1 or 2 or 11 => 1,
            3 or 4 or 9 or 10 or 12 => 4,
            5 or 6 => 16,
            7 or 8 => 2,
            _ => -1,
        };

        private void Set(int type, ReadOnlySpan<byte> value)
        {
            switch (type)
            {
                case 1: Family = value[0]; break;
                case 2: IpProtocol = value[0]; break;
                case 3: Source4 = IpAddress128.FromBytes(value); break;
                case 4: Destination4 = IpAddress128.FromBytes(value); break;
                case 5: Source6 = IpAddress128.FromBytes(value); break;
                case 6: Destination6 = IpAddress128.FromBytes(value); break;
                case 7: SourcePort = BinaryPrimitives.ReadUInt16BigEndian(value); break;
                case 8: DestinationPort = BinaryPrimitives.ReadUInt16BigEndian(value); break;
                case 9: Seconds = BinaryPrimitives.ReadUInt32BigEndian(value); break;
                case 10: Microseconds = BinaryPrimitives.ReadUInt32BigEndian(value); break;
                case 11: Protocol = value[0]; break;
                case 12: AgentId = BinaryPrimitives.ReadUInt32BigEndian(value); break;
                case 14: Key = value; break;
                case 15: Payload = value; break;
                case 16: Compressed = value; break;
                default: break;
            }
        }
    }
}
