using System.Net;
using System.Net.Sockets;
using VoiceQuality.Monitor;
using VoiceQuality.Monitor.Sources.Live;
using VoiceQuality.Service.Analyze;
using VoiceQuality.Service.Cli;
using VoiceQuality.Service.Hosting;
using VoiceQuality.Service.Tests.Cli;
using VoiceQuality.Testing.Captures;
using VoiceQuality.Testing.Hep;
using VoiceQuality.Testing.Network;

namespace VoiceQuality.Service.Tests.Hosting;

public sealed class LiveSourceTests
{
    // So many turns of asking the service are more than any machine needs.
    private const int Turns = 20_000;

    [PrivateNetworkFact]
    public async Task What_passes_on_an_interface_is_measured_until_the_stop()
    {
        using var to = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        using var from = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)to.Client.LocalEndPoint!).Port;
        await using var service = await StartAsync(new SourceOptions
        {
            Interfaces = ["lo"],
            Capture = new InterfaceOptions { Filter = $"udp dst port {port}", RingMiB = 16 },
        });
        await UntilAsync(service, "/health/ready", "\"measuring\"");

        foreach (var payload in RtpPayloads(200))
        {
            await from.SendAsync(payload, new IPEndPoint(IPAddress.Loopback, port));
        }

        await UntilAsync(service, "/metrics", "voicequality_capture_packets_total 200");
        Assert.Contains("voicequality_capture_not_seen_total 0", await service.GetAsync("/metrics"));
        Assert.Contains("voicequality_rtp_packets_total 200", await service.GetAsync("/metrics"));
    }

    [Fact]
    public async Task What_agents_send_is_measured_and_what_is_not_theirs_counted()
    {
        var port = FreePort();
        await using var service = await StartAsync(new SourceOptions
        {
            Hep = new HepSourceOptions { Listen = $"127.0.0.1:{port}", Key = "secret" },
        });
        using var agent = new UdpClient();
        await UntilAsync(service, "/health/ready", "\"measuring\"");
        var nowUs = (DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch).Ticks / 10;
        var number = 0;
        foreach (var payload in RtpPayloads(100))
        {
            var key = number % 10 == 9 ? "wrong" : "secret";
            await agent.SendAsync(
                HepScript.Message(nowUs + number++, "198.18.0.1:4000", "198.18.0.2:6000", 4, payload, key),
                new IPEndPoint(IPAddress.Loopback, port));
        }

        await UntilAsync(service, "/metrics", "voicequality_hep_dropped_total{reason=\"notAuthenticated\"} 10");
        await UntilAsync(service, "/metrics", "voicequality_capture_packets_total 90");
    }

    [Fact]
    public async Task A_receiver_that_is_open_to_others_takes_senders()
    {
        ServeSettings.Read(null, [new("Sources:Hep:Listen", "0.0.0.0:9060")], out var open);
        ServeSettings.Read(
            null,
            [
                new("Sources:Hep:Listen", "0.0.0.0:9060"), new("Sources:Hep:Key", "k"),
                new("Sources:Hep:Senders:0", "192.0.2.0/24=7"),
            ],
            out var closed);
        ServeSettings.Read(
            null, [new("Sources:Hep:Listen", "127.0.0.1"), new("Sources:Hep:Senders:0", "nobody")], out var wrong);

        ServeSettings.Read(
            null,
            [
                new("Sources:Hep:Listen", "127.0.0.1:9060"), new("Sources:Hep:Tls:Listen", "127.0.0.1:9061"),
                new("Sources:Hep:Tls:Certificate", "no-such-file.pem"),
            ],
            out var withoutCertificate);
        Assert.Contains(
            "Sources:Hep:Tls:Certificate cannot be used", Assert.Single(withoutCertificate), StringComparison.Ordinal);
        Assert.Contains("Sources:Hep:Listen is open to other machines", Assert.Single(open), StringComparison.Ordinal);
        Assert.Empty(closed);
        Assert.Equal(2, wrong.Count);
        (await CliRun.OfAsync(["analyze"])).AssertRefused("Give capture files, or an interface");
        (await CliRun.OfAsync(["analyze", "--interface", "a", "b.pcap"])).AssertRefused("one of the two");
        (await CliRun.OfAsync(["analyze", "--duration", "1", "b.pcap"])).AssertRefused("go with --interface");
        (await CliRun.OfAsync(["analyze", "--readers", "2", "b.pcap"])).AssertRefused("go with --interface");
        (await CliRun.OfAsync(["analyze", "--interface", "a", "--readers", "17"])).AssertRefused("takes 1 to 16");
        (await CliRun.OfAsync(["analyze", "--key-log", "no-such-file", "b.pcap"])).AssertRefused("names no file");
        (await CliRun.OfAsync(["analyze", "--interface", "no-such-one"])).AssertRefused("no interface no-such-one");
    }

    [PrivateNetworkFact]
    public void An_analysis_of_an_interface_tells_what_passed() => PrivateNetwork.Run(() =>
    {
        PrivateNetwork.Ip("link set lo up");
        using var output = new MemoryStream();
        using var writer = AnalysisWriter.Create(AnalysisFormat.Ndjson, output);
        using var stop = new CancellationTokenSource();
        var console = new CliConsole
        {
            Output = new StringWriter(), Error = new StringWriter(), OpenInput = () => output, OpenOutput = () => output,
        };
        using var socket = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var sender = new Thread(() =>
        {
            foreach (var payload in RtpPayloads(300))
            {
                socket.Send(payload, (IPEndPoint)socket.Client.LocalEndPoint!);
            }

            stop.Cancel();
        });
        var analysis = new LiveAnalysis(new MonitorOptions(), console) { OnListening = sender.Start };

        Assert.Equal(0, analysis.Run(["lo"], new LiveCaptureOptions { RingMiB = 16 }, null, writer, stop.Token));

        sender.Join();
        var text = System.Text.Encoding.UTF8.GetString(output.ToArray());
        Assert.Contains("\"received\":300", text, StringComparison.Ordinal);
        Assert.Contains("\"droppedByCapture\":0", text, StringComparison.Ordinal);
    });

    [Fact]
    public async Task Pages_answer_while_a_flood_is_measured()
    {
        var port = FreePort();
        await using var service = await StartAsync(new SourceOptions
        {
            Hep = new HepSourceOptions { Listen = $"127.0.0.1:{port}" },
        });
        await UntilAsync(service, "/health/ready", "\"measuring\"");
        var nowUs = (DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch).Ticks / 10;
        var flood = Task.Run(async () =>
        {
            using var stranger = new UdpClient();
            for (var i = 0; i < 30_000; i++)
            {
                var wire = new Wire();
                new SipScript(wire, $"flood-{i}").Request(0, "INVITE", Sdp.Audio("192.0.2.99", 4_000 + (i % 20_000)));
                await stranger.SendAsync(
                    HepScript.Message(nowUs + i, "192.0.2.66:5060", "198.18.0.2:5060", 1, wire.Frames[0].Octets.AsSpan(42)),
                    new IPEndPoint(IPAddress.Loopback, port));
            }
        });
        var answers = 0;
        while (!flood.IsCompleted)
        {
            // Each answers with 200, or this throws.
            foreach (var path in (string[])["/health/live", "/trust", "/metrics"])
            {
                await service.GetAsync(path);
                answers++;
            }
        }

        await flood;
        Assert.InRange(answers, 3, int.MaxValue);
        await UntilAsync(service, "/health/live", "");
        Assert.DoesNotContain("voicequality_sip_messages_total 0\n", await service.GetAsync("/metrics"), StringComparison.Ordinal);
    }

    private static IEnumerable<byte[]> RtpPayloads(int count)
    {
        var wire = new Wire();
        new RtpScript(wire, "198.18.0.1:4000", "198.18.0.2:6000").Send(count, 0);

        // Ethernet, IPv4 and UDP take 42 octets.
        return wire.Frames.Select(frame => frame.Octets[42..]);
    }

    private static Task<RunningService> StartAsync(SourceOptions sources) => RunningService.StartAsync(
        TimeProvider.System, demo: null, settings => settings with { Sources = sources });

    private static async Task UntilAsync(RunningService service, string path, string text)
    {
        var found = "";
        for (var turn = 0; turn < Turns; turn++)
        {
            found = await service.GetAsync(path);
            if (found.Contains(text, StringComparison.Ordinal))
            {
                return;
            }
        }

        Assert.Contains(text, found, StringComparison.Ordinal);
    }

    private static int FreePort()
    {
        using var socket = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.Client.LocalEndPoint!).Port;
    }
}
