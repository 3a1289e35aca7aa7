using System.Buffers.Binary;
using FsCheck;
using FsCheck.Fluent;
using VoiceQuality.Protocols.Network;

namespace VoiceQuality.Protocols.Tests.Network;

/// <summary>What is found with few comparisons against what the decoder finds, in frames with anything changed.</summary>
public sealed class FoundMediaTests
{
    [Theory]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    public void Media_in_a_plain_frame_are_found(int tags, bool isIPv6)
    {
        var frame = Frame(tags, isIPv6, payloadLength: 172, trailer: 0);
        Assert.True(FrameDecoder.TryFindMedia(frame, out var addressOffset, out var udpOffset, out var udpLength));

        // Ethernet has 14 octets, a tag 4; the addresses end IPv4's header of 20 and IPv6's of 40.
        var ip = 14 + (4 * tags);
        Assert.Equal(isIPv6 ? (ip + 8, ip + 40, 180) : (ip + 12, ip + 20, 180), (addressOffset, udpOffset, udpLength));
    }

    [Fact]
    public void What_is_found_is_what_the_decoder_finds_whatever_a_frame_holds()
    {
        var (found, refused) = (0, 0);
        Prop.ForAll<int>(seed =>
        {
            var random = new Random(seed);

            for (var round = 0; round < 200; round++)
            {
                var frame = Changed(random, Frame(
                    random.Next(3), random.Next(2) == 0, random.Next(4) == 0 ? random.Next(24) : 172, random.Next(8)));
                var isFound = FrameDecoder.TryFindMedia(
                    frame, out var addressOffset, out var udpOffset, out var udpLength);
                Assert.Equal((isFound, isFound), (FoundBefore(frame, 0x00), FoundBefore(frame, 0xFF)));
                var isDecoded = FrameDecoder.TryDecodeUdp(
                    frame, frame.Length, LinkType.Ethernet, out var datagram, out _);
                found += isFound ? 1 : 0;

                if (!isFound)
                {
                    refused += isDecoded ? 1 : 0;
                    Assert.False(isDecoded && IsPlain(frame, datagram), Convert.ToHexString(frame));
                    continue;
                }

                Assert.True(isDecoded, Convert.ToHexString(frame));
                Assert.Equal(
                    (datagram.AddressOffset, datagram.AddressLength * 2, datagram.PayloadOffset, datagram.IsFragment),
                    (addressOffset, udpOffset - addressOffset, udpOffset + 8, false));
                Assert.Equal(
                    (datagram.WirePayloadLength, datagram.PayloadLength),
                    (udpLength - 8, Math.Min(udpLength - 8, frame.Length - udpOffset - 8)));
                Assert.Equal(
                    (datagram.SourcePort, datagram.DestinationPort),
                    (BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(udpOffset)),
                        BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(udpOffset + 2))));
                Assert.Equal((0x80, true), (frame[udpOffset + 8] & 0xC0, datagram.PayloadLength >= 12));
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));

        // Or the comparison has compared nothing.
        Assert.True(found > 5_000 && refused > 500, $"{found} found, {refused} others decoded");
    }

    /// <summary>Whether media are found when these octets follow the frame in memory.</summary>
    private static bool FoundBefore(byte[] frame, byte behind)
    {
        var memory = new byte[frame.Length + 64];
        memory.AsSpan(frame.Length).Fill(behind);
        frame.CopyTo(memory, 0);
        return FrameDecoder.TryFindMedia(memory.AsSpan(0, frame.Length), out _, out _, out _);
    }

    /// <summary>Ethernet with one tag of 802.1Q at most, then IP without options, and 12 octets that begin with
    /// 10.</summary>
    private static bool IsPlain(byte[] frame, in UdpDatagram datagram)
    {
        var headers = datagram.AddressLength == 4 ? 20 : 40;
        var ip = datagram.PayloadOffset - 8 - headers;
        var type = BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(12));
        var length = BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(ip + (headers == 20 ? 2 : 4)));
        return (ip == 14 || (ip == 18 && type == 0x8100)) && datagram.AddressOffset == ip + (headers == 20 ? 12 : 8)

            // Lengths of 0 are of segments that the card makes, and so short a frame is padded on the wire.
            && length != 0 && frame.Length >= 58
            && !datagram.IsFragment && datagram.PayloadLength >= 12 && (frame[datagram.PayloadOffset] & 0xC0) == 0x80;
    }

    /// <summary>Any of the headers' octets changed, or the end cut off.</summary>
    private static byte[] Changed(Random random, byte[] frame)
    {
        for (var changes = random.Next(4); changes > 0; changes--)
        {
            var at = random.Next(Math.Min(frame.Length, 80));
            frame[at] = random.Next(4) switch
            {
                0 => (byte)random.Next(256),
                1 => 0,
                _ => (byte)(frame[at] ^ (1 << random.Next(8))),
            };
        }

        return random.Next(4) == 0 ? frame[..random.Next(frame.Length + 1)] : frame;
    }

    private static byte[] Frame(int tags, bool isIPv6, int payloadLength, int trailer)
    {
        var octets = new List<byte>(new byte[12]);

        for (var i = 0; i < tags; i++)
        {
            octets.AddRange([0x81, 0x00, 0x00, 0x64]);
        }

        var (high, low) = ((byte)((payloadLength + 8) >> 8), (byte)(payloadLength + 8));
        octets.AddRange(isIPv6
            ? [0x86, 0xDD, 0x60, 0, 0, 0, high, low, 17, 64, .. new byte[32]]
            : [0x08, 0x00, 0x45, 0, (byte)((payloadLength + 28) >> 8), (byte)(payloadLength + 28),
                0, 0, 0, 0, 64, 17, 0, 0, 198, 18, 0, 1, 198, 18, 0, 2]);
        octets.AddRange([0x0F, 0xA0, 0x17, 0x70, high, low, 0, 0]);
        octets.AddRange(payloadLength > 0 ? [0x80, .. new byte[payloadLength - 1]] : []);
        octets.AddRange(new byte[trailer]);
        return [.. octets];
    }
}
