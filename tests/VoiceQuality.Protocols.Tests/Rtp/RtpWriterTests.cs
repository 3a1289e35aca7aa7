using VoiceQuality.Protocols.Rtp;

namespace VoiceQuality.Protocols.Tests.Rtp;

public class RtpWriterTests
{
    [Fact]
    public void A_header_has_version_2_and_its_fields_in_network_order()
    {
        var header = new byte[12];

        Assert.Equal(12, RtpWriter.WriteHeader(header, 18, true, 0x1234, 0x56789ABC, 0xDEF01234));

        Assert.Equal("80" + "92" + "1234" + "56789ABC" + "DEF01234", Convert.ToHexString(header));
    }

    [Fact]
    public void A_telephone_event_has_end_volume_and_duration()
    {
        var payload = new byte[4];

        Assert.Equal(4, RtpWriter.WriteTelephoneEvent(payload, 11, true, 10, 1_280));

        Assert.Equal("0B8A0500", Convert.ToHexString(payload));
    }
}
