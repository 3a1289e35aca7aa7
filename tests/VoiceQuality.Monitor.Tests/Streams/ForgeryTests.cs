using VoiceQuality.Monitor.Streams;
using VoiceQuality.Testing.Captures;

namespace VoiceQuality.Monitor.Tests.Streams;

/// <summary>Who gets media at a place that several calls name: strangers do not, and honest reuse is served.</summary>
public sealed class ForgeryTests
{
    private const string Caller = "198.18.0.1:4000";
    private const string Callee = "198.18.0.2:6000";
    private const string Stranger = "192.0.2.66:5060";

    private readonly Wire _wire = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_forged_call_that_names_the_places_of_a_call_gets_none_of_its_media(bool isAnswered)
    {
        Call("real").Released(30);
        Talk(1, 2, 400, 2);

        // A stranger names both places, and answers itself, while they talk; then both sides begin new streams.
        var forged = new SipScript(_wire, "forged") { Caller = Stranger, Callee = Stranger };
        forged.Request(5, "INVITE", Sdp.Audio("198.18.0.1", 4000));
        if (isAnswered)
        {
            forged.Response(5.1, 200, "INVITE", Sdp.Audio("198.18.0.2", 6000));
        }

        Talk(3, 4, 400, 10.1);

        Assert.Equal(
            [(1u, "real"), (2u, "real"), (3u, "real"), (4u, "real")], OwnersBySsrc());
    }

    [Fact]
    public void A_forged_INVITE_for_one_place_before_the_first_packet_gets_nothing()
    {
        Call("real").Released(30);
        new SipScript(_wire, "forged") { Caller = Stranger }.Request(1.5, "INVITE", Sdp.Audio("198.18.0.2", 6000));
        Talk(1, 2, 400, 2);

        Assert.Equal([(1u, "real"), (2u, "real")], OwnersBySsrc());
    }

    [Fact]
    public void Many_forged_calls_do_not_push_a_call_out_of_its_place()
    {
        Call("real").Released(30);
        Talk(1, 2, 400, 2);
        for (var i = 0; i < 20; i++)
        {
            new SipScript(_wire, $"forged-{i}") { Caller = Stranger, Callee = Stranger }.Answered(
                5 + (i * 0.01), 5.5 + (i * 0.01), Sdp.Audio("198.18.0.1", 4000), Sdp.Audio("198.18.0.2", 6000));
        }

        Talk(3, 4, 400, 10.1);

        Assert.Equal(
            [(1u, "real"), (2u, "real"), (3u, "real"), (4u, "real")], OwnersBySsrc());
    }

    [Fact]
    public void Media_of_a_stranger_to_the_place_of_a_call_that_it_named_is_its_own()
    {
        Call("real").Released(30);
        Talk(1, 2, 400, 2);
        new SipScript(_wire, "own") { Caller = Stranger }.Answered(
            5, 5.5, Sdp.Audio("192.0.2.66", 9000), Sdp.Audio("198.18.0.2", 6000));
        new RtpScript(_wire, "192.0.2.66:9000", Callee) { Ssrc = 9 }.Send(100, at: 6);

        Assert.Equal([(1u, "real"), (2u, "real"), (9u, "own")], OwnersBySsrc());
    }

    [Fact]
    public void Ports_that_serve_again_after_a_lost_BYE_are_the_new_calls_at_once()
    {
        // From the same servers: nobody has to wait until what was there has been silent.
        Call("first");
        Talk(1, 2, 400, 2);
        Call("second", at: 9.5).Released(30);
        Talk(3, 4, 400, 11);

        Assert.Equal(
            [(1u, "first"), (2u, "first"), (3u, "second"), (4u, "second")], OwnersBySsrc());
    }

    [Fact]
    public void Ports_that_serve_again_by_another_server_are_the_new_calls_when_the_old_ones_media_is_over()
    {
        Call("first");
        Talk(1, 2, 400, 2);
        new SipScript(_wire, "second") { Caller = "198.18.5.1:5060", Callee = "198.18.5.2:5060" }
            .Answered(11, 12, Sdp.Audio("198.18.0.1", 4000), Sdp.Audio("198.18.0.2", 6000)).Released(30);

        // The last packet of the first came at 10.0; 2 s later its media is over.
        Talk(3, 4, 400, 12.2);

        Assert.Equal(
            [(1u, "first"), (2u, "first"), (3u, "second"), (4u, "second")], OwnersBySsrc());
    }

