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
        call.CallerDomain = Address(message.From, out var caller);
        call.CalleeDomain = Address(message.To, out var callee);
        ReadOnlySpan<byte> requestUser = default;
        if (SipUri.TryParse(message.RequestUri, out var requestUri))
        {
            call.RequestDomain = Host(requestUri.Host);
            requestUser = requestUri.User;
        }

        call.SetUsers(caller, callee, requestUser);
        call.SetIdentities(message);
        foreach (var (octets, name) in _wanted)
        {
            if (message.Headers.TryGet(octets, default, out var value))
            {
                call.Headers ??= new Dictionary<string, string>(StringComparer.Ordinal);
                call.Headers[name] = SipStrings.Decode(value);
            }
        }
    }

    private string? Address(ReadOnlySpan<byte> value, out ReadOnlySpan<byte> user)
    {
        if (SipNameAddr.TryParse(value, out var address) && address.TryGetUri(out var uri))
        {
            user = uri.User;
            return Host(uri.Host);
        }

        user = default;
        return null;
    }

    private string? Host(ReadOnlySpan<byte> octets) => octets.IsEmpty ? null : _hosts.Decode(octets);
}
