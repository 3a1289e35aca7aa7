using VoiceQuality.Monitor.Pipeline;
using VoiceQuality.Monitor.Streams;

namespace VoiceQuality.Monitor.Tests.Pipeline;

public sealed class FlowTableTests
{
    private readonly byte[] _octets = new byte[64];

    [Fact]
    public void Flows_whose_hashes_are_equal_are_told_apart_by_their_keys()
    {
        var table = new FlowTable(1_000);
        var packets = Enumerable.Range(0, 40).Select(i => Packet((ushort)i, hash: 0x1234_5678_9ABC_DEF0)).ToArray();
        var flows = packets.Select(packet => table.TryAdd(packet, _octets)).ToArray();

        // Eight slots to a bucket, eight buckets: 64 would find a place.
        Assert.DoesNotContain(null, flows);
        Assert.Equal(flows, packets.Select(packet => table.Find(packet, _octets)));
        Assert.Null(table.Find(Packet(99, hash: 0x1234_5678_9ABC_DEF0), _octets));
    }

    [Fact]
    public void No_more_flows_of_one_hash_are_taken_than_are_looked_for()
    {
        var table = new FlowTable(1_000);
        var taken = 0;
        for (ushort i = 0; i < 200; i++)
        {
            taken += table.TryAdd(Packet(i, hash: 7), _octets) is null ? 0 : 1;
        }

        Assert.Equal((64, 64), (taken, table.Count));
    }

    [Fact]
    public void A_flow_is_guessed_by_its_hash_and_its_run_has_its_key()
    {
        var table = new FlowTable(100_000);
        var random = new Random(1);
        var packets = Enumerable.Range(0, 20_000).Select(i => Packet((ushort)i, (ulong)random.NextInt64())).ToArray();
        foreach (var packet in packets)
        {
            Assert.NotNull(table.TryAdd(packet, _octets));
        }

        // The table has grown five times since the first.
        var guessed = packets.Count(packet =>
        {
            var place = table.Guess(packet.FlowHash);
            return place != FlowTable.None && table[place] == table.Find(packet, _octets)
                && table.Runs[place].MayHave(packet);
        });

        // What overflows its bucket is found and not guessed: at most half of the slots are taken.
        Assert.InRange(guessed, 19_000, 20_000);
        Assert.Equal(FlowTable.None, table.Guess(0xFFFF_FFFF_FFFF_FFFF));
    }

    [Fact]
    public void The_place_of_a_flow_that_is_gone_serves_another_one_that_knows_nothing_of_it()
    {
        var table = new FlowTable(1_000);
        var old = Packet(1, hash: 11);
        var flow = table.TryAdd(old, _octets)!;
        var place = table.Guess(11);
        table.Runs[place].Open(new SteadyRun.Expected { Ssrc = 5, FrameTicks = 160, ClockRateHz = 8_000 }, 16);
        table.RemoveWhere(candidate => candidate == flow);
        Assert.Equal((0, FlowTable.None), (table.Count, table.Guess(11)));

        var young = Packet(2, hash: 12);
        Assert.NotNull(table.TryAdd(young, _octets));
        Assert.Equal(place, table.Guess(12));
        Assert.True(table.Runs[place].MayHave(young));
        Assert.False(table.Runs[place].MayHave(old));
        Assert.False(table.Runs[place].TryAdd(young));
    }

    [Fact]
    public void A_full_table_takes_no_more()
    {
        var table = new FlowTable(3);
        for (ushort i = 0; i < 3; i++)
        {
            Assert.NotNull(table.TryAdd(Packet(i, hash: i), _octets));
        }

        Assert.Null(table.TryAdd(Packet(9, hash: 9), _octets));
        Assert.Equal(3, table.Count);
    }

    private static MediaPacket Packet(ushort port, ulong hash) => new()
    {
        FlowHash = hash,
        Ports = ((uint)port << 16) | 5_004,
        AddressLength = 4,
        ShortAddresses = 0x0100_12C6_0200_12C6,
        WirePayloadLength = 172,
        HeaderWord = 0x8000_0001,
    };
}
