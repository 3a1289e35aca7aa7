using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace VoiceQuality.Protocols.Rtp;

/// <summary>Why octets are not an RTP packet.</summary>
public enum RtpRejectReason
{
    /// <summary>The packet was read.</summary>
    None = 0,

    /// <summary>Fewer than 12 octets.</summary>
    ShorterThanFixedHeader,

    VersionIsNotTwo,

    /// <summary>The contributing sources run past the end of the packet.</summary>
    CsrcBeyondPacket,

    /// <summary>The header extension runs past the end of the packet.</summary>
    ExtensionBeyondPacket,

    /// <summary>A padding count of 0, or longer than what follows the header.</summary>
    PaddingInvalid,

    /// <summary>The capture cut the packet inside its header.</summary>
    HeaderCutByCapture,
}

/// <summary>A view of one RTP packet (RFC 3550 §5.1). It borrows the datagram and copies nothing.</summary>
/// <remarks>
/// <code>
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// |V=2|P|X|  CC   |M|     PT      |       sequence number         |
/// |                           timestamp                           |
/// |           synchronization source (SSRC) identifier            |
/// |            contributing source (CSRC) identifiers  0 to 15    |
/// | header extension: 16 bits of profile, length in 32-bit words  |
/// </code>
/// </remarks>
public readonly ref struct RtpPacket
{
    public const int FixedHeaderLength = 12;

    private readonly ReadOnlySpan<byte> _datagram;
    private readonly uint _firstWord;
    private readonly int _headerLength;

    private RtpPacket(ReadOnlySpan<byte> datagram, uint firstWord, int headerLength, int payloadLength, bool truncated)
    {
        _datagram = datagram;
        _firstWord = firstWord;
        _headerLength = headerLength;
        PayloadLength = payloadLength;
        IsTruncated = truncated;
    }

    public bool HasPadding => (_firstWord & 0x2000_0000) != 0;

    public bool HasExtension => (_firstWord & 0x1000_0000) != 0;

    /// <summary>Number of contributing sources, 0 to 15.</summary>
    public int CsrcCount => (int)(_firstWord >> 24) & 0x0F;

    public bool Marker => (_firstWord & 0x0080_0000) != 0;

    /// <summary>0 to 127.</summary>
    public byte PayloadType => (byte)((_firstWord >> 16) & 0x7F);

    /// <summary>Wraps at 2¹⁶.</summary>
    public ushort SequenceNumber => (ushort)_firstWord;

    /// <summary>Sampling instant of the first payload octet, in media-clock ticks. It wraps at 2³².</summary>
    public uint Timestamp => BinaryPrimitives.ReadUInt32BigEndian(_datagram[4..]);

    public uint Ssrc => BinaryPrimitives.ReadUInt32BigEndian(_datagram[8..]);

    /// <summary>Octets before the payload: fixed header, contributing sources and extension.</summary>
    public int HeaderLength => _headerLength;

    /// <summary>
    /// Payload octets on the wire, without padding. When <see cref="IsPaddingUnknown"/>, padding is included.
    /// </summary>
    public int PayloadLength { get; }

    /// <summary>The captured part of the payload.</summary>
    public ReadOnlySpan<byte> Payload =>
        _datagram.Slice(_headerLength, Math.Min(PayloadLength, _datagram.Length - _headerLength));

    /// <summary>True when the capture holds fewer octets than were on the wire.</summary>
    public bool IsTruncated { get; }

    /// <summary>True when the padding count lies in the part that was not captured.</summary>
    public bool IsPaddingUnknown => IsTruncated && HasPadding;

    /// <summary>The 16 bits that a profile defines, 0 without an extension.</summary>
    public ushort ExtensionProfile =>
        HasExtension ? BinaryPrimitives.ReadUInt16BigEndian(_datagram[ExtensionOffset..]) : (ushort)0;

    /// <summary>Extension octets after its header of four, empty without an extension.</summary>
    public ReadOnlySpan<byte> ExtensionData =>
        HasExtension ? _datagram[(ExtensionOffset + 4).._headerLength] : default;

    private int ExtensionOffset => FixedHeaderLength + (CsrcCount * 4);

    /// <summary>Reads one RTP packet that fills <paramref name="datagram"/>. Never throws.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryParse(ReadOnlySpan<byte> datagram, out RtpPacket packet, out RtpRejectReason reason) =>
        TryParse(datagram, datagram.Length, out packet, out reason);

    /// <summary>Reads one RTP packet of which the capture holds <paramref name="captured"/>. Never throws.</summary>
    /// <param name="captured">The octets captured.</param>
    /// <param name="wireLength">Octets on the wire; less than captured counts as captured.</param>
    /// <param name="packet">The view, when the result is true.</param>
    /// <param name="reason"><see cref="RtpRejectReason.None"/> exactly when the result is true.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryParse(
        ReadOnlySpan<byte> captured, int wireLength, out RtpPacket packet, out RtpRejectReason reason)
    {
        if (captured.Length < FixedHeaderLength)
        {
            packet = default;
            reason = wireLength < FixedHeaderLength
                ? RtpRejectReason.ShorterThanFixedHeader
                : RtpRejectReason.HeaderCutByCapture;
            return false;
        }

        var firstWord = BinaryPrimitives.ReadUInt32BigEndian(captured);
        if (firstWord >> 24 == 0x80)
        {
            // No padding, extension or contributing sources: nearly all voice is like this.
            var length = Math.Max(wireLength, captured.Length);
            packet = new RtpPacket(
                captured, firstWord, FixedHeaderLength, length - FixedHeaderLength, length > captured.Length);
            reason = RtpRejectReason.None;
            return true;
        }

        return TryParseWithOptions(captured, wireLength, firstWord, out packet, out reason);
    }

    /// <summary>The contributing source at <paramref name="index"/>.</summary>
    /// <param name="index">0 to <see cref="CsrcCount"/> - 1.</param>
    public uint Csrc(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)CsrcCount, nameof(index));
        return BinaryPrimitives.ReadUInt32BigEndian(_datagram[(FixedHeaderLength + (index * 4))..]);
    }

    private static bool TryParseWithOptions(
        ReadOnlySpan<byte> captured, int wireLength, uint firstWord, out RtpPacket packet, out RtpRejectReason reason)
    {
        packet = default;
        if (firstWord >> 30 != 2)
        {
            reason = RtpRejectReason.VersionIsNotTwo;
            return false;
        }

        var wire = Math.Max(wireLength, captured.Length);
        var isTruncated = wire > captured.Length;
        var headerLength = FixedHeaderLength + ((int)((firstWord >> 24) & 0x0F) * 4);
        if (headerLength > captured.Length)
        {
            reason = headerLength > wire ? RtpRejectReason.CsrcBeyondPacket : RtpRejectReason.HeaderCutByCapture;
            return false;
        }

        if ((firstWord & 0x1000_0000) != 0)
        {
            var extension = captured[headerLength..];
            headerLength += extension.Length >= 4
                ? 4 + (BinaryPrimitives.ReadUInt16BigEndian(extension[2..]) * 4)
                : 4;
            if (headerLength > captured.Length)
            {
                reason = headerLength > wire
                    ? RtpRejectReason.ExtensionBeyondPacket
                    : RtpRejectReason.HeaderCutByCapture;
                return false;
            }
        }

        var payloadLength = wire - headerLength;
        if ((firstWord & 0x2000_0000) != 0 && !isTruncated)
        {
            var padding = captured[^1];
            if (padding == 0 || padding > payloadLength)
            {
                reason = RtpRejectReason.PaddingInvalid;
                return false;
            }

            payloadLength -= padding;
        }

        packet = new RtpPacket(captured, firstWord, headerLength, payloadLength, isTruncated);
        reason = RtpRejectReason.None;
        return true;
    }
}
