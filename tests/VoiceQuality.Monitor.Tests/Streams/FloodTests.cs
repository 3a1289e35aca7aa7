using VoiceQuality.Testing.Captures;

namespace VoiceQuality.Monitor.Tests.Streams;

public sealed class FloodTests
{
    private readonly Wire _wire = new();

    [Fact]
    public void Flows_beyond_the_table_are_counted_and_calls_keep_their_half_of_it()
    {
        for (var i = 0; i < 300; i++)
        {
            new RtpScript(_wire, $"192.0.2.66:{1_000 + i}", "198.18.0.9:5000") { Ssrc = (uint)i }
                .Send(2, at: i * 0.001);
        }

        for (var i = 0; i < 8; i++)
        {
            new SipScript(_wire, $"call-{i}").Answered(1 + i, 2 + i, Sdp.Audio("198.18.0.1", 4000 + (2 * i)), null);
            new RtpScript(_wire, "198.18.0.2:6000", $"198.18.0.1:{4000 + (2 * i)}").Send(100, at: 3 + i);
        }

        var measured = Measurement.Of(_wire, new MonitorOptions { MaxFlowsPerLane = 32 });

        // 16 of the 300 flows found room; of the others both packets were dropped.
        Assert.Equal((300 - 16) * 2, measured.Rejected("rtp.flowTableFull"));
        Assert.Equal(32, measured.Rejected("rtp.notRecognised"));
        Assert.Equal(8, measured.Streams.Count);
        Assert.All(measured.Streams, static stream => Assert.Equal(100, stream.Total.Received));
    }

    [Fact]
    public void A_full_flow_table_costs_no_memory()
    {
        for (var i = 0; i < 20_000; i++)
        {
            new RtpScript(_wire, $"192.0.2.66:{1_000 + i}", "198.18.0.9:5000") { Ssrc = (uint)i, PayloadLength = 0 }
                .Send(1, at: i * 0.0001);
        }

        var options = new MonitorOptions { MaxFlowsPerLane = 16 };
        _ = Measurement.Of(_wire, options);
        using var source = new FrameSource(_wire.Frames, 4_096);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var measured = Measurement.Of(source, options);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        // A pipeline, its block of 256 KiB and its tables; not 20,000 flows of 200 octets.
        Assert.Equal(20_000 - 8, measured.Rejected("rtp.flowTableFull"));
        Assert.InRange(allocated, 1, 2_500_000);
    }

    [Fact]
    public void Streams_that_may_not_be_RTP_have_a_limit_and_leave_room_when_they_are_over()
    {
        // 40 flows of one packet each, of which 16 find room; 20 s later they are forgotten and RTP is recognised.
        for (var i = 0; i < 40; i++)
        {
            new RtpScript(_wire, $"192.0.2.66:{1_000 + i}", "198.18.0.9:5000") { Ssrc = (uint)i }.Send(1, at: i * 0.01);
        }

        for (var at = 1; at < 25; at++)
        {
            _wire.Udp(at, "198.18.9.1:9", "198.18.9.2:9", "time passes"u8);
        }

        new RtpScript(_wire, "198.18.0.3:4000", "198.18.0.4:4000").Send(100, at: 30);

        var measured = Measurement.Of(_wire, new MonitorOptions { MaxCandidatesPerLane = 16 });

        Assert.Equal(40 - 16, measured.Rejected("rtp.tooManyCandidates"));
        Assert.Equal(100, Assert.Single(measured.Streams).Total.Received);
    }

    [Fact]
    public void Streams_of_one_flow_have_a_limit()
    {
        Announce();
        for (uint ssrc = 0; ssrc < 50; ssrc++)
        {
            new RtpScript(_wire, "192.0.2.66:1000", "198.18.0.1:4000") { Ssrc = ssrc }.Send(3, at: 2 + (ssrc * 0.1));
        }

        var measured = Measurement.Of(_wire, new MonitorOptions { MaxStreamsPerFlow = 4 });

        Assert.Equal(4, measured.Streams.Count);
        Assert.Equal(46 * 3, measured.Rejected("rtp.tooManyStreams"));
    }

    [Fact]
    public void Streams_of_one_call_have_a_limit()
    {
        Announce();
        for (var i = 0; i < 50; i++)
        {
            new RtpScript(_wire, $"192.0.2.66:{1_000 + i}", "198.18.0.1:4000") { Ssrc = (uint)i }
                .Send(10, at: 2 + (i * 0.1));
        }

        var measured = Measurement.Of(_wire, new MonitorOptions { MaxStreamsPerCall = 6 });

        Assert.Equal(6, Assert.Single(measured.Calls).Streams.Count);
        Assert.Equal(44, measured.Rejected("rtp.tooManyStreamsInCall"));
        Assert.Equal(50, measured.Streams.Count);
    }

    [Fact]
    public void Announced_endpoints_have_a_limit()
    {
        for (var i = 0; i < 100; i++)
        {
            new SipScript(_wire, $"call-{i}").Request(i * 0.01, "INVITE", Sdp.Audio("198.18.0.1", 4_000 + (2 * i)));
        }

        var measured = Measurement.Of(_wire, new MonitorOptions { MaxEndpoints = 16 });

        Assert.Equal(84, measured.Rejected("sdp.endpointTableFull"));
        Assert.Equal(100, measured.Calls.Count);
    }

    [Fact]
    public void One_call_cannot_announce_every_place_there_is()
    {
        var sip = new SipScript(_wire, "greedy").Answered(0, 1);
        for (uint i = 0; i < 1_000; i++)
        {
            sip.Request(2 + (i * 0.01), "UPDATE", Sdp.Audio("198.18.0.1", 4_000 + (2 * (int)i)), cseq: 10 + i);
        }

        Assert.Equal(1_000 - 256, Measurement.Of(_wire).Rejected("sdp.endpointTableFull"));
    }

    [Fact]
    public void A_flood_of_one_place_from_many_ports_is_forgotten_when_it_falls_idle()
    {
        // 50,000 flows to one place end in one sweep. Each must not search for itself among all the others:
        // 50,000² / 2 comparisons would be 1.25 thousand million.
        for (var i = 0; i < 50_000; i++)
        {
            var source = $"192.0.2.{1 + (i / 25_000)}:{1_024 + (i % 25_000)}";
            new RtpScript(_wire, source, "198.18.0.9:5000") { PayloadLength = 0 }.Send(1, at: i * 0.0001);
        }

        for (var at = 10; at < 100; at++)
        {
            _wire.Udp(at, "198.18.9.1:9", "198.18.9.2:9", "time passes"u8);
        }

        var measured = Measurement.Of(_wire);

        // 256 of them wait at the place; only among these does a flow that ends look for itself.
        Assert.Equal(50_000 - 256, measured.Rejected("rtp.tooManyFlowsAtOnePlace"));
        Assert.Equal(50_000, measured.Rejected("rtp.notRecognised"));
    }

    private void Announce() =>
        new SipScript(_wire, "call").Answered(0, 1, Sdp.Audio("198.18.0.1", 4000), Sdp.Audio("198.18.0.2", 6000));
}
