using System.Net;
using System.Net.Sockets;
using System.Text;
using VoiceQuality.Monitor.Sources;
using VoiceQuality.Monitor.Sources.Hep;
using VoiceQuality.Monitor.Sources.Reports;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Testing.Captures;
using VoiceQuality.Testing.Hep;

namespace VoiceQuality.Monitor.Tests.Sources;

public sealed class ReportSourceTests
{
    private static readonly HepOptions Anywhere = new() { Listen = new IPEndPoint(IPAddress.Loopback, 0) };

    [Fact]
    public void A_report_is_answered_and_stands_beside_the_stream_that_another_source_has_seen()
    {
        using var stop = new CancellationTokenSource();
        using var agents = new HepSource(Anywhere, new FixedTime(), stop.Token);
        using var reports = new ReportSource(
            new IPEndPoint(IPAddress.Loopback, 0), Anywhere.Senders, new FixedTime(), stop.Token);
        using var agent = Connect(agents.LocalEndPoint);
        using var phone = Connect(reports.LocalEndPoint);
        var wire = new Wire();
        new RtpScript(wire, "198.18.0.1:4000", "198.18.0.2:6000") { Ssrc = 10 }.Send(100, -5);
        foreach (var frame in wire.Frames)
        {
            agent.Send(HepScript.Message(
                frame.AtNs / 1_000, "198.18.0.1:4000", "198.18.0.2:6000", 4, frame.Octets.AsSpan(42)));
        }

        phone.Send(Encoding.ASCII.GetBytes(Publish("vq-rtcpxr")));

        var combined = new StoppedSource(
            new CombinedSource([agents, reports]), () => agents.MessagesTaken == 100 && reports.ReportsTaken == 1, stop);
        var stream = Assert.Single(Measurement.Of(combined).Streams);

        Assert.Equal(100, stream.Total.Received);
        var heard = Assert.Single(stream.Remote);
        Assert.Equal((RemoteSource.VoiceQualityReport, 2.5m), (heard.Source, heard["lossPercent"]));
        var port = ((IPEndPoint)phone.LocalEndPoint!).Port;
        Assert.Equal(
            "SIP/2.0 200 OK\r\n"
            + $"Via: SIP/2.0/UDP 198.18.0.2:5060;rport={port};branch=z9hG4bK-p;received=127.0.0.1\r\n"
            + "From: <sip:b@callee.example>;tag=p\r\nTo: <sip:collector@sip.example>;tag=vq\r\nCall-ID: publish-1\r\n"
            + "CSeq: 1 PUBLISH\r\nSIP-ETag: vq1\r\nExpires: 0\r\nContent-Length: 0\r\n\r\n",
            Receive(phone));
    }

    [Fact]
    public void What_is_no_report_is_told_so_and_counted()
    {
        using var source = new ReportSource(
            new IPEndPoint(IPAddress.Loopback, 0), Anywhere.Senders, new FixedTime(), CancellationToken.None);
        using var phone = Connect(source.LocalEndPoint);
        phone.Send(Encoding.ASCII.GetBytes(Publish("pidf+xml")));
        phone.Send(Encoding.ASCII.GetBytes(Publish("vq-rtcpxr").Replace("PUBLISH", "OPTIONS", StringComparison.Ordinal)));
        phone.Send("hello"u8);
        Fill(source, () => source.Dropped(ReportDropReason.Malformed) == 1);

        Assert.StartsWith("SIP/2.0 489 ", Receive(phone), StringComparison.Ordinal);
        Assert.StartsWith("SIP/2.0 405 ", Receive(phone), StringComparison.Ordinal);
        Assert.Equal(1, source.Dropped(ReportDropReason.OtherEvent));
        Assert.Equal(1, source.Dropped(ReportDropReason.OtherMethod));
        Assert.Equal(0, source.ReportsTaken);
    }

    [Fact]
    public void A_stranger_gets_no_answer()
    {
        Assert.True(HepSender.TryParse("192.0.2.1", out var other));
        using var source = new ReportSource(
            new IPEndPoint(IPAddress.Loopback, 0), [other], new FixedTime(), CancellationToken.None);
        using var phone = Connect(source.LocalEndPoint);
        phone.Send(Encoding.ASCII.GetBytes(Publish("vq-rtcpxr")));
        Fill(source, () => source.Dropped(ReportDropReason.SenderNotAllowed) == 1);

        Assert.False(phone.Poll(0, SelectMode.SelectRead));
    }

    private static string Publish(string subtype)
    {
        const string body = "VQSessionReport: CallTerm\r\nCallID: call-1\r\n"
            + "LocalAddr: IP=198.18.0.2 PORT=6000 SSRC=11\r\nRemoteAddr: IP=198.18.0.1 PORT=4000 SSRC=10\r\n"
            + "LocalMetrics:\r\nPacketLoss: NLR=2.5 JDR=0.5\r\n";
        return "PUBLISH sip:collector@sip.example SIP/2.0\r\n"
            + "Via: SIP/2.0/UDP 198.18.0.2:5060;rport;branch=z9hG4bK-p\r\nFrom: <sip:b@callee.example>;tag=p\r\n"
            + "To: <sip:collector@sip.example>\r\nCall-ID: publish-1\r\nCSeq: 1 PUBLISH\r\nEvent: vq-rtcpxr\r\n"
            + $"Content-Type: application/{subtype}\r\nContent-Length: {body.Length}\r\n\r\n{body}";
    }

    private static Socket Connect(IPEndPoint to)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp)
        {
            ReceiveTimeout = 10_000,
        };
        socket.Connect(to);
        return socket;
    }

    private static string Receive(Socket socket)
    {
        var octets = new byte[2_000];
        return Encoding.ASCII.GetString(octets, 0, socket.Receive(octets));
    }

    /// <summary>Each turn waits a tenth of a second at most.</summary>
    private static void Fill(ReportSource source, Func<bool> isReached)
    {
        var block = new PacketBlockPool().Rent();
        for (var turn = 0; turn < 100 && !isReached(); turn++)
        {
            source.TryFill(block);
        }

        Assert.True(isReached());
    }

    /// <summary>Stops when everything has come.</summary>
    private sealed class StoppedSource(IPacketSource source, Func<bool> isOver, CancellationTokenSource stop) : IPacketSource
    {
        private int _turns;

        public string Name => source.Name;

        public bool TryFill(PacketBlock block)
        {
            if (isOver() || ++_turns > 500)
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
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddMicroseconds(Wire.StartUs);
    }
}
