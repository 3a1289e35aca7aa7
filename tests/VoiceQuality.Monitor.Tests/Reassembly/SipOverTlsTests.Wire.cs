using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using VoiceQuality.Protocols.Tls;
using VoiceQuality.Testing.Captures;
using VoiceQuality.Testing.Hep;
using VoiceQuality.Testing.Programs;

namespace VoiceQuality.Monitor.Tests.Reassembly;

/// <content>Connections of a real program, and the frames that are made of them.</content>
public sealed partial class SipOverTlsTests
{
    private static Measurement Measure(
        List<(bool FromClient, byte[] Octets)> passed, ITlsSecrets? log, int piece,
        Func<List<WireFrame>, List<WireFrame>>? change = null, Func<MonitorOptions, MonitorOptions>? with = null)
    {
        var frames = Frames(passed, piece, 1_000, 70_000);
        return MeasureFrames(change?.Invoke(frames) ?? frames, log, with);
    }

    private static Measurement MeasureFrames(
        IEnumerable<WireFrame> frames, ITlsSecrets? log, Func<MonitorOptions, MonitorOptions>? with = null)
    {
        var wire = new Wire { KeepsOrder = true };
        foreach (var frame in frames)
        {
            wire.Add(frame);
        }

        var options = new MonitorOptions { TlsSecrets = log };
        return Measurement.Of(wire, with?.Invoke(options) ?? options);
    }

    private static List<WireFrame> Frames(
        List<(bool FromClient, byte[] Octets)> passed, int piece, uint clientSequence, uint serverSequence,
        double secondsApart = 0.0001, bool acknowledges = true)
    {
        var client = new TcpScript(Client, Server, clientSequence) { Acknowledgment = serverSequence + 1 };
        var server = new TcpScript(Server, Client, serverSequence) { Acknowledgment = clientSequence + 1 };
        var frames = new List<WireFrame>();
        foreach (var (fromClient, octets) in passed)
        {
            foreach (var part in octets.Chunk(piece))
            {
                frames.Add((fromClient ? client : server).Write(1 + (frames.Count * secondsApart), part));
            }

            (fromClient ? server : client).Acknowledgment = acknowledges ? (fromClient ? client : server).Next
                : (fromClient ? server : client).Acknowledgment;
        }

        return frames;
    }

    /// <summary>Lets openssl say each of some texts, each of which but a command is answered with 486.</summary>
    private Task<(List<(bool FromClient, byte[] Octets)> Passed, TlsKeyLog Log)> ConnectAsync(
        string arguments, params string[] texts) => ConnectAsync(arguments, texts, null);

    private async Task<(List<(bool FromClient, byte[] Octets)> Passed, TlsKeyLog Log)> ConnectAsync(
        string arguments, string[] texts, TlsCipherSuite? only)
    {
        using var authority = TestCertificates.Authority("authority");
        using var certificate = arguments.Contains("-cipher AES", StringComparison.Ordinal)
            || arguments.Contains("-RSA-", StringComparison.Ordinal)
            ? TestCertificates.OfRsa("server") : TestCertificates.Of(authority, "server");
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var keyLog = Path.Combine(_folder, Guid.NewGuid().ToString("N"));
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        using var openssl = Process.Start(new ProcessStartInfo(
            RequiredProgram.PathOf("openssl"), $"s_client -connect 127.0.0.1:{port} -keylogfile {keyLog} {arguments}")
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        _ = openssl.StandardOutput.ReadToEndAsync();
        _ = openssl.StandardError.ReadToEndAsync();
        using var socket = await listener.AcceptTcpClientAsync();
        var tap = new Tap(socket.GetStream());
        await using (var tls = new SslStream(tap))
        {
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
            {
                ServerCertificate = certificate,
                AllowRenegotiation = true,
                EnabledSslProtocols = only is null ? SslProtocols.Tls12 | SslProtocols.Tls13 : SslProtocols.Tls12,
                CipherSuitesPolicy = OperatingSystem.IsWindows()
                    ? null
                    : new CipherSuitesPolicy(only is { } suite ? [suite] : Suites),
            });
            var buffer = new byte[8_192];
            var reading = tls.ReadAsync(buffer).AsTask();
            foreach (var text in texts)
            {
                var heard = tap.NextFromClient();
                await openssl.StandardInput.WriteAsync(text);
                await openssl.StandardInput.FlushAsync();
                if (text.Length <= 2)
                {
                    // A command must be a read of its own.
                    await heard;
                    continue;
                }

                for (var length = await reading; length < text.Length;)
                {
                    length += await tls.ReadAsync(buffer);
                }

                await tls.WriteAsync(Encoding.ASCII.GetBytes(Busy));
                reading = tls.ReadAsync(buffer).AsTask();
            }

            openssl.Kill();
            await reading.ContinueWith(static _ => { }, TaskScheduler.Default);
        }

        await openssl.WaitForExitAsync();
        var log = new TlsKeyLog();
        foreach (var line in await File.ReadAllLinesAsync(keyLog))
        {
            log.Add(line);
        }

        return (tap.Passed, log);
    }

    /// <summary>Has its secrets from some question on.</summary>
    private sealed class LateSecrets(TlsKeyLog log, int from) : ITlsSecrets
    {
        public int Asked { get; private set; }

        public bool MayGrow => true;

        public bool TryFind(TlsSecretKind kind, ReadOnlySpan<byte> clientRandom, out ReadOnlyMemory<byte> secret)
        {
            secret = default;
            return Asked++ >= from && log.TryFind(kind, clientRandom, out secret);
        }
    }

    private sealed class Both(TlsKeyLog one, TlsKeyLog other) : ITlsSecrets
    {
        public bool MayGrow => false;

        public bool TryFind(TlsSecretKind kind, ReadOnlySpan<byte> clientRandom, out ReadOnlyMemory<byte> secret) =>
            one.TryFind(kind, clientRandom, out secret) || other.TryFind(kind, clientRandom, out secret);
    }

    /// <summary>Writes down what a server reads and writes.</summary>
    private sealed class Tap(Stream inner) : Stream
    {
        private TaskCompletionSource _heard = new();

        public List<(bool FromClient, byte[] Octets)> Passed { get; } = [];

        /// <summary>Ends when the client has sent something more.</summary>
        public Task NextFromClient() => (_heard = new TaskCompletionSource()).Task;

        public override bool CanRead => true;

        public override bool CanWrite => true;

        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var count = await inner.ReadAsync(buffer, cancellationToken);
            Note(true, buffer.Span[..count]);
            return count;
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Note(false, buffer.Span);
            return inner.WriteAsync(buffer, cancellationToken);
        }

        private void Note(bool fromClient, ReadOnlySpan<byte> octets)
        {
            if (!octets.IsEmpty)
            {
                Passed.Add((fromClient, octets.ToArray()));
                if (fromClient)
                {
                    _heard.TrySetResult();
                }
            }
        }
    }
}
