using VoiceQuality.Testing.Captures;

namespace VoiceQuality.Service.Tests.Analyze;

/// <summary>A capture of which every figure is known.</summary>
internal static class SampleCapture
{
    /// <summary>
    /// One answered call with a stream of 500 packets each way, of which the caller's loses 10 in the middle; one
    /// busy call; one stream that nobody announced; 3 frames that are no IP, 2 that are TCP.
    /// </summary>
    public static Wire Wire(double at = 0, string callId = "answered")
    {
        var wire = new Wire();
        new SipScript(wire, callId)
            .Answered(at, at + 2, Sdp.Audio("198.18.0.1", 4000), Sdp.Audio("198.18.0.2", 6000)).Released(at + 20);
        new RtpScript(wire, "198.18.0.1:4000", "198.18.0.2:6000") { Ssrc = 0x0000_00A1 }
            .Send(500, at: at + 2.5, lost: static i => i is >= 100 and < 110);
        new RtpScript(wire, "198.18.0.2:6000", "198.18.0.1:4000") { Ssrc = 0xB2 }.Send(500, at: at + 2.6);
        var busy = new SipScript(wire, callId + "-busy")
        {
            Caller = "198.18.0.3:5060", CallerUser = "=cmd|' /C calc'!A0",
        };
        busy.Request(at + 3, "INVITE");
        busy.Response(at + 4, 486);
        new RtpScript(wire, "[2001:2::1]:7000", "[2001:2::2]:7002") { Ssrc = 0xC3 }.Send(120, at: at + 5);
        for (var i = 0; i < 3; i++)
        {
            // Ethernet with type 0x0806, ARP.
            var arp = new byte[60];
            arp[12] = 0x08;
            arp[13] = 0x06;
            wire.Frame(at + 6 + i, arp);
        }

        for (var i = 0; i < 2; i++)
        {
            // IPv4 with protocol 6 and 20 octets of payload.
            var tcp = new byte[54];
            tcp[12] = 0x08;
            tcp[14] = 0x45;
            tcp[17] = 40;
            tcp[22] = 64;
            tcp[23] = 6;
            wire.Frame(at + 7 + i, tcp);
        }

        return wire;
    }
}
