using System.Buffers.Binary;
using System.Net;
using VoiceQuality.Protocols.Rtcp;
using VoiceQuality.Testing.Captures;

namespace VoiceQuality.Monitor.Tests.Rtcp;

/// <summary>Writes RTCP of one sender on a wire.</summary>
internal sealed class RtcpScript(Wire wire, string source, string destination, uint ssrc)
{
    private readonly IPEndPoint _source = IPEndPoint.Parse(source);
    private readonly IPEndPoint _destination = IPEndPoint.Parse(destination);

    /// <summary>An SR whose NTP timestamp has these middle bits.</summary>
    public void SenderReport(double at, uint ntpMiddle, params RtcpReportValues[] reports)
    {
        var octets = new byte[512];
        Send(at, octets[..RtcpWriter.WriteSenderReport(octets, ssrc, (ulong)ntpMiddle << 16, 0, 1, 1, reports)]);
    }

    public void ReceiverReport(double at, params RtcpReportValues[] reports)
    {
        var octets = new byte[512];
        Send(at, octets[..RtcpWriter.WriteReceiverReport(octets, ssrc, reports)]);
    }

    /// <summary>An XR with one block.</summary>
    public void Extended(double at, byte type, byte specific, params byte[] contents)
    {
        var octets = new byte[12 + contents.Length];
        octets[0] = 0x80;
        octets[1] = 207;
        BinaryPrimitives.WriteUInt16BigEndian(octets.AsSpan(2), (ushort)((octets.Length / 4) - 1));
        BinaryPrimitives.WriteUInt32BigEndian(octets.AsSpan(4), ssrc);
        octets[8] = type;
        octets[9] = specific;
        BinaryPrimitives.WriteUInt16BigEndian(octets.AsSpan(10), (ushort)(contents.Length / 4));
        contents.CopyTo(octets.AsSpan(12));
        Send(at, octets);
    }

    private void Send(double at, byte[] octets) => wire.Udp(Wire.Us(at) * 1_000, _source, _destination, octets);
}
