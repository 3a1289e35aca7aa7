using System.Text;
using FsCheck;
using FsCheck.Fluent;
using VoiceQuality.Protocols.Hep;
using VoiceQuality.Protocols.Rtcp;

namespace VoiceQuality.Protocols.Tests.Hep;

public sealed class HepRtcpJsonTests
{
    [Fact]
    public void A_description_of_sources_alone_becomes_an_empty_one()
    {
        // As rtpengine 10.5 sends it. 0x0b99ca08 is 194628104.
        var octets = new byte[HepRtcpJson.MaxLength];

        Assert.True(HepRtcpJson.TryWrite(
            """
            { "sdes_report_count":1,"sdes_information": [
              {"sdes_chunk_ssrc":194628104,"type":1,"text":"sip:15550100@198.18.0.1"},{"type":2},[],{}] }
            """u8,
            octets, out var length));

        Assert.Equal([0x81, 202, 0, 2, 0x0B, 0x99, 0xCA, 0x08, 0, 0, 0, 0], octets[..length]);
        Assert.True(RtcpCompound.TryParse(octets.AsSpan(0, length), out _, out _));
        Assert.False(HepRtcpJson.TryWrite("""{ "sdes_information": [ {"type":1} ] }"""u8, octets, out _));
        Assert.False(HepRtcpJson.TryWrite("""{ "sdes_information": [ {"sdes_chunk_ssrc":1} """u8, octets, out _));
    }

    [Fact]
    public void A_sender_report_has_the_octets_that_it_had_on_the_wire()
    {
        // RFC 3550 §6.4.1: V=2 RC=1, PT=200, 13 words less one; 1,705,928,110 = 0x65AE79AE; NTP 4,004,312,186 =
        // 0xEEAD0C7A, 3,963,176,777 = 0xEC395F49; RTP 86,639 = 0x1526F; 249 = 0xF9 packets; 39,840 = 0x9BA0 octets.
        // Block: 3,865,540,280 = 0xE66746B8, 2/256, 2 lost, 31,162 = 0x79BA, jitter 26.
        var json = """
            { "sender_information":{"ntp_timestamp_sec":4004312186,"ntp_timestamp_usec":3963176777,"octets":39840,
            "rtp_timestamp":86639, "packets":249},"ssrc":1705928110,"type":200,"report_count":1,
            "report_blocks":[{"source_ssrc":3865540280,"highest_seq_no":31162,"fraction_lost":2,"ia_jitter":26,
            "packets_lost":2,"lsr":0,"dlsr":0}],"sdes_report_count":1,
            "sdes_information": [ {"sdes_chunk_ssrc":1705928110,"type":1,"text":"nobody"}] }
            """;
        uint[] words =
        [
            0x81C8_000C, 1_705_928_110, 4_004_312_186, 3_963_176_777, 86_639, 249, 39_840,
            3_865_540_280, 0x0200_0002, 31_162, 26, 0, 0,
        ];

        Assert.Equal(words, Words(json));
    }

    [Fact]
    public void A_receiver_report_keeps_the_sign_of_its_loss()
    {
        // -1 in 24 bits is 0xFFFFFF, which some write as -1 and some as 16,777,215.
        foreach (var lost in new[] { "-1", "16777215" })
        {
            var json = "{\"ssrc\":1,\"type\":201,\"report_blocks\":[{\"source_ssrc\":2,\"packets_lost\":" + lost + "}]}";

            Assert.Equal([0x81C9_0007u, 1, 2, 0x00FF_FFFF, 0, 0, 0, 0], Words(json));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"type\":200}")]
    [InlineData("{\"ssrc\":1,\"type\":202}")]
    [InlineData("{\"ssrc\":\"1\",\"type\":200}")]
    [InlineData("{\"ssrc\":1,\"type\":200")]
    [InlineData("{\"ssrc\":4294967296,\"type\":200}")]
    public void What_is_no_report_gives_none(string json) =>
        Assert.False(HepRtcpJson.TryWrite(Encoding.UTF8.GetBytes(json), new byte[HepRtcpJson.MaxLength], out _));

    [Fact]
    public void Any_octets_at_all_give_a_report_or_none() =>
        Prop.ForAll<byte[], string>((octets, text) =>
        {
            var destination = new byte[HepRtcpJson.MaxLength];
            HepRtcpJson.TryWrite(octets, destination, out var length);
            HepRtcpJson.TryWrite(Encoding.UTF8.GetBytes("{\"ssrc\":1,\"type\":200,\"report_blocks\":" + text), destination, out _);
            return length <= destination.Length;
        }).QuickCheckThrowOnFailure();

    private static uint[] Words(string json)
    {
        var destination = new byte[HepRtcpJson.MaxLength];
        Assert.True(HepRtcpJson.TryWrite(Encoding.UTF8.GetBytes(json), destination, out var length));
        return [.. Enumerable.Range(0, length / 4).Select(
            i => System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(destination.AsSpan(i * 4)))];
    }
}
