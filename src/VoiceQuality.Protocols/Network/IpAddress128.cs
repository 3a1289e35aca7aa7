using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace VoiceQuality.Protocols.Network;

/// <summary>
/// An IPv4 or IPv6 address as a key of 128 bits. An IPv4 address is held as its IPv4-mapped form ::ffff:a.b.c.d
/// (RFC 4291 §2.5.5.2), so the two notations of one address are equal. The default value is "::".
/// </summary>
public readonly struct IpAddress128 : IEquatable<IpAddress128>
{
    /// <summary>The longest text that <see cref="TryFormat"/> writes, in characters.</summary>
    public const int MaxTextLength = 39;

    private const ulong MappedPrefix = 0x0000_FFFF_0000_0000;

    private readonly ulong _high;
    private readonly ulong _low;

    private IpAddress128(ulong high, ulong low)
    {
        _high = high;
        _low = low;
    }

    /// <summary>True for an IPv4 address, also when it was written as an IPv4-mapped IPv6 address.</summary>
    public bool IsIPv4 => _high == 0 && (_low & 0xFFFF_FFFF_0000_0000) == MappedPrefix;

    /// <summary>True for 0.0.0.0 and for "::".</summary>
    public bool IsUnspecified => _high == 0 && _low is 0 or MappedPrefix;

    /// <summary>True for 224.0.0.0/4 and ff00::/8.</summary>
    public bool IsMulticast => IsIPv4 ? ((uint)_low >> 28) == 0xE : _high >> 56 == 0xFF;

    /// <summary>
    /// Whose address it is: the address itself in IPv4, and in IPv6 its first 64 bits, which is what one site has
    /// (RFC 6177), so that nobody counts as many by using many.
    /// </summary>
    public IpAddress128 Site => IsIPv4 ? this : new IpAddress128(_high, 0);

    public static bool operator ==(IpAddress128 left, IpAddress128 right) => left.Equals(right);

    public static bool operator !=(IpAddress128 left, IpAddress128 right) => !left.Equals(right);

    /// <summary>The IPv4 address whose octets are <paramref name="address"/>, first octet highest.</summary>
    public static IpAddress128 FromIPv4(uint address) => new(0, MappedPrefix | address);

    /// <summary>The address in network byte order.</summary>
    /// <param name="octets">4 or 16 octets.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static IpAddress128 FromBytes(ReadOnlySpan<byte> octets)
    {
        if (octets.Length == 4)
        {
            return new IpAddress128(0, MappedPrefix | BinaryPrimitives.ReadUInt32BigEndian(octets));
        }

        if (octets.Length != 16)
        {
            ThrowLength(octets.Length);
        }

        return new IpAddress128(
            BinaryPrimitives.ReadUInt64BigEndian(octets), BinaryPrimitives.ReadUInt64BigEndian(octets[8..]));
    }

    /// <summary>Reads dotted IPv4 (four decimal octets without leading zeros) or RFC 4291 §2.2 IPv6 text.</summary>
    public static bool TryParse(ReadOnlySpan<byte> ascii, out IpAddress128 address)
    {
        if (ascii.IndexOf((byte)':') >= 0)
        {
            return TryParseIPv6(ascii, out address);
        }

        var ok = TryParseIPv4(ascii, out var value);
        address = ok ? FromIPv4(value) : default;
        return ok;
    }

    /// <summary>Writes 4 octets for IPv4 and 16 for IPv6 and returns how many.</summary>
    /// <param name="destination">At least 16 octets, or 4 when <see cref="IsIPv4"/>.</param>
    public int CopyTo(Span<byte> destination)
    {
        if (IsIPv4)
        {
            BinaryPrimitives.WriteUInt32BigEndian(destination, (uint)_low);
            return 4;
        }

        BinaryPrimitives.WriteUInt64BigEndian(destination, _high);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _low);
        return 16;
    }

    public bool Equals(IpAddress128 other) => ((_high ^ other._high) | (_low ^ other._low)) == 0;

    public override bool Equals(object? obj) => obj is IpAddress128 other && Equals(other);

    // HashCode is seeded per process, so a sender cannot choose addresses that collide in a table.
    public override int GetHashCode() =>
        HashCode.Combine((uint)_high, (uint)(_high >> 32), (uint)_low, (uint)(_low >> 32));

    /// <summary>Canonical text: dotted for IPv4, RFC 5952 §4 for IPv6.</summary>
    public override string ToString()
    {
        Span<char> text = stackalloc char[MaxTextLength];
        TryFormat(text, out var length);
        return new string(text[..length]);
    }

    /// <summary>Writes the canonical text. False when <paramref name="destination"/> is too short.</summary>
    public bool TryFormat(Span<char> destination, out int charsWritten)
    {
        if (IsIPv4)
        {
            var v4 = (uint)_low;
            return destination.TryWrite(CultureInfo.InvariantCulture,
                $"{v4 >> 24}.{(v4 >> 16) & 0xFF}.{(v4 >> 8) & 0xFF}.{v4 & 0xFF}", out charsWritten);
        }

        Span<char> text = stackalloc char[MaxTextLength];
        var length = 0;
        FindLongestZeroRun(out var runStart, out var runLength);
        for (var i = 0; i < 8; i++)
        {
            if (i == runStart)
            {
                text[length++] = ':';
                if (i + runLength == 8)
                {
                    text[length++] = ':';
                }

                i += runLength - 1;
                continue;
            }

            if (i > 0)
            {
                text[length++] = ':';
            }

            Group(i).TryFormat(text[length..], out var written, "x", CultureInfo.InvariantCulture);
            length += written;
        }

        charsWritten = text[..length].TryCopyTo(destination) ? length : 0;
        return charsWritten > 0;
    }

    private ushort Group(int index) => (ushort)((index < 4 ? _high : _low) >> (48 - (16 * (index & 3))));

    // RFC 5952 §4.2.3: the longest run of zero groups, the first of equals; one group alone is not shortened.
    private void FindLongestZeroRun(out int start, out int length)
    {
        start = -1;
        length = 1;
        var run = 0;
        for (var i = 0; i < 8; i++)
        {
            run = Group(i) == 0 ? run + 1 : 0;
            if (run > length)
            {
                length = run;
                start = i - run + 1;
            }
        }
    }

    private static bool TryParseIPv4(ReadOnlySpan<byte> ascii, out uint address)
    {
        address = 0;
        var position = 0;
        for (var octet = 0; octet < 4; octet++)
        {
            if (octet > 0 && (position >= ascii.Length || ascii[position++] != '.'))
            {
                return false;
            }

            var start = position;
            var value = 0;
            while (position < ascii.Length && position - start < 3 && ascii[position] is >= (byte)'0' and <= (byte)'9')
            {
                value = (value * 10) + (ascii[position++] - '0');
            }

            var digits = position - start;
            if (digits == 0 || value > 255 || (digits > 1 && ascii[start] == '0'))
            {
                return false;
            }

            address = (address << 8) | (uint)value;
        }

        return position == ascii.Length;
    }

    private static bool TryParseIPv6(ReadOnlySpan<byte> ascii, out IpAddress128 address)
    {
        address = default;
        var before = default(IpAddress128);
        var after = default(IpAddress128);
        var groupsBefore = 0;
        var groupsAfter = 0;
        var compressed = false;
        var position = 0;

        if (ascii.StartsWith("::"u8))
        {
            compressed = true;
            position = 2;
        }

        while (position < ascii.Length)
        {
            if (!TryReadGroups(ascii, ref position, out var value, out var groups)
                || groupsBefore + groupsAfter + groups > 8)
            {
                return false;
            }

            if (compressed)
            {
                after = after.FollowedBy(value, 16 * groups);
                groupsAfter += groups;
            }
            else
            {
                before = before.FollowedBy(value, 16 * groups);
                groupsBefore += groups;
            }

            if (!TryReadSeparator(ascii, ref position, ref compressed))
            {
                return false;
            }
        }

        var total = groupsBefore + groupsAfter;
        if (compressed ? total > 7 : total != 8)
        {
            return false;
        }

        for (var groups = groupsBefore; groups is > 0 and < 8; groups++)
        {
            before = before.FollowedBy(0, 16);
        }

        address = new IpAddress128(before._high | after._high, before._low | after._low);
        return true;
    }

    // Moved up by up to 32 bits, with others in their place.
    private IpAddress128 FollowedBy(uint value, int bits) =>
        new((_high << bits) | (_low >> (64 - bits)), (_low << bits) | value);

    // One group of 1 to 4 hexadecimal digits, or a dotted IPv4 address that ends the text and counts as two groups.
    private static bool TryReadGroups(ReadOnlySpan<byte> ascii, ref int position, out uint value, out int groups)
    {
        value = 0;
        groups = 1;
        var start = position;
        while (position < ascii.Length && position - start < 4 && char.IsAsciiHexDigit((char)ascii[position]))
        {
            var c = ascii[position++];
            value = (value << 4) | (uint)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
        }

        if (position < ascii.Length && ascii[position] == '.')
        {
            groups = 2;
            position = ascii.Length;
            return TryParseIPv4(ascii[start..], out value);
        }

        return position > start;
    }

    // A colon that another group follows, or the one "::". The end of the text is fine too.
    private static bool TryReadSeparator(ReadOnlySpan<byte> ascii, ref int position, ref bool compressed)
    {
        if (position == ascii.Length)
        {
            return true;
        }

        if (ascii[position++] != ':' || position == ascii.Length)
        {
            return false;
        }

        if (ascii[position] == ':')
        {
            position++;
            var first = !compressed;
            compressed = true;
            return first;
        }

        return true;
    }

    private static void ThrowLength(int length) =>
        throw new ArgumentException($"An address has 4 or 16 octets, not {length}.", nameof(length));
}