    [Fact]
    public void A_port_that_two_calls_use_with_different_peers_serves_both()
    {
        // A telephone with one port for media and two calls; of the first one its media changes its source later.
        Call("first").Released(30);
        Talk(1, 2, 400, 2);
        new SipScript(_wire, "second") { Callee = "198.18.0.3:5060" }
            .Answered(5, 6, Sdp.Audio("198.18.0.1", 4000), Sdp.Audio("198.18.0.3", 7000)).Released(30);
        new RtpScript(_wire, "198.18.0.3:7000", Caller) { Ssrc = 5 }.Send(400, at: 6.1);
        Talk(3, 4, 400, 10.1);

        Assert.Equal(
            [(1u, "first"), (2u, "first"), (3u, "first"), (4u, "first"), (5u, "second")], OwnersBySsrc());
    }

    [Fact]
    public void A_call_that_failed_leaves_the_place_to_the_one_that_goes_on()
    {
        Call("real").Released(30);
        Talk(1, 2, 400, 2);
        var failed = new SipScript(_wire, "failed");
        failed.Request(5, "INVITE", Sdp.Audio("198.18.0.1", 4000));
        failed.Response(5.1, 486);
        failed.Request(5.2, "ACK");
        Talk(3, 4, 400, 10.1);

        Assert.Equal(
            [(1u, "real"), (2u, "real"), (3u, "real"), (4u, "real")], OwnersBySsrc());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Forged_sources_in_a_flow_that_has_not_begun_keep_nothing_of_it_out(bool fromOtherPorts)
    {
        Call("real").Released(30);
        for (uint i = 0; i < 2_000; i++)
        {
            var source = fromOtherPorts ? $"198.18.0.1:{10_000 + i}" : Caller;
            new RtpScript(_wire, source, Callee) { Ssrc = 0xF000_0000 + i, SequenceNumber = (ushort)i }
                .Send(1, at: 1.5 + (i * 0.0007));
        }

        new RtpScript(_wire, Caller, Callee) { Ssrc = 1 }.Send(400, at: 2, lost: static i => i % 50 == 7);

        var stream = Measurement.Of(_wire).Streams.Single(static stream => stream.Ssrc == 1);

        // 7, 57, ... 357: 8 of 400.
        Assert.Equal(("real", 400L, 392L, 8L), (stream.CallId, stream.Total.Expected, stream.Total.Received, stream.Total.Lost));
    }

    [Fact]
    public void A_flow_that_looked_like_no_RTP_before_it_was_announced_is_found_when_it_is()
    {
        // 300 others wait at the place already, so that the announcement does not find the flow itself.
        for (var i = 0; i < 300; i++)
        {
            new RtpScript(_wire, $"192.0.2.66:{2_000 + i}", Callee) { Ssrc = 0xE000_0000 + (uint)i }.Send(1, at: i * 0.001);
            new RtpScript(_wire, Caller, $"192.0.2.67:{2_000 + i}") { Ssrc = 0xE000_0000 + (uint)i }.Send(1, at: i * 0.001);
        }

        for (uint i = 0; i < 20; i++)
        {
            for (ushort j = 0; j < 10; j++)
            {
                new RtpScript(_wire, Caller, Callee) { Ssrc = 0xF000_0000 + i, SequenceNumber = (ushort)(j * 9_999) }
                    .Send(1, at: 0.5 + (i * 0.01) + (j * 0.001));
            }
        }

        Call("real", at: 1).Released(30);
        new RtpScript(_wire, Caller, Callee) { Ssrc = 1 }.Send(400, at: 3);

        var stream = Measurement.Of(_wire).Streams.Single(static stream => stream.Ssrc == 1);

        Assert.Equal(("real", 400L), (stream.CallId, stream.Total.Received));
    }

    /// <summary>The streams and whose they are, however many lanes measure them.</summary>
    private (uint Ssrc, string? CallId)[] OwnersBySsrc()
    {
        var one = Owners(1);
        Assert.Equal(one, Owners(2));
        Assert.Equal(one, Owners(5));
        return one;
    }

    private (uint Ssrc, string? CallId)[] Owners(int lanes) =>
        [.. Measurement.Of(_wire, new MonitorOptions { Lanes = lanes }).Streams
            .Select(static stream => (stream.Ssrc, stream.CallId)).Order()];

    private SipScript Call(string callId, double at = 0) => new SipScript(_wire, callId)
        .Answered(at, at + 1, Sdp.Audio("198.18.0.1", 4000), Sdp.Audio("198.18.0.2", 6000));

    private void Talk(uint toCallee, uint toCaller, int packets, double at)
    {
        new RtpScript(_wire, Caller, Callee) { Ssrc = toCallee }.Send(packets, at);
        new RtpScript(_wire, Callee, Caller) { Ssrc = toCaller }.Send(packets, at + 0.005);
    }
}
