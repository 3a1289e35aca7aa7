using VoiceQuality.Testing.Captures;

namespace VoiceQuality.Monitor.Tests.Limits;

/// <summary>Whatever strangers send, and however much of it: no figure of a real call is another, and no table
/// grows.</summary>
[Collection(AloneCollection.Name)]
public sealed class FloodedCallTests
{
    // Tables that the floods fill many times over.
    private static readonly MonitorOptions Options = new()
    {
        MaxCalls = 4_000,
        MaxProbes = 4_000,
        MaxFlowsPerLane = 8_000,
        MaxCandidatesPerLane = 4_000,
        MaxEndpoints = 16_000,
        MaxSipConnections = 2_000,
        MaxSipConnectionOctets = 8_388_608,
        MaxRtcpSources = 4_000,
    };

    public static TheoryData<string> Kinds => [.. Flood.Kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_flood_changes_no_figure_of_a_call_and_no_memory_beyond_the_limits(string kind)
    {
        var (quiet, _) = FloodedCall.Measure(kind, 0, Options);
        var (call, memory) = FloodedCall.Measure(kind, 100_000, Options);
        var (again, more) = FloodedCall.Measure(kind, 300_000, Options);

        Assert.NotNull(quiet.MosCqE4);
        Assert.Equal((2, 2), (quiet.Streams.Count, call.Streams.Count(static stream => stream.Ssrc is 1 or 2)));
        Assert.Equal(FloodedCall.Figures(quiet), FloodedCall.Figures(call));
        Assert.Equal(FloodedCall.Figures(quiet), FloodedCall.Figures(again));

        // 4,000 calls of 3,000 octets, 8,000 flows and 4,000 candidates of 1,500, 8 MiB of TCP: 38 MB, and a flood
        // fills one of them. 300,000 of anything that is not given up would be more.
        Assert.InRange(Math.Max(memory, more), 0, 20_000_000);
    }
}
