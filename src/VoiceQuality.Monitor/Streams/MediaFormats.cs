using VoiceQuality.Quality.Rtp;

namespace VoiceQuality.Monitor.Streams;

/// <summary>What one payload type carries.</summary>
/// <param name="EncodingName">As in SDP ("PCMU", "G729"); empty when unknown.</param>
/// <param name="ClockRateHz">RTP clock; 0 when unknown.</param>
/// <param name="Kind">How the meter treats it.</param>
/// <param name="IsSpeech">Whether it carries speech that can be scored: not video, not events.</param>
/// <param name="Parameters">The fmtp value; empty when there is none.</param>
internal sealed record MediaFormat(
    string EncodingName, int ClockRateHz, RtpPacketKind Kind, bool IsSpeech, string Parameters);

/// <summary>The payload types that are valid at one media endpoint. Immutable, shared between threads.</summary>
internal sealed class MediaFormats
{
    private readonly MediaFormat?[] _formats = new MediaFormat?[128];
    private readonly RtpPacketKind[] _kinds = new RtpPacketKind[128];
    private readonly int[] _clockRatesHz = new int[128];

    /// <param name="announced">Payload types that SDP lists.</param>
    /// <param name="isAnnounced">Whether there was an SDP at all.</param>
    /// <param name="unlisted">What a payload type carries that neither SDP nor RFC 3551 names.</param>
    public MediaFormats(
        IEnumerable<KeyValuePair<int, MediaFormat>> announced,
        bool isAnnounced,
        RtpPacketKind unlisted = RtpPacketKind.Audio)
    {
        IsAnnounced = isAnnounced;
        Array.Fill(_kinds, unlisted);
        foreach (var (payloadType, format) in StaticFormats.All)
        {
            Set(payloadType, format);
        }

        foreach (var (payloadType, format) in announced)
        {
            Set(payloadType, format);
        }
    }

    /// <summary>RFC 3551 payload types only: RTP that no SDP announced.</summary>
    public static MediaFormats Unannounced { get; } = new([], isAnnounced: false);

    /// <summary>False when only the static payload types are known.</summary>
    public bool IsAnnounced { get; }

    public MediaFormat? this[int payloadType] => _formats[payloadType & 0x7F];

    public RtpPacketKind KindOf(int payloadType) => _kinds[payloadType & 0x7F];

    public int ClockRateHzOf(int payloadType) => _clockRatesHz[payloadType & 0x7F];

    private void Set(int payloadType, MediaFormat format)
    {
        _formats[payloadType & 0x7F] = format;
        _kinds[payloadType & 0x7F] = format.Kind;
        _clockRatesHz[payloadType & 0x7F] = format.ClockRateHz;
    }
}
