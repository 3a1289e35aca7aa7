using System.Text;
using VoiceQuality.Monitor.Calls;
using VoiceQuality.Testing.Captures;

namespace VoiceQuality.Monitor.Tests.Reassembly;

public sealed class SipOverTcpTests
{
    private const string Caller = "198.18.0.1:40000";
    private const string Callee = "198.18.0.2:5060";

    private readonly TcpScript _caller = new(Caller, Callee);
    private readonly TcpScript _callee = new(Callee, Caller);

    [Fact]
    public void A_call_over_TCP_is_measured()
    {
        var wire = new Wire();
        wire.Add(_caller.Write(0, Request("INVITE", 1)));
        wire.Add(_callee.Write(1, Response(180, "INVITE", 1)));
        wire.Add(_callee.Write(3, Response(200, "INVITE", 1)));
        wire.Add(_caller.Write(3.1, Request("ACK", 1)));
        wire.Add(_caller.Write(63, Request("BYE", 2)));
        wire.Add(_callee.Write(63.1, Response(200, "BYE", 2)));

        var call = Assert.Single(Measurement.Of(wire).Calls);

        Assert.Equal((CallOutcome.Answered, Wire.Us(3)), (call.Outcome, call.AnsweredAtUs));
    }

    [Fact]
    public void Several_messages_in_one_segment_are_all_read()
    {
        var wire = new Wire();
        wire.Add(_caller.Write(0, Request("INVITE", 1)));
        wire.Add(_callee.Write(1, Response(100, "INVITE", 1) + Response(180, "INVITE", 1) + "\r\n\r\n"
            + Response(200, "INVITE", 1)));

        var measurement = Measurement.Of(wire);

        Assert.Equal(4, measurement.Counters.SipMessages);
        Assert.Equal(CallOutcome.Answered, Assert.Single(measurement.Calls).Outcome);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100)]
    public void A_message_in_many_segments_is_read_once_whole(int octetsEach)
    {
        var wire = new Wire { KeepsOrder = true };
        wire.Add(_caller.Open(0));
        foreach (var piece in Request("INVITE", 1).Chunk(octetsEach))
        {
            wire.Add(_caller.Write(0.5, new string(piece)));
        }

        wire.Add(_callee.Write(1, Response(486, "INVITE", 1)));

        var measurement = Measurement.Of(wire);

        Assert.Equal(2, measurement.Counters.SipMessages);
        Assert.Equal(CallOutcome.Rejected, Assert.Single(measurement.Calls).Outcome);
    }

    [Fact]
    public void Segments_out_of_order_and_sent_again_give_the_same_messages()
    {
        var pieces = (Request("INVITE", 1) + Request("CANCEL", 1)).Chunk(50)
            .Select((piece, i) => _caller.Write(i / 100d, new string(piece))).ToArray();
        var wire = new Wire { KeepsOrder = true };
        wire.Add(_caller.Open(0));
        for (var i = 0; i < pieces.Length; i += 2)
        {
            foreach (var at in (int[])[i + 1, i, i, i + 1])
            {
                if (at < pieces.Length)
                {
                    wire.Add(pieces[at]);
                }
            }
        }

        var measurement = Measurement.Of(wire);

        Assert.Equal(2, measurement.Counters.SipMessages);
        Assert.Single(measurement.Calls);
        Assert.Equal(0, measurement.Rejected("tcp.brokenOff"));
    }

    [Fact]
    public void After_a_segment_that_was_not_seen_reading_goes_on_with_the_next_message()
    {
        var wire = new Wire();
        wire.Add(_caller.Write(0, Request("INVITE", 1)));
        _callee.Write(0.5, Response(100, "INVITE", 1));
        wire.Add(_callee.Write(1, Response(180, "INVITE", 1)));
        wire.Add(_callee.Write(5, Response(200, "INVITE", 1)));
        _callee.Write(6, "not seen");
        wire.Add(_callee.Write(7, Response(200, "BYE", 2)));
        wire.Add(_callee.Write(20, Response(200, "BYE", 2)));

        var measurement = Measurement.Of(wire);

        // The caller's INVITE and the callee's 180, 200, 200, 200: each side begins in the middle of its connection.
        Assert.Equal(5, measurement.Counters.SipMessages);
        Assert.Equal(1, measurement.Rejected("tcp.brokenOff"));
        Assert.Equal(CallOutcome.Answered, Assert.Single(measurement.Calls).Outcome);
    }

    [Theory]
    [InlineData(5_000, false)]
    [InlineData(1_000_000_000, false)]
    [InlineData(1_000_000_000, true)]
    public void A_forged_segment_far_ahead_ends_no_connection(int ahead, bool isWebSocket)
    {
        var wire = new Wire();
        if (isWebSocket)
        {
            wire.Add(_caller.Write(0, "GET / HTTP/1.1\r\nUpgrade: websocket\r\nSec-WebSocket-Protocol: sip\r\n\r\n"));
        }

        wire.Add(Say(1, Request("INVITE", 1)));
        wire.Add(new TcpScript(Caller, Callee, _caller.Next + (uint)ahead).Write(2, "INVITE sip:x SIP/2.0\r\n"));

        // 3 s later the hole before it is given up, and the real segments come in it.
        for (var i = 0; i < 5; i++)
        {
            wire.Add(Say(10 + i, Request("OPTIONS", 2 + i)));
        }

        Assert.Equal(6, Measurement.Of(wire).Counters.SipMessages);

        WireFrame Say(double at, string text) =>
            isWebSocket ? _caller.Write(at, Frame(text, [1, 2, 3, 4])) : _caller.Write(at, text);
    }

    [Fact]
    public void Sequence_numbers_wrap()
    {
        var caller = new TcpScript(Caller, Callee, uint.MaxValue - 100);
        var wire = new Wire { KeepsOrder = true };
        wire.Add(caller.Open(0));
        foreach (var piece in Request("INVITE", 1).Chunk(30))
        {
            wire.Add(caller.Write(0.5, new string(piece)));
        }

        Assert.Equal(1, Measurement.Of(wire).Counters.SipMessages);
    }

    [Fact]
    public void SIP_in_masked_WebSocket_frames_is_read()
    {
        var wire = new Wire();
        wire.Add(_caller.Write(0, "GET / HTTP/1.1\r\nUpgrade: websocket\r\nSec-WebSocket-Protocol: sip\r\n\r\n"));
        wire.Add(_callee.Write(0.1, "HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Protocol: sip\r\n\r\n"));
        wire.Add(_caller.Write(1, Frame(Request("INVITE", 1), [1, 2, 3, 4])));
        wire.Add(_caller.Write(1.1, [0x89, 0x80, 1, 2, 3, 4]));
        wire.Add(_callee.Write(2, Frame(Response(200, "INVITE", 1), null)));
        wire.Add(_caller.Write(3, Frame(Request("BYE", 2), [9, 9, 9, 9])));

        var measurement = Measurement.Of(wire);

        Assert.Equal(3, measurement.Counters.SipMessages);
        Assert.Equal(CallOutcome.Answered, Assert.Single(measurement.Calls).Outcome);
    }

    [Fact]
    public void Other_connections_are_other_transport_and_hold_no_memory()
    {
        var wire = new Wire();
        var web = new TcpScript("198.18.0.1:40001", "198.18.0.3:80");
        wire.Add(web.Open(0));
        wire.Add(web.Write(0.1, "GET / HTTP/1.1\r\nHost: example\r\n\r\n"));

        Assert.Equal(2, Measurement.Of(wire).Rejected("frame.otherTransport"));
    }

    [Fact]
    public void Beyond_the_limit_the_connection_that_was_silent_longest_is_given_up()
    {
        var wire = new Wire();
        for (var i = 0; i < 20; i++)
        {
            var connection = new TcpScript($"198.18.1.{i}:40000", Callee);
            wire.Add(connection.Write(i, Request("INVITE", 1)[..60]));
        }

        Assert.Equal(4, Measurement.Of(wire, new MonitorOptions { MaxSipConnections = 16 })
            .Rejected("tcp.tooManyConnections"));
    }

    [Fact]
    public void A_sender_of_too_many_connections_gives_up_its_own()
    {
        var wire = new Wire();
        var real = new TcpScript(Caller, Callee);
        var request = Request("INVITE", 1);
        wire.Add(real.Write(0, request[..60]));
        for (var i = 0; i < 100; i++)
        {
            var connection = new TcpScript($"192.0.2.66:{10_000 + i}", Callee);
            wire.Add(connection.Write(1 + (i * 0.01), Request("INVITE", 1)[..60]));
        }

        wire.Add(real.Write(3, request[60..]));

        var measured = Measurement.Of(wire, new MonitorOptions { MaxSipConnections = 16 });

        // 75 % of 16 places are 12: 88 of the 100 had to go, and the one that waited longest did not.
        Assert.Equal(88, measured.Rejected("tcp.tooManyConnections"));
        Assert.Equal(1, measured.Counters.SipMessages);
    }

    private static string Request(string method, int cseq) =>
        $"{method} sip:+15550199@callee.example SIP/2.0\r\nVia: SIP/2.0/TCP {Caller};branch=z9hG4bK-{method}-{cseq}\r\n"
        + $"From: <sip:+15550100@caller.example>;tag=a\r\nTo: <sip:+15550199@callee.example>\r\n"
        + $"Call-ID: tcp-1\r\nCSeq: {cseq} {method}\r\nContent-Length: 0\r\n\r\n";

    private static string Response(int status, string method, int cseq) =>
        $"SIP/2.0 {status} Reason\r\nVia: SIP/2.0/TCP {Caller};branch=z9hG4bK-{method}-{cseq}\r\n"
        + $"From: <sip:+15550100@caller.example>;tag=a\r\nTo: <sip:+15550199@callee.example>;tag=b\r\n"
        + $"Call-ID: tcp-1\r\nCSeq: {cseq} {method}\r\nContent-Length: 4\r\n\r\nbody";

    // RFC 6455 §5.2: FIN and text, the length in two octets, the key, the payload.
    private static byte[] Frame(string text, byte[]? mask)
    {
        var payload = Encoding.UTF8.GetBytes(text);
        byte[] length = [(byte)((mask is null ? 0 : 0x80) | 126), (byte)(payload.Length >> 8), (byte)payload.Length];
        return [0x81, .. length, .. mask ?? [], .. payload.Select((octet, i) => (byte)(octet ^ (mask?[i & 3] ?? 0)))];
    }
}
