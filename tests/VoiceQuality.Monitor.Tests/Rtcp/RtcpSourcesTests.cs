using VoiceQuality.Monitor.Rtcp;
using VoiceQuality.Protocols.Network;

namespace VoiceQuality.Monitor.Tests.Rtcp;

public class RtcpSourcesTests
{
    private const long SecondNs = 1_000_000_000;

    [Fact]
    public void An_SSRC_at_two_places_of_one_address_stays_nobody_until_both_are_gone()
    {
        var sources = new RtcpSources(16);
        sources.Find(Place(1, 4000), 7, 0);
        Assert.NotNull(sources.FindKnown(Place(1, 9000), 7));
        sources.Find(Place(1, 5000), 7, 800 * SecondNs);
        Assert.Null(sources.FindKnown(Place(1, 9000), 7));

        // The first goes after 15 minutes. A third one is no more the only one than the second was.
        sources.Advance(895 * SecondNs);
        sources.Advance(910 * SecondNs);
        Assert.Equal(1, sources.Count);
        Assert.NotNull(sources.FindKnown(Place(1, 5000), 7));
        Assert.Null(sources.FindKnown(Place(1, 9000), 7));
        sources.Find(Place(1, 6000), 7, 911 * SecondNs);
        Assert.Null(sources.FindKnown(Place(1, 9000), 7));
    }

    [Fact]
    public void A_full_table_lets_go_of_those_whose_other_direction_was_never_seen()
    {
        var sources = new RtcpSources(100);
        var whole = sources.Find(Place(1, 4000), 7, 0)!;
        whole.NoteReference(5, SecondNs / 2);
        whole.NoteEcho(5, 0, SecondNs, heard: null);
        Assert.True(whole.IsComplete);
        for (var i = 0; i < 99; i++)
        {
            Assert.NotNull(sources.Find(Place(2, (ushort)(4000 + (2 * i))), 9, SecondNs));
        }

        // Forged ones of 19 s ago are kept, those of 21 s ago are not; the whole one stays 15 minutes.
        Assert.Null(sources.Find(Place(3, 4000), 1, 20 * SecondNs));
        Assert.Equal((100, 1), (sources.Count, sources.Refused));
        Assert.NotNull(sources.Find(Place(3, 4000), 1, 22 * SecondNs));
        Assert.Equal(2, sources.Count);
        Assert.Same(whole, sources.FindKnown(Place(1, 4000), 7));
        Assert.Null(sources.FindKnown(Place(2, 4000), 9));
    }

    [Fact]
    public void Mirrored_reports_neither_move_a_time_nor_push_another_out()
    {
        var source = new RtcpSources(100).Find(Place(1, 4000), 7, 0)!;
        for (var second = 1u; second <= 4; second++)
        {
            source.NoteReference(second, second * SecondNs);
            source.NoteReference(second, (second * SecondNs) + (SecondNs / 1_000));
        }

        // The first of four timestamps is quoted 3.1 s after it passed, and had waited 3 s: 100 ms of way.
        source.NoteEcho(1, 3 << 16, (4 * SecondNs) + (SecondNs / 10), heard: null);
        Assert.Equal(100_000, source.ReceiverSideUs);
    }

    [Fact]
    public void Many_sources_of_one_place_are_found_each_and_listed_in_part()
    {
        var sources = new RtcpSources(1_000);
        for (var ssrc = 0u; ssrc < 100; ssrc++)
        {
            sources.Find(Place(1, 4000), ssrc, 0);
        }

        Assert.Equal((100, 0L), (sources.Count, sources.Refused));
        Assert.Equal(99u, sources.FindKnown(Place(1, 4001), 99)!.Ssrc);
        Assert.Equal(RtcpSources.PerPlace, Listed());

        // When all are over the place lists nothing any more, and the next one again.
        sources.Advance(895 * SecondNs);
        sources.Advance(910 * SecondNs);
        Assert.Equal((0, 0), (sources.Count, Listed()));
        sources.Find(Place(1, 4000), 1, 911 * SecondNs);
        Assert.Equal(1, Listed());

        int Listed()
        {
            var count = 0;
            for (var source = sources.First(Place(1, 4001)); source is not null; source = source.Next)
            {
                count++;
            }

            return count;
        }
    }

    private static IpEndpoint Place(byte host, ushort port) =>
        new(IpAddress128.FromBytes([198, 18, 0, host]), port);
}
