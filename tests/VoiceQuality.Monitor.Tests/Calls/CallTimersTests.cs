using VoiceQuality.Monitor.Calls;
using Xunit;

namespace VoiceQuality.Monitor.Tests.Calls;

public sealed class CallTimersTests
{
    private const long Second = 1_000_000_000;
    private const long Start = 1_760_000_000 * Second;

    [Fact]
    public void Calls_are_due_when_their_time_has_come_and_not_before()
    {
        var timers = StartedAt(Start);
        var call = Add(timers, 1, Start + (32 * Second));

        Assert.Empty(timers.TakeDue(Start + (32 * Second) - 1));
        Assert.Equal([call], timers.TakeDue(Start + (32 * Second)));
        Assert.Empty(timers.TakeDue(Start + (33 * Second)));
        Assert.Equal(0, timers.Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Whatever_the_deadlines_and_the_steps_of_time_each_call_is_due_at_the_first_look_after_its_deadline(
        int seed)
    {
        var random = new Random(seed);
        var timers = StartedAt(Start);
        var waiting = new List<CallState>();
        var now = Start;
        for (var round = 0; round < 400; round++)
        {
            for (var i = random.Next(20); i > 0; i--)
            {
                // From now to 20 h ahead, most of them soon.
                var ahead = (long)(Math.Pow(random.NextDouble(), 6) * 72_000 * Second);
                waiting.Add(Add(timers, (round * 100) + i, now + ahead));
            }

            foreach (var call in waiting.Where(_ => random.Next(10) == 0).ToArray())
            {
                call.DeadlineNs = now + (long)(random.NextDouble() * 600 * Second);
                timers.Set(call);
            }

            if (waiting.Count > 0 && random.Next(3) == 0)
            {
                timers.Remove(waiting[0]);
                waiting.RemoveAt(0);
            }

            now += (long)(Math.Pow(random.NextDouble(), 4) * 3_000 * Second);
            var expected = waiting.Where(call => call.DeadlineNs <= now)
                .OrderBy(static call => call.DeadlineNs).ThenBy(static call => call.CallRef).ToArray();
            Assert.Equal(expected, timers.TakeDue(now));
            waiting.RemoveAll(call => call.DeadlineNs <= now);
            Assert.Equal(waiting.Count, timers.Count);
        }
    }

    [Fact]
    public void A_deadline_that_moves_away_is_kept()
    {
        var timers = StartedAt(Start);
        var call = Add(timers, 1, Start + (10 * Second));
        call.DeadlineNs = Start + (5_000 * Second);
        timers.Set(call);

        Assert.Empty(timers.TakeDue(Start + (4_999 * Second)));
        Assert.Equal([call], timers.TakeDue(Start + (5_000 * Second)));
    }

    [Fact]
    public void Time_that_goes_back_loses_no_call_and_makes_none_due_early()
    {
        var timers = StartedAt(Start);
        var early = Add(timers, 1, Start + (100 * Second));
        var back = Start - (86_400 * Second);

        Assert.Empty(timers.TakeDue(back));
        var late = Add(timers, 2, back + (32 * Second));
        Assert.Empty(timers.TakeDue(back + (31 * Second)));
        Assert.Equal([late], timers.TakeDue(back + (32 * Second)));
        Assert.Empty(timers.TakeDue(Start + (99 * Second)));
        Assert.Equal([early], timers.TakeDue(Start + (100 * Second)));
    }

    [Fact]
    public void The_nearest_goes_first_also_when_its_deadline_has_moved_since()
    {
        var timers = StartedAt(Start);
        var moved = Add(timers, 1, Start + (10 * Second));
        var near = Add(timers, 2, Start + (20 * Second));
        var far = Add(timers, 3, Start + (14_400 * Second));
        moved.DeadlineNs = Start + (200 * Second);
        timers.Set(moved);

        Assert.Same(near, timers.TakeNearest());
        Assert.Same(moved, timers.TakeNearest());
        Assert.Same(far, timers.TakeNearest());
        Assert.Null(timers.TakeNearest());
    }

    private static CallTimers StartedAt(long nowNs)
    {
        var timers = new CallTimers();
        timers.TakeDue(nowNs);
        return timers;
    }

    private static CallState Add(CallTimers timers, int callRef, long deadlineNs)
    {
        var call = new CallState();
        call.Begin(callRef, 0, default, default);
        call.DeadlineNs = deadlineNs;
        timers.Set(call);
        return call;
    }
}
