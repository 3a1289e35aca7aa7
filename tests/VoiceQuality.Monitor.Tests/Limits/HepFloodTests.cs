using System.Net;
using System.Net.Sockets;
using VoiceQuality.Monitor.Sources;
using VoiceQuality.Monitor.Sources.Hep;
using VoiceQuality.Testing.Captures;
using VoiceQuality.Testing.Hep;

namespace VoiceQuality.Monitor.Tests.Limits;

[Collection(AloneCollection.Name)]
public sealed class HepFloodTests
{
    private const int Forged = 100_000;

    [Fact]
    public void Messages_that_do_not_count_change_no_figure_of_a_call_that_an_agent_tells()
    {
        var wire = new Wire();
        new SipScript(wire, "real")
            .Answered(-50, -49, Sdp.Audio("198.18.0.1", 4000), Sdp.Audio("198.18.0.2", 6000)).Released(-10);
        new RtpScript(wire, "198.18.0.1:4000", "198.18.0.2:6000") { Ssrc = 1 }.Send(1_500, -48, static i => i % 50 == 7);
        new RtpScript(wire, "198.18.0.2:6000", "198.18.0.1:4000") { Ssrc = 2 }.Send(1_500, -48, static i => i % 90 == 3);
        var expected = Assert.Single(Measurement.Of(wire).Calls);
        using var stop = new CancellationTokenSource();
        using var source = new HepSource(
            new HepOptions
            {
                Listen = new IPEndPoint(IPAddress.Loopback, 0), Key = "secret"u8.ToArray(), MaxRemembered = 8_192,
            },
            new FixedTime(), stop.Token);
        using var flooded = new Flooded(source, wire.Frames, stop);

        var told = Assert.Single(Measurement.Of(flooded).Calls);

        Assert.Equal(
            (expected.Outcome, expected.MosLqE4, expected.StartedAtUs, expected.AnsweredAtUs, expected.EndedAtUs),
            (told.Outcome, told.MosLqE4, told.StartedAtUs, told.AnsweredAtUs, told.EndedAtUs));
        Assert.Equal(
            expected.Streams.Select(static stream => (stream.Ssrc, stream.Total.Expected, stream.Total.Lost)),
            told.Streams.Select(static stream => (stream.Ssrc, stream.Total.Expected, stream.Total.Lost)));
        Assert.Equal(wire.Frames.Count, source.MessagesTaken);

        // Each forged one was left out by its reason, or found no room in the kernel.
        Assert.Equal(
            Forged,
            source.Dropped(HepDropReason.NotAuthenticated) + source.Dropped(HepDropReason.Malformed)
                + source.Dropped(HepDropReason.OutsideClockWindow) + source.Dropped(HepDropReason.NoRoom));
        Assert.True(source.Dropped(HepDropReason.NotAuthenticated) > 0);
    }

    /// <summary>An agent with the key over TCP, and a stranger at its address over UDP.</summary>
    private sealed class Flooded : IPacketSource
    {
        private const int ForgedAtOnce = 500;

        private readonly HepSource _source;
        private readonly IReadOnlyList<WireFrame> _frames;
        private readonly CancellationTokenSource _stop;
        private readonly Socket _agent = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        private readonly UdpClient _stranger = new();
        private int _sent;
        private int _forged;
        private int _turns;

        public Flooded(HepSource source, IReadOnlyList<WireFrame> frames, CancellationTokenSource stop)
        {
            (_source, _frames, _stop) = (source, frames, stop);
            _agent.Connect(source.LocalEndPoint);
            _stranger.Connect(source.LocalEndPoint);
        }

        public string Name => _source.Name;

        public bool TryFill(PacketBlock block)
        {
            for (var i = 0; i < ForgedAtOnce && _forged < Forged; i++)
            {
                _stranger.Send(Forge(_forged++));
            }

            for (var i = 0; i < 20 && _sent < _frames.Count; i++)
            {
                _agent.Send(Message(_frames[_sent++].AtNs / 1_000, _frames[_sent - 1].Octets, "secret"));
            }

            if ((_source.MessagesTaken == _frames.Count && _forged == Forged) || ++_turns > 2_000)
            {
                _stop.Cancel();
            }

            return _source.TryFill(block);
        }

        public void Dispose()
        {
            _agent.Dispose();
            _stranger.Dispose();
        }

        // The real packets without the key or with another, yesterday's with it, and what is none.
        private byte[] Forge(int i)
        {
            var frame = _frames[i % _frames.Count];
            return (i % 4) switch
            {
                0 => Message(frame.AtNs / 1_000, frame.Octets, null),
                1 => Message((frame.AtNs / 1_000) + i, frame.Octets, "secreT"),
                2 => Message((frame.AtNs / 1_000) - 86_400_000_000, frame.Octets, "secret"),
                _ => [.. "HEP3"u8, 0xFF, 0xFF, (byte)i],
            };
        }

        // Ethernet, IPv4 and UDP take 42 octets.
        private static byte[] Message(long atUs, byte[] frame, string? key)
        {
            var source = new IPEndPoint(new IPAddress(frame.AsSpan(26, 4)), (frame[34] << 8) | frame[35]);
            var destination = new IPEndPoint(new IPAddress(frame.AsSpan(30, 4)), (frame[36] << 8) | frame[37]);
            var isRtp = (frame[42] & 0xC0) == 0x80;
            return HepScript.Message(
                atUs, source.ToString(), destination.ToString(), (byte)(isRtp ? 4 : 1), frame.AsSpan(42), key);
        }
    }

    private sealed class FixedTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddMicroseconds(Wire.StartUs);
    }
}
