using VoiceQuality.Monitor.Sources.Live;

namespace VoiceQuality.Monitor.Tests.Sources;

public class RingDropsTests
{
    [Fact]
    public void Drops_lie_before_the_block_that_is_filled_after_the_next_one_was_given_back()
    {
        // A ring of four. While block 0 is being read, the kernel has filled 1 to 3 and drops 7: the next packets go
        // to block 4, which is in the place of block 0.
        var ring = new RingDrops(4);
        ring.Note(7);

        Assert.Null(ring.Take(100, 110));
        Assert.Null(ring.Take(110, 120));
        Assert.Null(ring.Take(120, 130));
        Assert.Null(ring.Take(130, 140));
        Assert.Equal((140L, 190L, 7L), ring.Take(190, 200));
        Assert.Null(ring.Take(200, 210));
    }

    [Fact]
    public void What_is_counted_before_one_block_is_given_back_is_one_drop()
    {
        var ring = new RingDrops(2);
        Assert.Null(ring.Take(1, 2));
        ring.Note(3);
        ring.Note(4);
        Assert.Null(ring.Take(2, 3));
        ring.Note(5);

        // Seven before block 3 and five before block 4.
        Assert.Null(ring.Take(3, 4));
        Assert.Equal((4L, 8L, 7L), ring.Take(8, 9));
        Assert.Equal((9L, 12L, 5L), ring.Take(12, 13));
    }

    [Fact]
    public void A_block_without_usable_packets_leaves_the_times_of_the_one_before()
    {
        var ring = new RingDrops(1);
        Assert.Null(ring.Take(1, 2));
        ring.Note(0);
        Assert.Null(ring.Take());
        ring.Note(6);

        Assert.Null(ring.Take(4, 5));
        Assert.Equal((5L, 9L, 6L), ring.Take(9, 10));
    }
}
