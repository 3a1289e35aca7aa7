using FsCheck;
using FsCheck.Fluent;
using VoiceQuality.Protocols.Network;
using VoiceQuality.Protocols.Tests.Pcap;
using VoiceQuality.Protocols.Tests.Sip;

namespace VoiceQuality.Protocols.Tests;

/// <summary>Whatever octets come, a parser answers with a result and a reason that agree.</summary>
public sealed class HostileInputTests
{
    private static readonly Dictionary<string, Touch.Parser> Parsers = new()
    {
        ["frame"] = Touch.Frame,
        ["tunnel"] = Touch.Tunnel,
        ["connection"] = Touch.SipStreamItems,
        ["rtp"] = Touch.Rtp,
        ["rtcp"] = Touch.Rtcp,
        ["sip"] = Touch.Sip,
        ["sdp"] = Touch.Sdp,
        ["capture"] = Touch.Capture,
    };

    private static readonly Dictionary<string, byte[][]> GoodInputs = new()
    {
        ["frame"] =
        [
            .. Touch.LinkTypes[..10].SelectMany(type => new[]
            {
                Vectors.Link(type, isIPv6: type == LinkType.IPv6),
                Vectors.Link(type, isIPv6: type != LinkType.IPv4),
            }),
            (byte[])[.. Vectors.Macs, .. Vectors.Hex("8100 0064 8864 1100 0001 0022 0021"), .. Vectors.IPv4],
            (byte[])[.. Vectors.Macs, .. Vectors.Hex("88A8 0064 8100 0064 8847 00064040 00064140"), .. Vectors.IPv6],
            (byte[])
            [
                .. Vectors.Macs, .. Vectors.Hex("0800 4500 0060 0001 0000 402F 0000 C0000209 C6120009"),
                .. Vectors.Hex("1000 22EB 00000001 2064 0001 00000000 0000 0001 0000000000000000"),
                .. Vectors.EthernetIPv4,
            ],
        ],
        ["tunnel"] =
        [
            (byte[])[.. Vectors.Hex("34 FF 0028 00000001 0000 00 85 01 100900"), .. Vectors.IPv4],
            (byte[])[.. Vectors.Hex("02 00 0800 000064 00 0102800100000000"), .. Vectors.IPv4],
            (byte[])[.. Vectors.Hex("01 01 0001 00 0A 02 AAAA 00 01"), .. Vectors.EthernetIPv4],
            (byte[])[.. Vectors.Hex("0202 0001 0002 0002 AAAA 0057"), .. Vectors.IPv6],
        ],
        ["connection"] = [Vectors.Ascii(Vectors.Invite + Vectors.Invite)],
        ["rtp"] = [Vectors.RtpPlain, Vectors.RtpFull],
        ["rtcp"] = [Vectors.RtcpCompound, Vectors.RtcpXr],
        ["sip"] = [Vectors.Ascii(Vectors.Invite), Vectors.Ascii(TortureMessages.Multipart)],
        ["sdp"] = [Vectors.Ascii(Vectors.Sdp)],
        ["capture"] = [CaptureFiles.Pcap(), CaptureFiles.PcapNg()],
    };

    public static TheoryData<string> Names => [.. Parsers.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_good_input_is_read_and_every_shorter_one_is_read_or_refused(string name)
    {
        foreach (var input in GoodInputs[name])
        {
            Assert.True(Parsers[name](input));
            for (var length = 0; length < input.Length; length++)
            {
                Parsers[name](input.AsSpan(0, length));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_good_input_with_any_single_bit_flipped_is_read_or_refused(string name)
    {
        foreach (var input in GoodInputs[name])
        {
            for (var bit = 0; bit < input.Length * 8; bit++)
            {
                var flipped = (byte[])input.Clone();
                flipped[bit / 8] ^= (byte)(1 << (bit % 8));
                Parsers[name](flipped);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Any_octets_at_all_are_read_or_refused(string name) =>
        Prop.ForAll<byte[]>(octets => { Parsers[name](octets); }).QuickCheckThrowOnFailure();

    [Theory]
    [MemberData(nameof(Names))]
    public void Any_octets_behind_a_good_start_are_read_or_refused(string name) =>
        Prop.ForAll<byte[], ushort, byte>((octets, cut, which) =>
        {
            var good = GoodInputs[name][which % GoodInputs[name].Length];
            Parsers[name]([.. good.AsSpan(0, cut % (good.Length + 1)), .. octets]);
        }).QuickCheckThrowOnFailure();

    [Theory]
    [MemberData(nameof(Names))]
    public void Several_octets_replaced_at_random_are_read_or_refused(string name)
    {
        var random = new Random(4711);
        foreach (var input in GoodInputs[name])
        {
            for (var round = 0; round < 2_000; round++)
            {
                var changed = (byte[])input.Clone();
                for (var i = random.Next(1, 8); i > 0; i--)
                {
                    changed[random.Next(changed.Length)] = (byte)random.Next(256);
                }

                Parsers[name](changed);
            }
        }
    }

    [Theory]
    [InlineData("sip", "INVITE sip:a SIP/2.0\r\nVia: ", ",")]
    [InlineData("sip", "INVITE sip:a SIP/2.0\r\nVia: SIP/2.0/UDP a;", "b=\"")]
    [InlineData("sip", "INVITE sip:a SIP/2.0\r\nVia: ", "\"\\\r\n ")]
    [InlineData("sip", "INVITE sip:a SIP/2.0\r\n", "a:\r\n ")]
    [InlineData("sip", "", "\r\n")]
    [InlineData("sdp", "v=0\r\n", "m=\r\n")]
    [InlineData("sdp", "v=0\r\nm=audio 1 RTP/AVP 0", " 0")]
    [InlineData("sdp", "v=0\r\nm=audio 1 RTP/AVP 0\r\n", "a=rtpmap:0 x/1\r\n")]
    public void A_datagram_of_64_KiB_that_repeats_one_thing_is_read_or_refused(
        string name, string start, string repeated)
    {
        var text = start + string.Concat(Enumerable.Repeat(repeated, (65_507 - start.Length) / repeated.Length));

        Parsers[name](Vectors.Ascii(text));
        Parsers[name](Vectors.Ascii(text + "\r\n\r\n"));
    }
}
