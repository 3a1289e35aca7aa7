using System.Text;
using FsCheck;
using FsCheck.Fluent;
using VoiceQuality.Protocols.Hep;
using VoiceQuality.Protocols.Network;
using VoiceQuality.Testing.Hep;

namespace VoiceQuality.Protocols.Tests.Hep;

public sealed class HepMessageTests
{
    private static readonly byte[] Sip = Encoding.ASCII.GetBytes("OPTIONS sip:198.18.0.2 SIP/2.0\r\n\r\n");

    [Theory]
    [InlineData("198.18.0.1:5060", "198.18.0.2:5062")]
    [InlineData("[2001:2::1]:5060", "[2001:2::2]:5062")]
    public void Version_3_says_who_when_and_what(string source, string destination)
    {
        var octets = HepScript.Message(1_767_600_000_123_456, source, destination, 1, Sip, "secret");

        Assert.True(HepMessage.TryParse(octets, out var message, out _));

        Assert.Equal(3, message.Version);
        Assert.Equal((source, destination), (message.Source.ToString(), message.Destination.ToString()));
        Assert.Equal(1_767_600_000_123_456_000, message.CapturedAtNs);
        Assert.Equal((HepProtocol.Sip, (byte)17, 2_001u), (message.Protocol, message.IpProtocol, message.AgentId));
        Assert.Equal("secret", Encoding.ASCII.GetString(message.AuthenticationKey));
        Assert.Equal(Sip, message.Payload.ToArray());
    }

    [Fact]
    public void Version_2_has_the_time_in_the_order_of_its_sender()
    {
        // Version, length, AF_INET, UDP; ports 5060 and 5062; 198.18.0.1, 198.18.0.2; 1,767,600,000 s = 0x695B6F80,
        // 123,456 us = 0x0001E240; agent 7 and two octets to fill up.
        byte[] head = [2, 28, 2, 17, 0x13, 0xC4, 0x13, 0xC6, 198, 18, 0, 1, 198, 18, 0, 2];
        byte[] little = [.. head, 0x80, 0x6F, 0x5B, 0x69, 0x40, 0xE2, 0x01, 0x00, 7, 0, 0, 0, .. Sip];
        byte[] big = [.. head, 0x69, 0x5B, 0x6F, 0x80, 0x00, 0x01, 0xE2, 0x40, 0, 7, 0, 0, .. Sip];

        foreach (var octets in new[] { little, big })
        {
            Assert.True(HepMessage.TryParse(octets, out var message, out _));
            Assert.Equal(2, message.Version);
            Assert.Equal("198.18.0.1:5060", message.Source.ToString());
            Assert.Equal("198.18.0.2:5062", message.Destination.ToString());
            Assert.Equal(1_767_600_000_123_456_000, message.CapturedAtNs);
            Assert.Equal(Sip, message.Payload.ToArray());
            Assert.True(message.AuthenticationKey.IsEmpty);
        }
    }

    [Fact]
    public void What_is_missing_or_wrong_is_named()
    {
        Assert.Equal(HepRejectReason.NotHep, Reason([]));
        Assert.Equal(HepRejectReason.NotHep, Reason("EEP3"u8));
        Assert.Equal(HepRejectReason.AddressFamily, Reason(new HepScript().Chunk(1, 3).ToArray()));
        Assert.Equal(HepRejectReason.NoEndpoint, Reason(new HepScript().Chunk(1, 2).ToArray()));
        Assert.Equal(HepRejectReason.ChunkLength, Reason(new HepScript().Chunk(1, 2, 0).ToArray()));
        Assert.Equal(HepRejectReason.RepeatedChunk, Reason(new HepScript().Chunk(14, 1).Chunk(14, 2).ToArray()));
        var ends = new HepScript().Chunk(1, 2).Word(3, 1).Word(4, 2).Pair(7, 1).Pair(8, 2);
        Assert.Equal(HepRejectReason.NoTime, Reason(ends.ToArray()));
        Assert.Equal(HepRejectReason.NoPayload, Reason(ends.Word(9, 1).Word(10, 999_999).ToArray()));
        var late = new HepScript().Chunk(1, 2).Word(3, 1).Word(4, 2).Pair(7, 1).Pair(8, 2).Word(9, 1)
            .Word(10, 1_000_000).Chunk(15, 1);
        Assert.Equal(HepRejectReason.NoTime, Reason(late.ToArray()));
        Assert.Equal(HepRejectReason.ChunkLength, Reason([.. "HEP3"u8, 0, 12, 0, 0, 0, 1, 0, 5]));
    }

    [Fact]
    public void Chunks_of_vendors_and_of_later_revisions_are_passed_over()
    {
        var script = new HepScript().Chunk(9, 15, [1, 2]).Chunk(0x22, 1).Chunk(1, 2).Word(3, 1).Word(4, 2).Pair(7, 1)
            .Pair(8, 2).Word(9, 1).Word(10, 2).Chunk(11, 1).Chunk(15, 65);

        Assert.True(HepMessage.TryParse(script.ToArray(), out var message, out _));
        Assert.Equal([65], message.Payload.ToArray());
        Assert.Null(message.AgentId);
    }

    [Fact]
    public void Any_shorter_message_and_any_flipped_bit_is_accepted_or_rejected_with_a_reason()
    {
        var octets = HepScript.Message(1_767_600_000_123_456, "198.18.0.1:5060", "198.18.0.2:5062", 1, Sip, "secret");
        for (var length = 0; length < octets.Length; length++)
        {
            Assert.False(HepMessage.TryParse(octets.AsSpan(0, length), out _, out var reason));
            Assert.NotEqual(HepRejectReason.None, reason);
        }

        for (var bit = 0; bit < octets.Length * 8; bit++)
        {
            octets[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Equal(HepMessage.TryParse(octets, out _, out var reason), reason == HepRejectReason.None);
            octets[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void Any_octets_at_all_are_accepted_or_rejected_with_a_reason() =>
        Prop.ForAll<byte[], byte>((octets, version) =>
            IsConsistent(octets) && IsConsistent([.. "HEP3"u8, 0, (byte)(6 + octets.Length), .. octets])
            && IsConsistent([(byte)(version % 3), .. octets]))
        .QuickCheckThrowOnFailure();

    [Fact]
    public void Reading_allocates_nothing()
    {
        var octets = HepScript.Message(1, "198.18.0.1:5060", "198.18.0.2:5062", 1, Sip, "secret");
        var read = 0;
        var least = AllocationTests.LeastOf(() => read += HepMessage.TryParse(octets, out _, out _) ? 1 : 0);

        Assert.Equal(0, least);
        Assert.Equal(AllocationTests.Rounds * 1_000, read);
    }

    [Fact]
    public void A_stream_is_cut_where_a_message_ends()
    {
        Assert.True(HepMessage.TryFrame([.. "HEP3"u8, 1, 2], out var length));
        Assert.Equal(258, length);
        Assert.False(HepMessage.TryFrame([.. "HEP3"u8, 0, 5], out _));
        Assert.False(HepMessage.TryFrame("GET / HTTP"u8, out _));
    }

    private static HepRejectReason Reason(ReadOnlySpan<byte> octets)
    {
        Assert.False(HepMessage.TryParse(octets, out _, out var reason));
        return reason;
    }

    private static bool IsConsistent(byte[] octets) =>
        HepMessage.TryParse(octets, out var message, out var reason) == (reason == HepRejectReason.None)
        && (reason != HepRejectReason.None || message.Source != default(IpEndpoint) || message.Version > 0);
}
