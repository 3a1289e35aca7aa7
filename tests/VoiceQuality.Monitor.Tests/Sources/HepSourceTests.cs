using System.Net;
using System.Net.Sockets;
using System.Text;
using VoiceQuality.Monitor.Sources;
using VoiceQuality.Monitor.Sources.Hep;
using VoiceQuality.Protocols.Hep;
using VoiceQuality.Protocols.Network;
using VoiceQuality.Testing.Captures;
using VoiceQuality.Testing.Hep;

namespace VoiceQuality.Monitor.Tests.Sources;

public sealed class HepSourceTests
{
    private const long NowUs = Wire.StartUs;

    private static readonly IpAddress128 Agent = IpAddress128.FromIPv4(0x7F00_0001);
    private static readonly byte[] Sip = Encoding.ASCII.GetBytes("OPTIONS sip:198.18.0.2 SIP/2.0\r\n\r\n");
    private static readonly FixedTime Clock = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Media_that_agents_send_is_measured_as_on_the_wire(bool overTcp)
    {
        // 7, 57, ... 957 are lost: 20 of 1,000.
        var wire = new Wire();
        new RtpScript(wire, "198.18.0.1:4000", "198.18.0.2:6000").Send(1_000, -30, i => i % 50 == 7);
        using var stop = new CancellationTokenSource();
        using var source = new HepSource(Options(), Clock, stop.Token);
        using var agent = new Socket(
            AddressFamily.InterNetwork, overTcp ? SocketType.Stream : SocketType.Dgram,
            overTcp ? ProtocolType.Tcp : ProtocolType.Udp);
        agent.Connect(source.LocalEndPoint);
        var measured = new MeasuredSource(source, agent, wire.Frames, stop);
        var stream = Assert.Single(Measurement.Of(measured).Streams);

        Assert.Equal((1_000, 980, 20), (stream.Total.Expected, stream.Total.Received, stream.Total.Lost));
        Assert.Equal("198.18.0.1:4000", stream.Source.ToString());
        Assert.Equal(Wire.Us(-30), stream.StartedAtUs);
        Assert.Equal(980, source.MessagesTaken);
    }

    [Fact]
    public void A_message_counts_with_the_key_and_once_and_in_time()
    {
        var gate = new HepGate(Options() with { Key = "secret"u8.ToArray() });

        Assert.Equal(HepDropReason.NotAuthenticated, Check(gate, Message(0)));
        Assert.Equal(HepDropReason.NotAuthenticated, Check(gate, Message(0, "secreT")));
        Assert.Equal(HepDropReason.NotAuthenticated, Check(gate, Message(0, "secret0")));
        Assert.Equal(HepDropReason.None, Check(gate, Message(0, "secret")));
        Assert.Equal(HepDropReason.Replayed, Check(gate, Message(0, "secret")));
        Assert.Equal(HepDropReason.None, Check(gate, Message(1, "secret")));

        // A minute back and five seconds ahead is what clocks may differ.
        Assert.Equal(HepDropReason.None, Check(gate, Message(-60_000_000, "secret")));
        Assert.Equal(HepDropReason.OutsideClockWindow, Check(gate, Message(-60_000_001, "secret")));
        Assert.Equal(HepDropReason.None, Check(gate, Message(5_000_000, "secret")));
        Assert.Equal(HepDropReason.OutsideClockWindow, Check(gate, Message(5_000_001, "secret")));
    }

    [Fact]
    public void A_replay_is_known_however_much_came_between()
    {
        var gate = new HepGate(Options() with { MaxRemembered = 16 });
        for (var i = 0; i < 100; i++)
        {
            Check(gate, Message(i));
        }

        for (var i = 0; i < 100; i++)
        {
            Assert.NotEqual(HepDropReason.None, Check(gate, Message(i)));
        }
    }

    [Fact]
    public void A_replay_of_a_minute_ago_is_out_of_time_when_it_is_forgotten()
    {
        var gate = new HepGate(Options());
        Assert.Equal(HepDropReason.None, Check(gate, Message(0)));

        for (var second = 1; second < 300; second++)
        {
            Assert.NotEqual(HepDropReason.None, Check(gate, Message(0), second * 1_000_000_000L));
            Assert.Equal(HepDropReason.None, Check(gate, Message(second * 1_000_000L), second * 1_000_000_000L));
        }
    }

    [Fact]
    public void Only_those_who_are_named_may_send_and_only_as_their_own_agent()
    {
        Assert.True(HepSender.TryParse("192.0.2.0/24", out var network));
        Assert.True(HepSender.TryParse("198.18.0.5=2001", out var bound));
        Assert.True(HepSender.TryParse("2001:2::/48", out var network6));
        Assert.False(HepSender.TryParse("192.0.2.5=x", out _));
        Assert.False(HepSender.TryParse("192.0.2.0/33", out _));
        var gate = new HepGate(new HepOptions { Senders = [network, bound, network6] });

        Assert.True(gate.IsAllowed(Address("192.0.2.255")));
        Assert.False(gate.IsAllowed(Address("192.0.3.0")));
        Assert.False(gate.IsAllowed(Agent));
        Assert.True(gate.IsAllowed(Address("2001:2:0:ffff::1")));
        Assert.False(gate.IsAllowed(Address("2001:2:1::1")));

        Assert.Equal(HepDropReason.None, Check(gate, Message(0), from: "198.18.0.5"));
        Assert.Equal(HepDropReason.WrongAgent, Check(gate, Message(1, agentId: 2_002), from: "198.18.0.5"));
        Assert.Equal(HepDropReason.None, Check(gate, Message(1, agentId: 2_002), from: "192.0.2.1"));
    }

