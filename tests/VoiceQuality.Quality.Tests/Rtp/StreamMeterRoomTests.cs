using VoiceQuality.Quality.Rtp;

namespace VoiceQuality.Quality.Tests.Rtp;

/// <summary>What meters share or use again must not go from one to the other.</summary>
public class StreamMeterRoomTests
{
    [Fact]
    public void Room_that_another_stream_has_used_changes_nothing()
    {
        // 25 s: two intervals of 10 s and what is left. The stream before lost every third packet for 70 s, all of
        // them early media.
        var before = new StreamMeter(default);
        ArrivalSeries.Steady(3_500).Where(arrival => arrival.SequenceNumber % 3 != 1).ToList()
            .ForEach(arrival => before.Add(arrival));
        before.BeginAnswered(before.LastArrivalNs + 1_000_000_000);
        before.Finish();
        var meter = new StreamMeter(default);
        ArrivalSeries.Steady(1_250).ForEach(arrival => meter.Add(arrival));
        meter.Finish();

        IntervalCounters[] room = [];
        Assert.Equal(7, before.ReadAll(ref room).ToArray().Count(interval => interval.IsEarlyMedia));
        var used = room;
        var intervals = meter.ReadAll(ref room).ToArray();
        Assert.Same(used, room);
        Assert.Equal(3, intervals.Length);
        Assert.All(intervals, interval => Assert.Equal((0, false), (interval.Lost, interval.IsEarlyMedia)));
        Assert.Equal(meter.Intervals.ToArray(), intervals);
    }

    [Fact]
    public void What_a_copy_of_a_meter_goes_through_does_not_reach_the_meter()
    {
        // The network holds the packets up for 1.5 s, then for 3 s. The copy is made while the first stall is undecided.
        var arrivals = ArrivalSeries.Steady(600);
        Hold(100, 1_500_000_000);
        Hold(300, 3_000_000_000);
        var (alone, copied) = (new StreamMeter(default), new StreamMeter(default));
        arrivals.ForEach(arrival => alone.Add(arrival));
        arrivals[..101].ForEach(arrival => copied.Add(arrival));
        var copy = copied.Clone();
        arrivals[101..301].ForEach(arrival => copy.Add(arrival));
        arrivals[101..].ForEach(arrival => copied.Add(arrival));
        alone.Finish();
        copied.Finish();
        Assert.Equal(alone.Intervals.ToArray(), copied.Intervals.ToArray());

        void Hold(int from, long heldNs)
        {
            var untilNs = arrivals[from].ArrivalNs + heldNs;
            for (var i = from; arrivals[i].ArrivalNs < untilNs; i++)
            {
                arrivals[i] = arrivals[i] with { ArrivalNs = untilNs };
            }
        }
    }
}
