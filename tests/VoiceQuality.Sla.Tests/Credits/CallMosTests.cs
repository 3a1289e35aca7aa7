using FsCheck;
using FsCheck.Fluent;
using VoiceQuality.Quality;

namespace VoiceQuality.Sla.Tests.Credits;

public class CallMosTests
{
    private const MediaDirection Caller = MediaDirection.FromCaller;
    private const MediaDirection Callee = MediaDirection.FromCallee;

    [Fact]
    public void Streams_of_one_direction_weigh_by_their_seconds() =>
        // (4.0 × 30 + 2.0 × 10) / 40 = 140 / 40 = 3.5
        Assert.Equal(3.5m, CallMos.Combine([new(Caller, 4.0m, 30), new(Caller, 2.0m, 10)]));

    [Fact]
    public void Directions_weigh_the_same_however_long_they_are() =>
        // (4.2 + 3.2) / 2 = 3.7, though the second direction lasted ten times as long
        Assert.Equal(3.7m, CallMos.Combine([new(Caller, 4.2m, 90), new(Callee, 3.2m, 900)]));

    [Fact]
    public void One_measured_direction_is_the_score() =>
        Assert.Equal(3.45m, CallMos.Combine([new(Callee, 3.45m, 20)]));

    [Fact]
    public void No_stream_is_no_score()
    {
        Assert.Null(CallMos.Combine([]));
        Assert.Equal(CallMosStatus.NoStreams, CallMos.Evaluate([]).Status);
    }

    [Theory]
    [InlineData("3.00005", 30001)]     // half goes away from zero
    [InlineData("3.00004999", 30000)]
    [InlineData("1", 10000)]
    [InlineData("5.0000", 50000)]
    public void The_score_is_rounded_half_away_from_zero_at_four_decimals(string mos, int expectedE4)
    {
        var value = decimal.Parse(mos, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(expectedE4, CallMos.Evaluate([new(Caller, value, 7)]).ScoreE4);
        Assert.Equal(expectedE4, CallMos.ToE4(value));
    }

    [Fact]
    public void It_is_rounded_once_and_not_per_direction() =>
        // Caller: (3.0001 × 2 + 3.0000) / 3 = 3.0000666…; callee 3.00003. Mean = 3.00004833… → 3.0000;
        // rounding each direction first would give (3.0001 + 3.0000) / 2 = 3.00005 → 3.0001.
        Assert.Equal(3.0000m, CallMos.Combine(
            [new(Caller, 3.0001m, 2), new(Caller, 3.0000m, 1), new(Callee, 3.00003m, 5)]));

    [Fact]
    public void A_direction_of_zero_seconds_counts_with_its_plain_mean() =>
        // caller (3 + 4) / 2 = 3.5, callee 4.5 → 4.0
        Assert.Equal(4.0m, CallMos.Combine([new(Caller, 3m, 0), new(Caller, 4m, 0), new(Callee, 4.5m, 60)]));

    [Fact]
    public void A_stream_of_zero_seconds_weighs_nothing_beside_a_longer_one() =>
        Assert.Equal(4.5m, CallMos.Combine([new(Caller, 1m, 0), new(Caller, 4.5m, 60)]));

    [Theory]
    [InlineData("0.9999", "10")]
    [InlineData("0", "10")]
    [InlineData("5.0001", "10")]
    [InlineData("-3", "10")]
    [InlineData("3", "-0.001")]
    public void A_stream_outside_the_scale_makes_the_call_invalid(string mos, string seconds)
    {
        var bad = new StreamMos(
            Caller,
            decimal.Parse(mos, System.Globalization.CultureInfo.InvariantCulture),
            decimal.Parse(seconds, System.Globalization.CultureInfo.InvariantCulture));
        var result = CallMos.Evaluate([new(Callee, 4m, 60), bad]);
        Assert.Equal(CallMosStatus.Invalid, result.Status);
        Assert.Null(result.Mos);
    }

    [Fact]
    public void The_largest_and_finest_numbers_do_not_overflow() =>
        // Both streams weigh the same, so the mean of 1 and 5 is 3.
        Assert.Equal(3m, CallMos.Combine(
        [
            new(Caller, 1.0000000000000000000000000000m, decimal.MaxValue),
            new(Caller, 5m, decimal.MaxValue),
            new(Callee, 3m, 0.0000000000000000000000000001m),
        ]));

    [Fact]
    public void The_order_of_streams_changes_nothing_and_the_score_lies_between_the_extremes()
    {
        var streams = Gen.Choose(10_000, 50_000).SelectMany(mos => Gen.Choose(0, 7_200).SelectMany(seconds =>
            Gen.Elements(Caller, Callee).Select(side => new StreamMos(side, mos / 10_000m, seconds / 7m))));

        Prop.ForAll(streams.NonEmptyListOf().ToArbitrary(), list =>
        {
            StreamMos[] given = [.. list];
            StreamMos[] reversed = [.. given.Reverse()];
            var score = CallMos.Combine(given);
            return score == CallMos.Combine(reversed)
                && score >= given.Min(stream => stream.Mos)
                && score <= given.Max(stream => stream.Mos);
        }).QuickCheckThrowOnFailure();
    }
}
