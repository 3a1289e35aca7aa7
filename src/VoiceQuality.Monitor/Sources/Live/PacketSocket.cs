using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace VoiceQuality.Monitor.Sources.Live;

/// <summary>The options of AF_PACKET sockets that a capture sets: packet(7), linux/if_packet.h.</summary>
internal static class PacketSocket
{
    /// <summary>Octets of one option value that fills a <c>sock_filter</c> (linux/filter.h).</summary>
    public const int InstructionLength = 8;

    private const int SolSocket = 1;
    private const int SoError = 4;
    private const int SoReceiveBuffer = 8;
    private const int SoAttachFilter = 26;
    private const int SoTimestampNs = 35;
    private const int SolPacket = 263;
    private const int PacketAddMembership = 1;
    private const int PacketRxRing = 5;
    private const int PacketStatistics = 6;
    private const int PacketVersion = 10;
    private const int PacketTimestamp = 17;
    private const int PacketFanout = 18;
    private const int FanoutUniqueId = 0x2000_0000;
    private const int FanoutIgnoreOutgoing = 0x4000_0000;
    private const int PacketIgnoreOutgoing = 23;
    private const int TimestampingRawHardware = 1 << 6;
    private const int TpacketV3 = 2;
    private const int MembershipPromiscuous = 1;
    private const int EthPAll = 3;
    private const int MaxInstructions = 4_096;

    /// <summary>Opens a socket that receives nothing before it is bound.</summary>
    /// <param name="type">Raw sees link headers, Dgram does not.</param>
    public static Socket Open(SocketType type) => new(AddressFamily.Packet, type, (ProtocolType)0);

    public static void SetVersion3(Socket socket) => SetInt(socket, PacketVersion, TpacketV3);

    public static void IgnoreOutgoing(Socket socket) => SetInt(socket, PacketIgnoreOutgoing, 1);

    /// <summary>
    /// Has packets stamped where they enter the system and not where they reach a socket, so that all sockets see the
    /// same time of one packet.
    /// </summary>
    public static void AskForEarlyTimes(Socket socket)
    {
        ReadOnlySpan<int> one = [1];
        socket.SetRawSocketOption(SolSocket, SoTimestampNs, MemoryMarshal.AsBytes(one));
    }

    /// <summary>
    /// Shares what comes among the sockets of a group, by a hash of addresses and ports that both directions of a flow
    /// have in common (PACKET_FANOUT_HASH). Fragments are not put together by the kernel, which tells nobody of those
    /// that it gives up; nor is what one has no room for given to the others, so that a flood fills one ring and not
    /// all.
    /// </summary>
    /// <param name="socket">It is bound.</param>
    /// <param name="group">The group; null makes one that no other program has.</param>
    /// <param name="ignoresOutgoing">Whether the group does not see what goes out.</param>
    /// <returns>The group.</returns>
    /// <exception cref="SocketException">The kernel refuses.</exception>
    public static ushort Share(Socket socket, ushort? group, bool ignoresOutgoing)
    {
        // PACKET_FANOUT_HASH is type 0.
        var flags = (group is null ? FanoutUniqueId : 0) | (ignoresOutgoing ? FanoutIgnoreOutgoing : 0);
        SetInt(socket, PacketFanout, flags | (group ?? 0));
        Span<byte> joined = stackalloc byte[4];
        socket.GetRawSocketOption(SolPacket, PacketFanout, joined);
        return MemoryMarshal.Read<ushort>(BitConverter.IsLittleEndian ? joined : joined[2..]);
    }

    /// <summary>Asks for the times of the card; packets that it gives none for keep the kernel's.</summary>
    public static void AskForHardwareTimes(Socket socket) => SetInt(socket, PacketTimestamp, TimestampingRawHardware);

    /// <summary>Leaves the socket the least memory: what comes is counted, and nearly nothing copied.</summary>
    public static void OnlyCount(Socket socket)
    {
        ReadOnlySpan<int> none = [0];
        socket.SetRawSocketOption(SolSocket, SoReceiveBuffer, MemoryMarshal.AsBytes(none));
    }

