using VoiceQuality.Protocols.Network;
using VoiceQuality.Protocols.Pcap;
using VoiceQuality.Protocols.Tests.Pcap;

namespace VoiceQuality.Protocols.Tests;

/// <summary>The hot path allocates nothing: 1,000 parses of everything cost 0 octets of heap.</summary>
public sealed class AllocationTests
{
    internal const int Rounds = 5;

    public static TheoryData<string> Names => ["frame", "rtp", "rtcp", "sip", "sdp", "capture"];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_thousand_parses_allocate_nothing(string name)
    {
        var input = Input(name);
        var parse = Parse(name);
        for (var i = 0; i < 100; i++)
        {
            parse(input);
        }

        var read = 0;
        var least = LeastOf(() => read += parse(input) ? 1 : 0);

        Assert.Equal(0, least);
        Assert.Equal(Rounds * 1_000, read);
    }

    /// <summary>
    /// Octets that a thousand calls allocate, the least of some rounds: the compiler, which works while they run, takes
    /// some for itself once.
    /// </summary>
    internal static long LeastOf(Action call)
    {
        var least = long.MaxValue;
        for (var round = 0; round < Rounds; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 1_000; i++)
            {
                call();
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }

    private static byte[] Input(string name) => name switch
    {
        "frame" => Vectors.EthernetIPv4,
        "rtp" => Vectors.RtpFull,
        "rtcp" => Vectors.RtcpCompound,
        "sip" => Vectors.Ascii(Vectors.Invite),
        "sdp" => Vectors.Ascii(Vectors.Sdp),
        _ => CaptureFiles.Pcap()[24..],
    };

    private static Touch.Parser Parse(string name)
    {
        if (name != "capture")
        {
            return name switch
            {
                "frame" => octets => Touch.Frame(octets, octets.Length, LinkType.Ethernet),
                "rtp" => Touch.Rtp,
                "rtcp" => Touch.Rtcp,
                "sip" => Touch.Sip,
                _ => Touch.Sdp,
            };
        }

        var parser = new CaptureParser();
        var records = new CaptureRecord[8];
        parser.Parse(CaptureFiles.Pcap(), endOfInput: false, records, out _, out _);
        return octets => parser.Parse(octets, endOfInput: false, records, out var count, out var consumed)
            == CaptureParseStatus.NeedMoreData && count == 2 && consumed == octets.Length;
    }
}
