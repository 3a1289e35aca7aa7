using VoiceQuality.Protocols.Rtp;

namespace VoiceQuality.Protocols.Tests.Rtp;

public sealed class RtpPacketTests
{
    [Fact]
    public void A_plain_packet_gives_its_fields()
    {
        Assert.True(RtpPacket.TryParse(Vectors.RtpPlain, out var packet, out _));

        Assert.Equal((0, 0x1234, 160u, 0x11223344u),
            (packet.PayloadType, packet.SequenceNumber, packet.Timestamp, packet.Ssrc));
        Assert.Equal(4, packet.PayloadLength);
        Assert.False(packet.Marker || packet.HasExtension || packet.HasPadding || packet.IsTruncated);
        Assert.Equal(Vectors.Hex("D5D5D5D5"), packet.Payload.ToArray());
    }

    [Fact]
    public void Sources_extension_and_padding_are_kept_apart_from_the_payload()
    {
        Assert.True(RtpPacket.TryParse(Vectors.RtpFull, out var packet, out _));

        Assert.True(packet.Marker);
        Assert.Equal((101, 0xFFFF, 0xFFFFFFFFu), (packet.PayloadType, packet.SequenceNumber, packet.Timestamp));
        Assert.Equal((0xAAAAAAAAu, 0xBBBBBBBBu), (packet.Csrc(0), packet.Csrc(1)));
        Assert.Equal(0xBEDE, packet.ExtensionProfile);
        Assert.Equal(Vectors.Hex("10FF0000"), packet.ExtensionData.ToArray());
        Assert.Equal(Vectors.Hex("CAFE"), packet.Payload.ToArray());
        Assert.Equal(28, packet.HeaderLength);
    }

    [Theory]
    [InlineData("80000001000000A0112233", RtpRejectReason.ShorterThanFixedHeader)]
    [InlineData("40000001 000000A0 11223344", RtpRejectReason.VersionIsNotTwo)]
    [InlineData("C0000001 000000A0 11223344", RtpRejectReason.VersionIsNotTwo)]
    [InlineData("82000001 000000A0 11223344 AAAAAAAA", RtpRejectReason.CsrcBeyondPacket)]
    [InlineData("90000001 000000A0 11223344 BEDE", RtpRejectReason.ExtensionBeyondPacket)]
    [InlineData("90000001 000000A0 11223344 BEDE0002 00000000", RtpRejectReason.ExtensionBeyondPacket)]
    [InlineData("A0000001 000000A0 11223344", RtpRejectReason.PaddingInvalid)]
    [InlineData("A0000001 000000A0 11223344 0100", RtpRejectReason.PaddingInvalid)]
    [InlineData("A0000001 000000A0 11223344 0003", RtpRejectReason.PaddingInvalid)]
    [InlineData("A0000001 000000A0 11223344 0002", RtpRejectReason.None)]
    public void A_packet_that_contradicts_itself_is_refused(string hex, RtpRejectReason expected)
    {
        _ = RtpPacket.TryParse(Vectors.Hex(hex), out _, out var reason);

        Assert.Equal(expected, reason);
    }

    [Fact]
    public void A_packet_cut_by_the_capture_keeps_its_length_on_the_wire()
    {
        Assert.True(RtpPacket.TryParse(Vectors.RtpPlain.AsSpan(0, 13), 172, out var packet, out _));

        Assert.True(packet.IsTruncated);
        Assert.Equal((160, 1), (packet.PayloadLength, packet.Payload.Length));
    }

    [Fact]
    public void The_padding_of_a_cut_packet_is_unknown()
    {
        Assert.True(RtpPacket.TryParse(Vectors.RtpFull.AsSpan(0, 29), 33, out var packet, out _));

        Assert.True(packet.IsPaddingUnknown);
        Assert.Equal(5, packet.PayloadLength);
    }

    [Theory]
    [InlineData(11, 33)]
    [InlineData(19, 33)]
    [InlineData(27, 33)]
    public void A_header_cut_by_the_capture_is_told_from_a_wrong_one(int captured, int wireLength)
    {
        Assert.False(RtpPacket.TryParse(Vectors.RtpFull.AsSpan(0, captured), wireLength, out _, out var reason));
        Assert.Equal(RtpRejectReason.HeaderCutByCapture, reason);
    }

    [Theory]
    [InlineData(0x80, 0, true, false)]
    [InlineData(0x80, 127, true, false)]
    [InlineData(0x80, 191, true, false)]
    [InlineData(0x80, 192, false, true)]
    [InlineData(0x80, 200, false, true)]
    [InlineData(0x80, 223, false, true)]
    [InlineData(0x80, 224, true, false)]
    [InlineData(0x00, 0, false, false)]
    [InlineData(0x40, 200, false, false)]
    public void The_second_octet_tells_RTP_from_RTCP(byte first, byte second, bool isRtp, bool isRtcp)
    {
        var datagram = new byte[12];
        datagram[0] = first;
        datagram[1] = second;

        Assert.Equal((isRtp, isRtcp), (RtpSniffer.CouldBeRtp(datagram), RtpSniffer.IsRtcp(datagram)));
    }
}