    /// <summary>Allocates the ring: <c>struct tpacket_req3</c>.</summary>
    public static void CreateRing(Socket socket, int blockLength, int blocks, int timeoutMs)
    {
        const int frameLength = 2_048;
        ReadOnlySpan<int> request =
            [blockLength, blocks, frameLength, blockLength / frameLength * blocks, timeoutMs, 0, 0];
        socket.SetRawSocketOption(SolPacket, PacketRxRing, MemoryMarshal.AsBytes(request));
    }

    /// <summary>Takes packets for other machines for as long as the socket is open: <c>struct
    /// packet_mreq</c>.</summary>
    public static void BecomePromiscuous(Socket socket, int interfaceIndex)
    {
        Span<byte> membership = stackalloc byte[16];
        membership.Clear();
        MemoryMarshal.Write(membership, interfaceIndex);
        MemoryMarshal.Write(membership[4..], (ushort)MembershipPromiscuous);
        socket.SetRawSocketOption(SolPacket, PacketAddMembership, membership);
    }

    /// <summary>Begins to receive everything of an interface.</summary>
    public static void Bind(Socket socket, int interfaceIndex) => socket.Bind(new LinkEndPoint(interfaceIndex, EthPAll));

    /// <summary>Replaces the filter; the kernel runs it before it copies a packet.</summary>
    /// <exception cref="SocketException">The kernel refuses the program.</exception>
    public static void Attach(Socket socket, ReadOnlySpan<byte> program)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(program.Length, MaxInstructions * InstructionLength);

        // struct sock_fprog: the number of instructions, and behind the padding where they are.
        var instructions = program.ToArray();
        var pin = GCHandle.Alloc(instructions, GCHandleType.Pinned);
        try
        {
            Span<byte> reference = stackalloc byte[2 * IntPtr.Size];
            reference.Clear();
            MemoryMarshal.Write(reference, (ushort)(program.Length / InstructionLength));
            MemoryMarshal.Write(reference[IntPtr.Size..], pin.AddrOfPinnedObject());
            socket.SetRawSocketOption(SolSocket, SoAttachFilter, reference);
        }
        finally
        {
            pin.Free();
        }
    }

    /// <summary>What the kernel counted since the last look: <c>struct tpacket_stats_v3</c>.</summary>
    /// <returns>Packets that passed the filter, and how many of them found no room in the ring.</returns>
    public static (uint Received, uint Dropped) TakeStatistics(Socket socket)
    {
        Span<uint> statistics = stackalloc uint[3];
        socket.GetRawSocketOption(SolPacket, PacketStatistics, MemoryMarshal.AsBytes(statistics));
        return (statistics[0], statistics[1]);
    }

    /// <summary>The error that waits on the socket, as errno; 0 for none.</summary>
    public static int TakeError(Socket socket)
    {
        Span<byte> error = stackalloc byte[4];
        socket.GetRawSocketOption(SolSocket, SoError, error);
        return MemoryMarshal.Read<int>(error);
    }

    /// <summary>The index of an interface; 0 when there is none of that name.</summary>
    [DllImport("libc", EntryPoint = "if_nametoindex", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int InterfaceIndex(string name);

    private static void SetInt(Socket socket, int option, int value) =>
        socket.SetRawSocketOption(SolPacket, option, MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in value)));

    /// <summary><c>struct sockaddr_ll</c>.</summary>
    internal sealed class LinkEndPoint(int interfaceIndex, ushort protocol) : EndPoint
    {
        private const int Length = 20;

        public override AddressFamily AddressFamily => AddressFamily.Packet;

        public override SocketAddress Serialize()
        {
            var address = new SocketAddress(AddressFamily.Packet, Length);
            var octets = address.Buffer.Span;
            octets[2..].Clear();
            BinaryPrimitives.WriteUInt16BigEndian(octets[2..], protocol);
            MemoryMarshal.Write(octets[4..], interfaceIndex);
            return address;
        }
    }
}
