using VoiceQuality.Protocols.Network;
using VoiceQuality.Protocols.Sip;

namespace VoiceQuality.Monitor.Calls;

/// <summary>
/// Tells a retransmission from a new message: the same start line kind, CSeq, branch, To tag, body and hop (RFC 3261
/// §17). Two 183 of one branch may differ in their bodies alone.
/// </summary>
internal static class SipFingerprint
{
    private const ulong Offset = 14_695_981_039_346_656_037;
    private const ulong Prime = 1_099_511_628_211;

    public static ulong Of(in SipMessage message, IpEndpoint source, IpEndpoint destination)
    {
        var hash = Offset;
        hash = Add(hash, (uint)message.StatusCode);
        hash = Add(hash, message.MethodSpan);
        hash = Add(hash, message.CSeqNumber);
        hash = Add(hash, message.CSeqMethodSpan);
        hash = Add(hash, message.Branch);
        hash = Add(hash, message.ToTag);
        hash = Add(hash, message.Body);
        hash = Add(hash, source);
        return Add(hash, destination);
    }

    private static ulong Add(ulong hash, IpEndpoint endpoint)
    {
        Span<byte> octets = stackalloc byte[16];
        var length = endpoint.Address.CopyTo(octets);
        return Add(Add(hash, octets[..length]), endpoint.Port);
    }

    private static ulong Add(ulong hash, ReadOnlySpan<byte> octets)
    {
        foreach (var octet in octets)
        {
            hash = unchecked((hash ^ octet) * Prime);
        }

        return Add(hash, (uint)octets.Length);
    }

    private static ulong Add(ulong hash, uint number)
    {
        for (var shift = 0; shift < 32; shift += 8)
        {
            hash = unchecked((hash ^ ((number >> shift) & 0xFF)) * Prime);
        }

        return hash;
    }
}
