using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using VoiceQuality.Monitor.Calls;
using VoiceQuality.Protocols.Tls;
using VoiceQuality.Testing.Captures;
using VoiceQuality.Testing.Hep;
using VoiceQuality.Testing.Programs;

namespace VoiceQuality.Monitor.Tests.Reassembly;

/// <summary>
/// Connections that openssl really makes to a server in this process; what passes is written down as TCP segments, and
/// the key log is openssl's.
/// </summary>
public sealed partial class SipOverTlsTests : IDisposable
{
    private const string Client = "198.18.0.1:40000";
    private const string Server = "198.18.0.2:5061";
    private static readonly byte[] ClientAddress = [198, 18, 0, 1];
    private const string Invite = "INVITE sip:+15550199@callee.example SIP/2.0\r\nVia: SIP/2.0/TLS 198.18.0.1:40000;"
        + "branch=z9hG4bK-1\r\nFrom: <sip:+15550100@caller.example>;tag=a\r\nTo: <sip:+15550199@callee.example>\r\n"
        + "Call-ID: tls-1\r\nCSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n";

    private const string Busy = "SIP/2.0 486 Busy Here\r\nVia: SIP/2.0/TLS 198.18.0.1:40000;branch=z9hG4bK-1\r\n"
        + "From: <sip:+15550100@caller.example>;tag=a\r\nTo: <sip:+15550199@callee.example>;tag=b\r\nCall-ID: tls-1\r\n"
        + "CSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n";

