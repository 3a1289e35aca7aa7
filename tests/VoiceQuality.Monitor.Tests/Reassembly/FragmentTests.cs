using System.Buffers.Binary;
using System.Text;
using VoiceQuality.Monitor.Calls;
using VoiceQuality.Protocols.Network;
using VoiceQuality.Testing.Captures;

namespace VoiceQuality.Monitor.Tests.Reassembly;

public sealed class FragmentTests
{
    private const int Piece = 200;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_request_in_fragments_is_read_in_whatever_order_they_come(bool isIPv6)
    {
        var (whole, script) = Invite(isIPv6);
        foreach (var order in Orders())
        {
            var wire = new Wire { KeepsOrder = true };
            var parts = Fragments(whole, isIPv6, 7);
            Assert.Equal(4, parts.Length);
            foreach (var i in order)
            {
                wire.Frame(i, parts[i]);
            }

            foreach (var frame in script.Frames)
            {
                wire.Add(frame);
            }

            var measurement = Measurement.Of(wire);
            Assert.Equal(2, measurement.Counters.SipMessages);
            Assert.Equal(CallOutcome.Rejected, Assert.Single(measurement.Calls).Outcome);
        }
    }

    [Fact]
    public void A_fragment_that_came_twice_is_taken_once()
    {
        var (whole, _) = Invite(isIPv6: false);
        var parts = Fragments(whole, isIPv6: false, 7);
        var wire = new Wire { KeepsOrder = true };
        foreach (var i in (int[])[0, 0, 1, 2, 1, 3])
        {
            wire.Frame(1, parts[i]);
        }

        Assert.Equal(1, Measurement.Of(wire).Counters.SipMessages);
    }

    [Fact]
    public void A_datagram_whose_fragments_overlap_is_dropped_and_counted()
    {
        var (whole, _) = Invite(isIPv6: false);
        var parts = Fragments(whole, isIPv6: false, 7);
        var forged = (byte[])parts[1].Clone();
        forged[^1] ^= 1;
        var wire = new Wire { KeepsOrder = true };
        foreach (var part in (byte[][])[parts[0], parts[1], forged])
        {
            wire.Frame(1, part);
        }

        var measurement = Measurement.Of(wire);

        Assert.Equal(0, measurement.Counters.SipMessages);
        Assert.Equal(1, measurement.Rejected("frame.fragmentAbandoned"));
    }

    [Fact]
    public void A_flood_of_fragments_holds_no_more_datagrams_than_allowed()
    {
        var (whole, _) = Invite(isIPv6: false);
        var wire = new Wire { KeepsOrder = true };
        for (ushort id = 0; id < 40; id++)
        {
            wire.Frame(1, Fragments(whole, isIPv6: false, id)[0]);
        }

        // 40 datagrams that never end, 16 places: 24 had to go.
        Assert.Equal(24, Measurement.Of(
            wire, new MonitorOptions { MaxFragmentedDatagrams = 16, MaxPercentOfOneSource = 100 })
            .Rejected("frame.fragmentAbandoned"));
    }

    [Fact]
    public void A_flood_of_fragments_of_one_source_takes_no_place_of_another()
    {
        var real = Fragments(Invite(isIPv6: false).Frame, isIPv6: false, 7);
        var asked = new Wire();
        new SipScript(asked, "forged") { Caller = "192.0.2.66:5060" }.Request(0, "INVITE", extra: $"X: {new string('x', 400)}\r\n");
        var wire = new Wire { KeepsOrder = true };
        wire.Frame(1, real[0]);
        for (ushort id = 0; id < 40; id++)
        {
            wire.Frame(1, Fragments(asked.Frames[0].Octets, isIPv6: false, id)[0]);
        }

        foreach (var part in real[1..])
        {
            wire.Frame(2, part);
        }

        var measured = Measurement.Of(wire, new MonitorOptions { MaxFragmentedDatagrams = 16 });

        // 75 % of 16 places are 12, so 28 of the 40 had to go, and only theirs.
        Assert.Equal(28, measured.Rejected("frame.fragmentAbandoned"));
        Assert.Equal(1, measured.Counters.SipMessages);
    }

    [Fact]
    public void Fragments_that_are_a_minute_apart_are_not_put_together()
    {
        var (whole, _) = Invite(isIPv6: false);
        var parts = Fragments(whole, isIPv6: false, 7);
        var wire = new Wire { KeepsOrder = true };
        for (var i = 0; i < parts.Length; i++)
        {
            wire.Frame(i == 0 ? 0 : 61, parts[i]);
        }

        Assert.Equal(0, Measurement.Of(wire).Counters.SipMessages);
    }

    private static IEnumerable<int[]> Orders() =>
        from a in Enumerable.Range(0, 4)
        from b in Enumerable.Range(0, 4)
        from c in Enumerable.Range(0, 4)
        where a != b && a != c && b != c
        select (int[])[a, b, c, 6 - a - b - c];

    // A datagram of four pieces, and the response to it on a wire of its own.
    private static (byte[] Frame, Wire Answer) Invite(bool isIPv6)
    {
        var (caller, callee) = isIPv6
            ? ("[2001:2::1]:5060", "[2001:2::2]:5060")
            : ("198.18.0.1:5060", "198.18.0.2:5060");
        var asked = new Wire();
        var first = new SipScript(asked, "fragmented") { Caller = caller, Callee = callee };
        var headers = Encoding.ASCII.GetByteCount("X: \r\n");
        first.Request(0, "INVITE", extra: $"X: {new string('x', 400 - headers)}\r\n");
        var answered = new Wire();
        new SipScript(answered, "fragmented") { Caller = caller, Callee = callee }.Response(9, 486);
        return (asked.Frames[0].Octets, answered);
    }

    // RFC 791 §3.2 and RFC 8200 §4.5; the IP header is repeated, offsets count units of eight octets.
    private static byte[][] Fragments(byte[] frame, bool isIPv6, ushort id)
    {
        var headerLength = isIPv6 ? 54 : 34;
        var payload = frame[headerLength..];
        var pieces = payload.Chunk(Piece).ToArray();
        return [.. pieces.Select((piece, i) =>
        {
            var offset = i * Piece;
            var isLast = i == pieces.Length - 1;
            var header = frame[..headerLength];
            if (!isIPv6)
            {
                BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(16), (ushort)(20 + piece.Length));
                BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(18), id);
                BinaryPrimitives.WriteUInt16BigEndian(
                    header.AsSpan(20), (ushort)((offset / 8) | (isLast ? 0 : 0x2000)));
                return (byte[])[.. header, .. piece];
            }

            BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(18), (ushort)(8 + piece.Length));
            header[20] = 44;
            byte[] extension = [17, 0, (byte)(offset >> 8), (byte)(offset | (isLast ? 0 : 1)), 0, 0, 0, (byte)id];
            return [.. header, .. extension, .. piece];
        })];
    }
}
