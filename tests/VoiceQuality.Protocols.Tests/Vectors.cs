using System.Text;
using VoiceQuality.Protocols.Network;

namespace VoiceQuality.Protocols.Tests;

/// <summary>Octets written by hand from the diagrams of the standards.</summary>
internal static class Vectors
{
    /// <summary>UDP 4000 to 6000 with four octets "abcd", length 12 (RFC 768).</summary>
    public static readonly byte[] Udp = Hex("0FA0 1770 000C 0000 61626364");

    /// <summary>IPv4 192.0.2.1 to 198.18.0.2, protocol 17, total length 32 (RFC 791).</summary>
    public static readonly byte[] IPv4 = [.. Hex("4500 0020 0001 0000 4011 0000 C0000201 C6120002"), .. Udp];

    /// <summary>IPv6 2001:2::1 to 2001:2::2, next header 17, payload length 12 (RFC 8200).</summary>
    public static readonly byte[] IPv6 =
    [
        .. Hex("60000000 000C 11 40 20010002000000000000000000000001 20010002000000000000000000000002"), .. Udp,
    ];

    public static readonly byte[] Macs = Hex("020000000002 020000000001");

    public static readonly byte[] EthernetIPv4 = [.. Macs, .. Hex("0800"), .. IPv4];

    public static readonly byte[] EthernetIPv6 = [.. Macs, .. Hex("86DD"), .. IPv6];

    /// <summary>Version 2, PCMU, sequence 0x1234, timestamp 160, SSRC 0x11223344, four octets of payload.</summary>
    public static readonly byte[] RtpPlain = Hex("80 00 1234 000000A0 11223344 D5D5D5D5");

    /// <summary>Padding 3, extension of one word with profile 0xBEDE, two CSRC, marker, payload type 101.</summary>
    public static readonly byte[] RtpFull =
        Hex("B2 E5 FFFF FFFFFFFF 01020304 AAAAAAAA BBBBBBBB BEDE 0001 10FF0000 CAFE 000003");

    /// <summary>
    /// SR with one report block, SDES with CNAME "a@b" and TOOL "x", BYE of one source with reason "end".
    /// </summary>
    public static readonly byte[] RtcpCompound =
    [
        .. Hex("81 C8 000C 11223344 83AA7E80 80000000 000000A0 00000064 00003E80"),
        .. Hex("55667788 40 FFFFFE 0001FFFF 00000014 7E808000 00010000"),
        .. Hex("81 CA 0004 11223344 01 03 614062 06 01 78 00 000000"),
        .. Hex("81 CB 0002 11223344 03 656E64"),
    ];

    /// <summary>XR of receiver reference time (type 4) and VoIP metrics (type 7), RFC 3611 §4.4, §4.7.</summary>
    public static readonly byte[] RtcpXr =
    [
        .. Hex("80 CF 000D 11223344 04 00 0002 83AA7E80 80000000"),
        .. Hex("07 00 0008 55667788 0D 02 40 01 0078 4E20 0055 0000 7F 7F 7F 10 5C 7F 29 28 00 00 003C 0050 00C8"),
    ];

    public const string Sdp =
        "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"
        + "m=audio 4000 RTP/AVP 0 96 101\r\na=rtpmap:96 opus/48000/2\r\na=fmtp:96 useinbandfec=1\r\n"
        + "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\na=ptime:20\r\na=sendrecv\r\n";

    public static readonly string Invite =
        "INVITE sip:+15550100@192.0.2.2;user=phone SIP/2.0\r\n"
        + "Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK776;rport\r\n"
        + "From: \"A, B; <C>\" <sip:+15550101@192.0.2.1>;tag=abc\r\n"
        + "To: <sip:+15550100@192.0.2.2>\r\n"
        + "Call-ID: 1@192.0.2.1\r\n"
        + "CSeq: 314159 INVITE\r\n"
        + "Contact: <sip:+15550101@192.0.2.1:5070;transport=udp>\r\n"
        + "Reason: Q.850;cause=16;text=\"Normal; clearing\"\r\n"
        + "Content-Type: application/sdp\r\n"
        + $"Content-Length: {Sdp.Length}\r\n\r\n"
        + Sdp;

    public static byte[] Ascii(string text) => Encoding.Latin1.GetBytes(text);

    public static byte[] Hex(string digits) => Convert.FromHexString(digits.Replace(" ", "", StringComparison.Ordinal));

    /// <summary>A header of the link type, followed by the IP packet.</summary>
    public static byte[] Link(LinkType linkType, bool isIPv6)
    {
        var header = linkType switch
        {
            LinkType.Null => isIPv6 ? "1E000000" : "02000000",
            LinkType.Loop => isIPv6 ? "00000018" : "00000002",
            LinkType.Ethernet => "020000000002 020000000001" + (isIPv6 ? "86DD" : "0800"),
            LinkType.LinuxSll => "0000 0001 0006 0200000000010000" + (isIPv6 ? "86DD" : "0800"),
            LinkType.LinuxSll2 => (isIPv6 ? "86DD" : "0800") + "0000 00000002 0001 00 06 0200000000010000",
            _ => "",
        };
        return [.. Hex(header), .. isIPv6 ? IPv6 : IPv4];
    }
}
