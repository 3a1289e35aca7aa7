namespace VoiceQuality.Protocols.Pcap;

/// <summary>What was wrong with a capture file.</summary>
public enum CaptureAnomalyReason
{
    None = 0,

    /// <summary>The first octets are neither pcap nor pcapng, or the input is empty. Stops.</summary>
    NotACaptureFile,

    /// <summary>The input ends inside the file or first section header. Stops.</summary>
    FileHeaderCut,

    /// <summary>The input ends inside a record or block; the value is the octets that are missing. Stops.</summary>
    RecordCut,

    /// <summary>A record is longer than its snap length; it is used. The value is its captured length.</summary>
    RecordLongerThanSnapLength,

    /// <summary>A captured length that cannot be meant. The value is the length. Stops.</summary>
    RecordLengthAbsurd,

    /// <summary>A record without octets; it is skipped.</summary>
    RecordEmpty,

    /// <summary>A link type that is not read; its records are skipped. The value is the link type.</summary>
    UnsupportedLinkType,

    /// <summary>A block shorter than its own fields. The value is the length. Stops.</summary>
    BlockTooShort,

    /// <summary>A block length that is no multiple of four. The value is the length. Stops.</summary>
    BlockLengthUnaligned,

    /// <summary>
    /// A block longer than <see cref="CaptureParser.MaxBlockLength"/>. The value is the length. Stops.
    /// </summary>
    BlockTooLong,

    /// <summary>The two lengths of a block differ. The value is the trailing length. Stops.</summary>
    BlockLengthMismatch,

    /// <summary>A section header whose byte-order magic is unknown. The value is the magic. Stops.</summary>
    ByteOrderMagicUnknown,

    /// <summary>A packet's captured length does not fit in its block; it is skipped. The value is the length.</summary>
    PacketBeyondBlock,

    /// <summary>A packet names an interface that no block described; it is skipped. The value is the id.</summary>
    InterfaceUndefined,

    /// <summary>More interfaces than are kept; packets of the others are skipped. The value is the limit.</summary>
    TooManyInterfaces,

    /// <summary>A time outside of 1970 to 2262, or a nonsensical fraction; the nearest time is used.</summary>
    TimestampOutOfRange,
}

/// <summary>One thing that was wrong with a capture file.</summary>
/// <param name="Reason">What was wrong.</param>
/// <param name="Offset">Where, in octets from the start of the (decompressed) input.</param>
/// <param name="Stops">True when nothing after this place was read.</param>
/// <param name="Value">The offending number, when there is one.</param>
public readonly record struct CaptureAnomaly(CaptureAnomalyReason Reason, long Offset, bool Stops, long? Value);
