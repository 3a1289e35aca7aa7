using VoiceQuality.Monitor.Sources.Hep;

namespace VoiceQuality.Monitor.Tests.Sources;

public class HepInflaterTests
{
    // RFC 1950 clause 2.2: 0x78 0x20 is deflate with FDICT set (0x7820 is 992 times 31), and the identifier of the
    // dictionary follows. Nobody gave us one.
    private const string WithDictionary = "782000000001030000000001";

    // CMF and FLG are right, and the block has the reserved type 3 (RFC 1951 clause 3.2.3).
    private const string ReservedBlock = "789c07";

    [Theory]
    [InlineData(WithDictionary)]
    [InlineData(ReservedBlock)]
    [InlineData("00")]
    [InlineData("")]
    public void What_cannot_be_inflated_is_refused_and_throws_nothing(string compressed) =>
        Assert.False(HepInflater.TryInflate(Convert.FromHexString(compressed), new byte[16], out _));
}
