using System.Buffers.Binary;
using System.Globalization;
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
    private readonly TcpOrder _order;

    public TcpOrderTests() => _order = Order(_taken);

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
            var order = Order(taken);
            order.Open(start);
            for (var i = 0u; i < 8; i += 2)
            {
                foreach (var place in (uint[])[i + 1, i])
                {
                    Add(order, start + (2 * place), $"{place}.");
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

    [Fact]
    public void What_the_receiver_acknowledged_and_the_capture_lost_is_passed_over_after_a_second()
    {
        Add(First, "ab");
        Add(_order, First + 5, "fg", atMs: 10);
        _order.Acknowledge(First + 4);
        Add(_order, First + 7, "h", atMs: 2_000);
        Assert.Equal("ab", _taken.ToString());

        _order.Acknowledge(First + 7);
        _order.PassOver(1_010_000_000);
        Assert.Equal("ab", _taken.ToString());
        _order.PassOver(1_010_000_001);
        Add(_order, First + 2, "late", atMs: 2_100);
        Add(_order, First + 8, "i", atMs: 2_200);

        Assert.Equal("ab(3)fghi", _taken.ToString());
    }

    [Fact]
    public void What_the_capture_cut_off_is_passed_over_at_once()
    {
        Add(First, "ab", wire: 5);
        Add(First + 5, "fg");

        // What comes before it as what it cut, and again, changes nothing.
        Add(First, "abcde");
        Assert.Equal("ab(3)fg", _taken.ToString());
    }

    private void Add(uint sequence, string octets, int? wire = null) => Add(_order, sequence, octets, 0, wire);

    private static TcpOrder Order(StringBuilder taken) => new(
        next => taken.Append(Encoding.ASCII.GetString(next.Span)),
        missing => taken.Append(CultureInfo.InvariantCulture, $"({missing})"));

    private static void Add(TcpOrder order, uint sequence, string octets, int atMs = 0, int? wire = null)
    {
        var packet = new byte[20 + octets.Length];
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(4), sequence);
        packet[12] = 0x50;
        Encoding.ASCII.GetBytes(octets).CopyTo(packet, 20);
        Assert.True(TcpSegment.TryRead(packet, 20 + (wire ?? octets.Length), out var segment));
        order.Add(segment, atMs * 1_000_000L);
    }
}
