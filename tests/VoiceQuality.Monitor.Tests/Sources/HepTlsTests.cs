using System.IO.Compression;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using VoiceQuality.Monitor.Sources;
using VoiceQuality.Monitor.Sources.Hep;
using VoiceQuality.Testing.Hep;

namespace VoiceQuality.Monitor.Tests.Sources;

public sealed class HepTlsTests : IDisposable
{
    private static readonly byte[] Sip = Encoding.ASCII.GetBytes("OPTIONS sip:198.18.0.2 SIP/2.0\r\n\r\n");

    private readonly string _folder = Directory.CreateTempSubdirectory("vq-hep-tls").FullName;
    private readonly X509Certificate2 _authority = TestCertificates.Authority("agents");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task Messages_over_TLS_are_taken_wherever_they_are_cut(SslProtocols version)
    {
        using var source = Open(null);
        using var agent = await ConnectAsync(source, version, null);

        // 300 messages of some 100 octets are more than one record, and are written in pieces of 37.
        var octets = Enumerable.Range(0, 300).SelectMany(static i => Message(i)).ToArray();
        foreach (var piece in octets.Chunk(37))
        {
            await agent.WriteAsync(piece);
        }

        Fill(source, () => source.MessagesTaken == 300);
        Assert.Equal(version, agent.SslProtocol);
    }

    [Fact]
    public async Task An_agent_without_a_certificate_of_the_authority_is_not_heard()
    {
        using var other = TestCertificates.Authority("others");
        using var stranger = TestCertificates.Of(other, "stranger");
        using var known = TestCertificates.Of(_authority, "known");
        using var source = Open(_authority.ToFile(_folder, "clients.pem"));

        await TryToSend(source, null);
        Fill(source, () => source.Dropped(HepDropReason.TlsFailed) == 1);
        await TryToSend(source, stranger);
        Fill(source, () => source.Dropped(HepDropReason.TlsFailed) == 2);
        await TryToSend(source, known);
        Fill(source, () => source.MessagesTaken == 1);

        Assert.Equal(2, source.Dropped(HepDropReason.TlsFailed));
    }

    [Fact]
    public async Task Something_else_than_TLS_is_counted_and_an_old_version_refused()
    {
        using var source = Open(null);
        using var plain = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        plain.Connect(source.TlsEndPoint!);
        plain.Send(Message(1));
        Fill(source, () => source.Dropped(HepDropReason.TlsFailed) == 1);

#pragma warning disable SYSLIB0039, CA5397 // The old version is what the test is about.
        await Assert.ThrowsAnyAsync<Exception>(() => ConnectAsync(source, SslProtocols.Tls11, null));
#pragma warning restore SYSLIB0039, CA5397
        Assert.Equal(0, source.MessagesTaken);
    }

    [Fact]
    public void One_sender_may_have_so_many_connections_and_a_silent_one_makes_room()
    {
        var clock = new Clock();
        using var source = new HepSource(
            new HepOptions { Listen = new IPEndPoint(IPAddress.Loopback, 0), MaxConnectionsOfOneSender = 2 },
            clock, CancellationToken.None);
        using var one = Connect(source.LocalEndPoint);
        using var two = Connect(source.LocalEndPoint);
        using var three = Connect(source.LocalEndPoint);
        Fill(source, () => source.Dropped(HepDropReason.TooManyConnections) == 1);

        // The second speaks after 50 s, so after 70 s the first is the one that was silent for a minute.
        clock.Now = clock.Now.AddSeconds(50);
        two.Send(Message(0, clock.Now));
        Fill(source, () => source.MessagesTaken == 1);
        clock.Now = clock.Now.AddSeconds(20);
        using var four = Connect(source.LocalEndPoint);
        four.Send(Message(1, clock.Now));
        Fill(source, () => source.MessagesTaken == 2);
        two.Send(Message(2, clock.Now));
        Fill(source, () => source.MessagesTaken == 3);

        Assert.Equal(0, one.Receive(new byte[1]));
        Assert.Equal(1, source.Dropped(HepDropReason.TooManyConnections));
    }

    [Fact]
    public void What_is_wrong_with_a_certificate_is_said()
    {
        using var own = TestCertificates.Of(_authority, "own");
        using var another = TestCertificates.Of(_authority, "another");
        var certificate = own.ToFile(_folder, "own.pem");
        var keyOfAnother = another.ToFile(_folder, "another.key", isKey: true);
        var nothing = Path.Combine(_folder, "nothing.pem");
        File.WriteAllText(nothing, "-----BEGIN NOTHING-----\n-----END NOTHING-----\n");
        var pkcs12 = Path.Combine(_folder, "own.p12");
        File.WriteAllBytes(pkcs12, own.Export(X509ContentType.Pkcs12, "secret"));

        Assert.ThrowsAny<CryptographicException>(() => Load(certificate, null, null, null));
        Assert.ThrowsAny<Exception>(() => Load(certificate, keyOfAnother, null, null));
        Assert.ThrowsAny<CryptographicException>(() => Load(nothing, null, null, null));
        Assert.ThrowsAny<CryptographicException>(() => Load(pkcs12, null, "wrong", null));
        Assert.ThrowsAny<IOException>(() => Load(Path.Combine(_folder, "none.pem"), null, null, null));
        var key = own.ToFile(_folder, "own.key", isKey: true);
        Assert.ThrowsAny<CryptographicException>(() => Load(certificate, key, null, key));
        Assert.NotNull(Load(certificate, key, null, null).Certificate);
        Assert.NotNull(Load(pkcs12, null, "secret", certificate).Certificate);
    }

