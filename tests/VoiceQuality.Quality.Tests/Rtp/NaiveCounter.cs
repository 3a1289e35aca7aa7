using VoiceQuality.Quality.Rtp;

namespace VoiceQuality.Quality.Tests.Rtp;

/// <summary>
/// Counts one segment of a stream with dictionaries and the whole history at hand: the definitions of the interface,
/// written down as plainly as they can be.
/// </summary>
internal static class NaiveCounter
{
    public static IntervalCounters Total(IReadOnlyList<RtpArrival> arrivals, int depthMs)
    {
        var inTime = new SortedDictionary<long, bool>();
        long highest = arrivals[0].SequenceNumber, duplicates = 0, reordered = 0;
        var first = arrivals[0];

        foreach (var arrival in arrivals)
        {
            var extended = highest + unchecked((short)(arrival.SequenceNumber - (ushort)highest));
            var offsetNs = arrival.ArrivalNs - first.ArrivalNs
                - unchecked((int)(arrival.Timestamp - first.Timestamp)) * (1e9 / arrival.ClockRateHz);

            if (!inTime.TryAdd(extended, offsetNs <= depthMs * 1e6))
            {
                duplicates++;
                continue;
            }

            reordered += extended < highest ? 1 : 0;
            highest = Math.Max(highest, extended);
        }

        var lowest = inTime.Keys.First();
        var runs = 0;
        var wasBad = false;

        for (var extended = lowest; extended <= highest; extended++)
        {
            var isBad = !inTime.TryGetValue(extended, out var wasInTime) || !wasInTime;
            runs += isBad && !wasBad ? 1 : 0;
            wasBad = isBad;
        }

        return new IntervalCounters
        {
            Expected = highest - lowest + 1,
            Received = inTime.Count,
            Discarded = inTime.Values.Count(wasInTime => !wasInTime),
            BadRuns = runs,
            Duplicates = duplicates,
            Reordered = reordered,
        };
    }
}
