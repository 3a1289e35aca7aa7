using System.Buffers.Binary;
using System.Net;
using System.Text;
using VoiceQuality.Monitor.Sources.Synthetic;

namespace VoiceQuality.Monitor.Tests.Synthetic;

/// <summary>
/// A frame taken apart by hand, without any parser of the project, so that it can accuse the generator.
/// </summary>
internal sealed record CapturedFrame(
    byte[] Octets, long TimestampNs, SyntheticFrameKind Kind, int VlanId, IPEndPoint Source, IPEndPoint Destination,
    byte[] Payload, bool ChecksumsHold)
{
    public string Text => Encoding.ASCII.GetString(Payload);

    public static List<CapturedFrame> All(SyntheticTraffic traffic)
    {
        var frames = new List<CapturedFrame>();
        while (traffic.TryNext(out var frame))
        {
            frames.Add(Take(frame.Octets.ToArray(), frame.TimestampNs, frame.Kind));
        }

        return frames;
    }

    public ushort Word(int at) => BinaryPrimitives.ReadUInt16BigEndian(Payload.AsSpan(at));

    public uint Long(int at) => BinaryPrimitives.ReadUInt32BigEndian(Payload.AsSpan(at));

    public ulong Quad(int at) => BinaryPrimitives.ReadUInt64BigEndian(Payload.AsSpan(at));

    private static CapturedFrame Take(byte[] octets, long timestampNs, SyntheticFrameKind kind)
    {
        var vlan = 0;
        var ip = 14;
        if (octets[12] == 0x81 && octets[13] == 0x00)
        {
            vlan = octets[14] << 8 | octets[15];
            ip = 18;
        }

        var isIpv6 = octets[ip - 2] == 0x86 && octets[ip - 1] == 0xDD;
        var udp = ip + (isIpv6 ? 40 : 20);
        var (from, size) = isIpv6 ? (ip + 8, 16) : (ip + 12, 4);
        var udpLength = octets[udp + 4] << 8 | octets[udp + 5];
        var ipLength = isIpv6
            ? 40 + (octets[ip + 4] << 8 | octets[ip + 5])
            : octets[ip + 2] << 8 | octets[ip + 3];
        Assert.Equal(octets.Length, ip + ipLength);
        Assert.Equal(octets.Length, udp + udpLength);

        var sums = isIpv6 || Sum(octets[ip..udp]) == 0xFFFF;
        byte[] covered = [.. octets[from..(from + 2 * size)], 0, 17, octets[udp + 4], octets[udp + 5], .. octets[udp..]];
        sums &= Sum(covered) == 0xFFFF && (octets[udp + 6] | octets[udp + 7]) != 0;

        return new CapturedFrame(
            octets,
            timestampNs,
            kind,
            vlan,
            new IPEndPoint(new IPAddress(octets[from..(from + size)]), octets[udp] << 8 | octets[udp + 1]),
            new IPEndPoint(
                new IPAddress(octets[(from + size)..(from + 2 * size)]), octets[udp + 2] << 8 | octets[udp + 3]),
            octets[(udp + 8)..],
            sums);
    }

    private static int Sum(byte[] octets)
    {
        var sum = 0;
        for (var i = 0; i < octets.Length; i += 2)
        {
            sum += octets[i] << 8 | (i + 1 < octets.Length ? octets[i + 1] : 0);
            sum = (sum & 0xFFFF) + (sum >> 16);
        }

        return sum;
    }
}