    [Fact]
    public void A_compressed_payload_is_inflated_up_to_the_length_of_a_datagram()
    {
        using var source = Open(null);
        using var agent = new UdpClient();
        agent.Connect(source.LocalEndPoint);

        // Ten million octets of one value take ten thousand compressed.
        foreach (var payload in (byte[][])[Compressed(Sip), Compressed(new byte[10_000_000]), [1, 2, 3, 4]])
        {
            agent.Send(new HepScript().Chunk(1, 2).Chunk(2, 17).Chunk(3, 198, 18, 0, 1).Chunk(4, 198, 18, 0, 2)
                .Pair(7, 5060).Pair(8, 5060).Word(9, (uint)Clock.Start.ToUnixTimeSeconds()).Word(10, 0).Chunk(11, 1)
                .Chunk(16, payload).ToArray());
        }

        var block = new PacketBlockPool().Rent();
        for (var turn = 0; turn < 50 && source.MessagesTaken + source.Dropped(HepDropReason.Malformed) < 3; turn++)
        {
            source.TryFill(block);
            if (block.RecordCount > 0)
            {
                Assert.True(block.Octets.AsSpan(42, block.Records[0].CapturedLength - 42).SequenceEqual(Sip));
            }
        }

        Assert.Equal((1, 2), (source.MessagesTaken, source.Dropped(HepDropReason.Malformed)));
    }

    private static byte[] Compressed(byte[] octets)
    {
        using var stream = new MemoryStream();
        using (var deflate = new ZLibStream(stream, CompressionLevel.SmallestSize))
        {
            deflate.Write(octets);
        }

        return stream.ToArray();
    }

    private static HepTlsOptions Load(string certificate, string? key, string? password, string? authorities) =>
        HepTlsOptions.Load(new IPEndPoint(IPAddress.Loopback, 0), certificate, key, password, authorities);

    private static byte[] Message(int index, DateTimeOffset? at = null) => HepScript.Message(
        ((at ?? Clock.Start).ToUnixTimeMilliseconds() * 1_000) + index, "198.18.0.1:5060", "198.18.0.2:5060", 1, Sip);

    private static Socket Connect(IPEndPoint endPoint)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(endPoint);
        return socket;
    }

    private HepSource Open(string? authorities)
    {
        using var own = TestCertificates.Of(_authority, "collector");
        return new HepSource(
            new HepOptions
            {
                Listen = new IPEndPoint(IPAddress.Loopback, 0),
                Tls = Load(
                    own.ToFile(_folder, "own.pem"), own.ToFile(_folder, "own.key", isKey: true), null, authorities),
            },
            new Clock(), CancellationToken.None);
    }

    private async Task<SslStream> ConnectAsync(HepSource source, SslProtocols versions, X509Certificate2? own)
    {
        var client = new TcpClient();
        await client.ConnectAsync(source.TlsEndPoint!);
        var stream = new SslStream(client.GetStream());
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = "127.0.0.1",
            EnabledSslProtocols = versions,
            ClientCertificates = own is null ? [] : [own],
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                CustomTrustStore = { _authority },
                RevocationMode = X509RevocationMode.NoCheck,
            },
        };
        var handshake = stream.AuthenticateAsClientAsync(options);
        var block = new PacketBlockPool().Rent();
        while (!handshake.IsCompleted)
        {
            source.TryFill(block);
        }

        await handshake;
        return stream;
    }

    // In TLS 1.3 a client hears of its refusal only after its own handshake is over.
    private async Task TryToSend(HepSource source, X509Certificate2? own)
    {
        try
        {
            using var agent = await ConnectAsync(source, SslProtocols.None, own);
            await agent.WriteAsync(Message(7));
            var answer = agent.ReadAsync(new byte[1]).AsTask();
            var block = new PacketBlockPool().Rent();
            for (var turn = 0; turn < 100 && !answer.IsCompleted && source.MessagesTaken == 0; turn++)
            {
                source.TryFill(block);
            }

            if (answer.IsCompleted)
            {
                await answer;
            }
        }
        catch (Exception e) when (e is IOException or AuthenticationException)
        {
            // What the test looks at is what the source counted.
        }
    }

    /// <summary>Each turn waits a tenth of a second at most.</summary>
    private static void Fill(HepSource source, Func<bool> isReached)
    {
        var block = new PacketBlockPool().Rent();
        for (var turn = 0; turn < 300 && !isReached(); turn++)
        {
            source.TryFill(block);
        }

        Assert.True(isReached());
    }

    private sealed class Clock : TimeProvider
    {
        public static readonly DateTimeOffset Start = new(2026, 1, 5, 8, 0, 0, TimeSpan.Zero);

        public DateTimeOffset Now { get; set; } = Start;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
