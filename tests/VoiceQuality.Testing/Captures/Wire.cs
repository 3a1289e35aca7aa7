using System.Net;
using System.Text;
using VoiceQuality.Protocols.Network;
using VoiceQuality.Protocols.Pcap;

namespace VoiceQuality.Testing.Captures;

/// <summary>One frame on the wire.</summary>
/// <param name="AtNs">Capture time, ns since 1970-01-01 UTC.</param>
/// <param name="Octets">What was captured of it.</param>
/// <param name="OriginalLength">Octets it had on the wire.</param>
/// <param name="LinkType">Header type of the link.</param>
public readonly record struct WireFrame(long AtNs, byte[] Octets, int OriginalLength, LinkType LinkType);

/// <summary>
/// A capture in the making. Times are seconds after <see cref="StartUs"/>, endpoints are "address:port".
/// </summary>
public sealed class Wire
{
    /// <summary>2026-01-05T08:00:00Z in microseconds since 1970-01-01: 1,767,600,000 s.</summary>
    public const long StartUs = 1_767_600_000_000_000;

    private static readonly byte[] SourceMac = [2, 0, 0, 0, 0, 1];
    private static readonly byte[] DestinationMac = [2, 0, 0, 0, 0, 2];

    private readonly List<WireFrame> _frames = [];

    /// <summary>Keep the frames as they were written, whatever their times say.</summary>
    public bool KeepsOrder { get; init; }

    /// <summary>Octets that the capture keeps of a frame.</summary>
    public int SnapLength { get; set; } = int.MaxValue;

    /// <summary>The frames in the order of their times, first written first.</summary>
    public IReadOnlyList<WireFrame> Frames => KeepsOrder ? _frames : [.. _frames.OrderBy(static frame => frame.AtNs)];

    /// <summary>Microseconds since 1970-01-01 of a time in seconds after <see cref="StartUs"/>.</summary>
    public static long Us(double atSeconds) => StartUs + (long)Math.Round(atSeconds * 1e6);

    /// <summary>Puts a frame on the wire as it is.</summary>
    public void Add(WireFrame frame) => _frames.Add(frame);

    /// <summary>Puts a frame on the wire as it is.</summary>
    public void Frame(double atSeconds, byte[] octets) =>
        Add(new WireFrame(Us(atSeconds) * 1_000, octets, octets.Length, LinkType.Ethernet));

    /// <summary>Puts a UDP datagram on the wire, in Ethernet and IPv4 or IPv6.</summary>
    public void Udp(double atSeconds, string source, string destination, ReadOnlySpan<byte> payload) =>
        Udp(Us(atSeconds) * 1_000, IPEndPoint.Parse(source), IPEndPoint.Parse(destination), payload);

    /// <inheritdoc cref="Udp(double, string, string, ReadOnlySpan{byte})"/>
    public void Udp(double atSeconds, string source, string destination, string payload) =>
        Udp(atSeconds, source, destination, Encoding.UTF8.GetBytes(payload));

    /// <inheritdoc cref="Udp(double, string, string, ReadOnlySpan{byte})"/>
    public void Udp(long atNs, IPEndPoint source, IPEndPoint destination, ReadOnlySpan<byte> payload)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(destination);

        var frame = new byte[FrameWriter.MaxHeaderLength + payload.Length];
        var header = new UdpFrameHeader
        {
            SourceMac = SourceMac,
            DestinationMac = DestinationMac,
            SourceAddress = source.Address.GetAddressBytes(),
            DestinationAddress = destination.Address.GetAddressBytes(),
            SourcePort = (ushort)source.Port,
            DestinationPort = (ushort)destination.Port,
        };
        var headerLength = FrameWriter.WriteUdpHeaders(frame, header);
        payload.CopyTo(frame.AsSpan(headerLength));
        var length = headerLength + payload.Length;
        FrameWriter.CompleteUdp(frame.AsSpan(0, length), headerLength, (ushort)_frames.Count);
        Add(new WireFrame(
            atNs, frame.AsSpan(0, Math.Min(length, SnapLength)).ToArray(), length, LinkType.Ethernet));
    }

    /// <summary>The frames as a classic pcap file.</summary>
    public byte[] ToPcap(bool nanoseconds = false, int linkType = PcapWriter.EthernetLinkType)
    {
        using var file = new MemoryStream();
        var header = new byte[PcapWriter.FileHeaderLength];
        PcapWriter.WriteFileHeader(header, nanoseconds, linkType: linkType);
        file.Write(header);
        var record = new byte[PcapWriter.RecordHeaderLength];
        foreach (var frame in Frames)
        {
            PcapWriter.WriteRecordHeader(record, frame.AtNs, frame.Octets.Length, frame.OriginalLength, nanoseconds);
            file.Write(record);
            file.Write(frame.Octets);
        }

        return file.ToArray();
    }
}
