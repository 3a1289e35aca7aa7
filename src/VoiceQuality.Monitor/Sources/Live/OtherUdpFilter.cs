using VoiceQuality.Protocols.Network;

namespace VoiceQuality.Monitor.Sources.Live;

/// <summary>
/// A program of the classic BPF machine that tells UDP that the pipeline has no use for, from any port: no tunnel, no
/// RTP or RTCP (RFC 7983: 128 to 191), and not text as SIP begins with. Only whole datagrams of plain IPv4 and IPv6 are
/// looked at; all else is left to the program behind it.
/// </summary>
internal static class OtherUdpFilter
{
    private const ushort LoadHalf = 0x28;
    private const ushort LoadHalfAtX = 0x48;
    private const ushort LoadByte = 0x30;
    private const ushort LoadByteAtX = 0x50;
    private const ushort LoadLength = 0x80;
    private const ushort LoadIpHeaderLength = 0xB1;
    private const ushort And = 0x54;
    private const ushort SubtractX = 0x1C;
    private const ushort JumpIfEqual = 0x15;
    private const ushort JumpIfAtLeast = 0x35;
    private const ushort JumpIfAnyBit = 0x45;
    private const ushort Return = 0x06;

    // Octets: Ethernet 14, IPv6 40, UDP 8. Shorter payloads than 4 octets are not looked at.
    private const uint UdpIn6 = 14 + 40;
    private const uint UdpBehind4 = 14;
    private const uint Looked = 4;

    private const string Pass = "pass";
    private const string Other = "other";

    /// <summary>Takes what <paramref name="program"/> takes, other UDP excepted.</summary>
    public static byte[] Before(byte[] program) =>
        [.. Rule().Label(Other).Line(Return, 0).Label(Pass).ToArray(), .. program];

    /// <summary>Takes of what <paramref name="program"/> takes the other UDP alone, to be counted.</summary>
    public static byte[] Counting(byte[] program) =>
        [.. Rule().Label(Pass).Line(Return, 0).Label(Other).ToArray(), .. program];

    /// <summary>Goes to one of two labels.</summary>
    private static FilterListing Rule()
    {
        var program = new FilterListing();
        program.Line(LoadHalf, 12)
            .Branch(JumpIfEqual, 0x0800, "ipv4", "")
            .Branch(JumpIfEqual, 0x86DD, "", Pass)
            .Line(LoadByte, 20)
            .Branch(JumpIfEqual, 17, "", Pass)
            .Line(LoadLength, 0);
        Datagram(program, LoadHalf, LoadByte, UdpIn6, "6")
            .Label("ipv4")
            .Line(LoadByte, 23)
            .Branch(JumpIfEqual, 17, "", Pass)
            .Line(LoadHalf, 20)
            .Branch(JumpIfAnyBit, 0x3FFF, Pass, "")
            .Line(LoadIpHeaderLength, 14)
            .Line(LoadLength, 0)
            .Line(SubtractX, 0);
        return Datagram(program, LoadHalfAtX, LoadByteAtX, UdpBehind4, "4");
    }

    private static FilterListing Datagram(
        FilterListing program, ushort loadHalf, ushort loadByte, uint udp, string version)
    {
        var payload = udp + 8;
        program.Branch(JumpIfAtLeast, payload + Looked, "", Pass).Line(loadHalf, udp + 2);
        foreach (var port in UdpTunnel.Ports)
        {
            program.Branch(JumpIfEqual, port, Pass, "");
        }

        program.Line(loadByte, payload).Line(And, 0xC0).Branch(JumpIfEqual, 0x80, Pass, "");
        for (uint i = 0; i < Looked; i++)
        {
            // Line ends, a method, and behind its space anything.
            var isText = i + 1 == Looked ? Pass : $"text{version}{i}";
            program.Line(loadByte, payload + i)
                .Branch(JumpIfAtLeast, 0x80, Other, "")
                .Branch(JumpIfEqual, ' ', Pass, "")
                .Branch(JumpIfAtLeast, '!', isText, "")
                .Branch(JumpIfEqual, '\r', isText, "")
                .Branch(JumpIfEqual, '\n', isText, Other);
            if (i + 1 < Looked)
            {
                program.Label(isText);
            }
        }

        return program;
    }
}
