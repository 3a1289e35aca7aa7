using VoiceQuality.Monitor.Pipeline;
using VoiceQuality.Monitor.Streams;

namespace VoiceQuality.Monitor.Tests.Pipeline;

public sealed class EndpointDirectoryTests
{
    [Fact]
    public void A_place_is_watched_as_long_as_a_flow_has_it()
    {
        var directory = new EndpointDirectory(new MonitorOptions());
        var runs = new SteadyRuns();

        // A call's two directions share both places; a third flow shares one of them; the last goes to itself.
        Flow[] flows =
        [
            FlowBetween(runs, 1, 2), FlowBetween(runs, 2, 1), FlowBetween(runs, 3, 1), FlowBetween(runs, 4, 4),
        ];
        int[] places = [2, 2, 3, 4];
        for (var i = 0; i < flows.Length; i++)
        {
            directory.Watch(flows[i]);
            Assert.Equal(places[i], directory.WatchedPlaces);
        }

        places = [4, 3, 1, 0];
        for (var i = 0; i < flows.Length; i++)
        {
            directory.Unwatch(flows[i]);
            Assert.Equal(places[i], directory.WatchedPlaces);
        }

        Assert.Equal(0, directory.Unwatched);
    }

    private static Flow FlowBetween(SteadyRuns runs, byte source, byte destination)
    {
        byte[] addresses = [198, 18, 0, source, 198, 18, 0, destination];
        var packet = new MediaPacket { AddressLength = 4, Ports = (4_000u << 16) | 4_000u };
        return new Flow(packet, addresses, runs, 0);
    }
}
