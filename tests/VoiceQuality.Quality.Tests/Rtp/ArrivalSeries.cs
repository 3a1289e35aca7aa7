using System.Text.Json;
using VoiceQuality.Quality.Rtp;

namespace VoiceQuality.Quality.Tests.Rtp;

/// <summary>Builds and runs series of arrivals.</summary>
internal static class ArrivalSeries
{
    public const int FrameTicks = 160;
    public const long FrameNs = 20_000_000;

    /// <summary>A perfect series of 20 ms packets at 8,000 Hz.</summary>
    public static List<RtpArrival> Steady(int packets, ushort firstSequence = 0, long startNs = 0) =>
    [
        .. Enumerable.Range(0, packets).Select(i => new RtpArrival
        {
            ArrivalNs = startNs + i * FrameNs,
            SequenceNumber = unchecked((ushort)(firstSequence + i)),
            Timestamp = unchecked((uint)(i * FrameTicks)),
            ClockRateHz = 8_000,
            PayloadLength = 160,
        }),
    ];

    public static List<RtpArrival> FromVector(JsonElement vector)
    {
        var clock = vector.GetProperty("clock").GetInt32();
        return
        [
            .. vector.GetProperty("packets").EnumerateArray().Select(packet => new RtpArrival
            {
                SequenceNumber = packet[0].GetUInt16(),
                Timestamp = packet[1].GetUInt32(),
                ArrivalNs = packet[2].GetInt64() * 1_000,
                ClockRateHz = clock,
                PayloadLength = 160,
            }),
        ];
    }

    public static StreamMeter Measure(IEnumerable<RtpArrival> arrivals, MeterPolicy policy = default)
    {
        var meter = new StreamMeter(policy);

        foreach (var arrival in arrivals)
        {
            meter.Add(arrival);
        }

        meter.Finish();
        return meter;
    }

    /// <summary>
    /// The series with each packet later by what <paramref name="delayNs"/> says, in order of arrival.
    /// </summary>
    public static List<RtpArrival> Delayed(List<RtpArrival> series, Func<int, long> delayNs) =>
    [
        .. series.Select((arrival, i) => arrival with { ArrivalNs = arrival.ArrivalNs + delayNs(i) })
            .OrderBy(arrival => arrival.ArrivalNs),
    ];
}
