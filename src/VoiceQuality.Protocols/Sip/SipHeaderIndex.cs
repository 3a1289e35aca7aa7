using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace VoiceQuality.Protocols.Sip;

/// <summary>Where a value stands in a header section; the default is no value.</summary>
internal readonly struct SipPlace(int start, int length)
{
    private readonly int _start = start;

    public int Length { get; } = length;

    /// <summary>The last <paramref name="count"/> octets of it.</summary>
    public SipPlace Last(int count) => new(_start + Length - count, count);

    public ReadOnlySpan<byte> In(ReadOnlySpan<byte> section) => section.Slice(_start, Length);
}

/// <summary>The headers that calls are built from, found in one pass. Of several alike the first counts.</summary>
internal struct SipHeaderIndex
{
    public SipPlace CallId;
    public SipPlace From;
    public SipPlace To;
    public SipPlace TopVia;
    public SipPlace Contact;
    public SipPlace ContentType;
    public SipPlace ContentLength;
    public SipPlace UserAgent;
    public SipPlace Server;
    public SipPlace Reason;
    public SipPlace PAssertedIdentity;
    public SipPlace RemotePartyId;
    public SipPlace CSeq;
    public SipPlace CSeqMethod;
    public uint CSeqNumber;
    public bool HasContentLength;

    /// <summary>True when a header that may say who calls is there twice.</summary>
    public bool HasMoreIdentities;

    /// <summary>Octets of the header section, the empty line that ends it counted.</summary>
    public int SectionLength;

    /// <summary>True when an empty line ends the section.</summary>
    public bool IsComplete;

    /// <summary>Reads <paramref name="section"/> as <see cref="SipHeaders"/> does, but looks at no more of a line than
    /// tells that it does not matter.</summary>
    public static SipRejectReason Build(ReadOnlySpan<byte> section, out SipHeaderIndex index)
    {
        index = default;
        var lines = 0;
        var start = 0;
        var lineFeeds = new LineFeeds(section);
        while (TryReadLine(section, start, ref lineFeeds, out var next))
        {
            var end = next - 1;
            end -= end > start && section[end - 1] == '\r' ? 1 : 0;
            if (end == start)
            {
                index.IsComplete = true;
                start = next;
                break;
            }

            var line = section[start..end];
            lines++;
            if ((lines > SipMessage.MaxHeaderLines || next > SipMessage.MaxHeaderSectionLength)
                && line.IndexOf((byte)':') > 0)
            {
                return lines > SipMessage.MaxHeaderLines
                    ? SipRejectReason.TooManyHeaders
                    : SipRejectReason.HeaderSectionTooLong;
            }

            index.Add(line, start);
            start = next;
        }

        index.SectionLength = start;
        return index.Check(section);
    }

    // A line with its continuation lines, up to where the next one starts. A line that the datagram cuts is left out:
    // half a Call-ID would name another call.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryReadLine(ReadOnlySpan<byte> section, int start, ref LineFeeds lineFeeds, out int next)
    {
        next = start;
        while (true)
        {
            var from = next;
            var lineFeed = lineFeeds.Next(section);
            if (lineFeed < 0)
            {
                return false;
            }

            next = lineFeed + 1;
            if (next == section.Length || section[next] is not ((byte)' ' or (byte)'\t'))
            {
                return true;
            }

            if (from == start && (lineFeed == from || (lineFeed == from + 1 && section[from] == '\r')))
            {
                return true;
            }
        }
    }

