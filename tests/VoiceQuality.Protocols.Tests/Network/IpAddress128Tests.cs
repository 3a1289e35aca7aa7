using FsCheck;
using FsCheck.Fluent;
using VoiceQuality.Protocols.Network;

namespace VoiceQuality.Protocols.Tests.Network;

public sealed class IpAddress128Tests
{
    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("0.0.0.0", "0.0.0.0")]
    [InlineData("255.255.255.255", "255.255.255.255")]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1")]
    [InlineData("::", "::")]
    [InlineData("::1", "::1")]
    [InlineData("2001:DB8::1", "2001:db8::1")]
    [InlineData("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1")]     // RFC 5952 §4.2.3: the first of equals
    [InlineData("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1")]  // §4.2.2: one group is not shortened
    [InlineData("2001:0:0:1:0:0:0:1", "2001:0:0:1::1")]           // §4.2.3: the longest
    [InlineData("2001:0db8::0001", "2001:db8::1")]                // §4.1: no leading zeros
    [InlineData("1::", "1::")]
    [InlineData("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0")]
    [InlineData("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8")]
    [InlineData("64:ff9b::192.0.2.33", "64:ff9b::c000:221")]
    [InlineData("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304")]
    public void An_address_is_written_canonically(string text, string expected)
    {
        Assert.True(IpAddress128.TryParse(Vectors.Ascii(text), out var address));
        Assert.Equal(expected, address.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("1.2.3")]
    [InlineData("1.2.3.4.5")]
    [InlineData("1.2.3.256")]
    [InlineData("1.2.3.04")]
    [InlineData("1.2.3.4 ")]
    [InlineData("1..3.4")]
    [InlineData("host.example")]
    [InlineData(":")]
    [InlineData(":::")]
    [InlineData("1:2:3:4:5:6:7")]
    [InlineData("1:2:3:4:5:6:7:8:9")]
    [InlineData("1:2:3:4:5:6:7:8::")]
    [InlineData("1::2::3")]
    [InlineData("12345::")]
    [InlineData("g::")]
    [InlineData("1:")]
    [InlineData(":1")]
    [InlineData("::1%eth0")]
    [InlineData("1:2:3:4:5:6:7:1.2.3.4")]
    [InlineData("::1.2.3.4:5")]
    [InlineData("[::1]")]
    public void What_is_no_address_is_refused(string text) =>
        Assert.False(IpAddress128.TryParse(Vectors.Ascii(text), out _));

    [Fact]
    public void Octets_and_text_of_any_address_lead_back_to_it() =>
        Prop.ForAll<ulong, ulong>((high, low) =>
        {
            Span<byte> octets = stackalloc byte[16];
            // Groups are made zero now and then, so that "::" occurs.
            System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(octets, high & (high * 31));
            System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(octets[8..], low);
            var address = IpAddress128.FromBytes(octets);
            Span<byte> back = stackalloc byte[16];
            var length = address.CopyTo(back);
            Assert.Equal(address, IpAddress128.FromBytes(back[..length]));
            Assert.True(IpAddress128.TryParse(Vectors.Ascii(address.ToString()), out var parsed));
            Assert.Equal(address, parsed);
            var inBox = System.Net.IPAddress.Parse(address.ToString());
            Assert.Equal(inBox.MapToIPv6().GetAddressBytes(), octets.ToArray());
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("0.0.0.0", true)]
    [InlineData("::", true)]
    [InlineData("0.0.0.1", false)]
    [InlineData("::1", false)]
    public void The_unspecified_addresses_are_known(string text, bool expected)
    {
        Assert.True(IpAddress128.TryParse(Vectors.Ascii(text), out var address));
        Assert.Equal(expected, address.IsUnspecified);
    }

    [Fact]
    public void Neighbouring_addresses_do_not_share_hash_codes()
    {
        var codes = new HashSet<int>();
        for (var i = 0u; i < 10_000; i++)
        {
            codes.Add(IpAddress128.FromIPv4(0xC612_0000 + i).GetHashCode());
        }

        // 10,000 of 2³² values: 0.01 collisions are expected by chance.
        Assert.InRange(codes.Count, 9_990, 10_000);
    }

    [Fact]
    public void A_length_that_no_address_has_is_a_broken_contract() =>
        Assert.Throws<ArgumentException>(() => IpAddress128.FromBytes(new byte[5]));
}
