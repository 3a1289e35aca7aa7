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
    private const ushort LoadLength = 0x80;
    private const ushort LoadIpHeaderLength = 0xB1;
    private const ushort SubtractX = 0x1C;
    private const ushort And = 0x54;
    private const ushort ShiftLeft = 0x64;
    private const ushort Add = 0x04;
    private const ushort AddX = 0x0C;
    private const ushort JumpIfEqual = 0x15;
    private const ushort JumpIfAtLeast = 0x35;
    private const ushort JumpIfAnyBit = 0x45;
    private const ushort ReturnA = 0x16;

    // Octets: Ethernet 14, IPv6 40, UDP 8, RTP 12, and 17 of the payload.
    private const uint RtpIn6 = 14 + 40 + 8;
    private const uint RtpBehind4 = 14 + 8;
    private const uint HeaderAndSome = 12 + (4 * 4) + 1;

    /// <summary>The program, for Ethernet frames, with <paramref name="otherwise"/> behind it.</summary>
    public static byte[] Before(byte[] otherwise)
    {
        var program = new FilterListing();
        program.Line(LoadHalf, 12)
            .Branch(JumpIfEqual, 0x0800, "ipv4", "")
            .Branch(JumpIfEqual, 0x86DD, "", "otherwise")
            .Line(LoadByte, 20)
            .Branch(JumpIfEqual, 17, "", "otherwise")
            .Line(LoadLength, 0);
        Rtp(program, LoadByte, RtpIn6)
            .Line(Add, RtpIn6 + HeaderAndSome)
            .Line(ReturnA, 0)
            .Label("ipv4")
            .Line(LoadByte, 23)
            .Branch(JumpIfEqual, 17, "", "otherwise")
            .Line(LoadHalf, 20)
            .Branch(JumpIfAnyBit, 0x3FFF, "otherwise", "")
            .Line(LoadIpHeaderLength, 14)
            .Line(LoadLength, 0)
            .Line(SubtractX, 0);
        Rtp(program, LoadByteAtX, RtpBehind4)
            .Line(AddX, 0)
            .Line(Add, RtpBehind4 + HeaderAndSome)
            .Line(ReturnA, 0)
            .Label("otherwise");
        return [.. program.ToArray(), .. otherwise];
    }

    /// <summary>
    /// Goes on only with a whole header with V = 2, P = 0 and X = 0 that is no RTCP (192 to 223), and leaves the octets
    /// of the CSRCs. A program that reads behind the end of a frame refuses it, so the length is looked at first.
    /// </summary>
    private static FilterListing Rtp(FilterListing program, ushort load, uint offset) => program
        .Branch(JumpIfAtLeast, offset + 12, "", "otherwise")
        .Line(load, offset)
        .Line(And, 0xF0)
        .Branch(JumpIfEqual, 0x80, "", "otherwise")
        .Line(load, offset + 1)
        .Line(And, 0xE0)
        .Branch(JumpIfEqual, 0xC0, "otherwise", "")
        .Line(load, offset)
        .Line(And, 0x0F)
        .Line(ShiftLeft, 2);
}