    // The usual spelling of a name is looked for first, then any.
    private void Add(ReadOnlySpan<byte> line, int start)
    {
        switch (line[0])
        {
            case (byte)'V' when line.StartsWith("Via:"u8):
                SetFirst(ref TopVia, line, 4, start);
                break;
            case (byte)'F' when line.StartsWith("From:"u8):
                SetFirst(ref From, line, 5, start);
                break;
            case (byte)'T' when line.StartsWith("To:"u8):
                SetFirst(ref To, line, 3, start);
                break;
            case (byte)'C' when line.StartsWith("Call-ID:"u8):
                SetFirst(ref CallId, line, 8, start);
                break;
            case (byte)'C' when line.StartsWith("CSeq:"u8):
                SetFirst(ref CSeq, line, 5, start);
                break;
            case (byte)'C' when line.StartsWith("Content-Length:"u8):
                SetContentLength(line, 15, start);
                break;
            case (byte)'C' when line.StartsWith("Contact:"u8):
                SetFirst(ref Contact, line, 8, start);
                break;
            case (byte)'C' when line.StartsWith("Content-Type:"u8):
                SetFirst(ref ContentType, line, 13, start);
                break;
            case (byte)'U' when line.StartsWith("User-Agent:"u8):
                SetFirst(ref UserAgent, line, 11, start);
                break;
            case (byte)'M' or (byte)'m' or (byte)'S' or (byte)'s'
                when line.Length > 2 && char.IsAsciiLetter((char)line[1]) && (line[2] | 0x20) != 'r':
                // Not Contact as m, and not Server: Max-Forwards, Min-SE, Session-Expires, Supported.
                break;
            case (byte)'A' or (byte)'a' or (byte)'D' or (byte)'d' or (byte)'E' or (byte)'e' or (byte)'G' or (byte)'g'
                or (byte)'H' or (byte)'h' or (byte)'J' or (byte)'j' or (byte)'K' or (byte)'k' or (byte)'N' or (byte)'n'
                or (byte)'O' or (byte)'o' or (byte)'Q' or (byte)'q' or (byte)'W' or (byte)'w' or (byte)'X' or (byte)'x':
                // No name that is looked for begins so: Allow, Date, Expires, X-…
                break;
            default:
                AddAny(line, start);
                break;
        }
    }

    private void AddAny(ReadOnlySpan<byte> line, int start)
    {
        var colon = line.IndexOf((byte)':');
        if (colon <= 0)
        {
            return;
        }

        var name = SipText.Trim(line[..colon]);
        var value = colon + 1;
        switch (name.Length)
        {
            case 1:
                AddCompact(name[0], line, value, start);
                break;
            case 2 when SipText.EqualsIgnoreCase(name, "To"u8):
                SetFirst(ref To, line, value, start);
                break;
            case 3 when SipText.EqualsIgnoreCase(name, "Via"u8):
                SetFirst(ref TopVia, line, value, start);
                break;
            case 4 when SipText.EqualsIgnoreCase(name, "From"u8):
                SetFirst(ref From, line, value, start);
                break;
            case 4 when SipText.EqualsIgnoreCase(name, "CSeq"u8):
                SetFirst(ref CSeq, line, value, start);
                break;
            case 6 when SipText.EqualsIgnoreCase(name, "Server"u8):
                SetFirst(ref Server, line, value, start);
                break;
            case 6 when SipText.EqualsIgnoreCase(name, "Reason"u8):
                SetFirst(ref Reason, line, value, start);
                break;
            case 7 when SipText.EqualsIgnoreCase(name, "Call-ID"u8):
                SetFirst(ref CallId, line, value, start);
                break;
            case 7 when SipText.EqualsIgnoreCase(name, "Contact"u8):
                SetFirst(ref Contact, line, value, start);
                break;
            case 10 when SipText.EqualsIgnoreCase(name, "User-Agent"u8):
                SetFirst(ref UserAgent, line, value, start);
                break;
            case 12 when SipText.EqualsIgnoreCase(name, "Content-Type"u8):
                SetFirst(ref ContentType, line, value, start);
                break;
            case 14 when SipText.EqualsIgnoreCase(name, "Content-Length"u8):
                SetContentLength(line, value, start);
                break;
            case 15 when SipText.EqualsIgnoreCase(name, "Remote-Party-ID"u8):
                HasMoreIdentities |= RemotePartyId.Length > 0;
                SetFirst(ref RemotePartyId, line, value, start);
                break;
            case 19 when SipText.EqualsIgnoreCase(name, "P-Asserted-Identity"u8):
                HasMoreIdentities |= PAssertedIdentity.Length > 0;
                SetFirst(ref PAssertedIdentity, line, value, start);
                break;
        }
    }

