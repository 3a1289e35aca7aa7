using VoiceQuality.Monitor.Calls;
using VoiceQuality.Testing.Captures;

namespace VoiceQuality.Monitor.Tests.Calls;

public sealed class CallLadderTests
{
    [Fact]
    public void A_ladder_tells_each_message_over_each_hop_as_it_was()
    {
        var wire = new Wire();
        var first = new SipScript(wire, "ladder") { Caller = "192.0.2.1:5060", Callee = "192.0.2.2:5060" };
        var second = new SipScript(wire, "ladder") { Caller = "192.0.2.2:5070", Callee = "192.0.2.3:5060" };
        first.Request(1, "INVITE");
        second.Request(1.1, "INVITE");
        second.Response(1.2, 183);
        first.Response(1.3, 183);
        first.Request(2, "HELLO", cseq: 2);
        first.Request(2.1, "WORLD", cseq: 3);
        first.Request(2.2, "HELLO", cseq: 4);
        first.Request(2.3, "HELLO", cseq: 4);

        var ladder = Assert.Single(Measurement.Of(wire).Calls).Ladder;

        Assert.Equal(
            [
                "192.0.2.1:5060>192.0.2.2:5060 INVITE False",
                "192.0.2.2:5070>192.0.2.3:5060 INVITE False",
                "192.0.2.3:5060>192.0.2.2:5070 183 Session Progress False",
                "192.0.2.2:5060>192.0.2.1:5060 183 Session Progress False",
                "192.0.2.1:5060>192.0.2.2:5060 HELLO False",
                "192.0.2.1:5060>192.0.2.2:5060 WORLD False",
                "192.0.2.1:5060>192.0.2.2:5060 HELLO False",
                "192.0.2.1:5060>192.0.2.2:5060 HELLO True",
            ],
            ladder.Select(static entry =>
                $"{entry.Source}>{entry.Destination} {entry.Summary} {entry.IsRetransmission}"));
        Assert.Equal(
            new[] { 1, 1.1, 1.2, 1.3, 2, 2.1, 2.2, 2.3 }.Select(Wire.Us), ladder.Select(static entry => entry.AtUs));
        Assert.Equal(ladder[7], ladder[^1]);
    }
}
