using VoiceQuality.Monitor.Streams;
using VoiceQuality.Protocols.Network;

namespace VoiceQuality.Monitor.Tests.Streams;

public sealed class StreamRecordOrderTests
{
    [Fact]
    public void The_key_of_a_stream_compares_as_the_stream_does()
    {
        var random = new Random(4);
        string?[] calls = [null, "", "a", "ab", "a@198.18.0.1", "é", "\uE000", "\U0001F600"];
        IpEndpoint[] places =
        [
            new(IpAddress128.FromBytes([198, 18, 0, 1]), 999),
            new(IpAddress128.FromBytes([198, 18, 0, 10]), 10_000),
            new(IpAddress128.FromBytes([198, 18, 0, 2]), 999),
            new(IpAddress128.FromBytes([0x20, 1, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]), 10_000),
        ];
        for (var pair = 0; pair < 20_000; pair++)
        {
            var (a, b) = (Any(), Any());
            Assert.Equal(
                Math.Sign(StreamRecordOrder.Compare(a, b)),
                Math.Sign(string.CompareOrdinal(StreamRecordOrder.KeyOf(a), StreamRecordOrder.KeyOf(b))));
        }

        StreamRecord Any() => new()
        {
            CallId = calls[random.Next(calls.Length)],
            Ssrc = (uint)(random.Next(2) * 0xFFFF_FFF0L),
            Source = places[random.Next(places.Length)],
            Destination = places[random.Next(places.Length)],
            PayloadType = 0,
            ClockRateHz = 8_000,
            StartedAtUs = 5,
            EndedAtUs = 5,
            Total = default,
            Scored = default,
            Intervals = [],
            Model = new ScoreModel("none", "0", null, "fixed:60"),
        };
    }
}
