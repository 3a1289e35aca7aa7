using System.Text;
using FsCheck;
using FsCheck.Fluent;
using VoiceQuality.Protocols.Sdp;

namespace VoiceQuality.Protocols.Tests.Sdp;

public class SdpRetransmissionTests
{
    private const string Head = "v=0\r\no=- 1 1 IN IP4 198.18.0.1\r\ns=-\r\nc=IN IP4 198.18.0.1\r\nt=0 0\r\nm=audio 4000 ";

    [Fact]
    public void A_group_of_two_sources_names_the_media_first() =>
        Assert.Equal(
            [new(1, 4_294_967_295), new(3, 4)],
            GroupsIn("RTP/AVP 0 97\r\na=ssrc-group:FID 1 4294967295\r\na=SSRC-GROUP:fid  3 4 \r\n"));

    [Theory]
    [InlineData("a=ssrc-group:FID 1\r\n")]
    [InlineData("a=ssrc-group:FID 1 2 3\r\n")]
    [InlineData("a=ssrc-group:FID 1 4294967296\r\n")]
    [InlineData("a=ssrc-group:FID 1 2x\r\n")]
    [InlineData("a=ssrc-group:FID 1 -2\r\n")]
    [InlineData("a=ssrc-group:FEC-FR 1 2\r\n")]
    [InlineData("a=ssrc-group:\r\n")]
    public void What_is_no_group_of_two_sources_is_left_out(string line) =>
        Assert.Empty(GroupsIn("RTP/AVP 0\r\n" + line));

    [Fact]
    public void No_more_groups_are_read_than_there_is_room_for() =>
        Assert.Equal(4, GroupsIn("RTP/AVP 0\r\n" + string.Concat(Enumerable.Repeat("a=ssrc-group:FID 1 2\r\n", 9))).Length);

    [Theory]
    [InlineData("RTP/AVP 0\r\n", false)]
    [InlineData("RTP/AVPF 0\r\na=cryptography:1\r\n", false)]
    [InlineData("RTP/AVP 0\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:AAAA\r\n", true)]
    [InlineData("RTP/AVP 0\r\na=fingerprint:sha-256 00:11\r\n", true)]
    [InlineData("RTP/SAVP 0\r\n", true)]
    [InlineData("UDP/TLS/RTP/SAVPF 0\r\n", true)]
    public void Keys_or_transport_tell_that_payloads_may_be_encrypted(string rest, bool isSecure) =>
        Assert.Equal(isSecure, Read(Head + rest, static media => media.IsSecure));

    [Fact]
    public void Any_value_at_any_length_is_read_or_left_out() =>
        Prop.ForAll<byte[]>(noise =>
        {
            byte[] line = [.. "RTP/AVP 0\r\na=ssrc-group:FID 1 "u8, .. noise, (byte)'\r', (byte)'\n'];
            for (var length = 0; length <= line.Length; length++)
            {
                _ = GroupsIn(Encoding.Latin1.GetString(line[..length]));
            }

            return true;
        }).QuickCheckThrowOnFailure();

    private static SdpRetransmissionGroup[] GroupsIn(string rest) => Read(Head + rest, static media =>
    {
        var groups = new SdpRetransmissionGroup[4];
        return groups[..media.ReadRetransmissionGroups(groups)];
    }) ?? [];

    private static T? Read<T>(string text, MediaReader<T> read)
    {
        if (SdpSession.TryParse(Encoding.Latin1.GetBytes(text), out var session, out _))
        {
            foreach (var media in session.Media)
            {
                return read(media);
            }
        }

        return default;
    }

    private delegate T MediaReader<T>(SdpMedia media);
}