    // RFC 3261 §7.3.3 and §20.
    private void AddCompact(byte name, ReadOnlySpan<byte> line, int value, int start)
    {
        switch (name | 0x20)
        {
            case 'i':
                SetFirst(ref CallId, line, value, start);
                break;
            case 'f':
                SetFirst(ref From, line, value, start);
                break;
            case 't':
                SetFirst(ref To, line, value, start);
                break;
            case 'v':
                SetFirst(ref TopVia, line, value, start);
                break;
            case 'm':
                SetFirst(ref Contact, line, value, start);
                break;
            case 'c':
                SetFirst(ref ContentType, line, value, start);
                break;
            case 'l':
                SetContentLength(line, value, start);
                break;
        }
    }

    private static void SetFirst(ref SipPlace slot, ReadOnlySpan<byte> line, int value, int start)
    {
        if (slot.Length == 0)
        {
            slot = Trimmed(line, value, start);
        }
    }

    private void SetContentLength(ReadOnlySpan<byte> line, int value, int start)
    {
        if (!HasContentLength)
        {
            ContentLength = Trimmed(line, value, start);
            HasContentLength = true;
        }
    }

    private static SipPlace Trimmed(ReadOnlySpan<byte> line, int value, int start)
    {
        var end = line.Length;
        while (value < end && SipText.IsWhiteSpace(line[value]))
        {
            value++;
        }

        while (end > value && SipText.IsWhiteSpace(line[end - 1]))
        {
            end--;
        }

        return new SipPlace(start + value, end - value);
    }

    private SipRejectReason Check(ReadOnlySpan<byte> section)
    {
        if (CallId.Length == 0)
        {
            return SipRejectReason.MissingCallId;
        }

        if (From.Length == 0)
        {
            return SipRejectReason.MissingFrom;
        }

        if (To.Length == 0)
        {
            return SipRejectReason.MissingTo;
        }

        if (CSeq.Length == 0)
        {
            return SipRejectReason.MissingCSeq;
        }

        if (TopVia.Length == 0)
        {
            return SipRejectReason.MissingVia;
        }

        var value = CSeq.In(section);
        if (!SipText.TryReadNumber(value, out CSeqNumber, out var digits))
        {
            return SipRejectReason.BadCSeq;
        }

        var method = SipText.TrimStart(value[digits..]);
        CSeqMethod = CSeq.Last(method.Length);
        return method.IsEmpty
            || method.Length + digits == value.Length
            || method.IndexOfAny(" \t\r\n"u8) >= 0
            ? SipRejectReason.BadCSeq
            : SipRejectReason.None;
    }

    /// <summary>Where lines end, found 64 octets at a time.</summary>
    private ref struct LineFeeds
    {
        private const int Width = 64;

        private ulong _found;
        private int _base;
        private bool _isInRest;

        public LineFeeds(ReadOnlySpan<byte> section)
        {
            _base = 0;
            _found = section.Length >= Width ? Find(section[..Width]) : 0;
        }

        /// <summary>The next one, or -1. The section is always the same.</summary>
        public int Next(ReadOnlySpan<byte> section)
        {
            while (_found == 0)
            {
                // What is left after the last whole piece is looked at one by one.
                if (section.Length - _base < 2 * Width)
                {
                    return NextOfRest(section);
                }

                _base += Width;
                _found = Find(section.Slice(_base, Width));
            }

            var place = BitOperations.TrailingZeroCount(_found);
            _found &= _found - 1;
            return _base + place;
        }

        private int NextOfRest(ReadOnlySpan<byte> section)
        {
            if (!_isInRest)
            {
                _isInRest = true;
                _base = section.Length >= Width ? _base + Width : 0;
            }

            var lineFeed = section[_base..].IndexOf((byte)'\n');
            if (lineFeed < 0)
            {
                return -1;
            }

            _base += lineFeed + 1;
            return _base - 1;
        }

        private static ulong Find(ReadOnlySpan<byte> octets)
        {
            var sought = Vector128.Create((byte)'\n');
            return Of(octets[..16], sought)
                | ((ulong)Of(octets.Slice(16, 16), sought) << 16)
                | ((ulong)Of(octets.Slice(32, 16), sought) << 32)
                | ((ulong)Of(octets.Slice(48, 16), sought) << 48);

            static uint Of(ReadOnlySpan<byte> piece, Vector128<byte> sought) =>
                Vector128.Equals(Vector128.Create(piece), sought).ExtractMostSignificantBits();
        }
    }
}
