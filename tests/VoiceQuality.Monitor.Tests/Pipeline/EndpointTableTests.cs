using VoiceQuality.Monitor.Pipeline;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Protocols.Network;

namespace VoiceQuality.Monitor.Tests.Pipeline;

public sealed class EndpointTableTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_place_holds_what_was_entered_until_it_is_emptied(int seed)
    {
        var random = new Random(seed);
        var table = new EndpointTable();
        var call = new LaneCall();
        var known = new Dictionary<IpEndpoint, MediaEndpoint>();
        for (var round = 0; round < 20_000; round++)
        {
            var address = IpAddress128.FromIPv4(0xC612_0000 + (uint)random.Next(64));
            var key = new IpEndpoint(address, (ushort)random.Next(80));
            Assert.Equal(known.ContainsKey(key), table.Contains(key));
            Assert.Same(known.GetValueOrDefault(key), table[key].Announced);
            ref var place = ref table.PlaceOf(key);
            if (known.Remove(key))
            {
                place.Announced = null;
                table.Left(ref place);
            }
            else
            {
                var endpoint = new MediaEndpoint(call) { Key = key };
                place.Announced = endpoint;
                table.Entered();
                known.Add(key, endpoint);
            }
        }

        foreach (var key in known.Keys)
        {
            Assert.True(table.Contains(key));
            ref var place = ref table.PlaceOf(key);
            place.Announced = null;
            table.Left(ref place);
            Assert.False(table.Contains(key));
        }
    }
}
