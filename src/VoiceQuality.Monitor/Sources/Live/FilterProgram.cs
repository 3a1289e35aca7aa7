using System.Runtime.InteropServices;

namespace VoiceQuality.Monitor.Sources.Live;

/// <summary>Programs of the classic BPF machine (linux/filter.h) that say which frames are taken.</summary>
internal static class FilterProgram
{
    private const ushort LoadHalf = 0x28;
    private const ushort LoadByte = 0x30;
    private const ushort JumpIfEqual = 0x15;
    private const ushort Return = 0x06;
    private const uint WholeFrame = 0x4_0000;

    // EtherTypes that lead to IP by more headers: VLAN tags, PPPoE, MPLS.
    private static readonly uint[] Enclosing = [0x8100, 0x88A8, 0x9100, 0x8864, 0x8847, 0x8848];

    // UDP, TCP, IP in IP, GRE. A fragment has the protocol of its datagram.
    private static readonly uint[] IPv4Protocols = [17, 6, 4, 41, 47];

    // The same and the extension headers that may stand before them: hop-by-hop, routing, fragment, destination.
    private static readonly uint[] IPv6Headers = [17, 6, 4, 41, 47, 0, 43, 44, 60];

    /// <summary>Takes no frame.</summary>
    public static byte[] Nothing { get; } = new Assembler().Add(Return, 0).ToArray();

    /// <summary>Takes every frame whole.</summary>
    public static byte[] Everything { get; } = new Assembler().Add(Return, WholeFrame).ToArray();

    /// <summary>
    /// Takes Ethernet frames that may hold UDP or TCP: in IPv4 or IPv6, in fragments, behind tags and in tunnels.
    /// </summary>
    public static byte[] Voice { get; } = BuildVoice();

    /// <summary>The program that options ask for.</summary>
    /// <exception cref="LiveCaptureException">The filter is not valid.</exception>
    public static byte[] Of(LiveCaptureOptions options, bool isEthernet)
    {
        var program = Chosen(options, isEthernet);
        if (!isEthernet)
        {
            return program;
        }

        program = options.RtpHeadersOnly ? RtpHeaderFilter.Before(program) : program;
        return options.LeaveOutOtherUdp ? OtherUdpFilter.Before(program) : program;
    }

    /// <summary>Takes what <see cref="LiveCaptureOptions.LeaveOutOtherUdp"/> leaves out.</summary>
    /// <exception cref="LiveCaptureException">The filter is not valid.</exception>
    public static byte[] LeftOut(LiveCaptureOptions options) =>
        OtherUdpFilter.Counting(Chosen(options, isEthernet: true));

    private static byte[] Chosen(LiveCaptureOptions options, bool isEthernet)
    {
        if (options.RtpHeadersOnly && options.Filter is { Length: > 0 })
        {
            throw new LiveCaptureException(
                LiveCaptureFailure.BadFilter,
                "RTP is cut behind its header by a filter of its own; leave one of the two out");
        }

        return options.Filter switch
        {
            null => isEthernet ? Voice : Everything,
            "" => Everything,
            _ => FilterCompiler.Compile(options.Filter, isEthernet),
        };
    }

    private static byte[] BuildVoice()
    {
        // Jumps count instructions from the next one. The order: EtherTypes, IPv4, IPv6, then what is returned.
        var ipv4 = 1 + Enclosing.Length + 2 + 1;
        var ipv6 = ipv4 + 1 + IPv4Protocols.Length + 1;
        var take = ipv6 + 1 + IPv6Headers.Length + 1;
        var program = new Assembler().Add(LoadHalf, 12);
        foreach (var etherType in Enclosing)
        {
            program.JumpTo(take, etherType);
        }

        program.JumpTo(ipv4, 0x0800).JumpTo(ipv6, 0x86DD).Add(Return, 0);
        Protocols(program, 23, IPv4Protocols, take);
        Protocols(program, 20, IPv6Headers, take);
        return program.Add(Return, WholeFrame).ToArray();
    }

    private static void Protocols(Assembler program, uint offset, uint[] protocols, int take)
    {
        program.Add(LoadByte, offset);
        foreach (var protocol in protocols)
        {
            program.JumpTo(take, protocol);
        }

        program.Add(Return, 0);
    }

    private sealed class Assembler
    {
        private readonly List<ulong> _instructions = [];

        public Assembler Add(ushort code, uint operand)
        {
            _instructions.Add(Instruction(code, 0, operand));
            return this;
        }

        public Assembler JumpTo(int place, uint ifEqual)
        {
            _instructions.Add(Instruction(JumpIfEqual, (byte)(place - _instructions.Count - 1), ifEqual));
            return this;
        }

        public byte[] ToArray() => MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(_instructions)).ToArray();

        // struct sock_filter: code, jump when true, jump when false, operand, in the byte order of the machine.
        private static ulong Instruction(ushort code, byte ifTrue, uint operand)
        {
            Span<byte> octets = stackalloc byte[PacketSocket.InstructionLength];
            MemoryMarshal.Write(octets, code);
            octets[2] = ifTrue;
            octets[3] = 0;
            MemoryMarshal.Write(octets[4..], operand);
            return MemoryMarshal.Read<ulong>(octets);
        }
    }
}
