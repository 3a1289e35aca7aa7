using VoiceQuality.Monitor.Sources.Synthetic;

namespace VoiceQuality.Service.Demo;

/// <summary>What the paths of the demonstration do to one direction of a call.</summary>
internal static class DemoImpairments
{
    public static Impairment Of(DemoQuality quality, ref DemoRandom random) => quality switch
    {
        DemoQuality.Clean => Impairment.None with { JitterMs = 0.2 + random.NextDouble() },
        DemoQuality.Good => Lossy(0.002 + (random.NextDouble() * 0.006), 1.5),
        DemoQuality.Edge => Lossy(0.050 + (random.NextDouble() * 0.002), 2),
        DemoQuality.Fair => Lossy(0.060 + (random.NextDouble() * 0.020), 3),
        DemoQuality.Poor => Lossy(0.090 + (random.NextDouble() * 0.020), 4),
        DemoQuality.Bad => Lossy(0.110 + (random.NextDouble() * 0.020), 5),
        DemoQuality.Broken => Lossy(0.150 + (random.NextDouble() * 0.150), 6),
        DemoQuality.Unmeasured => Impairment.None with { NoMedia = true },
        _ => Impairment.None,
    };

    private static Impairment Lossy(double loss, double jitterMs) =>
        new() { LossProbability = loss, JitterMs = jitterMs, SenderDelayMs = 20 };
}
