using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.Pipeline;
using VoiceQuality.Protocols.Network;
using VoiceQuality.Protocols.Sip;
using VoiceQuality.Testing.Captures;

namespace VoiceQuality.Monitor.Tests.Calls;

/// <summary>Gives the SIP of a wire to a tracker alone, with a tick before each message.</summary>
internal static class TrackerRun
{
    public static void Over(CallTracker tracker, Wire wire, Action afterEach)
    {
        var work = new BlockWork(1);
        foreach (var frame in wire.Frames)
        {
            work.Begin(null);
            tracker.Expire(frame.AtNs, work);
            Assert.True(
                FrameDecoder.TryDecodeUdp(frame.Octets, frame.OriginalLength, frame.LinkType, out var udp, out _));
            if (SipMessage.TryParse(udp.Payload(frame.Octets), out var message, out _))
            {
                tracker.Read(message, udp.Source(frame.Octets), udp.Destination(frame.Octets), frame.AtNs, work);
            }

            afterEach();
        }
    }
}
