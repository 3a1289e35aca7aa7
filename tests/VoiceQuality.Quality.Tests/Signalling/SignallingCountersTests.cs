using VoiceQuality.Quality.Signalling;

namespace VoiceQuality.Quality.Tests.Signalling;

public sealed class SignallingCountersTests
{
    private static readonly SignallingCounters Day = new()
    {
        Attempts = 100,
        Answered = 60,
        Redirected = 4,
        Declined = 18,
        Ineffective = 6,
        NotAnsweredByUser = 25,
        Completed = 57,
        Talk = new DelaySum(57, 57L * 90_000_000),
    };

    [Fact]
    public void Ratios_are_those_of_the_standards()
    {
        // SER 60 / (100 - 4), SEER (60 + 18) / (100 - 4), ISA 6 / 100, SCR 57 / 100, ASR 60 / 100, NER (60 + 25) / 100.
        Assert.Equal(62.5, Day.SerPercent);
        Assert.Equal(81.25, Day.SeerPercent);
        Assert.Equal(6, Day.IsaPercent);
        Assert.Equal(57, Day.ScrPercent);
        Assert.Equal(60, Day.AsrPercent);
        Assert.Equal(85, Day.NerPercent);
        Assert.Equal(90, Day.AcdSeconds);
    }

    [Fact]
    public void Without_attempts_nothing_is_known()
    {
        var none = default(SignallingCounters);

        Assert.Null(none.SerPercent);
        Assert.Null(none.AsrPercent);
        Assert.Null(none.AcdSeconds);
        Assert.Null((Day with { Redirected = 100 }).SerPercent);
    }

    [Fact]
    public void Merging_adds_every_counter()
    {
        var sum = Day + Day + default(SignallingCounters);

        foreach (var property in typeof(SignallingCounters).GetProperties().Where(static p => p.CanWrite))
        {
            var (one, two) = (property.GetValue(Day), property.GetValue(sum));
            Assert.Equal(one is DelaySum delay ? delay + delay : (object)((long)one! * 2), two);
        }

        Assert.Equal(Day.SerPercent, sum.SerPercent);
    }
}
