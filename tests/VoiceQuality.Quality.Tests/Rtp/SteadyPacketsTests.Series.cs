using FsCheck;
using FsCheck.Fluent;
using VoiceQuality.Quality.Rtp;

namespace VoiceQuality.Quality.Tests.Rtp;

/// <content>Series of packets, and meters that count them in runs.</content>
public partial class SteadyPacketsTests
{
    /// <summary>Some packets one by one, the others in runs of sixteen.</summary>
    private static StreamMeter Counted(MeterPolicy policy, List<RtpArrival> arrivals, int singles)
    {
        var meter = new StreamMeter(policy);
        arrivals[..singles].ForEach(arrival => meter.Add(arrival));

        for (var next = singles; next < arrivals.Count; next += SteadyPackets.Capacity)
        {
            AddRun(meter, arrivals, next, Math.Min(SteadyPackets.Capacity, arrivals.Count - next));
        }

        meter.Finish();
        return meter;
    }

    private static void AddRun(StreamMeter meter, List<RtpArrival> arrivals, int first, int length)
    {
        Span<uint> offsets = stackalloc uint[length];
        var baseNs = arrivals[first].ArrivalNs - 1_000;

        for (var i = 0; i < length; i++)
        {
            offsets[i] = (uint)(arrivals[first + i].ArrivalNs - baseNs);
        }

        meter.AddSteady(new SteadyPackets
        {
            FirstSequenceNumber = arrivals[first].SequenceNumber,
            FirstTimestamp = arrivals[first].Timestamp,
            FrameTicks = length > 1 ? unchecked(arrivals[first + 1].Timestamp - arrivals[first].Timestamp) : 160,
            ClockRateHz = arrivals[first].ClockRateHz,
            PayloadLength = arrivals[first].PayloadLength,
            BaseNs = baseNs,
            OffsetsNs = offsets,
        });
    }

    /// <summary>How many packets from one on may be told as a run.</summary>
    private static int RunLength(List<RtpArrival> arrivals, int first, int most)
    {
        var length = 1;

        if (first == 0 || !Follows(arrivals[first - 1], arrivals[first]))
        {
            return 1;
        }

        while (length < most && first + length < arrivals.Count
            && Follows(arrivals[first + length - 1], arrivals[first + length])
            && unchecked(arrivals[first + length].Timestamp - arrivals[first + length - 1].Timestamp)
                == unchecked(arrivals[first + 1].Timestamp - arrivals[first].Timestamp)
            && arrivals[first + length].ArrivalNs - arrivals[first].ArrivalNs < 4_000_000_000)
        {
            length++;
        }

        return length;
    }

    private static bool Follows(in RtpArrival before, in RtpArrival after) =>
        unchecked((ushort)(before.SequenceNumber + 1)) == after.SequenceNumber && after.ArrivalNs >= before.ArrivalNs
        && IsPlain(before) && IsPlain(after);

    private static bool IsPlain(in RtpArrival arrival) =>
        arrival is { Kind: RtpPacketKind.Audio, Marker: false, EndsTalkspurt: false, PayloadLength: 160 };

    /// <summary>
    /// Speech with what happens to it: jitter, loss, copies, swaps, pauses with and without a marker, comfort noise,
    /// stalls, jumps of the clock and of the numbers, a sender whose clock is off.
    /// </summary>
    private static List<RtpArrival> Series(Random random, int packets)
    {
        var arrivals = new List<RtpArrival>();
        var sequence = (ushort)random.Next(65_536);
        var timestamp = (uint)random.NextInt64(uint.MaxValue);
        var nowNs = random.NextInt64(1_000_000_000_000);
        var frameNs = 20_000_000L + random.Next(-4_000, 4_000);
        var jitterNs = random.Next(4) switch { 0 => 0, 1 => 2_000_000, 2 => 30_000_000, _ => 90_000_000 };
        var calm = random.Next(40, 400);

        for (var i = 0; i < packets; i++)
        {
            var arrival = new RtpArrival
            {
                ArrivalNs = nowNs + random.Next(jitterNs + 1),
                SequenceNumber = sequence,
                Timestamp = timestamp,
                ClockRateHz = 8_000,
                PayloadLength = 160,
            };

            switch (random.Next(calm))
            {
                case 0:
                    break; // lost
                case 1:
                    arrivals.Add(arrival);
                    arrivals.Add(arrival with { ArrivalNs = arrival.ArrivalNs + random.Next(5_000_000) });
                    break;
                case 2:
                    arrivals.Add(arrival with { Marker = true });
                    timestamp += (uint)random.Next(20_000);
                    break;
                case 3:
                    arrivals.Add(arrival with { Kind = RtpPacketKind.ComfortNoise, PayloadLength = 1 });
                    break;
                case 4:
                    arrivals.Add(arrival with { EndsTalkspurt = true, PayloadLength = 2 });
                    break;
                case 5:
                    nowNs += random.NextInt64(3_000_000_000); // the network stood still
                    arrivals.Add(arrival);
                    break;
                case 6:
                    timestamp += (uint)random.NextInt64(uint.MaxValue);
                    arrivals.Add(arrival);
                    break;
                case 7:
                    sequence += (ushort)random.Next(8_000);
                    arrivals.Add(arrival);
                    break;
                case 8:
                    arrivals.Add(arrival with { Kind = RtpPacketKind.TelephoneEvent, PayloadLength = 4 });
                    break;
                case 9 when random.Next(4) == 0:
                    nowNs -= random.Next(50_000_000);
                    arrivals.Add(arrival);
                    break;
                case 10:
                    frameNs = 20_000_000L + random.Next(-200_000, 200_000);
                    arrivals.Add(arrival);
                    break;
                default:
                    arrivals.Add(arrival);
                    break;
            }

            sequence++;
            timestamp += 160;
            nowNs += frameNs;
        }

        // Half of the series in order of arrival, with swaps; the other half as sent, with arrivals that go back.
        return random.Next(2) == 0 ? arrivals : [.. arrivals.OrderBy(arrival => arrival.ArrivalNs)];
    }
}
