using System.Runtime.InteropServices;

namespace VoiceQuality.Monitor.Sources.Live;

/// <summary>
/// A program of the classic BPF machine that cuts plain RTP in UDP behind its header and 17 octets of what it carries:
/// the headers of up to four redundant blocks and the primary one (RFC 2198), an event, the number of what is sent
/// again. For all else it goes on with the program behind it: SIP, RTCP, RTP with padding or header extensions,
/// tunnels, fragments.
/// </summary>
internal static class RtpHeaderFilter
{
    private const ushort LoadHalf = 0x28;
    private const ushort LoadByte = 0x30;
    private const ushort LoadByteAtX = 0x50;
    private const ushort LoadIpHeaderLength = 0xB1;
    private const ushort And = 0x54;
    private const ushort ShiftLeft = 0x64;
    private const ushort Add = 0x04;
    private const ushort AddX = 0x0C;
    private const ushort JumpIfEqual = 0x15;
    private const ushort JumpIfAnyBit = 0x45;
    private const ushort ReturnA = 0x16;

    // Octets: Ethernet 14, IPv6 40, UDP 8, RTP 12, and 17 of the payload.
    private const uint RtpIn6 = 14 + 40 + 8;
    private const uint RtpBehind4 = 14 + 8;
    private const uint HeaderAndSome = 12 + (4 * 4) + 1;

    /// <summary>The program, for Ethernet frames, with <paramref name="otherwise"/> behind it.</summary>
    public static byte[] Before(byte[] otherwise)
    {
        var program = new Listing();
        program.Line(LoadHalf, 12)
            .Branch(JumpIfEqual, 0x0800, "ipv4", "")
            .Branch(JumpIfEqual, 0x86DD, "", "otherwise")
            .Line(LoadByte, 20)
            .Branch(JumpIfEqual, 17, "", "otherwise");
        Rtp(program, LoadByte, RtpIn6)
            .Line(Add, RtpIn6 + HeaderAndSome)
            .Line(ReturnA, 0)
            .Label("ipv4")
            .Line(LoadByte, 23)
            .Branch(JumpIfEqual, 17, "", "otherwise")
            .Line(LoadHalf, 20)
            .Branch(JumpIfAnyBit, 0x3FFF, "otherwise", "")
            .Line(LoadIpHeaderLength, 14);
        Rtp(program, LoadByteAtX, RtpBehind4)
            .Line(AddX, 0)
            .Line(Add, RtpBehind4 + HeaderAndSome)
            .Line(ReturnA, 0)
            .Label("otherwise");
        return [.. program.ToArray(), .. otherwise];
    }

    /// <summary>Goes on only with V = 2, P = 0 and X = 0 that is no RTCP (192 to 223), and leaves the octets of the
    /// CSRCs.</summary>
    private static Listing Rtp(Listing program, ushort load, uint offset) => program
        .Line(load, offset)
        .Line(And, 0xF0)
        .Branch(JumpIfEqual, 0x80, "", "otherwise")
        .Line(load, offset + 1)
        .Line(And, 0xE0)
        .Branch(JumpIfEqual, 0xC0, "otherwise", "")
        .Line(load, offset)
        .Line(And, 0x0F)
        .Line(ShiftLeft, 2);

    /// <summary>Instructions with labels; an empty label is the next instruction.</summary>
    private sealed class Listing
    {
        private readonly List<(ushort Code, uint Operand, string IfTrue, string IfFalse)> _lines = [];
        private readonly Dictionary<string, int> _labels = [];

        public Listing Line(ushort code, uint operand) => Branch(code, operand, "", "");

        public Listing Branch(ushort code, uint operand, string ifTrue, string ifFalse)
        {
            _lines.Add((code, operand, ifTrue, ifFalse));
            return this;
        }

        public Listing Label(string name)
        {
            _labels.Add(name, _lines.Count);
            return this;
        }

        // struct sock_filter: code, jump when true, jump when false, operand, in the byte order of the machine.
        public byte[] ToArray()
        {
            var octets = new byte[_lines.Count * PacketSocket.InstructionLength];
            for (var i = 0; i < _lines.Count; i++)
            {
                var (code, operand, ifTrue, ifFalse) = _lines[i];
                var instruction = octets.AsSpan(i * PacketSocket.InstructionLength);
                MemoryMarshal.Write(instruction, code);
                instruction[2] = Distance(i, ifTrue);
                instruction[3] = Distance(i, ifFalse);
                MemoryMarshal.Write(instruction[4..], operand);
            }

            return octets;
        }

        private byte Distance(int from, string label) => (byte)(label.Length == 0 ? 0 : _labels[label] - from - 1);
    }
}
