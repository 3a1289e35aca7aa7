using System.Buffers.Binary;
using System.Text;
using VoiceQuality.Monitor.Reassembly.Tls;
using VoiceQuality.Protocols.Network;

namespace VoiceQuality.Monitor.Tests.Reassembly.Tls;

public class TcpOrderTests
{
    private const uint First = 1_000;

    /// <summary>Half of all sequence numbers: neither ahead nor behind (RFC 9293 clause 3.4).</summary>
    private const uint Half = 0x8000_0000;

    private readonly StringBuilder _taken = new();
    private readonly TcpOrder _order = new();

    [Theory]
    [InlineData(Half - 1)]
    [InlineData(Half)]
    [InlineData(Half + 1)]
    public void A_forged_segment_as_far_away_as_can_be_changes_nothing_of_what_is_in_order(uint distance)
    {
        Add(First, "abcd");
        Add(First + 4 + distance, "forged");
        Add(First + 4, "ef");
        Add(First + 6 + distance, "forged");
        Add(First + 6, "gh");

        Assert.Equal("abcdefgh", _taken.ToString());
        Assert.False(_order.IsBroken);
    }

    [Fact]
    public void Segments_change_places_across_the_end_of_the_numbers()
    {
        // Two octets a segment, every two segments exchanged.
        foreach (var start in (uint[])[First, uint.MaxValue - 7])
        {
            var taken = new StringBuilder();
            var order = new TcpOrder();
            order.Open(start);
            for (var i = 0u; i < 8; i += 2)
            {
                foreach (var place in (uint[])[i + 1, i])
                {
                    Add(order, start + (2 * place), $"{place}.", taken);
                }
            }

            Assert.Equal("0.1.2.3.4.5.6.7.", taken.ToString());
            Assert.Equal(0, order.HeldOctets);
        }
    }

    [Fact]
    public void What_was_missing_is_taken_when_as_many_wait_for_it_as_may_and_one_more_breaks_it()
    {
        Add(First, "a");
        for (var i = 0u; i < 64; i++)
        {
            Add(First + 2 + i, "x");
        }

        Assert.False(_order.IsBroken);
        Add(First + 1, "b");
        Assert.Equal("ab" + new string('x', 64), _taken.ToString());

        for (var i = 0u; i <= 64; i++)
        {
            Add(First + 67 + i, "y");
        }

        Assert.True(_order.IsBroken);
    }

    private void Add(uint sequence, string octets) => Add(_order, sequence, octets, _taken);

    private static void Add(TcpOrder order, uint sequence, string octets, StringBuilder taken)
    {
        var packet = new byte[20 + octets.Length];
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(4), sequence);
        packet[12] = 0x50;
        Encoding.ASCII.GetBytes(octets).CopyTo(packet, 20);
        Assert.True(TcpSegment.TryRead(packet, packet.Length, out var segment));
        order.Add(segment, next => taken.Append(Encoding.ASCII.GetString(next.Span)));
    }
}
