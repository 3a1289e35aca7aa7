using FsCheck;
using FsCheck.Fluent;
using VoiceQuality.Quality.Rtp;
using static VoiceQuality.Quality.Tests.Rtp.ArrivalSeries;

namespace VoiceQuality.Quality.Tests.Rtp;

public class AdaptiveJitterBufferTests
{
    private const long Ms = 1_000_000;

    private static readonly MeterPolicy Adaptive = new()
    {
        JitterBuffer = JitterBufferKind.Adaptive, JitterBufferMs = 500,
    };

    [Fact]
    public void Any_series_is_judged_like_a_sorted_history_says() =>
        Prop.ForAll<int>(seed =>
        {
            var random = new Random(seed);
            var arrivals = Delayed(Steady(1_200), _ => random.Next(100) < 90 ? random.Next(40) * Ms : random.Next(400) * Ms);
            var buffer = new AdaptiveJitterBuffer(random.Next(60, 300));
            var history = new List<double>();

            foreach (var arrival in arrivals)
            {
                var transit = arrival.ArrivalNs - arrivals[0].ArrivalNs
                    - ((arrival.Timestamp - (double)arrivals[0].Timestamp) * 125_000);
                var isLate = buffer.IsLate(
                    arrival.ArrivalNs, arrival.Timestamp, arrival.SequenceNumber, false, 8_000, out _);

                if (isLate != Naive(history, transit, buffer.AllowedNs))
                {
                    return false;
                }

                history.Add(transit);
            }

            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(50));

    [Fact]
    public void A_lasting_step_of_the_delay_costs_a_few_packets()
    {
        // 300 ms more from packet 1,000 on. With 500 transits in the history, 15 are trimmed: the 16th is within.
        var stepped = Delayed(Steady(3_000), i => i >= 1_000 ? 300 * Ms : 0);
        Assert.Equal(16, Measure(stepped, Adaptive).Total().Discarded);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_pause_with_frozen_timestamps_discards_nothing(bool withMarker)
    {
        var paused = Steady(1_000).Select((a, i) => a with
        {
            ArrivalNs = a.ArrivalNs + (i >= 500 ? 5_000 * Ms : 0), Marker = withMarker && i == 500,
        });
        Assert.Equal(0, Measure(paused, Adaptive).Total().Discarded);
    }

    [Fact]
    public void A_stall_discards_what_it_held_up()
    {
        // Packets 600 to 799 wait for 4 s and arrive together at the time of packet 800: 800 - i times 20 ms late. The
        // 500 transits before them were 0, so 40 ms are allowed until 16 of the late ones are in the history.
        var stalled = Delayed(Steady(2_000), i => i is >= 600 and < 800 ? (800 - i) * 20 * Ms : 0);
        Assert.InRange(Measure(stalled, Adaptive).Total().Discarded, 150, 198);
    }

    [Fact]
    public void A_copy_of_a_meter_goes_on_by_itself()
    {
        var arrivals = Delayed(Steady(1_000), i => i * 7_919 % 90 * Ms);
        var meter = new StreamMeter(Adaptive);

        foreach (var arrival in arrivals.Take(600))
        {
            meter.Add(arrival);
        }

        var copy = meter.Clone();
        copy.Finish();

        foreach (var arrival in arrivals.Skip(600))
        {
            meter.Add(arrival);
        }

        meter.Finish();
        Assert.Equal(Measure(arrivals, Adaptive).Total(), meter.Total());
        Assert.Equal(Measure(arrivals.Take(600), Adaptive).Total(), copy.Total());
    }

    [Theory]
    [InlineData("fixed:60", JitterBufferKind.Fixed, 60)]
    [InlineData("adaptive:500", JitterBufferKind.Adaptive, 500)]
    public void The_name_of_a_buffer_is_read_as_it_is_written(string text, JitterBufferKind kind, int depthMs)
    {
        Assert.True(JitterBufferModel.TryParse(text, out var model));
        Assert.Equal(new JitterBufferModel(kind, depthMs), model);
        Assert.Equal(text, model.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("fixed")]
    [InlineData("fixed:")]
    [InlineData("fixed:0")]
    [InlineData("fixed:-5")]
    [InlineData("elastic:60")]
    [InlineData("adaptive:99999")]
    public void Another_text_names_no_buffer(string? text) => Assert.False(JitterBufferModel.TryParse(text, out _));

    private static bool Naive(List<double> history, double transit, double allowedNs)
    {
        var window = history.TakeLast(500).Order().ToArray();
        return window.Length > 0 && transit - window[window.Length * 3 / 100] > allowedNs;
    }
}
