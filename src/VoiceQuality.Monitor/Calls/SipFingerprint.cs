using VoiceQuality.Protocols.Network;
using VoiceQuality.Protocols.Sip;

namespace VoiceQuality.Monitor.Calls;

/// <summary>
/// Tells a retransmission from a new message: the same start line kind, CSeq, branch, To tag, body and hop (RFC 3261
/// §17). Two 183 of one branch may differ in their bodies alone.
/// </summary>
internal static class SipFingerprint
{
    /// <summary>All but the body: <see cref="WithBody"/> adds it.</summary>
    public static ulong OfHeaders(in SipMessage message, IpEndpoint source, IpEndpoint destination)
    {
        var hash = OctetHash.Add(
            OctetHash.Start,
            ((ulong)message.StatusCode << 32) | message.CSeqNumber,
            ((ulong)source.Port << 16) | destination.Port);
        hash = OctetHash.Add(
            hash,
            Method(message.Method, message.MethodSpan),
            Method(message.CSeqMethod, message.CSeqMethodSpan));
        hash = OctetHash.Add(hash, message.Branch);
        hash = OctetHash.Add(hash, message.ToTag);
        Span<byte> addresses = stackalloc byte[32];
        var length = source.Address.CopyTo(addresses);
        length += destination.Address.CopyTo(addresses[length..]);
        return OctetHash.Add(hash, addresses[..length]);
    }

    /// <summary>The fingerprint.</summary>
    public static ulong WithBody(ulong hash, ReadOnlySpan<byte> body) => OctetHash.End(OctetHash.Add(hash, body));

    // What is no known method counts as it is written.
    private static ulong Method(SipMethod method, ReadOnlySpan<byte> written) =>
        method == SipMethod.Unknown ? OctetHash.End(OctetHash.Add(OctetHash.Start, written)) : (ulong)method;
}
