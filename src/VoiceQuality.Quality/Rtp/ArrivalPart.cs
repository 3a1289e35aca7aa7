namespace VoiceQuality.Quality.Rtp;

/// <summary>
/// What arrivals change in the open interval: the part of <see cref="IntervalCounters"/> that is final when the next
/// interval opens. 32 bits hold five minutes of the shortest packets at 10 Gbit/s.
/// </summary>
internal struct ArrivalPart
{
    public long StartNs;
    public long EndNs;
    public long PayloadOctets;
    public long JitterSumPs;
    public long JitterMaxPs;
    public long MaxDeltaNs;
    public long MediaNs;
    public long MediaArrivalNs;
    public long SpacedNs;
    public uint AudioReceived;
    public uint JitterSamples;
    public uint SpacedSteps;
    public uint Segments;
    public uint Duplicates;
    public uint Reordered;
    public uint Strays;
    public uint ComfortNoise;
    public uint TelephoneEvents;
    public uint Pauses;
    public DelayVariationHistogram DelayVariation;
    public long PausedMediaNs;
    public long PausedArrivalNs;
    public ClockEnvelope Envelope;
    public int DriftSteps;
    public int LeastDriftPpm;
    public int GreatestDriftPpm;

    /// <summary>Steps of the least transit from second to second.</summary>
    public ClockDrift Drift
    {
        readonly get => new() { Steps = DriftSteps, LeastPpm = LeastDriftPpm, GreatestPpm = GreatestDriftPpm };
        set => (DriftSteps, LeastDriftPpm, GreatestDriftPpm) =
            ((int)value.Steps, (int)value.LeastPpm, (int)value.GreatestPpm);
    }

    /// <summary>Writes the part into the whole.</summary>
    public readonly void CopyTo(ref IntervalCounters counters)
    {
        counters.StartNs = StartNs;
        counters.EndNs = EndNs;
        counters.PayloadOctets = PayloadOctets;
        counters.JitterSumPs = JitterSumPs;
        counters.JitterMaxPs = JitterMaxPs;
        counters.MaxDeltaNs = MaxDeltaNs;
        counters.MediaNs = MediaNs;
        counters.MediaArrivalNs = MediaArrivalNs;
        counters.SpacedNs = SpacedNs;
        counters.AudioReceived = AudioReceived;
        counters.JitterSamples = JitterSamples;
        counters.SpacedSteps = SpacedSteps;
        counters.Segments = Segments;
        counters.Duplicates = Duplicates;
        counters.Reordered = Reordered;
        counters.Strays = Strays;
        counters.ComfortNoise = ComfortNoise;
        counters.TelephoneEvents = TelephoneEvents;
        counters.Pauses = Pauses;
        counters.DelayVariation = DelayVariation;
        counters.PausedMediaNs = PausedMediaNs;
        counters.PausedArrivalNs = PausedArrivalNs;
        counters.Envelope = Envelope;
        counters.Drift = Drift;
    }
}
