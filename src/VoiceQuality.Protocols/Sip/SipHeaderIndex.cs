namespace VoiceQuality.Protocols.Sip;

/// <summary>The headers that calls are built from, found in one pass. Of several alike the first counts.</summary>
internal ref struct SipHeaderIndex
{
    public ReadOnlySpan<byte> CallId;
    public ReadOnlySpan<byte> From;
    public ReadOnlySpan<byte> To;
    public ReadOnlySpan<byte> TopVia;
    public ReadOnlySpan<byte> Contact;
    public ReadOnlySpan<byte> ContentType;
    public ReadOnlySpan<byte> ContentLength;
    public ReadOnlySpan<byte> UserAgent;
    public ReadOnlySpan<byte> Server;
    public ReadOnlySpan<byte> Reason;
    public ReadOnlySpan<byte> PAssertedIdentity;
    public ReadOnlySpan<byte> RemotePartyId;
    public ReadOnlySpan<byte> CSeq;
    public ReadOnlySpan<byte> CSeqMethod;
    public uint CSeqNumber;
    public bool HasContentLength;

    /// <summary>Octets of the header section, the empty line that ends it counted.</summary>
    public int SectionLength;

    /// <summary>True when an empty line ends the section.</summary>
    public bool IsComplete;

    public static SipRejectReason Build(ReadOnlySpan<byte> section, out SipHeaderIndex index)
    {
        index = default;
        var headers = new SipHeaders(section).GetEnumerator();
        while (headers.MoveNext())
        {
            if (headers.LineCount > SipMessage.MaxHeaderLines)
            {
                return SipRejectReason.TooManyHeaders;
            }

            if (headers.Position > SipMessage.MaxHeaderSectionLength)
            {
                return SipRejectReason.HeaderSectionTooLong;
            }

            index.Add(headers.Current);
        }

        index.SectionLength = headers.Position;
        index.IsComplete = headers.IsComplete;
        return index.Check();
    }

    private void Add(SipHeader header)
    {
        var name = header.Name;
        var value = header.Value;
        switch (name.Length)
        {
            case 1:
                AddCompact(name[0], value);
                break;
            case 2 when SipText.EqualsIgnoreCase(name, "To"u8):
                SetFirst(ref To, value);
                break;
            case 3 when SipText.EqualsIgnoreCase(name, "Via"u8):
                SetFirst(ref TopVia, value);
                break;
            case 4 when SipText.EqualsIgnoreCase(name, "From"u8):
                SetFirst(ref From, value);
                break;
            case 4 when SipText.EqualsIgnoreCase(name, "CSeq"u8):
                SetFirst(ref CSeq, value);
                break;
            case 6 when SipText.EqualsIgnoreCase(name, "Server"u8):
                SetFirst(ref Server, value);
                break;
            case 6 when SipText.EqualsIgnoreCase(name, "Reason"u8):
                SetFirst(ref Reason, value);
                break;
            case 7 when SipText.EqualsIgnoreCase(name, "Call-ID"u8):
                SetFirst(ref CallId, value);
                break;
            case 7 when SipText.EqualsIgnoreCase(name, "Contact"u8):
                SetFirst(ref Contact, value);
                break;
            case 10 when SipText.EqualsIgnoreCase(name, "User-Agent"u8):
                SetFirst(ref UserAgent, value);
                break;
            case 12 when SipText.EqualsIgnoreCase(name, "Content-Type"u8):
                SetFirst(ref ContentType, value);
                break;
            case 14 when SipText.EqualsIgnoreCase(name, "Content-Length"u8):
                SetContentLength(value);
                break;
            case 15 when SipText.EqualsIgnoreCase(name, "Remote-Party-ID"u8):
                SetFirst(ref RemotePartyId, value);
                break;
            case 19 when SipText.EqualsIgnoreCase(name, "P-Asserted-Identity"u8):
                SetFirst(ref PAssertedIdentity, value);
                break;
        }
    }

    // RFC 3261 §7.3.3 and §20.
    private void AddCompact(byte name, ReadOnlySpan<byte> value)
    {
        switch (name | 0x20)
        {
            case 'i':
                SetFirst(ref CallId, value);
                break;
            case 'f':
                SetFirst(ref From, value);
                break;
            case 't':
                SetFirst(ref To, value);
                break;
            case 'v':
                SetFirst(ref TopVia, value);
                break;
            case 'm':
                SetFirst(ref Contact, value);
                break;
            case 'c':
                SetFirst(ref ContentType, value);
                break;
            case 'l':
                SetContentLength(value);
                break;
        }
    }

    private static void SetFirst(ref ReadOnlySpan<byte> slot, ReadOnlySpan<byte> value)
    {
        if (slot.IsEmpty)
        {
            slot = value;
        }
    }

    private void SetContentLength(ReadOnlySpan<byte> value)
    {
        if (!HasContentLength)
        {
            ContentLength = value;
            HasContentLength = true;
        }
    }

    private SipRejectReason Check()
    {
        if (CallId.IsEmpty)
        {
            return SipRejectReason.MissingCallId;
        }

        if (From.IsEmpty)
        {
            return SipRejectReason.MissingFrom;
        }

        if (To.IsEmpty)
        {
            return SipRejectReason.MissingTo;
        }

        if (CSeq.IsEmpty)
        {
            return SipRejectReason.MissingCSeq;
        }

        if (TopVia.IsEmpty)
        {
            return SipRejectReason.MissingVia;
        }

        if (!SipText.TryReadNumber(CSeq, out CSeqNumber, out var digits))
        {
            return SipRejectReason.BadCSeq;
        }

        CSeqMethod = SipText.TrimStart(CSeq[digits..]);
        return CSeqMethod.IsEmpty
            || CSeqMethod.Length + digits == CSeq.Length
            || CSeqMethod.IndexOfAny(" \t\r\n"u8) >= 0
            ? SipRejectReason.BadCSeq
            : SipRejectReason.None;
    }
}
