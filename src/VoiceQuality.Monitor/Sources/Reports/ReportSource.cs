using System.Net;
using System.Net.Sockets;
using VoiceQuality.Monitor.Sources.Hep;
using VoiceQuality.Protocols.Network;
using VoiceQuality.Protocols.Sip;

namespace VoiceQuality.Monitor.Sources.Reports;

/// <summary>Why a datagram to the receiver of reports was left out.</summary>
public enum ReportDropReason
{
    /// <summary>It was taken.</summary>
    None = 0,

    /// <summary>Its sender is on no list.</summary>
    SenderNotAllowed,

    /// <summary>It is no SIP request, or none that can be answered.</summary>
    Malformed,

    /// <summary>Another method than PUBLISH; it was answered 405.</summary>
    OtherMethod,

    /// <summary>Another event or body than a voice quality report; it was answered 489.</summary>
    OtherEvent,
}

/// <summary>
/// Receives voice quality reports of endpoints (RFC 6035) over UDP, answers them (RFC 3903) and hands them on as
/// packets, where they are matched with their streams like reports that pass by.
/// </summary>
public sealed class ReportSource : ILiveSource
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(100);

    private const long HeldBackNs = 2_000_000_000;

    private readonly Socket _socket;
    private readonly byte[] _datagram = new byte[ushort.MaxValue];
    private readonly SocketAddress _from;
    private readonly IpEndpoint _here;
    private readonly HepGate _senders;
    private readonly TimeProvider _time;
    private readonly CancellationToken _stop;
    private readonly long[] _dropped = new long[Enum.GetValues<ReportDropReason>().Length];
    private uint _tag;

    /// <param name="listen">Address and port.</param>
    /// <param name="senders">Who may send; agent numbers mean nothing here.</param>
    /// <param name="time">The clock of the reports.</param>
    /// <param name="stop">Ends the source.</param>
    /// <exception cref="SocketException">The address cannot be listened on.</exception>
    public ReportSource(
        IPEndPoint listen, IReadOnlyList<HepSender> senders, TimeProvider time, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(listen);
        ArgumentNullException.ThrowIfNull(senders);
        ArgumentNullException.ThrowIfNull(time);

        _senders = new HepGate(new HepOptions { Senders = senders });
        _time = time;
        _stop = stop;
        _from = new SocketAddress(listen.AddressFamily);
        _socket = new Socket(listen.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            _socket.Bind(listen);
        }
        catch
        {
            _socket.Dispose();
            throw;
        }

        LocalEndPoint = (IPEndPoint)_socket.LocalEndPoint!;
        _here = new IpEndpoint(IpAddress128.FromBytes(LocalEndPoint.Address.GetAddressBytes()), (ushort)LocalEndPoint.Port);
        Name = $"reports on {LocalEndPoint}";
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>Where it listens.</summary>
    public IPEndPoint LocalEndPoint { get; }

    /// <summary>Reports that were answered 200 and handed over.</summary>
    public long ReportsTaken { get; private set; }

    /// <summary>Datagrams that were left out for a reason.</summary>
    public long Dropped(ReportDropReason reason) => Volatile.Read(ref _dropped[(int)reason]);

    /// <inheritdoc/>
    public bool TryFill(PacketBlock block) => TryFill(block, LongestWait);

    /// <inheritdoc/>
    public bool TryFill(PacketBlock block, TimeSpan wait)
    {
        ArgumentNullException.ThrowIfNull(block);

        block.RecordCount = 0;
        if (_stop.IsCancellationRequested)
        {
            return false;
        }

        var used = 0;
        while (DatagramFrames.HasRoom(block, used) && _socket.Poll(wait, SelectMode.SelectRead))
        {
            wait = TimeSpan.Zero;
            var length = _socket.ReceiveFrom(_datagram, SocketFlags.None, _from);
            var reason = Take(_datagram.AsSpan(0, length), block, ref used);
            if (reason != ReportDropReason.None)
            {
                Volatile.Write(ref _dropped[(int)reason], _dropped[(int)reason] + 1);
            }
        }

        ReportsTaken += block.RecordCount;
        if (block.RecordCount == 0)
        {
            block.QuietUntilNs = Math.Max(0, NowNs() - HeldBackNs);
        }

        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private ReportDropReason Take(ReadOnlySpan<byte> datagram, PacketBlock block, ref int used)
    {
        var source = HepSource.EndpointOf(_from);
        if (!_senders.IsAllowed(source.Address))
        {
            return ReportDropReason.SenderNotAllowed;
        }

        if (!SipMessage.TryParse(datagram, out var request, out _) || !request.IsRequest || request.IsTruncated
            || request.Method == SipMethod.Ack)
        {
            return ReportDropReason.Malformed;
        }

        if (request.Method != SipMethod.Publish)
        {
            Answer(request, source, "405 Method Not Allowed", "Allow: PUBLISH\r\n");
            return ReportDropReason.OtherMethod;
        }

        if (!SipBody.TryFindPart(request.ContentType, request.Body, VoiceQualityReport.MediaType, out _)
            || !DatagramFrames.TryAdd(block, ref used, source, _here, NowNs(), datagram))
        {
            Answer(request, source, "489 Bad Event", "Allow-Events: vq-rtcpxr\r\n");
            return ReportDropReason.OtherEvent;
        }

        // RFC 3903 §6: every publication gets a tag. A report is an event and no state, so it lasts for no time.
        Answer(request, source, "200 OK", $"SIP-ETag: vq{++_tag}\r\nExpires: 0\r\n");
        return ReportDropReason.None;
    }

    private void Answer(in SipMessage request, IpEndpoint source, string status, string more)
    {
        var port = SipAnswer.Port(request, source.Port);
        var to = new IPEndPoint(((IPEndPoint)LocalEndPoint.Create(_from)).Address, port);
        try
        {
            _socket.SendTo(SipAnswer.Make(request, source, status, more), to);
        }
        catch (SocketException)
        {
            // There is no way back to it; it will ask again.
        }
    }

    private long NowNs() => (_time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;
}
