using System.Text;
using BenchmarkDotNet.Attributes;
using VoiceQuality.Protocols.Network;
using VoiceQuality.Protocols.Rtcp;
using VoiceQuality.Protocols.Rtp;
using VoiceQuality.Protocols.Sdp;
using VoiceQuality.Protocols.Sip;

namespace VoiceQuality.Benchmarks;

/// <summary>Each parser on what it reads most; none of them allocates.</summary>
[MemoryDiagnoser]
public class ParserBenchmarks
{
    private const string Sdp =
        "v=0\r\no=- 1 1 IN IP4 198.18.0.1\r\ns=-\r\nc=IN IP4 198.18.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0 8 18 101\r\n"
        + "a=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:18 G729/8000\r\na=fmtp:18 annexb=no\r\n"
        + "a=rtpmap:101 telephone-event/8000\r\na=ptime:20\r\na=sendrecv\r\n";

    private static readonly byte[] Invite = Encoding.ASCII.GetBytes(
        "INVITE sip:+15550199@sip.example SIP/2.0\r\nVia: SIP/2.0/UDP 198.18.0.1:5060;branch=z9hG4bK-1;rport\r\n"
        + "Max-Forwards: 70\r\nFrom: \"A\" <sip:+15550100@caller.example>;tag=a1b2c3\r\n"
        + "To: <sip:+15550199@sip.example>\r\nCall-ID: 0a1b2c3d4e5f@caller.example\r\nCSeq: 1 INVITE\r\n"
        + "Contact: <sip:+15550100@198.18.0.1:5060>\r\nAllow: INVITE, ACK, BYE, CANCEL, OPTIONS\r\n"
        + "User-Agent: benchmark\r\nContent-Type: application/sdp\r\n"
        + $"Content-Length: {Sdp.Length}\r\n\r\n{Sdp}");

    private static readonly byte[] Trying = Encoding.ASCII.GetBytes(
        "SIP/2.0 100 Trying\r\nVia: SIP/2.0/UDP 198.18.0.1:5060;branch=z9hG4bK-1;rport=5060\r\n"
        + "From: \"A\" <sip:+15550100@caller.example>;tag=a1b2c3\r\nTo: <sip:+15550199@sip.example>\r\n"
        + "Call-ID: 0a1b2c3d4e5f@caller.example\r\nCSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n");

    private static readonly byte[] Session = Encoding.ASCII.GetBytes(Sdp);

    private readonly byte[] _rtp = new byte[RtpWriter.HeaderLength + 160];
    private readonly byte[] _frame = new byte[FrameWriter.MaxHeaderLength + RtpWriter.HeaderLength + 160];
    private byte[] _rtcp = [];
    private int _frameLength;

    [GlobalSetup]
    public void Write()
    {
        RtpWriter.WriteHeader(_rtp, 0, marker: false, 1_000, 160_000, 0x1234_5678);
        var header = FrameWriter.WriteUdpHeaders(_frame, new UdpFrameHeader
        {
            SourceMac = [2, 0, 0, 0, 0, 1],
            DestinationMac = [2, 0, 0, 0, 0, 2],
            SourceAddress = [198, 18, 0, 1],
            DestinationAddress = [198, 18, 0, 2],
            SourcePort = 4_000,
            DestinationPort = 5_000,
        });
        _rtp.CopyTo(_frame, header);
        _frameLength = header + _rtp.Length;
        FrameWriter.CompleteUdp(_frame.AsSpan(0, _frameLength), header, 1);

        // A receiver report (RFC 3550 section 6.4.2) without blocks, then a description with an empty list.
        _rtcp = [0x80, 201, 0, 1, 0x12, 0x34, 0x56, 0x78, 0x80, 202, 0, 0];
    }

    /// <summary>Ethernet, IPv4 and UDP of one frame.</summary>
    [Benchmark]
    public bool Frame() =>
        FrameDecoder.TryDecodeUdp(_frame.AsSpan(0, _frameLength), _frameLength, LinkType.Ethernet, out _, out _);

    /// <summary>The header of one RTP packet.</summary>
    [Benchmark]
    public bool Rtp() => RtpPacket.TryParse(_rtp, _rtp.Length, out _, out _);

    /// <summary>A compound RTCP packet, walked through.</summary>
    [Benchmark]
    public int Rtcp()
    {
        var packets = 0;
        if (RtcpCompound.TryParse(_rtcp, out var compound, out _))
        {
            foreach (var _ in compound)
            {
                packets++;
            }
        }

        return packets;
    }

    /// <summary>An INVITE of 790 octets with 11 headers: start line, headers, tags, branch.</summary>
    [Benchmark]
    public bool Sip() => SipMessage.TryParse(Invite, out _, out _);

    /// <summary>A response without a body: of four messages of a call that fails, two or three are such.</summary>
    [Benchmark]
    public bool Response() => SipMessage.TryParse(Trying, out _, out _);

    /// <summary>
    /// What is looked for in a session description: where media goes, and what its formats are known by.
    /// </summary>
    [Benchmark]
    public int Announcement()
    {
        Span<byte> key = stackalloc byte[512];
        var octets = 0;
        if (SdpSession.TryParse(Session, out var session, out _))
        {
            foreach (var media in session.Media)
            {
                octets += media.TryCopyFormatLines(key, out var length) ? length + media.Port : 0;
            }
        }

        return octets;
    }

    /// <summary>A session description with four payload types, all read.</summary>
    [Benchmark]
    public int Description()
    {
        var formats = 0;
        if (SdpSession.TryParse(Session, out var session, out _))
        {
            foreach (var media in session.Media)
            {
                foreach (var format in media.Formats)
                {
                    formats += format.PayloadType;
                }
            }
        }

        return formats;
    }
}
