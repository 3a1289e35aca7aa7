using VoiceQuality.Sla.Accounts;

namespace VoiceQuality.Sla.Tests.Accounts;

public class AddressAndNumberTests
{
    [Theory]
    [InlineData("198.18.4.0/24", "198.18.4.255", true)]
    [InlineData("198.18.4.0/24", "198.18.5.0", false)]
    [InlineData("198.18.4.7", "198.18.4.7", true)]
    [InlineData("198.18.4.7", "198.18.4.6", false)]
    [InlineData("0.0.0.0/0", "203.0.113.9", true)]
    [InlineData("0.0.0.0/0", "2001:2::1", false)]
    [InlineData("2001:2::/48", "2001:2:0:ffff::1", true)]
    [InlineData("2001:2::/48", "2001:2:1::1", false)]
    [InlineData("::/0", "198.18.0.1", true)]             // IPv4 addresses are IPv4-mapped ones
    [InlineData("::ffff:198.18.0.0/112", "198.18.0.9", true)]
    public void A_block_holds_the_addresses_that_share_its_prefix(string block, string address, bool isInside)
    {
        Assert.True(IpPrefix.TryParse(block, out var prefix));
        Assert.True(SignallingAddress.TryParse(address, out var parsed));
        Assert.Equal(isInside, prefix.Contains(parsed));
    }

    [Theory]
    [InlineData("198.18.4.1/24")]
    [InlineData("198.18.4.0/33")]
    [InlineData("198.18.4.0/")]
    [InlineData("198.18.4.0/-1")]
    [InlineData("198.18.4/24")]
    [InlineData("198.18")]
    [InlineData("0x7f.0.0.1")]
    [InlineData("2001:2::/129")]
    [InlineData("2001:2::1/48")]
    [InlineData("[2001:2::]/48")]
    [InlineData("fe80::1%eth0")]
    [InlineData("")]
    public void What_is_not_a_block_is_refused(string text) => Assert.False(IpPrefix.TryParse(text, out _));

    [Fact]
    public void Octets_and_text_give_the_same_address()
    {
        Assert.True(SignallingAddress.TryParse("198.18.4.7", out var text));
        Assert.True(SignallingAddress.TryCreate([198, 18, 4, 7], out var octets));
        Assert.True(SignallingAddress.TryCreate(
            [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 198, 18, 4, 7], out var mapped));
        Assert.Equal(text, octets);
        Assert.Equal(text, mapped);
        Assert.False(SignallingAddress.TryCreate([1, 2, 3], out _));
    }

    [Theory]
    [InlineData("+18015550100", 18015550100)]
    [InlineData("18015550100", 18015550100)]
    [InlineData("8015550100", 18015550100)]
    [InlineData("(801) 555-0100", 18015550100)]
    [InlineData("801.555.0100;npdi", 18015550100)]
    [InlineData("+442079460000", 442079460000)]
    [InlineData("00442079460000", 442079460000)]
    [InlineData("011442079460000", 442079460000)]
    [InlineData("+8015550100", 8015550100)]       // with its plus it is a number of country 80x, not of Utah
    [InlineData("2001", 2001)]                    // an extension stays what it is
    public void Spellings_of_one_number_are_equal(string text, long digits)
    {
        Assert.True(PhoneNumber.TryNormalize(text, out var number));
        Assert.Equal((ulong)digits, number.Digits);
    }

    [Theory]
    [InlineData("")]
    [InlineData("+")]
    [InlineData("anonymous")]
    [InlineData("0")]
    [InlineData("02079460000")]
    [InlineData("+1234567890123456")]
    [InlineData("+15550100;phone-context=x+")]
    [InlineData("123456789012345678901234567890")]
    public void What_is_no_international_number_is_refused_or_cut_at_its_parameters(string text) =>
        Assert.Equal(text.StartsWith("+15550100", StringComparison.Ordinal), PhoneNumber.TryNormalize(text, out _));

    [Fact]
    public void A_number_does_not_show_itself_by_accident()
    {
        Assert.True(PhoneNumber.TryNormalize("+18015550100", out var number));
        Assert.DoesNotContain("5550100", $"{number}", StringComparison.Ordinal);
        Assert.DoesNotContain("5550100", $"{new UnitMatch.NumberRange(number, number)}", StringComparison.Ordinal);
        Assert.Equal("+18015550100", number.ToE164());
    }
}