    private static readonly TlsCipherSuite[] Suites =
    [
        TlsCipherSuite.TLS_AES_128_GCM_SHA256, TlsCipherSuite.TLS_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256, TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384, TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,

        // Keys that are encrypted for the server's RSA key, and not agreed on.
        TlsCipherSuite.TLS_RSA_WITH_AES_128_GCM_SHA256, TlsCipherSuite.TLS_RSA_WITH_AES_256_CBC_SHA256,
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("vq-tls").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [RequiresProgramTheory("openssl")]
    [InlineData("-tls1_3 -ciphersuites TLS_AES_128_GCM_SHA256")]
    [InlineData("-tls1_3 -ciphersuites TLS_AES_256_GCM_SHA384")]
    [InlineData("-tls1_3 -ciphersuites TLS_CHACHA20_POLY1305_SHA256")]
    [InlineData("-tls1_3 -groups P-384:P-256")]
    [InlineData("-tls1_2 -cipher ECDHE-ECDSA-AES128-GCM-SHA256")]
    [InlineData("-tls1_2 -cipher ECDHE-ECDSA-AES256-GCM-SHA384")]
    [InlineData("-tls1_2 -cipher ECDHE-ECDSA-CHACHA20-POLY1305")]
    [InlineData("-tls1_2 -cipher ECDHE-ECDSA-AES128-SHA")]
    [InlineData("-tls1_2 -cipher ECDHE-ECDSA-AES128-SHA256")]
    [InlineData("-tls1_2 -cipher ECDHE-ECDSA-AES256-SHA384")]
    [InlineData("-tls1_2 -cipher ECDHE-ECDSA-AES128-SHA -no_etm")]
    [InlineData("-tls1_2 -cipher ECDHE-ECDSA-AES256-SHA384 -no_etm")]
    [InlineData("-tls1_2 -cipher AES128-GCM-SHA256")]
    [InlineData("-tls1_2 -cipher AES256-SHA256")]
    [InlineData("-tls1_2 -cipher ECDHE-RSA-AES256-GCM-SHA384")]
    public async Task A_call_over_TLS_is_read_with_the_key_log(string arguments)
    {
        var (passed, log) = await ConnectAsync(arguments, Invite);

        foreach (var piece in (int[])[100_000, 1_400, 33])
        {
            var measured = Measure(passed, log, piece);
            var call = Assert.Single(measured.Calls);
            Assert.Equal((CallOutcome.Rejected, 486, "tls-1"), (call.Outcome, call.FinalStatus, call.CallId));
            Assert.Equal(Client, call.SignallingSource.ToString());
            Assert.Equal(2, measured.Counters.SipMessages);
        }

        // Segments in another order behind the ClientHello's first, and some twice.
        Assert.Equal(2, Measure(passed, log, 100, Shuffled).Counters.SipMessages);
        Assert.Equal(1, Measure(passed, new TlsKeyLog(), 1_400).Rejected("tls.noSecret"));
        Assert.Equal(0, Measure(passed, null, 1_400).Counters.SipMessages);
    }

    [RequiresProgramFact("openssl")]
    public async Task Keys_that_change_on_the_way_are_followed()
    {
        // "k" at the start of a line makes the client change its keys, "K" both sides theirs.
        var (passed, log) = await ConnectAsync(
            "-tls1_3", Invite, "k\n", Invite.Replace("branch=z9hG4bK-1", "branch=z9hG4bK-2", StringComparison.Ordinal));

        Assert.Equal(4, Measure(passed, log, 1_400).Counters.SipMessages);
    }

    [RequiresProgramTheory("openssl")]
    [InlineData("-tls1_3")]
    [InlineData("-tls1_2 -cipher ECDHE-ECDSA-AES128-GCM-SHA256")]
    public async Task A_secret_that_is_written_after_its_packets_opens_what_waits_for_it(string arguments)
    {
        var (passed, log) = await ConnectAsync(arguments, Invite);

        // The response is the last that passes. The log is asked at every segment from the first encrypted one on.
        var all = new LateSecrets(log, 0);
        Assert.Equal(2, Measure(passed, all, 100).Counters.SipMessages);
        var late = Measure(passed, new LateSecrets(log, all.Asked + 10), 100);
        Assert.Equal(CallOutcome.Rejected, Assert.Single(late.Calls).Outcome);
        Assert.Equal(2, late.Counters.SipMessages);

        // What waited in vain is counted when the same ports are used again.
        Assert.Equal(
            1,
            Measure(passed, new LateSecrets(log, int.MaxValue), 100, static frames =>
                [.. frames, new TcpScript(Client, Server, 5_000).Open(9)]).Rejected("tls.noSecret"));
    }

    [RequiresProgramFact("openssl")]
    public async Task A_connection_that_speaks_SIP_outlasts_strangers_and_the_same_ports_serve_again()
    {
        var (first, log) = await ConnectAsync("-tls1_3", Invite, Invite.Replace("-1", "-2", StringComparison.Ordinal));
        var (second, secondLog) = await ConnectAsync("-tls1_3", Invite.Replace("-1", "-3", StringComparison.Ordinal));
        byte[] hello = [.. first[0].Octets[..200]];

        // 100 strangers begin a connection and say no more, before the second call of the first connection; 16 have
        // room.
        var measured = Measure(
            first, log, 100_000,
            frames => [
                .. frames.SkipLast(2),
                .. Enumerable.Range(0, 100).Select(i =>
                    new TcpScript($"198.18.9.{i}:40000", Server, 1_000).Write(2, hello)),
                .. frames.TakeLast(2),
            ],
            static options => options with { MaxSipConnections = 16 });
        Assert.Equal(["tls-1", "tls-2"], measured.Calls.Select(static call => call.CallId).Order());
        Assert.Equal(100 - 15, measured.Rejected("tls.tooManyConnections"));

        // Another connection from the same ports, of which no end was seen.
        var again = Frames(second, 100_000, 500_000, 900_000);
        Assert.Equal(
            ["tls-1", "tls-2", "tls-3"],
            Measure(first, new Both(log, secondLog), 100_000,
                frames => [.. frames, new TcpScript(Client, Server, 500_000).Open(3), .. again])
                .Calls.Select(static call => call.CallId).Order());
    }

    [RequiresProgramFact("openssl")]
    public async Task What_is_not_SIP_or_not_read_is_counted()
    {
        var (web, webLog) = await ConnectAsync("-tls1_3", "GET / HTTP/1.1\r\nHost: example\r\n\r\n");
        Assert.Equal(1, Measure(web, webLog, 1_400).Rejected("tls.notSip"));

        var (other, otherLog) = await ConnectAsync(
            "-tls1_2 -cipher ECDHE-ECDSA-AES128-CCM", [Invite], TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_CCM);
        Assert.Equal(1, Measure(other, otherLog, 1_400).Rejected("tls.suiteNotRead"));

        var (cut, cutLog) = await ConnectAsync("-tls1_3", Invite);
        var frames = Frames(cut, 10, 1_000, 70_000, acknowledges: false);
        Assert.Equal(1, MeasureFrames([.. frames.Take(60), .. frames.Skip(62)], cutLog).Rejected("tls.broken"));
    }

    [RequiresProgramTheory("openssl")]
    [InlineData("-tls1_3")]
    [InlineData("-tls1_2 -cipher ECDHE-ECDSA-AES128-GCM-SHA256")]
    [InlineData("-tls1_2 -cipher ECDHE-ECDSA-CHACHA20-POLY1305")]
    [InlineData("-tls1_2 -cipher ECDHE-ECDSA-AES128-SHA256")]
    public async Task Behind_a_segment_that_the_capture_lost_reading_goes_on(string arguments)
    {
        var texts = Enumerable.Range(0, 5).Select(static i => Invite.Replace("-1", $"-{i}", StringComparison.Ordinal));
        var (passed, log) = await ConnectAsync(arguments, [.. texts]);

        // Each message goes through in two segments, 0.7 s after one another.
        var frames = Frames(passed, 150, 1_000, 70_000, secondsApart: 0.7);
        Assert.Equal(10, MeasureFrames(frames, log).Counters.SipMessages);
        for (var lost = 1; lost <= 3; lost++)
        {
            for (var first = frames.Count - 18; first < frames.Count - 8; first++)
            {
                var measured = MeasureFrames([.. frames.Take(first), .. frames.Skip(first + lost)], log);

                // Each direction goes on by itself; what was whole is read.
                Assert.InRange(measured.Rejected("tls.resumed"), 1, 2);
                Assert.InRange(measured.Counters.SipMessages, 10 - lost, 9);
                Assert.Equal(0, measured.Rejected("tls.placeLost") + measured.Rejected("tls.broken"));
            }
        }
    }

    [RequiresProgramTheory("openssl")]
    [InlineData("-tls1_3", 16_383)]
    [InlineData("-tls1_3", 300)]
    [InlineData("-tls1_3", 130)]
    [InlineData("-tls1_2 -cipher ECDHE-ECDSA-AES128-SHA256", 16_383)]
    [InlineData("-tls1_2 -cipher ECDHE-ECDSA-AES128-SHA256", 300)]
    public async Task What_looks_like_a_record_behind_a_lost_segment_holds_nothing_up(string arguments, int length)
    {
        var texts = Enumerable.Range(0, 5).Select(static i => Invite.Replace("-1", $"-{i}", StringComparison.Ordinal));
        var (passed, log) = await ConnectAsync(arguments, [.. texts]);
        var frames = Frames(passed, 150, 1_000, 70_000, secondsApart: 0.7);

        // The first segment of the second INVITE from the end is lost. Its second one may hold any octets, as it is
        // encrypted; here they are like headers of records, long ones and of 23 octets, that follow one another closely.
        var at = frames.Count - 1;
        for (var invites = 0; invites < 2; at--)
        {
            invites += IsFromClient(frames[at]) && !IsFromClient(frames[at - 1]) ? 1 : 0;
        }

        var first = at + 1;
        byte[] octets = [.. frames[first + 1].Octets];
        for (var i = 60; i + 9 <= octets.Length; i += 9)
        {
            ((byte[])[23, 3, 3, (byte)(length >> 8), (byte)length, 23, 3, 3, 0]).CopyTo(octets, i);
        }

        var changed = frames[first + 1] with { Octets = octets };
        var measured = MeasureFrames([.. frames.Take(first), changed, .. frames.Skip(first + 2)], log);

        Assert.True(IsFromClient(frames[first]) && IsFromClient(frames[first + 1]));
        Assert.Equal((9, 1), (measured.Counters.SipMessages, measured.Rejected("tls.resumed")));
    }

    private static bool IsFromClient(WireFrame frame) => frame.Octets.AsSpan(26, 4).SequenceEqual(ClientAddress);

    [RequiresProgramTheory("openssl")]
    [InlineData("-tls1_3")]
    [InlineData("-tls1_2 -cipher ECDHE-ECDSA-AES128-SHA256")]
    public async Task Whatever_is_lost_doubled_or_forged_nothing_else_is_read_than_was_said(string arguments)
    {
        var texts = Enumerable.Range(0, 4).Select(static i => Invite.Replace("-1", $"-{i}", StringComparison.Ordinal));
        var (passed, log) = await ConnectAsync(arguments, [.. texts]);
        var frames = Frames(passed, 90, 1_000, 70_000, secondsApart: 0.4);
        for (var seed = 0; seed < 150; seed++)
        {
            var random = new Random(seed);
            var changed = frames.SelectMany(frame => random.Next(12) switch
            {
                0 => (WireFrame[])[],
                1 => [frame, frame],
                2 => [frame with { Octets = frame.Octets[..^random.Next(1, 40)] }],
                3 => [Forged(frame, random), frame],
                _ => [frame],
            }).ToArray();

            // What was forged may spoil what is real, and be no message itself.
            var measured = MeasureFrames(changed, log);
            Assert.InRange(measured.Counters.SipMessages, 0, 8);
            Assert.Subset(
                new HashSet<string>(["tls-0", "tls-1", "tls-2", "tls-3"]),
                measured.Calls.Select(static call => call.CallId).ToHashSet());
        }
    }

    // Another content under the same or another sequence number.
    private static WireFrame Forged(WireFrame frame, Random random)
    {
        byte[] octets = [.. frame.Octets];
        octets[random.Next(38, 42)] ^= (byte)random.Next(2);
        random.NextBytes(octets.AsSpan(54 + random.Next(octets.Length - 54)));
        return frame with { Octets = octets };
    }

    [RequiresProgramFact("openssl")]
    public async Task Keys_that_changed_in_what_the_capture_lost_are_found()
    {
        var (passed, log) = await ConnectAsync(
            "-tls1_3", Invite, "k\n", Invite.Replace("-1", "-2", StringComparison.Ordinal),
            Invite.Replace("-1", "-3", StringComparison.Ordinal));
        var frames = Frames(passed, 100_000, 1_000, 70_000, secondsApart: 2);

        // From the end: two calls of two, and before them the change of keys.
        var measured = MeasureFrames([.. frames.SkipLast(5), .. frames.TakeLast(4)], log);

        Assert.Equal((6, 1), (measured.Counters.SipMessages, measured.Rejected("tls.resumed")));
    }

    [RequiresProgramFact("openssl")]
    public async Task A_place_that_is_not_found_again_is_counted()
    {
        var (passed, log) = await ConnectAsync("-tls1_3", Invite, Invite.Replace("-1", "-2", StringComparison.Ordinal));
        var frames = Frames(passed, 100_000, 1_000, 70_000, secondsApart: 2);

        // The ServerHello is among what is lost.
        var server = frames.FindIndex(static frame => frame.Octets[29] == 2);
        var measured = MeasureFrames([.. frames.Take(server), .. frames.Skip(server + 1)], log);

        Assert.Equal((0, 1), (measured.Counters.SipMessages, measured.Rejected("tls.placeLost")));
    }

    [RequiresProgramFact("openssl")]
    public async Task Data_before_the_servers_answer_is_counted_and_not_read()
    {
        var (passed, log) = await ConnectAsync("-tls1_3", Invite);
        passed.Insert(1, (true, [23, 3, 3, 0, 40, .. Enumerable.Repeat((byte)7, 40)]));

        var measured = Measure(passed, log, 1_400);

        Assert.Equal((2, 1), (measured.Counters.SipMessages, measured.Rejected("tls.earlyData")));
    }

    [RequiresProgramFact("openssl")]
    public async Task A_second_handshake_within_a_connection_is_followed()
    {
        // "R" makes the client begin another handshake.
        var (passed, log) = await ConnectAsync(
            "-tls1_2 -cipher ECDHE-ECDSA-AES128-SHA256:ECDHE-ECDSA-AES128-GCM-SHA256", Invite, "R\n",
            Invite.Replace("-1", "-2", StringComparison.Ordinal));

        Assert.Equal(2, log.Count);
        Assert.Equal(4, Measure(passed, log, 1_400).Counters.SipMessages);
    }

    [RequiresProgramFact("openssl")]
    public async Task One_client_does_not_keep_the_others_out()
    {
        var (passed, log) = await ConnectAsync("-tls1_3", Invite);
        byte[] hello = [.. passed[0].Octets[..200]];

        // 100 connections of one address begin before the call is said; three quarters of 16 are 12.
        var measured = Measure(
            passed, log, 100_000,
            frames => [
                .. frames.SkipLast(2),
                .. Enumerable.Range(0, 100).Select(i => new TcpScript($"198.18.9.9:{40_000 + i}", Server).Write(2, hello)),
                .. frames.TakeLast(2),
            ],
            static options => options with { MaxSipConnections = 16 });

        Assert.Equal((2, 100 - 12), (measured.Counters.SipMessages, measured.Rejected("tls.tooManyConnections")));
    }

    // Every two segments of one sender that follow one another change places, and the first of them comes again.
    private static List<WireFrame> Shuffled(List<WireFrame> frames)
    {
        var shuffled = new List<WireFrame> { frames[0] };
        for (var i = 1; i < frames.Count; i++)
        {
            var hasNext = i + 1 < frames.Count && frames[i].Octets.AsSpan(26, 8).SequenceEqual(frames[i + 1].Octets.AsSpan(26, 8));
            shuffled.AddRange(hasNext ? [frames[i + 1], frames[i], frames[i + 1]] : [frames[i]]);
            i += hasNext ? 1 : 0;
        }

        return shuffled;
    }
}
