using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using VoiceQuality.Protocols.Network;

namespace VoiceQuality.Monitor.Sources.Hep;

/// <summary>
/// A connection over TLS. A task of its own does the handshake and reads ahead, no further than one buffer; what it has
/// read waits for the source.
/// </summary>
internal sealed class HepTlsConnection : HepConnection
{
    private const int AheadOctets = 16_384;

    private static readonly TimeSpan LongestHandshake = TimeSpan.FromSeconds(10);

    private readonly SslStream _stream;
    private readonly byte[] _ahead = new byte[AheadOctets];
    private readonly SemaphoreSlim _taken = new(0);
    private readonly CancellationTokenSource _gone = new();
    private int _waiting;
    private int _offset;
    private volatile bool _isOver;
    private volatile bool _hasFailed;

    public HepTlsConnection(Socket socket, IpAddress128 sender, HepTlsOptions options)
        : base(sender)
    {
        _stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
        _ = ReadAsync(options.ToAuthentication());
    }

    public override Socket? Socket => null;

    public override bool HasFailed => _hasFailed;

    public override void Dispose()
    {
        // The task ends by that and lets go of the rest.
        _gone.Cancel();
        _stream.Dispose();
    }

    protected override bool Receive(Span<byte> destination, out int count)
    {
        var isOver = _isOver;
        count = Math.Min(destination.Length, Volatile.Read(ref _waiting) - _offset);
        if (count <= 0)
        {
            count = 0;
            return !isOver;
        }

        _ahead.AsSpan(_offset, count).CopyTo(destination);
        _offset += count;
        if (_offset == _waiting)
        {
            _offset = 0;
            Volatile.Write(ref _waiting, 0);
            _taken.Release();
        }

        return true;
    }

    private async Task ReadAsync(SslServerAuthenticationOptions options)
    {
        try
        {
            using (var handshake = CancellationTokenSource.CreateLinkedTokenSource(_gone.Token))
            {
                handshake.CancelAfter(LongestHandshake);
                await _stream.AuthenticateAsServerAsync(options, handshake.Token).ConfigureAwait(false);
            }

            while (await _stream.ReadAsync(_ahead, _gone.Token).ConfigureAwait(false) is var count and > 0)
            {
                Volatile.Write(ref _waiting, count);
                await _taken.WaitAsync(_gone.Token).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is AuthenticationException or IOException or SocketException
            or OperationCanceledException or ObjectDisposedException)
        {
            // What a stranger sends is none of our errors; that it was none of TLS is counted.
            _hasFailed = !_stream.IsAuthenticated && !_gone.IsCancellationRequested;
        }
        finally
        {
            _isOver = true;
        }
    }
}
