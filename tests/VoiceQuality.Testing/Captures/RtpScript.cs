using System.Net;
using VoiceQuality.Protocols.Rtp;

namespace VoiceQuality.Testing.Captures;

/// <summary>Writes one RTP stream on a wire: 20 ms of PCMU a packet unless the test says otherwise.</summary>
public sealed class RtpScript(Wire wire, string source, string destination)
{
    private readonly IPEndPoint _source = IPEndPoint.Parse(source);
    private readonly IPEndPoint _destination = IPEndPoint.Parse(destination);

    /// <summary>Synchronization source.</summary>
    public uint Ssrc { get; set; } = 0x1234_5678;

    /// <summary>PT, 0 to 127.</summary>
    public byte PayloadType { get; set; }

    /// <summary>Next sequence number.</summary>
    public ushort SequenceNumber { get; set; } = 1_000;

    /// <summary>Next timestamp, ticks.</summary>
    public uint Timestamp { get; set; } = 160_000;

    /// <summary>Ticks of a packet.</summary>
    public uint Ticks { get; set; } = 160;

    /// <summary>Octets of a payload.</summary>
    public int PayloadLength { get; set; } = 160;

    /// <summary>The payload by sequence number; null for <see cref="PayloadLength"/> octets of 0x55.</summary>
    public Func<ushort, byte[]>? Payload { get; set; }

    /// <summary>Time between two packets, µs.</summary>
    public int IntervalUs { get; set; } = 20_000;

    /// <summary>Time at which the next packet would be sent, seconds.</summary>
    public double NextAt { get; private set; }

    /// <summary>Sends packets, from a time on or from where the last call stopped.</summary>
    /// <param name="count">Packets, lost ones included.</param>
    /// <param name="at">Seconds; null to go on.</param>
    /// <param name="lost">Which, by their index from 0, are lost before the capture.</param>
    public RtpScript Send(int count, double? at = null, Func<int, bool>? lost = null)
    {
        var startUs = Wire.Us(at ?? NextAt);
        for (var i = 0; i < count; i++)
        {
            if (lost?.Invoke(i) != true)
            {
                Packet(startUs + ((long)i * IntervalUs), SequenceNumber, Timestamp);
            }

            SequenceNumber++;
            Timestamp = unchecked(Timestamp + Ticks);
        }

        NextAt = (startUs - Wire.StartUs + ((long)count * IntervalUs)) / 1e6;
        return this;
    }

    /// <summary>One packet, whatever was sent before.</summary>
    public void Packet(long atUs, ushort sequenceNumber, uint timestamp, bool marker = false)
    {
        var payload = Payload?.Invoke(sequenceNumber);
        var datagram = new byte[RtpWriter.HeaderLength + (payload?.Length ?? PayloadLength)];
        RtpWriter.WriteHeader(datagram, PayloadType, marker, sequenceNumber, timestamp, Ssrc);
        datagram.AsSpan(RtpWriter.HeaderLength).Fill(0x55);
        payload?.CopyTo(datagram, RtpWriter.HeaderLength);
        wire.Udp(atUs * 1_000, _source, _destination, datagram);
    }
}
