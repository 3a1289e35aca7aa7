using VoiceQuality.Quality.Rtp;

namespace VoiceQuality.Quality.Tests.Rtp;

/// <summary>Tests that weigh the heap run while no other does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "alone";
}

[Collection(AloneCollection.Name)]
public class MeterMemoryTests
{
    // Many, so that what the process does beside weighs little.
    private const int Meters = 400;

    [Fact]
    public void A_new_meter_takes_less_than_1000_octets()
    {
        _ = new StreamMeter(default);
        var before = GC.GetAllocatedBytesForCurrentThread();
        _ = new StreamMeter(default);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1, 1_000);
    }

    [Theory]
    [InlineData(60, 1_400)]
    [InlineData(600, 4_600)]
    public void A_meter_keeps_what_is_finished_packed(int seconds, int mostOctets)
    {
        var meters = new StreamMeter[Meters];
        var before = GC.GetTotalMemory(forceFullCollection: true);

        for (var i = 0; i < Meters; i++)
        {
            meters[i] = Fed(new Random(i), seconds * 50);
        }

        var each = (GC.GetTotalMemory(forceFullCollection: true) - before) / Meters;
        GC.KeepAlive(meters);
        Assert.InRange(each, 1, mostOctets);
    }

    private static StreamMeter Fed(Random random, int packets)
    {
        var meter = new StreamMeter(default);

        for (var i = 0; i < packets; i++)
        {
            meter.Add(new RtpArrival
            {
                ArrivalNs = (i * ArrivalSeries.FrameNs) + random.Next(5_000_000),
                SequenceNumber = (ushort)i,
                Timestamp = (uint)(i * ArrivalSeries.FrameTicks),
                ClockRateHz = 8_000,
                PayloadLength = 160,
            });
        }

        return meter;
    }
}