    [Fact]
    public void What_is_left_out_is_counted_by_its_reason()
    {
        using var stop = new CancellationTokenSource();
        using var source = new HepSource(Options() with { MaxConnections = 1 }, Clock, stop.Token);
        using var agent = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        agent.Connect(source.LocalEndPoint);
        agent.Send(Message(0));
        agent.Send(Message(0));
        agent.Send(Message(-3_600_000_000));
        agent.Send("HEP3 is not all of it"u8);
        agent.Send(HepScript.Message(NowUs + 1, "198.18.0.1:1", "198.18.0.2:2", 100, "a log line"u8));
        agent.Send(HepScript.Message(NowUs + 2, "198.18.0.1:1", "198.18.0.2:2", 4, Sip));
        using var one = Connect(source);
        Fill(source, () => source.MessagesTaken == 1);
        using var two = Connect(source);
        Fill(source, () => source.Dropped(HepDropReason.TooManyConnections) == 1);
        one.Send("GET / HTTP/1.1\r\n"u8);
        Fill(source, () => source.Dropped(HepDropReason.Malformed) == 2);

        Assert.Equal(1, source.MessagesTaken);
        Assert.Equal(1, source.Dropped(HepDropReason.Replayed));
        Assert.Equal(1, source.Dropped(HepDropReason.OutsideClockWindow));
        Assert.Equal(2, source.Dropped(HepDropReason.OtherPayload));
        Assert.Equal(0, source.Dropped(HepDropReason.NoRoom));

        // A connection that spoke something else was closed.
        Assert.Equal(0, one.Receive(new byte[1]));
    }

    [Fact]
    public void A_port_that_is_free_for_UDP_alone_is_not_taken()
    {
        // 900 of about 28,000 ports: of 150 first choices, one at least is among them (1 - 0.968^150 = 0.99).
        var taken = Enumerable.Range(0, 900).Select(static _ =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            socket.Listen(1);
            return socket;
        }).ToArray();
        try
        {
            for (var i = 0; i < 150; i++)
            {
                using var source = new HepSource(Options(), Clock, CancellationToken.None);
                using var agent = Connect(source);
                Assert.True(agent.Connected);
            }
        }
        finally
        {
            Array.ForEach(taken, static socket => socket.Dispose());
        }
    }

    [Fact]
    public void A_stranger_is_not_heard()
    {
        Assert.True(HepSender.TryParse("192.0.2.1", out var other));
        using var source = new HepSource(Options() with { Senders = [other] }, Clock, CancellationToken.None);
        using var agent = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        agent.Connect(source.LocalEndPoint);
        agent.Send(Message(0));
        using var connection = Connect(source);

        Fill(source, () => source.Dropped(HepDropReason.SenderNotAllowed) == 2);

        Assert.Equal(0, source.MessagesTaken);
    }

    private static HepOptions Options() => new() { Listen = new IPEndPoint(IPAddress.Loopback, 0) };

    private static byte[] Message(long offsetUs, string? key = null, uint agentId = 2_001) =>
        HepScript.Message(NowUs + offsetUs, "198.18.0.1:5060", "198.18.0.2:5060", 1, Sip, key, agentId);

    private static HepDropReason Check(HepGate gate, byte[] octets, long laterNs = 0, string? from = null)
    {
        Assert.True(HepMessage.TryParse(octets, out var message, out _));
        return gate.Check(message, from is null ? Agent : Address(from), (NowUs * 1_000) + laterNs);
    }

    private static IpAddress128 Address(string text)
    {
        Assert.True(IpAddress128.TryParse(Encoding.ASCII.GetBytes(text), out var address));
        return address;
    }

    private static Socket Connect(HepSource source)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(source.LocalEndPoint);
        return socket;
    }

    /// <summary>Each turn waits a tenth of a second at most.</summary>
    private static void Fill(HepSource source, Func<bool> isReached)
    {
        var block = new PacketBlockPool().Rent();
        for (var turn = 0; turn < 100 && !isReached(); turn++)
        {
            source.TryFill(block);
        }

        Assert.True(isReached());
    }

    /// <summary>Sends some before each turn, and stops when everything that was sent has come.</summary>
    private sealed class MeasuredSource(
        HepSource source, Socket agent, IReadOnlyList<WireFrame> frames, CancellationTokenSource stop) : IPacketSource
    {
        private const int AtOnce = 20;

        private int _turns;

        public string Name => source.Name;

        public bool TryFill(PacketBlock block)
        {
            foreach (var frame in frames.Skip(_turns++ * AtOnce).Take(AtOnce))
            {
                // Ethernet, IPv4 and UDP take 42 octets.
                agent.Send(HepScript.Message(
                    frame.AtNs / 1_000, "198.18.0.1:4000", "198.18.0.2:6000", 4, frame.Octets.AsSpan(42)));
            }

            if (source.MessagesTaken >= frames.Count || _turns > 300)
            {
                stop.Cancel();
            }

            return source.TryFill(block);
        }

        public void Dispose()
        {
        }
    }

    private sealed class FixedTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddMicroseconds(NowUs);
    }
}
