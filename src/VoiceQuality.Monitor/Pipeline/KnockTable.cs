using VoiceQuality.Monitor.Streams;
using VoiceQuality.Protocols.Rtp;

namespace VoiceQuality.Monitor.Pipeline;

/// <summary>
/// The last packet of each source that found its flow full of others. A real one goes on counting; when its next packet
/// comes both are taken, in the place of a source that said nothing more.
/// </summary>
internal sealed class KnockTable
{
    /// <summary>Packets that are kept: with packets of 20 ms, for 200,000 forged ones a second.</summary>
    private const int Places = 4_096;

    /// <summary>Places that one packet may have; the oldest of them goes.</summary>
    private const int Ways = 4;

    /// <summary>Octets that are kept of a packet, as of a frame that a capture cut.</summary>
    private const int MaxOctets = 256;

    /// <summary>Numbers that the next packet may be ahead.</summary>
    private const int MaxAhead = 16;

    /// <summary>So much later, ns, it is no next packet.</summary>
    private const long MaxAgeNs = 1_000_000_000;

    private readonly Knock[] _knocks = new Knock[Places];
    private readonly byte[] _octets = new byte[Places * MaxOctets];

    /// <summary>Takes out the packet that goes before one of the same flow and source.</summary>
    /// <param name="flow">The flow.</param>
    /// <param name="rtp">The packet that came now.</param>
    /// <param name="atNs">When it came, ns since 1970-01-01 UTC.</param>
    /// <returns>Where it lies until the next one is kept; null for none.</returns>
    public int? Take(Flow flow, in RtpPacket rtp, long atNs)
    {
        var first = FirstPlace(flow, rtp.Ssrc);
        for (var place = first; place < first + Ways; place++)
        {
            ref var knock = ref _knocks[place];
            if (knock.Flow == flow && knock.Ssrc == rtp.Ssrc)
            {
                knock.Flow = null;
                var ahead = unchecked((short)(rtp.SequenceNumber - knock.SequenceNumber));
                return atNs - knock.AtNs is >= 0 and <= MaxAgeNs && ahead is >= 1 and <= MaxAhead ? place : null;
            }
        }

        return null;
    }

    /// <summary>Reads a packet that was taken out.</summary>
    public bool TryRead(int place, out RtpPacket rtp, out long atNs)
    {
        ref readonly var knock = ref _knocks[place];
        atNs = knock.AtNs;
        return RtpPacket.TryParse(_octets.AsSpan(place * MaxOctets, knock.Length), knock.WireLength, out rtp, out _);
    }

    /// <summary>Keeps a packet.</summary>
    public void Keep(Flow flow, in RtpPacket rtp, in MediaPacket packet, ReadOnlySpan<byte> payload)
    {
        var first = FirstPlace(flow, rtp.Ssrc);
        var oldest = first;
        for (var place = first + 1; place < first + Ways; place++)
        {
            oldest = _knocks[place].AtNs < _knocks[oldest].AtNs ? place : oldest;
        }

        var length = Math.Min(payload.Length, MaxOctets);
        payload[..length].CopyTo(_octets.AsSpan(oldest * MaxOctets));
        _knocks[oldest] = new Knock(
            flow, rtp.Ssrc, rtp.SequenceNumber, packet.CapturedAtNs, length, packet.WirePayloadLength);
    }

    private static int FirstPlace(Flow flow, uint ssrc) =>
        (int)(((flow.Hash ^ ssrc) * 0x9E37_79B9_7F4A_7C15UL) >> 40) & (Places - Ways);

    private record struct Knock(
        Flow? Flow, uint Ssrc, ushort SequenceNumber, long AtNs, int Length, int WireLength);
}
