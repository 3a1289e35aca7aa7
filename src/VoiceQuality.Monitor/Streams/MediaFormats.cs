using System.Globalization;
using VoiceQuality.Monitor.Audio;
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
    private readonly G711Law[] _laws = new G711Law[128];
    private readonly bool[] _redundant = new bool[128];

    /// <summary>What each payload type sends again, or -1; null when none does, as nearly always.</summary>
    private sbyte[]? _again;

    /// <param name="announced">Payload types that SDP lists.</param>
    /// <param name="isAnnounced">Whether there was an SDP at all.</param>
    /// <param name="unlisted">What a payload type carries that neither SDP nor RFC 3551 names.</param>
    /// <param name="isSecure">Whether payloads are encrypted (SRTP): then headers alone say anything.</param>
    public MediaFormats(
        ReadOnlySpan<KeyValuePair<int, MediaFormat>> announced,
        bool isAnnounced,
        RtpPacketKind unlisted = RtpPacketKind.Audio,
        bool isSecure = false)
    {
        IsSecure = isSecure;
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

    /// <summary>Whether payloads are encrypted: no sample, redundant block or original number can be read.</summary>
    public bool IsSecure { get; }

    public MediaFormat? this[int payloadType] => _formats[payloadType & 0x7F];

    public RtpPacketKind KindOf(int payloadType) => _kinds[payloadType & 0x7F];

    public int ClockRateHzOf(int payloadType) => _clockRatesHz[payloadType & 0x7F];

    /// <summary>Whether a payload type is G.711.</summary>
    public G711Law LawOf(int payloadType) => _laws[payloadType & 0x7F];

    /// <summary>Whether a payload type carries redundant audio (RFC 2198).</summary>
    public bool IsRedundant(int payloadType) => _redundant[payloadType & 0x7F];

    /// <summary>
    /// The payload type whose packets this one sends again (RFC 4588 §8.1, <c>apt</c>); -1 when it is no
    /// retransmission.
    /// </summary>
    public int SentAgainBy(int payloadType) => _again is null ? -1 : _again[payloadType & 0x7F];

    private static int Associated(string parameters)
    {
        foreach (var part in parameters.Split(';', StringSplitOptions.TrimEntries))
        {
            if (part.StartsWith("apt=", StringComparison.OrdinalIgnoreCase)
                && int.TryParse(part.AsSpan(4), NumberStyles.None, CultureInfo.InvariantCulture, out var payloadType)
                && payloadType <= sbyte.MaxValue)
            {
                return payloadType;
            }
        }

        return -1;
    }

    private void NoteRetransmission(int payloadType, MediaFormat format)
    {
        if (format.EncodingName.Equals("rtx", StringComparison.OrdinalIgnoreCase)
            && Associated(format.Parameters) is >= 0 and var associated)
        {
            if (_again is null)
            {
                _again = new sbyte[128];
                Array.Fill(_again, (sbyte)-1);
            }

            _again[payloadType & 0x7F] = (sbyte)associated;
        }
    }

    private void Set(int payloadType, MediaFormat format)
    {
        _formats[payloadType & 0x7F] = format;
        _kinds[payloadType & 0x7F] = format.Kind;
        _clockRatesHz[payloadType & 0x7F] = format.ClockRateHz;
        NoteRetransmission(payloadType, format);
        if (IsSecure)
        {
            return;
        }

        _redundant[payloadType & 0x7F] = format.EncodingName.Equals("RED", StringComparison.OrdinalIgnoreCase);
        _laws[payloadType & 0x7F] = format.EncodingName.ToUpperInvariant() switch
        {
            "PCMU" => G711Law.Mu,
            "PCMA" => G711Law.A,
            _ => G711Law.None,
        };
    }
}
