using System.Text;
using VoiceQuality.Protocols.Sip;

namespace VoiceQuality.Monitor.Calls;

/// <summary>Takes from the first INVITE who calls whom and the headers that rules look at.</summary>
internal sealed class CallHeaderReader
{
    private const int MaxHeaders = 16;

    private readonly (byte[] Octets, string Name)[] _wanted;
    private readonly StringPool _hosts = new();

    public CallHeaderReader(IReadOnlyList<string> names)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(names.Count, MaxHeaders, nameof(names));
        _wanted = names.Select(static name => (Encoding.ASCII.GetBytes(name), name.ToLowerInvariant())).ToArray();
    }

    public void Read(CallState call, in SipMessage message)
    {
        (call.Caller, call.CallerDomain) = Address(message.From);
        (call.Callee, call.CalleeDomain) = Address(message.To);
        if (SipUri.TryParse(message.RequestUri, out var requestUri))
        {
            call.RequestDomain = Host(requestUri.Host);
            call.RequestUser = call.Callee is { } callee && SipStrings.Equal(callee, requestUri.User)
                ? callee
                : Text(requestUri.User);
        }

        if (!message.PAssertedIdentity.IsEmpty)
        {
            call.AssertedIdentities = IdentityList.Read(message, "P-Asserted-Identity"u8);
        }

        if (!message.RemotePartyId.IsEmpty)
        {
            call.RemotePartyIds = IdentityList.Read(message, "Remote-Party-ID"u8);
        }

        foreach (var (octets, name) in _wanted)
        {
            if (message.Headers.TryGet(octets, default, out var value))
            {
                call.Headers ??= new Dictionary<string, string>(StringComparer.Ordinal);
                call.Headers[name] = SipStrings.Decode(value);
            }
        }
    }

    private (string? User, string? Host) Address(ReadOnlySpan<byte> value) =>
        SipNameAddr.TryParse(value, out var address) && address.TryGetUri(out var uri)
            ? (Text(uri.User), Host(uri.Host))
            : (null, null);

    private static string? Text(ReadOnlySpan<byte> octets) => octets.IsEmpty ? null : SipStrings.Decode(octets);

    private string? Host(ReadOnlySpan<byte> octets) => octets.IsEmpty ? null : _hosts.Decode(octets);
}
