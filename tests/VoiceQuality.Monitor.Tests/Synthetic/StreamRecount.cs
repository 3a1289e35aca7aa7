namespace VoiceQuality.Monitor.Tests.Synthetic;

/// <summary>
/// Counts one RTP stream from its frames again, with lists and sets where the generator has counters.
/// </summary>
internal sealed class StreamRecount
{
    public StreamRecount(IReadOnlyList<CapturedFrame> frames, int audioPayloadType, double clockRate)
    {
        var extended = Extend(frames.Select(frame => (int)frame.Word(2)).ToList());
        var seen = new HashSet<int>();
        var highest = int.MinValue;
        var audio = new List<(long AtNs, uint Timestamp)>();
        var events = new HashSet<uint>();

        for (var i = 0; i < frames.Count; i++)
        {
            if (!seen.Add(extended[i]))
            {
                Duplicates++;
                continue;
            }

            Reordered += extended[i] < highest ? 1 : 0;
            highest = Math.Max(highest, extended[i]);
            var payloadType = frames[i].Payload[1] & 0x7F;
            ComfortNoise += payloadType == 13 ? 1 : 0;
            if (payloadType == 101)
            {
                EventPackets++;
                events.Add(frames[i].Long(4));
            }
            else if (payloadType == audioPayloadType)
            {
                audio.Add((frames[i].TimestampNs, frames[i].Long(4)));
            }
        }

        Captured = seen.Count;
        Expected = seen.Max() - seen.Min() + 1;
        Events = events.Count;
        Wraps = seen.Max() >> 16 != seen.Min() >> 16;
        var missing = Enumerable.Range(seen.Min(), (int)Expected).Where(number => !seen.Contains(number)).ToList();
        Lost = missing.Count;
        var runs = missing.Where(number => !missing.Contains(number - 1)).ToList();
        LossRuns = runs.Count;
        MaxLossRun = runs.Count == 0 ? 0 : runs.Max(start => Enumerable.Range(start, missing.Count)
            .TakeWhile(missing.Contains).Count());
        MaxDeltaMs = frames.Count < 2
            ? null
            : frames.Zip(frames.Skip(1), (a, b) => (b.TimestampNs - a.TimestampNs) / 1e6).Max();
        CountJitter(audio, clockRate);
    }

    public long Captured { get; }

    public long Duplicates { get; }

    public long Expected { get; }

    public long Lost { get; }

    public long Reordered { get; }

    public long LossRuns { get; }

    public long MaxLossRun { get; }

    public long ComfortNoise { get; }

    public long EventPackets { get; }

    public long Events { get; }

    public long Beyond60Ms { get; private set; }

    public double? JitterMeanMs { get; private set; }

    public double? JitterMaxMs { get; private set; }

    public double? MaxDeltaMs { get; }

    public bool Wraps { get; }

    /// <summary>Nearest to the number before it, modulo 65,536.</summary>
    private static List<int> Extend(List<int> sequenceNumbers)
    {
        var extended = new List<int>();
        var last = sequenceNumbers[0] + 65_536;
        foreach (var number in sequenceNumbers)
        {
            last = new[] { -65_536, 0, 65_536 }
                .Select(cycle => (last & ~0xFFFF) + cycle + number)
                .MinBy(candidate => Math.Abs(candidate - last));
            extended.Add(last);
        }

        return extended;
    }

    /// <summary>RFC 3550 A.8, in ticks as it is printed there, and then in milliseconds.</summary>
    private void CountJitter(List<(long AtNs, uint Timestamp)> audio, double clockRate)
    {
        var jitter = 0.0;
        var values = new List<double>();
        for (var i = 1; i < audio.Count; i++)
        {
            var arrivalTicks = (audio[i].AtNs - audio[i - 1].AtNs) * clockRate / 1e9;
            var sentTicks = (int)(audio[i].Timestamp - audio[i - 1].Timestamp);
            jitter += (Math.Abs(arrivalTicks - sentTicks) - jitter) / 16;
            values.Add(jitter * 1_000 / clockRate);

            var transitMs = (audio[i].AtNs - audio[0].AtNs) / 1e6
                - (int)(audio[i].Timestamp - audio[0].Timestamp) * 1_000.0 / clockRate;
            Beyond60Ms += transitMs > 60 ? 1 : 0;
        }

        if (values.Count > 0)
        {
            JitterMeanMs = values.Average();
            JitterMaxMs = values.Max();
        }
    }
}
