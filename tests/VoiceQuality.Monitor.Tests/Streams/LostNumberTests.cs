using FsCheck;
using FsCheck.Fluent;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Testing.Captures;

namespace VoiceQuality.Monitor.Tests.Streams;

public sealed class LostNumberTests
{
    private static readonly MonitorOptions Keeping = new() { KeepLostNumbers = true };

    [Fact]
    public void Numbers_that_never_came_are_told_in_runs_over_the_wrap()
    {
        var wire = new Wire();

        // The first number is 65,500, so indexes 35 to 36 are 65,535 and 0.
        new RtpScript(wire, "198.18.0.1:4000", "198.18.0.2:6000") { SequenceNumber = 65_500 }
            .Send(200, 0, static i => i is 10 or 35 or 36 or 100 or 101 or 102);

        var stream = Assert.Single(Measurement.Of(wire, Keeping).Streams);

        Assert.Equal(6, stream.Total.Lost);
        Assert.Equal(
            [new NumberRun(65_510, 65_510), new NumberRun(65_535, 0), new NumberRun(64, 66)], stream.LostNumbers);
    }

    [Fact]
    public void What_came_late_or_twice_is_not_among_them()
    {
        var wire = new Wire();
        var script = new RtpScript(wire, "198.18.0.1:4000", "198.18.0.2:6000") { SequenceNumber = 500 };
        script.Send(100, 0, static i => i is 40 or 41 or 42 or 60);

        // Of 540 to 542 the one in the middle comes 60 ms late; 560 stays away and 570 comes again.
        script.Packet(Wire.Us(0.861), 541, 160_000 + (41 * 160));
        script.Packet(Wire.Us(1.421), 570, 160_000 + (70 * 160));

        var stream = Assert.Single(Measurement.Of(wire, Keeping).Streams);

        Assert.Equal((3, 1, 1), (stream.Total.Lost, stream.Total.Reordered, stream.Total.Duplicates));
        Assert.Equal(
            [new NumberRun(540, 540), new NumberRun(542, 542), new NumberRun(560, 560)], stream.LostNumbers);
    }

    [Fact]
    public void A_sender_that_starts_again_lost_nothing_in_between()
    {
        var wire = new Wire();
        var script = new RtpScript(wire, "198.18.0.1:4000", "198.18.0.2:6000") { SequenceNumber = 100 };
        script.Send(100, 0, static i => i == 50);
        script.SequenceNumber = 40_000;
        script.Send(100, null, static i => i is 1 or 20);

        var stream = Assert.Single(Measurement.Of(wire, Keeping).Streams);

        Assert.Equal(3, stream.Total.Lost);
        Assert.Equal(
            [new NumberRun(150, 150), new NumberRun(40_001, 40_001), new NumberRun(40_020, 40_020)],
            stream.LostNumbers);
    }

    [Fact]
    public void Nobody_who_does_not_ask_is_told()
    {
        var wire = new Wire();
        new RtpScript(wire, "198.18.0.1:4000", "198.18.0.2:6000").Send(200, 0, static i => i == 10);

        Assert.Null(Assert.Single(Measurement.Of(wire).Streams).LostNumbers);
    }

    [Fact]
    public void They_are_what_was_dropped_whatever_was_dropped_and_swapped() =>
        Prop.ForAll<int>(seed =>
        {
            var random = new Random(seed);
            var wire = new Wire();
            var script = new RtpScript(wire, "198.18.0.1:4000", "198.18.0.2:6000");
            var first = (ushort)random.Next(65_536);
            var dropped = new List<ushort>();
            for (var i = 0; i < 400; i++)
            {
                var number = unchecked((ushort)(first + i));

                // The first and the last packet come, and in time, so that everything between them is expected.
                var isInside = i is > 0 and < 399;
                if (isInside && random.Next(100) < 15)
                {
                    dropped.Add(number);
                    continue;
                }

                var late = isInside && random.Next(100) < 15 ? random.Next(0, 20) * 20_000 + 1 : 0;
                late = Math.Min(late, (399 - i) * 20_000 - 1);
                script.Packet(Wire.StartUs + (i * 20_000) + Math.Max(0, late), number, (uint)(i * 160));
            }

            var stream = Assert.Single(Measurement.Of(wire, Keeping).Streams);
            var told = stream.LostNumbers!.SelectMany(
                static run => Enumerable.Range(0, run.Count).Select(i => unchecked((ushort)(run.First + i))));
            return stream.Total.Lost == dropped.Count && told.SequenceEqual(dropped);
        }).QuickCheckThrowOnFailure();
}
