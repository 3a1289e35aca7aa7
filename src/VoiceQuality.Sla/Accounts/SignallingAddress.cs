using System.Buffers.Binary;
using System.Net;

namespace VoiceQuality.Sla.Accounts;

/// <summary>
/// An IP address as 128 bits; an IPv4 address in its IPv4-mapped form ::ffff:0:0/96 (RFC 4291 §2.5.5.2).
/// </summary>
/// <param name="Bits">The address, most significant bit first.</param>
public readonly record struct SignallingAddress(UInt128 Bits)
{
    internal const int MappedPrefixLength = 96;

    private static readonly UInt128 MappedPrefix = (UInt128)0xFFFF << 32;

    /// <summary>Whether it is an IPv4 address.</summary>
    public bool IsIPv4 => Bits >> 32 == 0xFFFF;

    /// <summary>Takes an address in network order, of 4 or 16 octets.</summary>
    public static bool TryCreate(ReadOnlySpan<byte> octets, out SignallingAddress address)
    {
        address = octets.Length switch
        {
            4 => new SignallingAddress(MappedPrefix | BinaryPrimitives.ReadUInt32BigEndian(octets)),
            16 => new SignallingAddress(BinaryPrimitives.ReadUInt128BigEndian(octets)),
            _ => default,
        };
        return octets.Length is 4 or 16;
    }

    /// <summary>Reads an address as text: four decimal numbers, or an IPv6 address without zone and brackets.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out SignallingAddress address)
    {
        address = default;

        // The in-box parser also takes "1", "0x7f.1", "[::1]:5060" and zones, none of which is an address in a rule.
        if (text.ContainsAny("[]%xX") || !IPAddress.TryParse(text, out var parsed))
        {
            return false;
        }

        if (parsed.GetAddressBytes().Length == 4 && text.Count('.') != 3)
        {
            return false;
        }

        Span<byte> octets = stackalloc byte[16];
        return parsed.TryWriteBytes(octets, out var length) && TryCreate(octets[..length], out address);
    }
}

/// <summary>A block of addresses.</summary>
/// <param name="Network">The first address; the bits after the prefix are zero.</param>
/// <param name="Length">Prefix length in bits of the 128-bit form, 0 to 128.</param>
public readonly record struct IpPrefix(UInt128 Network, int Length)
{
    /// <summary>Whether the address lies in the block.</summary>
    public bool Contains(SignallingAddress address) => (address.Bits & Mask(Length)) == Network;

    /// <summary>
    /// Reads "198.18.4.0/24", "2001:2::/48", or a single address. Bits set after the prefix are refused: they are
    /// a slip of the hand more often than not.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, out IpPrefix prefix)
    {
        prefix = default;
        var slash = text.IndexOf('/');

        if (!SignallingAddress.TryParse(slash < 0 ? text : text[..slash], out var address))
        {
            return false;
        }

        var isIPv4 = address.IsIPv4 && !text.Contains(':');
        var length = 128;
        if (slash >= 0)
        {
            var digits = text[(slash + 1)..];
            if (digits.Length is < 1 or > 3 || digits.ContainsAnyExceptInRange('0', '9'))
            {
                return false;
            }

            length = int.Parse(digits, System.Globalization.CultureInfo.InvariantCulture)
                + (isIPv4 ? SignallingAddress.MappedPrefixLength : 0);
        }

        if (length > 128 || (address.Bits & Mask(length)) != address.Bits)
        {
            return false;
        }

        prefix = new IpPrefix(address.Bits, length);
        return true;
    }

    internal static UInt128 Mask(int length) => length == 0 ? UInt128.Zero : UInt128.MaxValue << (128 - length);
}
