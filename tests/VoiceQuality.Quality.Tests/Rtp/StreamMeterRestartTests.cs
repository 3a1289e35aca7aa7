using VoiceQuality.Quality.Rtp;
using static VoiceQuality.Quality.Tests.Rtp.ArrivalSeries;

namespace VoiceQuality.Quality.Tests.Rtp;

/// <summary>Packets far outside the sequence: strays, restarts of the sender, holds.</summary>
public class StreamMeterRestartTests
{
    [Fact]
    public void A_restarted_sender_begins_a_segment_with_the_packet_that_was_held_back()
    {
        var before = Steady(100, 500);
        var after = Steady(100, 40_000, startNs: 100 * FrameNs);
        var outcomes = new List<ArrivalOutcome>();
        var meter = new StreamMeter(default);
        before.Concat(after).ToList().ForEach(arrival => outcomes.Add(meter.Add(arrival)));
        meter.Finish();

        var total = meter.Total();
        Assert.Equal((200, 200, 2, 0), (total.Expected, total.Received, total.Segments, total.Strays));
        Assert.Equal(ArrivalOutcome.Stray, outcomes[100]);
        Assert.Equal(ArrivalOutcome.Restart, outcomes[101]);
    }

    [Fact]
    public void A_restart_survives_a_loss_a_swap_and_a_duplicate_at_its_first_packets()
    {
        var before = Steady(100, 500);
        var after = Steady(100, 40_000, startNs: 100 * FrameNs);
        var lost = Measure([.. before, after[0], .. after.Skip(2)]).Total();
        var swapped = Measure([.. before, after[1], after[0], .. after.Skip(2)]).Total();
        var doubled = Measure([.. before, after[0], after[0], .. after.Skip(1)]).Total();
        Assert.Equal((200, 199, 2, 0), (lost.Expected, lost.Received, lost.Segments, lost.Strays));
        Assert.Equal((200, 200, 2, 0), (swapped.Expected, swapped.Received, swapped.Segments, swapped.Strays));
        Assert.Equal((200, 200, 1), (doubled.Expected, doubled.Received, doubled.Duplicates));
    }

    [Fact]
    public void A_second_sender_with_the_same_ssrc_is_stray_and_not_a_restart_at_every_packet()
    {
        var own = Steady(500, 100);
        var other = Steady(500, 30_000, startNs: 1_000_000);
        var total = Measure(own.Concat(other).OrderBy(a => a.ArrivalNs)).Total();
        Assert.Equal((500, 500, 1, 500), (total.Expected, total.Received, total.Segments, total.Strays));
    }

    [Fact]
    public void Numbers_skipped_during_a_hold_are_no_loss_but_later_ones_are()
    {
        var arrivals = Steady(400);
        arrivals.RemoveRange(300, 5);
        arrivals.RemoveRange(100, 100);
        var meter = new StreamMeter(default);
        arrivals.Take(100).ToList().ForEach(arrival => meter.Add(arrival));
        meter.NoteResumed();
        arrivals.Skip(100).ToList().ForEach(arrival => meter.Add(arrival));
        meter.Finish();
        var total = meter.Total();
        Assert.Equal((300, 295, 5, 2), (total.Expected, total.Received, total.Lost, total.Segments));
    }

    [Theory]
    [InlineData(2_999, 3_100, 1)] // a gap of 2,998 is loss: 101 + 2,999
    [InlineData(3_000, 202, 2)] // one more is a restart: 101 + 101
    public void A_jump_of_3000_is_a_restart_and_less_is_loss(int jump, long expected, long segments)
    {
        var before = Steady(101, 7);
        var after = Steady(101, (ushort)(7 + 100 + jump), startNs: 101 * FrameNs);
        var total = Measure(before.Concat(after)).Total();
        Assert.Equal(segments, total.Segments);
        Assert.Equal(expected + (segments == 1 ? 100 : 0), total.Expected);
        Assert.Equal(202, total.Received);
    }
}
