using VoiceQuality.Monitor.Rtcp;

namespace VoiceQuality.Monitor.Tests.Rtcp;

public sealed class SweepClockTests
{
    private const long Second = 1_000_000_000;
    private const long Start = 1_760_000_000 * Second;
    private const long Every = 10 * Second;

    [Fact]
    public void A_sweep_is_due_each_time_that_the_interval_has_passed()
    {
        var clock = default(SweepClock);

        Assert.False(clock.IsDue(Start, Every));
        Assert.False(clock.IsDue(Start + Every - 1, Every));
        Assert.True(clock.IsDue(Start + Every, Every));
        Assert.False(clock.IsDue(Start + Every + 1, Every));
        Assert.True(clock.IsDue(Start + (3 * Every), Every));
    }

    [Theory]
    [InlineData(950_000_000L)]
    [InlineData(-950_000_000L)]
    [InlineData(3_700L)]
    public void A_stray_time_sweeps_nothing_and_keeps_no_later_sweep_away(long aheadSeconds)
    {
        var clock = default(SweepClock);
        clock.IsDue(Start, Every);

        Assert.False(clock.IsDue(Start + (aheadSeconds * Second), Every));
        Assert.False(clock.IsDue(Start + Second, Every));
        Assert.True(clock.IsDue(Start + Second + Every, Every));
    }
}
